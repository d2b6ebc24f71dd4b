"""How long somebody who comes to an atelier will wait for a turn.

The queue is projected forward, deterministically: who is inside gives a place back when the turn is over, and those
ahead take places in their order, each as far as it is likely that they are still there. One projection a kind of
atelier. What a turn takes, how patient people are and how many follow advice is learned from the day's scans.

After Ibrahim and Whitt, "Real-time delay estimation in overloaded multiserver queues with abandonments", Management
Science 55 (2009): project the queue, and thin it by those who give up.
"""

from dataclasses import dataclass, replace
from math import ceil, sqrt
from math import floor as down

from firmware.wire.passage import ENTER

from .event import MINUTE_MS, Closing, Event, Kind
from .floor import LATELY_MS, AtelierFloor, Floor, Present, Status
from .learned import stays_on
from .places import PLACES, Places

OVERTAKEN = 0.15  # the chance that who was overtaken in the queue is still there
HOLDER, RESTER = (
    0.15,
    0.5,
)  # of the holders of kept places ahead, and of those who sit nearby: so many go first
HIDDEN = 0.6  # of a longer wait that others had lately, so much is believed
LAST_START_MINUTES = 5  # a queue that is served to its end is left to itself so long after closing

SPREAD_MINUTES, SPREAD_SHARE = 2.0, 0.32  # the standard error of a wait: what is fixed, and a share of it
LIKELY = 0.9  # standard errors either side of a wait, of the range that is told


@dataclass(frozen=True, slots=True)
class Wait:
    """`start_ms`: when the turn is expected to begin; `end_ms`: when it is over."""

    at_ms: int
    start_ms: int
    end_ms: int

    @property
    def minutes(self) -> float:
        return (self.start_ms - self.at_ms) / MINUTE_MS

    @property
    def spread_minutes(self) -> float:
        """The standard error of `minutes`, as rehearsed days show it."""
        return sqrt(SPREAD_MINUTES**2 + (SPREAD_SHARE * self.minutes) ** 2) if self.minutes > 0 else 0.5

    @property
    def range_minutes(self) -> tuple[int, int]:
        return range_minutes(self.minutes, LIKELY * self.spread_minutes)


