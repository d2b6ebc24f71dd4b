"""What one piece of advice costs, and how true the last calls are."""

import gc
import json
from pathlib import Path

from rich.console import Console

from ..rules.event import MINUTE_MS
from ..twin.intervals import quantile
from ..twin.play import play
from .routes import loaded, progress


def run(
    names: tuple[str, ...], seeds: int, first_seed: int, json_file: Path | None
) -> list[dict[str, object]]:
    """Play days in this process alone and time each decision, as on the day: without pauses to collect garbage.

    Raises Refused, EventFileError.
    """
    console = Console()
    rows: list[dict[str, object]] = []
    for name in names:
        scenario, event = loaded(name)
        took: list[float] = []
        missed: list[float] = []
        with progress(console, name, seeds) as step:
            for seed in range(first_seed, first_seed + seeds):
                gc.collect()
                gc.freeze()
                gc.disable()
                try:
                    outcome = play(event, scenario.crowd, scenario.habits, seed, timed=True, closes=True)
                finally:
                    gc.enable()
                    gc.unfreeze()
                took += outcome.decisions_ms
                missed += [abs(call.promised_ms - call.actual_ms) / MINUTE_MS for call in outcome.calls]
                step()
        took.sort()
        missed.sort()
        row: dict[str, object] = {
            "scenario": name,
            "decisions": len(took),
            "mean_ms": round(sum(took) / len(took), 3),
            "p99_ms": round(quantile(took, 0.99), 2),
            "max_ms": round(took[-1], 2),
        }
        if missed:
            row |= {
                "last_calls": len(missed),
                "end_off_p50_minutes": round(quantile(missed, 0.5), 1),
                "end_off_p90_minutes": round(quantile(missed, 0.9), 1),
            }
        rows.append(row)
        console.print(", ".join(f"{key.replace('_', ' ')} {value}" for key, value in row.items()))
    if json_file:
        json_file.write_text(json.dumps(rows, indent=1) + "\n", "utf-8")
    return rows
