"""How true the waits in half an hour are: what was foreseen every five minutes, against what was told later.

Sessions are left out: their waits are their timetable's.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table

from ..rules.event import MINUTE_MS, Kind
from ..rules.floor import Floor
from ..rules.outlook import AHEAD_MINUTES, Outlook, outlooks
from ..rules.view import View
from ..rules.waits import projections
from ..twin.play import play
from ..twin.runs import runs
from .routes import loaded, progress, wide

AHEAD_MS = AHEAD_MINUTES * MINUTE_MS


@dataclass(frozen=True, slots=True)
class Task:
    scenario: str
    seed: int


@dataclass(frozen=True, slots=True)
class Seen:
    """A forecast, the wait when it was made, and the one that came: in minutes, None where none is told."""

    foreseen: Outlook
    before: float | None
    came: float | None


def day(task: Task) -> list[Seen]:
    """All that was foreseen on one played day, while the doors were open then and half an hour later."""
    scenario, event = loaded(task.scenario)
    told: dict[tuple[str, int], float | None] = {}
    foreseen: dict[tuple[str, int], Outlook] = {}

    def watch(view: View, floor: Floor) -> None:
        if not any(floor.at_ms in window for window in event.windows):
            return
        ahead = outlooks(view, floor)
        for id, queue in projections(event, floor).items():
            if event.by_id[id].kind is not Kind.SESSION:
                wait = queue.wait(floor.at_ms, 1)
                told[id, floor.at_ms] = wait.minutes if wait else None
                foreseen[id, floor.at_ms] = ahead[id]

    play(event, scenario.crowd, scenario.habits, task.seed, watch=watch)
    return [
        Seen(each, told[id, at_ms], told[id, at_ms + AHEAD_MS])
        for (id, at_ms), each in foreseen.items()
        if (id, at_ms + AHEAD_MS) in told and event.window_at(at_ms) is event.window_at(at_ms + AHEAD_MS)
    ]


def run(
    names: Sequence[str],
    seeds: int,
    first_seed: int,
    jobs: int | None,
    json_file: Path | None,
    console: Console | None = None,
) -> list[dict[str, object]]:
    """Play and show. Raises Refused, EventFileError, RunLost."""
    console = console or wide()
    for name in names:
        loaded(name)
    rows = []
    with runs(jobs) as pool:
        for name in names:
            tasks = [Task(name, seed) for seed in range(first_seed, first_seed + seeds)]
            with progress(console, name, len(tasks)) as step:
                seen = [each for found in pool.map(day, tasks, step) for each in found]
            rows.append(figures(name, seen))
    _show(rows, console)
    if json_file:
        json_file.write_text(json.dumps(rows, indent=1) + "\n", "utf-8")
    return rows


def figures(name: str, seen: Sequence[Seen]) -> dict[str, object]:
    """`within_range`: the share of the waits that came to be in the range that was told. `naive`: the mean error of
    saying that the wait will be as it is. `kept_silent`: the share of forecasts that said nothing.
    """
    both = [
        (each.foreseen, each.came)
        for each in seen
        if each.foreseen.minutes is not None and each.came is not None
    ]
    off = [(foreseen.minutes or 0.0) - came for foreseen, came in both]
    naive = [
        abs(each.before - each.came) for each in seen if each.before is not None and each.came is not None
    ]
    ranges = [(foreseen.range_minutes or (0, 0), came) for foreseen, came in both]
    return {
        "scenario": name,
        "forecasts": len(both),
        "mean_wait_minutes": round(fmean(came for _, came in both), 1),
        "bias_minutes": round(fmean(off), 1),
        "mae_minutes": round(fmean(map(abs, off)), 1),
        "naive_minutes": round(fmean(naive), 1),
        "within_range": round(fmean(low <= came <= high for (low, high), came in ranges), 3),
        "range_minutes": round(fmean(high - low for (low, high), _ in ranges), 1),
        "kept_silent": round(
            fmean(each.foreseen.minutes is None and not each.foreseen.over for each in seen), 3
        ),
        "over_in_vain": round(fmean(each.foreseen.over and each.came is not None for each in seen), 3),
    }


def _show(rows: list[dict[str, object]], console: Console) -> None:
    table = Table(title=f"waits in {AHEAD_MINUTES} minutes, as foreseen and as they came", box=SIMPLE)
    for name in rows[0]:
        table.add_column(name.replace("_", " "), justify="left" if name == "scenario" else "right")
    for row in rows:
        table.add_row(*map(str, row.values()))
    console.print(table)
