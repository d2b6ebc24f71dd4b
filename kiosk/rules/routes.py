"""Where a party should go next, and in which order after that: two stops of look-ahead on the expected waits.

Each stop is worth minutes: more for a wish, less the later it begins (the party may have gone home by then), less for
the waiting, and for the places that it takes from others. The first stop is the one that is best together with the
best that can follow it. All others of the sheet follow one by one, each the best of what is left.

A pure function of event, floor and party: the same facts always give the same advice. Parties that were sent
somewhere count there before they arrive; without that, everybody who checks in within the same minute would be sent to
the same empty atelier. Kept places: a party waits sitting rather than standing, once, for what it dreams of.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from math import exp

from .event import MINUTE_MS, Atelier, Event, Kind
from .facts import END, GO, REST, Advised
from .floor import Floor, Status
from .guest import Kept
from .party import Group, takers
from .waits import Projection, Wait, projections

WISH_VALUES = (2.0, 1.5, 1.5)  # of the first, second and third wish; anything else is worth 1
STAY_MINUTES, STAY_SPREAD = 120, 14  # people are still there so long after check-in, half of them
LATER_MS = 20 * MINUTE_MS
BREADTH = 6  # first stops that are looked at with what can follow them
NEAR = 12  # ateliers of many that are looked at for what follows: those best now, and the wishes
MOST_STOPS = 10  # of a sheet: nobody does more in a day
REST_MINUTES = 4
CALM_MINUTES = 5
LOOK_ON_MINUTES = 20  # of a party that takes turns the others look on; for longer than that it is waiting


@dataclass(frozen=True, slots=True)
class Weights:
    """What the terms of a stop's worth weigh, in minutes; see `_Search.worth`."""

    visit: float = 9.0
    wish: float = 3.0
    load: float = 0.15
    load_most: float = 12.0
    later: float = 0.2
    inside: float = 2.2
    inside_most: float = 1.0
    keep_most: float = 5.0
    walk: float = 1.0
    follow: float = 0.5
    keep_from: float = 20.0  # minutes of waiting from which on the place of the favourite is kept
    rest_from: float = 9.0  # minutes of waiting from which on a party rests instead of standing
    keep_compliance: float = 0.5  # where fewer follow advice than that, no place is kept


WEIGHTS = Weights()


@dataclass(frozen=True, slots=True)
class Wanderer:
    """What a route needs to know of a party. `room`: where it stands, None at the door. `refused`: not now."""

    people: tuple[Group, ...]
    wishes: tuple[str, ...] = ()
    visited: Collection[str] = frozenset()
    room: str | None = None
    came_ms: int | None = None
    refused: Collection[str] = frozenset()
    kept: Kept | None = None
    badge: str = ""


@dataclass(frozen=True, slots=True)
class Advice:
    """GO to the first of `stops`; REST until `at_ms` and ask again; or END, nothing is left that fits.

    `stops` is the whole order in which the party would go from here, as it looks now.
    """

    verb: str
    at_ms: int
    stops: tuple[Advised, ...] = ()
    reason: str = ""
    kept: Kept | None = None

    @property
    def next(self) -> Advised | None:
        return self.stops[0] if self.stops else None


@dataclass(frozen=True, slots=True)
class _Stop:
    atelier: Atelier
    wait: Wait
    takers: int
    worth: float


def plan(event: Event, floor: Floor, party: Wanderer, from_ms: int) -> tuple[Advised, ...]:
    """The stops of a route sheet, in order, of a party that is free at `from_ms`; empty where nothing fits.

    Each stop is open, admits somebody of the party, and begins before the doors close: a sheet printed before the
    lunch break says nothing of the afternoon. No atelier comes twice.
    """
    return advise(event, floor, party, from_ms).stops


def advise(
    event: Event,
    floor: Floor,
    party: Wanderer,
    from_ms: int,
    weights: Weights = WEIGHTS,
    most_stops: int = MOST_STOPS,
) -> Advice:
    """What to tell a party that is free at `from_ms`, and up to `most_stops` of the order of all that follows.

    What is told first does not depend on how much of that is asked for.
    """
    search = _Search(event, floor, party, from_ms, weights)
    stops = search.order(most_stops)
    if not stops:
        return search.nothing()
    first = stops[0]
    advised = tuple(Advised(stop.atelier.id, stop.wait.at_ms, round(stop.wait.minutes)) for stop in stops)
    kept = search.keep(first)
    reason = search.reason(first, kept)
    wait = first.wait.minutes
    may_sit = first.atelier.kind is not Kind.SESSION and kept is not None and kept.atelier == first.atelier.id
    if wait > weights.rest_from and may_sit:
        rest_ms = round(min(REST_MINUTES, wait - weights.rest_from + 1) * MINUTE_MS)
        return Advice(REST, from_ms + rest_ms, advised, reason, kept)
    return Advice(GO, first.wait.at_ms, advised, reason, kept)


