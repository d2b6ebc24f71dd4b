"""The spooler against printers that follow a script, and against the stand-in over a real connection."""

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.errors import JournalUnavailable, UnknownParty
from kiosk.paper.printer import Outcome, Printer
from kiosk.paper.sheet import Cut, Sheet, Text
from kiosk.paper.spooler import NOT_COMPOSED, Pace, PrinterState, Spooler
from kiosk.paper.status import SILENT, UNREACHABLE, PrinterStatus
from kiosk.paper.transport import PrinterSettings
from kiosk.rules.printing import (
    HANDED_OVER,
    INTERRUPTED,
    MOVES,
    PrintJob,
    PrintState,
    interrupted,
    next_queued,
    queued_for,
)

READY = PrinterStatus(online=True, paper="ok", cover="closed", error=False, answered=True)
NO_PAPER = PrinterStatus(online=False, paper="out", cover="closed", error=False, answered=True)
COVER_OPEN = PrinterStatus(online=False, paper="ok", cover="open", error=False, answered=True)
QUICK = Pace(look_s=0.01, answer_s=0.01, first_s=0.01, most_look_s=0.02, most_try_s=0.04)
PATIENCE_S = 10.0


class Crash(BaseException):
    """The power goes."""


@dataclass
class Journal:
    """Print jobs, kept. `refuses`: so many moves fail, as on a full disk."""

    jobs: dict[int, PrintJob] = field(default_factory=dict)
    moves: list[tuple[int, str, str]] = field(default_factory=list)
    refuses: int = 0
    dies_at: int | None = None  # the move that is durable and never answered
    changed: threading.Condition = field(default_factory=threading.Condition)

    def ask(self, party: int = 1) -> int:
        with self.changed:
            job = PrintJob.asked(len(self.jobs) + 1, party, 0)
            self.jobs[job.job] = job
            self.changed.notify_all()
        return job.job

    def cancel(self, job: int) -> bool:
        return self.moved(job, PrintState.CANCELLED, "")

    def next_waiting(self) -> PrintJob | None:
        with self.changed:
            return next_queued(self.jobs.values())

    def interrupted(self) -> Iterable[PrintJob]:
        with self.changed:
            return interrupted(self.jobs.values())

    def moved(self, job: int, state: PrintState, detail: str) -> bool:
        with self.changed:
            if self.refuses:
                self.refuses -= 1
                raise JournalUnavailable("the disk is full; nothing was kept")
            if not self.jobs[job].may_move(state):
                return False
            self.jobs[job] = self.jobs[job].moved(state, detail)
            self.moves.append((job, state, detail))
            self.changed.notify_all()
            if self.dies_at == len(self.moves):
                raise Crash
            return True

    def wait(self, timeout_s: float) -> None:
        with self.changed:
            self.changed.wait(timeout_s)

    def until(self, condition: Callable[[], bool]) -> None:
        """`condition` may also be of what tells nobody that it changed."""
        deadline = time.monotonic() + PATIENCE_S
        with self.changed:
            while not condition():
                assert time.monotonic() < deadline, self.moves
                self.changed.wait(0.02)

    def until_state(self, job: int, state: PrintState) -> PrintJob:
        self.until(lambda: self.jobs[job].state is state)
        return self.jobs[job]


class Scripted:
    """A printer that answers by a script; then all is well. Notes each ticket that it was given."""

    def __init__(self, outcomes: Iterable[Outcome | Callable[[], Outcome]] = ()) -> None:
        self.outcomes: Iterator[Outcome | Callable[[], Outcome]] = iter(outcomes)
        self.now = READY
        self.tickets: list[bytes] = []
        self.asked = 0

    def status(self, deadline_s: float) -> PrinterStatus:
        self.asked += 1
        return self.now

    def print(self, ticket: bytes) -> Outcome:
        self.tickets.append(ticket)
        outcome = next(self.outcomes, Outcome("confirmed", paper="ok"))
        return outcome if isinstance(outcome, Outcome) else outcome()


def compose(job: PrintJob) -> bytes:
    return f"sheet of {job.party}, job {job.job}".encode()


@pytest.fixture(name="journal")
def _journal() -> Journal:
    return Journal()


def spool(printer: object, journal: Journal, **more: object) -> Spooler:
    return Spooler(printer, journal, more.pop("compose", compose), lambda: 1_000, pace=QUICK, **more)  # type: ignore


