"""What a party finds of itself at the door: where to go now, where it has been, and where the rest of its family is."""

from collections.abc import Iterator
from dataclasses import dataclass

from kiosk import phrases
from kiosk.phrases import Phrase
from kiosk.rules import counsel
from kiosk.rules.event import Atelier, Event
from kiosk.rules.floor import Floor
from kiosk.rules.guest import Guest
from kiosk.rules.journeys import State
from kiosk.rules.ledger import View
from kiosk.rules.party import Party
from kiosk.texts import Texts


@dataclass(frozen=True, slots=True)
class Found:
    """`said`: how often it was told something, by now."""

    guest: Guest
    told: Phrase | None
    done: tuple[Atelier, ...]
    said: int


def find(event: Event, guest: Guest, floor: Floor, words: Texts) -> Found:
    told = guest.advice
    said: Phrase | None = None
    turn_ms = counsel.turn_ms(event, floor, guest)
    if told is not None:
        said = phrases.phrase(event, told.advice, words, counsel.kept_ms(event, floor, guest))
    elif turn_ms is not None and guest.stay is not None:
        minutes = floor.at_ms, max(turn_ms, floor.at_ms)
        said = phrases.queueing(event.by_id[guest.stay.atelier], *minutes, words)
    journey = guest.journey.at(event, floor.at_ms)
    done = dict.fromkeys(stay.atelier for stay in journey.stays if stay.state in (State.IN, State.DONE))
    return Found(guest, said, tuple(event.by_id[id] for id in done), len(guest.told))


def relatives(view: View, party: Party, floor: Floor) -> Iterator[tuple[Party, Atelier | None]]:
    """The other parties of a family that goes separate ways, and where each is or is sent."""
    event = view.event
    for number in party.linked:
        guest = view.guest_of(number)
        heading = guest.heading(event)
        at = guest.stay.atelier if guest.stay else heading.atelier if heading else ""
        yield view.parties[number], event.by_id.get(at)