def range_minutes(minutes: float, spread: float = 0.0) -> tuple[int, int]:
    """The range to tell people for a wait of so many minutes, give or take `spread`: never a false minute.

    In steps of five minutes, of fifteen from an hour on, and at least one step wide.

    >>> range_minutes(0.5), range_minutes(3), range_minutes(7), range_minutes(25, 6), range_minutes(70, 18)
    ((0, 0), (0, 5), (5, 10), (20, 30), (45, 90))
    """
    if minutes < 1:
        return (0, 0)
    step = 5 if minutes < 60 else 15
    low = max(0, down((minutes - spread) / step + 0.3)) * step
    high = ceil((minutes + spread) / step - 0.3) * step
    low = min(low, int(minutes) // step * step)
    return (low, max(high, low + step))


class Projection:
    """One atelier from the floor's moment on. It may be asked many times: what does not change is kept.

    `but`: a badge on its way that is not counted, since the question is where it should go.
    """

    def __init__(self, event: Event, floor: Floor, here: AtelierFloor, but: str = "") -> None:
        self.event = event
        seen = ENTER in event.steps_at[here.atelier.id] or here.atelier.kind is Kind.SESSION
        self._told = None if seen else here
        self.here = here if seen else _with_inside(here, floor.at_ms)
        self.now_ms = floor.at_ms
        self._floor = floor
        self._window = event.window_at(floor.at_ms)
        self._coming = [present for present in here.on_the_way if not but or present.guest.badge != but]
        self._states: list[Places] = []

    def wait(self, at_ms: int, takers: int, key_ms: int | None = None) -> Wait | None:
        """The wait of a party that comes at `at_ms` and needs `takers` places; None where it gets no turn.

        `key_ms`: its place in the queue, where one has been kept for it.
        """
        here, window = self.here, self._window
        atelier = here.atelier
        if window is None or here.status is not Status.OPEN or takers < 1 or at_ms >= window.closes_ms:
            return None
        begin_ms = max(at_ms, window.opens_ms)
        if atelier.kind is Kind.SESSION:
            start_ms = self._session(begin_ms, takers)
            if start_ms is None or start_ms >= window.closes_ms:
                return None
            return Wait(at_ms, start_ms, start_ms + atelier.turn_ms)
        places = self._ahead(begin_ms) if key_ms is None else self._ahead_of(begin_ms, key_ms)
        start, end = places.turn(begin_ms, min(takers, 10 * atelier.places))
        last_ms = window.closes_ms
        if atelier.closing is Closing.DRAIN:
            last_ms += LAST_START_MINUTES * MINUTE_MS
        if start >= last_ms and (start > begin_ms or atelier.closing is Closing.STOP):
            return None
        hidden_ms = round(self._hidden_ms(start - begin_ms))
        return Wait(at_ms, round(start) + hidden_ms, round(end) + hidden_ms)

    def _hidden_ms(self, wait_ms: float) -> float:
        """What a queue that nobody scans adds to the wait, by those who came out of it lately."""
        waited_ms, at_ms = self.here.delay_ms
        if self.now_ms - at_ms > LATELY_MS or waited_ms <= wait_ms:
            return 0.0
        return HIDDEN * (waited_ms - wait_ms)

    def drained_ms(self) -> int:
        """When the last of those who are inside, or queue, has had a turn."""
        places = self._queue(likely=True)
        places.close()
        return round(places.empty_ms())

    def _ahead(self, at_ms: int) -> Places:
        """The places once everybody who is there by `at_ms` has been seated."""
        coming = 0
        for present in self._coming:
            if present.since_ms > at_ms:
                break
            coming += 1
        return self._state(coming)

    def _state(self, coming: int) -> Places:
        """The places after the queue and the first so many of those on their way."""
        if not self._states:
            places = self._queue()
            for present in self.here.kept:
                self._seat(places, present, self._comes(present), there=False)
            self._states.append(places)
        while len(self._states) <= coming:
            places = self._states[-1].copy()
            self._seat(places, self._coming[len(self._states) - 1], self._floor.compliance, there=False)
            self._states.append(places)
        return self._states[coming]

    def _queue(self, likely: bool = False) -> Places:
        """The places after all who queue; with `likely`, whole parties: who is likely there is, nobody else."""
        places = self._inside(self.here)
        for present in self.here.queue:
            share = self._still_there(places, present)
            self._seat(places, present, float(share >= 0.5) if likely else share)
        return places

    def _ahead_of(self, at_ms: int, key_ms: int) -> Places:
        """The same, for who goes before all that came after `key_ms`."""
        here = self.here
        if self._told is not None:
            before = tuple(present for present in self._told.queue if present.key_ms < key_ms)
            here = _with_inside(replace(self._told, queue=before), self.now_ms)
        places = self._inside(here)
        for present in here.queue:
            if present.key_ms < key_ms:
                self._seat(places, present, self._still_there(places, present))
        for present in here.kept:
            if present.key_ms < key_ms:
                self._seat(places, present, self._comes(present), there=False)
        for present in self._coming:
            if present.since_ms <= at_ms and present.key_ms < key_ms:
                self._seat(places, present, self._floor.compliance, there=False)
        return places

    def _inside(self, here: AtelierFloor) -> Places:
        assert self._window is not None
        from_ms = max(self.now_ms, self._window.opens_ms)  # nobody is served before the doors open
        return PLACES[here.atelier.kind](here, from_ms)

    @staticmethod
    def _seat(places: Places, present: Present, share: float, there: bool = True) -> None:
        if present.takers and share > 0:
            places.seat(present.since_ms, present.takers, share, there)

    def _still_there(self, places: Places, present: Present) -> float:
        """The chance that somebody in the queue will not have given up before the turn."""
        start = places.turn(present.since_ms, present.takers)[0]
        factor = self._floor.impatience
        waited_ms = self.now_ms - present.since_ms
        share = stays_on(start - present.since_ms, factor) / stays_on(waited_ms, factor)
        return share * OVERTAKEN if present.key_ms < self.here.served_ms else share

    def _comes(self, present: Present) -> float:
        """The chance that the holder of a kept place comes in time to go first."""
        return self._floor.compliance * (RESTER if present.rests else HOLDER)

    def _session(self, at_ms: int, takers: int) -> int | None:
        """The next session with room; those who wait, or are on their way, already have their seats in theirs."""
        atelier = self.here.atelier
        taken = dict.fromkeys(atelier.times_ms, 0.0)
        for presents, share in ((self.here.queue, 1.0), (self._coming, self._floor.compliance)):
            for present in presents:
                start = atelier.next_session_ms(present.since_ms)
                if start is not None:
                    taken[start] += present.takers * share
        needed = min(takers, atelier.places)
        return next(
            (
                start
                for start in atelier.times_ms
                if start >= at_ms and taken[start] + needed <= atelier.places
            ),
            None,
        )


def _with_inside(here: AtelierFloor, now_ms: int) -> AtelierFloor:
    """Where nobody scans who enters: the first of those who came have the places, since half a turn at most."""
    inside = list(here.inside)
    free = here.atelier.places - sum(present.takers for present in inside)
    since_ms = now_ms - here.turn_ms // 2
    queue = list(here.queue)
    while queue and min(queue[0].takers, here.atelier.places) <= free:
        first = queue.pop(0)
        free -= min(first.takers, here.atelier.places)
        inside.append(replace(first, since_ms=max(first.since_ms, since_ms)))
    return replace(here, inside=tuple(inside), queue=tuple(queue))


def expected(
    event: Event,
    floor: Floor,
    here: AtelierFloor,
    at_ms: int,
    takers: int,
    key_ms: int | None = None,
    but: str = "",
) -> Wait | None:
    """As `Projection.wait`, asked once."""
    return Projection(event, floor, here, but).wait(at_ms, takers, key_ms)


def projections(event: Event, floor: Floor, but: str = "") -> dict[str, Projection]:
    """By atelier."""
    return {here.atelier.id: Projection(event, floor, here, but) for here in floor.ateliers}
