"""What the families do all day, in simulated time on SimPy; what they do with their hands is done for real.

Every decision depends on the seed and on simulated time alone (and on the printed sheet, for families that
follow it), never on how long the real parts take. A scan or a check-in blocks the world until the real part has
answered, so the order in which things happen here is the order in which they happened there.
"""

from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from random import Random
from typing import Any, Protocol

import simpy
from simpy.events import Event as Signal

from firmware.wire.passage import ARRIVE, CALL, ENTER, LEAVE

from ..rules.event import MINUTE_MS, Atelier, Event, Kind
from ..rules.party import takers
from .booths import KINDS, READY_MS, Visit
from .families import Family
from .truth import Truth

CHECK_IN_MS, CHECK_IN_EACH_MS = 18_000, 5_000  # at the kiosk, and for each person
REST_MINUTES, SNACK_MINUTES, RESTS, SNACKS = 6, (4, 12), 3, 0.12
REFUSED_MINUTES = 15  # before a queue that looked too long is looked at again
EARLY_MINUTES = 25  # nobody waits longer than this for a timetable
LAST_MINUTES = 6  # before closing, nobody sets out for an atelier that stops
WISH_WEIGHTS = (9.0, 5.0, 3.0)
NEAR = 1.5  # how much dearer an atelier in the same room is
AGAIN = 0.3

Steps = Generator[Signal, Any, None]


@dataclass(frozen=True, slots=True)
class Badge:
    """What a family has in hand after the check-in. `route`: the ateliers of its sheet, where it has one."""

    party: int
    token: str
    route: tuple[str, ...] = ()


class Hall(Protocol):
    """The real parts, as families meet them. Each method returns when it is done; none is fast or slow here."""

    def wait_until(self, at_ms: int) -> None: ...

    def check_in(self, family: Family) -> Badge: ...

    def scan(self, station: str, badge: Badge) -> None: ...


@dataclass(eq=False)
class Guest:
    """A family on site: its badge, where it stands, and what it has had, given up, or walked past for now."""

    family: Family
    chance: Random
    badge: Badge = Badge(0, "")
    room: str | None = None
    leave_ms: int = 0
    turns: dict[str, int] = field(default_factory=dict)
    given_up: set[str] = field(default_factory=set)
    refused_until: dict[str, int] = field(default_factory=dict)


