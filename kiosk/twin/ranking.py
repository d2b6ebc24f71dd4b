"""Changes ranked by what they bring, in minutes a person: the same families, with the change and without.

Where there is more room people do more rather than stand less, so that minutes saved alone would find no use in it.
A change is worth the minutes that it saves and those of the visits that it adds; `visit_minutes` prices a visit at
what people lose for one in the event as it is.

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
FINALISTS, FEWEST_FINALISTS = 8, 3
ENOUGH_DAYS = 12  # after fewer, no effect seen is not yet no effect
NET_MINUTES = 0.25  # a person: less is no help that anybody would notice
NET_VISITS = 0.05  # a person
NET_FAMILIES = 0.5  # a day


@dataclass(frozen=True, slots=True)
class Gain:
    """What a change brings, against the event as it is. `worth`: minutes a person, saved or of visits gained;
    `minutes`: saved a person; `visits`: ateliers more a person; `left_out`: families fewer with one visit or none;
    `vain`: families fewer that queued or came in vain; `wishes`: families more that get their first wish.
    """

    change: Change
    worth: Interval
    minutes: Interval
    visits: Interval
    left_out: Interval
    vain: Interval
    wishes: Interval
    final: bool

    @property
    def helps(self) -> bool:
        """Whether to recommend it: surely, by days that did not choose it among many, and at nobody's expense."""
        return self.final and self.promises and not self.change.excludes

    @property
    def promises(self) -> bool:
        """Whether it surely brings minutes or visits, or leaves out fewer families and costs the others nothing."""
        if self.leaves_out_more:
            return False
        brings = self.worth.low > 0 and self.worth.mean >= NET_MINUTES
        lets_in = self.left_out.low > 0 and self.left_out.mean >= NET_FAMILIES
        return brings or (lets_in and self.worth.mean > 0)

    @property
    def harms(self) -> bool:
        return self.leaves_out_more or (self.worth.high < 0 and self.worth.mean <= -NET_MINUTES)

    @property
    def leaves_out_more(self) -> bool:
        return self.left_out.high < 0 and self.left_out.mean <= -NET_FAMILIES

    @property
    def days(self) -> int:
        """How many it was tried on."""
        return self.worth.count

    @property
    def known(self) -> bool:
        """Whether it was tried for long enough to say that it has no effect."""
        return self.days >= ENOUGH_DAYS


@dataclass(frozen=True, slots=True)
class Round:
    """`changes` are tried on `days` more days."""

    changes: int
    days: int


def rounds(changes: int, budget: int) -> tuple[Round, ...]:
    """About `budget` days in all: a quarter for all changes, a quarter for the better half, the rest for the best."""
    finalists = min(FINALISTS, max(FEWEST_FINALISTS, budget // 2 // ENOUGH_DAYS))
    if changes <= finalists:
        return (Round(changes, max(FEWEST_DAYS, budget // changes)),) if changes else ()
    half = max(finalists, changes // 2)
    shares = {changes: budget // 4, half: budget // 4, finalists: budget // 2}
    return tuple(Round(size, max(FEWEST_DAYS, days // size)) for size, days in shares.items())


def rank(
    forecast: Forecast, tried: Sequence[Change], budget: int, players: Runs, done: Callable[[], None]
) -> tuple[Gain, ...]:
    """The gains of all changes, what brings most first. `done` is called for each of `cost` days."""
    known = {day.seed: day for day in forecast.open}
    left: list[Change] = list(tried)
    gains: dict[int, Gain] = {}
    plan, price = rounds(len(tried), budget), visit_minutes(forecast)
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
            gains[id(change)] = _gain(change, before, after, price, final=number == len(plan) - 1)
        left.sort(key=lambda change: (bool(change.excludes), -_promise(gains[id(change)])))
        left = left[: plan[number + 1].changes] if number + 1 < len(plan) else left
    return tuple(sorted(gains.values(), key=lambda gain: (not gain.final, -gain.worth.mean)))


def cost(forecast: Forecast, changes: int, budget: int) -> int:
    """How many days `rank` plays."""
    plan = rounds(changes, budget)
    days = sum(each.days for each in plan)
    return sum(each.changes * each.days for each in plan) + max(0, days - len(forecast.open))


def visit_minutes(forecast: Forecast) -> float:
    """What one visit is worth: the minutes that people lose for each of theirs in the event as it is."""
    visits = forecast.mean(lambda day: day.measures.visits).mean
    return forecast.mean(lambda day: day.lost_minutes).mean / visits if visits else 0.0


def _promise(gain: Gain) -> float:
    """What a change may bring at best: who is in doubt is tried again."""
    return gain.worth.mean + 0.5 * (gain.worth.high - gain.worth.mean)


def _task(forecast: Forecast, change: Change | None, seed: int) -> Task:
    crowd = forecast.scenario.crowd
    if change is None:
        return Task(forecast.event, crowd, forecast.scenario.habits, seed)
    return Task(change.event, crowd, change.habits, seed, drawn_for=forecast.event)


def _gain(change: Change, before: Sequence[Day], after: Sequence[Day], price: float, final: bool) -> Gain:
    def paired(of: Callable[[Day], float]) -> Interval:
        return interval([of(then) - of(now) for then, now in zip(before, after, strict=True)])

    return Gain(
        change,
        worth=paired(lambda day: day.lost_minutes - price * day.measures.visits),
        minutes=paired(lambda day: day.lost_minutes),
        visits=paired(lambda day: -day.measures.visits),
        left_out=paired(lambda day: day.left_out),
        vain=paired(lambda day: day.vain),
        wishes=paired(lambda day: -day.measures.top_wish * day.families),
        final=final,
    )
