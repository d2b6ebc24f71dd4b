"""What a day's journal says of the people who came, read as it stands: corrected afterwards, in `calibration`."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import erfc, exp, pi, sqrt
from statistics import fmean

from firmware.wire.passage import ARRIVE, ENTER, LEAVE

from ..rules import learned
from ..rules.event import MINUTE_MS, Event, Kind
from ..rules.guest import Guest
from ..rules.journeys import State, Stay
from ..rules.ledger import View
from ..rules.party import takers
from .scenario import Crowd

QUARTER_MS = 15 * MINUTE_MS
LEFT_AT_CLOSING_MINUTES = 20  # whoever is seen so late might have stayed for longer
ROUNDS = 200  # of the estimate of wishes


@dataclass(frozen=True, slots=True)
class Reading:
    """A figure, and how many observations are behind it: of what is estimated itself, not of all that was seen."""

    value: float
    count: int


@dataclass(frozen=True)
class Habitude:
    """What a journal shows of how people behave. `stays`: minutes, in the first window and in the later ones;
    `turns`: minutes, by atelier that people queue for.
    """

    compliance: Reading
    missed: Reading
    patience: Reading
    stays: tuple[Reading, Reading]
    turns: Mapping[str, Reading]


def habitude(event: Event, view: View, crowd: Crowd) -> Habitude:
    """`crowd`: what is taken for known, where a day says too little: how much people differ."""
    guests = parties(event, view)
    answers = [guest.followed for guest in guests]
    followed, ignored = sum(each[0] for each in answers), sum(each[1] for each in answers)
    seen, unseen = _scans(event, guests)
    return Habitude(
        compliance=_share(followed, followed + ignored),
        missed=_share(unseen, seen + unseen),
        patience=_patience(event, guests, crowd.patience_spread),
        stays=(
            _stay(event, guests, crowd.stay_spread, first=True),
            _stay(event, guests, crowd.stay_spread, first=False),
        ),
        turns={
            id: Reading(fmean(minutes) if minutes else 0.0, len(minutes))
            for id, minutes in _turns(event, guests).items()
        },
    )


def parties(event: Event, view: View) -> list[Guest]:
    """Those who checked in, with what time has made of their last stay by the end of the day."""
    end_ms = event.closes_ms + 24 * 60 * MINUTE_MS
    return [
        Guest(
            guest.badge, guest.party, guest.journey.at(event, end_ms), guest.route, guest.left_ms, guest.told
        )
        for guest in view.guests.values()
        if guest.party is not None
    ]


def sizes(guests: Iterable[Guest]) -> Counter[int]:
    return Counter(guest.size for guest in guests)


def arrivals(event: Event, guests: Iterable[Guest]) -> Counter[int]:
    """Check-ins by quarter of an hour since the doors opened."""
    return Counter(
        (guest.party.came_ms - event.opens_ms) // QUARTER_MS for guest in guests if guest.party is not None
    )


def _turns(event: Event, guests: Iterable[Guest]) -> dict[str, list[float]]:
    """By atelier that people queue for, what one turn took in minutes, as the hub reads it."""
    seen: dict[str, list[learned.Turn]] = {atelier.id: [] for atelier in event.ateliers}
    entries: dict[str, list[learned.Entry]] = {atelier.id: [] for atelier in event.ateliers}
    for guest in guests:
        for turn in learned.turns(event, guest):
            seen[turn.atelier].append(turn)
        for entry in learned.entries(event, guest):
            entries[entry.atelier].append(entry)
    return {
        id: [turn.turn_ms / MINUTE_MS for turn in own or learned.paces(event.by_id[id], sorted(entries[id]))]
        for id, own in seen.items()
        if event.by_id[id].kind is not Kind.SESSION
    }


def wishes(event: Event, guests: Iterable[Guest]) -> tuple[dict[str, float], int]:
    """How dear each atelier is, by the order in which families name theirs, and how many families named any.

    Plackett and Luce's model, its likelihood climbed by Hunter's steps; of those that admit somebody of the family.
    """
    choices: list[tuple[str, tuple[str, ...]]] = []
    named = 0
    for guest in guests:
        party = guest.party
        if party is None or not party.wishes:
            continue
        left = [atelier.id for atelier in event.ateliers if takers(event, atelier, party.people)]
        own = [wish for wish in party.wishes if wish in left]
        named += bool(own)
        for wish in own:
            if len(left) > 1:
                choices.append((wish, tuple(left)))
            left.remove(wish)
    won = Counter(wish for wish, _ in choices)
    dear = {atelier.id: 1.0 for atelier in event.ateliers}
    for _ in range(ROUNDS if choices else 0):
        weight = dict.fromkeys(dear, 0.0)
        for _, among in choices:
            share = 1.0 / sum(dear[id] for id in among)
            for id in among:
                weight[id] += share
        dear = {id: max(won[id], 0.3) / weight[id] if weight[id] else 1.0 for id in dear}
        scale = 100.0 / sum(dear.values())
        dear = {id: value * scale for id, value in dear.items()}
    return dear, named


def _share(part: int, whole: int) -> Reading:
    return Reading(part / whole if whole else 0.0, whole)


def _scans(event: Event, guests: Iterable[Guest]) -> tuple[int, int]:
    """Of the visits that are known to have been: steps that were scanned, and steps that should have been."""
    seen = unseen = 0
    for guest in guests:
        for stay in guest.journey.stays:
            if stay.state is not State.DONE or event.by_id[stay.atelier].kind is Kind.SESSION:
                continue
            steps = event.steps_at[stay.atelier] & {ARRIVE, ENTER, LEAVE}
            missed = len(steps & stay.inferred)
            seen, unseen = seen + len(steps) - missed, unseen + missed
    return seen, unseen


def _patience(event: Event, guests: Iterable[Guest], spread: float) -> Reading:
    """Of who gave up a queue; who had a turn, or was sent on at closing, would have stood for longer."""
    stood = [
        stand
        for guest in guests
        for stay in guest.journey.stays
        if (stand := _stood(event, stay)) is not None
    ]
    return Reading(_mean_of_censored(stood, spread), sum(ended for _, ended in stood))


def _stood(event: Event, stay: Stay) -> tuple[float, bool] | None:
    """Minutes in a queue, and whether they ended by giving up; None where the journal cannot tell."""
    if ARRIVE in stay.inferred or ENTER in stay.inferred or event.by_id[stay.atelier].kind is Kind.SESSION:
        return None
    if ENTER not in event.steps_at[stay.atelier]:
        return None
    gave_up = stay.state is State.LEFT
    end_ms = stay.left_ms if gave_up else stay.entered_ms
    if end_ms is None:
        return None
    window = event.window_at(stay.arrived_ms)
    at_closing = window is None or end_ms >= window.closes_ms
    return (end_ms - stay.arrived_ms) / MINUTE_MS, gave_up and not at_closing


def _stay(event: Event, guests: Iterable[Guest], spread: float, first: bool) -> Reading:
    """How long people stay; who is still there when the doors close might have stayed for longer."""
    stayed = []
    for guest in guests:
        came_ms = guest.party.came_ms if guest.party else 0
        window = event.window_at(came_ms)
        early = len(event.windows) > 1 and window is event.windows[0]
        if window is None or not guest.journey.stays or early is not first:
            continue
        left_ms = guest.left_ms or guest.last_ms
        went = left_ms < window.closes_ms - LEFT_AT_CLOSING_MINUTES * MINUTE_MS
        stayed.append(((left_ms - came_ms) / MINUTE_MS, went))
    return Reading(_mean_of_censored(stayed, spread), sum(went for _, went in stayed))


def _mean_of_censored(seen: list[tuple[float, bool]], spread: float) -> float:
    """The likeliest mean of normal values, of which some are only known to be greater than what was seen."""
    if not any(ended for _, ended in seen):
        return fmean(value for value, _ in seen) if seen else 0.0
    low, high = 0.0, 1000.0
    while high - low > 0.01:
        mean = (low + high) / 2
        if sum(_pull((value - mean) / spread, ended) for value, ended in seen) > 0:
            low = mean
        else:
            high = mean
    return (low + high) / 2


def _pull(deviation: float, ended: bool) -> float:
    """The slope of the log-likelihood with the mean: of a value, or of the normal's hazard where it went on."""
    if ended:
        return deviation
    beyond = 0.5 * erfc(deviation / sqrt(2))
    if beyond < 1e-12:
        return deviation + 1 / deviation
    return exp(-deviation * deviation / 2) / sqrt(2 * pi) / beyond
