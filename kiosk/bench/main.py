"""Run the measurements and show them as a table and as JSON."""

import json
import tempfile
from collections.abc import Iterable
from pathlib import Path

from rich.console import Console
from rich.table import Table

from . import figures
from .hub import HubProcess
from .machine import machine
from .measure import Figure
from .pixels import scan_to_pixels

BROWSERS = 50  # that organisers and volunteers may have open at once


def run(json_file: Path | None, quick: bool) -> None:
    """Measure on this machine, in the folder for temporary files. `quick` takes a twentieth of the samples."""
    share = 20 if quick else 1
    console = Console()
    with tempfile.TemporaryDirectory(prefix="ronde-bench-") as name:
        folder = Path(name)
        found = list(_measured(folder, share, console))
        where = machine(folder)
    show(found, where, console)
    if json_file:
        told = {"machine": where, "figures": [figure.to_json() for figure in found]}
        json_file.write_text(json.dumps(told, indent=2) + "\n", "utf-8")


def _measured(folder: Path, share: int, console: Console) -> Iterable[Figure]:
    with console.status("") as status:
        status.update("durable commits")
        yield from figures.disk(folder, 2000 // share)
        status.update("check-ins")
        yield from figures.check_in(folder, 400 // share)
        with HubProcess(folder / "hub") as hub:
            yield Figure("memory of the hub at its start", hub.sample().resident_mb, "MB")
            status.update("passages, 1 client")
            yield from figures.passages_one_client(hub, 2000 // share)
            status.update("passages, 8 clients")
            yield from figures.passages_eight_clients(hub, 500 // share)
            status.update("scan to browser")
            yield from figures.scan_to_browser(hub, 100 // share)
            status.update(f"scan to {BROWSERS} browsers")
            yield from figures.scan_to_browsers(hub, 60 // share, BROWSERS)
            status.update("passages in batches")
            yield from figures.passages_in_batches(hub, 100 // share)
            yield from figures.memory(hub)
        status.update(f"scan to pixels, {BROWSERS} browsers")
        yield from scan_to_pixels(folder / "pixels", 240 // share, BROWSERS)
        status.update("replay")
        yield from figures.replaying(folder, 100_000 // share)


def show(found: Iterable[Figure], where: dict[str, object], console: Console) -> None:
    table = Table(title=", ".join(f"{name}: {value}" for name, value in where.items()))
    table.add_column("measured")
    table.add_column("figure", justify="right")
    table.add_column("unit")
    table.add_column("to reach", justify="right")
    table.add_column("reached")
    for figure in found:
        bar = "" if figure.bar is None else f"{'≤' if figure.most else '≥'} {figure.bar:g}"
        reached = {None: "", True: "yes", False: "NO"}[figure.reached]
        table.add_row(figure.name, f"{figure.value:,.2f}", figure.unit, bar, reached)
    console.print(table)