@dataclass
class _Search:
    event: Event
    floor: Floor
    party: Wanderer
    from_ms: int
    weights: Weights
    _queues: dict[str, Projection] = field(init=False)
    _takers: dict[str, int] = field(init=False)
    _values: dict[str, float] = field(init=False)
    _standing: float = field(init=False)
    _later: dict[tuple[str, int], float] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._queues = projections(self.event, self.floor, self.party.badge)
        self._takers = {
            atelier.id: takers(self.event, atelier, self.party.people) for atelier in self.event.ateliers
        }
        ranks = dict(zip(self.party.wishes, WISH_VALUES, strict=False))
        self._values = {atelier.id: ranks.get(atelier.id, 1.0) for atelier in self.event.ateliers}
        now_ms = self.floor.at_ms
        standing = sum(here.queued.people + here.hidden(now_ms) for here in self.floor.ateliers)
        self._standing = standing / (self.floor.on_site.people + 10)
        window = self.event.window_at(self.from_ms)
        self.from_ms = max(self.from_ms, window.opens_ms) if window else self.from_ms

    def order(self, most: int) -> list[_Stop]:
        left = [
            atelier
            for atelier in self.event.ateliers
            if self._takers[atelier.id] and atelier.id not in self.party.visited
        ]
        wanted = [atelier for atelier in left if atelier.id not in self.party.refused]
        options = self._options(wanted, self.from_ms, self.party.room)
        left = self._near(left, options)
        first = self._first(options, left)
        if first is None:
            again = [
                atelier
                for atelier in self.event.ateliers
                if atelier.returns and atelier.id in self.party.visited and self._takers[atelier.id]
            ]
            again = [atelier for atelier in again if atelier.id not in self.party.refused]
            first = self._first(self._options(again, self.from_ms, self.party.room), [])
        stops: list[_Stop] = []
        while first is not None:
            stops.append(first)
            if len(stops) >= most:
                break
            left = [atelier for atelier in left if atelier is not first.atelier]
            first = max(
                self._options(left, first.wait.end_ms, first.atelier.room),
                key=lambda stop: stop.worth,
                default=None,
            )
        return stops

    def _near(self, left: list[Atelier], options: list[_Stop]) -> list[Atelier]:
        if len(left) <= NEAR:
            return left
        best = {stop.atelier.id for stop in sorted(options, key=lambda stop: -stop.worth)[:NEAR]}
        best.update(self.party.wishes)
        return [atelier for atelier in left if atelier.id in best or atelier.kind is Kind.SESSION]

    def _first(self, options: list[_Stop], left: list[Atelier]) -> _Stop | None:
        """The stop that is worth most together with the best that can follow it; at a tie, by the event file."""
        if len(options) > NEAR:
            options = sorted(options, key=lambda stop: -stop.worth)[:BREADTH]
        best: tuple[float, _Stop] | None = None
        for stop in options:
            after = [atelier for atelier in left if atelier is not stop.atelier]
            following = self._options(after, stop.wait.end_ms, stop.atelier.room)
            worth = stop.worth + self.weights.follow * max((then.worth for then in following), default=0.0)
            if best is None or worth > best[0]:
                best = (worth, stop)
        return best[1] if best else None

    def _options(self, ateliers: list[Atelier], at_ms: int, room: str | None) -> list[_Stop]:
        stops = []
        for atelier in ateliers:
            stop = self._stop(atelier, at_ms, room)
            if stop is not None:
                stops.append(stop)
        return stops

    def _stop(self, atelier: Atelier, at_ms: int, room: str | None) -> _Stop | None:
        there_ms = at_ms + self.event.walk_ms(room, atelier.room)
        wait = self._queues[atelier.id].wait(there_ms, self._takers[atelier.id], self._key_ms(atelier))
        if wait is None:
            return None
        return _Stop(atelier, wait, self._takers[atelier.id], self.worth(atelier, wait, at_ms))

    def _key_ms(self, atelier: Atelier) -> int | None:
        kept = self.party.kept
        return kept.since_ms if kept and kept.atelier == atelier.id else None

    def worth(self, atelier: Atelier, wait: Wait, from_ms: int) -> float:
        """In minutes: the visit, if the party stays for it, less the time until it begins and what others lose."""
        weights, value = self.weights, self._values[atelier.id]
        came_ms = self.party.came_ms if self.party.came_ms is not None else self.from_ms
        since_minutes = (wait.start_ms - came_ms) / MINUTE_MS
        here_still = 1.0 / (1.0 + exp(min(50.0, (since_minutes - STAY_MINUTES) / STAY_SPREAD)))
        lasts_minutes = (wait.end_ms - wait.start_ms) / MINUTE_MS
        look_on_minutes = lasts_minutes - self.floor.by_id[atelier.id].turn_ms / MINUTE_MS
        idle_minutes = max(0.0, look_on_minutes - LOOK_ON_MINUTES)
        load = 0.0
        if atelier.kind is not Kind.SESSION:
            load = weights.load * self._takers[atelier.id] / atelier.places * lasts_minutes
        walk_minutes = (wait.at_ms - from_ms) / MINUTE_MS
        return (
            weights.visit * value * here_still
            + weights.wish * (value - 1.0)
            - wait.minutes
            - idle_minutes
            - weights.walk * walk_minutes
            - min(load, weights.load_most)
            + min(weights.inside_most, weights.inside * self._standing) * (lasts_minutes - idle_minutes)
            + weights.later * self._then(atelier, wait.at_ms)
        )

    def _then(self, atelier: Atelier, at_ms: int) -> float:
        """The wait in 20 minutes' time: what is short now and will be long is better taken now."""
        if atelier.kind is Kind.SESSION:
            return 0.0
        key = (atelier.id, at_ms // MINUTE_MS)
        if key not in self._later:
            later = self._queues[atelier.id].wait(at_ms + LATER_MS, self._takers[atelier.id])
            self._later[key] = 30.0 if later is None else min(30.0, later.minutes)
        return self._later[key]

    def held(self) -> Kept | None:
        """The place that was kept for it until now, unless that queue is closed for good."""
        kept = self.party.kept
        there = self.floor.by_id.get(kept.atelier) if kept else None
        return kept if there is not None and there.status is not Status.CLOSED else None

    def keep(self, first: _Stop) -> Kept | None:
        """The place that is kept from now on: the one that was, or one for the favourite, or for this stop."""
        held = self.held()
        if held is not None:
            return held
        if self.floor.compliance < self.weights.keep_compliance:
            return None
        favourite = self.party.wishes[0] if self.party.wishes else None
        if (
            favourite is not None
            and favourite != first.atelier.id
            and favourite not in self.party.visited
            and favourite not in self.party.refused
            and self._takers.get(favourite, 0)
            and self.event.by_id[favourite].kind is not Kind.SESSION
        ):
            stop = self._stop(self.event.by_id[favourite], self.from_ms, self.party.room)
            if stop is not None and stop.wait.minutes > self.weights.keep_from and self._may_keep(favourite):
                return Kept(favourite, self.from_ms)
        if (
            first.atelier.kind is not Kind.SESSION
            and first.wait.minutes > self.weights.rest_from
            and self._may_keep(first.atelier.id)
        ):
            return Kept(first.atelier.id, self.from_ms)
        return None

    def _may_keep(self, id: str) -> bool:
        """Whether who stands in that queue bears one place more that is kept before it."""
        here = self.floor.by_id[id]
        people = sum(present.takers for present in here.kept)
        return people * here.turn_ms <= self.weights.keep_most * here.atelier.places * MINUTE_MS

    def reason(self, first: _Stop, kept: Kept | None) -> str:
        id = first.atelier.id
        if kept is not None and kept.atelier == id:
            return "kept"
        if id in self.party.wishes:
            return f"wish-{min(3, self.party.wishes.index(id) + 1)}"
        if first.atelier.kind is Kind.SESSION:
            return "session"
        if self._queues[id].wait(first.wait.at_ms + LATER_MS, first.takers) is None:
            return "closing"
        return "calm" if first.wait.minutes < CALM_MINUTES else "soonest"

    def nothing(self) -> Advice:
        """Nothing fits now: rest, if something may fit later; else the day is over for this party."""
        later = [
            atelier
            for atelier in self.event.ateliers
            if self._takers[atelier.id]
            and (atelier.returns or atelier.id not in self.party.visited)
            and (atelier.id in self.party.refused or self._paused(atelier))
        ]
        window = self.event.window_at(self.from_ms)
        rest_ms = self.from_ms + REST_MINUTES * MINUTE_MS
        if later and window is not None and rest_ms + LATER_MS // 2 < window.closes_ms:
            return Advice(REST, rest_ms, (), "nothing-now", self.held())
        return Advice(END, self.from_ms, (), "nothing-left")

    def _paused(self, atelier: Atelier) -> bool:
        return self.floor.by_id[atelier.id].status is Status.PAUSED