@pytest.mark.parametrize(
    "outcome, state, detail",
    [
        (Outcome("confirmed", paper="ok"), PrintState.CONFIRMED, ""),
        (Outcome("unknown", "paper_out"), PrintState.UNKNOWN, "paper_out"),
        (Outcome("unknown", "no_answer"), PrintState.UNKNOWN, "no_answer"),
        (Outcome("failed", "no_printer"), PrintState.FAILED, "no_printer"),
    ],
)
def test_each_outcome_ends_the_job_and_it_is_printed_once(journal, outcome, state, detail):
    printer = Scripted([outcome])
    first, second = journal.ask(), journal.ask(2)
    with spool(printer, journal):
        assert journal.until_state(first, state).detail == detail
        journal.until_state(second, PrintState.CONFIRMED)
    assert printer.tickets == [b"sheet of 1, job 1", b"sheet of 2, job 2"]


def test_a_printer_that_cannot_answer_ends_the_job_as_handed_over(journal):
    printer = Scripted([Outcome("sent")])
    job = journal.ask()
    with spool(printer, journal):
        journal.until(lambda: journal.jobs[job].ended)
    assert (journal.jobs[job].state, journal.jobs[job].detail) == (PrintState.SENT, HANDED_OVER)
    with spool(printer, journal):
        journal.ask()
        journal.until_state(2, PrintState.CONFIRMED)
    assert (journal.jobs[job].state, journal.jobs[job].detail) == (PrintState.SENT, HANDED_OVER)
    assert len(printer.tickets) == 2


def test_sent_is_durable_before_the_first_byte_leaves(journal):
    states = []

    def watch() -> Outcome:
        states.append(journal.jobs[1].state)
        return Outcome("confirmed")

    job = journal.ask()
    with spool(Scripted([watch]), journal):
        journal.until_state(job, PrintState.CONFIRMED)
    assert states == [PrintState.SENT]


def test_while_paper_is_out_jobs_wait_and_after_a_refill_each_prints_once_in_order(journal):
    printer = Scripted()
    printer.now = NO_PAPER
    with spool(printer, journal) as spooler:
        jobs = [journal.ask(party) for party in range(1, 6)]
        journal.until(lambda: journal.jobs[1].detail == "paper_out" and printer.asked > 3)
        assert spooler.state.trouble == "paper_out"
        assert not printer.tickets
        assert journal.cancel(3)
        printer.now = READY
        journal.until_state(jobs[-1], PrintState.CONFIRMED)
    assert printer.tickets == [compose(journal.jobs[job]) for job in (1, 2, 4, 5)]
    assert journal.jobs[3].state is PrintState.CANCELLED
    assert [move for move in journal.moves if move[1] == PrintState.QUEUED] == [(1, "queued", "paper_out")]


def test_what_did_not_leave_is_queued_again_with_the_reason_and_prints_when_it_can(journal):
    printer = Scripted([Outcome("waiting", "cover_open"), Outcome("waiting", "unreachable")])
    job = journal.ask()
    with spool(printer, journal):
        journal.until_state(job, PrintState.CONFIRMED)
    assert [f"{state} {detail}".strip() for _, state, detail in journal.moves] == [
        "sent", "queued cover_open", "sent", "queued unreachable", "sent", "confirmed",
    ]  # fmt: skip


def test_a_job_cancelled_at_the_last_moment_is_not_printed(journal):
    printer = Scripted()

    def compose_slowly(job: PrintJob) -> bytes:
        if job.job == 1:
            assert journal.cancel(1)
        return compose(job)

    journal.ask()
    last = journal.ask(2)
    with spool(printer, journal, compose=compose_slowly):
        journal.until_state(last, PrintState.CONFIRMED)
    assert printer.tickets == [b"sheet of 2, job 2"]


def test_a_sheet_that_cannot_be_laid_out_fails_and_does_not_block_the_next(journal, caplog):
    def compose_some(job: PrintJob) -> bytes:
        if job.job == 1:
            raise UnknownParty("no party has number 1")
        return compose(job)

    journal.ask()
    last = journal.ask(2)
    with spool(Scripted(), journal, compose=compose_some):
        journal.until_state(last, PrintState.CONFIRMED)
    assert (journal.jobs[1].state, journal.jobs[1].detail) == (PrintState.FAILED, NOT_COMPOSED)
    assert "print job 1 cannot be laid out: no party has number 1" in caplog.text


def test_a_full_disk_stops_printing_and_not_the_spooler(journal):
    journal.refuses = 3
    printer = Scripted()
    job = journal.ask()
    with spool(printer, journal):
        journal.until_state(job, PrintState.CONFIRMED)
    assert len(printer.tickets) == 1


