"""The agent as a real process: a scanner on a pty, a hub on loopback, a log on disk."""

import fcntl
import json
import signal
import socket
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from firmware.standin import DayClock
from firmware.wire import passage
from firmware.wire.anchor import date

PAGE = 4096


def chained(log):
    """Whether a log is gapless and every link of its chain holds."""
    before = passage.CHAIN_START
    for seq, value in enumerate(log, start=1):
        found = passage.from_json(value)
        if (found.seq, found.prev) != (seq, before):
            return False
        before = found.digest
    return True


def test_a_scan_is_kept_then_signalled_then_sent(station, hub, badges, eventually):
    one = station(hub.address).start().ready()
    found = one.scan(badges[0])
    assert (found["badge"], found["kind"], found["seq"]) == (badges[0], "arrive", 1)
    eventually(lambda: hub.seqs == [1])
    assert one.stop() == 0


def test_what_was_signalled_is_on_disk_when_the_process_is_killed_at_once(station, hub, badges):
    one = station(hub.address)
    for badge in badges[:5]:
        one.start().ready()
        one.scan(badge)
        one.kill()
    log = one.log()
    assert [value["badge"] for value in log] == badges[:5]
    assert chained(log)


@pytest.mark.long
@pytest.mark.timeout(7200)
def test_a_kill_at_any_moment_leaves_whole_scans_and_presses_and_the_booth_that_they_make(
    tmp_path, long, environment
):
    rounds = 10_000 if long else 60
    ended = subprocess.run(
        [
            sys.executable,
            str(Path(__file__).with_name("killing_agent.py")),
            str(tmp_path / "days"),
            str(rounds),
            "1",
        ],
        capture_output=True,
        text=True,
        check=False,
        env=environment,
    )
    assert ended.returncode == 0, ended.stderr
    found = json.loads(ended.stdout)
    assert found["rounds"] == rounds
    assert found["passages"] >= found["heard"] >= rounds
    assert found["presses"] >= rounds // 4


def test_the_steps_of_a_badge_go_on_after_a_restart(station, hub, badges):
    one = station(hub.address, steps=["arrive", "enter", "leave"])
    kinds = []
    for _ in range(4):
        one.start().ready()
        kinds.append(one.scan(badges[0])["kind"])
        assert one.stop() == 0
    assert kinds == ["arrive", "enter", "leave", "arrive"]


def test_the_same_badge_at_once_is_the_same_step_again_and_is_logged(station, hub, badges):
    one = station(hub.address, scanner__repeat_s=60).start().ready()
    one.scan(badges[0])
    again = one.scan(badges[0], signal="repeat")
    other = one.scan(badges[1])
    assert (again["kind"], again["seq"], other["kind"]) == ("arrive", 2, "arrive")


def test_a_refused_code_leaves_no_trace(station, hub, badges, foreign_badge):
    one = station(hub.address).start().ready()
    secrets = [foreign_badge, "https://example.org/secret", "x" * 600 + "SECRETTAIL", "\x1b[31mred\x00"]
    assert one.scan(secrets[0], signal="refused")["reason"] == "foreign badge"
    for text in secrets[1:]:
        assert one.scan(text, signal="refused")["reason"] == "not a badge"
    one.scan(badges[0])
    assert one.stop() == 0
    assert [value["badge"] for value in one.log()] == [badges[0]]
    everything = b"".join(path.read_bytes() for path in (one.folder / "data").iterdir() if path.is_file())
    everything += one.errors.read_bytes() + json.dumps(one.seen).encode()
    for text in secrets:
        assert text.encode() not in everything
        assert text.strip().encode()[-8:] not in everything


def test_undo_takes_back_the_last_scan_with_its_repeats(station, hub, badges, eventually):
    one = station(hub.address, scanner__repeat_s=60).start().ready()
    one.scan(badges[0])
    one.scan(badges[0], signal="repeat")
    one.press("undo")
    one.wait_for(signal="kept", kind="undo", seq=4)
    assert one.scan(badges[0])["kind"] == "arrive"
    one.press("undo")
    one.wait_for(signal="kept", kind="undo")
    one.press("undo")
    assert one.wait_for(signal="refused")["reason"] == "nothing to undo"
    log = one.log()
    assert [(value["kind"], value["of"]) for value in log] == [
        *(("arrive", None), ("arrive", None), ("undo", 2), ("undo", 1), ("arrive", None), ("undo", 5)),
    ]
    assert {value["badge"] for value in log} == {badges[0]}


