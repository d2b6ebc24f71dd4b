"""How true the waits are: what was expected as each family joined a queue, against what came; and what advice costs.

By kinds of scans: an atelier may have one scanner only, scans get missed, a station may be cut off. Sessions are
left out: their waits are their timetable's.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import fmean

from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table

from firmware.wire.passage import ARRIVE, CALL, ENTER, LEAVE

from ..rules.event import MINUTE_MS, Event, Kind, Station
from ..twin.hall import Faults
from ..twin.play import play
from ..twin.policies import named
from ..twin.runs import runs
from .routes import loaded, progress, wide

HOUR_MS = 60 * MINUTE_MS


@dataclass(frozen=True, slots=True)
class Eyes:
    """What the hub sees: the steps that are scanned, the share of scans missed, and whether a station is cut off."""

    title: str
    steps: tuple[str, ...] = (ARRIVE, CALL, ENTER, LEAVE)
    missed: float | None = None
    offline: bool = False


EYES = (
    Eyes("all scans"),
    Eyes("no arrivals", (ENTER, LEAVE)),
    Eyes("no starts", (ARRIVE, LEAVE)),
    Eyes("starts only", (ENTER,)),
    Eyes("exits only", (LEAVE,)),
    Eyes("15 % missed", missed=0.15),
    Eyes("a station offline for an hour", offline=True),
)


@dataclass(frozen=True, slots=True)
class Task:
    scenario: str
    compliance: float
    policy: str
    eyes: int
    seed: int


@dataclass(frozen=True, slots=True)
class Errors:
    """Of one day, in minutes: expected less actual wait for each turn that began, those waits, and the standing.

    `blind`: turns that began where none was expected.
    """

    errors: tuple[float, ...]
    waits: tuple[float, ...]
    standing: float
    blind: int


def seen_by(event: Event, eyes: Eyes) -> Event:
    """The event with these steps scanned only; a station without any is not there."""
    kept = [
        Station(station.id, station.atelier, tuple(step for step in station.steps if step in eyes.steps))
        for station in event.stations
    ]
    return replace(event, stations=tuple(station for station in kept if station.steps))


def errors(task: Task) -> Errors:
    scenario, event = loaded(task.scenario)
    eyes = EYES[task.eyes]
    event = seen_by(event, eyes)
    habits = replace(scenario.habits, compliance=task.compliance)
    if eyes.missed is not None:
        habits = replace(habits, missed=eyes.missed)
    faults = Faults()
    if eyes.offline:
        cut = event.stations[task.seed % len(event.stations)].id
        from_ms = event.windows[-1].opens_ms + HOUR_MS
        faults = Faults({cut: (from_ms, from_ms + HOUR_MS)})
    outcome = play(event, scenario.crowd, habits, task.seed, named(task.policy), promises=True, faults=faults)
    stands = [
        stand
        for family in outcome.families
        for stand in family.stands
        if stand.started_ms is not None and event.by_id[stand.atelier].kind is not Kind.SESSION
    ]
    known = [stand for stand in stands if stand.promised_ms is not None]
    standing = sum(family.standing_minutes * family.size for family in outcome.families) / outcome.people
    return Errors(
        tuple(((stand.promised_ms or 0) - (stand.started_ms or 0)) / MINUTE_MS for stand in known),
        tuple(((stand.started_ms or 0) - stand.arrived_ms) / MINUTE_MS for stand in known),
        standing,
        len(stands) - len(known),
    )


def run(
    name: str,
    compliance: float,
    policies: Sequence[str],
    seeds: int,
    first_seed: int,
    jobs: int | None,
    json_file: Path | None,
    console: Console | None = None,
) -> list[dict[str, object]]:
    """Play and show. Raises Refused, EventFileError, RunLost."""
    console = console or wide()
    loaded(name)
    for policy in policies:
        named(policy)
    rows: list[dict[str, object]] = []
    with runs(jobs) as pool:
        for policy in policies:
            tasks = [
                Task(name, compliance, policy, eyes, seed)
                for eyes in range(len(EYES))
                for seed in range(first_seed, first_seed + seeds)
            ]
            with progress(console, f"{name}, {policy}", len(tasks)) as step:
                found = pool.map(errors, tasks, step)
            for place, eyes in enumerate(EYES):
                days = [day for task, day in zip(tasks, found, strict=True) if task.eyes == place]
                rows.append(_row(name, compliance, policy, eyes, days))
    _show(rows, console)
    if json_file:
        json_file.write_text(json.dumps(rows, indent=1) + "\n", "utf-8")
    return rows


def _row(name: str, compliance: float, policy: str, eyes: Eyes, days: Sequence[Errors]) -> dict[str, object]:
    off = [error for day in days for error in day.errors]
    return {
        "scenario": name,
        "compliance": compliance,
        "policy": policy,
        "scans": eyes.title,
        "turns": len(off),
        "mean_wait_minutes": round(fmean(wait for day in days for wait in day.waits), 2),
        "mae_minutes": round(fmean(abs(error) for error in off), 2),
        "bias_minutes": round(fmean(off), 2),
        "within_5_minutes": round(fmean(abs(error) <= 5 for error in off), 3),
        "turns_not_expected": sum(day.blind for day in days),
        "standing_minutes": round(fmean(day.standing for day in days), 1),
    }


def _show(rows: list[dict[str, object]], console: Console) -> None:
    table = Table(title="expected waits against those that came", box=SIMPLE)
    for name in rows[0]:
        table.add_column(name.replace("_", " "), justify="left" if name in ("scenario", "scans") else "right")
    for row in rows:
        table.add_row(*map(str, row.values()))
    console.print(table)
