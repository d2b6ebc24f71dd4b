"""The places of an atelier as they come free: what a projection of its queue is played on, one class a kind.

Moments are milliseconds, not whole. `seat` gives places to a party that is `share` likely to take them: it holds
them for so much of a turn. One that is not `there` yet was to be, or to have its place, from `since_ms` on. `turn` says
when a party that comes now would have its turn, and changes nothing.
"""

from heapq import heapify, heapreplace
from math import inf
from typing import Protocol, Self

from .event import MINUTE_MS, Kind
from .floor import AtelierFloor, Present

SPARE = 0.75  # whoever completes a batch comes with others: as if it lacked so many people more
LATE_MINUTES = 1.5  # who was to be at a batch, and is not, is there so much later
OVERDUE_SHARE = 0.15  # a turn that should be over lasts this share of a turn more, and half a minute at least


class Places(Protocol):
    def seat(self, since_ms: float, takers: int, share: float, there: bool = True) -> None: ...

    def turn(self, at_ms: float, takers: int) -> tuple[float, float]:
        """When the turn of `takers` people who come at `at_ms` begins, and ends."""

    def empty_ms(self) -> float:
        """When the last of those seated is out."""

    def close(self) -> None:
        """Nobody else joins: there is nobody to wait for."""

    def copy(self) -> Self: ...


def _overdue_ms(turn_ms: float, now_ms: float) -> float:
    return now_ms + max(MINUTE_MS / 2, OVERDUE_SHARE * turn_ms)


def _by_entry(here: AtelierFloor) -> list[Present]:
    return sorted(here.inside, key=lambda present: (present.since_ms, present.key_ms))


class Turns:
    """CONTINUOUS: each of the places takes one person for a turn; a party has several, or takes turns."""

    def __init__(self, here: AtelierFloor, now_ms: float) -> None:
        self.turn_ms = float(here.turn_ms)
        free = [0.0] * here.atelier.places
        inside = _by_entry(here)
        if inside and len(free) > 1 and here.freed_ms > inside[0].since_ms:
            free[-1] = here.freed_ms  # by somebody who was there before
        for present in inside:
            last = 0.0
            for _ in range(present.takers):
                last = max(present.since_ms, free[0]) + self.turn_ms
                heapreplace(free, last)
            if present.takers and last < now_ms:
                # Still inside, by the scans: its last person is not up yet.
                free[free.index(last)] = _overdue_ms(self.turn_ms, now_ms)
                heapify(free)
        self.free = [max(now_ms, at_ms) for at_ms in free]
        heapify(self.free)

    def seat(self, since_ms: float, takers: int, share: float, there: bool = True) -> None:
        free, held_ms = self.free, self.turn_ms * share
        for _ in range(takers):
            heapreplace(free, (free[0] if free[0] > since_ms else since_ms) + held_ms)

    def turn(self, at_ms: float, takers: int) -> tuple[float, float]:
        free = self.free
        start = free[0] if free[0] > at_ms else at_ms
        if takers == 1:
            return start, start + self.turn_ms
        free = free.copy()
        end = start
        for _ in range(takers):
            end = (free[0] if free[0] > at_ms else at_ms) + self.turn_ms
            heapreplace(free, end)
        return start, end

    def empty_ms(self) -> float:
        return max(self.free)

    def close(self) -> None:
        pass

    def copy(self) -> Self:
        twin = object.__new__(type(self))
        twin.turn_ms, twin.free = self.turn_ms, self.free.copy()
        return twin


class Tables:
    """TABLE: a party sits down once there is a seat for each of its people, or once it has all the seats."""

    def __init__(self, here: AtelierFloor, now_ms: float) -> None:
        self.turn_ms = float(here.turn_ms)
        self.places = here.atelier.places
        free = [
            end if (end := present.since_ms + self.turn_ms) > now_ms else _overdue_ms(self.turn_ms, now_ms)
            for present in here.inside
            for _ in range(min(present.takers, self.places))
        ]
        self.part = 0.0  # of a seat: what parties that are hardly likely to be there add up to
        self.free = sorted([now_ms] * (self.places - len(free)) + sorted(free)[-self.places :])

    def seat(self, since_ms: float, takers: int, share: float, there: bool = True) -> None:
        seats = max(1, min(takers, self.places))
        if share < 0.9:  # who may not come keeps nobody waiting for as many seats together
            self.part += seats * share
            seats, share = int(self.part), 1.0
            self.part -= seats
            if not seats:
                return
        start = max(since_ms, self.free[seats - 1])
        self.free = sorted(self.free[seats:] + [start + self.turn_ms * share] * seats)

    def turn(self, at_ms: float, takers: int) -> tuple[float, float]:
        start = max(at_ms, self.free[max(1, min(takers, self.places)) - 1])
        return start, start + self.turn_ms

    def empty_ms(self) -> float:
        return self.free[-1]

    def close(self) -> None:
        pass

    def copy(self) -> Self:
        twin = object.__new__(type(self))
        twin.turn_ms, twin.places, twin.free, twin.part = self.turn_ms, self.places, self.free, self.part
        return twin


