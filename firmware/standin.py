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
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO, Any

from . import keyboard
from .clock import Clock
from .signals import PRESSES
from .wire.booth import DONE, NEXT, START
from .wire.pace import Pace
from .wire.passage import CLOSE, RESUME, Passage
from .wire.receipt import OPEN, Advice

# What may be pressed on a printed panel: the buttons of a real one, and what they can come to.
WORDS = frozenset({*PRESSES, NEXT, START, DONE, RESUME, CLOSE})


class DayClock(Clock):
    """The wall clock says `day_ms` when the real one says `real_ms`, and runs `speed` times as fast.

    The boot's clock is scaled alike. With a `pace` both go by that, the boot's since `day_ms`. `boot` is derived from
    the machine's and from the three numbers: an agent started again on the same day and machine is still in the same
    boot.
    """

    def __init__(self, day_ms: int, real_ms: int, speed: float, pace: Path | None = None) -> None:
        super().__init__()
        self.speed = speed
        self._day_ms = day_ms
        self._real_ms = real_ms
        self._pace = Pace(pace, speed) if pace is not None else None
        self.boot = hashlib.sha256(f"{self.boot} {day_ms} {real_ms} {speed!r}".encode()).hexdigest()[:32]

    def boot_ms(self) -> int:
        if self._pace is not None:
            return max(0, self.wall_ms() - self._day_ms)
        return int(time.clock_gettime_ns(time.CLOCK_BOOTTIME) * self.speed) // 1_000_000

    def wall_ms(self) -> int:
        if self._pace is not None:
            return round(self._pace())
        return round(self._day_ms + (time.time() * 1000 - self._real_ms) * self.speed)


class PrintedPanel:
    """Each signal as a JSON line on `out`, at once; each line on `buttons` with a word of WORDS is a press.

    {"signal": "kept" | "repeat", "badge": …, "kind": …, "seq": …, "at_ms": …} for each passage, {"signal": "refused",
    "reason": …}, {"signal": "nothing"}, {"signal": "backlog", "count": …}, {"signal": "status", "status": …},
    {"signal": "scanner", "present": …}, {"signal": "pairing", "waiting": …} and {"signal": "advice", "badge": …,
    "verb": …, "atelier": …, "words": …, "guess": …}. The passages of one press are written together. After each press
    the count that the hub does not hold is said anew, be it the same.
    """

    def __init__(
        self,
        on_press: Callable[[str], None],
        *,
        out: IO[str] = sys.stdout,
        buttons: IO[Any] | None = None,
    ) -> None:
        self._out = out
        self._on_press = on_press
        self._shown: dict[str, Any] = {"backlog": 0, "status": OPEN, "pairing": False}
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

    def kept(self, passages: Sequence[Passage]) -> None:
        self._shown["backlog"] = None
        self._print(*(_told("kept", passage) for passage in passages))

    def repeat(self, passage: Passage) -> None:
        self._print(_told("repeat", passage))

    def refused(self, reason: str) -> None:
        self._print({"signal": "refused", "reason": reason})

    def nothing(self) -> None:
        self._print({"signal": "nothing"})

    def backlog(self, count: int) -> None:
        self._stands("backlog", count=count)

    def status(self, status: str) -> None:
        self._stands("status", status=status)

    def scanner(self, present: bool) -> None:
        self._print({"signal": "scanner", "present": present})

    def pairing(self, waiting: bool) -> None:
        self._stands("pairing", waiting=waiting)

    def advice(self, advice: Advice, *, guess: bool) -> None:
        self._print({"signal": "advice", **advice.to_json(), "guess": guess})

    def close(self) -> None:
        if self._stop < 0:
            return
        os.close(self._stop)
        if self._listener is not None:
            self._listener.join()
        os.close(self._wake)
        self._stop = -1

    def _stands(self, signal: str, **field: Any) -> None:
        (value,) = field.values()
        if value != self._shown[signal]:
            self._shown[signal] = value
            self._print({"signal": signal, **field})

    def _print(self, *signals: dict[str, Any]) -> None:
        self._out.write("".join(json.dumps(signal) + "\n" for signal in signals))
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
                    word = line.decode("ascii", "replace").strip()
                    if word in WORDS:
                        self._on_press(word)


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


_ENDS = {"\r": keyboard.ENTER, "\t": keyboard.TAB}


class KeyboardScanner(PtyScanner):
    """A scanner that types on a keyboard of `layout`: what it types comes as the events of an input device.

    A pseudo-terminal cannot be grabbed, so its reader is given a grab of its own.
    """

    def __init__(self, path: Path, layout: Mapping[int, str] = keyboard.QWERTY) -> None:
        strokes = sorted(layout.items(), reverse=True)  # of several for one meaning, that with the least held
        self._strokes = {meaning: stroke - keyboard.STROKE for stroke, meaning in strokes}
        super().__init__(path)

    def scan(self, text: str, end: str = "\r") -> None:
        self.write(b"".join(map(self.typed, text + end)))

    def typed(self, character: str) -> bytes:
        """The events of a key that is pressed and released, with those that are held meanwhile."""
        if character in _ENDS:
            return _tap(_ENDS[character])
        stroke = self._strokes[character]
        events = _tap(stroke & 0xFF)
        for bit, code in ((keyboard.SHIFT, keyboard.LEFT_SHIFT), (keyboard.ALT_GR, keyboard.RIGHT_ALT)):
            if stroke & bit:
                events = _key(code, keyboard.PRESSED) + events + _key(code, keyboard.RELEASED)
        return events


def _tap(code: int) -> bytes:
    return _key(code, keyboard.PRESSED) + _key(code, keyboard.RELEASED)


def _key(code: int, value: int) -> bytes:
    pack = keyboard.EVENT.pack
    return pack(0, 0, keyboard.EV_KEY, code, value) + pack(0, 0, keyboard.EV_SYN, keyboard.SYN_REPORT, 0)


def _told(signal: str, passage: Passage) -> dict[str, Any]:
    return {
        "signal": signal,
        "badge": passage.badge,
        "kind": passage.kind,
        "seq": passage.seq,
        "at_ms": passage.wall_ms,
    }
