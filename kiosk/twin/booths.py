"""The ateliers of the world: real places, a queue one can see, and an animator who calls people in.

A visit goes join → turn (True: it begins; False: sent on at the end) → over. Each kind of atelier has its own
way to give places away; all of them decide by simulated time and the order of the queue alone.
"""

from abc import ABC, abstractmethod
from bisect import insort
from collections.abc import Callable, Generator
from dataclasses import dataclass
from operator import attrgetter
from random import Random
from typing import Any

import simpy
from simpy.events import Event as Signal

from firmware.wire.passage import ENTER, LEAVE

from ..rules.event import MINUTE_MS, Atelier, Closing, Event, Kind
from .scenario import Habits

READY_MS = 45_000  # to be welcomed, shown the place and helped into the seat

Steps = Generator[Signal, Any, None]


@dataclass(eq=False)
class Visit:
    """A party at an atelier. `people`: how many of it want a place; `turn` and `over`: see above.

    At a CONTINUOUS atelier `playing` of them have a place, and `to_go` have not had it yet.
    """

    party: int
    people: int
    since_ms: int
    key_ms: int
    turn: Signal
    over: Signal
    to_go: int = 0
    playing: int = 0


class Booth(ABC):
    """`scan(visit, step)` is what the animator does with the badge; the world hears it, whatever is scanned."""

    def __init__(
        self,
        env: simpy.Environment,
        event: Event,
        atelier: Atelier,
        scan: Callable[[Visit, str], None],
        chance: Random,
        habits: Habits,
    ) -> None:
        self.env = env
        self.event = event
        self.atelier = atelier
        self.queue: list[Visit] = []
        self.inside: list[Visit] = []
        self.free = atelier.places
        self.closed = False  # its queue: who is in it stays in it
        self._scan = scan
        self._chance = chance
        self._pace = chance.uniform(*habits.pace)  # of this atelier, on this day
        self._pace_each = habits.pace_each
        for window in event.windows:
            if window.closes_ms > env.now:
                env.process(self._close(window.closes_ms))

    @property
    def now_ms(self) -> int:
        return int(self.env.now)

    def join(self, party: int, people: int, key_ms: int) -> Visit:
        """Stand in the queue behind all who came, or whose place was kept, before `key_ms`."""
        visit = Visit(party, people, self.now_ms, key_ms, self.env.event(), self.env.event(), people)
        insort(self.queue, visit, key=attrgetter("key_ms"))
        self.env.process(self._attend_after(READY_MS))
        return visit

    def give_up(self, visit: Visit) -> None:
        self.queue.remove(visit)
        self.attend()

    def close_queue(self) -> None:
        """Nobody joins any more: there is nobody to wait for."""
        self.closed = True
        self.attend()

    def open_queue(self) -> None:
        self.closed = False

    def look_ms(self, people: int, key_ms: int) -> int | None:
        """How long it looks to somebody who comes in now, with this place; None where it is hopeless."""
        return None if self.closed else self.outlook_ms(people, key_ms)

    def outlook_ms(self, people: int, key_ms: int) -> int | None:
        """As `look_ms`, of a queue that is open."""
        ahead = self._ahead(key_ms)
        busy = 0 if self.free >= min(people, self.atelier.places) else self.atelier.turn_ms // 2
        return busy + ahead * self.atelier.turn_ms // self.atelier.places

    def _ahead(self, key_ms: int) -> int:
        return sum(visit.people for visit in self.queue if visit.key_ms <= key_ms)

    @abstractmethod
    def attend(self) -> None:
        """Look up: call in whoever can come in now."""

    def _head(self) -> Visit | None:
        """The first of the queue, once it is ready and while turns begin."""
        if not self.queue or (self.atelier.closing is Closing.STOP and not self._doors_open()):
            return None
        return next((visit for visit in self.queue if self._ready(visit)), None)

    def _ready(self, visit: Visit) -> bool:
        return self.now_ms - visit.since_ms >= READY_MS

    def _doors_open(self) -> bool:
        return any(self.now_ms in window for window in self.event.windows)

    def _turn_ms(self) -> int:
        return round(self.atelier.turn_ms * self._pace * self._chance.uniform(*self._pace_each))

    def _begin(self, visit: Visit) -> None:
        self.queue.remove(visit)
        self.inside.append(visit)
        self._scan(visit, ENTER)
        visit.turn.succeed(True)

    def _end(self, visit: Visit) -> None:
        self.inside.remove(visit)
        self._scan(visit, LEAVE)
        visit.over.succeed()

    def _attend_after(self, wait_ms: int) -> Steps:
        yield self.env.timeout(wait_ms)
        self.attend()

    def _close(self, closes_ms: int) -> Steps:
        """At the end of a window: the queue is sent on, or else served to the last."""
        yield self.env.timeout(closes_ms - self.now_ms)
        if self.atelier.closing is Closing.STOP:
            sent_on, self.queue = self.queue, []
            for visit in sent_on:
                visit.turn.succeed(False)
        self.attend()


