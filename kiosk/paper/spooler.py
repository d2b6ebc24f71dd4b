"""The thread that gets route sheets onto paper: in order, each at most once, never inside a request.

Before the first byte of a sheet leaves, the journal says `sent`. So whatever happens then, a crash included,
nobody prints it a second time unless somebody asks for it: see kiosk.rules.printing for the states.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from types import TracebackType
from typing import Protocol, Self, TypeVar

from kiosk.errors import JournalUnavailable, RondeError
from kiosk.paper.printer import Outcome
from kiosk.paper.status import Paper, PrinterStatus
from kiosk.rules.printing import HANDED_OVER, INTERRUPTED, PrintJob, PrintState

T = TypeVar("T")
log = logging.getLogger(__name__)

NOT_COMPOSED = "not_composed"  # the sheet of a job could not be laid out


class Jobs(Protocol):
    """The print jobs, as the journal keeps them. Any method may raise JournalUnavailable or TimeoutError."""

    def next_waiting(self) -> PrintJob | None:
        """The queued job that was asked for first."""

    def interrupted(self) -> Iterable[PrintJob]:
        """The jobs in `sent` that did not end there."""

    def moved(self, job: int, state: PrintState, detail: str) -> bool:
        """Put a job in another state; durable on return. False: it cannot go there (it was cancelled)."""

    def wait(self, timeout_s: float) -> None:
        """Until there may be something new, for `timeout_s` seconds at most."""


class Device(Protocol):
    """A printer; no method raises for what it does. kiosk.paper.printer.Printer is one."""

    def status(self, deadline_s: float) -> PrinterStatus: ...

    def print(self, ticket: bytes) -> Outcome: ...

    def torn(self, ticket: bytes) -> None:
        """A part of this one may be in the printer: it is not to run into the next."""


@dataclass(frozen=True, slots=True)
class PrinterState:
    """What screens show of the printer. `trouble`: a code of kiosk.paper.printer.DETAILS, "" when all is well,
    and since when it is so. `printing`: the job that is on its way."""

    trouble: str
    since_ms: int
    paper: Paper = "unknown"
    printing: int | None = None


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds. look: between two looks at the printer · answer: that it has to answer one · first: the pause
    after the first trouble, then doubled up to most_look (the printer says what is wrong) or most_try (it
    says nothing, and yet takes no sheet)."""

    look_s: float = 0.5
    answer_s: float = 0.5
    first_s: float = 0.5
    most_look_s: float = 2.0
    most_try_s: float = 30.0


