"""How far a rehearsal has come: a bar on a terminal, a line now and then elsewhere."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from ..texts import Texts

LINES = 4  # a stage, where the terminal cannot be drawn over


class Stages:
    """Writes to `console`, which is best the one for errors: what is told at the end can then go to a file."""

    def __init__(self, console: Console, words: Texts) -> None:
        self._console = console
        self._words = words

    @contextmanager
    def stage(self, name: str, total: int, begin: int = 0) -> Iterator[Callable[[], None]]:
        """Gives a function to call as each step is done, from `begin` up to `total`."""
        if not self._console.is_terminal:
            yield self._lines(name, total, begin)
            return
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        with Progress(*columns, console=self._console, transient=True) as progress:
            task = progress.add_task(name, total=total, completed=begin)
            yield lambda: progress.advance(task)

    def _lines(self, name: str, total: int, begin: int) -> Callable[[], None]:
        done = begin

        def step() -> None:
            nonlocal done
            done += 1
            if done == total or done * LINES // total > (done - 1) * LINES // total:
                number = self._words.number
                self._console.print(
                    self._words.text("cli.rehearse.done", what=name, done=number(done), total=number(total)),
                    highlight=False,
                )

        return step
