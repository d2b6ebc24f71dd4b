import socket
import sys
import threading
import time

import pytest

from kiosk.errors import PrinterStalled, PrinterUnreachable
from kiosk.paper import transport
from kiosk.paper.conversation import Patience
from kiosk.paper.printer import Outcome, Printer
from kiosk.paper.standin import StandinPrinter
from kiosk.paper.transport import PrinterSettings, open_transport

BRISK = Patience(open_s=2, ask_s=5, stall_s=5, confirm_s=30, watch_s=0.02, silence_s=30, quiet_s=0.01)
HASTY = Patience(
    open_s=0.2, ask_s=0.15, stall_s=0.2, confirm_s=0.3, watch_s=0.05, silence_s=0.2, quiet_s=0.01
)
LARGE = (
    b"\x1b@\x1dv0\0\x48\x00\x58\x02" + bytes(0x48 * 0x258) + b"\n\x1dV\x00"
)  # a whole sheet as an image, 43 kB


@pytest.fixture(params=["tcp", "pty"])
def way(request):
    return request.param


def settings_of(standin, way):
    return standin.settings if way == "tcp" else standin.serial_settings


PREFACE = len(b"\0\x1dr\x01")  # the question that comes before the first ticket of a hub's life


@pytest.mark.parametrize("act", ["close", "silence"])
def test_trouble_at_any_byte_is_waiting_before_the_ticket_and_unknown_within_it(
    way, act, fake_printer, sheet
):
    total = PREFACE + len(sheet) + len(b"\x1dr\x01")
    for at_byte in range(1, total + 1):
        with fake_printer(way, act, at_byte) as fake:
            outcome = Printer(fake.settings, patience=BRISK, clock=fake.clock).print(sheet)
        expected = "waiting" if at_byte <= PREFACE else "unknown"
        assert (at_byte, outcome.state) == (at_byte, expected)
        assert outcome.detail in ("unreachable", "no_answer")
        assert len(fake.printed) == at_byte
        assert fake.printed.count(b"Renard 7") <= 1


def test_a_printer_that_answers_to_the_end_confirms(way, fake_printer, sheet):
    total = PREFACE + len(sheet) + len(b"\x1dr\x01")
    with fake_printer(way, "close", total + 1) as fake:
        assert Printer(fake.settings, patience=BRISK).print(sheet) == Outcome("confirmed", "", "ok")
    assert bytes(fake.printed) == b"\0\x1dr\x01" + sheet + b"\x1dr\x01"


def test_tickets_are_confirmed_one_after_the_other(standin, way, sheet):
    printer = Printer(settings_of(standin, way))
    assert printer.print(sheet).state == "confirmed"
    assert printer.print(sheet.replace(b"Renard", b"Loutre")).state == "confirmed"
    first, second = standin.tickets
    assert "Renard 7" in first.text and "Loutre 7" in second.text


@pytest.mark.parametrize(
    ("fault", "detail"),
    [
        ("out_of_paper", "paper_out"),
        ("open_cover", "cover_open"),
        ("unplug", "unreachable"),
        ("hang", "no_answer"),
    ],
)
def test_nothing_is_sent_to_a_printer_in_trouble_and_it_prints_once_when_well_again(
    standin, way, fault, detail, sheet
):
    printer = Printer(settings_of(standin, way), patience=HASTY if fault == "hang" else BRISK)
    getattr(standin, fault)()
    assert printer.status(5.0).trouble == detail
    for _ in range(3):
        outcome = printer.print(sheet)
        assert (outcome.state, outcome.detail) == ("waiting", detail)
    standin.restore()
    patient = Printer(printer.settings)
    assert patient.print(sheet).state == "confirmed"
    assert standin.count == 1


def test_low_paper_is_told_and_does_not_stop_printing(standin, way, sheet):
    standin.low_paper()
    printer = Printer(settings_of(standin, way))
    assert printer.status().paper == "low"
    assert printer.print(sheet) == Outcome("confirmed", "", "low")


@pytest.mark.alone
def test_paper_that_runs_out_mid_ticket_is_unknown_within_a_second_and_the_rest_prints_once(
    standin, way, sheet
):
    printer = Printer(settings_of(standin, way))
    standin.out_of_paper(after_bytes=PREFACE + 60)
    began = time.monotonic()
    assert printer.print(sheet) == Outcome("unknown", "paper_out", "out")
    assert time.monotonic() - began < 1.0
    assert printer.print(sheet).state == "waiting"
    standin.refill()
    (ticket,) = standin.wait_for_tickets(1, 5)
    assert ticket.raw.endswith(sheet)
    assert printer.print(sheet.replace(b"Renard", b"Loutre")).state == "confirmed"
    assert standin.count == 2


