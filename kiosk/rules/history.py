"""The day so far, as it is known now: who was on site, in queues and inside, at every moment until now.

As known now: a moment is told by all that was scanned since, not by what was known at that moment. A party that was
scanned elsewhere at 15:00 after a turn that nobody saw end was gone from that turn when the turn was over, and not at
15:00. Where each step was scanned as it happened, both say the same; and at `at_ms` this always is the floor of then.
A party is where its latest step put it, and it is gone once it was silent for long enough, until it is seen again.

A station that is silent now has told nothing since: there, a course ends with its last word, and is not drawn out.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import fmean, median

from firmware.wire.passage import ARRIVE, ENTER, LEAVE

from . import learned
from .course import Changes, Course
from .event import MINUTE_MS, Atelier, Event, Kind
from .floor import Count
from .guest import Guest
from .journeys import OPEN, WAITING, State, Stay
from .view import View

QUARTER_MS = 15 * MINUTE_MS
SOONEST_PACE_MS = (
    5 * MINUTE_MS
)  # of a quarter of an hour that is not over: sooner, one turn more or less is all
FOREVER_MS = 1 << 62

QUEUE, INSIDE = "queue", "inside"
Segment = tuple[int, int, str, str]
"""From when until when somebody was in the queue of an atelier, or inside."""


@dataclass(frozen=True, slots=True)
class Arrivals:
    """Who came in one quarter of an hour by the clock; the last may not be over."""

    from_ms: int
    count: Count


@dataclass(frozen=True, slots=True)
class Pace:
    """Turns in one quarter of an hour. `turn_minutes`: what one took, of those seen from end to end, None of none.

    `people_an_hour`: None where it is too soon to say, or where nobody scans who enters or leaves. `busy`: somebody
    was waiting all the time, so that fewer than planned are not for want of people.
    """

    from_ms: int
    until_ms: int
    turn_minutes: float | None
    people_an_hour: float | None
    busy: bool


@dataclass(frozen=True)
class AtelierHistory:
    """`done`: turns that were had, so far. `waits`: when those who had a turn came, and how long they stood, where both
    were scanned. `waiting_since_ms`: since when the first of those who still wait has stood there. `ages`: people who
    had a turn and are of an age for it, by age band.

    `planned_an_hour`: people, with all places taken and turns as long as planned; None for what has its timetable.
    """

    atelier: Atelier
    queue: Course
    inside: Course
    done: Course
    waits: tuple[tuple[int, int], ...]
    waiting_since_ms: int | None
    paces: tuple[Pace, ...]
    ages: Mapping[str, int]

    @property
    def planned_an_hour(self) -> float | None:
        atelier = self.atelier
        return None if atelier.kind is Kind.SESSION else atelier.places * 60 / atelier.minutes

    @property
    def median_waits(self) -> tuple[tuple[int, float], ...]:
        """The minutes that who came in each quarter of an hour stood; none for a quarter of which anybody still stands
        there, since that wait will be longer than any that has ended.
        """
        until_ms = self.queue.until_ms if self.waiting_since_ms is None else self.waiting_since_ms
        quarters: dict[int, list[int]] = defaultdict(list)
        for came_ms, waited_ms in self.waits:
            quarters[came_ms // QUARTER_MS * QUARTER_MS].append(waited_ms)
        return tuple(
            (from_ms, median(quarters[from_ms]) / MINUTE_MS)
            for from_ms in sorted(quarters)
            if from_ms + QUARTER_MS <= until_ms
        )


@dataclass(frozen=True)
class History:
    at_ms: int
    came: Course
    on_site: Course
    roaming: Course
    arrivals: tuple[Arrivals, ...]
    ateliers: Mapping[str, AtelierHistory]


def history(view: View, now_ms: int, silent: Mapping[str, int] | None = None) -> History:
    """The day up to `now_ms`. `silent`: ateliers whose stations are silent now, and since when."""
    event = view.event
    day = _Day(event, now_ms, silent or {})
    for guest in view.guests.values():
        day.add(guest)
    return day.told()


class _Place:
    """What is gathered of one atelier."""

    def __init__(self) -> None:
        self.here = {QUEUE: Changes(), INSIDE: Changes()}
        self.done = Changes()
        self.waits: list[tuple[int, int]] = []
        self.waiting: list[int] = []
        self.turns: list[learned.Turn] = []
        self.entries: list[learned.Entry] = []
        self.served: list[tuple[int, int]] = []
        self.ages: Counter[str] = Counter()


class _Day:
    def __init__(self, event: Event, now_ms: int, silent: Mapping[str, int]) -> None:
        self._event = event
        self._now_ms = now_ms
        self._silent = silent
        self._came, self._on_site, self._roaming = Changes(), Changes(), Changes()
        self._quarters: dict[int, Count] = defaultdict(Count)
        self._places = {atelier.id: _Place() for atelier in event.ateliers}

    def add(self, guest: Guest) -> None:
        journey = guest.journey.at(self._event, self._now_ms)
        if journey is not guest.journey:
            guest = replace(guest, journey=journey)
        stays = journey.stays
        came_ms = guest.party.came_ms if guest.party else min(stay.seen_ms for stay in stays)
        size = guest.size
        self._came.add(came_ms, 1, size)
        self._quarters[came_ms // QUARTER_MS * QUARTER_MS] += guest

        segments = _apart([each for stay in stays for each in _segments(stay, came_ms)])
        for from_ms, until_ms, atelier, where in segments:
            changes = self._places[atelier].here[where]
            changes.add(from_ms, 1, size)
            changes.add(until_ms, -1, -size)
            self._roaming.add(from_ms, -1, -size)
            self._roaming.add(until_ms, 1, size)
        signs = {came_ms, *(max(came_ms, moment) for moment in _moments(guest))}
        for from_ms, until_ms in _present(self._event, guest.left_ms, sorted(signs), segments):
            for changes in (self._on_site, self._roaming):
                changes.add(from_ms, 1, size)
                changes.add(until_ms, -1, -size)
        self._learn(guest, came_ms)

    def _learn(self, guest: Guest, came_ms: int) -> None:
        event = self._event
        for stay in guest.journey.stays:
            place, atelier = self._places[stay.atelier], event.by_id[stay.atelier]
            takers = guest.takers(event, atelier)
            if stay.entered_ms is not None and not stay.inferred & {ARRIVE, ENTER}:
                place.waits.append((stay.arrived_ms, stay.entered_ms - stay.arrived_ms))
            if stay.state in WAITING:
                place.waiting.append(stay.arrived_ms)
            if stay.state is not State.DONE or stay.left_ms is None or stay.entered_ms is None:
                continue
            place.done.add(max(came_ms, stay.left_ms), 1, guest.size)
            if not {ENTER, LEAVE} <= stay.inferred:
                seen_ms = stay.entered_ms if LEAVE in stay.inferred else stay.left_ms
                place.served.append((seen_ms, takers))
            for group in guest.party.people if guest.party else ():
                band = event.bands_by_id.get(group.band)
                if band is not None and atelier.admits(band):
                    place.ages[band.id] += group.count
        for turn in learned.turns(event, guest):
            self._places[turn.atelier].turns.append(turn)
        for entry in learned.entries(event, guest):
            self._places[entry.atelier].entries.append(entry)

    def told(self) -> History:
        now_ms = self._now_ms
        return History(
            at_ms=now_ms,
            came=self._came.course(now_ms),
            on_site=self._on_site.course(now_ms),
            roaming=self._roaming.course(now_ms),
            arrivals=tuple(self._arrivals()),
            ateliers={atelier.id: self._atelier(atelier) for atelier in self._event.ateliers},
        )

    def _arrivals(self) -> Iterator[Arrivals]:
        """Each quarter of an hour from the first that matters to this one: in one that is missing, nobody came."""
        first = min((*self._quarters, self._event.opens_ms // QUARTER_MS * QUARTER_MS))
        for from_ms in range(first, self._now_ms + 1, QUARTER_MS):
            yield Arrivals(from_ms, self._quarters.get(from_ms, Count()))

    def _atelier(self, atelier: Atelier) -> AtelierHistory:
        place = self._places[atelier.id]
        until_ms = min(self._now_ms, self._silent.get(atelier.id, self._now_ms))
        queue = place.here[QUEUE].course(until_ms)
        return AtelierHistory(
            atelier=atelier,
            queue=queue,
            inside=place.here[INSIDE].course(until_ms),
            done=place.done.course(until_ms),
            waits=tuple(sorted(wait for wait in place.waits if wait[0] <= until_ms)),
            waiting_since_ms=min(place.waiting, default=None),
            paces=tuple(self._paces(atelier, place, queue)),
            ages={band.id: place.ages[band.id] for band in self._event.bands if atelier.admits(band)},
        )

    def _paces(self, atelier: Atelier, place: _Place, queue: Course) -> Iterator[Pace]:
        if atelier.kind is Kind.SESSION:
            return
        event = self._event
        seen = bool(event.steps_at[atelier.id] & {ENTER, LEAVE})
        turns = place.turns or learned.paces(atelier, sorted(place.entries))
        minutes: dict[int, list[float]] = defaultdict(list)
        for turn in turns:
            minutes[turn.ended_ms // QUARTER_MS].append(turn.turn_ms / MINUTE_MS)
        served: Counter[int] = Counter()
        for at_ms, people in place.served:
            served[at_ms // QUARTER_MS] += people
        first = min((*minutes, *served, event.opens_ms // QUARTER_MS))
        for quarter in range(first, queue.until_ms // QUARTER_MS + 1):
            from_ms, until_ms = quarter * QUARTER_MS, min((quarter + 1) * QUARTER_MS, queue.until_ms)
            is_open = any(each.opens_ms < until_ms and each.closes_ms > from_ms for each in event.windows)
            if not (is_open or served[quarter] or minutes[quarter]):
                continue
            long_enough = until_ms - from_ms >= SOONEST_PACE_MS
            yield Pace(
                from_ms,
                until_ms,
                fmean(minutes[quarter]) if minutes[quarter] else None,
                served[quarter] * 60 * MINUTE_MS / (until_ms - from_ms) if seen and long_enough else None,
                long_enough and queue.least(from_ms, until_ms).parties > 0,
            )


def _moments(guest: Guest) -> Iterator[int]:
    """The signs of life of a guest."""
    if guest.journey.last_ms is not None:
        yield guest.journey.last_ms
    for stay in guest.journey.stays:
        for moment in (stay.arrived_ms, stay.called_ms, stay.entered_ms, stay.left_ms):
            if moment is not None:
                yield moment


def _segments(stay: Stay, came_ms: int) -> Iterator[Segment]:
    """Nothing of a party counts before it came: a turn that only its end is known of may have begun later."""
    end_ms = FOREVER_MS if stay.state in OPEN or stay.left_ms is None else stay.left_ms
    queued_ms = end_ms if stay.entered_ms is None else stay.entered_ms
    for from_ms, until_ms, where in ((stay.arrived_ms, queued_ms, QUEUE), (queued_ms, end_ms, INSIDE)):
        if max(from_ms, came_ms) < until_ms:
            yield max(from_ms, came_ms), until_ms, stay.atelier, where


def _apart(segments: list[Segment]) -> list[Segment]:
    """In order, and one at a time: of several at once that which began last."""
    segments.sort(key=lambda each: each[:2])
    if all(before[1] <= after[0] for before, after in pairwise(segments)):
        return segments
    moments = sorted({moment for each in segments for moment in each[:2]})
    parts = []
    for from_ms, until_ms in pairwise(moments):
        there = [each for each in segments if each[0] <= from_ms and until_ms <= each[1]]
        if there:
            parts.append((from_ms, until_ms, *there[-1][2:]))
    return parts


def _present(
    event: Event, left_ms: int | None, signs: list[int], segments: Iterable[Segment]
) -> Iterator[tuple[int, int]]:
    """From when until when a guest was on site: at an atelier, or heard of lately and not seen off."""
    away_ms = event.away_after_minutes * MINUTE_MS
    spans: list[tuple[int, int]] = [each[:2] for each in segments]
    for at_ms, after_ms in pairwise((*signs, FOREVER_MS)):
        seen_off = left_ms is not None and at_ms <= left_ms < after_ms
        until_ms = left_ms if seen_off else None
        spans.append((at_ms, min(at_ms + away_ms, after_ms) if until_ms is None else until_ms))
    spans.sort()
    begun, end = spans[0]
    for from_ms, until_ms in spans[1:]:
        if from_ms > end:
            yield begun, end
            begun = from_ms
        end = max(end, until_ms)
    yield begun, end