def test_an_outcome_that_the_disk_refuses_is_kept_until_it_can_be_recorded(journal):
    def fill_the_disk() -> Outcome:
        journal.refuses = 5
        return Outcome("confirmed")

    printer = Scripted([fill_the_disk])
    job = journal.ask()
    with spool(printer, journal):
        journal.until_state(job, PrintState.CONFIRMED)
    assert len(printer.tickets) == 1


def test_after_a_crash_a_job_on_its_way_is_unknown_and_is_not_printed_again(journal):
    first = journal.ask()
    journal.moved(first, PrintState.SENT, "")
    second = journal.ask(2)
    printer = Scripted()
    with spool(printer, journal):
        journal.until_state(second, PrintState.CONFIRMED)
    assert (journal.jobs[first].state, journal.jobs[first].detail) == (PrintState.UNKNOWN, INTERRUPTED)
    assert printer.tickets == [b"sheet of 2, job 2"]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.sampled_from(["confirmed", "unknown", "waiting", "sent", "failed"]), max_size=6),
    st.lists(st.integers(1, 6), min_size=1, max_size=4),
)
def test_wherever_the_power_goes_no_sheet_comes_out_twice_by_itself(outcomes, crashes):
    journal = Journal()
    on_paper: list[bytes] = []

    class Paper(Scripted):
        def print(self, ticket: bytes) -> Outcome:
            outcome = super().print(ticket)
            if outcome.state not in ("waiting", "failed"):
                on_paper.append(ticket)
            return outcome

    printer = Paper([Outcome(state, "offline" if state == "waiting" else "") for state in outcomes])  # type: ignore
    for party in range(3):
        journal.ask(party)
    for crash in crashes:
        journal.dies_at = len(journal.moves) + crash
        spooler = spool(printer, journal)
        # The thread's own work, without the thread: the crash stops it where it stands.
        journal.wait = lambda timeout_s, it=spooler: it._stopping.set()  # type: ignore
        with suppress(Crash):
            spooler._run()
    journal.dies_at = None
    spooler = spool(printer, journal)
    journal.wait = lambda timeout_s, it=spooler: it._stopping.set()  # type: ignore
    spooler._run()
    assert all(job.ended for job in journal.jobs.values())
    assert len(on_paper) == len(set(on_paper))
    for job in journal.jobs.values():
        if job.state is PrintState.CONFIRMED:
            assert compose(job) in on_paper


def test_trouble_is_published_within_a_second_and_its_end_too(journal):
    seen: list[PrinterState] = []
    heard = threading.Condition()

    def publish(state: PrinterState) -> None:
        with heard:
            seen.append(state)
            heard.notify_all()

    def await_trouble(code: str) -> float:
        start = time.monotonic()
        with heard:
            assert heard.wait_for(lambda: bool(seen) and seen[-1].trouble == code, PATIENCE_S), seen
        return time.monotonic() - start

    clock = iter(range(1_000, 10_000, 1_000))
    printer = Scripted()
    with Spooler(printer, journal, compose, lambda: next(clock), publish):
        await_trouble("")
        for status, code in ((COVER_OPEN, "cover_open"), (UNREACHABLE, "unreachable"), (SILENT, "no_answer")):
            printer.now = READY
            await_trouble("")
            printer.now = status
            assert await_trouble(code) < 1.0
    assert [state.trouble for state in seen] == ["", "cover_open", "", "unreachable", "", "no_answer"]
    assert [state.since_ms for state in seen] == [2_000, 3_000, 4_000, 5_000, 6_000, 7_000]


def test_a_busy_day_does_not_make_it_ask_the_printer_more_often(journal):
    looks_at_wait: list[int] = []
    enough = threading.Event()

    def wait(timeout_s: float) -> None:
        looks_at_wait.append(printer.asked)
        if len(looks_at_wait) == 1_000:
            enough.set()
        if len(looks_at_wait) >= 1_000:
            enough.wait(timeout_s)

    printer = Scripted()
    journal.wait = wait
    with Spooler(printer, journal, compose, lambda: 0, pace=Pace(look_s=60.0), timer=lambda: 1.0):
        assert enough.wait(PATIENCE_S)
    assert set(looks_at_wait) == {1}


def test_while_a_sheet_is_on_its_way_the_state_says_which(journal):
    seen: list[PrinterState] = []
    job = journal.ask()
    with spool(Scripted(), journal, publish=seen.append):
        journal.until_state(job, PrintState.CONFIRMED)
    assert [state.printing for state in seen] == [None, job, None]


