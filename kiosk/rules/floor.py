"""Everything live at one moment: who queues, who is inside, who is roaming, for each atelier and in all.

Counted twice over, in parties and in people: rooms fill with people, queues move by parties.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from .event import MINUTE_MS, Atelier
from .guest import Guest
from .learned import coming

INFLOW_MINUTES = 30
LATELY_MS = 25 * MINUTE_MS  # a wait says so long what a queue is like that nobody sees


class Status(StrEnum):
    OPEN = "open"
    PAUSED = "paused"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Count:
    parties: int = 0
    people: int = 0

    def __add__(self, guest: Guest) -> "Count":
        return Count(self.parties + 1, self.people + guest.size)

    def __sub__(self, guest: Guest) -> "Count":
        return Count(self.parties - 1, self.people - guest.size)


@dataclass(frozen=True, slots=True)
class Present:
    """A party at an atelier since `since_ms`, or expected there at that moment; `takers` of its people need a place.

    `key_ms` is its place in the queue: the smaller goes first. A place that is kept has an earlier one. `rests`: the
    party sits nearby until this place comes up.
    """

    guest: Guest
    since_ms: int
    takers: int
    inferred: bool
    key_ms: int
    rests: bool = False


@dataclass(frozen=True)
class AtelierFloor:
    """`queue`: in its order. `on_the_way`: told to come, not seen since, by when they should be there.
    `kept`: parties elsewhere whose place in the queue is kept.

    `turn_ms`: what one turn takes, as learned from `turns_seen` of them. `served_ms`: the latest place in the queue
    that had its turn: who is still seen before it has gone, or was not scanned. `delay_ms`: where arrivals are not
    seen, the latest waits in the mean, and until when. `arrivals`: the latest, as moments and people who need a place.
    `freed_ms`: when somebody was last scanned out. `opens_ms`: when the doors opened, or will open next.
    """

    atelier: Atelier
    status: Status
    queue: tuple[Present, ...]
    inside: tuple[Present, ...]
    on_the_way: tuple[Present, ...]
    kept: tuple[Present, ...]
    done: Count
    left: Count
    turn_ms: int
    turns_seen: int
    served_ms: int
    delay_ms: tuple[int, int] = (0, 0)
    arrivals: tuple[tuple[int, int], ...] = ()
    freed_ms: int = 0
    opens_ms: int = 0

    def inflow(self, now_ms: int) -> float:
        """People who came for a place in the last INFLOW_MINUTES, a minute."""
        return self._came(now_ms - INFLOW_MINUTES * MINUTE_MS) / INFLOW_MINUTES

    def coming(self, now_ms: float) -> float:
        """People a minute who are expected to come for a place: as in the last INFLOW_MINUTES, with the doors open."""
        since_ms = min(now_ms, max(self.opens_ms, now_ms - INFLOW_MINUTES * MINUTE_MS))
        return coming(self._came(since_ms), (now_ms - since_ms) / MINUTE_MS)

    def _came(self, since_ms: float) -> int:
        return sum(people for at_ms, people in self.arrivals if at_ms >= since_ms)

    def hidden(self, now_ms: int) -> float:
        """People in a queue whose arrivals nobody scans, by Little's law: what is served, times the latest waits."""
        waited_ms, at_ms = self.delay_ms
        return 0.0 if now_ms - at_ms > LATELY_MS else waited_ms / self.turn_ms * self.atelier.places

    @cached_property
    def queued(self) -> Count:
        return count(present.guest for present in self.queue)

    @cached_property
    def occupied(self) -> Count:
        return count(present.guest for present in self.inside)

    @property
    def places_taken(self) -> int:
        """Never more than there are: of a large party at a CONTINUOUS atelier the others look on."""
        return min(self.atelier.places, sum(present.takers for present in self.inside))


@dataclass(frozen=True)
class Floor:
    """`came`: all who checked in. `gone` are presumed so once they were silent for long enough.

    `compliance`: the share of advice that is followed; `impatience`: how much sooner than expected people give up.
    """

    at_ms: int
    came: Count
    on_site: Count
    roaming: Count
    gone: Count
    ateliers: tuple[AtelierFloor, ...]
    unknown_badges: int
    compliance: float
    impatience: float

    @cached_property
    def by_id(self) -> Mapping[str, AtelierFloor]:
        return {here.atelier.id: here for here in self.ateliers}


def count(guests: Iterable[Guest]) -> Count:
    total = Count()
    for guest in guests:
        total = total + guest
    return total