class Spooler:
    """`compose` makes the bytes of a job's sheet, and raises a RondeError when it cannot. `publish` is called
    from the spooler's thread at each change of the printer's state and must return at once."""

    def __init__(
        self,
        printer: Device,
        jobs: Jobs,
        compose: Callable[[PrintJob], bytes],
        clock: Callable[[], int],
        publish: Callable[[PrinterState], None] | None = None,
        pace: Pace | None = None,
        timer: Callable[[], float] = time.monotonic,
    ) -> None:
        self._printer = printer
        self._jobs = jobs
        self._compose = compose
        self._clock = clock
        self._publish = publish
        self._pace = pace or Pace()
        self._timer = timer
        self._pause_s = self._pace.first_s
        self._state = PrinterState("no_answer", clock())  # nobody has asked it yet
        self._stopping = threading.Event()
        self._abandoned = threading.Event()
        self._thread = threading.Thread(target=self._run, name="spooler", daemon=True)

    @property
    def state(self) -> PrinterState:
        return self._state

    @property
    def alive(self) -> bool:
        return self._thread.is_alive()

    def start(self) -> None:
        self._thread.start()

    def stop(self, deadline_s: float = 5.0) -> bool:
        """Finish the sheet on its way, if it takes no longer than `deadline_s`, and end. May be called twice.

        False: the printer still holds it up. Its outcome is not recorded any more; the next start finds the
        job in `sent` and makes it `unknown`.
        """
        self._stopping.set()
        if self._thread.ident is not None:
            self._thread.join(deadline_s)
        self._abandoned.set()
        return not self._thread.is_alive()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _run(self) -> None:
        self._settle()
        look_at = 0.0
        while not self._stopping.is_set():
            job = self._asked(self._jobs.next_waiting)
            rest_s = look_at - self._timer()
            if (
                job is None and rest_s > 0
            ):  # the day changes many times a second: no reason to ask the printer
                self._asked(partial(self._jobs.wait, rest_s))
                continue
            status = self._printer.status(self._pace.answer_s)
            look_at = self._timer() + self._pace.look_s
            self._show(replace(self._state, trouble=status.trouble, paper=status.paper))
            if status.trouble:
                if job is not None and job.detail != status.trouble:
                    self._record(job, PrintState.QUEUED, status.trouble)
                self._pause(self._pace.most_look_s)
            elif job is None:
                self._pause_s = self._pace.first_s
            else:
                self._take(job)

    def _settle(self) -> None:
        """Nothing can be on its way at a start: of what is said to be, nobody knows what is on paper."""
        left: Iterable[PrintJob] | None = None
        while left is None and not self._stopping.is_set():
            left = self._asked(self._jobs.interrupted)
        for job in left or ():
            with suppress(RondeError):  # what cannot be laid out never left
                self._printer.torn(self._compose(job))
            self._record(job, PrintState.UNKNOWN, INTERRUPTED)

    def _take(self, job: PrintJob) -> None:
        try:
            ticket = self._compose(job)
        except RondeError as error:
            log.error("print job %d cannot be laid out: %s", job.job, error)
            self._record(job, PrintState.FAILED, NOT_COMPOSED)
            return
        if not self._record(job, PrintState.SENT, ""):
            return  # cancelled at the last moment, or the journal is gone: nothing may leave
        self._show(replace(self._state, printing=job.job))
        outcome = self._printer.print(ticket)
        if self._abandoned.is_set():
            return
        state, detail = _ended(outcome)
        self._record(job, state, detail)
        trouble = "" if outcome.state in ("confirmed", "sent") else outcome.detail
        self._show(replace(self._state, trouble=trouble, paper=outcome.paper, printing=None))
        if state is PrintState.QUEUED:
            self._pause(self._pace.most_try_s)
        else:
            self._pause_s = self._pace.first_s

    def _record(self, job: PrintJob, state: PrintState, detail: str) -> bool:
        """Move a job, and keep trying while the journal cannot be written. False: it did not move."""
        while not self._abandoned.is_set():
            try:
                return self._jobs.moved(job.job, state, detail)
            except (JournalUnavailable, TimeoutError):
                if self._stopping.wait(self._pace.first_s):
                    break
        return False

    def _asked(self, question: Callable[[], T | None]) -> T | None:
        """None while the journal cannot be asked, after a pause."""
        try:
            return question()
        except (JournalUnavailable, TimeoutError):
            self._stopping.wait(self._pace.first_s)
            return None

    def _pause(self, most_s: float) -> None:
        self._stopping.wait(min(self._pause_s, most_s))
        self._pause_s = min(2 * self._pause_s, self._pace.most_try_s)

    def _show(self, state: PrinterState) -> None:
        if state.trouble != self._state.trouble:
            state = replace(state, since_ms=self._clock())
        if state != self._state:
            self._state = state
            if self._publish is not None:
                self._publish(state)


def _ended(outcome: Outcome) -> tuple[PrintState, str]:
    """What a job becomes by what the printer made of its sheet."""
    match outcome.state:
        case "confirmed":
            return PrintState.CONFIRMED, ""
        case "sent":
            return PrintState.SENT, HANDED_OVER
        case "waiting":
            return PrintState.QUEUED, outcome.detail
        case "failed":
            return PrintState.FAILED, outcome.detail
        case _:
            return PrintState.UNKNOWN, outcome.detail