def test_an_answer_owed_to_an_earlier_ticket_never_confirms_the_next(standin, sheet):
    printer = Printer(standin.serial_settings, patience=BRISK)
    standin.out_of_paper(after_bytes=PREFACE + 60)
    assert printer.print(sheet).state == "unknown"
    standin.refill()
    standin.wait_for_tickets(1, 5)  # the owed answer is on the line now, or about to be
    standin.out_of_paper(after_bytes=PREFACE + 60)
    assert printer.print(sheet) == Outcome("unknown", "paper_out", "out")


def test_a_cover_opened_mid_ticket_is_unknown(standin, way, sheet):
    class Opening:
        """Opens the cover between the ticket and the question after it."""

        def __init__(self, settings, deadline_s):
            self._transport = open_transport(settings, deadline_s)

        def write(self, data, deadline_s):
            if data == sheet:
                standin.open_cover()
            self._transport.write(data, deadline_s)

        def __getattr__(self, name):
            return getattr(self._transport, name)

        def __enter__(self):
            return self

        def __exit__(self, *_):
            self._transport.close()

    printer = Printer(settings_of(standin, way), opener=Opening, patience=BRISK)
    assert printer.print(sheet) == Outcome("unknown", "cover_open", "ok")
    standin.close_cover()
    standin.wait_for_tickets(1, 5)


def test_power_lost_mid_ticket_is_unknown_and_the_torn_part_is_cut_off_before_the_next(standin, way, sheet):
    printer = Printer(settings_of(standin, way))
    standin.stop_after(PREFACE + 60)
    outcome = printer.print(sheet)
    assert (outcome.state, outcome.detail) == ("unknown", "unreachable")
    assert printer.print(sheet) == Outcome("waiting", "unreachable")
    standin.restore()
    assert printer.print(sheet.replace(b"Renard", b"Loutre")).state == "confirmed"
    torn, whole = standin.tickets
    assert "Ronde numérique" in torn.text
    assert whole.text.startswith("Ronde numérique\nLoutre 7")


@pytest.mark.alone
def test_a_printer_that_stops_reading_is_unknown_in_time_and_then_finds_its_place_again(sheet):
    patience = Patience(ask_s=1, stall_s=0.3)
    with StandinPrinter(port=None, pty=True, buffer_bytes=512) as standin:
        printer = Printer(standin.settings, patience=patience)
        standin.out_of_paper(after_bytes=PREFACE + 2)
        began = time.monotonic()
        assert printer.print(LARGE) == Outcome("unknown", "stalled")
        assert time.monotonic() - began < 2.5
        standin.refill()
        assert printer.print(sheet).state == "confirmed"
        torn, whole = standin.tickets
        assert torn.qr_payloads == ()
        assert whole.qr_payloads == ("BCDFGHJKLNPRSTVX",)


@pytest.fixture
def usb_port(monkeypatch):
    """The kernel's status of a USB printer's port, for a stand-in on a pseudo-terminal: what its paper sensor says.

    `stuck`: a port that says so always."""

    def of(standin, stuck=False):
        def ioctl(descriptor, request, argument):
            assert request == transport._PORT_STATUS
            out = stuck or standin.condition == "paper_out"
            return (0x38 if out else 0x18).to_bytes(4, sys.byteorder)

        monkeypatch.setattr(transport.fcntl, "ioctl", ioctl)
        return PrinterSettings("usb", path=standin.device_path)

    return of


@pytest.mark.alone
@pytest.mark.parametrize("buffer_bytes", [512, 64 * 1024])
def test_a_usb_printer_that_holds_less_than_a_ticket_is_told_to_be_out_of_paper(usb_port, buffer_bytes):
    patience = Patience(ask_s=1, stall_s=0.3, silence_s=60)
    with StandinPrinter(port=None, pty=True, buffer_bytes=buffer_bytes) as standin:
        printer = Printer(usb_port(standin), patience=patience)
        standin.out_of_paper(after_bytes=PREFACE + 2)
        assert printer.print(LARGE) == Outcome("unknown", "paper_out", "out")
        assert printer.status().trouble == "paper_out"
        assert printer.print(LARGE) == Outcome("waiting", "paper_out", "out")


