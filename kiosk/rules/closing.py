"""When a queue has to be closed, so that the last who stands in it is out in time.

Who is there now is served to the last many times over, as in `endings`. Who will still come is taken to come as in the
last half hour: a queue that grows by so many minutes of work each minute reaches the end that much sooner.
"""

from dataclasses import dataclass, replace
from math import sqrt
from statistics import pstdev

from .endings import ends_ms, standing
from .event import MINUTE_MS, Closing, Event, Kind, Window
from .floor import AtelierFloor, Floor, Present
from .waits import Projection

# The standard error of an end beside that of who gives up: a part that is fixed, and one that grows.
SPREAD_MINUTES, SPREAD_SHARE = 1.0, 0.05
MISSED = 0.03  # of those who come nobody scans so many: they are served as well
LIKELY = 1.64  # standard errors either side: nine times in ten it is within
LONG_STEP_MINUTES = 10  # where ends are so far apart, not every end can be had
SLACK_MINUTES = 2
PARTY = 3  # people, of those who sit down together
DRAIN_MINUTES = 30  # after closing, for an atelier that serves its queue to the last


@dataclass(frozen=True, slots=True)
class Drain:
    """When the last of those who are there now is out, if nobody else joins; between `low_ms` and `high_ms`."""

    end_ms: int
    low_ms: int
    high_ms: int


@dataclass(frozen=True, slots=True)
class LastCall:
    """The queue has to be closed at `at_ms` (past: it is late by that much) for its last turn to end by `by_ms`.

    `promised_ms`: when that will be; sooner, where turns are so long that the last of them ends well before.
    `drain`: how it would end if it were closed now.
    """

    atelier: str
    at_ms: int
    low_ms: int
    high_ms: int
    by_ms: int
    promised_ms: int
    drain: Drain


def by_ms(event: Event, here: AtelierFloor, window: Window) -> int:
    """When an atelier's last turn has to be over at the end of `window`."""
    drains = here.atelier.closing is Closing.DRAIN
    return window.closes_ms + (DRAIN_MINUTES * MINUTE_MS if drains else 0)


def drain(event: Event, floor: Floor, here: AtelierFloor) -> Drain:
    """Raises ValueError once the day is over."""
    window = event.window_at(floor.at_ms)
    if window is None:
        raise ValueError(
            f"at {event.local(floor.at_ms):%H:%M} the day is over: no queue is left to be served"
        )
    ends = ends_ms(floor, Projection(event, floor, here).here, max(floor.at_ms, window.opens_ms))
    end_ms = ends[len(ends) // 2]
    minutes = max(0.0, (end_ms - floor.at_ms) / MINUTE_MS)
    spread = sqrt(SPREAD_MINUTES**2 + (SPREAD_SHARE * minutes) ** 2 + (pstdev(ends) / MINUTE_MS) ** 2)
    margin_ms = round(LIKELY * spread * MINUTE_MS)
    return Drain(end_ms, max(floor.at_ms, end_ms - margin_ms), end_ms + margin_ms)


def last_call(event: Event, floor: Floor, here: AtelierFloor) -> LastCall | None:
    """The last call of a queue in the window that is open now; None for what ends by its timetable, or is over."""
    window = event.window_at(floor.at_ms)
    atelier = here.atelier
    if window is None or floor.at_ms < window.opens_ms or atelier.kind is Kind.SESSION:
        return None
    by = by_ms(event, here, window)
    now = drain(event, floor, here)
    promised_ms = attainable_ms(here, now.end_ms, by)
    growth = max(work(here, floor.at_ms), 1.0)
    room_ms = promised_ms - now.end_ms - unseen_ms(floor, now)
    latest_ms = promised_ms - here.turn_ms  # whoever finds it empty then is still served in time
    at_ms = min(floor.at_ms + round(room_ms / growth if room_ms > 0 else room_ms), latest_ms)
    low_ms = min(at_ms, floor.at_ms + by - now.high_ms)
    high_ms = min(latest_ms, max(at_ms, floor.at_ms + by - now.low_ms))
    return LastCall(atelier.id, at_ms, low_ms, high_ms, by, promised_ms, now)


def work(here: AtelierFloor, until_ms: int) -> float:
    """The minutes of work that came each minute, in the half hour before.

    Each minute of it brings the end so much later; less than one would leave places idle, and the end where it is.
    """
    return here.inflow(until_ms) * here.turn_ms / MINUTE_MS / here.atelier.places


def step_ms(here: AtelierFloor) -> float:
    """From one end that can be had to the next."""
    atelier = here.atelier
    together = {Kind.CONTINUOUS: 1, Kind.TABLE: PARTY}.get(atelier.kind, atelier.places)
    return here.turn_ms * min(1.0, together / atelier.places)


def attainable_ms(here: AtelierFloor, end_ms: int, by_ms: int) -> int:
    """The last end that is in time, of those that a queue can have that would end at `end_ms` if it were closed now."""
    step, late_ms = step_ms(here), by_ms + SLACK_MINUTES * MINUTE_MS
    if step < LONG_STEP_MINUTES * MINUTE_MS or end_ms > late_ms or not (here.inside or here.queue):
        return by_ms
    return min(by_ms, end_ms + round((late_ms - end_ms) // step * step))


def unseen_ms(floor: Floor, drain: Drain) -> int:
    """What those whom nobody scanned add to the end."""
    return round(MISSED * (drain.end_ms - floor.at_ms))


def too_late(event: Event, floor: Floor, here: AtelierFloor, by_ms: int) -> tuple[Present, ...]:
    """Those at the end of the queue without whom it would end by `by_ms`, the last of them last."""
    queue = standing(here)
    gone: list[Present] = []
    while queue and drain(event, floor, replace(here, queue=tuple(queue))).end_ms > by_ms:
        gone.insert(0, queue.pop())
    return tuple(gone)
