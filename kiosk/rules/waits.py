"""How long somebody who comes to an atelier will wait for a turn.

The queue is projected forward, deterministically: who is inside gives a place back when the turn is over,
and those ahead take places in the order in which they came. One projection a kind of atelier; parties on their
way count as if they stood at the end of the queue.
"""

import heapq
from dataclasses import dataclass

from .event import MINUTE_MS, Atelier, Closing, Event, Kind
from .floor import AtelierFloor, Present, Status

OVERDUE_SHARE = 0.15  # a turn that should be over lasts this share of a turn more, and a minute at least

_STEPS = ((20, 5), (60, 10), (120, 15))  # of so many minutes while a wait is below so many
_WIDEST_STEP = 30


@dataclass(frozen=True, slots=True)
class Wait:
    """`start_ms`: when the turn is expected to begin."""

    at_ms: int
    start_ms: int

    @property
    def minutes(self) -> float:
        return (self.start_ms - self.at_ms) / MINUTE_MS

    @property
    def range_minutes(self) -> tuple[int, int]:
        return range_minutes(self.minutes)


def range_minutes(minutes: float) -> tuple[int, int]:
    """The range to tell people for a wait of so many minutes, wider the longer it is: never a false minute.

    >>> range_minutes(0.5), range_minutes(3), range_minutes(7), range_minutes(25), range_minutes(70)
    ((0, 0), (0, 5), (5, 10), (20, 30), (60, 75))
    """
    if minutes < 1:
        return (0, 0)
    step = next((step for below, step in _STEPS if minutes < below), _WIDEST_STEP)
    low = int(minutes) // step * step
    return (low, low + step)


def expected(event: Event, here: AtelierFloor, at_ms: int, takers: int, now_ms: int) -> Wait | None:
    """The wait of a party that comes at `at_ms` and needs `takers` places; None where it gets no turn."""
    atelier = here.atelier
    window = event.window_at(at_ms)
    if window is None or here.status is not Status.OPEN or takers < 1:
        return None
    begin_ms = max(at_ms, window.opens_ms)
    if atelier.kind is Kind.SESSION:
        start_ms = _session_start(here, begin_ms, takers)
    else:
        from_ms = max(now_ms, window.opens_ms)  # who has come before the doors open is not served before
        start_ms = max(begin_ms, _PROJECTIONS[atelier.kind](here, begin_ms, takers, from_ms))
    drains = atelier.closing is Closing.DRAIN and atelier.kind is not Kind.SESSION
    if start_ms is None or (start_ms >= window.closes_ms and not drains):
        return None
    return Wait(at_ms, start_ms)


def _ahead(here: AtelierFloor, at_ms: int) -> list[Present]:
    return [*here.queue, *(present for present in here.on_the_way if present.since_ms <= at_ms)]


def _end_ms(atelier: Atelier, since_ms: int, turns: int, now_ms: int) -> int:
    """When somebody inside since `since_ms` gives the place back."""
    end_ms = since_ms + turns * atelier.turn_ms
    return end_ms if end_ms > now_ms else now_ms + max(MINUTE_MS, round(OVERDUE_SHARE * atelier.turn_ms))


def _one_by_one(here: AtelierFloor, at_ms: int, takers: int, now_ms: int) -> int:
    """Each of `places` servers takes one person for a turn."""
    atelier = here.atelier
    free: list[int] = []
    for present in here.inside:
        turns = -(-present.takers // atelier.places)
        share = min(present.takers, atelier.places)
        free += [_end_ms(atelier, present.since_ms, turns, now_ms)] * share
    free = sorted(free, reverse=True)[: atelier.places]
    free += [now_ms] * (atelier.places - len(free))
    heapq.heapify(free)
    for present in _ahead(here, at_ms):
        for _ in range(present.takers):
            heapq.heapreplace(free, free[0] + atelier.turn_ms)
    return free[0]


def _together(here: AtelierFloor, at_ms: int, takers: int, now_ms: int) -> int:
    """A party sits down once there is a seat for each of its people, or all of the seats."""
    atelier = here.atelier
    free = sorted(
        end
        for present in here.inside
        for end in [_end_ms(atelier, present.since_ms, 1, now_ms)] * min(present.takers, atelier.places)
    )[-atelier.places :]
    free = sorted([now_ms] * (atelier.places - len(free)) + free)
    for present in _ahead(here, at_ms):
        seats = max(1, min(present.takers, atelier.places))
        start_ms = free[seats - 1]
        free = sorted(free[seats:] + [start_ms + atelier.turn_ms] * seats)
    return free[min(takers, atelier.places) - 1]


def _in_batches(here: AtelierFloor, at_ms: int, takers: int, now_ms: int) -> int:
    """Batches follow one another; each leaves when full, or with enough people after `hold_minutes`."""
    atelier = here.atelier
    running = [_end_ms(atelier, present.since_ms, 1, now_ms) for present in here.inside]
    ready_ms = max(running, default=now_ms)
    filled = 0
    first_ms: int | None = None
    for present in _ahead(here, at_ms):
        people = max(1, min(present.takers, atelier.places))
        if filled + people > atelier.places:
            ready_ms += atelier.turn_ms
            filled, first_ms = 0, None
        filled += people
        first_ms = present.since_ms if first_ms is None else first_ms
    people = min(takers, atelier.places)
    if filled + people > atelier.places:
        ready_ms += atelier.turn_ms
        filled, first_ms = 0, None
    filled += people
    start_ms = max(ready_ms, at_ms)
    if filled < atelier.places and (filled < atelier.min_fill or atelier.hold_minutes):
        held_from_ms = at_ms if first_ms is None else first_ms
        start_ms = max(start_ms, held_from_ms + atelier.hold_minutes * MINUTE_MS)
    return start_ms


def _session_start(here: AtelierFloor, at_ms: int, takers: int) -> int | None:
    """The next session with room for the party; those who wait already have their seats in theirs."""
    atelier = here.atelier
    taken = dict.fromkeys(atelier.times_ms, 0)
    for present in here.queue:
        start = atelier.next_session_ms(present.since_ms)
        if start is not None:
            taken[start] += present.takers
    needed = min(takers, atelier.places)
    return next(
        (start for start in atelier.times_ms if start >= at_ms and taken[start] + needed <= atelier.places),
        None,
    )


_PROJECTIONS = {Kind.CONTINUOUS: _one_by_one, Kind.TABLE: _together, Kind.BATCH: _in_batches}