@pytest.mark.alone
def test_a_port_that_always_says_that_its_paper_is_out_is_not_believed(usb_port, sheet):
    with StandinPrinter(port=None, pty=True, buffer_bytes=512) as standin:
        printer = Printer(usb_port(standin, stuck=True), patience=Patience(ask_s=1, stall_s=0.3))
        assert printer.print(sheet).state == "confirmed"
        standin.out_of_paper(after_bytes=2)
        assert printer.print(LARGE).detail == "stalled"


@pytest.mark.alone
def test_a_network_printer_that_stops_reading_is_unknown_in_time():
    with socket.create_server(("127.0.0.1", 0)) as server:
        stop = threading.Event()

        def answer_then_stop_reading():
            connection = server.accept()[0]
            with connection:
                taken = b""
                while not taken.endswith(b"\x1dr\x01"):
                    byte = connection.recv(1)
                    taken += byte
                    if taken[-3:-1] == b"\x10\x04":
                        connection.sendall(b"\x12")
                connection.sendall(b"\0")
                stop.wait(30)

        thread = threading.Thread(target=answer_then_stop_reading)
        thread.start()
        settings = PrinterSettings("tcp", host="127.0.0.1", port=server.getsockname()[1])
        began = time.monotonic()
        outcome = Printer(settings, patience=HASTY).print(b"\x1b@" + bytes(16_000_000))
        elapsed = time.monotonic() - began
        stop.set()
        thread.join()
    assert outcome == Outcome("unknown", "stalled")
    assert elapsed < 2 + HASTY.stall_s


def test_refused_connections_wait(sheet):
    with socket.socket() as bound:  # and not listening
        bound.bind(("127.0.0.1", 0))
        printer = Printer(PrinterSettings("tcp", host="127.0.0.1", port=bound.getsockname()[1]))
        assert printer.print(sheet) == Outcome("waiting", "unreachable")
        assert not printer.status().reached


def test_a_missing_device_waits(tmp_path, sheet):
    for kind in ("usb", "serial"):
        printer = Printer(PrinterSettings(kind, path=str(tmp_path / "lp0")))
        assert printer.print(sheet) == Outcome("waiting", "unreachable")


def test_without_a_back_channel_a_ticket_is_sent_and_no_more_is_claimed(standin, way, sheet):
    known = settings_of(standin, way)
    one_way = PrinterSettings(known.kind, known.path, known.host, known.port, back_channel=False)
    printer = Printer(one_way)
    assert printer.print(sheet) == Outcome("sent")
    assert printer.status().paper == "unknown"
    assert not printer.status().answered
    standin.wait_for_tickets(1, 5)


def test_a_file_takes_one_ticket_after_the_other(tmp_path, sheet):
    printer = Printer(PrinterSettings("file", path=str(tmp_path / "tickets.bin")))
    assert printer.print(sheet).state == printer.print(sheet).state == "sent"
    assert (tmp_path / "tickets.bin").read_bytes() == sheet + sheet


def test_no_printer_fails_at_once(sheet):
    printer = Printer(PrinterSettings())
    assert printer.print(sheet) == Outcome("failed", "no_printer")
    assert printer.status().trouble == "no_printer"


def test_an_empty_ticket_is_refused(standin):
    with pytest.raises(ValueError, match="empty"):
        Printer(standin.settings).print(b"")


@pytest.mark.parametrize(
    ("error", "state", "detail"),
    [
        (PrinterUnreachable("gone"), "waiting", "unreachable"),
        (PrinterStalled("stuck"), "waiting", "stalled"),
        (PrinterUnreachable("gone", 1), "unknown", "unreachable"),
        (PrinterStalled("stuck", 1), "unknown", "stalled"),
    ],
)
def test_one_written_byte_makes_the_difference(error, state, detail, sheet):
    class Failing:
        def __init__(self, settings, deadline_s):
            pass

        def write(self, data, deadline_s):
            raise error

        def is_out_of_paper(self):
            return False

        def __enter__(self):
            return self

        def __exit__(self, *_):
            pass

    printer = Printer(PrinterSettings("file", path="-"), opener=Failing)
    assert printer.print(sheet) == Outcome(state, detail)


def test_status_while_printing_is_what_was_heard_last(sheet):
    with StandinPrinter(bytes_per_s=2000) as standin:
        printer = Printer(standin.settings)
        assert printer.status().online
        thread = threading.Thread(target=printer.print, args=(sheet + sheet + sheet,))
        thread.start()
        assert printer.status(0.05).online
        thread.join()
        assert standin.count == 3