class World:
    """`compliance`: how often a family goes where its sheet says. `missed`: the share of scans that nobody makes.

    `run` plays the day from `start_ms` until nothing is left to do, or until `until_ms`.
    """

    def __init__(
        self,
        event: Event,
        families: tuple[Family, ...],
        hall: Hall,
        *,
        seed: int = 0,
        compliance: float = 0.7,
        missed: float = 0.0,
        start_ms: int | None = None,
    ) -> None:
        self.event = event
        self.truth = Truth(event)
        self.on_site: set[int] = set()
        self._hall = hall
        self._compliance = compliance
        self._missed = missed
        self._guests: dict[int, Guest] = {}
        self._env = simpy.Environment(event.opens_ms if start_ms is None else start_ms)
        self._door = simpy.Resource(self._env)
        self._stations = {
            (atelier.id, step): [each.id for each in event.stations if self._scans(each, atelier.id, step)]
            for atelier in event.ateliers
            for step in event.steps_at[atelier.id]
        }
        self._booths = {
            atelier.id: KINDS[atelier.kind](
                self._env, event, atelier, self._by_animator, Random(f"{seed}/atelier/{atelier.id}")
            )
            for atelier in event.ateliers
        }
        for family in families:
            self._env.process(self._live(Guest(family, Random(family.seed))))

    @staticmethod
    def _scans(station: Any, atelier: str, step: str) -> bool:
        return bool(station.atelier == atelier and step in station.steps)

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
            yield env.timeout(CHECK_IN_MS + CHECK_IN_EACH_MS * family.size)
            self._check_in(guest)
        guest.leave_ms = min(self.now_ms + family.stay_ms, window.closes_ms)
        rests = 0
        while self.now_ms < guest.leave_ms and rests <= RESTS:
            atelier = self._choose(guest)
            if atelier is None:
                rests += 1
                yield env.timeout(REST_MINUTES * MINUTE_MS)
                continue
            yield from self._visit(guest, atelier)
            if guest.chance.random() < SNACKS:
                yield env.timeout(round(guest.chance.uniform(*SNACK_MINUTES) * MINUTE_MS))
        self.on_site.discard(family.number)

    def _check_in(self, guest: Guest) -> None:
        guest.badge = self._hall.check_in(guest.family)
        self._guests[guest.badge.party] = guest
        self.truth.came(guest.badge.party, guest.family.size)
        self.on_site.add(guest.family.number)

    def _visit(self, guest: Guest, atelier: Atelier) -> Steps:
        env, booth = self._env, self._booths[atelier.id]
        walk_ms = self.event.walk_ms(guest.room, atelier.room) + round(guest.chance.uniform(40, 100) * 1000)
        yield env.timeout(walk_ms)
        guest.room = atelier.room
        people = takers(self.event, atelier, guest.family.people)
        patience_ms = round(guest.family.patience_ms * guest.chance.uniform(0.8, 1.2))
        wait_ms = booth.outlook_ms(people)
        if wait_ms is None or wait_ms > min(patience_ms, guest.leave_ms - self.now_ms + 10 * MINUTE_MS):
            guest.refused_until[atelier.id] = self.now_ms + REFUSED_MINUTES * MINUTE_MS
            return
        if self.now_ms >= guest.leave_ms:
            return
        self.truth.arrived(guest.badge.party, atelier.id, self.now_ms)
        self._scan(guest, atelier.id, ARRIVE)
        visit = booth.join(guest.badge.party, people)
        if atelier.kind is Kind.SESSION:
            yield visit.turn  # who came for the talk waits for it
        else:
            yield visit.turn | env.timeout(patience_ms)
        if not visit.turn.triggered:
            booth.give_up(visit)
        if not (visit.turn.triggered and visit.turn.value):
            guest.given_up.add(atelier.id)
            self.truth.left(guest.badge.party, self.now_ms)
            return
        yield visit.over
        guest.turns[atelier.id] = guest.turns.get(atelier.id, 0) + 1

    # Where to go

    def _choose(self, guest: Guest) -> Atelier | None:
        follows = guest.chance.random() < self._compliance
        again = guest.chance.random() < AGAIN
        open_to = [atelier for atelier in self.event.ateliers if self._may_go(guest, atelier, again)]
        if not open_to:
            return None
        if follows:
            advised = (here for id in guest.badge.route for here in open_to if here.id == id)
            stop = next((here for here in advised if here.id not in guest.turns), None)
            if stop is not None:
                return stop
        wishes = dict(zip(guest.family.wishes, WISH_WEIGHTS, strict=False))
        weights = [
            wishes.get(here.id, 1.0)
            * (NEAR if here.room == guest.room else 1.0)
            / (1 + len(self._booths[here.id].queue) / 6)
            for here in open_to
        ]
        return guest.chance.choices(open_to, weights)[0]

    def _may_go(self, guest: Guest, atelier: Atelier, again: bool) -> bool:
        now_ms = self.now_ms
        there_ms = now_ms + self.event.walk_ms(guest.room, atelier.room) + 2 * MINUTE_MS
        turns = guest.turns.get(atelier.id, 0)
        if (
            atelier.id in guest.given_up  # the station would take their next scan for the step after
            or now_ms < guest.refused_until.get(atelier.id, 0)
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
        atelier = self.truth.parties[visit.party].stays[-1].atelier
        if step == ENTER:
            self._scan(guest, atelier, CALL)
            self.truth.entered(visit.party, self.now_ms)
        else:
            self.truth.left(visit.party, self.now_ms)
        self._scan(guest, atelier, step)

    def _scan(self, guest: Guest, atelier: str, step: str) -> None:
        """Have the badge scanned where this step is scanned, and hear the beep; else the step is not seen."""
        stations = self._stations.get((atelier, step))
        if not stations:
            return
        if guest.chance.random() < self._missed:
            self.truth.missed += 1
            return
        self._hall.scan(stations[guest.badge.party % len(stations)], guest.badge)
        self.truth.scanned(guest.badge.party, step)
