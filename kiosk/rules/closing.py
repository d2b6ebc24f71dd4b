"""When a queue has to be closed, so that the last who stands in it is out in time.

Who is there now is served to the last many times over, as in `endings`. Who will still come is taken to come as in the
last half hour: a queue that grows by so many minutes of work each minute reaches the end that much sooner.
"""

from dataclasses import dataclass
from math import sqrt
from statistics import median, pstdev

from .endings import Ending, endings, standing
from .event import MINUTE_MS, Closing, Event, Kind, Window
from .floor import AtelierFloor, Floor, Present
from .waits import Projection

# The standard error of an end beside that of who gives up: a part that is fixed, and one that grows.
SPREAD_MINUTES, SPREAD_SHARE = 1.0, 0.05
STAY = 0.8  # of those who come, so many wait for their turn
MOST_GROWTH = 1.5  # minutes of work a minute: before more than that, people turn round
MISSED = 0.03  # of those who come nobody scans so many: they are served as well
LIKELY = 1.64  # standard errors either side: nine times in ten it is within
NEARLY_MINUTES = 5  # before: as good as in time
PARTY = 3  # people, of those who sit down together
LATE_MINUTES, STILL_LATE_MINUTES = 3, 2  # after the end that is promised: too late
REACT_MINUTES = 4  # before a turn begins: the last moment to tell a family that it will not
SURE, EVEN, STILL = 0.9, 0.5, 0.1  # of the ways in which it may go
DRAIN_MINUTES = 30  # after closing, for an atelier that serves its queue to the last


@dataclass(frozen=True, slots=True)
class Drain:
    """When the last of those who are there now is out, if nobody else joins; between `low_ms` and `high_ms`.

    One time in four it is before `soon_ms`, by who gives up, and one in four after `late_ms`.
    """

    end_ms: int
    low_ms: int
    high_ms: int
    soon_ms: int
    late_ms: int


@dataclass(frozen=True, slots=True)
class LastCall:
    """The queue has to be closed at `at_ms` (past: it is late by that much) for its last turn to end by `by_ms`.

    `promised_ms`: when that will be; sooner, where turns are so long that the last of them ends well before.
    `people`: how many more there is time for. `drain`: how it would end if it were closed now.
    """

    atelier: str
    at_ms: int
    low_ms: int
    high_ms: int
    by_ms: int
    promised_ms: int
    people: int
    drain: Drain


def by_ms(event: Event, here: AtelierFloor, window: Window) -> int:
    """When an atelier's last turn has to be over at the end of `window`."""
    drains = here.atelier.closing is Closing.DRAIN
    return window.closes_ms + (DRAIN_MINUTES * MINUTE_MS if drains else 0)


def serving(event: Event, here: AtelierFloor, now_ms: int) -> Window | None:
    """The window of those who are served now: the doors are open, or what is left of its queue is served to the end."""
    return next(
        (window for window in event.windows if window.opens_ms <= now_ms < by_ms(event, here, window)), None
    )


def drain(event: Event, floor: Floor, here: AtelierFloor) -> Drain:
    """Raises ValueError once the day is over."""
    return _drain(floor, _endings(event, floor, here))


