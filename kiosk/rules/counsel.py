"""Who is to be told something now: at their scan, at the end of a rest, because they ask. And what, as facts.

Whatever is told here counts from then on. So each fact has to be taken by the ledger before the next is asked for.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from . import guidance, routes
from .event import MINUTE_MS, Event
from .facts import END, GO, REST, AdviceGiven, Advised
from .floor import Floor
from .guest import Guest, Told
from .journeys import WAITING
from .ledger import Ledger, View
from .party import Party
from .waits import expected


def after_scans(ledger: Ledger, badges: Iterable[str], now_ms: int) -> Iterator[AdviceGiven]:
    """What those whose badges were scanned just now are told; a backlog of old scans has nobody told."""
    event, floor = ledger.event, None
    for badge in dict.fromkeys(badges):
        party = ledger.register.badges.get(badge)
        if party is None or not ledger.register.is_here(party):
            continue
        guest = ledger.guest_of(party)
        if floor is None:
            floor = ledger.floor(now_ms)
        free_ms = guidance.free_ms(event, floor, guest, now_ms)
        if free_ms is not None:
            yield guidance.advice(event, floor, guest, free_ms)
            floor = None


def standing(view: View, badges: Iterable[str], now_ms: int) -> Iterator[tuple[Party, AdviceGiven]]:
    """What was told lately to those of these badges that were not scanned since, and still holds."""
    for number in dict.fromkeys(view.badges.get(badge, 0) for badge in badges):
        if number not in view.parties:
            continue
        guest = view.guest_of(number)
        if guest.party and guest.advice and now_ms - guest.advice.at_ms <= guidance.FRESH_MS:
            yield guest.party, guest.advice.advice


def is_waiting_for_word(event: Event, guest: Guest, now_ms: int) -> bool:
    """Whether its rest is over, and it is still here as far as anybody knows."""
    silent_ms = now_ms - guest.last_ms
    here = guest.left_ms is None or guest.left_ms < guest.last_ms
    return here and silent_ms < event.away_after_minutes * MINUTE_MS and guidance.rest_is_over(guest, now_ms)


def after_rests(ledger: Ledger, parties: Iterable[int], now_ms: int) -> Iterator[AdviceGiven]:
    """What those of these parties are told whose rest is over."""
    for party in parties:
        guest = ledger.guest_of(party)
        if is_waiting_for_word(ledger.event, guest, now_ms):
            yield guidance.advice(ledger.event, ledger.floor(now_ms), guest, now_ms)


def stands(event: Event, guest: Guest, now_ms: int) -> bool:
    """Whether what this party was told last is still to be told; so too where it simply queues."""
    told = guest.advice
    if told is None:
        stay = guest.journey.at(event, now_ms).stays[-1:]
        return bool(stay) and stay[0].state in WAITING
    if told.advice.verb == GO:
        heading = guest.heading(event)
        return heading is not None and now_ms < heading.until_ms
    return told.advice.verb == REST and now_ms < told.advice.at_ms


def kept_ms(event: Event, floor: Floor, guest: Guest) -> int | None:
    """When its turn comes where its place is kept; None where none is, or nobody can say."""
    kept = guest.kept(floor.at_ms)
    if kept is None:
        return None
    takers = guest.takers(event, event.by_id[kept.atelier])
    here = floor.by_id[kept.atelier]
    wait = expected(event, floor, here, floor.at_ms, takers, kept.since_ms, guest.badge)
    return wait.start_ms if wait else None


def turn_ms(event: Event, floor: Floor, guest: Guest) -> int | None:
    """When its turn comes where it queues; None where it does not, or gets none."""
    stay = guest.journey.at(event, floor.at_ms).stays[-1:]
    if not stay or stay[0].state not in WAITING:
        return None
    here = floor.by_id[stay[0].atelier]
    key_ms = guest.queue_key_ms(stay[0])
    wait = expected(event, floor, here, floor.at_ms, guest.takers(event, here.atelier), key_ms, guest.badge)
    return wait.start_ms if wait else None


def asked(ledger: Ledger, party: int, now_ms: int, *, another: bool) -> AdviceGiven | None:
    """What a party is told that asks; None where what it was told still stands.

    With `another` it will not hear of that any more, for a while. Raises KeyError.
    """
    event, guest = ledger.event, ledger.guest_of(party)
    if not another and stands(event, guest, now_ms):
        return None
    unwanted = _meant(event, guest, now_ms) if another else ""
    wandering = guidance.wanderer(event, guest, now_ms)
    if unwanted:
        wandering = replace(wandering, refused=frozenset(wandering.refused) | {unwanted})
    told = guidance.given(party, routes.advise(event, ledger.floor(now_ms), wandering, now_ms, most_stops=1))
    if told.verb == END and guest.advice is not None and guest.advice.advice.verb == END:
        return None
    return replace(told, instead_of=unwanted)


def changed(ledger: Ledger, party: int, now_ms: int) -> AdviceGiven | None:
    """What a party is told that is other people now, or dreams of something else; None where nothing changes.

    Who queues or is inside somewhere hears it at the scan that ends the visit. Raises KeyError.
    """
    event, guest = ledger.event, ledger.guest_of(party)
    if guest.stay is not None:
        return None
    now = guidance.advice(event, ledger.floor(now_ms), guest, now_ms)
    before = guest.advice.advice if guest.advice else None
    if before and (before.verb, before.atelier, before.keeps) == (now.verb, now.atelier, now.keeps):
        return None
    return now


def route_now(ledger: Ledger, party: int, now_ms: int) -> tuple[tuple[Advised, ...], str]:
    """What a sheet says that is printed now: where the party was told to go or queues, all that follows, and why.

    Raises KeyError.
    """
    event, guest, floor = ledger.event, ledger.guest_of(party), ledger.floor(now_ms)
    told = guest.advice.advice if guest.advice else None
    if told is not None and told.verb == END:
        return (), ""
    first: Advised | None = None
    free_ms = now_ms
    if told is not None and told.verb == GO and told.atelier in event.by_id:
        first = Advised(told.atelier, told.at_ms, told.wait_minutes)
    elif told is not None:
        free_ms = max(now_ms, told.at_ms)
    elif (starts_ms := turn_ms(event, floor, guest)) is not None and guest.stay is not None:
        first = Advised(guest.stay.atelier, now_ms, max(0, starts_ms - now_ms) // MINUTE_MS)
    wandering = guidance.wanderer(event, guest, now_ms)
    if first is not None:
        atelier = event.by_id[first.atelier]
        free_ms = first.at_ms + first.wait_minutes * MINUTE_MS + atelier.turn_ms
        visited = frozenset(wandering.visited) | {first.atelier}
        wandering = replace(wandering, visited=visited, room=atelier.room)
    following = routes.plan(event, floor, wandering, free_ms)
    return ((first, *following) if first else following), told.reason if told else ""


def _meant(event: Event, guest: Guest, now_ms: int) -> str:
    """The atelier that this party was sent to, or that it queues at."""
    told: Told | None = guest.advice
    if told is not None:
        return told.advice.atelier
    stay = guest.journey.at(event, now_ms).stays[-1:]
    return stay[0].atelier if stay and stay[0].state in WAITING else ""
