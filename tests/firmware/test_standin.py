import io
import json
import os
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from firmware.clock import Clock
from firmware.standin import DayClock, PrintedPanel, PtyScanner
from firmware.wire import schema
from firmware.wire.passage import CHAIN_START, Passage

PASSAGE = Passage("vr-1", "e" * 16, 12, "vr", "enter", "CFBXKCNGBKHTJKGJ", "b" * 32, 1, 5678, CHAIN_START)


def test_the_clock_of_a_boot_never_jumps_back():
    clock = Clock()
    assert schema.HEX.fullmatch(clock.boot) and len(clock.boot) == 32
    times = [clock.boot_ms() for _ in range(1000)]
    assert times == sorted(times)
    assert abs(clock.wall_ms() - time.time() * 1000) < 1000
    assert clock.boot == Clock().boot


def test_a_day_clock_says_the_time_of_the_day_and_runs_fast():
    real_ms = time.time() * 1000
    clock = DayClock(1_000_000, int(real_ms) - 1000, 60)
    assert 1_060_000 <= clock.wall_ms() <= 1_060_000 + 60 * 5000
    began, wall = clock.boot_ms(), clock.wall_ms()
    while clock.boot_ms() == began:
        pass
    assert clock.wall_ms() - wall == pytest.approx(clock.boot_ms() - began, abs=60 * 100)


def test_a_day_clock_stays_in_its_boot_until_the_day_changes():
    assert DayClock(1, 2, 60).boot == DayClock(1, 2, 60).boot
    assert len({DayClock(*day).boot for day in ((1, 2, 60), (1, 2, 30), (1, 3, 60), (2, 2, 60))}) == 4
    assert schema.HEX.fullmatch(DayClock(1, 2, 60).boot)


@pytest.fixture
def printed():
    out = io.StringIO()
    panel = PrintedPanel(print, out=out)
    yield lambda: [json.loads(line) for line in out.getvalue().splitlines()], panel
    panel.close()


def test_each_signal_is_one_line_of_json(printed):
    lines, panel = printed
    panel.kept([PASSAGE, replace(PASSAGE, seq=13)])
    panel.repeat(PASSAGE)
    panel.refused("foreign badge")
    panel.nothing()
    panel.backlog(3)
    panel.status("paused")
    panel.scanner(False)
    panel.pairing(True)
    fields = {"badge": "CFBXKCNGBKHTJKGJ", "kind": "enter", "seq": 12, "at_ms": 5678}
    assert lines() == [
        {"signal": "kept", **fields},
        {"signal": "kept", **fields, "seq": 13},
        {"signal": "repeat", **fields},
        {"signal": "refused", "reason": "foreign badge"},
        {"signal": "nothing"},
        {"signal": "backlog", "count": 3},
        {"signal": "status", "status": "paused"},
        {"signal": "scanner", "present": False},
        {"signal": "pairing", "waiting": True},
    ]


def test_what_did_not_change_is_not_printed_again(printed):
    lines, panel = printed
    for count in (0, 1, 1, 0, 0):
        panel.backlog(count)
    panel.status("open")
    panel.pairing(False)
    assert [line["count"] for line in lines()] == [1, 0]


def test_the_buttons_of_a_printed_panel_are_lines(eventually):
    reading, writing = os.pipe()
    pressed = []
    with os.fdopen(reading, "rb") as source, os.fdopen(writing, "wb", buffering=0) as presser:
        panel = PrintedPanel(pressed.append, out=io.StringIO(), buttons=source)
        presser.write(b"un")
        presser.write(b"do\npause\nwhat\n\xff\n\nundo\r\nleft-hold\nnext\n")
        eventually(lambda: pressed == ["undo", "pause", "undo", "left-hold", "next"])
        panel.close()
        panel.close()


def test_nobody_presses_the_buttons_of_dev_null():
    with Path(os.devnull).open("rb") as source:
        PrintedPanel(print, out=io.StringIO(), buttons=source).close()


def test_a_scanner_keeps_its_name_over_an_unplugging(tmp_path):
    path = tmp_path / "scanner"
    with PtyScanner(path) as device:
        before = path.readlink()
        assert path.is_char_device()
        device.unplug()
        device.unplug()
        assert not path.is_symlink()
        with pytest.raises(OSError, match="unplugged"):
            device.scan("x")
        device.plug()
        device.plug()
        assert path.is_char_device()
        assert str(before).startswith("/dev/pts/")
    assert not path.is_symlink()


def test_the_stand_ins_need_no_package(environment):
    """They are imported by the demonstration on machines without pins or a serial port."""
    script = (
        "import sys\n"
        "sys.modules.update(dict.fromkeys(['gpiozero', 'serial', 'lgpio']))\n"
        "import firmware.standin, firmware.wire.batch"
    )
    subprocess.run([sys.executable, "-c", script], check=True, env=environment, timeout=120)