class Batches:
    """BATCH: batches follow one another; each leaves when full, or with enough people after a hold."""

    def __init__(self, here: AtelierFloor, now_ms: float) -> None:
        atelier = here.atelier
        self.turn_ms = float(here.turn_ms)
        self.places = atelier.places
        self.min_fill = min(atelier.min_fill, atelier.places)
        self.hold_ms = atelier.hold_minutes * MINUTE_MS
        latest = max((present.since_ms for present in here.inside), default=None)
        self.ready = now_ms
        if latest is not None:
            end = latest + self.turn_ms
            self.ready = end if end > now_ms else _overdue_ms(self.turn_ms, now_ms)
        self.filled = 0.0
        self.first: float | None = None
        self.there = 0.0  # of those who fill it
        self.enough_ms = now_ms  # since when, or from when on, they are enough
        self.now_ms, self.queue = now_ms, here.queue
        self.coming = here.coming(now_ms) / MINUTE_MS

    def seat(self, since_ms: float, takers: int, share: float, there: bool = True) -> None:
        if not there:
            since_ms = max(since_ms, self.now_ms + LATE_MINUTES * MINUTE_MS)
        ready, filled, first = self._joined(since_ms, takers * share)
        if ready != self.ready and share < 0.5:  # who most likely is not there begins no batch
            return
        if ready != self.ready or self.filled < self.min_fill:
            self.enough_ms = since_ms
        came = 0.0 if ready != self.ready else self.there
        self.there = came + takers * share * there
        self.ready, self.filled, self.first = ready, filled, first

    def turn(self, at_ms: float, takers: int) -> tuple[float, float]:
        ready, filled, first = self._joined(at_ms, takers)
        start = max(at_ms, self._leaves(ready, filled, first, at_ms))
        if ready == self.ready and self.there + takers < self.min_fill:
            start = max(start, self.enough_ms)
        return start, start + self.turn_ms

    def empty_ms(self) -> float:
        if self.first is None:
            return self.ready
        return self._leaves(self.ready, self.filled, self.first) + self.turn_ms

    def close(self) -> None:
        self.hold_ms, self.min_fill = 0, 0

    def copy(self) -> Self:
        twin = object.__new__(type(self))
        twin.__dict__.update(self.__dict__)
        return twin

    def _joined(self, at_ms: float, people: float) -> tuple[float, float, float]:
        """When places are ready, how full, and since when somebody waits, for the batch that these people join."""
        people = min(people, self.places)
        ready, filled, first = self.ready, self.filled, self.first
        if first is not None:
            leaves = self._leaves(ready, filled, first)
            if filled + people > self.places + 0.5 or leaves < at_ms:
                ready, filled, first = max(leaves, ready) + self.turn_ms, 0.0, None
        return ready, filled + people, at_ms if first is None else min(first, at_ms)

    def _leaves(self, ready: float, filled: float, first: float, at_ms: float = inf) -> float:
        """When a batch begins that `filled` people of those who came by `at_ms` have joined.

        Who is missing comes from now on, unless it stands in the queue already.
        """
        if filled >= self.places - 0.5:
            return max(ready, first)
        held = first + self.hold_ms
        missing = self.min_fill - filled
        if missing > 0 and at_ms < self.now_ms:
            missing = self._missing(missing, at_ms)
        if missing > 0:
            held = max(held, max(first, self.now_ms) + (missing + SPARE) / self.coming)
        return max(ready, held)

    def _missing(self, people: float, at_ms: float) -> float:
        """As many, less those in the queue who came after `at_ms`."""
        for present in reversed(self.queue):
            if present.since_ms > at_ms:
                people -= present.takers
                if people <= 0:
                    break
        return people


PLACES: dict[Kind, type[Turns] | type[Tables] | type[Batches]] = {
    Kind.CONTINUOUS: Turns,
    Kind.TABLE: Tables,
    Kind.BATCH: Batches,
}
