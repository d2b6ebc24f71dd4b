"""Scanners of both kinds on pseudo-terminals: plugged in, unplugged, held by others, set wrongly."""

import errno
import logging
import os
import queue
import random
import time
from dataclasses import replace

import pytest

from firmware import messages
from firmware.config import KEYBOARD, SERIAL, ScannerSettings
from firmware.keyboard import AZERTY, Keyboard
from firmware.ports import Ports
from firmware.scanner import Scanner, SerialPort, scanners
from firmware.standin import KeyboardScanner, PtyScanner
from firmware.wire import pairing, token

chance = random.Random(1)
BADGE = token.issue(bytes(32), chance.randrange)
INVITATION = pairing.Invitation("http://hub.local:8080", pairing.new_code(chance.randrange)).encode()
READER = "usb-Acme_Barcode_Scanner-event-kbd"


class Kernel:
    """Opens devices as the station does; a pseudo-terminal is grabbed as an input device is: by one at a time."""

    def __init__(self):
        self.grabbed = []
        self.asked = []

    def open(self, settings, path):
        if settings.kind == SERIAL:
            return SerialPort(path, settings.baud)
        return Keyboard(path, grab=self.grab)

    def grab(self, handle, ours):
        device = os.fstat(handle).st_rdev
        if ours and device in self.grabbed:
            raise OSError(errno.EBUSY, os.strerror(errno.EBUSY))
        self.grabbed.append(device) if ours else self.grabbed.remove(device)
        self.asked.append(ours)


@pytest.fixture
def kernel():
    return Kernel()


@pytest.fixture(params=[SERIAL, KEYBOARD])
def kind(request):
    return request.param


@pytest.fixture
def plugged(tmp_path):
    """Plugs devices in under their stable names, as udev has them."""
    made = []

    def plug(kind, name=None, **options):
        folder = tmp_path / ("serial" if kind == SERIAL else "input") / "by-id"
        folder.mkdir(parents=True, exist_ok=True)
        shape = PtyScanner if kind == SERIAL else KeyboardScanner
        made.append(shape(folder / (name or ("usb-Acme" if kind == SERIAL else READER)), **options))
        return made[-1]

    yield plug
    for one in made:
        one.close()


@pytest.fixture
def told():
    return queue.Queue()


@pytest.fixture
def started(told, kernel, tmp_path):
    """Starts scanners; what they tell goes into one queue, with their names."""
    made = []

    def start(settings=None, ports=None, wait=True, **values):
        settings = replace(settings or ScannerSettings(name="s"), **values)
        made.append(
            Scanner(
                settings,
                lambda *line: told.put(line),
                lambda *present: told.put(present),
                ports=ports or Ports([settings], tmp_path),
                opener=kernel.open,
            )
        )
        made[-1].start()
        if wait:
            assert told.get(timeout=60) == (settings.name, True)
        return made[-1]

    yield start
    for one in made:
        one.stop()


@pytest.mark.parametrize("end", ["\r", "\n", "\r\n", ""])
def test_a_scan_arrives_whatever_its_end(plugged, started, told, end):
    device = plugged(SERIAL)
    started(port=str(device.path))
    device.scan(BADGE, end)
    assert told.get(timeout=60) == ("s", BADGE)
    assert told.empty()


@pytest.mark.parametrize("end", ["\r", "\t", ""])
@pytest.mark.parametrize("text", [BADGE, BADGE.lower(), "]Q1" + BADGE])
def test_a_scanner_that_types_is_read(plugged, started, told, kernel, text, end):
    device = plugged(KEYBOARD)
    scanner = started(kind=KEYBOARD)
    assert kernel.asked == [True]
    device.scan(text, end)
    assert told.get(timeout=60) == ("s", BADGE)
    scanner.stop()
    assert kernel.asked == [True, False], "whatever it is can type again"


@pytest.mark.parametrize("layout", [None, AZERTY])
def test_a_station_is_enrolled_by_a_scanner_that_types(plugged, started, told, layout):
    device = plugged(KEYBOARD, **({"layout": layout} if layout else {}))
    started(kind=KEYBOARD)
    device.scan(INVITATION)
    assert told.get(timeout=60) == ("s", INVITATION)


