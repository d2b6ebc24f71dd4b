"""The spooler when the power goes, when it is stopped, and over real connections: no sheet comes out twice."""

import socket
import threading
import time
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk import eventfile
from kiosk.paper.printer import Outcome, Printer
from kiosk.paper.render import render
from kiosk.paper.sheet import Cut, Sheet, Text
from kiosk.paper.spooler import PrinterState, Spooler
from kiosk.paper.standin import StandinPrinter
from kiosk.paper.transport import PrinterSettings
from kiosk.preview import example
from kiosk.rules.printing import INTERRUPTED, PrintJob, PrintState

PATIENCE_S = 60
ROUBAIX = Path(eventfile.__file__).parents[1] / "events" / "roubaix-2022.toml"


def test_after_a_crash_a_job_on_its_way_is_unknown_and_is_not_printed_again(journal, scripted, spool):
    first = journal.ask()
    journal.moved(first, PrintState.SENT, "")
    second = journal.ask(2)
    printer = scripted()
    with spool(printer, journal):
        journal.until_state(second, PrintState.CONFIRMED)
    assert (journal.jobs[first].state, journal.jobs[first].detail) == (PrintState.UNKNOWN, INTERRUPTED)
    assert printer.tickets == [b"sheet of 2, job 2"]
    assert printer.left == [b"sheet of 1, job 1"]


@pytest.mark.parametrize("left", [1, 700, 1_500, 2_500, 4_000])
def test_wherever_a_crash_cut_a_sheet_the_next_one_is_whole(journal, spool, left):
    event = eventfile.load(ROUBAIX)
    torn, whole = (render(example(event, language, 80)) for language in ("fr", "ar"))
    with StandinPrinter() as printer:
        with socket.create_connection((printer.host, printer.port)) as before:
            before.sendall(torn[:left])
        journal.moved(journal.ask(), PrintState.SENT, "")
        second = journal.ask(2)
        with spool(Printer(printer.settings), journal, compose=lambda job: torn if job.job == 1 else whole):
            journal.until_state(second, PrintState.CONFIRMED)
        begun, after = printer.tickets
        assert begun.qr_payloads == ()
        assert after.raw.endswith(whole) and len(after.raw) < len(whole) + 10


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.sampled_from(["confirmed", "unknown", "waiting", "sent", "failed"]), max_size=6),
    st.lists(st.integers(1, 6), min_size=1, max_size=4),
)
def test_wherever_the_power_goes_no_sheet_comes_out_twice_by_itself(
    scripted, spool, compose, new_journal, power_cut, outcomes, crashes
):
    journal = new_journal()
    on_paper: list[bytes] = []

    class Paper(scripted):
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
        with suppress(power_cut):
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


@pytest.mark.alone
def test_a_hung_printer_holds_up_neither_the_stop_nor_the_next_start(journal, scripted, spool):
    hanging, released = threading.Event(), threading.Event()

    def hang() -> Outcome:
        hanging.set()
        assert released.wait(PATIENCE_S)
        return Outcome("confirmed")

    job = journal.ask()
    spooler = spool(scripted([hang]), journal)
    spooler.start()
    assert hanging.wait(PATIENCE_S)
    start = time.monotonic()
    assert not spooler.stop(0.1)
    assert time.monotonic() - start < 1.0
    moves = list(journal.moves)
    released.set()
    assert spooler.stop(PATIENCE_S)
    assert journal.moves == moves  # what it says after the stop counts no more
    with spool(scripted(), journal):
        journal.until_state(job, PrintState.UNKNOWN)


def test_a_stop_lets_the_sheet_on_its_way_end_and_leaves_the_rest_queued(journal, scripted, spool):
    printing, go_on = threading.Event(), threading.Event()

    def slow() -> Outcome:
        printing.set()
        assert go_on.wait(PATIENCE_S)
        return Outcome("confirmed")

    printer = scripted([slow])
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


def test_a_spooler_that_never_started_stops_at_once(journal, scripted, spool):
    assert spool(scripted(), journal).stop()


def test_a_real_connection_runs_out_of_paper_and_recovers_without_duplicates(journal, standin, spool):
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
