"""What has to be done about a queue so that its last turn is over in time, from the first notice to the last turn.

A queue is to be closed; the time that was said for it is to be moved, as it fills faster or more slowly than it was
forecast to; closed, it is to be opened once more, where so many gave up that places would stand empty; or the last of
it are to be told that it is too late for them. Each is told only where it is sure enough, and then until it is over.
"""

from collections.abc import Collection, Iterator

from . import closing, strain
from .closing import Drain, LastCall
from .event import MINUTE_MS, Event, Kind, Window
from .floor import AtelierFloor, Floor, Status
from .situation import Remedy, Situation, Urgency
from .statuses import Statuses
from .waits import Projection, expected

SPARE_MINUTES = 1  # a queue that ends within this of its natural end needs no help
STILL_MINUTES = 10  # what was told to be closed has to end so much sooner before that is taken back
FAR_MINUTES = 10  # a rough forecast may be off by so much
MOVE_MINUTES, STILL_MOVE_MINUTES = 3, 1  # a time that was said is moved by so much, once it is near
NEAR_MINUTES = 3
EARLY_MINUTES, STILL_EARLY_MINUTES = 5, 3  # before the end that is promised, and there is room for more
DEMAND = 0.3  # of what can be served: where fewer come, nobody would come to a queue that is opened again


def found(
    event: Event, floor: Floor, here: AtelierFloor, statuses: Statuses, before: Collection[str]
) -> Iterator[Situation]:
    """`before`: the keys of those that were found a moment ago."""
    window = closing.serving(event, here, floor.at_ms)
    if window is None or here.atelier.kind is Kind.SESSION:
        return
    is_open = floor.at_ms < window.closes_ms
    if is_open and _is_far(event, floor, here, window):
        return
    call = closing.last_call(event, floor, here)
    if call is None:
        return
    if is_open and here.status is Status.OPEN:
        ends_ms = statuses.ends_ms(here.atelier.id, floor.at_ms)
        if ends_ms is None:
            yield from _close(event, floor, here, call, before)
        else:
            yield from _move(event, floor, here, call, ends_ms, before)
    elif here.status is not Status.PAUSED:
        late = list(_late(event, floor, here, call, before))
        yield from late
        ended_ms = statuses.ended_ms(here.atelier.id, floor.at_ms)
        if is_open and not late and ended_ms is not None:
            yield from _reopen(floor, here, call, ended_ms, before)


def _is_far(event: Event, floor: Floor, here: AtelierFloor, window: Window) -> bool:
    """Whether nothing has to be done for long, by a rough look."""
    room_ms = closing.by_ms(event, here, window) - Projection(event, floor, here).drained_ms()
    notice = event.alerts.close_notice_minutes + STILL_MINUTES + FAR_MINUTES
    return room_ms > notice * MINUTE_MS * max(1.0, closing.work(here, floor.at_ms))


def _close(
    event: Event, floor: Floor, here: AtelierFloor, call: LastCall, before: Collection[str]
) -> Iterator[Situation]:
    """The queue has to be closed soon, or is open for longer than it should."""
    key = f"close/{here.atelier.id}/{call.by_ms}"
    stays = key in before
    at_ms = max(call.at_ms, floor.at_ms)
    notice = event.alerts.close_notice_minutes + STILL_MINUTES * stays
    if at_ms - floor.at_ms > notice * MINUTE_MS or not (here.queue or stays):
        return
    spare = -STILL_MINUTES if stays else SPARE_MINUTES
    if strain.left_alone_ms(event, floor, here, call) <= call.by_ms + spare * MINUTE_MS:
        return
    urgency = Urgency.NOW if at_ms == floor.at_ms else Urgency.SOON
    yield _ending(key, "close", urgency, here, at_ms, call)


def _move(
    event: Event, floor: Floor, here: AtelierFloor, call: LastCall, ends_ms: int, before: Collection[str]
) -> Iterator[Situation]:
    """The queue is to be closed at `ends_ms`, and by now that is too late, or too soon."""
    key = f"move/{here.atelier.id}/{ends_ms}"
    window = event.window_at(floor.at_ms)
    at_ms = max(call.at_ms, floor.at_ms)
    if window is None or (at_ms > ends_ms and at_ms >= window.closes_ms):
        return  # the doors are closed by then, and nobody comes
    least_ms = (STILL_MOVE_MINUTES if key in before else MOVE_MINUTES) * MINUTE_MS
    near_ms = floor.at_ms + NEAR_MINUTES * MINUTE_MS * (2 if key in before else 1)
    if abs(ends_ms - at_ms) < least_ms or min(at_ms, ends_ms) > near_ms:
        return
    yield _ending(key, "move", Urgency.NOW, here, at_ms, call, ends_ms=ends_ms)


def _reopen(
    floor: Floor, here: AtelierFloor, call: LastCall, ended_ms: int, before: Collection[str]
) -> Iterator[Situation]:
    """The queue was closed at `ended_ms`, and those who are left will be out well before the end."""
    key = f"reopen/{here.atelier.id}/{ended_ms}"
    least_ms = (STILL_EARLY_MINUTES if key in before else EARLY_MINUTES) * MINUTE_MS
    demand = closing.work(here, ended_ms)
    latest_ms = call.promised_ms - closing.span_ms(here)  # for a whole party
    early_ms = call.promised_ms - call.drain.end_ms
    if demand < DEMAND or early_ms < least_ms or not call.people or latest_ms <= floor.at_ms:
        return
    room_ms = call.people * here.turn_ms / here.atelier.places
    at_ms = min(latest_ms, floor.at_ms + round(room_ms / max(1.0, demand)))
    yield _ending(key, "reopen", Urgency.SOON, here, at_ms, call, people=call.people)


def _late(
    event: Event, floor: Floor, here: AtelierFloor, call: LastCall, before: Collection[str]
) -> Iterator[Situation]:
    """The queue is closed, and still too long: the last of it would be out much later than is promised."""
    key, by_ms, drain = f"late/{here.atelier.id}/{call.by_ms}", call.by_ms, call.drain
    last = closing.too_late(event, floor, here, by_ms, key in before)
    parties = tuple(each.guest.party.number for each in last if each.guest.party is not None)
    if parties:
        yield Situation(
            key,
            "late",
            Urgency.NOW,
            floor.at_ms,
            Remedy("send-on", here.atelier.id, parties=parties),
            {**_between(drain), "atelier": here.atelier.id, "by_ms": by_ms, **_elsewhere(event, floor, here)},
        )


def _elsewhere(event: Event, floor: Floor, here: AtelierFloor) -> dict[str, str]:
    """As "to": where the wait is shortest, of what is open and takes who comes now; nothing where nothing does."""
    waits = [
        (wait.minutes, other.atelier.id)
        for other in floor.ateliers
        if other is not here and (wait := expected(event, floor, other, floor.at_ms, 1)) is not None
    ]
    return {"to": min(waits)[1]} if waits else {}


def _ending(
    key: str,
    kind: str,
    urgency: Urgency,
    here: AtelierFloor,
    at_ms: int,
    call: LastCall,
    **more: int,
) -> Situation:
    remedy = Remedy("end-queue", here.atelier.id, at_ms=at_ms)
    values: dict[str, int | str] = {"atelier": here.atelier.id, "at_ms": at_ms, "by_ms": call.promised_ms}
    values |= {**_between(call.drain), **more}
    return Situation(key, kind, urgency, at_ms, remedy, values)


def _between(drain: Drain) -> dict[str, int]:
    return {"low_ms": drain.low_ms, "high_ms": drain.high_ms}
