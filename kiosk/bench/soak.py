"""`ronde bench soak`: one hub for hours, watched by fifty pages, on an afternoon that goes on.

The journal grows meanwhile, and what the hub keeps of it in memory. So at the end it is started again on the same
journal, before the same pages, and has the same to do: what that one takes is the day, what the old one took more was
lost. And the journal is folded once more here, to weigh what its facts become.
"""

import csv
import json
import tempfile
import threading
import time
import tracemalloc
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import fmean, linear_regression
from typing import Self

from rich.console import Console

from .. import collector, eventfile
from ..rules.ledger import Ledger
from ..store.journal import Journal
from .audience import Audience, Habit
from .crowd import Crowd
from .hub import EXAMPLE, HubProcess
from .machine import machine
from .main import show
from .measure import Figure
from .process import Sample

PRESENT = 80  # families at a time
BLANK = 1000
TURN_S = 0.5
SAMPLE_S = 10.0
WARM_SHARE = 1 / 6  # of the time, for the hub to warm up; and for the one that is started again,
AGAIN_S = 480.0  # which takes no longer: it finds as many families as there ever are,
NEWCOMERS = 12  # and some more come, or it might print no sheet, and need nothing of what that takes
SHOWN_S = 30.0
MOST_LOST_MB = 2  # an hour: what the allocator keeps of what was free again
JOURNAL = "data/journal.db"
STEADY = "steady"

HABITS = (
    *[Habit(STEADY, "/flow/events")] * 20,
    *[Habit(STEADY, "/flow/events?lang=en")] * 20,
    *[Habit("slow", "/flow/events", slow_bytes=2048)] * 3,
    *[Habit("restless", "/flow/events?lang=en", stays_s=40)] * 5,
    Habit("asleep for ten minutes", "/flow/events", sleeps_s=600),
    Habit("asleep for an hour", "/flow/events", sleeps_s=3600),
    *[Habit("television", "/screen/events")] * 3,
)


@dataclass(frozen=True, slots=True)
class Line:
    """One moment of the run."""

    at_s: float
    here: int
    facts: int
    passages: int
    streams: int
    frames: int
    process: Sample

    def flat(self) -> dict[str, float]:
        told = asdict(self)
        return {name: round(value, 3) for name, value in (told | told.pop("process")).items()}


def run(minutes: float, csv_file: Path | None, json_file: Path | None) -> None:
    """Take so many minutes, and eight more at most. Every line is written as it comes, the figures at the end."""
    console = Console()
    soak = _Soak(minutes, csv_file)
    with tempfile.TemporaryDirectory(prefix="ronde-soak-") as name:
        folder = Path(name)
        where = machine(folder)
        soak.run(folder / "hub")
        weight_mb = weight(folder / "hub" / JOURNAL) / soak.again[-1].facts
    found = list(figures(soak.lines, soak.again, weight_mb))
    show(found, where, console)
    if json_file:
        told = {
            "machine": where,
            "minutes": minutes,
            "figures": [figure.to_json() for figure in found],
            "streams": soak.streams,
            "first": soak.lines[0].flat(),
            "last": soak.lines[-1].flat(),
            "started again": soak.again[-1].flat(),
        }
        json_file.write_text(json.dumps(told, indent=2) + "\n", "utf-8")


class _Soak:
    """`lines`: what was seen. `again`: of the hub that was started again. `streams`: what became of them before."""

    def __init__(self, minutes: float, csv_file: Path | None) -> None:
        self._seconds = 60 * minutes
        self._csv_file = csv_file
        self._pause = threading.Event()
        self.lines: list[Line] = []
        self.again: list[Line] = []
        self.streams: dict[str, dict[str, int]] = {}

    def run(self, folder: Path) -> None:
        with ExitStack() as held:
            table = held.enter_context(_Table(self._csv_file))
            hub = held.enter_context(HubProcess(folder, BLANK))
            crowd = Crowd(hub, PRESENT, seed=1)
            held.callback(crowd.close)
            audience = held.enter_context(Audience(hub.port, HABITS, seed=2))
            begun_s = time.monotonic()
            for line in self._seen(hub, crowd, audience, begun_s, self._seconds):
                self.lines.append(line)
                table.write(line)
            self._see_all_shown(crowd, audience, begun_s)
            self.streams = {name: dict(counts) for name, counts in audience.counts().items()}
            crowd.close()
            hub.stop()
            hub.start()
            crowd.grow(NEWCOMERS)
            for line in self._seen(hub, crowd, audience, begun_s, min(AGAIN_S, self._seconds * WARM_SHARE)):
                self.again.append(line)
                table.write(line)

    def _seen(
        self,
        hub: HubProcess,
        crowd: Crowd,
        audience: Audience,
        begun_s: float,
        seconds: float,
    ) -> Iterator[Line]:
        """A line each SAMPLE_S, for so long; meanwhile the afternoon goes on."""
        first_s = next_s = time.monotonic()
        while (now_s := time.monotonic()) < first_s + seconds:
            crowd.turn(now_s - begun_s)
            if now_s >= next_s:
                next_s += SAMPLE_S
                yield Line(
                    now_s - begun_s,
                    crowd.here,
                    crowd.facts,
                    crowd.passages,
                    audience.open,
                    audience.frames,
                    hub.sample(),
                )
            self._pause.wait(TURN_S)

    def _see_all_shown(self, crowd: Crowd, audience: Audience, begun_s: float) -> None:
        """Whoever reads was shown every passage, and nobody an older frame after a newer one."""
        end_s = time.monotonic() + SHOWN_S
        while audience.passages(STEADY) != {crowd.passages}:
            if time.monotonic() > end_s:
                raise RuntimeError(f"{crowd.passages} passages; shown: {sorted(audience.passages(STEADY))}")
            crowd.quiet(time.monotonic() - begun_s)
            self._pause.wait(TURN_S)
        backwards = sum(counts["backwards"] for counts in audience.counts().values())
        if backwards:
            raise RuntimeError(f"{backwards} frames came after a newer one")


