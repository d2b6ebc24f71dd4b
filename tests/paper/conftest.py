import importlib.util
import os
import select
import socket
import sys
import threading
import time
import tty
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any, Literal, Self

import pytest

from kiosk.errors import JournalUnavailable
from kiosk.paper.printer import Outcome
from kiosk.paper.spooler import Pace, Spooler
from kiosk.paper.standin import StandinPrinter
from kiosk.paper.status import PrinterStatus
from kiosk.paper.transport import PrinterSettings
from kiosk.rules.doorfacts import PrintAsked
from kiosk.rules.printing import PrintJob, PrintState, interrupted, next_queued

TOKEN = "BCDFGHJKLNPRSTVX"
READY = PrinterStatus(online=True, paper="ok", cover="closed", error=False, answered=True)
QUICK = Pace(look_s=0.01, answer_s=0.01, first_s=0.01, most_look_s=0.02, most_try_s=0.04)
PATIENCE_S = 60


def native_qr(payload: str, module_dots: int = 8) -> bytes:
    def function(body: bytes) -> bytes:
        return b"\x1d(k" + len(body).to_bytes(2, "little") + body

    stored = function(b"1P0" + payload.encode())
    return (
        function(b"1A2\0")
        + function(b"1C" + bytes([module_dots]))
        + function(b"1E1")
        + stored
        + function(b"1Q0")
    )


def make_sheet(token: str = TOKEN) -> bytes:
    """A ticket as the hub sends it: CP1252, a large title, a native QR, lines, a cut."""
    return b"".join(
        (
            b"\x1b@\x1bt\x10\x1ba\x01\x1b!\x30\x1bE\x01",
            "Ronde numérique\n".encode("cp1252"),
            b"\x1b!\x00\x1bE\x00Renard 7\n",
            native_qr(token),
            b"\x1ba\x00",
            "[ ] Casque VR — à l'étage   10 min\n".encode("cp1252"),
            b"\x1bd\x04\x1dV\x00",
        )
    )


class FakePrinter:
    """A printer with one trick: at the n-th byte to print it hangs up, or falls silent for ever.

    It answers DLE EOT (all is well) and GS r 1 until then. `clock` runs ahead once it is silent, so that
    nobody has to wait for a deadline that has no chance.
    """

    def __init__(self, way: Literal["tcp", "pty"], act: Literal["close", "silence"], at_byte: int) -> None:
        self.printed = bytearray()
        self._act, self._at_byte = act, at_byte
        self._silent = False
        self._ahead_s = 0.0
        self._source = self._listener = self._slave = -1
        self._pending = b""
        self._stop_read, self._stop_write = os.pipe()
        if way == "tcp":
            server = socket.create_server(("127.0.0.1", 0))
            port = server.getsockname()[1]
            self._listener = server.detach()
            self.settings = PrinterSettings("tcp", host="127.0.0.1", port=port)
        else:
            self._source, self._slave = os.openpty()
            tty.setraw(self._slave)
            self.settings = PrinterSettings("serial", path=os.ttyname(self._slave))
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def clock(self) -> float:
        if self._silent:
            self._ahead_s += 100
        return time.monotonic() + self._ahead_s

    def _run(self) -> None:
        if self._listener >= 0:
            if self._stop_read in select.select([self._listener, self._stop_read], [], [])[0]:
                return
            with socket.socket(fileno=os.dup(self._listener)) as server:
                self._source = server.accept()[0].detach()
        while self._stop_read not in select.select([self._source, self._stop_read], [], [])[0]:
            try:
                data = os.read(self._source, 1)
            except OSError:
                return
            if not data or not self._take(data):
                return

    def _take(self, byte: bytes) -> bool:
        self._pending += byte
        if b"\x10\x04".startswith(self._pending):
            return True
        taken, self._pending = self._pending, b""
        if taken.startswith(b"\x10\x04"):
            os.write(self._source, b"\x12")
            return True
        return all(self._print(one) for one in taken)

    def _print(self, byte: int) -> bool:
        self.printed.append(byte)
        if len(self.printed) == self._at_byte:
            if self._act == "close":
                self._hang_up()
            self._silent = True
            return False
        if self.printed.endswith(b"\x1dr\x01"):
            os.write(self._source, b"\0")
        return True

    def _hang_up(self) -> None:
        for descriptor in (self._source, self._slave):
            if descriptor >= 0:
                os.close(descriptor)
        self._source = self._slave = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(OSError):
            os.write(self._stop_write, b"s")
        self._thread.join()
        self._hang_up()
        for descriptor in (self._listener, self._stop_read, self._stop_write):
            if descriptor >= 0:
                os.close(descriptor)


