"""The end of what a station keeps of people: its log, those that were put aside, and what the hub told.

Of itself it erases by the hub's time only, as heard in this very boot: the wall clock of a Pi may say anything. Its own
log goes once its newest passage is so many days old and that hub holds all of it; one that was put aside can be sent to
nobody any more, and goes by its age alone. What was ordered is carried out before a log is opened again.
"""

import contextlib
import logging
import os
import sqlite3
from pathlib import Path

from . import logfile, memory, messages
from .clock import Clock
from .errors import StationError
from .hubtime import HubTime
from .outbox import LOG, Outbox
from .wire import anchor
from .wire.anchor import Anchor

ORDER = "erasing"
DAY_MS = 24 * 3_600_000

_LOOK_MS = 3_600_000
_SEEN = ".seen"  # since when, where a log does not say itself how old it is
_CHUNK = 1 << 20

_log = logging.getLogger("ronde.station")


class Erasure:
    """`told_ms`: the hub's last word of before this start, 0 where there was none. Asked by one thread."""

    def __init__(self, outbox: Outbox, time: HubTime, clock: Clock, keep_days: int, told_ms: int) -> None:
        self._outbox = outbox
        self._time = time
        self._clock = clock
        self._keep_ms = keep_days * DAY_MS
        self._told_ms = told_ms
        self._looked_ms: int | None = None

    def look(self) -> bool:
        """The hub was just heard: erase the logs put aside that are too old, and order the same of one's own.

        True where that was ordered: the station is to begin anew.
        """
        boot_ms = self._clock.boot_ms()
        now = self._time.now()
        if now.estimated or (self._looked_ms is not None and boot_ms - self._looked_ms < _LOOK_MS):
            return False
        self._looked_ms = boot_ms
        with contextlib.suppress(OSError, StationError):  # a card that refuses: it is tried again
            for path in _aside(self._outbox.folder):
                if now.at_ms - _age_from(path, now.at_ms) > self._keep_ms:
                    _wipe_log(path)
                    _log.warning(messages.ERASED_ASIDE.format(name=path.name))
            if self._outbox.backlog == 0 and self._is_over(now.at_ms, boot_ms):
                order(self._outbox.folder)
                return True
        return False

    def _is_over(self, now_ms: int, boot_ms: int) -> bool:
        last = self._outbox.last
        if last is None:
            return bool(self._told_ms) and now_ms - self._told_ms > self._keep_ms
        if last.boot == self._clock.boot:
            return boot_ms - last.boot_ms > self._keep_ms
        dated = anchor.hub_time(last.boot, last.boot_ms, self._outbox.anchors(last.boot))
        newest_ms = dated.at_ms if dated else self._told_ms
        return bool(newest_ms) and now_ms - newest_ms > self._keep_ms


def order(folder: Path) -> None:
    """From now on all of it is to be erased. Durable on return. Raises StationError."""
    try:
        with (folder / ORDER).open("wb") as file:
            os.fsync(file.fileno())
        _sync(folder)
    except OSError as error:
        raise _failed(error) from error


def finish(folder: Path) -> bool:
    """Carry out what was ordered; whether anything was. No agent may have the log open.

    Raises StationError: then it is still ordered.
    """
    if not (folder / ORDER).exists():
        return False
    try:
        for path in _all(folder):
            _wipe(path)
        _sync(folder)
        (folder / ORDER).unlink()
        _sync(folder)
    except OSError as error:
        raise _failed(error) from error
    _log.warning(messages.ERASED)
    return True


def kept(folder: Path) -> tuple[int, int]:
    """How many passages lie in a log that no agent holds, and how many of them its hub has not.

    Raises OutboxBusy where an agent holds it, OutboxError.
    """
    path = folder / LOG
    if not path.exists():
        return 0, 0
    with contextlib.closing(logfile.connect(path)) as db, logfile.translated(path):
        if logfile.empty(db):
            return 0, 0
        (passages,) = db.execute("SELECT count(*) FROM passage").fetchone()
        held = db.execute("SELECT seq FROM held ORDER BY turn DESC LIMIT 1").fetchone()
    return passages, max(0, passages - (held[0] if held else 0))


def _failed(error: OSError) -> StationError:
    return StationError(messages.ERASE_FAILED.format(path=error.filename, reason=error.strerror))


def _aside(folder: Path) -> list[Path]:
    """The logs of other events, and damaged ones, that were put aside."""
    return sorted(folder.glob(f"{Path(LOG).stem}-*{Path(LOG).suffix}"))


def _all(folder: Path) -> list[Path]:
    found = {path for path in folder.glob(f"{Path(LOG).stem}*") if path.is_file()}
    names = (memory.CARDS, memory.TOLD, f".{memory.CARDS}", f".{memory.TOLD}", "heard", "condemned")
    return sorted(found | {folder / name for name in names if (folder / name).exists()})


def _age_from(path: Path, now_ms: int) -> int:
    """When its newest passage was by the hub's time; else when it was first seen lying here."""
    try:
        with contextlib.closing(sqlite3.connect(path)) as db:
            rows = db.execute("SELECT boot, boot_ms, hub_ms, error_ms FROM anchor").fetchall()
            last = db.execute("SELECT boot, boot_ms FROM passage ORDER BY seq DESC LIMIT 1").fetchone()
        anchors = [Anchor(*row) for row in rows]
        dated = anchor.hub_time(last[0], last[1], anchors) if last else None
        known_ms = dated.at_ms if dated else max((each.hub_ms for each in anchors), default=0)
        if 0 < known_ms <= now_ms:
            return known_ms
    except (sqlite3.Error, TypeError, ValueError):  # damaged: that may be why it was put aside
        pass
    return _seen_ms(path, now_ms)


def _seen_ms(path: Path, now_ms: int) -> int:
    note = path.with_name(path.name + _SEEN)
    try:
        return int(note.read_text(encoding="ascii"))
    except (FileNotFoundError, ValueError):
        note.write_text(str(now_ms), encoding="ascii")
        return now_ms


def _wipe_log(path: Path) -> None:
    """With what lies beside it; the log itself last, so that what was begun is found again."""
    for beside in sorted(path.parent.glob(f"{path.name}?*")):
        _wipe(beside)
    _wipe(path)
    _sync(path.parent)


def _wipe(path: Path) -> None:
    """Written over, then removed: removing alone leaves on the card what stood in it."""
    with path.open("r+b") as file:
        left = os.fstat(file.fileno()).st_size
        while left > 0:
            left -= file.write(bytes(min(left, _CHUNK)))
        file.flush()
        os.fsync(file.fileno())
    path.unlink()


def _sync(folder: Path) -> None:
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
