"""Who is called where now, and whose place is kept: what is told to all the hall."""

from collections.abc import Iterator
from dataclasses import dataclass

from . import counsel
from .event import MINUTE_MS, Event
from .facts import GO, REST
from .floor import Floor, Present
from .journeys import State
from .party import Party

CALL_MS = 4 * MINUTE_MS  # by then it has read it, or has gone elsewhere
MOST_KEPT = 24


@dataclass(frozen=True, slots=True)
class Call:
    """`urgent`: it was waiting for this, at a queue or on a bench; all others are just being sent on."""

    party: Party
    atelier: str
    since_ms: int
    urgent: bool


@dataclass(frozen=True, slots=True)
class Keeping:
    """A place is kept for this party; its turn comes at `start_ms`."""

    party: Party
    atelier: str
    start_ms: int


def calls(floor: Floor) -> list[Call]:
    """The urgent ones first, then the latest."""
    found = [call for here in floor.ateliers for call in _calls(floor, here.atelier.id)]
    return sorted(found, key=lambda call: (not call.urgent, -call.since_ms, call.party.number))


def keepings(event: Event, floor: Floor) -> list[Keeping]:
    """By when to come; of a great many only those that were kept first."""
    waiting = sorted(
        (present for here in floor.ateliers for present in here.kept), key=lambda present: present.key_ms
    )
    found = []
    for present in waiting[:MOST_KEPT]:
        kept = present.guest.kept(floor.at_ms)
        start_ms = counsel.kept_ms(event, floor, present.guest)
        if present.guest.party and kept and start_ms is not None:
            found.append(Keeping(present.guest.party, kept.atelier, start_ms))
    return sorted(found, key=lambda keeping: (keeping.start_ms, keeping.party.number))


def _calls(floor: Floor, atelier: str) -> Iterator[Call]:
    here = floor.by_id[atelier]
    for present in here.queue:
        stay, party = present.guest.stay, present.guest.party
        called_ms = stay.called_ms if stay and stay.state is State.CALLED else None
        if party and called_ms is not None and floor.at_ms - called_ms < CALL_MS:
            yield Call(party, atelier, called_ms, True)
    for present in here.on_the_way:
        told, party = present.guest.advice, present.guest.party
        if party and told and told.advice.verb == GO and floor.at_ms - told.at_ms < CALL_MS:
            yield Call(party, atelier, told.at_ms, _rested(present))


def _rested(present: Present) -> bool:
    """Whether it was told to rest before, and not scanned since."""
    told = present.guest.told
    before = told[-2] if len(told) > 1 else None
    scanned_ms = present.guest.journey.last_ms or 0
    return before is not None and before.advice.verb == REST and before.at_ms >= scanned_ms
