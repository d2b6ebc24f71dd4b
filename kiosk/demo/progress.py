"""What the terminal shows while the day goes by: its clock, a bar, and how many people, scans and sheets."""

import threading
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
BEHIND_MINUTES = 3  # of the day: the world is then too late to be called on time
BEHIND_S = 2.0  # and of real time, so that a fast day is not accused for a moment's breath


class Progress:
    """A context manager. Draws over itself in a terminal; elsewhere it prints a line each half hour of the day."""

    def __init__(self, rehearsal: Rehearsal, words: Texts, console: Console, ends_ms: int | None) -> None:
        self._rehearsal = rehearsal
        self._words = words
        self._console = console
        self._ends_ms = ends_ms or rehearsal.event.closes_ms
        self._leaving = threading.Event()
        self._told_behind = False
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
        while not self._leaving.wait(ASK_S):
            world = self._rehearsal.world
            with suppress(OSError):
                held = int(self._rehearsal.stage.board()["passages"])
                self._backlog = max(0, self._rehearsal.truth.scans - held)
            self._tell_behind()
            if not self._console.is_terminal and world.now_ms >= next_line_ms:
                next_line_ms = (world.now_ms // (LINE_MINUTES * MINUTE_MS) + 1) * LINE_MINUTES * MINUTE_MS
                self._console.print(self._numbers())

    def _tell_behind(self) -> None:
        clock = self._rehearsal.stage.clock
        late_ms = clock() - self._rehearsal.world.now_ms if self._rehearsal.hall.tally.behind_ms else 0
        late_ms = min(late_ms, self._rehearsal.hall.tally.behind_ms)
        too_late = late_ms > max(BEHIND_MINUTES * MINUTE_MS, BEHIND_S * 1000 * clock.speed)
        if too_late and not self._told_behind:
            self._told_behind = True
            self._console.print(
                self._words.text(
                    "cli.demo.behind",
                    minutes=self._words.minutes(late_ms // MINUTE_MS),
                    speed=self._words.number(max(1, round(clock.speed / 2))),
                ),
                style="yellow",
            )

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