def test_a_hung_printer_holds_up_neither_the_stop_nor_the_next_start(journal):
    hanging, released = threading.Event(), threading.Event()

    def hang() -> Outcome:
        hanging.set()
        assert released.wait(PATIENCE_S)
        return Outcome("confirmed")

    job = journal.ask()
    spooler = spool(Scripted([hang]), journal)
    spooler.start()
    assert hanging.wait(PATIENCE_S)
    start = time.monotonic()
    assert not spooler.stop(0.1)
    assert time.monotonic() - start < 1.0
    moves = list(journal.moves)
    released.set()
    assert spooler.stop(PATIENCE_S)
    assert journal.moves == moves  # what it says after the stop counts no more
    with spool(Scripted(), journal):
        journal.until_state(job, PrintState.UNKNOWN)


def test_a_stop_lets_the_sheet_on_its_way_end_and_leaves_the_rest_queued(journal):
    printing, go_on = threading.Event(), threading.Event()

    def slow() -> Outcome:
        printing.set()
        assert go_on.wait(PATIENCE_S)
        return Outcome("confirmed")

    printer = Scripted([slow])
    first, second = journal.ask(), journal.ask(2)
    spooler = spool(printer, journal)
    spooler.start()
    assert printing.wait(PATIENCE_S)
    stopper = threading.Thread(target=spooler.stop, args=(PATIENCE_S,))
    stopper.start()
    go_on.set()
    stopper.join(PATIENCE_S)
    assert not spooler.alive
    assert journal.jobs[first].state is PrintState.CONFIRMED
    assert journal.jobs[second].state is PrintState.QUEUED
    assert len(printer.tickets) == 1


def test_a_spooler_that_never_started_stops_at_once(journal):
    assert spool(Scripted(), journal).stop()


def test_a_reprint_is_a_job_of_its_own_and_one_that_waits_is_found(journal):
    with spool(Scripted([Outcome("unknown", "stalled")]), journal):
        journal.until_state(journal.ask(5), PrintState.UNKNOWN)
        assert queued_for(journal.jobs.values(), 5) is None
        journal.until_state(journal.ask(5), PrintState.CONFIRMED)
    third = journal.ask(5)
    assert queued_for(journal.jobs.values(), 5) == journal.jobs[third]


@pytest.mark.parametrize("state", list(PrintState))
def test_what_ended_never_moves_again(state):
    job = PrintJob(1, 1, state, HANDED_OVER if state is PrintState.SENT else "", 0)
    if state is PrintState.QUEUED:
        assert not job.ended
        return
    assert job.ended and not job.interrupted
    assert not any(job.may_move(other) for other in [*PrintState, "of a later version"])
    assert job.moved("queued", "x") is job
    assert state in MOVES


def test_a_real_connection_runs_out_of_paper_and_recovers_without_duplicates(journal, standin):
    from kiosk.paper.render import render

    def compose_sheet(job: PrintJob) -> bytes:
        return render(Sheet(80, (Text(f"Job {job.job}"), Cut())))

    spooler = spool(Printer(standin.settings), journal, compose=compose_sheet)
    with spooler:
        journal.until_state(journal.ask(), PrintState.CONFIRMED)
        standin.out_of_paper()
        jobs = [journal.ask(party) for party in (2, 3)]
        journal.until(lambda: journal.jobs[jobs[0]].detail == "paper_out")
        standin.refill()
        journal.until_state(jobs[-1], PrintState.CONFIRMED)
    assert [ticket.text.strip() for ticket in standin.tickets] == ["Job 1", "Job 2", "Job 3"]


def test_an_independent_printer_runs_out_of_paper_and_each_sheet_comes_out_once(journal, emupos):
    from kiosk.paper.render import render

    def compose_sheet(job: PrintJob) -> bytes:
        return render(Sheet(58, (Text(f"Job {job.job}"), Cut())))

    told = threading.Event()

    def publish(state: PrinterState) -> None:
        if state.trouble == "paper_out":
            told.set()

    before = {receipt.id for receipt in emupos.receipts(58)}
    printer = Printer(PrinterSettings("tcp", host="127.0.0.1", port=emupos.ports[58], width_mm=58))
    with Spooler(printer, journal, compose_sheet, lambda: 0, publish):
        journal.until_state(journal.ask(), PrintState.CONFIRMED)
        with emupos.fault("paper-out", 58):
            assert told.wait(1.0)
            jobs = [journal.ask(party) for party in (2, 3)]
            journal.until(lambda: journal.jobs[jobs[0]].detail == "paper_out")
        journal.until_state(jobs[-1], PrintState.CONFIRMED)
    new = [receipt for receipt in reversed(emupos.receipts(58)) if receipt.id not in before]
    printed = [receipt for receipt in new if receipt.boundary == "cut"]
    assert [emupos.text(receipt, 58).strip() for receipt in printed] == ["Job 1", "Job 2", "Job 3"]
