"""What the scans of the day teach: how long turns really take, how patient people are, whether they follow advice.

Each is a prior from the event file, outweighed by what is seen as the day goes on. Lessons are named tuples: they are
put in order by the thousand.
"""

from collections.abc import Callable, Iterator
from itertools import pairwise
from math import erf, log
from typing import NamedTuple, TypeVar

from firmware.wire.passage import ARRIVE, ENTER, LEAVE

from .event import MINUTE_MS, Atelier, Event, Kind
from .guest import Guest
from .journeys import State, Stay

T = TypeVar("T")

PRIOR_TURNS = 6  # that the minutes of the event file weigh
MEMORY = 60  # turns, the latest
QUEUED_MS = 2 * MINUTE_MS  # who waited for longer found no free place
STRETCH = 1.12  # the last of several turns that begin together ends later than the mean of them
LIKELY_TURN = (0.4, 2.5)  # of the minutes planned: what is outside is a missed scan, not a turn

DELAYS = 4  # the latest waits, where arrivals are not seen

PATIENCE_MINUTES, PATIENCE_SPREAD = 32.0, 11.0
PRIOR_GIVERS_UP = 4.0
STANDS, LONGEST_STAND_MS = 150, 60 * MINUTE_MS  # waits that are looked at; no longer one says more
PRIOR_TOLD, PRIOR_FOLLOWED = 10, 7.0
ARRIVALS, PRIOR_COMING_MINUTES = 0.4, 60.0  # people a minute that come to an atelier, as if seen for so long


class Turn(NamedTuple):
    """A turn of `atelier` that ended at `ended_ms`: what one person's turn lasts, by this one."""

    ended_ms: int
    badge: str
    atelier: str
    turn_ms: float


class Entry(NamedTuple):
    """A party of `takers` entered at `entered_ms`; its place in the queue was that of `key_ms`."""

    entered_ms: int
    badge: str
    atelier: str
    key_ms: int
    takers: int
    queued: bool


class Arrival(NamedTuple):
    """A party of `takers` came to `atelier`, as far as scans tell: where none tells, when it entered, or left."""

    at_ms: int
    badge: str
    atelier: str
    takers: int


class Delay(NamedTuple):
    """A party seen at `at_ms` had waited for `waited_ms` where nobody scans who comes."""

    at_ms: int
    badge: str
    atelier: str
    waited_ms: int


class Stand(NamedTuple):
    """A party queued for `waited_ms`, and gave up, or not. `hazard`: how many would have, by what is expected."""

    ended_ms: int
    badge: str
    waited_ms: int
    gave_up: bool
    hazard: float


Lesson = Turn | Entry | Arrival | Stand


def lessons(event: Event, guest: Guest, stay: Stay) -> Iterator[Lesson]:
    """What one visit teaches. It follows from this visit and those before it, who the guest is and what it was told."""
    atelier = event.by_id[stay.atelier]
    takers = guest.takers(event, atelier)
    if takers:
        yield Arrival(stay.arrived_ms, guest.badge, atelier.id, takers)
    told = (
        _turn(guest, stay, atelier, max(1, takers)),
        _entry(guest, stay, atelier, max(1, takers)),
        _stand(event, guest, stay, atelier),
    )
    yield from (lesson for lesson in told if lesson is not None)


def turns(event: Event, guest: Guest) -> Iterator[Turn]:
    """The turns of which both ends were scanned."""
    return _of_stays(event, guest, _turn)


def entries(event: Event, guest: Guest) -> Iterator[Entry]:
    return _of_stays(event, guest, _entry)


def _of_stays(
    event: Event, guest: Guest, taught: Callable[[Guest, Stay, Atelier, int], T | None]
) -> Iterator[T]:
    for stay in guest.journey.stays:
        atelier = event.by_id[stay.atelier]
        lesson = taught(guest, stay, atelier, max(1, guest.takers(event, atelier)))
        if lesson is not None:
            yield lesson


def _turn(guest: Guest, stay: Stay, atelier: Atelier, takers: int) -> Turn | None:
    """The turn, where both its ends were scanned."""
    if (
        stay.state is not State.DONE
        or stay.entered_ms is None
        or stay.left_ms is None
        or stay.inferred & {ENTER, LEAVE}
        or atelier.kind is Kind.SESSION
    ):
        return None
    queued = ARRIVE not in stay.inferred and stay.entered_ms - stay.arrived_ms >= QUEUED_MS
    lasted_ms = (stay.left_ms - stay.entered_ms) / _turns_in(atelier, takers, queued)
    if LIKELY_TURN[0] * atelier.turn_ms <= lasted_ms <= LIKELY_TURN[1] * atelier.turn_ms:
        return Turn(stay.left_ms, guest.badge, atelier.id, lasted_ms)
    return None