def test_what_is_not_ours_arrives_as_it_is(plugged, started, told, kind):
    """A terminal would make of control characters an interrupt, an end of file or another line end."""
    device = plugged(kind)
    started(kind=kind)
    text = "a\x03\x04\x11\x13\x1a\x7f\tb" if kind == SERIAL else "https://example.org/?a=B"
    device.scan(text)
    assert told.get(timeout=60) == ("s", text)


def test_what_is_set_to_come_before_each_code_is_taken_away(plugged, started, told, kind):
    device = plugged(kind)
    started(kind=kind, prefix="QUEUE:")
    device.scan("QUEUE:]Q1" + BADGE)
    assert told.get(timeout=60) == ("s", BADGE)


@pytest.mark.alone
@pytest.mark.long
@pytest.mark.timeout(7200)
def test_it_is_found_again_after_each_unplugging_and_torn_lines_are_dropped(
    plugged, started, told, kind, long
):
    device = plugged(kind)
    scanner = started(kind=kind)
    chance = random.Random(5)
    slowest_s = 0.0
    for _ in range(1000 if long else 4):
        device.scan(BADGE[: chance.randrange(17)], end="")
        device.unplug()
        assert told.get(timeout=60) == ("s", False)
        device.plug()
        began = time.monotonic()
        assert told.get(timeout=60) == ("s", True)
        slowest_s = max(slowest_s, time.monotonic() - began)
        device.scan(BADGE)
        assert told.get(timeout=60) == ("s", BADGE)
        assert scanner.trouble == ""
    assert slowest_s <= 3
    assert told.empty()


def test_one_that_was_never_there_is_waited_for(plugged, started, told, kind):
    scanner = started(kind=kind, wait=False)
    assert told.get(timeout=60) == ("s", False)
    assert not scanner.present and "câble" in scanner.trouble
    device = plugged(kind)
    assert told.get(timeout=60) == ("s", True)
    assert scanner.present and not scanner.trouble
    device.scan(BADGE)
    assert told.get(timeout=60) == ("s", BADGE)


def test_two_that_are_set_to_auto_never_open_the_same_device(plugged, started, told, kind, tmp_path):
    settings = [ScannerSettings(name=name, kind=kind) for name in ("one", "two")]
    ports = Ports(settings, tmp_path)
    names = ["usb-Barcode_A-event-kbd", "usb-Barcode_B-event-kbd"]
    first = plugged(kind, names[0])
    for each in settings:
        started(each, ports, wait=False)
    assert sorted(told.get(timeout=60)[1] for _ in settings) == [False, True]
    second = plugged(kind, names[1])
    assert told.get(timeout=60)[1] is True
    heard = set()
    for device in (first, second):
        device.scan(BADGE)
        heard.add(told.get(timeout=60))
    assert heard == {("one", BADGE), ("two", BADGE)}
    assert told.empty()


def test_one_set_to_auto_leaves_the_device_that_another_one_names(plugged, started, told, tmp_path):
    first, second = plugged(SERIAL, "usb-A"), plugged(SERIAL, "usb-B")
    settings = [ScannerSettings(name="auto"), ScannerSettings(name="named", port=str(first.path))]
    ports = Ports(settings, tmp_path)
    for each in settings:
        started(each, ports)
    first.scan(BADGE)
    assert told.get(timeout=60) == ("named", BADGE)
    second.scan(BADGE)
    assert told.get(timeout=60) == ("auto", BADGE)


def test_auto_passes_over_a_device_that_another_program_holds(plugged, started, told, tmp_path):
    held, free = plugged(SERIAL, "usb-A"), plugged(SERIAL, "usb-B")
    started(name="other program", port=str(held.path))
    started(name="ours")
    free.scan(BADGE)
    assert told.get(timeout=60) == ("ours", BADGE)


def test_a_scanner_that_another_program_holds_is_not_shared(plugged, started, told, kind):
    device = plugged(kind)
    started(kind=kind)
    second = started(name="second", kind=kind, port=str(device.path), wait=False)
    assert told.get(timeout=60) == ("second", False)
    assert not second.present
    assert "tenu par un autre programme" in second.trouble


def test_a_scanner_that_may_not_be_opened_says_which_group_may(started, told, kernel, monkeypatch):
    def refuse(settings, path):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(kernel, "open", refuse)
    scanner = started(kind=KEYBOARD, port="/dev/input/by-id/x-event-kbd", wait=False)
    assert told.get(timeout=60) == ("s", False)
    assert "groupe « input »" in scanner.trouble


