"""The command `ronde demo`: what it says, and that nothing outlives it."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from ..patience import until

ROOT = Path(__file__).parents[2]
SOON_S = 60.0


def running_below(folder):
    """The processes that were started for the rehearsal in `folder`, by what they were told."""
    found = []
    for entry in Path("/proc").iterdir():
        with contextlib.suppress(OSError):
            if entry.name.isdigit() and os.fsencode(folder) in (entry / "cmdline").read_bytes():
                found.append(int(entry.name))
    return found


@contextlib.contextmanager
def demo(*options):
    """The command, running; killed at the end if it still runs."""
    with subprocess.Popen(
        [sys.executable, "-m", "kiosk.cli", "demo", *map(str, options)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def first_line(process, words):
    for line in process.stdout:
        if words in line:
            return line
    raise AssertionError(f"{words!r} was never said")


@pytest.fixture
def data(tmp_path):
    return tmp_path / "demo"


def stations_of(data):
    return [pid for pid in running_below(data) if pid != os.getpid()]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_one_signal_stops_everything(data, village_file, number):
    with demo("--event", village_file, "--data", data, "--speed", 100) as process:
        first_line(process, "Ouvrez http://127.0.0.1:")
        assert len(stations_of(data)) == 1 + 1 + 3  # the command itself, the hub, three stations
        process.send_signal(number)
        rest, _ = process.communicate(timeout=SOON_S)
        assert process.returncode == 130
        assert "Arrêté : tout est fermé." in rest.replace("\xa0", " ")
    assert stations_of(data) == []


def test_not_even_a_killed_demo_leaves_anything_running(data, village_file):
    with demo("--event", village_file, "--data", data, "--speed", 100) as process:
        first_line(process, "Ouvrez")
        assert len(stations_of(data)) == 5
        process.kill()
        process.communicate(timeout=SOON_S)
    until(lambda: stations_of(data) == [])


def test_a_hub_killed_by_hand_comes_back(data, village_file):
    with demo(
        "--event", village_file, "--data", data, "--speed", 300, "--until", "09:55", "--exit"
    ) as process:
        first_line(process, "Ouvrez")
        (hub,) = running_below(data / "hub.toml")
        os.kill(hub, signal.SIGKILL)
        told, _ = process.communicate(timeout=3 * SOON_S)
    assert process.returncode == 0
    assert "L’accueil et les familles sont d’accord." in told


def test_a_short_day_is_told_from_address_to_summary(data, village_file):
    with demo(
        "--event",
        village_file,
        "--data",
        data,
        "--speed",
        600,
        "--people",
        9,
        "--from",
        "09:25",
        "--until",
        "10:00",
    ) as process:
        told, _ = process.communicate(timeout=SOON_S)
    plain = told.replace("\xa0", " ").replace("\u202f", " ")
    assert process.returncode == 0, told
    for words in (
        "/flow",
        "/door",
        "/paper",
        "Le bourg se connecte : 9 personnes, 3 stations, 600 fois plus vite que la réalité.",
        "sur place",
        "feuilles imprimées",
        "L’accueil et les familles sont d’accord.",
    ):
        assert words in plain
    assert (data / "hub" / "journal.db").exists()
    assert list((data / "sheets").glob("*.png"))


def test_a_port_in_use_is_named_with_a_way_out(village_file):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with demo("--event", village_file, "--port", port) as process:
            told, _ = process.communicate(timeout=SOON_S)
    assert process.returncode == 1
    assert str(port) in told
    assert "--port" in told


def test_a_wrong_event_file_is_told_line_by_line(tmp_path):
    wrong = tmp_path / "wrong.toml"
    wrong.write_text('name = "Sans date"\n')
    with demo("--event", wrong) as process:
        told, _ = process.communicate(timeout=SOON_S)
    assert process.returncode == 1
    assert "date" in told
    assert "Traceback" not in told


@pytest.mark.parametrize(
    "clocks", [("--from", "10:55"), ("--until", "09:29"), ("--from", "09:40", "--until", "09:35")]
)
def test_a_day_to_which_nobody_comes_is_not_begun(village_file, data, clocks):
    with demo("--event", village_file, "--data", data, *clocks) as process:
        told, _ = process.communicate(timeout=SOON_S)
    assert process.returncode == 2
    assert "Personne à accueillir" in told
    assert "--from" in told
    assert not data.exists()