class Turns(Booth):
    """CONTINUOUS: one person a place; a party is inside until the last of its people has had a turn."""

    def attend(self) -> None:
        while self.free:
            visit = next((visit for visit in self.inside if visit.to_go), None)
            if visit is None:
                visit = self._head()
                if visit is None:
                    return
                self._begin(visit)
            visit.to_go -= 1
            visit.playing += 1
            self.free -= 1
            self.env.process(self._one(visit))

    def _one(self, visit: Visit) -> Steps:
        yield self.env.timeout(self._turn_ms())
        self.free += 1
        visit.playing -= 1
        if not visit.playing and not visit.to_go:
            self._end(visit)
        self.attend()


class Tables(Booth):
    """TABLE: a party sits down together once there is a seat for each, and gets up together."""

    def attend(self) -> None:
        while visit := self._head():
            seats = min(visit.people, self.atelier.places)
            if seats > self.free:
                return
            self.free -= seats
            self._begin(visit)
            self.env.process(self._sit(visit, seats))

    def _sit(self, visit: Visit, seats: int) -> Steps:
        yield self.env.timeout(self._turn_ms())
        self.free += seats
        self._end(visit)
        self.attend()


class Batches(Booth):
    """BATCH: all together, when full, or when enough have come and the first was held long enough."""

    def outlook_ms(self, people: int, key_ms: int) -> int | None:
        ahead = self._ahead(key_ms) + min(people, self.atelier.places)
        rounds = (ahead - 1) // self.atelier.places
        return self.atelier.turn_ms // 2 * bool(self.inside) + rounds * self.atelier.turn_ms

    def attend(self) -> None:
        if self.inside or not self._head():
            return
        batch, filled, full = self._fill()
        held_ms = self.now_ms - min(visit.since_ms for visit in self.queue)
        hold_ms = self.atelier.hold_minutes * MINUTE_MS
        if (
            full
            or self.closed
            or not self._doors_open()
            or (filled >= self.atelier.min_fill and held_ms >= hold_ms)
        ):
            for visit in batch:
                self._begin(visit)
            self.env.process(self._run(batch))
        elif held_ms < hold_ms:
            self.env.process(self._attend_after(hold_ms - held_ms))

    def _fill(self) -> tuple[list[Visit], int, bool]:
        """Who would go now, how many people they are, and whether no more fit."""
        batch: list[Visit] = []
        filled = 0
        for visit in self.queue:
            people = min(visit.people, self.atelier.places)
            if filled + people > self.atelier.places:
                return batch, filled, True
            if not self._ready(visit):
                continue
            batch.append(visit)
            filled += people
        return batch, filled, filled == self.atelier.places

    def _run(self, batch: list[Visit]) -> Steps:
        yield self.env.timeout(self._turn_ms())
        for visit in batch:
            self._end(visit)
        self.attend()


class Sessions(Booth):
    """SESSION: by the timetable, for whoever has a seat in the one they came for."""

    def __init__(self, env: simpy.Environment, event: Event, atelier: Atelier, *rest: Any) -> None:
        super().__init__(env, event, atelier, *rest)
        for start_ms in atelier.times_ms:
            if start_ms > env.now:
                env.process(self._hold(start_ms))

    def outlook_ms(self, people: int, key_ms: int) -> int | None:
        start_ms = self.atelier.next_session_ms(self.now_ms + READY_MS)
        latest_ms = self.now_ms - self.atelier.turn_ms // 2 - READY_MS
        if any(latest_ms <= begun_ms <= self.now_ms for begun_ms in self.atelier.times_ms):
            return None  # one has just begun: whoever comes in now would be taken for late
        taken = sum(visit.people for visit in self.queue)
        if start_ms is None or taken + min(people, self.atelier.places) > self.atelier.places:
            return None
        return start_ms - self.now_ms

    def attend(self) -> None:
        pass

    def _hold(self, start_ms: int) -> Steps:
        yield self.env.timeout(start_ms - self.now_ms)
        seated = list(self.queue)
        for visit in seated:
            self._begin(visit)
        yield self.env.timeout(self.atelier.turn_ms)
        for visit in seated:
            self._end(visit)


KINDS: dict[Kind, type[Booth]] = {
    Kind.CONTINUOUS: Turns,
    Kind.TABLE: Tables,
    Kind.BATCH: Batches,
    Kind.SESSION: Sessions,
}