def test_a_port_of_the_wrong_kind_is_said(plugged, started, told, tmp_path):
    device = plugged(SERIAL)
    scanner = Scanner(
        ScannerSettings(kind=KEYBOARD, port=str(device.path)),
        lambda *line: None,
        lambda *here: told.put(here),
    )
    scanner.start()
    assert told.get(timeout=60) == ("", False)
    scanner.stop()
    assert "ne s'ouvre pas comme « keyboard »" in scanner.trouble


def test_a_reader_in_the_other_mode_is_said_and_then_taken_when_it_is_set_right(
    plugged, started, told, eventually
):
    scanner = started(wait=False)
    assert told.get(timeout=60) == ("s", False)
    typing = plugged(KEYBOARD)
    eventually(lambda: "« USB COM »" in scanner.trouble)
    typing.unplug()
    plugged(SERIAL)
    assert told.get(timeout=60) == ("s", True)
    assert scanner.trouble == ""


def test_a_wrong_speed_is_said_until_a_badge_is_read(plugged, started, told):
    device = plugged(SERIAL)
    scanner = started()
    device.write(b"\xf8\x00\xfe\x80\xe6\r")
    assert told.get(timeout=60) == ("s", "\ufffd\x00\ufffd\ufffd\ufffd")
    assert scanner.trouble == "« s » : " + messages.SCANNER_SPEED.format(baud=9600)
    device.scan(BADGE)
    assert told.get(timeout=60) == ("s", BADGE)
    assert scanner.trouble == ""


def test_the_journal_says_the_same_once(plugged, started, told, caplog, eventually):
    with caplog.at_level(logging.INFO, "ronde.station"):
        scanner = started(wait=False)
        assert told.get(timeout=60) == ("s", False)
        device = plugged(SERIAL)
        for present in (True, False, True, False):
            assert told.get(timeout=60) == ("s", present)
            device.unplug() if present else device.plug()
        assert told.get(timeout=60) == ("s", True)
        for _ in range(5):
            device.write(b"\xf8\x00\xfe\x80\xe6\r")
            told.get(timeout=60)
    assert scanner.trouble
    said = [record.getMessage() for record in caplog.records]
    assert len(said) == len(set(said)) == 3, said


def test_garbage_never_ends_it(plugged, started, told, kind):
    device = plugged(kind)
    scanner = started(kind=kind)
    chance = random.Random(9)
    for _ in range(100):
        device.write(chance.randbytes(chance.randrange(1, 500)))
    device.unplug()
    while told.get(timeout=60) != ("s", False):
        pass
    device.plug()
    assert told.get(timeout=60) == ("s", True)
    device.scan(BADGE)
    assert told.get(timeout=60) == ("s", BADGE)
    assert scanner.is_alive()


def test_a_speed_that_a_line_cannot_have_is_said(plugged, started, told, monkeypatch):
    def refuse(*args, **kwargs):
        raise ValueError("Failed to set custom baud rate (12345)")

    monkeypatch.setattr("serial.Serial", refuse)
    scanner = started(port=str(plugged(SERIAL).path), baud=12345, wait=False)
    assert told.get(timeout=60) == ("s", False)
    assert "ne s'ouvre pas" in scanner.trouble and "12345" in scanner.trouble


def test_scanners_that_reach_for_one_device_at_once_do_not_quarrel(plugged, started, told, tmp_path):
    plugged(SERIAL)
    settings = [ScannerSettings(name=str(number)) for number in range(5)]
    ports = Ports(settings, tmp_path)
    made = [started(each, ports, wait=False) for each in settings]
    assert sorted(told.get(timeout=60)[1] for _ in made) == [False] * 4 + [True]
    assert all("câble" in each.trouble for each in made if not each.present)


def test_the_scanners_of_a_station_know_of_each_other(told):
    made = scanners(
        [ScannerSettings(name="file"), ScannerSettings(name="main", kind=KEYBOARD)], told.put, told.put
    )
    assert [each.name for each in made] == ["scanner file", "scanner main"]
    assert made[0]._ports is made[1]._ports


def test_stopping_one_that_was_not_started_is_harmless(told):
    Scanner(ScannerSettings(), told.put, told.put).stop()
