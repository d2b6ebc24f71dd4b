"""A scanner of codes: opened by its stable name, read line by line, and opened again after it was unplugged."""

import contextlib
import errno
import logging
import os
import termios
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Protocol

import serial

from . import messages
from .config import AUTO, KEYBOARD, SERIAL, ScannerSettings
from .keyboard import LAYOUTS, Keyboard
from .lines import Codes, Lines
from .mode import Mode
from .ports import Held, Ports
from .wire.batch import LONGEST_TROUBLE

_POLL_S = 0.1
_REOPEN_S = 0.5
_GROUPS = {SERIAL: "dialout", KEYBOARD: "input"}
_SAME_AGAIN_S = 60.0  # a loose plug shall not fill the journal

_log = logging.getLogger("ronde.station")


class Device(Protocol):
    """What a scanner is plugged in as. Both raise OSError, or termios.error, when it is gone."""

    def read(self, wait_s: float) -> str:
        """The characters that came; "" where none came for `wait_s`."""

    def close(self) -> None: ...


class SerialPort:
    """A serial line, ours alone until it is closed; a character a byte."""

    def __init__(self, path: Path, baud: int) -> None:
        try:
            self._port = serial.Serial(str(path), baud, timeout=_POLL_S, exclusive=True)
        except ValueError as error:  # a speed that this line cannot have
            raise OSError(errno.EINVAL, str(error)) from error

    def read(self, wait_s: float) -> str:
        self._port.timeout = wait_s
        return self._port.read(max(1, self._port.in_waiting)).decode("latin-1")

    def close(self) -> None:
        self._port.close()


def _open(settings: ScannerSettings, path: Path) -> Device:
    return Keyboard(path) if settings.kind == KEYBOARD else SerialPort(path, settings.baud)


class Scanner(threading.Thread):
    """The scanner that `settings` describe. `start()` it, `stop()` it.

    `on_line` is given each line with the scanner's name: a badge or an enrolment as it ought to be written, and what
    is not ours as it came. `on_presence` is told when the scanner comes and goes. Both are called on this thread.
    `trouble` says what is wrong with it and what to do, in words; "" while nothing is. `ports` is shared by all
    scanners of a station; `opener` is for tests.
    """

    def __init__(
        self,
        settings: ScannerSettings,
        on_line: Callable[[str, str], None],
        on_presence: Callable[[str, bool], None],
        *,
        ports: Ports | None = None,
        opener: Callable[[ScannerSettings, Path], Device] = _open,
    ) -> None:
        super().__init__(name=f"scanner {settings.name}".strip())
        self.settings = settings
        self.trouble = ""
        self._on_line = on_line
        self._on_presence = on_presence
        self._ports = ports or Ports()
        self._open = opener
        self._codes = Codes(settings.prefix, LAYOUTS if settings.kind == KEYBOARD else ({},))
        self._stopping = threading.Event()
        self._told: bool | None = None
        self._doubted = ""
        self._said_at: dict[str, float] = {}

    @property
    def present(self) -> bool:
        return bool(self._told)

    def stop(self) -> None:
        self._stopping.set()
        if self.ident is not None:
            self.join()

    def run(self) -> None:
        while not self._stopping.is_set():
            try:
                self._work()
            except (
                OSError,
                termios.error,
            ) as error:  # termios.error is no OSError, and unplugging raises either
                self._tell(False, self._why(error))
            self._stopping.wait(_REOPEN_S)
        if self._told:
            self._told = False
            self._on_presence(self.settings.name, False)

    def _work(self) -> None:
        """Read the first device that opens for as long as it is there. Raises OSError, termios.error."""
        refused: Exception | None = None
        for path in self._ports.wanted(self.settings):
            with contextlib.ExitStack() as stack:
                try:
                    stack.enter_context(self._ports.holding(path))
                    device = stack.enter_context(contextlib.closing(self._open(self.settings, path)))
                except Held as error:
                    refused = refused or (error if self.settings.port != AUTO else None)
                    continue
                except (OSError, termios.error) as error:
                    refused = refused or error
                    continue
                self._tell(True, messages.SCANNER_PRESENT.format(port=path))
                self._read(device)
                return
        raise refused or FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))

    def _read(self, device: Device) -> None:
        lines = Lines(self._codes.whole)  # a new one each time: what was torn by the unplugging is dropped
        mode = Mode(self.settings)
        heard_at = time.monotonic()
        while not self._stopping.is_set():
            text = device.read(_POLL_S)
            now = time.monotonic()
            if text:
                heard_at = now
            for line in lines.feed(text) if text else lines.silence(now - heard_at):
                self._take(line, mode)

    def _take(self, line: str, mode: Mode) -> None:
        found = self._codes.of(line)
        plain = self._codes.plain(line)
        if found:
            mode.understood()
        else:
            mode.refused(line, plain)
        self._doubt(mode.trouble)
        for text in found or (plain,):
            self._on_line(self.settings.name, text)

    def _why(self, error: Exception) -> str:
        number = getattr(error, "errno", None)
        if self._told:
            return messages.SCANNER_ABSENT.format(port=self.settings.port)
        if number in (errno.EBUSY, errno.EAGAIN):
            return messages.SCANNER_HELD.format(port=self.settings.port)
        if number in (errno.EACCES, errno.EPERM):
            return messages.SCANNER_FORBIDDEN.format(
                port=self.settings.port, group=_GROUPS[self.settings.kind]
            )
        if self.settings.port != AUTO and Path(self.settings.port).exists():
            return messages.SCANNER_UNFIT.format(
                port=self.settings.port,
                kind=self.settings.kind,
                reason=getattr(error, "strerror", None) or error,
            )
        return self._ports.why_absent(self.settings)

    def _tell(self, present: bool, words: str) -> None:
        if present == self._told:
            self._doubt(words)
            return
        self._told = present
        if present:
            self._doubt("")
            self._say(logging.INFO, words)
        else:
            self._doubt(words)
        self._on_presence(self.settings.name, present)

    def _doubt(self, words: str) -> None:
        if words == self._doubted:
            return
        self._doubted = words
        self.trouble = self._say(logging.WARNING, words)[:LONGEST_TROUBLE] if words else ""

    def _say(self, level: int, words: str) -> str:
        """To the journal, the same not more often than each minute; the words with the scanner's name."""
        if self.settings.name:
            words = messages.SCANNER_NAMED.format(name=self.settings.name, words=words)
        now = time.monotonic()
        if now - self._said_at.get(words, -_SAME_AGAIN_S) >= _SAME_AGAIN_S:
            self._said_at[words] = now
            _log.log(level, words)
        return words


def scanners(
    settings: Iterable[ScannerSettings],
    on_line: Callable[[str, str], None],
    on_presence: Callable[[str, bool], None],
) -> tuple[Scanner, ...]:
    """All scanners of a station, none of which takes the device of another."""
    wanted = tuple(settings)
    ports = Ports(wanted)
    return tuple(Scanner(each, on_line, on_presence, ports=ports) for each in wanted)
