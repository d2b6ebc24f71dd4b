"""What many played days foresee of one event: waits over the day, who is turned away, when it ends."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from statistics import fmean

from ..rules.event import Atelier, Event, Kind, Window
from .days import REFUSALS, SENT_ON, SLOT_MS, Day, Task, played
from .intervals import Band, Interval, band, interval, quantile
from .runs import Runs
from .scenario import Scenario

CLOSED_SHARE = 8  # one day in so many is also played with queues closed at their last call
OFTEN = 0.5  # of the days: a queue that has to be closed on fewer is not worth a line
IN_TIME = 0.25  # of these days the queue had to be closed sooner than the hour that is told
LATE_MINUTES = (5, 15, 30)  # after closing; what ends sooner than the first is no overrun
HELD = 0.5  # of the days: a wait that is told on fewer is not drawn
SEEDS = 100_000  # between the seeds of two rehearsals


@dataclass(frozen=True, slots=True)
class Spot:
    """The wait at an atelier at one moment of the day, in minutes."""

    at_ms: int
    wait: Band


@dataclass(frozen=True, slots=True)
class Closure:
    """When the queue of an atelier has to be closed in a window: on `share` of the days, at `at_ms`.

    `by_ms`: the one hour to keep, early enough on three of these days in four; at whole five minutes.
    """

    atelier: Atelier
    window: Window
    share: float
    at_ms: Band
    by_ms: int


@dataclass(frozen=True, slots=True)
class Ending:
    """The end of a window: on which share of days turns go on so long after it, by LATE_MINUTES; and for how many
    `minutes`. `last`: the atelier that ends last, most often. `closed`: the minutes where queues are closed in time.
    """

    window: Window
    late: tuple[float, ...]
    minutes: Band
    last: Atelier | None
    closed: Band


@dataclass(frozen=True)
class Forecast:
    """`open`: days on which queues stay open to the end. `closed`: some of these, with queues closed in time."""

    event: Event
    scenario: Scenario
    seed: int
    open: tuple[Day, ...]
    closed: tuple[Day, ...]

    def figure(self, of: Callable[[Day], float]) -> Band:
        return band([of(day) for day in self.open])

    def mean(self, of: Callable[[Day], float]) -> Interval:
        return interval([of(day) for day in self.open])

    @property
    def families(self) -> float:
        return fmean(day.families + day.shut_out for day in self.open)

    @cached_property
    def queued(self) -> tuple[Atelier, ...]:
        """The ateliers that people queue for."""
        return tuple(atelier for atelier in self.event.ateliers if atelier.kind is not Kind.SESSION)

    @cached_property
    def timetabled(self) -> tuple[Atelier, ...]:
        return tuple(atelier for atelier in self.event.ateliers if atelier.kind is Kind.SESSION)

    @cached_property
    def on_site(self) -> tuple[tuple[int, Band], ...]:
        """People on site, by moment."""
        slots = sorted({slot for day in self.open for slot in day.on_site})
        return tuple(
            (self._at_ms(slot), band([day.on_site.get(slot, 0) for day in self.open])) for slot in slots
        )

    @cached_property
    def waits(self) -> dict[str, tuple[Spot, ...]]:
        """By atelier that people queue for; while the doors are open, where a wait is told on most days."""
        return {atelier.id: tuple(self._spots(atelier)) for atelier in self.queued}

    def _spots(self, atelier: Atelier) -> Iterator[Spot]:
        told: dict[int, list[float]] = defaultdict(list)
        for day in self.open:
            for slot, wait in day.waits.get(atelier.id, {}).items():
                told[slot].append(wait)
        for slot in sorted(told):
            at_ms = self._at_ms(slot)
            if len(told[slot]) >= HELD * len(self.open) and any(at_ms in each for each in self.event.windows):
                yield Spot(at_ms, band(told[slot]))

    def peak(self, atelier: Atelier) -> Spot | None:
        """When its wait is longest, on a day like half of them."""
        spots = self.waits.get(atelier.id, ())
        return max(spots, key=lambda spot: (spot.wait.mid, spot.wait.high), default=None)

    @cached_property
    def by_peak(self) -> tuple[tuple[Atelier, Spot], ...]:
        """The ateliers that people queue for, the longest wait first."""
        peaks = [(atelier, spot) for atelier in self.queued if (spot := self.peak(atelier)) is not None]
        return tuple(sorted(peaks, key=lambda peak: -peak[1].wait.mid))

    def mean_wait(self, atelier: Atelier) -> float:
        """In minutes, over the whole day."""
        spots = self.waits.get(atelier.id, ())
        return fmean(spot.wait.mid for spot in spots) if spots else 0.0

    def seats(self, atelier: Atelier) -> tuple[tuple[int, Band], ...]:
        """The people at each session of an atelier, by its start."""
        return tuple(
            (start_ms, band([day.seated.get((atelier.id, start_ms), 0) for day in self.open]))
            for start_ms in atelier.times_ms
        )

    def refused(self, why: str, atelier: str | None = None) -> Band:
        """Families a day that met this refusal, at one atelier or at any."""
        if atelier is None:
            return self.figure(lambda day: day.met.get(why, 0))
        return self.figure(lambda day: day.refused.get((why, atelier), 0))

    @cached_property
    def refusals(self) -> tuple[tuple[Atelier, tuple[Band, ...]], ...]:
        """By atelier, families a day for each of REFUSALS; those that refuse most first."""
        told = [
            (sum(day.refused.get((why, atelier.id), 0) for day in self.open for why in REFUSALS), atelier)
            for atelier in self.event.ateliers
        ]
        told.sort(key=lambda each: -each[0])
        return tuple(
            (atelier, tuple(self.refused(why, atelier.id) for why in REFUSALS))
            for many, atelier in told
            if many
        )

    @cached_property
    def closures(self) -> tuple[Closure, ...]:
        """In the order of the day; the queues that have to be closed on a good part of the days."""
        found: dict[tuple[int, str], list[float]] = defaultdict(list)
        for day in self.closed:
            for call in day.calls:
                found[call.window, call.atelier].append(call.at_ms)
        closures = [
            Closure(
                self.event.by_id[atelier],
                self.event.windows[window],
                len(at) / len(self.closed),
                band(at),
                int(quantile(sorted(at), IN_TIME) // SLOT_MS) * SLOT_MS,
            )
            for (window, atelier), at in found.items()
            if len(at) >= OFTEN * len(self.closed)
        ]
        return tuple(sorted(closures, key=lambda closure: (closure.by_ms, closure.at_ms.mid)))

    @cached_property
    def endings(self) -> tuple[Ending, ...]:
        return tuple(self._ending(place) for place in range(len(self.event.windows)))

    def _ending(self, place: int) -> Ending:
        minutes = [day.end_minutes(place) for day in self.open]
        last = Counter(end.atelier for day in self.open if (end := day.ends.get(place)) is not None)
        return Ending(
            self.event.windows[place],
            tuple(fmean(after > late for after in minutes) for late in LATE_MINUTES),
            band(minutes),
            self.event.by_id[max(last, key=lambda id: (last[id], id))] if last else None,
            band([day.end_minutes(place) for day in self.closed]),
        )

    @cached_property
    def spared(self) -> Interval:
        """Families a day that stand in a queue in vain, fewer where queues are closed in time."""
        by_seed = {day.seed: day for day in self.open}
        return interval(
            [by_seed[day.seed].met.get(SENT_ON, 0) - day.met.get(SENT_ON, 0) for day in self.closed]
        )

    def _at_ms(self, slot: int) -> int:
        return self.event.opens_ms + slot * SLOT_MS


def tasks(event: Event, scenario: Scenario, seed: int, runs: int) -> tuple[list[Task], list[Task]]:
    """The days of a forecast: with queues that stay open, and with queues that are closed in time."""
    days = [
        Task(event, scenario.crowd, scenario.habits, seed * SEEDS + place, sampled=True)
        for place in range(runs)
    ]
    closing = [
        Task(task.event, task.crowd, task.habits, task.seed, closes=True)
        for task in days[: max(1, runs // CLOSED_SHARE)]
    ]
    return days, closing


def forecast(
    event: Event, scenario: Scenario, seed: int, runs: int, players: Runs, done: Callable[[], None]
) -> Forecast:
    """Play so many days. Raises what the players raise."""
    days, closing = tasks(event, scenario, seed, runs)
    told = players.map(played, days + closing, done)
    return Forecast(event, scenario, seed, tuple(told[: len(days)]), tuple(told[len(days) :]))
