"""A scenario fitted to a day that was.

Most figures are read off the journal. How people behave is not: who ignores an advice may still happen to do it,
and who gives up a queue is only missed later. So the twin plays the day as fitted so far, its journal is read in the
same way, and what that reading gets wrong is taken off the figures.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from statistics import fmean

from ..errors import Refused
from ..rules.event import Event
from ..rules.ledger import View
from ..saying import say
from . import readings
from .families import draw
from .hall import TwinHall
from .play import RONDE
from .readings import Habitude, Reading
from .runs import Runs
from .scenario import Crowd, Habits, Scenario
from .world import World

ROUNDS, DAYS = 3, 6  # of corrections, and played in each
ENOUGH = {  # observations: below, the scenario's own figure is kept
    "sizes": 10, "arrivals": 10, "wishes": 20, "compliance": 40, "missed": 100, "patience": 8, "stay": 15, "turn": 10,
}  # fmt: skip
ENOUGH_PACES = 3  # ateliers
LIMITS = {"compliance": (0.0, 1.0), "missed": (0.0, 0.6), "patience": (5.0, 120.0), "stay": (20.0, 400.0)}


@dataclass(frozen=True, slots=True)
class Found:
    """What was found of one figure; `enough`: whether so many observations allow a conclusion."""

    name: str
    value: float | None
    count: int
    enough: bool


@dataclass(frozen=True)
class Fit:
    """`found`: by figure; `turns`: minutes, by atelier. `scenario`: the figures in use, found or kept."""

    event: Event
    scenario: Scenario
    people: int
    families: int
    found: tuple[Found, ...]
    turns: Mapping[str, Found] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Trial:
    """A day to play and to read: its event as it really was."""

    event: Event
    crowd: Crowd
    habits: Habits
    seed: int


def calibrate(
    event: Event, view: View, base: Scenario, players: Runs, done: Callable[[], None] = lambda: None
) -> Fit:
    """Raises Refused where nobody came, and what the players raise. `done` is called for each of ROUNDS × DAYS days."""
    guests = readings.parties(event, view)
    if not guests:
        raise Refused(say("error.nobody_to_learn_from"))
    sizes, arrivals = readings.sizes(guests), readings.arrivals(event, guests)
    dear, named = readings.wishes(event, guests)
    people = sum(guest.size for guest in guests)
    many = len(guests)
    crowd = replace(
        base.crowd,
        people=people,
        sizes=dict(sorted(sizes.items())) if many >= ENOUGH["sizes"] else base.crowd.sizes,
        arrivals=(
            tuple((quarter, float(came)) for quarter, came in sorted(arrivals.items()))
            if many >= ENOUGH["arrivals"]
            else base.crowd.arrivals
        ),
        wishes=dear if named >= ENOUGH["wishes"] else base.crowd.wishes,
    )
    seen = readings.habitude(event, view, crowd)
    guess = _Guess(crowd, base.habits, {atelier.id: float(atelier.minutes) for atelier in event.ateliers})
    guess = _moved(guess, event, seen, None)
    for number in range(ROUNDS):
        trials = [_trial(event, guess, number * DAYS + place) for place in range(DAYS)]
        guess = _moved(guess, event, seen, players.map(read, trials, done))
    crowd, habits = guess.crowd, guess.habits
    turns = {
        id: Found("turn", guess.minutes[id] if each.count else None, each.count, each.count >= ENOUGH["turn"])
        for id, each in seen.turns.items()
    }
    pace, paced = _pace(event, turns, habits)
    habits = replace(habits, pace=pace)
    found = (
        Found("people", people, many, True),
        Found("sizes", None, many, many >= ENOUGH["sizes"]),
        Found("arrivals", None, many, many >= ENOUGH["arrivals"]),
        Found("wishes", None, named, named >= ENOUGH["wishes"]),
        _found("compliance", habits.compliance, seen.compliance),
        _found("missed", habits.missed, seen.missed),
        _found("patience", crowd.patience_minutes, seen.patience),
        *_stays(event, crowd, seen),
        Found("pace", None, paced, paced >= ENOUGH_PACES),
    )
    scenario = Scenario(base.name, base.event_file, crowd, habits)
    return Fit(event, scenario, people, many, found, turns)


def read(trial: Trial) -> Habitude:
    """Play a day on which Ronde advises, and read its journal."""
    families = draw(trial.event, trial.crowd, trial.seed)
    hall = TwinHall(trial.event, RONDE)
    start_ms = min(trial.event.opens_ms, *(family.at_door_ms for family in families))
    world = World(trial.event, families, hall, trial.habits, seed=trial.seed, start_ms=start_ms)
    hall.now = lambda: world.now_ms
    world.run()
    return readings.habitude(trial.event, hall.ledger.view(), trial.crowd)


@dataclass(frozen=True)
class _Guess:
    """The figures of behaviour so far; `minutes`: of a turn, by atelier."""

    crowd: Crowd
    habits: Habits
    minutes: Mapping[str, float]


def _trial(event: Event, guess: _Guess, seed: int) -> Trial:
    """A day like the real one: turns take what they took there."""
    ateliers = tuple(
        replace(atelier, minutes=max(1, round(guess.minutes[atelier.id]))) for atelier in event.ateliers
    )
    return Trial(replace(event, ateliers=ateliers), guess.crowd, replace(guess.habits, pace=(1.0, 1.0)), seed)


def _moved(guess: _Guess, event: Event, seen: Habitude, played: list[Habitude] | None) -> _Guess:
    """The figures as read; or else, moved by as much as the played days read otherwise than the real one."""

    def moved(name: str, now: float, of: Callable[[Habitude], Reading]) -> float:
        real = of(seen)
        if real.count < ENOUGH[name]:
            return now
        value = real.value
        if played is not None:
            value = now + real.value - fmean(of(day).value for day in played)
        low, high = LIMITS[name]
        return min(high, max(low, value))

    def minutes(id: str, real: Reading) -> float:
        again = [day.turns[id].value for day in played or () if day.turns[id].count]
        if not again:
            return real.value
        return real.value * max(1, round(guess.minutes[id])) / fmean(again)

    first, later = guess.crowd.stay_minutes
    crowd = replace(
        guess.crowd,
        patience_minutes=moved("patience", guess.crowd.patience_minutes, lambda day: day.patience),
        stay_minutes=(
            moved("stay", first, lambda day: day.stays[0]),
            moved("stay", later, lambda day: day.stays[1]),
        ),
    )
    habits = replace(
        guess.habits,
        compliance=moved("compliance", guess.habits.compliance, lambda day: day.compliance),
        missed=moved("missed", guess.habits.missed, lambda day: day.missed),
    )
    timed = {id: minutes(id, real) for id, real in seen.turns.items() if real.count >= ENOUGH["turn"]}
    return _Guess(crowd, habits, {**guess.minutes, **timed})


def _pace(event: Event, turns: Mapping[str, Found], habits: Habits) -> tuple[tuple[float, float], int]:
    """How the turns of ateliers differ from what was planned; and at how many ateliers that was seen."""
    shares = [
        each.value / event.by_id[id].minutes for id, each in turns.items() if each.enough and each.value
    ]
    if len(shares) < ENOUGH_PACES:
        return habits.pace, len(shares)
    return (round(min(shares), 2), round(max(shares), 2)), len(shares)


def _stays(event: Event, crowd: Crowd, seen: Habitude) -> Iterator[Found]:
    first, later = crowd.stay_minutes
    if len(event.windows) > 1:
        yield _found("stay_first", first, seen.stays[0])
    yield _found("stay_later", later, seen.stays[1])


def _found(name: str, value: float, reading: Reading) -> Found:
    return Found(name, value, reading.count, reading.count >= ENOUGH[name.partition("_")[0]])
