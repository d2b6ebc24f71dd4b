"""Stand-ins for a rehearsal, a demonstration and the tests. Taken only where the settings name them.

They need no Pi and no package: a clock that runs a day fast, a panel that prints, a scanner on a pty.
"""

import contextlib
import hashlib
import json
import os
import pty
import selectors
import sys
import threading
import time
import tty
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

from .clock import Clock
from .wire.passage import Passage
from .wire.receipt import OPEN, Advice


class DayClock(Clock):
    """The wall clock says `day_ms` when the real one says `real_ms`, and runs `speed` times as fast.

    The boot's clock is scaled alike. `boot` is derived from the machine's and from the three numbers: an agent
    started again on the same day and machine is still in the same boot.
    """

    def __init__(self, day_ms: int, real_ms: int, speed: float) -> None:
        super().__init__()
        self.speed = speed
        self._day_ms = day_ms
        self._real_ms = real_ms
        self.boot = hashlib.sha256(f"{self.boot} {day_ms} {real_ms} {speed!r}".encode()).hexdigest()[:32]

    def boot_ms(self) -> int:
        return int(time.clock_gettime_ns(time.CLOCK_BOOTTIME) * self.speed) // 1_000_000

    def wall_ms(self) -> int:
        return round(self._day_ms + (time.time() * 1000 - self._real_ms) * self.speed)


class PrintedPanel:
    """Each signal as one JSON line on `out`, at once; each line "undo" or "pause" on `buttons` is a press.

    {"signal": "kept" | "repeat", "badge": …, "kind": …, "seq": …, "at_ms": …}, {"signal": "refused",
    "reason": …}, {"signal": "backlog", "count": …}, {"signal": "status", "status": …},
    {"signal": "scanner", "present": …} and {"signal": "advice", "badge": …, "verb": …, "atelier": …, "words": …,
    "guess": …}.
    """

    def __init__(
        self,
        on_undo: Callable[[], None],
        on_pause: Callable[[], None],
        *,
        out: IO[str] = sys.stdout,
        buttons: IO[Any] | None = None,
    ) -> None:
        self._out = out
        self._presses = {b"undo": on_undo, b"pause": on_pause}
        self._shown: tuple[int, str] = (0, OPEN)
        self._wake, self._stop = os.pipe()
        self._listener: threading.Thread | None = None
        if buttons is not None:
            self._listener = threading.Thread(
                target=self._listen, args=(buttons.fileno(),), name="buttons", daemon=True
            )
            self._listener.start()

    @property
    def alive(self) -> bool:
        return True

    def kept(self, passage: Passage) -> None:
        self._passage("kept", passage)

    def repeat(self, passage: Passage) -> None:
        self._passage("repeat", passage)

    def refused(self, reason: str) -> None:
        self._print(signal="refused", reason=reason)

    def backlog(self, count: int) -> None:
        if count != self._shown[0]:
            self._shown = count, self._shown[1]
            self._print(signal="backlog", count=count)

    def status(self, status: str) -> None:
        if status != self._shown[1]:
            self._shown = self._shown[0], status
            self._print(signal="status", status=status)

    def scanner(self, present: bool) -> None:
        self._print(signal="scanner", present=present)

    def advice(self, advice: Advice, *, guess: bool) -> None:
        self._print(signal="advice", **advice.to_json(), guess=guess)

    def close(self) -> None:
        if self._stop < 0:
            return
        os.close(self._stop)
        if self._listener is not None:
            self._listener.join()
        os.close(self._wake)
        self._stop = -1

    def _passage(self, signal: str, passage: Passage) -> None:
        self._print(
            signal=signal, badge=passage.badge, kind=passage.kind, seq=passage.seq, at_ms=passage.wall_ms
        )

    def _print(self, **fields: Any) -> None:
        self._out.write(json.dumps(fields) + "\n")
        self._out.flush()

    def _listen(self, source: int) -> None:
        pending = b""
        with selectors.DefaultSelector() as selector:
            selector.register(self._wake, selectors.EVENT_READ)
            try:
                selector.register(source, selectors.EVENT_READ)
            except PermissionError:  # a plain file or /dev/null: there is nobody to press anything
                return
            while all(key.fd != self._wake for key, _ in selector.select()):
                data = os.read(source, 1024)
                if not data:
                    return
                *lines, pending = (pending + data).split(b"\n")
                for line in lines:
                    self._presses.get(line.strip(), _nothing)()


class PtyScanner:
    """A serial scanner on a pseudo-terminal; the link at `path` is its stable name.

    `scan` types a code, `write` any bytes, `unplug` and `plug` do what they say.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._ends: tuple[int, int] | None = None
        self.plug()

    def plug(self) -> None:
        if self._ends is not None:
            return
        master, slave = pty.openpty()
        tty.setraw(slave)  # no echo, no translation of line ends
        self._ends = master, slave
        link = self.path.with_name(f".{self.path.name}.{os.getpid()}")
        link.unlink(missing_ok=True)
        link.symlink_to(os.ttyname(slave))
        link.replace(self.path)

    def unplug(self) -> None:
        if self._ends is None:
            return
        self.path.unlink(missing_ok=True)
        ends, self._ends = self._ends, None
        for end in ends:
            os.close(end)

    def scan(self, text: str, end: str = "\r") -> None:
        """Raises OSError when it is unplugged."""
        self.write((text + end).encode())

    def write(self, data: bytes) -> None:
        if self._ends is None:
            raise OSError(f"{self.path} is unplugged")
        while data:
            data = data[os.write(self._ends[0], data) :]

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self.unplug()

    def __enter__(self) -> "PtyScanner":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _nothing() -> None:
    pass
