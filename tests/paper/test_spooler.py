"""The spooler against printers that follow a script."""

import threading
import time

import pytest

from kiosk.errors import UnknownParty
from kiosk.paper.printer import Outcome
from kiosk.paper.spooler import NOT_COMPOSED, Pace, PrinterState, Spooler
from kiosk.paper.status import SILENT, UNREACHABLE, PrinterStatus
from kiosk.rules.printing import HANDED_OVER, PrintJob, PrintState, queued_for

NO_PAPER = PrinterStatus(online=False, paper="out", cover="closed", error=False, answered=True)
COVER_OPEN = PrinterStatus(online=False, paper="ok", cover="open", error=False, answered=True)
READY = PrinterStatus(online=True, paper="ok", cover="closed", error=False, answered=True)
PATIENCE_S = 60


@pytest.mark.parametrize(
    "outcome, state, detail",
    [
        (Outcome("confirmed", paper="ok"), PrintState.CONFIRMED, ""),
        (Outcome("unknown", "paper_out"), PrintState.UNKNOWN, "paper_out"),
        (Outcome("unknown", "no_answer"), PrintState.UNKNOWN, "no_answer"),
        (Outcome("failed", "no_printer"), PrintState.FAILED, "no_printer"),
    ],
)
def test_each_outcome_ends_the_job_and_it_is_printed_once(journal, outcome, state, detail, scripted, spool):
    printer = scripted([outcome])
    first, second = journal.ask(), journal.ask(2)
    with spool(printer, journal):
        assert journal.until_state(first, state).detail == detail
        journal.until_state(second, PrintState.CONFIRMED)
    assert printer.tickets == [b"sheet of 1, job 1", b"sheet of 2, job 2"]


def test_a_printer_that_cannot_answer_ends_the_job_as_handed_over(journal, scripted, spool):
    printer = scripted([Outcome("sent")])
    job = journal.ask()
    with spool(printer, journal):
        journal.until(lambda: journal.jobs[job].ended)
    assert (journal.jobs[job].state, journal.jobs[job].detail) == (PrintState.SENT, HANDED_OVER)
    with spool(printer, journal):
        journal.ask()
        journal.until_state(2, PrintState.CONFIRMED)
    assert (journal.jobs[job].state, journal.jobs[job].detail) == (PrintState.SENT, HANDED_OVER)
    assert len(printer.tickets) == 2


def test_sent_is_durable_before_the_first_byte_leaves(journal, scripted, spool):
    states = []

    def watch() -> Outcome:
        states.append(journal.jobs[1].state)
        return Outcome("confirmed")

    job = journal.ask()
    with spool(scripted([watch]), journal):
        journal.until_state(job, PrintState.CONFIRMED)
    assert states == [PrintState.SENT]


def test_while_paper_is_out_jobs_wait_and_after_a_refill_each_prints_once_in_order(
    journal, scripted, spool, compose
):
    printer = scripted()
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


def test_what_did_not_leave_is_queued_again_with_the_reason_and_prints_when_it_can(journal, scripted, spool):
    printer = scripted([Outcome("waiting", "cover_open"), Outcome("waiting", "unreachable")])
    job = journal.ask()
    with spool(printer, journal):
        journal.until_state(job, PrintState.CONFIRMED)
    assert [f"{state} {detail}".strip() for _, state, detail in journal.moves] == [
        "sent", "queued cover_open", "sent", "queued unreachable", "sent", "confirmed",
    ]  # fmt: skip


def test_a_job_cancelled_at_the_last_moment_is_not_printed(journal, scripted, spool, compose):
    printer = scripted()

    def compose_slowly(job: PrintJob) -> bytes:
        if job.job == 1:
            assert journal.cancel(1)
        return compose(job)

    journal.ask()
    last = journal.ask(2)
    with spool(printer, journal, compose=compose_slowly):
        journal.until_state(last, PrintState.CONFIRMED)
    assert printer.tickets == [b"sheet of 2, job 2"]


def test_a_sheet_that_cannot_be_laid_out_fails_and_does_not_block_the_next(
    journal, caplog, scripted, spool, compose
):
    def compose_some(job: PrintJob) -> bytes:
        if job.job == 1:
            raise UnknownParty("no party has number 1")
        return compose(job)

    journal.ask()
    last = journal.ask(2)
    with spool(scripted(), journal, compose=compose_some):
        journal.until_state(last, PrintState.CONFIRMED)
    assert (journal.jobs[1].state, journal.jobs[1].detail) == (PrintState.FAILED, NOT_COMPOSED)
    assert "print job 1 cannot be laid out: no party has number 1" in caplog.text


def test_a_full_disk_stops_printing_and_not_the_spooler(journal, scripted, spool):
    journal.refuses = 3
    printer = scripted()
    job = journal.ask()
    with spool(printer, journal):
        journal.until_state(job, PrintState.CONFIRMED)
    assert len(printer.tickets) == 1


def test_an_outcome_that_the_disk_refuses_is_kept_until_it_can_be_recorded(journal, scripted, spool):
    def fill_the_disk() -> Outcome:
        journal.refuses = 5
        return Outcome("confirmed")

    printer = scripted([fill_the_disk])
    job = journal.ask()
    with spool(printer, journal):
        journal.until_state(job, PrintState.CONFIRMED)
    assert len(printer.tickets) == 1


def test_trouble_is_published_within_a_second_and_its_end_too(journal, scripted, compose):
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
    printer = scripted()
    with Spooler(printer, journal, compose, lambda: next(clock), publish):
        await_trouble("")
        for status, code in ((COVER_OPEN, "cover_open"), (UNREACHABLE, "unreachable"), (SILENT, "no_answer")):
            printer.now = READY
            await_trouble("")
            printer.now = status
            assert await_trouble(code) < 1.0
    assert [state.trouble for state in seen] == ["", "cover_open", "", "unreachable", "", "no_answer"]
    assert [state.since_ms for state in seen] == [2_000, 3_000, 4_000, 5_000, 6_000, 7_000]


def test_a_busy_day_does_not_make_it_ask_the_printer_more_often(journal, scripted, compose):
    looks_at_wait: list[int] = []
    enough = threading.Event()

    def wait(timeout_s: float) -> None:
        looks_at_wait.append(printer.asked)
        if len(looks_at_wait) == 1_000:
            enough.set()
        if len(looks_at_wait) >= 1_000:
            enough.wait(timeout_s)

    printer = scripted()
    journal.wait = wait
    with Spooler(printer, journal, compose, lambda: 0, pace=Pace(look_s=60.0), timer=lambda: 1.0):
        assert enough.wait(PATIENCE_S)
    assert set(looks_at_wait) == {1}


def test_while_a_sheet_is_on_its_way_the_state_says_which(journal, scripted, spool):
    seen: list[PrinterState] = []
    job = journal.ask()
    with spool(scripted(), journal, publish=seen.append):
        journal.until_state(job, PrintState.CONFIRMED)
    assert [state.printing for state in seen] == [None, job, None]


def test_a_reprint_is_a_job_of_its_own_and_one_that_waits_is_found(journal, scripted, spool):
    with spool(scripted([Outcome("unknown", "stalled")]), journal):
        journal.until_state(journal.ask(5), PrintState.UNKNOWN)
        assert queued_for(journal.jobs.values(), 5) is None
        journal.until_state(journal.ask(5), PrintState.CONFIRMED)
    third = journal.ask(5)
    assert queued_for(journal.jobs.values(), 5) == journal.jobs[third]
