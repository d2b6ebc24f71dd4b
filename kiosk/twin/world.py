"""What the families do all day, in simulated time on SimPy. What they do with their hands, the hall does.

Every decision depends on the seed, on simulated time, and on what the family is told; never on how long anything real
takes. A scan or a check-in blocks the world until the hall has answered, so the order in which things happen here is
the order in which they happened there.
"""

from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from random import Random
from typing import Any, Protocol

import simpy
from simpy.events import Event as Signal

from firmware.wire.passage import ARRIVE, CALL, ENTER, LEAVE

from ..rules.event import MINUTE_MS, Atelier, Event, Kind
from ..rules.facts import END, GO, REST
from ..rules.party import takers
from .booths import KINDS, READY_MS, Visit
from .diary import FamilyDay, Refusal, Stand
from .families import Family
from .scenario import Habits

CHECK_IN_MS, CHECK_IN_EACH_MS = 18_000, 5_000  # at the kiosk, and for each person
REST_MINUTES, SNACK_MINUTES, RESTS, SNACKS = 6, (5, 15), 3, 0.2
REFUSED_MINUTES = 15  # before a queue that looked too long is looked at again
GIVEN_UP_MINUTES = 30
EARLY_MINUTES = 12  # nobody waits longer than this for a timetable
LINGER_MS = 10 * MINUTE_MS  # so long after they meant to go home, people still wait for what is near
LAST_MINUTES = 6  # before closing, nobody sets out for an atelier that stops
WISH_WEIGHTS = (16.0, 6.0, 3.0)
NEAR = 1.5  # how much dearer an atelier in the same room is
AGAIN = 0.3

Steps = Generator[Signal, Any, None]


@dataclass(frozen=True, slots=True)
class Badge:
    """What a family has in hand after the check-in. `route`: the ateliers of its sheet, where it has one."""

    party: int
    token: str
    route: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Hint:
    """What a family is told: GO to an atelier, REST until `until_ms`, there for a place that is kept, or END."""

    verb: str
    atelier: str = ""
    until_ms: int = 0


class Hall(Protocol):
    """The real parts, as families meet them. Each method returns when it is done; none is fast or slow here."""

    def wait_until(self, at_ms: int) -> None: ...

    def check_in(self, family: Family) -> Badge: ...

    def scan(self, station: str, badge: Badge, step: str) -> None: ...

    def told(self, badge: Badge) -> Hint | None:
        """What stands to be told to this badge since its last scan, or since it asked."""

    def ask(self, badge: Badge) -> Hint | None:
        """What it is told when it asks again; None where nobody advises but the sheet."""

    def board(self) -> dict[str, float | None] | None:
        """The wait shown for each atelier, in minutes; None where no board hangs there."""

    def place(self, badge: Badge, atelier: str, now_ms: int) -> int:
        """Since when this badge stands in the queue that it joins now: earlier than now where a place was kept."""

    def promise(self, badge: Badge, atelier: str, people: int) -> int | None:
        """When a turn is expected to begin for so many people of this badge, who join the queue now."""


class Witness(Protocol):
    """Whoever writes down what the families do."""

    def came(self, party: int, people: int) -> None: ...

    def arrived(self, party: int, atelier: str, at_ms: int) -> None: ...

    def entered(self, party: int, at_ms: int) -> None: ...

    def left(self, party: int, at_ms: int) -> None: ...

    def scanned(self, party: int, step: str) -> None: ...

    def missed_one(self) -> None: ...


class Nobody:
    """A witness that looks away."""

    def came(self, party: int, people: int) -> None: ...

    def arrived(self, party: int, atelier: str, at_ms: int) -> None: ...

    def entered(self, party: int, at_ms: int) -> None: ...

    def left(self, party: int, at_ms: int) -> None: ...

    def scanned(self, party: int, step: str) -> None: ...

    def missed_one(self) -> None: ...