class PowerCut(BaseException):
    """The power goes."""


@dataclass
class Jobs:
    """Print jobs, kept. `refuses`: so many moves fail, as on a full disk."""

    jobs: dict[int, PrintJob] = field(default_factory=dict)
    moves: list[tuple[int, str, str]] = field(default_factory=list)
    refuses: int = 0
    dies_at: int | None = None  # the move that is durable and never answered
    changed: threading.Condition = field(default_factory=threading.Condition)

    def ask(self, party: int = 1) -> int:
        with self.changed:
            job = PrintJob.asked(PrintAsked(len(self.jobs) + 1, party), 0)
            self.jobs[job.job] = job
            self.changed.notify_all()
        return job.job

    def cancel(self, job: int) -> bool:
        return self.moved(job, PrintState.CANCELLED, "")

    def next_waiting(self) -> PrintJob | None:
        with self.changed:
            return next_queued(self.jobs.values())

    def interrupted(self) -> Iterable[PrintJob]:
        with self.changed:
            return interrupted(self.jobs.values())

    def moved(self, job: int, state: PrintState, detail: str) -> bool:
        with self.changed:
            if self.refuses:
                self.refuses -= 1
                raise JournalUnavailable("the disk is full; nothing was kept")
            if not self.jobs[job].may_move(state):
                return False
            self.jobs[job] = self.jobs[job].moved(state, detail)
            self.moves.append((job, state, detail))
            self.changed.notify_all()
            if self.dies_at == len(self.moves):
                raise PowerCut
            return True

    def wait(self, timeout_s: float) -> None:
        with self.changed:
            self.changed.wait(timeout_s)

    def until(self, condition: Callable[[], bool]) -> None:
        """`condition` may also be of what tells nobody that it changed."""
        deadline = time.monotonic() + PATIENCE_S
        with self.changed:
            while not condition():
                assert time.monotonic() < deadline, self.moves
                self.changed.wait(0.02)

    def until_state(self, job: int, state: PrintState) -> PrintJob:
        self.until(lambda: self.jobs[job].state is state)
        return self.jobs[job]


class Scripted:
    """A printer that answers by a script; then all is well. Notes each ticket that it was given."""

    def __init__(self, outcomes: Iterable[Outcome | Callable[[], Outcome]] = ()) -> None:
        self.outcomes: Iterator[Outcome | Callable[[], Outcome]] = iter(outcomes)
        self.now = READY
        self.tickets: list[bytes] = []
        self.left: list[bytes] = []
        self.asked = 0

    def torn(self, ticket: bytes) -> None:
        self.left.append(ticket)

    def status(self, deadline_s: float) -> PrinterStatus:
        self.asked += 1
        return self.now

    def print(self, ticket: bytes) -> Outcome:
        self.tickets.append(ticket)
        outcome = next(self.outcomes, Outcome("confirmed", paper="ok"))
        return outcome if isinstance(outcome, Outcome) else outcome()


@pytest.fixture(name="sheet")
def _sheet() -> bytes:
    return make_sheet()


@pytest.fixture
def fake_printer() -> type[FakePrinter]:
    return FakePrinter


@pytest.fixture
def standin() -> Iterator[StandinPrinter]:
    with StandinPrinter(pty=True) as printer:
        yield printer


@pytest.fixture(scope="session")
def emupos_module() -> ModuleType:
    name = "ronde_emupos"
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name("emupos.py"))
        assert spec and spec.loader
        sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[name])
    return sys.modules[name]


@pytest.fixture(scope="session")
def emupos(emupos_module):
    """A running emupos (see emupos.py). Never skipped: without it, what needs it fails and says why."""
    with emupos_module.Emupos(emupos_module.command()) as running:
        yield running


def composed(job: PrintJob) -> bytes:
    return f"sheet of {job.party}, job {job.job}".encode()


@pytest.fixture
def journal() -> Jobs:
    return Jobs()


@pytest.fixture(scope="session")
def new_journal() -> type[Jobs]:
    return Jobs


@pytest.fixture(scope="session")
def power_cut() -> type[BaseException]:
    return PowerCut


@pytest.fixture(scope="session")
def scripted() -> type[Scripted]:
    return Scripted


@pytest.fixture(scope="session")
def compose() -> Callable[[PrintJob], bytes]:
    return composed


@pytest.fixture(scope="session")
def spool() -> Callable[..., Spooler]:
    """Makes a quick spooler of a printer and a journal."""

    def make(printer: Any, journal: Jobs, **more: Any) -> Spooler:
        return Spooler(printer, journal, more.pop("compose", composed), lambda: 1_000, pace=QUICK, **more)

    return make
