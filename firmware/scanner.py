"""The serial QR scanner: opened by its stable name, and opened again by itself after it was unplugged.

Never a keyboard: layouts corrupt letters, and a badge could type into whatever has the focus.
"""

import contextlib
import logging
import termios
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import serial

from . import messages
from .config import AUTO
from .wire import token
from .wire.errors import BadBadge

BY_ID = Path("/dev/serial/by-id")
LONGEST_LINE = 512

_POLL_S = 0.1
_REOPEN_S = 0.5
_SILENCE_S = 0.1  # enough to end a line that is a whole badge
_STALE_S = 1.0  # enough to end any line

_log = logging.getLogger("ronde.station")


def complete(text: str) -> bool:
    """Whether `text` is a badge by its form, so that no more of it can be on its way."""
    try:
        token.parse(text)
    except BadBadge:
        return False
    return True


class Lines:
    """Bytes in, lines out: ended by CR, LF or CRLF, or by silence where a scanner sends no end.

    After a short silence only a whole badge counts as a line, so a stutter in the middle of one does no harm;
    after a long one whatever is there does, so that it is refused aloud rather than kept. Of a line beyond
    `longest` only its beginning is given, once.
    """

    def __init__(self, longest: int = LONGEST_LINE) -> None:
        self._longest = longest
        self._pending = bytearray()

    def feed(self, data: bytes) -> Iterator[str]:
        for byte in data:
            if byte in b"\r\n":
                yield from self._end()
            elif len(self._pending) <= self._longest:
                self._pending.append(byte)

    def silence(self, seconds: float) -> Iterator[str]:
        """Nothing has come for so long."""
        if self._pending and (seconds >= _STALE_S or (seconds >= _SILENCE_S and complete(self._text()))):
            yield from self._end()

    def _end(self) -> Iterator[str]:
        if self._pending:
            text = self._text()
            self._pending.clear()
            yield text

    def _text(self) -> str:
        return self._pending.decode("ascii", "replace")


class Scanner(threading.Thread):
    """Reads lines from `port` ("auto": the first of /dev/serial/by-id) and gives each to `on_line`.

    `on_presence` is told when the scanner comes and goes; both are called on this thread. `start()` it,
    `stop()` it.
    """

    def __init__(
        self,
        port: str,
        baud: int,
        on_line: Callable[[str], None],
        on_presence: Callable[[bool], None],
        *,
        by_id: Path = BY_ID,
    ) -> None:
        super().__init__(name="scanner")
        self._port = port
        self._baud = baud
        self._on_line = on_line
        self._on_presence = on_presence
        self._by_id = by_id
        self._stopping = threading.Event()
        self._told: bool | None = None

    @property
    def present(self) -> bool:
        return bool(self._told)

    def stop(self) -> None:
        self._stopping.set()
        if self.ident is not None:
            self.join()

    def run(self) -> None:
        while not self._stopping.is_set():
            # termios.error is not an OSError, and an unplugged device raises either
            with contextlib.suppress(OSError, termios.error), self._open() as device:
                self._tell(True)
                self._read(device)
            self._tell(False)
            self._stopping.wait(_REOPEN_S)

    def _open(self) -> serial.Serial:
        return serial.Serial(self._find(), self._baud, timeout=_POLL_S, exclusive=True)

    def _find(self) -> str:
        if self._port != AUTO:
            return self._port
        names = sorted(self._by_id.iterdir())  # raises FileNotFoundError where no serial device is plugged in
        if not names:
            raise FileNotFoundError(self._by_id)
        return str(names[0])

    def _read(self, device: serial.Serial) -> None:
        lines = Lines()  # a new one each time: what was torn by the unplugging is dropped
        heard_at = time.monotonic()
        while not self._stopping.is_set():
            data = device.read(max(1, device.in_waiting))
            now = time.monotonic()
            if data:
                heard_at = now
            for line in lines.feed(data) if data else lines.silence(now - heard_at):
                self._on_line(line)

    def _tell(self, present: bool) -> None:
        if present == self._told or (self._told is None and not present and self._stopping.is_set()):
            return
        self._told = present
        if present:
            _log.info(messages.SCANNER_PRESENT.format(port=self._port))
        elif not self._stopping.is_set():
            _log.warning(messages.SCANNER_ABSENT.format(port=self._port))
        self._on_presence(present)
