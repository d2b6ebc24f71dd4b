"""Where the day's print jobs meet the spooler: which is next, what its sheet says, what became of it."""

from collections.abc import Iterable

from .day import Day
from .errors import Refused
from .paper.render import PaperSettings, escpos, render
from .paper.sheet import layout
from .rules import printing
from .rules.printing import PrintJob, PrintState
from .texts import texts


class PrintRoom:
    """The `Jobs` of a spooler, kept by the day."""

    def __init__(self, day: Day, width_mm: int, paper: PaperSettings) -> None:
        self._day = day
        self._width_mm = width_mm
        self._paper = paper
        self._known = 0
        escpos()  # slow to import: not while the first family waits

    def next_waiting(self) -> PrintJob | None:
        view = self._day.view
        self._known = view.version
        return printing.next_queued(view.jobs.values())

    def interrupted(self) -> Iterable[PrintJob]:
        return printing.interrupted(self._day.view.jobs.values())

    def moved(self, job: int, state: PrintState, detail: str) -> bool:
        try:
            self._day.move_job(job, state, detail)
        except Refused:
            return False
        return True

    def wait(self, timeout_s: float) -> None:
        self._day.changed(self._known, timeout_s)

    def compose(self, job: PrintJob) -> bytes:
        """The bytes of the sheet, the same at each printing: route, reason and badge are facts."""
        view = self._day.view
        party, words = view.parties[job.party], texts(view.parties[job.party].language)
        route, told = view.routes[job.party].route, view.guest_of(job.party).told
        reason = told[0].advice.reason if told and route else ""
        return render(layout(view.event, party, route, words, self._width_mm, reason), self._paper)
