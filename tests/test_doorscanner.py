"""The door's own scanner: what it reads is told to its kiosk, and it may be unplugged like a station's."""

import queue
import random
from collections.abc import Iterator

import pytest

from firmware.standin import PtyScanner
from firmware.wire import token
from kiosk.config import Scanner
from kiosk.doorscanner import DoorScanners

from .patience import until

BADGE = token.issue(bytes(32), random.Random(1).randrange)
SOON_S = 60


class Door:
    """Scanners, and what they were heard to read."""

    def __init__(self, *wanted: Scanner, taken: tuple[str, ...] = ()) -> None:
        self.read: queue.Queue[tuple[int, str]] = queue.Queue()
        self.scanners = DoorScanners(wanted, lambda kiosk, line: self.read.put((kiosk, line)), taken)
        self.scanners.start()

    def heard(self) -> tuple[int, str]:
        return self.read.get(timeout=SOON_S)


@pytest.fixture
def open_door() -> Iterator[object]:
    doors: list[Door] = []

    def open_one(*wanted: Scanner, **more: object) -> Door:
        doors.append(Door(*wanted, **more))  # type: ignore[arg-type]
        return doors[-1]

    yield open_one
    for door in doors:
        door.scanners.stop()


@pytest.fixture
def pty(tmp_path) -> Iterator[PtyScanner]:
    with PtyScanner(tmp_path / "scanner") as scanner:
        yield scanner


def test_what_is_read_is_told_as_it_ought_to_be_written(open_door, pty):
    door = open_door(Scanner(port=str(pty.path), kiosk=2))
    until(lambda: door.scanners.reads(2))
    pty.scan(f"]Q1{BADGE.lower()}")
    assert door.heard() == (2, BADGE)
    pty.scan("4006381333931")
    assert door.heard() == (2, "4006381333931")


def test_it_says_when_it_is_unplugged_and_reads_again_when_it_is_back(open_door, pty):
    door = open_door(Scanner(port=str(pty.path)))
    until(lambda: door.scanners.reads(1))
    assert door.scanners.trouble == ""
    assert not door.scanners.reads(2)
    pty.unplug()
    until(lambda: not door.scanners.reads(1))
    assert str(pty.path) in door.scanners.trouble
    pty.plug()
    until(lambda: door.scanners.reads(1))
    assert door.scanners.trouble == ""
    pty.scan(BADGE)
    assert door.heard() == (1, BADGE)
    assert door.scanners.alive


def test_each_of_two_is_told_to_its_own_kiosk(open_door, tmp_path):
    with PtyScanner(tmp_path / "left") as left, PtyScanner(tmp_path / "right") as right:
        door = open_door(
            Scanner(name="left", port=str(left.path)), Scanner(name="right", port=str(right.path), kiosk=2)
        )
        until(lambda: door.scanners.reads(1) and door.scanners.reads(2))
        right.scan(BADGE)
        assert door.heard() == (2, BADGE)
        left.scan(BADGE)
        assert door.heard() == (1, BADGE)


def test_without_a_scanner_nothing_is_read_and_nothing_is_wrong(open_door):
    door = open_door()
    assert (door.scanners.reads(1), door.scanners.trouble, door.scanners.alive) == (False, "", True)
