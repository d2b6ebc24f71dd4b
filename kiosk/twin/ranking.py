"""Changes ranked by the minutes that they save: the same families, with the change and without.

Few days for every change, more for the better half of them, many for the best: `rounds` says how a fixed number of
days is spent. What is reported of a change comes from the last days that it was played on, which did not choose it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from .changes import Change
from .days import Day, Task, played
from .forecast import SEEDS, Forecast
from .intervals import Interval, interval
from .runs import Runs

FEWEST_DAYS = 4
FINALISTS = 8
NET_MINUTES = 0.25  # a person: less is no help that anybody would notice


@dataclass(frozen=True, slots=True)
class Gain:
    """What a change brings, against the event as it is. `minutes`: saved a person; `visits`: ateliers more a person;
    `left_out`: families fewer with one visit or none; `vain`: families fewer that queued or came in vain; `wishes`:
    families more that get their first wish.
    """

    change: Change
    minutes: Interval
    visits: Interval
    left_out: Interval
    vain: Interval
    wishes: Interval
    final: bool

    @property
    def helps(self) -> bool:
        """Whether to recommend it: surely, and by days that did not choose it among many."""
        return self.final and self.minutes.low > 0 and self.minutes.mean >= NET_MINUTES

    @property
    def promises(self) -> bool:
        """Whether it looked good on the few days that it was tried on, and less so than others."""
        return not self.final and self.minutes.low > 0

    @property
    def harms(self) -> bool:
        return self.minutes.high < 0 and self.minutes.mean <= -NET_MINUTES

    @property
    def costs_visits(self) -> bool:
        """Whether people do less for it: minutes can be saved by sending people home."""
        return self.visits.high < 0 and self.visits.mean <= -0.02


@dataclass(frozen=True, slots=True)
class Round:
    """`changes` are tried on `days` more days."""

    changes: int
    days: int


def rounds(changes: int, budget: int) -> tuple[Round, ...]:
    """About `budget` days in all: a quarter for all changes, a quarter for the better half, the rest for the best."""
    if changes <= FINALISTS:
        return (Round(changes, max(FEWEST_DAYS, budget // changes)),) if changes else ()
    half = max(FINALISTS, changes // 2)
    shares = {changes: budget // 4, half: budget // 4, FINALISTS: budget // 2}
    return tuple(Round(size, max(FEWEST_DAYS, days // size)) for size, days in shares.items())


def rank(
    forecast: Forecast, tried: Sequence[Change], budget: int, players: Runs, done: Callable[[], None]
) -> tuple[Gain, ...]:
    """The gains of all changes, the most minutes saved first. `done` is called for each of `cost` days."""
    known = {day.seed: day for day in forecast.open}
    left: list[Change] = list(tried)
    gains: dict[int, Gain] = {}
    plan = rounds(len(tried), budget)
    begin = 0
    for number, each in enumerate(plan):
        seeds = [forecast.seed * SEEDS + place for place in range(begin, begin + each.days)]
        begin += each.days
        missing = [seed for seed in seeds if seed not in known]
        tasks = [_task(forecast, None, seed) for seed in missing]
        tasks += [_task(forecast, change, seed) for change in left for seed in seeds]
        days = players.map(played, tasks, done)
        known |= {day.seed: day for day in days[: len(missing)]}
        before = [known[seed] for seed in seeds]
        for place, change in enumerate(left):
            after = days[len(missing) + place * each.days :][: each.days]
            gains[id(change)] = _gain(change, before, after, final=number == len(plan) - 1)
        left.sort(key=lambda change: -_promise(gains[id(change)]))
        left = left[: plan[number + 1].changes] if number + 1 < len(plan) else left
    return tuple(sorted(gains.values(), key=lambda gain: (not gain.final, -gain.minutes.mean)))


def cost(forecast: Forecast, changes: int, budget: int) -> int:
    """How many days `rank` plays."""
    plan = rounds(changes, budget)
    days = sum(each.days for each in plan)
    return sum(each.changes * each.days for each in plan) + max(0, days - len(forecast.open))


def _promise(gain: Gain) -> float:
    """What a change may save at best: who is in doubt is tried again."""
    return gain.minutes.mean + 0.5 * (gain.minutes.high - gain.minutes.mean)


def _task(forecast: Forecast, change: Change | None, seed: int) -> Task:
    crowd = forecast.scenario.crowd
    if change is None:
        return Task(forecast.event, crowd, forecast.scenario.habits, seed)
    return Task(change.event, crowd, change.habits, seed, drawn_for=forecast.event)


def _gain(change: Change, before: Sequence[Day], after: Sequence[Day], final: bool) -> Gain:
    def paired(of: Callable[[Day], float]) -> Interval:
        return interval([of(then) - of(now) for then, now in zip(before, after, strict=True)])

    return Gain(
        change,
        minutes=paired(lambda day: day.lost_minutes),
        visits=paired(lambda day: -day.measures.visits),
        left_out=paired(lambda day: day.left_out),
        vain=paired(lambda day: day.vain),
        wishes=paired(lambda day: -day.measures.top_wish * day.families),
        final=final,
    )
