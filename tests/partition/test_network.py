"""The namespaces of these tests: cables that can be pulled, and nothing left behind."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from ..patience import until
from .network import SWITCH, Network
from .post import environment

PORT = 7000
LISTEN = f"""
import socket
with socket.create_server(("0.0.0.0", {PORT})) as listening:
    print("ready", flush=True)
    while True:
        listening.accept()[0].close()
"""
REACH = f"import socket; socket.create_connection(({Network.address!r}, {PORT}), 1).close()"
DIE = """
import importlib.util, os, signal, subprocess, sys
spec = importlib.util.spec_from_file_location("network", sys.argv[1])
module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
network = module.Network()
network.add("left-behind")
place = network.within("left-behind")[3]
sleeper = subprocess.Popen(["ip", "netns", "exec", place, "sleep", "600"], stdout=-3, stderr=-3)  # DEVNULL
print(place, sleeper.pid, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def reaches(network, machine):
    done = subprocess.run(network.within(machine, sys.executable, "-c", REACH), capture_output=True)
    return done.returncode == 0


@pytest.mark.parametrize(("off", "on"), [("pull", "plug"), ("switch_off", "switch_on")])
def test_a_machine_is_cut_off_and_joined_again(network, off, on):
    network.add("a-station-with-a-very-long-name")
    network.add("b")
    listening = subprocess.Popen(
        network.within(SWITCH, sys.executable, "-c", LISTEN),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    try:
        assert listening.stdout.readline() == b"ready\n"
        assert reaches(network, "b")
        getattr(network, off)("b")
        assert not reaches(network, "b")
        assert reaches(network, "a-station-with-a-very-long-name")
        getattr(network, on)("b")
        assert reaches(network, "b")
    finally:
        listening.kill()
        listening.wait()
        listening.stdout.close()


def test_what_a_killed_test_left_behind_is_removed_by_the_next(network):
    killed = subprocess.run(
        [sys.executable, "-c", DIE, sys.modules[Network.__module__].__file__],
        capture_output=True,
        text=True,
        env=environment(),
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    place, sleeper = killed.stdout.split()
    assert place in places()
    with Network() as other:
        assert place not in places()
        assert other.within(SWITCH)[3] in places()
        assert network.within(SWITCH)[3] in places()
    until(lambda: gone(int(sleeper)), "the end of what ran in there")


def gone(pid):
    """Whether this process has ended; its parent at most has yet to hear of it."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def places():
    told = subprocess.run(["ip", "netns", "list"], capture_output=True, text=True, check=True).stdout
    return [line.split()[0] for line in told.splitlines()]