def _turns_in(atelier: Atelier, takers: int, queued: bool) -> float:
    """How many turns a party of `takers` is inside for."""
    places = atelier.places
    if atelier.kind is not Kind.CONTINUOUS or takers == 1:
        return 1.0
    if queued:  # places come free one after the other
        return 1 + (takers - 1) / places
    rounds = -(-takers // places)
    together = rounds == 1 or takers % places == 0
    return rounds * (STRETCH if places > 1 and together else 1.0)


def _entry(guest: Guest, stay: Stay, atelier: Atelier, takers: int) -> Entry | None:
    if stay.entered_ms is None or ENTER in stay.inferred:
        return None
    seen = ARRIVE not in stay.inferred
    key_ms = guest.queue_key_ms(stay) if seen else 0
    queued = seen and stay.entered_ms - stay.arrived_ms >= QUEUED_MS
    return Entry(stay.entered_ms, guest.badge, atelier.id, key_ms, takers, queued)


def _stand(event: Event, guest: Guest, stay: Stay, atelier: Atelier) -> Stand | None:
    """The wait, where both its ends were seen; where nobody scans who enters, leaving says nothing."""
    if ARRIVE in stay.inferred or ENTER in stay.inferred or atelier.kind is Kind.SESSION:
        return None
    end_ms = stay.left_ms if stay.state is State.LEFT else stay.entered_ms
    if end_ms is None or ENTER not in event.steps_at[atelier.id]:
        return None
    waited_ms = end_ms - stay.arrived_ms
    hazard = -log(stays_on(min(waited_ms, LONGEST_STAND_MS)))
    return Stand(end_ms, guest.badge, waited_ms, stay.state is State.LEFT, hazard)


def delays(event: Event, guest: Guest) -> Iterator[Delay]:
    """The waits that nobody scanned the begin of: of those who entered where, and after, they were told to be."""
    for told, stay in guest.answers():
        advice = told.advice
        if stay is None or stay.atelier != advice.atelier or advice.keeps == advice.atelier:
            continue
        atelier = event.by_id[stay.atelier]
        if event.sees_queue(atelier.id) or atelier.kind is Kind.SESSION or stay.entered_ms is None:
            continue
        yield Delay(stay.seen_ms, guest.badge, atelier.id, max(0, stay.entered_ms - advice.at_ms))


def delay_ms(seen: list[Delay]) -> tuple[int, int]:
    """The mean of the latest delays, and when the last of them ended; of none, nothing."""
    latest = seen[-DELAYS:]
    return (sum(one.waited_ms for one in latest) // len(latest), latest[-1].at_ms) if latest else (0, 0)


def turn_ms(atelier: Atelier, seen: list[Turn]) -> int:
    """The mean of the minutes planned, as so many turns, and of the latest turns seen."""
    latest = seen[-MEMORY:]
    total = PRIOR_TURNS * atelier.turn_ms + sum(turn.turn_ms for turn in latest)
    return round(total / (PRIOR_TURNS + len(latest)))


def paces(atelier: Atelier, seen: list[Entry]) -> list[Turn]:
    """Turns told from who entered after whom, where nobody scans who leaves: of queues that never emptied."""
    told = []
    for before, after in pairwise(seen):
        if not (before.queued and after.queued) or after.key_ms > before.entered_ms:
            continue
        shares = before.takers if atelier.kind is Kind.CONTINUOUS else min(before.takers, atelier.places)
        gap_ms = after.entered_ms - before.entered_ms  # none where two come in together: only the mean tells
        if atelier.kind is not Kind.BATCH and gap_ms <= LIKELY_TURN[1] * atelier.turn_ms:
            told.append(Turn(after.entered_ms, after.badge, atelier.id, gap_ms * atelier.places / shares))
    return told


def stays_on(waited_ms: float, factor: float = 1.0) -> float:
    """The chance that somebody is patient for longer than this: a normal one, its hazard times `factor`."""
    minutes = waited_ms / MINUTE_MS
    share = 0.5 * (1.0 - erf((minutes - PATIENCE_MINUTES) / (PATIENCE_SPREAD * 1.4142135623730951)))
    likely: float = max(1e-9, share) ** factor
    return likely


def impatience(seen: list[Stand]) -> float:
    """How much sooner people give up than expected (1.0), from who gave up and how long all others stood.

    The posterior mean of a factor on the hazard, under a gamma prior worth PRIOR_GIVERS_UP people.
    """
    latest = seen[-STANDS:]
    gave_up = sum(stand.gave_up for stand in latest)
    hazard = sum(stand.hazard for stand in latest)
    return (PRIOR_GIVERS_UP + gave_up) / (PRIOR_GIVERS_UP + hazard)


def compliance(followed: int, ignored: int) -> float:
    """The share of advice that is followed."""
    return (PRIOR_FOLLOWED + followed) / (PRIOR_TOLD + followed + ignored)


def coming(people: int, minutes: float) -> float:
    """People a minute who come to an atelier, to which so many came in the last minutes.

    The posterior mean of a Poisson rate, under a gamma prior worth PRIOR_COMING_MINUTES at ARRIVALS.
    """
    return (ARRIVALS * PRIOR_COMING_MINUTES + people) / (PRIOR_COMING_MINUTES + minutes)
