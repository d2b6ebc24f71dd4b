"""Our printing against emupos, an emulator by others: real status answers, real faults, its own pictures."""

import pytest

from kiosk.paper.conversation import Patience
from kiosk.paper.printer import Outcome, Printer
from kiosk.paper.transport import PrinterSettings, open_transport

from ..qrcodes import qr_codes

PATIENT = Patience(ask_s=5, watch_s=0.05, quiet_s=0.05)


@pytest.fixture
def printer(emupos):
    return Printer(PrinterSettings("tcp", host="127.0.0.1", port=emupos.ports[80]), patience=PATIENT)


def receipts(emupos):
    # A connection that closes completes a receipt when anything at all came over it.
    return [receipt for receipt in emupos.receipts() if receipt.boundary == "cut"]


def test_a_ticket_is_confirmed_and_read_back(emupos, printer, sheet):
    before = receipts(emupos)
    assert printer.print(sheet) == Outcome("confirmed", "", "ok")
    assert printer.print(sheet) == Outcome("confirmed", "", "ok")
    new = receipts(emupos)
    assert len(new) == len(before) + 2
    text = emupos.text(new[0])
    assert "Ronde numérique" in text
    assert "[ ] Casque VR — à l'étage   10 min" in text
    assert "[qr BCDFGHJKLNPRSTVX]" in text


@pytest.mark.parametrize(("width_mm", "dots"), [(80, 576), (58, 384)])
def test_the_native_qr_code_is_read_from_the_picture(emupos, sheet, width_mm, dots):
    picture = emupos.print_and_png(sheet, width_mm)
    assert picture.width == dots
    (code,) = qr_codes(picture)
    assert code.text == "BCDFGHJKLNPRSTVX"


def test_status_is_what_emupos_says(emupos, printer):
    assert (printer.status().online, printer.status().paper) == (True, "ok")
    with emupos.fault("paper-near-end"):
        assert printer.status().paper == "low"
        assert printer.status().trouble == ""


@pytest.mark.parametrize(
    ("fault", "detail"), [("paper-out", "paper_out"), ("cover-open", "cover_open"), ("offline", "offline")]
)
def test_a_printer_in_trouble_gets_nothing(emupos, printer, sheet, fault, detail):
    before = len(receipts(emupos))
    with emupos.fault(fault):
        outcome = printer.print(sheet)
    assert (outcome.state, outcome.detail) == ("waiting", detail)
    assert len(receipts(emupos)) == before
    assert printer.print(sheet).state == "confirmed"
    assert len(receipts(emupos)) == before + 1


def test_paper_that_runs_out_with_the_ticket_on_its_way_is_unknown_and_prints_once(emupos, sheet):
    before = len(receipts(emupos))
    fault = emupos.fault("paper-out")

    def opener(settings, deadline_s):
        transport = open_transport(settings, deadline_s)
        write = transport.write

        def watched(data, deadline_s):
            if data == sheet:
                fault.__enter__()
            write(data, deadline_s)

        transport.write = watched
        return transport

    settings = PrinterSettings("tcp", host="127.0.0.1", port=emupos.ports[80])
    printer = Printer(settings, opener=opener, patience=PATIENT)
    try:
        assert printer.print(sheet) == Outcome("unknown", "paper_out", "out")
    finally:
        fault.__exit__(None, None, None)
    assert len(receipts(emupos)) == before + 1


def test_the_stand_in_and_emupos_read_the_same(emupos, standin, sheet):
    assert Printer(standin.settings).print(sheet).state == "confirmed"
    emupos.print_and_png(sheet)
    theirs = [
        line for line in emupos.text(receipts(emupos)[0]).splitlines() if line and not line.startswith("[qr")
    ]
    (ticket,) = standin.tickets
    assert [line.strip() for line in theirs] == ticket.text.splitlines()


def test_without_a_recent_python_it_says_what_to_install(emupos_module, monkeypatch, tmp_path):
    monkeypatch.delenv("RONDE_EMUPOS", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(emupos_module, "find_python", lambda: None)
    with pytest.raises(emupos_module.EmuposUnavailable, match=r"Python 3\.13 or later.*RONDE_EMUPOS"):
        emupos_module.command()
