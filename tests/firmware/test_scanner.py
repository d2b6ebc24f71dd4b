import queue
import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware.scanner import LONGEST_LINE, Lines, Scanner
from firmware.standin import PtyScanner
from firmware.wire import token

BADGE = token.issue(bytes(32), random.Random(1).randrange)


@pytest.mark.parametrize("end", [b"\r", b"\n", b"\r\n"])
def test_a_line_ends_by_cr_lf_or_both(end):
    lines = Lines()
    assert list(lines.feed(b"one" + end + b"two" + end + b"thr")) == ["one", "two"]
    assert list(lines.feed(b"ee" + end)) == ["three"]


def test_a_scanner_that_sends_no_end_is_understood():
    lines = Lines()
    assert list(lines.feed(BADGE.encode())) == []
    assert list(lines.silence(0.05)) == []
    assert list(lines.silence(0.1)) == [BADGE]
    assert list(lines.silence(5)) == []
    assert list(lines.feed(b"\r")) == []


def test_a_stutter_in_the_middle_of_a_badge_does_no_harm():
    lines = Lines()
    assert list(lines.feed(BADGE[:7].encode())) == []
    assert list(lines.silence(0.5)) == []
    assert list(lines.feed(BADGE[7:].encode() + b"\r")) == [BADGE]


def test_what_never_ends_is_given_up_so_that_it_is_refused_aloud():
    lines = Lines()
    assert list(lines.feed(BADGE[:7].encode())) == []
    assert list(lines.silence(1.0)) == [BADGE[:7]]


def test_an_endless_line_takes_no_room():
    lines = Lines()
    for _ in range(1000):
        assert list(lines.feed(b"x" * 1000)) == []
    (line,) = lines.feed(b"\r")
    assert LONGEST_LINE < len(line) <= LONGEST_LINE + 1
    assert list(lines.feed(BADGE.encode() + b"\r")) == [BADGE]


@given(st.lists(st.binary(max_size=20)))
def test_the_cutting_of_the_bytes_does_not_matter(pieces):
    whole, cut = Lines(), Lines()
    data = b"".join(pieces)
    assert list(whole.feed(data)) == [line for piece in pieces for line in cut.feed(piece)]


@pytest.fixture
def device(tmp_path):
    with PtyScanner(tmp_path / "scanner") as made:
        yield made


@pytest.fixture
def told():
    return queue.Queue()


@pytest.fixture
def reader(device, told):
    made = Scanner(str(device.path), 9600, told.put, told.put)
    made.start()
    assert told.get(timeout=5) is True
    yield made
    made.stop()


@pytest.mark.parametrize("end", ["\r", "\n", "\r\n", ""])
def test_a_scan_arrives_whatever_its_end(device, reader, told, end):
    device.scan(BADGE, end)
    assert told.get(timeout=5) == BADGE
    assert told.empty()


def test_control_characters_arrive_as_they_are(device, reader, told):
    """A terminal would make of them an interrupt, an end of file or another line end."""
    device.scan("a\x03\x04\x11\x13\x1a\x7f\tb")
    assert told.get(timeout=5) == "a\x03\x04\x11\x13\x1a\x7f\tb"


@pytest.mark.long
@pytest.mark.timeout(7200)
def test_it_is_found_again_after_each_unplugging_and_torn_lines_are_dropped(device, reader, told, long):
    chance = random.Random(5)
    slowest_s = 0.0
    for _ in range(1000 if long else 4):
        device.write(BADGE[: chance.randrange(17)].encode())
        device.unplug()
        assert told.get(timeout=5) is False
        device.plug()
        began = time.monotonic()
        assert told.get(timeout=5) is True
        slowest_s = max(slowest_s, time.monotonic() - began)
        device.scan(BADGE)
        assert told.get(timeout=5) == BADGE
    assert slowest_s <= 3
    assert told.empty()


def test_one_that_was_never_there_is_waited_for(tmp_path, told):
    reader = Scanner(str(tmp_path / "scanner"), 9600, told.put, told.put)
    reader.start()
    try:
        assert told.get(timeout=5) is False
        with PtyScanner(tmp_path / "scanner") as device:
            assert told.get(timeout=5) is True
            device.scan(BADGE)
            assert told.get(timeout=5) == BADGE
    finally:
        reader.stop()


def test_auto_takes_the_first_serial_device_by_its_stable_name(tmp_path, told):
    by_id = tmp_path / "by-id"
    reader = Scanner("auto", 9600, told.put, told.put, by_id=by_id)
    reader.start()
    try:
        assert told.get(timeout=5) is False
        by_id.mkdir()
        with PtyScanner(by_id / "usb-B"), PtyScanner(by_id / "usb-A") as first:
            assert told.get(timeout=5) is True
            first.scan(BADGE)
            assert told.get(timeout=5) == BADGE
    finally:
        reader.stop()


def test_a_scanner_that_another_program_holds_is_not_shared(device, reader, tmp_path):
    told = queue.Queue()
    second = Scanner(str(device.path), 9600, told.put, told.put)
    second.start()
    try:
        assert told.get(timeout=5) is False
    finally:
        second.stop()
    assert not second.present


def test_stopping_one_that_was_not_started_is_harmless(tmp_path, told):
    Scanner(str(tmp_path), 9600, told.put, told.put).stop()
