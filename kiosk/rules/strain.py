"""How hard pressed an atelier is, as far as scans tell. One in thirty is missed, and no alarm should be for that."""

from .closing import LastCall, serving, span_ms, work
from .endings import UNSEEN_MINUTES
from .event import MINUTE_MS, Event, Kind
from .floor import AtelierFloor, Floor, Present
from .journeys import State
from .learned import stays_on
from .view import View

HOMEWARD_MINUTES = 20  # before the doors close: from then on fewer and fewer come
LIKELY = 0.67  # that somebody in a queue, whom nobody has seen elsewhere, still stands there
MOSTLY = 0.75  # who was inside for less of a turn than that has not left unseen


def needed(here: AtelierFloor, now_ms: int) -> int:
    """The places that those inside need, for certain.

    Who takes turns may look on while others of the party play, and needs one place at least. Whose turn is as good as
    over has gone, and nobody scanned it.
    """
    latest_ms = max((present.since_ms for present in here.inside), default=0)
    sure = [
        present
        for present in here.inside
        if latest_ms - present.since_ms < MOSTLY * span_ms(here, present.takers)
        and now_ms - present.since_ms < span_ms(here, present.takers)
    ]
    places = here.atelier.places
    each = 1 if here.atelier.kind is Kind.CONTINUOUS else places
    return sum(min(present.takers, each) for present in sure)


def room(here: AtelierFloor) -> int:
    return here.atelier.places - here.places_taken


def moves(view: View, floor: Floor) -> dict[str, int]:
    """When places were last seen to be given away or to come free, by atelier; what a large party takes in turns
    is given away until its last has one.
    """
    latest: dict[str, int] = {}
    for guest in view.guests.values():
        for stay in guest.journey.stays:
            here = floor.by_id.get(stay.atelier)
            if here is None:
                continue
            done_ms = stay.left_ms if stay.state is State.DONE else None
            given_ms = stay.entered_ms
            if given_ms is not None and done_ms is None:
                given_ms += span_ms(here, guest.takers(view.event, here.atelier)) - here.turn_ms
            for at_ms in (given_ms, done_ms):
                if at_ms is not None:
                    latest[stay.atelier] = max(min(at_ms, floor.at_ms), latest.get(stay.atelier, 0))
    return latest


def left_alone_ms(event: Event, floor: Floor, here: AtelierFloor, call: LastCall) -> int:
    """When the last would be out if nobody closed the queue, and people went on coming as they do.

    Nobody comes once the doors are closed, nor for a turn that would not be over in time; and fewer and fewer before,
    to a queue that is served beyond it: most mean to be on their way home by then.
    """
    window = serving(event, here, floor.at_ms)
    closes_ms = window.closes_ms if window else floor.at_ms
    until_ms = max(floor.at_ms, min(call.by_ms - here.turn_ms, closes_ms))
    minutes = (until_ms - floor.at_ms) / MINUTE_MS
    if until_ms == closes_ms:
        homeward = min(minutes, HOMEWARD_MINUTES)
        minutes -= homeward - homeward**2 / (2 * HOMEWARD_MINUTES)
    return call.drain.end_ms + round(work(here, floor.at_ms) * minutes * MINUTE_MS)


def is_waiting(event: Event, here: AtelierFloor, present: Present, now_ms: int) -> bool:
    """Whether somebody in the queue, by the scans, stands there for certain.

    Whom others overtook, or for whom there was room, had its turn as a rule; whom nobody serves any more has gone.
    """
    started = here.atelier.kind is not Kind.BATCH or any(
        each.since_ms > present.since_ms for each in here.inside
    )
    had_room = started and room(here) >= min(present.takers, here.atelier.places)
    return not had_room and present.key_ms >= here.served_ms and is_serving(event, here, now_ms)


def still_there(floor: Floor, present: Present) -> float:
    """The chance that somebody in the queue, whom nobody has seen elsewhere so far, did not give it up lately."""
    waited_ms = floor.at_ms - present.since_ms
    before_ms = max(0, waited_ms - UNSEEN_MINUTES * MINUTE_MS)
    return stays_on(waited_ms, floor.impatience) / stays_on(before_ms, floor.impatience)


def is_there(floor: Floor, present: Present) -> bool:
    """Whether somebody in the queue most likely still stands there."""
    return still_there(floor, present) >= LIKELY


def is_serving(event: Event, here: AtelierFloor, now_ms: int) -> bool:
    """Turns begin: the doors are open, or its queue is served to the end."""
    return serving(event, here, now_ms) is not None
