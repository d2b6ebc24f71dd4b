"""Whole copies of the journal beside it, and the way back from one when the journal is damaged."""

import os
import secrets
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from ..errors import JournalDamaged, JournalUnavailable
from .journal import Journal

KEPT = 6


def back_up(journal: Journal, folder: Path, at_ms: int) -> Path:
    """Copy the journal into `folder`, and keep the newest copies only. Raises JournalUnavailable."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"journal-{datetime.fromtimestamp(at_ms / 1000, UTC):%Y%m%dT%H%M%S}.db"
        journal.back_up(path)
        for old in copies(folder)[KEPT:]:
            old.unlink()
    except OSError as error:
        raise JournalUnavailable(f"no backup in {folder}: {error}") from error
    return path


def copies(folder: Path) -> list[Path]:
    """The copies, the newest first."""
    return sorted(folder.glob("journal-*.db"), reverse=True)


def open_or_restore(path: Path, backups: Path) -> tuple[Journal, str | None]:
    """The journal, and what had to be done for it (None: nothing).

    A damaged journal is set aside, never deleted, and the newest sound copy takes its place under a new epoch,
    so that every station sends its whole log again.
    """
    try:
        return _opened(path, copies(backups)), None
    except JournalDamaged as damage:
        aside = _set_aside(path)
        for copy in copies(backups):
            try:
                _take(copy, path)
            except JournalDamaged:
                continue
            return Journal.open(path), f"{damage}; kept as {aside.name}, restored from {copy.name}"
        return Journal.open(path), f"{damage}; kept as {aside.name}, no sound copy: begun anew"


def _opened(path: Path, known: list[Path]) -> Journal:
    if known and path.exists() and not path.stat().st_size:
        raise JournalDamaged(f"{path} is empty, and was not")
    return Journal.open(path)


def _take(copy: Path, path: Path) -> None:
    """Put a sound copy at `path`, whole and under a new epoch, or nothing. Raises JournalDamaged."""
    part = path.with_name(path.name + ".part")
    try:
        part.write_bytes(copy.read_bytes())
        if not part.stat().st_size:
            raise JournalDamaged(f"{copy} is empty")
        with closing(Journal.open(part)) as journal:
            journal.set_epoch(secrets.token_hex(8))
        with part.open("rb") as written:
            os.fsync(written.fileno())
        part.replace(path)
    except JournalDamaged:
        raise
    except OSError as error:
        raise JournalUnavailable(f"{copy} cannot be restored to {path}: {error}") from error
    finally:
        for suffix in ("", "-wal", "-shm"):
            part.with_name(part.name + suffix).unlink(missing_ok=True)


def _set_aside(path: Path) -> Path:
    number = 1
    while (aside := path.with_name(f"{path.name}.damaged-{number}")).exists():
        number += 1
    path.rename(aside)
    for suffix in ("-wal", "-shm"):
        beside = path.with_name(path.name + suffix)
        if beside.exists():
            beside.rename(aside.with_name(aside.name + suffix))
    return aside