def test_pause_and_resume_by_the_button(station, hub, eventually):
    def script(found, given):
        if any(p.kind in ("pause", "resume") for p in found.passages):
            hub.status = "paused" if found.passages[-1].kind == "pause" else "open"
        return hub.usual(found, _status(given, hub.status))

    hub.script = script
    one = station(hub.address).start().ready()
    one.press("pause")
    assert one.wait_for(signal="kept")["badge"] is None
    one.wait_for(signal="status", status="paused")
    eventually(lambda: hub.seqs == [1])
    one.press("pause")
    one.wait_for(signal="kept", kind="resume")
    one.wait_for(signal="status", status="open")
    eventually(lambda: hub.seqs == [1, 2])
    assert [(value["kind"], value["badge"]) for value in one.log()] == [("pause", None), ("resume", None)]


def _status(given, status):
    return replace(given, status=status)


def test_the_panel_shows_what_the_hub_says_of_the_atelier(station, hub):
    one = station(hub.address).start().ready()
    hub.status = "paused"
    one.wait_for(signal="status", status="paused")
    hub.status = "closed"
    one.wait_for(signal="status", status="closed")
    one.press("pause")
    assert one.wait_for(signal="refused")["reason"] == "atelier closed"


def test_a_beep_that_was_cut_off_makes_the_next_scan_of_that_badge_the_same_step(
    station, hub, badges, eventually, environment
):
    """Nobody reads the output any more, so that a full pipe stops the agent between commit and beep."""
    one = station(hub.address)
    with one.errors.open("ab") as errors:
        process = subprocess.Popen(
            [sys.executable, "-m", "firmware", "run", "--config", str(one.config)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            env=environment,
        )
    fcntl.fcntl(process.stdout, fcntl.F_SETPIPE_SZ, PAGE)
    seen = process.stdout.readline()
    while b'"present": true' not in seen:
        seen = process.stdout.readline()
    scanned = []
    while not scanned or len(scanned) * 60 < 2 * PAGE:
        scanned.append(badges[len(scanned)])
        one.scanner.scan(scanned[-1])
    eventually(lambda: len(hub.seqs) > 20 and _blocked(process.pid), "a full pipe")
    process.kill()
    process.wait()  # before its pipe is read: room in it would let the last beep through
    heard = [value for value in map(json.loads, process.stdout) if value["signal"] == "kept"]
    process.stdout.close()
    log = one.log()
    assert len(log) == len(heard) + 1, "exactly one passage was committed and not heard"
    one.start().ready()
    again = one.scan(log[-1]["badge"], signal="repeat")
    assert again["kind"] == log[-1]["kind"] == "arrive"
    assert one.scan(log[-1]["badge"])["kind"] == "enter"


def _blocked(pid):
    return "pipe_write" in Path(f"/proc/{pid}/wchan").read_text()


def test_a_full_card_is_red_and_silent_until_there_is_room(station, hub, badges, disk, fill, eventually):
    place = disk(512)
    one = station(hub.address, data=str(place / "data"), steps=["arrive"]).start().ready()
    one.scan(badges[0])
    filler = fill(place)
    kept = 1
    for badge in badges[1:]:
        one.scanner.scan(badge)
        while (answer := one.wait_for()["signal"]) not in ("kept", "refused"):
            pass  # of the hub and of the backlog, whenever they come
        if answer == "refused":
            break
        kept += 1
    assert one.seen[-1]["reason"] == "disk full"
    eventually(lambda: "PAS été gardé" in one.errors.read_text())
    eventually(lambda: hub.seqs == list(range(1, kept + 1)))
    filler.unlink()
    assert one.scan(badges[-1])["seq"] == kept + 1
    assert one.stop() == 0
    assert len(one.log()) == kept + 1


def test_the_reserve_is_used_before_a_scan_is_refused(station, hub, badges, disk, fill):
    place = disk(20_000)
    one = station(hub.address, data=str(place / "data"), steps=["arrive"]).start().ready()
    fill(place)
    for badge in badges:
        assert one.scan(badge)["signal"] == "kept"
    assert "la réserve" in one.errors.read_text()
    assert "la réserve a servi" in one.command("status").stdout


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_stop_is_clean(station, hub, number):
    one = station(hub.address).start().ready()
    one.process.send_signal(number)
    assert one._end() == 0
    assert "arrêtée proprement" in one.errors.read_text()


def test_a_stop_does_not_wait_for_a_hub_that_hangs(station, new_hub, serve, eventually):
    hub = new_hub()
    release = threading.Event()
    hub.script = lambda found, given: release.wait(30) and None
    serve(hub)
    one = station(hub.address, uplink__timeout_s=30).start().ready()
    eventually(lambda: hub.batches)
    assert one.stop() == 0
    release.set()


def test_the_service_manager_is_told_ready_then_alive_then_stopping(station, hub, tmp_path):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(tmp_path / "n"))
        manager.settimeout(60)
        one = station(hub.address)
        one.start(NOTIFY_SOCKET=str(tmp_path / "n"), WATCHDOG_USEC="300000")
        told = [manager.recv(100) for _ in range(4)]
        assert one.stop() == 0
        while told[-1] != b"STOPPING=1":
            told.append(manager.recv(100))
    assert b"READY=1" in told
    assert told.count(b"WATCHDOG=1") >= 3


