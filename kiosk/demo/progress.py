"""What the terminal shows while the day goes by: its clock, a bar, and how many people, scans and sheets."""

import threading
import time
from contextlib import suppress

from rich.console import Console, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from ..rules.event import MINUTE_MS
from ..texts import Texts
from .rehearsal import Rehearsal

ASK_S = 1.0
LINE_MINUTES = 30  # between two lines where the terminal cannot be drawn over
SLOW_S = 5.0  # so long a day goes at less than half the speed that was asked for, before that is told


class Progress:
    """A context manager. Draws over itself in a terminal; elsewhere it prints a line each half hour of the day."""

    def __init__(self, rehearsal: Rehearsal, words: Texts, console: Console, ends_ms: int | None) -> None:
        self._rehearsal = rehearsal
        self._words = words
        self._console = console
        self._ends_ms = ends_ms or rehearsal.event.closes_ms
        self._leaving = threading.Event()
        self._told_slow = False
        self._backlog = 0
        self._live = Live(
            console=console,
            get_renderable=self._drawn,
            refresh_per_second=4,
            transient=True,
            auto_refresh=True,
        )
        self._watcher = threading.Thread(target=self._watch, name="progress", daemon=True)

    def __enter__(self) -> "Progress":
        if self._console.is_terminal:
            self._live.start()
        self._watcher.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._leaving.set()
        self._watcher.join()
        if self._console.is_terminal:
            self._live.stop()

    def _watch(self) -> None:
        """Ask the hub how many passages it holds, and say what must be said."""
        next_line_ms = 0
        clock = self._rehearsal.stage.clock
        began_s, began_ms = time.monotonic(), clock()
        while not self._leaving.wait(ASK_S):
            world = self._rehearsal.world
            with suppress(OSError):
                held = int(self._rehearsal.stage.board()["passages"])
                self._backlog = max(0, self._rehearsal.truth.scans - held)
            now_s, now_ms = time.monotonic(), clock()
            if now_s - began_s >= SLOW_S:
                self._tell_slow((now_ms - began_ms) / 1000 / (now_s - began_s))
                began_s, began_ms = now_s, now_ms
            if not self._console.is_terminal and world.now_ms >= next_line_ms:
                next_line_ms = (world.now_ms // (LINE_MINUTES * MINUTE_MS) + 1) * LINE_MINUTES * MINUTE_MS
                self._console.print(self._numbers())

    def _tell_slow(self, speed: float) -> None:
        asked = self._rehearsal.stage.clock.speed
        if speed < asked / 2 and not self._told_slow:
            self._told_slow = True
            words = self._words
            said = words.text(
                "cli.demo.slow", speed=words.number(max(1, round(speed))), asked=words.number(asked)
            )
            self._console.print(said, style="yellow")

    def _drawn(self) -> RenderableType:
        event = self._rehearsal.event
        begins_ms = self._rehearsal.begins_ms
        done = min(self._ends_ms, self._rehearsal.world.now_ms) - begins_ms
        table = Table.grid(padding=(0, 2))
        bar = ProgressBar(total=max(1, self._ends_ms - begins_ms), completed=max(0, done), width=40)
        clock = self._words.clock(self._rehearsal.stage.clock(), event.zone)
        table.add_row(Text(clock, style="bold"), bar)
        whole = Table.grid()
        whole.add_row(table)
        whole.add_row(self._numbers())
        return whole

    def _numbers(self) -> Text:
        rehearsal, words = self._rehearsal, self._words
        tally, truth = rehearsal.hall.tally, rehearsal.truth
        on_site = sum(
            family.size for family in rehearsal.families if family.number in set(rehearsal.world.on_site)
        )
        parts = [
            words.plural("cli.demo.on_site", on_site),
            words.plural("cli.demo.came", truth.people),
            words.plural("cli.demo.scans", truth.scans),
            words.plural("cli.demo.sheets", tally.on_paper),
            words.plural("cli.demo.backlog", self._backlog) if self._backlog else "",
        ]
        if not self._console.is_terminal:
            parts.insert(0, words.clock(rehearsal.world.now_ms, rehearsal.event.zone))
        return Text(" · ".join(filter(None, parts)))
