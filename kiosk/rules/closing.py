"""When a queue has to be closed, so that the last who stands in it is out in time.

Who is there now is played forward as in `waits`. Who will still come is taken to come as in the last half hour: a queue
that grows by so many minutes of work each minute reaches the end that much sooner.
"""

from dataclasses import dataclass
from math import sqrt

from .event import MINUTE_MS, Closing, Event, Kind, Window
from .floor import AtelierFloor, Floor
from .waits import Projection

# The standard error of an end: a part that is fixed, and one that grows.
SPREAD_MINUTES, SPREAD_SHARE = 1.0, 0.09
LIKELY = 1.64  # standard errors either side: nine times in ten it is within
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

    `drain`: how it would end if it were closed now.
    """

    atelier: str
    at_ms: int
    low_ms: int
    high_ms: int
    by_ms: int
    drain: Drain


def by_ms(event: Event, here: AtelierFloor, window: Window) -> int:
    """When an atelier's last turn has to be over at the end of `window`."""
    drains = here.atelier.closing is Closing.DRAIN
    return window.closes_ms + (DRAIN_MINUTES * MINUTE_MS if drains else 0)


def drain(event: Event, floor: Floor, here: AtelierFloor) -> Drain:
    """Raises ValueError once the day is over."""
    if event.window_at(floor.at_ms) is None:
        raise ValueError(
            f"at {event.local(floor.at_ms):%H:%M} the day is over: no queue is left to be served"
        )
    end_ms = Projection(event, floor, here).drained_ms()
    minutes = max(0.0, (end_ms - floor.at_ms) / MINUTE_MS)
    margin_ms = round(LIKELY * sqrt(SPREAD_MINUTES**2 + (SPREAD_SHARE * minutes) ** 2) * MINUTE_MS)
    return Drain(end_ms, max(floor.at_ms, end_ms - margin_ms), end_ms + margin_ms)


def last_call(event: Event, floor: Floor, here: AtelierFloor) -> LastCall | None:
    """The last call of a queue in the window that is open now; None for what ends by its timetable, or is over."""
    window = event.window_at(floor.at_ms)
    atelier = here.atelier
    if window is None or floor.at_ms < window.opens_ms or atelier.kind is Kind.SESSION:
        return None
    by = by_ms(event, here, window)
    now = drain(event, floor, here)
    room_ms = by - now.end_ms
    if room_ms > 0:
        # Each minute brings so many minutes of work; less than one would leave places idle, and the end where it is.
        growth = here.inflow(floor.at_ms) * here.turn_ms / MINUTE_MS / atelier.places
        room_ms = round(room_ms / max(growth, 1.0))
    latest_ms = by - here.turn_ms  # whoever finds it empty then is still served in time
    at_ms = min(floor.at_ms + room_ms, latest_ms)
    low_ms = min(at_ms, floor.at_ms + by - now.high_ms)
    high_ms = min(latest_ms, max(at_ms, floor.at_ms + by - now.low_ms))
    return LastCall(atelier.id, at_ms, low_ms, high_ms, by, now)