def last_call(event: Event, floor: Floor, here: AtelierFloor) -> LastCall | None:
    """The last call of a queue in the window that is served now; None for what ends by its timetable, or is over."""
    window = serving(event, here, floor.at_ms)
    atelier = here.atelier
    if window is None or atelier.kind is Kind.SESSION:
        return None
    by = by_ms(event, here, window)
    found = _endings(event, floor, here)
    now = _drain(floor, found)
    unseen_ms = round(MISSED * (now.end_ms - floor.at_ms))
    people, promised_ms = _room(floor, here, found[len(found) // 2], by - unseen_ms)
    promised_ms = by if by - promised_ms <= NEARLY_MINUTES * MINUTE_MS or now.end_ms > by else promised_ms
    growth = min(MOST_GROWTH, max(1.0, STAY * work(here, floor.at_ms)))
    last_ms = span_ms(here) if here.inflow(floor.at_ms) else here.turn_ms
    latest_ms = promised_ms - last_ms  # whoever finds it empty then is still served in time
    room_ms = min(0, by - now.end_ms - unseen_ms)
    if people:
        room_ms = round(people * here.turn_ms / atelier.places / growth)
    at_ms = min(floor.at_ms + room_ms, latest_ms)
    low_ms = min(at_ms, floor.at_ms + by - now.high_ms)
    high_ms = min(latest_ms, max(at_ms, floor.at_ms + by - now.low_ms))
    return LastCall(atelier.id, at_ms, low_ms, high_ms, by, promised_ms, people, now)


def work(here: AtelierFloor, until_ms: int) -> float:
    """The minutes of work that came each minute, in the half hour before.

    Each minute of it brings the end so much later; less than one would leave places idle, and the end where it is.
    """
    return here.inflow(until_ms) * here.turn_ms / MINUTE_MS / here.atelier.places


def too_late(
    event: Event, floor: Floor, here: AtelierFloor, by_ms: int, stays: bool = False
) -> tuple[Present, ...]:
    """Those at the end of the queue who should be told that it is too late for them, the last of them last.

    Long before, nobody knows whether a party fits: some ahead of it will give up, so one is kept in reserve. Each is
    told once even the one ahead of it would be too late, or at the last moment at which it can be told, if it is
    likelier than not. `stays`: it was told just now.
    """
    queue = standing(Projection(event, floor, here).here, floor.at_ms)
    found = _endings(event, floor, here)
    kept = len(queue)
    while kept and _is_too_late(floor, here, found, queue[:kept], by_ms, stays):
        kept -= 1
    return tuple(queue[kept:])


def _is_too_late(
    floor: Floor, here: AtelierFloor, found: list[Ending], queue: list[Present], by_ms: int, stays: bool
) -> bool:
    """Whether the last of `queue` should be told."""
    last = len(queue) - 1
    ways = [(begin, each) for each in found if (begin := each.begins[last]) is not None]
    if not ways:
        return False
    late_ms = by_ms + (STILL_LATE_MINUTES if stays else LATE_MINUTES) * MINUTE_MS
    latest_ms = by_ms + LATE_MINUTES * MINUTE_MS - span_ms(here, queue[last].takers)
    begin_ms = min(latest_ms, median(begin for begin, _ in ways))
    if begin_ms > floor.at_ms + REACT_MINUTES * MINUTE_MS:
        return sum(each.ends[last] > late_ms for _, each in ways) >= (SURE - STILL * stays) * len(ways)
    over = sum(
        each.ends[last + 1] > late_ms and each.ends[last + 1] + each.ends[last] > 2 * by_ms
        for _, each in ways
    )
    return over >= (EVEN - STILL * stays) * len(ways)


def _endings(event: Event, floor: Floor, here: AtelierFloor) -> list[Ending]:
    window = serving(event, here, floor.at_ms) or event.window_at(floor.at_ms)
    if window is None:
        raise ValueError(
            f"at {event.local(floor.at_ms):%H:%M} the day is over: no queue is left to be served"
        )
    return endings(floor, Projection(event, floor, here).here, max(floor.at_ms, window.opens_ms))


def _drain(floor: Floor, found: list[Ending]) -> Drain:
    ends = [each.end_ms for each in found]
    end_ms, quarter = ends[len(ends) // 2], len(ends) // 4
    minutes = max(0.0, (end_ms - floor.at_ms) / MINUTE_MS)
    spread = sqrt(SPREAD_MINUTES**2 + (SPREAD_SHARE * minutes) ** 2 + (pstdev(ends) / MINUTE_MS) ** 2)
    margin_ms = round(LIKELY * spread * MINUTE_MS)
    low_ms, high_ms = max(floor.at_ms, end_ms - margin_ms), end_ms + margin_ms
    return Drain(end_ms, low_ms, high_ms, ends[quarter], ends[-quarter - 1])


def _room(floor: Floor, here: AtelierFloor, ending: Ending, by_ms: int) -> tuple[int, int]:
    """How many more people there is time for, and when the last of them would be out."""
    single = here.atelier.kind is Kind.CONTINUOUS
    together = 1 if single else min(PARTY, here.atelier.places)
    until_ms = by_ms + (here.turn_ms // (2 * here.atelier.places) if single else 0)
    room, last_ms = 0, ending.end_ms
    if last_ms <= until_ms:
        for people, end_ms in ending.more(floor.at_ms, together):
            if end_ms > until_ms:
                break
            room, last_ms = people, end_ms
    return room, last_ms


def span_ms(here: AtelierFloor, takers: int = PARTY) -> int:
    """What so many people of one party take, from the first turn to the end of the last."""
    rounds = -(-takers // here.atelier.places) if here.atelier.kind is Kind.CONTINUOUS else 1
    return max(1, rounds) * here.turn_ms
