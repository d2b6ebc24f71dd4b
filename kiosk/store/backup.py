"""Whole copies of the journal beside it, and the way back from one when the journal is damaged."""

import os
import secrets
import shutil
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from ..errors import JournalDamaged, JournalUnavailable
from ..saying import say, why
from .journal import Journal, damaged

KEPT = 6
_HEADER_BYTES = 100  # SQLite takes a shorter file for a new one


def back_up(journal: Journal, folder: Path, at_ms: int) -> Path:
    """Copy the journal into `folder`, and keep the newest copies only. Raises JournalUnavailable."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"journal-{datetime.fromtimestamp(at_ms / 1000, UTC):%Y%m%dT%H%M%S}.db"
        journal.back_up(path)
        for old in copies(folder)[KEPT:]:
            old.unlink()
    except OSError as error:
        raise JournalUnavailable(say("error.journal_not_copied", path=folder, reason=why(error))) from error
    return path


def copies(folder: Path) -> list[Path]:
    """The copies, the newest first."""
    return sorted(folder.glob("journal-*.db"), reverse=True)


def open_or_restore(path: Path, backups: Path) -> tuple[Journal, str | None]:
    """The journal, and what had to be done for it (None: nothing).

    A damaged journal is set aside, never deleted. Under a new epoch, so that every station sends its whole log
    again, its place is taken by the newest sound copy, or by what is sound of the journal where that is more.
    Raises as `Journal.open`; JournalUnavailable where there is no room to restore, and nothing was changed then.
    """
    restored = path.with_name(f"{path.name}.restored")
    if restored.exists():  # the power went while it was to take its place
        _set_aside(path)
        restored.replace(path)
    try:
        return _opened(path, copies(backups)), None
    except JournalDamaged as damage:
        source = _restore(path, backups, restored)
        aside = _set_aside(path)
        if source is None:
            return Journal.open(path), f"{damage}; kept as {aside.name}, no sound copy: begun anew"
        restored.replace(path)
        return Journal.open(path), f"{damage}; kept as {aside.name}, restored from {source.name}"


def _opened(path: Path, known: list[Path]) -> Journal:
    size = path.stat().st_size if path.exists() else None
    if size == 0 and known:
        raise damaged(path, "it is empty, and was not")
    if size and size < _HEADER_BYTES:
        raise damaged(path, f"it is cut off after {size} bytes")
    return Journal.open(path)


def _restore(path: Path, backups: Path, restored: Path) -> Path | None:
    """Make a whole, sound copy of the best there is at `restored`; where it comes from."""
    part = path.with_name(f"{path.name}.part")
    best, most = None, 0
    try:
        for source in (path, *copies(backups)):
            try:
                facts = _copied(source, part)
            except JournalDamaged:
                continue
            if best is None or facts > most:
                part.replace(restored)
                best, most = source, facts
            if source is not path:
                break
    except OSError as error:
        restored.unlink(missing_ok=True)
        raise JournalUnavailable(say("error.journal_not_restored", path=path, reason=why(error))) from error
    finally:
        for suffix in ("", "-wal", "-shm"):
            _beside(part, suffix).unlink(missing_ok=True)
    return best


def _copied(source: Path, part: Path) -> int:
    """Copy what is sound of a journal, under a new epoch; how many facts that are. Raises JournalDamaged."""
    for suffix in ("", "-wal"):
        _beside(part, suffix).unlink(missing_ok=True)
        if _beside(source, suffix).exists():
            shutil.copyfile(_beside(source, suffix), _beside(part, suffix))
    if part.stat().st_size < _HEADER_BYTES:
        raise damaged(source, "it is cut off")
    with closing(Journal.open(part, cut_short=True)) as journal:
        journal.set_epoch(secrets.token_hex(8))
        facts = len(journal)
    with part.open("rb") as written:
        os.fsync(written.fileno())
    return facts


def _beside(path: Path, suffix: str) -> Path:
    return path.with_name(path.name + suffix)


def _set_aside(path: Path) -> Path:
    number = 1
    while (aside := path.with_name(f"{path.name}.damaged-{number}")).exists():
        number += 1
    for suffix in ("", "-wal", "-shm"):
        if _beside(path, suffix).exists():
            _beside(path, suffix).rename(_beside(aside, suffix))
    return aside