def test_a_second_agent_on_the_same_log_says_so(station, hub):
    one = station(hub.address).start().ready()
    second = one.command("run")
    assert second.returncode == 1
    assert "une seule à la fois" in second.stderr
    assert "Traceback" not in second.stderr


def test_the_log_can_be_read_while_the_agent_runs_and_after(station, hub, badges):
    one = station(hub.address, steps=["arrive"]).start().ready()
    for badge in badges:
        one.scan(badge)
    running = one.log()
    status = one.command("status")
    assert one.stop() == 0
    assert running == one.log()
    assert [value["badge"] for value in running] == badges
    assert chained(running)
    assert status.returncode == 0
    assert f"Passages gardés ici : {len(badges)}" in status.stdout
    stopped = one.command("status")
    assert stopped.returncode == 1
    assert "ne tourne pas" in stopped.stdout


def test_a_torn_line_is_dropped_when_the_scanner_is_unplugged(station, hub, badges):
    one = station(hub.address).start().ready()
    one.scanner.write(badges[0][:9].encode())
    one.scanner.unplug()
    one.wait_for(signal="scanner", present=False)
    one.scanner.plug()
    one.wait_for(signal="scanner", present=True)
    assert one.scan(badges[1])["seq"] == 1
    assert not [value for value in one.seen if value["signal"] == "refused"]


def test_without_pins_the_station_says_so_and_ends(station, hub, environment):
    one = station(hub.address, standin__panel="print")
    one.config.write_text(one.config.read_text().replace('panel = "print"', ""))
    ended = subprocess.run(
        [sys.executable, "-m", "firmware", "run", "--config", str(one.config)],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert ended.returncode == 1
    assert "aucune broche GPIO" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_mock_pins_are_enough_to_run_it_all(station, hub, badges, eventually):
    one = station(hub.address)
    one.config.write_text(one.config.read_text().replace('panel = "print"', ""))
    one.start(GPIOZERO_PIN_FACTORY="mock", PYTHONWARNINGS="default")
    eventually(lambda: "branché (" in one.errors.read_text())
    one.scanner.scan(badges[0])
    eventually(lambda: hub.seqs == [1])
    assert one.stop() == 0
    assert one.errors.read_text().count("Traceback") == 0


def test_a_day_that_runs_fast_is_dated_right(station, new_hub, serve, badges, eventually):
    real_ms = time.time_ns() // 1_000_000
    day = {"day_ms": 1_668_866_400_000, "real_ms": real_ms, "speed": 120.0}
    clock = DayClock(**day)
    hub = new_hub(now_ms=clock.wall_ms)
    serve(hub)
    one = station(hub.address, standin__clock=day, steps=["arrive"]).start().ready()
    truth = []
    for badge in badges[:20]:
        one.scan(badge)
        truth.append(clock.wall_ms())
    eventually(lambda: len(hub.seqs) == 20)
    known = [a for b in hub.batches for a in b.anchors]
    log = [hub.kept[key] for key in sorted(hub.kept)]
    moments = date(log, known, None, clock.wall_ms())
    for moment, true_ms in zip(moments, truth, strict=True):
        assert moment.error_ms is not None
        assert abs(moment.at_ms - true_ms) < 120 * 500


def test_wrong_settings_are_explained_without_a_stack_trace(station, hub):
    one = station(hub.address)
    one.config.write_text(one.config.read_text().replace("atelier =", "ateliers ="))
    ended = one.command("run")
    assert ended.returncode == 1
    assert "« ateliers »" in ended.stderr
    assert "Traceback" not in ended.stderr