@dataclass(eq=False)
class Guest:
    """A family on site: its badge, where it stands, and what it has had, given up, or walked past for now."""

    family: Family
    chance: Random
    badge: Badge = Badge(0, "")
    room: str | None = None
    leave_ms: int = 0
    turns: dict[str, int] = field(default_factory=dict)
    refused_until: dict[str, int] = field(default_factory=dict)
    waits: bool = False  # sitting, for a place that is kept
    lost: bool = False  # what it was told is of no use any more: it asks
    day: FamilyDay = field(default_factory=lambda: FamilyDay(0, 0, (), 0))


class World:
    """`run` plays the day from `start_ms` until nothing is left to do, or until `until_ms`."""

    def __init__(
        self,
        event: Event,
        families: tuple[Family, ...],
        hall: Hall,
        habits: Habits,
        *,
        seed: int = 0,
        start_ms: int | None = None,
        witness: Witness | None = None,
    ) -> None:
        self.event = event
        self.on_site: set[int] = set()
        self._hall = hall
        self._habits = habits
        self._witness: Witness = witness or Nobody()
        self._guests: dict[int, Guest] = {}
        self._env = simpy.Environment(event.opens_ms if start_ms is None else start_ms)
        self._door = simpy.Resource(self._env, habits.kiosks)
        self._stations = {
            (atelier.id, step): [
                each.id for each in event.stations if each.atelier == atelier.id and step in each.seen
            ]
            for atelier in event.ateliers
            for step in event.steps_at[atelier.id]
        }
        self.booths = {
            atelier.id: KINDS[atelier.kind](
                self._env, event, atelier, self._by_animator, Random(f"{seed}/atelier/{atelier.id}"), habits
            )
            for atelier in event.ateliers
        }
        for family in families:
            self._env.process(self._live(Guest(family, Random(family.seed))))

    @property
    def days(self) -> list[FamilyDay]:
        """Of those who have checked in, by their party."""
        return [guest.day for guest in self.guests]

    @property
    def guests(self) -> tuple[Guest, ...]:
        """Those who have checked in, by their party."""
        return tuple(guest for _, guest in sorted(self._guests.items()))

    @property
    def now_ms(self) -> int:
        return int(self._env.now)

    def every(self, minutes: int, look: Callable[[], None]) -> None:
        """Call `look` at each so many minutes of the day, while families are there."""

        def looking() -> Steps:
            while self.now_ms < self.event.closes_ms:
                yield self._env.timeout(minutes * MINUTE_MS)
                look()

        self._env.process(looking())

    def at(self, at_ms: int, act: Callable[[], None]) -> None:
        """Call `act` when it is `at_ms`: between two acts of the families, never within one."""

        def waiting() -> Steps:
            yield self._env.timeout(at_ms - self.now_ms)
            act()

        self._env.process(waiting())

    def run(self, until_ms: int | None = None) -> None:
        while (at_ms := self._env.peek()) != float("inf") and (until_ms is None or at_ms <= until_ms):
            self._hall.wait_until(int(at_ms))
            self._env.step()

    # A family's day

    def _live(self, guest: Guest) -> Steps:
        env, family = self._env, guest.family
        yield env.timeout(max(0, family.at_door_ms - self.now_ms))
        window = self.event.window_at(self.now_ms)
        if window is None:
            return
        yield env.timeout(max(0, window.opens_ms - self.now_ms))
        with self._door.request() as turn:
            yield turn
            yield env.timeout(CHECK_IN_MS + CHECK_IN_EACH_MS * min(family.size, 6))
            self._check_in(guest)
        guest.leave_ms = min(self.now_ms + family.stay_ms, window.closes_ms)
        rests = 0
        while self.now_ms < guest.leave_ms + LINGER_MS * guest.waits and rests <= RESTS:
            hint = self._heard(guest)
            guest.waits = hint is not None and hint.verb == REST and bool(hint.atelier)
            if hint is not None and hint.verb == END:
                break
            if hint is not None and hint.verb == REST:
                guest.lost = True
                yield from self._rest(guest, max(MINUTE_MS, hint.until_ms - self.now_ms))
                continue
            atelier = self._choose(guest, hint)
            if atelier is None:
                rests += 1
                guest.lost = True
                yield from self._rest(guest, REST_MINUTES * MINUTE_MS)
                continue
            yield from self._visit(guest, atelier)
            if guest.chance.random() < SNACKS:
                yield env.timeout(round(guest.chance.uniform(*SNACK_MINUTES) * MINUTE_MS))
        guest.day.left_ms = self.now_ms
        self.on_site.discard(family.number)

    def _rest(self, guest: Guest, rest_ms: int) -> Steps:
        began_ms = self.now_ms
        yield self._env.timeout(rest_ms)
        guest.day.sitting_ms += self.now_ms - began_ms

    def _check_in(self, guest: Guest) -> None:
        guest.badge = self._hall.check_in(guest.family)
        family = guest.family
        guest.day = FamilyDay(guest.badge.party, family.size, family.wishes, self.now_ms)
        self._guests[guest.badge.party] = guest
        self._witness.came(guest.badge.party, family.size)
        self.on_site.add(family.number)

    def _visit(self, guest: Guest, atelier: Atelier) -> Steps:
        env, booth = self._env, self.booths[atelier.id]
        walk_ms = self.event.walk_ms(guest.room, atelier.room) + round(guest.chance.uniform(40, 100) * 1000)
        yield env.timeout(walk_ms)
        guest.room = atelier.room
        people = takers(self.event, atelier, guest.family.people)
        patience_ms = round(guest.family.patience_ms * guest.chance.uniform(0.8, 1.2))
        key_ms = self._hall.place(guest.badge, atelier.id, self.now_ms)
        wait_ms = booth.look_ms(people, key_ms)
        if wait_ms is None or wait_ms > min(patience_ms, guest.leave_ms - self.now_ms + LINGER_MS):
            self._walk_on(guest, atelier, people, hopeless=wait_ms is None or wait_ms <= patience_ms)
            return
        if self.now_ms >= guest.leave_ms + LINGER_MS * (key_ms < self.now_ms):
            return
        stand = Stand(atelier.id, people, self.now_ms)
        guest.day.stands.append(stand)
        self._witness.arrived(guest.badge.party, atelier.id, self.now_ms)
        stand.promised_ms = self._hall.promise(guest.badge, atelier.id, people)
        self._scan(guest, atelier.id, ARRIVE)
        visit = booth.join(guest.badge.party, people, key_ms)
        if atelier.kind is Kind.SESSION:
            yield visit.turn  # who came for the talk waits for it
        else:
            yield visit.turn | env.timeout(patience_ms)
        if not visit.turn.triggered:
            booth.give_up(visit)
        if not (visit.turn.triggered and visit.turn.value):
            guest.refused_until[atelier.id] = self._forgotten_ms()
            guest.lost = True
            stand.ended_ms, stand.sent_on = self.now_ms, visit.turn.triggered
            self._witness.left(guest.badge.party, self.now_ms)
            return
        yield visit.over
        guest.turns[atelier.id] = guest.turns.get(atelier.id, 0) + 1

    def _forgotten_ms(self) -> int:
        """When a family that gives up now may think of this queue again."""
        return (
            self.now_ms + GIVEN_UP_MINUTES * MINUTE_MS if self._habits.tries_again else self.event.closes_ms
        )

    def _walk_on(self, guest: Guest, atelier: Atelier, people: int, *, hopeless: bool) -> None:
        guest.refused_until[atelier.id] = self.now_ms + REFUSED_MINUTES * MINUTE_MS
        guest.lost = True
        guest.day.refusals.append(Refusal(atelier.id, self.now_ms, people, hopeless))

    # Where to go

    def _heard(self, guest: Guest) -> Hint | None:
        """What the family is told, if it means to follow it this time."""
        follows = guest.chance.random() < self._habits.compliance
        hint = self._hall.ask(guest.badge) if guest.lost else self._hall.told(guest.badge)
        guest.lost = False
        if hint is None:
            hint = self._on_sheet(guest)
        if hint is None:
            return None
        guest.day.advised += 1
        guest.day.followed += follows
        return hint if follows else None

    def _on_sheet(self, guest: Guest) -> Hint | None:
        """The next of its printed sheet where it can still go."""
        for id in guest.badge.route:
            if id not in guest.turns and self._may_go(guest, self.event.by_id[id], False):
                return Hint(GO, id)
        return None

    def _choose(self, guest: Guest, hint: Hint | None) -> Atelier | None:
        again = guest.chance.random() < AGAIN
        open_to = [atelier for atelier in self.event.ateliers if self._may_go(guest, atelier, again)]
        if hint is not None and hint.verb == GO:
            stop = self.event.by_id[hint.atelier]
            if stop in open_to or (stop.id in guest.turns and self._may_go(guest, stop, True)):
                return stop
        if not open_to:
            return None
        wishes = dict(zip(guest.family.wishes, WISH_WEIGHTS, strict=False))
        board = self._hall.board()
        weights = [
            wishes.get(here.id, 1.0)
            * (NEAR if here.room == guest.room else 1.0)
            / (1 + self._looks_long(here, board))
            for here in open_to
        ]
        return guest.chance.choices(open_to, weights)[0]

    def _looks_long(self, atelier: Atelier, board: dict[str, float | None] | None) -> float:
        """How much a queue puts people off: by what they see of it, or by the minutes on a board."""
        if board is None:
            return len(self.booths[atelier.id].queue) / 6
        wait = board.get(atelier.id)
        return 20.0 if wait is None else wait / 8

    def _may_go(self, guest: Guest, atelier: Atelier, again: bool) -> bool:
        now_ms = self.now_ms
        there_ms = now_ms + self.event.walk_ms(guest.room, atelier.room) + 2 * MINUTE_MS
        turns = guest.turns.get(atelier.id, 0)
        if (
            now_ms < guest.refused_until.get(atelier.id, 0)
            or not takers(self.event, atelier, guest.family.people)
            or (turns > 0 and not (again and turns < 2 and self._welcomes_back(atelier)))
        ):
            return False
        window = self.event.window_at(now_ms)
        if window is None or there_ms > window.closes_ms - LAST_MINUTES * MINUTE_MS:
            return False
        if atelier.kind is Kind.SESSION:
            start_ms = atelier.next_session_ms(there_ms + READY_MS)
            return start_ms is not None and start_ms - there_ms <= EARLY_MINUTES * MINUTE_MS
        return True

    def _welcomes_back(self, atelier: Atelier) -> bool:
        """Who comes again is told from who never left only where scans say that they left."""
        return atelier.returns and LEAVE in self.event.steps_at[atelier.id]

    # Badges under scanners

    def _by_animator(self, visit: Visit, step: str) -> None:
        guest = self._guests[visit.party]
        stand = guest.day.stands[-1]
        if step == ENTER:
            self._scan(guest, stand.atelier, CALL)
            stand.started_ms = self.now_ms
            self._witness.entered(visit.party, self.now_ms)
        else:
            stand.ended_ms = self.now_ms
            self._witness.left(visit.party, self.now_ms)
        self._scan(guest, stand.atelier, step)

    def _scan(self, guest: Guest, atelier: str, step: str) -> None:
        """Have the badge scanned where this step is scanned, and hear the beep; else the step is not seen."""
        stations = self._stations.get((atelier, step))
        if not stations:
            return
        if guest.chance.random() < self._habits.missed:
            self._witness.missed_one()
            return
        self._hall.scan(stations[guest.badge.party % len(stations)], guest.badge, step)
        self._witness.scanned(guest.badge.party, step)
