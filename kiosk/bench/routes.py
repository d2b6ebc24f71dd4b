"""Ways to send families round, compared on the same days: the table of docs/routes.md.

All policies play the same seeds (common random numbers), so differences are taken day by day against the first of
them that is a sheet, P1. Intervals are at 95 %.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path
from statistics import fmean, stdev
from typing import Any

from rich.box import SIMPLE
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from .. import eventfile
from ..rules.event import Event
from ..twin import scenario as scenarios
from ..twin.intervals import Interval, interval
from ..twin.measures import NAMES, Measures, measure
from ..twin.play import play
from ..twin.policies import named
from ..twin.runs import Runs, runs
from ..twin.scenario import Scenario

FIRST_SEED = 20_000  # days 1000 to 1059 were looked at while the weights were chosen: not these
BASE = "P1"
COLUMNS = (
    ("standing", 1), ("sitting", 1), ("lost", 1), ("p95", 0), ("visits", 2), ("top_wish", 3), ("few", 3),
    ("overrun", 0), ("gini", 2), ("jain", 3), ("gave_up", 3),
)  # fmt: skip

LEGEND = """standing, sitting, lost: minutes a person (sd over the days); p95: of standing; visits: ateliers a person
top_wish: families that had their favourite; few: families with one atelier at most; overrun: minutes after closing
gini: of standing, 0 is alike; jain: of visits, 1 is alike; gave_up: of those who queued; ±: 95 % interval"""


@dataclass(frozen=True, slots=True)
class Day:
    """One day to play: a scenario by its name or file, and who is to be told what."""

    scenario: str
    compliance: float
    policy: str
    seed: int


@dataclass(frozen=True, slots=True)
class Line:
    """A policy over all days of one scenario and compliance. `against`: per measure, its mean share of that of BASE."""

    policy: str
    days: tuple[Measures, ...]
    against: dict[str, Interval]

    def mean(self, name: str) -> float:
        return fmean(getattr(day, name) for day in self.days)

    def spread(self, name: str) -> float:
        values = [getattr(day, name) for day in self.days]
        return stdev(values) if len(values) > 1 else 0.0


@dataclass(frozen=True, slots=True)
class Block:
    scenario: str
    compliance: float
    seeds: tuple[int, ...]
    lines: tuple[Line, ...]


_loaded: dict[str, tuple[Scenario, Event]] = {}  # of this process: days of one event share its file


def played(day: Day) -> Measures:
    scenario, event = loaded(day.scenario)
    habits = replace(scenario.habits, compliance=day.compliance)
    return measure(event, play(event, scenario.crowd, habits, day.seed, named(day.policy)))


def loaded(name: str) -> tuple[Scenario, Event]:
    """Raises Refused, EventFileError."""
    if name not in _loaded:
        scenario = scenarios.load(name)
        _loaded[name] = (scenario, eventfile.load(scenario.event_file))
    return _loaded[name]


def run(
    names: Sequence[str],
    compliances: Sequence[float],
    policies: Sequence[str],
    seeds: int,
    first_seed: int,
    jobs: int | None,
    json_file: Path | None,
    console: Console | None = None,
) -> list[Block]:
    """Play and show. Raises Refused, EventFileError, RunLost."""
    console = console or wide()
    for name in names:
        loaded(name)
    for policy in policies:
        named(policy)
    blocks = []
    with runs(jobs) as pool:
        for name, compliance in product(names, compliances):
            block = _block(pool, name, compliance, policies, range(first_seed, first_seed + seeds), console)
            blocks.append(block)
            show(block, console)
    if json_file:
        told = json.dumps([as_told(block) for block in blocks], indent=1) + "\n"
        json_file.write_text(told, "utf-8")
    return blocks


def _block(
    pool: Runs, name: str, compliance: float, policies: Sequence[str], seeds: range, console: Console
) -> Block:
    tasks = [Day(name, compliance, policy, seed) for seed in seeds for policy in policies]
    with progress(console, f"{name}, p = {compliance:g}", len(tasks)) as step:
        found = pool.map(played, tasks, step)
    days: dict[str, list[Measures]] = {policy: [] for policy in policies}
    for task, measures in zip(tasks, found, strict=True):
        days[task.policy].append(measures)
    base = days.get(BASE)
    lines = [Line(policy, tuple(own), _against(own, base) if base else {}) for policy, own in days.items()]
    return Block(name, compliance, tuple(seeds), tuple(lines))


def _against(own: Sequence[Measures], base: Sequence[Measures]) -> dict[str, Interval]:
    """The ratio of the means, with the interval of its linearised difference, day by day."""
    told = {}
    for name in ("standing", "lost", "visits"):
        here, there = [getattr(day, name) for day in own], [getattr(day, name) for day in base]
        ratio, mean = fmean(here) / max(1e-9, fmean(there)), max(1e-9, fmean(there))
        errors = interval([(a - ratio * b) / mean for a, b in zip(here, there, strict=True)])
        told[name] = Interval(ratio, ratio + errors.low, ratio + errors.high, errors.count)
    return told


class progress:
    """A bar on a terminal, nothing elsewhere; gives the function that takes it one step on."""

    def __init__(self, console: Console, title: str, total: int) -> None:
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )
        self._task = self._bar.add_task(title, total=total)

    def __enter__(self) -> Any:
        self._bar.start()
        return lambda: self._bar.advance(self._task)

    def __exit__(self, *_: object) -> None:
        self._bar.stop()


def show(block: Block, console: Console) -> None:
    last = block.seeds[-1]
    table = Table(
        title=f"{block.scenario}, p = {block.compliance:g}, {len(block.seeds)} days (seeds {block.seeds[0]}–{last})",
        caption=LEGEND,
        caption_justify="left",
        box=SIMPLE,
    )
    table.add_column("policy", no_wrap=True)
    compared = [name for name in ("standing", "lost") if any(name in line.against for line in block.lines)]
    for name in compared:
        table.add_column(f"{name} vs {BASE}", justify="right", no_wrap=True)
    for name, _ in COLUMNS:
        table.add_column(name, justify="right", no_wrap=True)
    for line in block.lines:
        ratios = [_ratio(line.against[name]) for name in compared]
        cells = [f"{line.mean(name):.{digits}f}" for name, digits in COLUMNS]
        cells[0] += f" ({line.spread('standing'):.1f})"
        table.add_row(f"{named(line.policy).name} {named(line.policy).title}", *ratios, *cells)
    console.print(table)


def wide() -> Console:
    """As wide as the terminal; wide enough for a table where the text goes to a file."""
    console = Console()
    return console if console.is_terminal else Console(width=200)


def _ratio(share: Interval) -> str:
    """The share and its margin at 95 %; one day has none."""
    return f"{share.mean:.3f} ± {share.mean - share.low:.3f}" if share.count > 1 else f"{share.mean:.3f}"


def as_told(block: Block) -> dict[str, Any]:
    """The block as JSON: means, spreads over the days, and shares of BASE with their intervals."""
    return {
        "scenario": block.scenario,
        "compliance": block.compliance,
        "seeds": [block.seeds[0], block.seeds[-1]],
        "policies": [
            {
                "policy": line.policy,
                "title": named(line.policy).title,
                "mean": {name: round(line.mean(name), 4) for name in NAMES},
                "sd": {name: round(line.spread(name), 4) for name in NAMES},
                "share_of_P1": {
                    name: [round(value, 4) for value in (share.mean, share.low, share.high)]
                    for name, share in line.against.items()
                },
            }
            for line in block.lines
        ],
    }
