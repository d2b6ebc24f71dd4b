"""A network for a test: a switch, and machines at it, each in a network namespace; any cable can be pulled.

Nothing of it touches the machine's own network. Each name carries the process that made it, so what was left behind
by one that was killed is known for what it is, and removed by the next.
"""

import contextlib
import os
import re
import signal
import subprocess
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Self

SWITCH = "switch"
_NAMES = re.compile(r"ronde-test-(\d+)-(\d+)-\d+-.+")
_PLACES = Path("/run/netns")
_BRIDGE, _CARD = "bridge", "card"
_networks = count(1)


class NetworkError(OSError):
    """No network can be made here; the message says why."""


class Network:
    """`SWITCH` is a machine too, always there: what runs in it is reached by all others at `address`.

    A context manager: at its end whatever still runs in a namespace of its is killed, and all are removed.
    Raises NetworkError.
    """

    address = "10.77.0.1"

    def __init__(self) -> None:
        sweep()
        self._prefix = f"ronde-test-{os.getpid()}-{_born(os.getpid())}-{next(_networks)}"
        self._machines: list[str] = []
        try:
            self._add(SWITCH)
            self._in(SWITCH, "link", "add", _BRIDGE, "type", "bridge")
            self._in(SWITCH, "address", "add", f"{self.address}/24", "dev", _BRIDGE)
            self._in(SWITCH, "link", "set", _BRIDGE, "up")
            _run(*self.within(SWITCH, "true"))
        except OSError:
            self.close()
            raise

    def add(self, machine: str) -> None:
        """A machine at a port of the switch."""
        place = self._add(machine)
        port = self._port(machine)
        self._in(SWITCH, "link", "add", port, "type", "veth", "peer", "name", _CARD, "netns", place)
        self._in(SWITCH, "link", "set", port, "master", _BRIDGE, "up")
        self._in(machine, "address", "add", f"10.77.0.{1 + self._machines.index(machine)}/24", "dev", _CARD)
        self._in(machine, "link", "set", _CARD, "up")

    def within(self, machine: str, *command: str) -> list[str]:
        """The command line that runs `command` on this machine; it dies with the thread that starts it."""
        return ["ip", "netns", "exec", self._place(machine), "setpriv", "--pdeathsig", "KILL", *command]

    def pull(self, machine: str) -> None:
        """Pull its cable out of the switch."""
        self._in(SWITCH, "link", "set", self._port(machine), "down")

    def plug(self, machine: str) -> None:
        self._in(SWITCH, "link", "set", self._port(machine), "up")

    def switch_off(self, machine: str) -> None:
        """Switch off its network card."""
        self._in(machine, "link", "set", _CARD, "down")

    def switch_on(self, machine: str) -> None:
        self._in(machine, "link", "set", _CARD, "up")

    def close(self) -> None:
        """May be called twice."""
        while self._machines:
            _remove(self._place(self._machines.pop()))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _add(self, machine: str) -> str:
        place = self._place(machine)
        _run("ip", "netns", "add", place)
        self._machines.append(machine)
        self._in(machine, "link", "set", "lo", "up")
        return place

    def _in(self, machine: str, *what: str) -> None:
        _run("ip", "-netns", self._place(machine), *what)

    def _place(self, machine: str) -> str:
        return f"{self._prefix}-{machine}"

    def _port(self, machine: str) -> str:
        return f"port{self._machines.index(machine)}"  # names of machines may be too long for a port


def sweep() -> None:
    """Remove what processes have left behind that are no more."""
    for place in _left_behind():
        with contextlib.suppress(NetworkError):  # another does the same
            _remove(place)


def _left_behind() -> Iterator[str]:
    for path in _PLACES.glob("ronde-test-*") if _PLACES.is_dir() else ():
        made = _NAMES.fullmatch(path.name)
        if made and _born(int(made[1])) != made[2]:
            yield path.name


def _remove(place: str) -> None:
    for pid in _run("ip", "netns", "pids", place).split():
        with contextlib.suppress(ProcessLookupError):
            os.kill(int(pid), signal.SIGKILL)
    _run("ip", "netns", "delete", place)


def _born(pid: int) -> str:
    """When a process started, in ticks since the boot; empty where there is none with this number."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]
    except OSError:
        return ""


def _run(*command: str) -> str:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    except FileNotFoundError as error:
        raise NetworkError(f"{error.filename} is not installed") from error
    if done.returncode:
        raise NetworkError(f"{' '.join(command)}: {done.stderr.strip()}")
    return done.stdout
