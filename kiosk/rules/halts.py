"""Queues that stand still though they are open: nobody is let in, or too few are there to begin."""

from collections.abc import Iterator

from . import strain
from .event import MINUTE_MS, Event, Kind
from .floor import AtelierFloor, Floor, Status
from .situation import Remedy, Situation, Urgency

KINDS = ("stalled", "too-few")


def found(
    event: Event, floor: Floor, here: AtelierFloor, moved_ms: int, until_ms: int
) -> Iterator[Situation]:
    """Somebody waits, and nobody was let in for several turns; of a batch, beyond the time that it is held for more.

    Where too few are there, or on their way, for one to begin, that is why, and more are to be sent: sooner, since the
    animator can do nothing about it. `moved_ms`: when places were last given away, or came free. `until_ms`: what is
    known of it ends then.
    """
    atelier = here.atelier
    if here.status is not Status.OPEN or not here.queue or atelier.kind is Kind.SESSION:
        return
    if "enter" not in event.steps_at[atelier.id]:
        return
    takers = sum(
        each.takers for each in here.queue if each.key_ms >= here.served_ms and strain.is_there(floor, each)
    )
    if not takers:
        return
    window = event.window_at(floor.at_ms)
    opened_ms = window.opens_ms if window else 0
    since_ms = max(opened_ms, moved_ms, min(present.since_ms for present in here.queue))
    values: dict[str, int | str] = {"atelier": atelier.id, "people": here.queued.people}
    least = min(atelier.min_fill, atelier.places)
    if _lacks(floor, here, takers, least):
        if floor.on_site.people < least:
            return  # nobody is here who could be sent
        kind, remedy = "too-few", Remedy("announce", atelier.id)
        patience_ms = event.alerts.overdue_minutes * MINUTE_MS
        values |= {"takers": takers, "least": least}
    else:
        kind, remedy = "stalled", Remedy("go", atelier.id)
        patience_ms = event.alerts.stall_turns * here.turn_ms
    if atelier.kind is Kind.BATCH and takers < atelier.places:
        patience_ms += atelier.hold_minutes * MINUTE_MS
    if until_ms - since_ms < patience_ms:
        return
    values["minutes"] = (until_ms - since_ms) // MINUTE_MS
    yield Situation(f"{kind}/{atelier.id}/{since_ms}", kind, Urgency.SOON, since_ms, remedy, values)


def _lacks(floor: Floor, here: AtelierFloor, takers: int, least: int) -> bool:
    """Whether a batch of `least` people could not begin: so many wait, and too few are on their way."""
    coming = floor.compliance * sum(each.takers for each in here.on_the_way)
    return (
        here.atelier.kind is Kind.BATCH and takers + coming < least and not strain.needed(here, floor.at_ms)
    )
