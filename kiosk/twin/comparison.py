"""Two events, tried on the same days: the figures of both, and their difference."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from ..rules.event import Event
from .days import Day, Task, played
from .forecast import SEEDS, Forecast, tasks
from .intervals import Interval, interval
from .ranking import visit_minutes
from .runs import Runs
from .scenario import Scenario

# Each figure by its message `rehearse.figure.<name>`; whether more of it is better.
FIGURES: tuple[tuple[str, Callable[[Day], float], bool], ...] = (
    ("lost", lambda day: day.lost_minutes, False),
    ("standing", lambda day: day.measures.standing, False),
    ("sitting", lambda day: day.measures.sitting, False),
    ("door", lambda day: day.door_minutes, False),
    ("visits", lambda day: day.measures.visits, True),
    ("top_wish", lambda day: 100 * day.measures.top_wish, True),
    ("left_out", lambda day: day.left_out, False),
    ("vain", lambda day: day.vain, False),
    ("overrun", lambda day: max(day.end_minutes(place) for place in day.ends) if day.ends else 0.0, False),
)


@dataclass(frozen=True, slots=True)
class Row:
    """`difference`: of the second to the first, day by day."""

    name: str
    first: float
    second: float
    difference: Interval
    more_is_better: bool

    @property
    def better(self) -> bool:
        return (self.difference.mean > 0) == self.more_is_better


@dataclass(frozen=True)
class Comparison:
    """`same_families`: the very same come to both; else as many, by the same seeds."""

    first: Forecast
    second: Forecast
    same_families: bool

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        return tuple(self._row(name, of, more) for name, of, more in FIGURES)

    @cached_property
    def worth(self) -> Interval:
        """What the second brings against the first, in minutes a person: saved, or of visits gained."""
        price = visit_minutes(self.first)
        pairs = zip(self.first.open, self.second.open, strict=True)
        return interval(
            [
                now.lost_minutes - then.lost_minutes + price * (then.measures.visits - now.measures.visits)
                for now, then in pairs
            ]
        )

    def _row(self, name: str, of: Callable[[Day], float], more_is_better: bool) -> Row:
        first, second = self.first.mean(of), self.second.mean(of)
        pairs = zip(self.first.open, self.second.open, strict=True)
        difference = interval([of(then) - of(now) for now, then in pairs])
        return Row(name, first.mean, second.mean, difference, more_is_better)


def alike(first: Event, second: Event) -> bool:
    """Whether the same families can come to both: the same hours, ages and ateliers, whatever these are like."""
    return (
        first.windows == second.windows
        and first.bands == second.bands
        and {atelier.id for atelier in first.ateliers} == {atelier.id for atelier in second.ateliers}
        and first.languages == second.languages
    )


def compare(
    first: Event,
    second: Event,
    scenario: Scenario,
    seed: int,
    runs: int,
    players: Runs,
    done: Callable[[], None],
) -> Comparison:
    """Play the same days with both. Raises what the players raise."""
    same = alike(first, second)
    days = [*tasks(first, scenario, seed, runs)[0]]
    for place in range(runs):
        drawn_for = first if same else None
        days.append(
            Task(second, scenario.crowd, scenario.habits, seed * SEEDS + place, drawn_for, sampled=True)
        )
    told = players.map(played, days, done)
    sides = [
        Forecast(event, scenario, seed, tuple(told[begin : begin + runs]), ())
        for event, begin in ((first, 0), (second, runs))
    ]
    return Comparison(sides[0], sides[1], same)
