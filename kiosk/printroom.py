"""Where the day's print jobs meet the spooler: which is next, what its sheet says, what became of it."""

from collections.abc import Iterable

from .day import Day
from .errors import Refused
from .paper.blocks import Sheet
from .paper.render import PaperSettings, escpos, render
from .paper.sheet import layout
from .paper.slip import slip
from .rules import printing
from .rules.ledger import View
from .rules.party import Nickname
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
        made = self._sheet(view, job) if job.party else self._slip(view, job)
        return render(made, self._paper)

    def _sheet(self, view: View, job: PrintJob) -> Sheet:
        party, paper = view.parties[job.party], self._paper
        route, reason = job.route, job.reason
        if route is None:
            told = view.guest_of(job.party).told
            route = view.routes[job.party].route
            reason = told[0].advice.reason if told and route else ""
        return layout(
            view.event,
            party,
            route,
            texts(party.language),
            self._width_mm,
            reason,
            linked=[view.parties[other].nickname for other in party.linked],
            at_ms=job.asked_ms if job.route is not None else None,
            keep=paper.keepsake,
        )

    def _slip(self, view: View, job: PrintJob) -> Sheet:
        """In the language of who is expected with the badge, or else in the first one of the event."""
        if (blank := view.blank.get(job.badge)) is None:
            raise Refused(f"badge {job.badge} has a sheet of its own: it is somebody's by now")
        words = texts(blank.language or view.event.languages[0])
        return slip(view.event, job.badge, Nickname.of(blank.sign), words, self._width_mm)
