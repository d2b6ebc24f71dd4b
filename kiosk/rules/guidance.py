"""When a party is told where to go, and what: at the door, at the scan that ends a visit, when it asks, after a rest.

Advice is a fact: from then on the party counts as on its way, so that the next one is told something else.
"""

from dataclasses import replace

from firmware.wire.passage import ARRIVE, ENTER, LEAVE

from .event import MINUTE_MS, Event, Kind
from .facts import GO, REST, AdviceGiven, BadgeIssued, Fact, PartyCame
from .floor import Floor
from .guest import Guest
from .journeys import State, Stay
from .routes import WEIGHTS, Advice, Wanderer, Weights, advise
from .waits import expected

FRESH_MS = 3 * MINUTE_MS  # a scan that comes later than that is heard by nobody who still stands there


def wanderer(event: Event, guest: Guest, now_ms: int) -> Wanderer:
    """The party as the planner sees it. Where it was last sent and has not gone, it will not be sent now.

    Where it still queues it has as good as been: it is asking what comes after.
    """
    guest = replace(guest, journey=guest.journey.at(event, now_ms))
    stays = guest.journey.stays
    here = {guest.stay.atelier} if guest.stay else frozenset()
    refused = guest.refused(now_ms)
    told = guest.advice
    if told and told.advice.verb == GO and now_ms >= told.advice.at_ms:
        refused |= {told.advice.atelier}
    return Wanderer(
        people=guest.party.people if guest.party else (),
        wishes=guest.party.wishes if guest.party else (),
        visited=guest.journey.visited | here,
        room=event.by_id[stays[-1].atelier].room if stays else None,
        came_ms=guest.party.came_ms if guest.party else None,
        refused=refused,
        kept=guest.kept(now_ms),
        badge=guest.badge,
    )


def free_ms(event: Event, floor: Floor, guest: Guest, now_ms: int) -> int | None:
    """When a party that was scanned just now will be free for its next stop; None while it is not to be told.

    It is told by the last of the steps that are scanned at its atelier, and once.
    """
    stays = guest.journey.stays
    last_ms = guest.journey.last_ms
    if guest.party is None or not stays or last_ms is None or guest.advice is not None:
        return None
    if not last_ms <= now_ms <= last_ms + FRESH_MS:
        return None
    return _free_ms(event, floor, guest, stays[-1], now_ms)


def _free_ms(event: Event, floor: Floor, guest: Guest, stay: Stay, now_ms: int) -> int | None:
    atelier, steps = event.by_id[stay.atelier], event.steps_at[stay.atelier]
    if stay.state in (State.DONE, State.LEFT):
        return None if LEAVE in stay.inferred else now_ms
    if LEAVE in steps and atelier.kind is not Kind.SESSION:
        return None
    if atelier.kind is Kind.SESSION:
        start_ms = atelier.next_session_ms(stay.arrived_ms - atelier.turn_ms // 2)
        return None if start_ms is None else max(now_ms, start_ms + atelier.turn_ms)
    if stay.state is State.IN and stay.entered_ms is not None:
        return max(now_ms, stay.entered_ms + floor.by_id[stay.atelier].turn_ms)
    if ENTER in steps or ARRIVE in stay.inferred:
        return None
    takers, key_ms = guest.takers(event, atelier), guest.queue_key_ms(stay)
    wait = expected(event, floor, floor.by_id[stay.atelier], now_ms, takers, key_ms)
    return None if wait is None else wait.end_ms


def rest_is_over(guest: Guest, now_ms: int) -> bool:
    told = guest.advice
    return told is not None and told.advice.verb == REST and told.advice.at_ms <= now_ms


def advice(event: Event, floor: Floor, guest: Guest, from_ms: int, weights: Weights = WEIGHTS) -> AdviceGiven:
    """What this party is told, as a fact. Raises ValueError where nobody has checked the badge in."""
    if guest.party is None:
        raise ValueError(f"badge {guest.badge} is nobody's: there is no one to advise")
    told = advise(event, floor, wanderer(event, guest, floor.at_ms), from_ms, weights, most_stops=1)
    return given(guest.party.number, told)


def welcome(came: PartyCame, badge: str, told: Advice) -> list[Fact]:
    """The facts of a check-in: the party, its badge, and where it is sent first."""
    return [came, BadgeIssued(badge, came.party), given(came.party, told)]


def given(party: int, told: Advice) -> AdviceGiven:
    stop = told.next
    return AdviceGiven(
        party=party,
        verb=told.verb,
        atelier=stop.atelier if stop else "",
        at_ms=told.at_ms,
        wait_minutes=stop.wait_minutes if stop else 0,
        reason=told.reason,
        keeps=told.kept.atelier if told.kept else "",
        since_ms=told.kept.since_ms if told.kept else 0,
    )