class _Table:
    """The lines as CSV, each in the file as soon as it is known."""

    def __init__(self, path: Path | None) -> None:
        self._file = path.open("w", encoding="utf-8", newline="") if path else None
        self._headed = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *raised: object) -> None:
        if self._file:
            self._file.close()

    def write(self, line: Line) -> None:
        if self._file:
            flat = line.flat()
            table = csv.writer(self._file)
            if not self._headed:
                table.writerow(flat)
                self._headed = True
            table.writerow(flat.values())
            self._file.flush()


def weight(journal: Path) -> float:
    """MB of Python objects that the facts of this journal become, without the BLANK badges that lay ready."""
    ledger = Ledger(eventfile.load(EXAMPLE))
    blank_bytes = 0
    with collector.paused(), closing(Journal.open(journal)) as held:
        tracemalloc.start()
        for number, (at_ms, fact) in enumerate(held.read(), start=1):
            ledger.apply(fact, at_ms)
            if number == BLANK:
                view = ledger.view()
                blank_bytes, _ = tracemalloc.get_traced_memory()
        view = ledger.view()
        all_bytes, _ = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        del view
    return (all_bytes - blank_bytes) / 2**20


def figures(lines: Sequence[Line], again: Sequence[Line], fact_mb: float) -> Iterator[Figure]:
    """`lines` of the soak, the first part of which warms up; `again`: of the hub that was started again, warm by half.
    `fact_mb`: what a fact weighs.

    Growth is that of the second half: by then whoever sleeps has woken, families have made room for others more than
    once, and the allocator has seen what comes together at worst. Memory is what is resident: what libraries share
    with other processes is the same throughout.
    """
    warm = lines[int(len(lines) * WARM_SHARE) :]
    grown = lines[len(lines) // 2 :]
    settled = again[len(again) // 2 :]
    resident_mb = [line.process.resident_mb for line in grown]
    hours = [line.at_s / 3600 for line in grown]
    last_mb = fmean(resident_mb[-len(settled) :])
    after_mb = fmean(line.process.resident_mb for line in settled)
    grown_mb = linear_regression(hours, resident_mb).slope
    facts_mb = fact_mb * linear_regression(hours, [line.facts for line in grown]).slope
    spent_s = warm[-1].process.cpu_s - warm[0].process.cpu_s
    threads = [line.process.threads for line in warm]
    beside = [line.process.descriptors - line.streams for line in warm]
    yield Figure("memory before anybody came", lines[0].process.resident_mb, "MB")
    yield Figure("memory when warm", warm[0].process.resident_mb, "MB")
    yield Figure("memory after half the time", resident_mb[0], "MB")
    yield Figure("memory at the end", last_mb, "MB")
    yield Figure("growth in the second half", grown_mb, "MB/h")
    yield Figure("of that, what the facts weigh", facts_mb, "MB/h")
    yield Figure("the rest of that growth", grown_mb - facts_mb, "MB/h")
    yield Figure("memory of a hub started again on the same journal", after_mb, "MB")
    yield Figure(
        "more than that, an hour of the soak", (last_mb - after_mb) / hours[-1], "MB/h", MOST_LOST_MB
    )
    yield Figure("threads, most less fewest", max(threads) - min(threads), "", 4)
    yield Figure("descriptors beside streams, most less fewest", max(beside) - min(beside), "", 24)
    yield Figure("facts", warm[-1].facts, "")
    yield Figure("frames read by all", warm[-1].frames, "")
    yield Figure("of a core", 100 * spent_s / (warm[-1].at_s - warm[0].at_s), "%")
