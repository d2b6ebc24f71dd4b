"""The hall without its hardware: what is scanned here becomes the same facts as in reality, for the same rules."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from time import thread_time

from firmware.wire.anchor import Moment
from firmware.wire.passage import CHAIN_START, Passage
from firmware.wire.token import issue

from ..rules import guidance
from ..rules.event import Event
from ..rules.facts import Fact, PartyCame, Passed
from ..rules.floor import Floor
from ..rules.guest import Guest
from ..rules.ledger import Ledger
from ..rules.routes import Advice, Wanderer
from ..rules.waits import Wait, expected, projections
from .families import Family
from .policies import Policy, Situation
from .world import Badge, Hint

EPOCH = "0" * 16
EVENT_KEY = b"twin"


@dataclass(frozen=True, slots=True)
class Faults:
    """`offline`: stations whose passages all come only when an hour, or whatever is given, is over."""

    offline: Mapping[str, tuple[int, int]] = field(default_factory=dict)


class TwinHall:
    """`promises`: work out at each queue what was to be expected there; it costs time. `now_ms` is the world's."""

    def __init__(
        self,
        event: Event,
        policy: Policy,
        *,
        promises: bool = False,
        timed: bool = False,
        faults: Faults = Faults(),
    ) -> None:
        self.event = event
        self.ledger = Ledger(event)
        self.decisions_ms: list[float] = []
        self.now: Callable[[], int] = lambda: event.opens_ms
        self._policy = policy
        self._promises = promises
        self._timed = timed
        self._faults = faults
        self._station_ateliers = {station.id: station.atelier for station in event.stations}
        self._logs: dict[str, tuple[int, str]] = defaultdict(lambda: (0, CHAIN_START))
        self._held: dict[str, list[Passed]] = {}
        self._parties = 0

    def wait_until(self, at_ms: int) -> None:
        for station in [station for station, (_, until) in self._faults.offline.items() if until <= at_ms]:
            for fact in self._held.pop(station, ()):
                self.ledger.apply(fact, at_ms)

    def check_in(self, family: Family) -> Badge:
        now_ms = self.now()
        self._parties += 1
        number, token = self._parties, _badge(self._parties)
        party = Wanderer(family.people, family.wishes, came_ms=now_ms, badge=token)
        situation = Situation(self.event, self.ledger.floor(now_ms), party, now_ms, number)
        told = self._timing(lambda: self._policy.welcome(situation))
        came = PartyCame(number, family.people, family.language, family.wishes, told.stops)
        facts: list[Fact] = guidance.welcome(came, token, told)
        for fact in facts if self._policy.advises else facts[:2]:
            self.ledger.apply(fact, now_ms)
        return Badge(number, token, tuple(stop.atelier for stop in told.stops))

    def scan(self, station: str, badge: Badge, step: str) -> None:
        now_ms = self.now()
        seq, before = self._logs[station]
        passage = Passage(
            station=station,
            epoch=EPOCH,
            seq=seq + 1,
            atelier=self._station_ateliers[station],
            kind=step,
            badge=badge.token,
            boot=EPOCH,
            boot_ms=now_ms - self.event.opens_ms + 3_600_000,
            wall_ms=now_ms,
            prev=before,
        )
        digest = passage.digest
        self._logs[station] = (passage.seq, digest)
        fact = Passed(passage, Moment(now_ms, 0), digest)
        from_ms, until_ms = self._faults.offline.get(station, (0, 0))
        if from_ms <= now_ms < until_ms:
            self._held.setdefault(station, []).append(fact)
            return
        self.ledger.apply(fact, now_ms)
        if self._policy.advises:
            floor = self.ledger.floor(now_ms)
            guest = self.ledger.guest_of(badge.party)
            free_ms = guidance.free_ms(self.event, floor, guest, now_ms)
            if free_ms is not None:
                self._advise(guest, free_ms)

    def told(self, badge: Badge) -> Hint | None:
        if not self._policy.advises:
            return None
        told = self.ledger.guest_of(badge.party).advice
        return _hint(told.advice.verb, told.advice.atelier, told.advice.at_ms) if told else None

    def ask(self, badge: Badge) -> Hint | None:
        if not self._policy.advises:
            return None
        self._advise(self.ledger.guest_of(badge.party), self.now())
        return self.told(badge)

    def board(self) -> dict[str, float | None] | None:
        if not self._policy.board:
            return None
        floor = self.ledger.floor(self.now())
        return {id: wait.minutes if wait else None for id, wait in self.waits(floor).items()}

    def place(self, badge: Badge, atelier: str, now_ms: int) -> int:
        kept = self.ledger.guest_of(badge.party).kept(now_ms)
        return kept.since_ms if kept and kept.atelier == atelier else now_ms

    def promise(self, badge: Badge, atelier: str, people: int) -> int | None:
        if not self._promises:
            return None
        now_ms = self.now()
        floor = self.ledger.floor(now_ms)
        kept = self.ledger.guest_of(badge.party).kept(now_ms)
        key_ms = kept.since_ms if kept and kept.atelier == atelier else None
        here = floor.by_id[atelier]
        wait = expected(self.event, floor, here, now_ms, people, key_ms, badge.token)
        return wait.start_ms if wait else None

    def waits(self, floor: Floor) -> dict[str, Wait | None]:
        """By atelier, of one person who comes now."""
        return {id: queue.wait(floor.at_ms, 1) for id, queue in projections(self.event, floor).items()}

    def _advise(self, guest: Guest, from_ms: int) -> None:
        now_ms = self.now()
        assert guest.party is not None
        number = guest.party.number
        party = guidance.wanderer(self.event, guest, now_ms)

        def decide() -> Advice:
            floor = self.ledger.floor(now_ms)
            return self._policy.advise(Situation(self.event, floor, party, from_ms, number, 1))

        told = self._timing(decide)
        self.ledger.apply(guidance.given(number, told), now_ms)

    def _timing(self, decide: Callable[[], Advice]) -> Advice:
        if not self._timed:
            return decide()
        began = thread_time()
        told = decide()
        self.decisions_ms.append((thread_time() - began) * 1000)
        return told


def _badge(number: int) -> str:
    """A badge as stations know them; its letters of chance spell the number."""
    digits = iter(f"{number:07x}")
    return issue(EVENT_KEY, lambda below: int(next(digits), below))


def _hint(verb: str, atelier: str, at_ms: int) -> Hint:
    return Hint(verb, atelier, at_ms)
