"""Where scanners are plugged in, by their stable names, and which of ours holds which."""

import contextlib
import errno
import os
import re
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path

from . import messages
from .config import AUTO, KEYBOARD, SERIAL, ScannerSettings

KEYBOARD_END = "-event-kbd"

# In the names of code readers, never in that of a keyboard that a person types on.
_READER = re.compile(
    r"scan|bar_?code|qr_?code|code_?reader|2d_?reader|imager|imaging|hid_?kbw|symbol_tech|zebra_tech|datalogic"
    r"|metrologic|newland|netum|opticon|hand_held_products",
    re.IGNORECASE,
)
_MOST_NAMED = 2
_LONGEST_NAME = 50


class Held(OSError):
    """Another scanner of this station has the device."""


class Ports:
    """One for all `scanners` of a station: "auto" never takes a port that another one names."""

    def __init__(self, scanners: Iterable[ScannerSettings] = (), dev: Path = Path("/dev")) -> None:
        scanners = tuple(scanners)
        self._reserved = tuple(each.port for each in scanners if each.port != AUTO)
        self._auto_kinds = {each.kind for each in scanners if each.port == AUTO}
        self._serial = (dev / "serial" / "by-id", dev / "serial" / "by-path")  # twins share one id
        self._input = dev / "input" / "by-id"
        self._held: set[str] = set()
        self._lock = threading.Lock()

    def wanted(self, settings: ScannerSettings) -> list[Path]:
        """The device of this scanner, or for "auto" the free ones of its kind, in the order of their names.

        Raises FileNotFoundError where there is none.
        """
        if settings.port != AUTO:
            return [Path(settings.port)]
        found = self._free(settings.kind)
        if not found:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
        return found

    @contextlib.contextmanager
    def holding(self, path: Path) -> Iterator[None]:
        """The device at `path` is ours meanwhile. Raises Held."""
        device = os.path.realpath(path)
        with self._lock:
            if device in self._held:
                raise Held(errno.EBUSY, os.strerror(errno.EBUSY), str(path))
            self._held.add(device)
        try:
            yield
        finally:
            with self._lock:
                self._held.discard(device)

    def why_absent(self, settings: ScannerSettings) -> str:
        """What to do about a scanner that is not there: it may well be, in the other mode or by another name."""
        here = _named(self._free(settings.kind))
        if settings.port != AUTO and here:
            return messages.SCANNER_ELSEWHERE.format(port=settings.port, found=here)
        other_kind = KEYBOARD if settings.kind == SERIAL else SERIAL
        other = _named(self._free(other_kind))
        if other and other_kind not in self._auto_kinds:  # else another scanner of ours is about to take it
            wrong = messages.SCANNER_TYPES if settings.kind == SERIAL else messages.SCANNER_IS_SERIAL
            return wrong.format(found=other)
        unsure = _named(path for path in _entries(self._input) if path.name.endswith(KEYBOARD_END))
        if settings.kind == KEYBOARD and settings.port == AUTO and unsure:
            return messages.SCANNER_UNSURE.format(found=unsure, folder=self._input)
        return messages.SCANNER_ABSENT.format(port=settings.port)

    def _free(self, kind: str) -> list[Path]:
        with self._lock:
            taken = self._held | {os.path.realpath(port) for port in self._reserved}
        return [path for path in self._plugged(kind) if os.path.realpath(path) not in taken]

    def _plugged(self, kind: str) -> Iterator[Path]:
        """Each device once, by its first name. Of keyboards only those that are surely code readers."""
        seen = set()
        for folder in self._serial if kind == SERIAL else (self._input,):
            for path in _entries(folder):
                device = os.path.realpath(path)
                if kind == KEYBOARD and not (path.name.endswith(KEYBOARD_END) and _READER.search(path.name)):
                    continue
                if device not in seen:
                    seen.add(device)
                    yield path


def _entries(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except FileNotFoundError:  # udev makes it with the first device
        return []


def _named(paths: Iterable[Path]) -> str:
    names = [path.name[:_LONGEST_NAME] for path in paths]
    return ", ".join(names[:_MOST_NAMED]) + (", …" if len(names) > _MOST_NAMED else "")
