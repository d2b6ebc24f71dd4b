"""Whole copies of the journal beside it, and the way back from one when the journal is damaged."""

import secrets
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
        return Journal.open(path), None
    except JournalDamaged as damage:
        aside = _set_aside(path)
        for copy in copies(backups):
            path.write_bytes(copy.read_bytes())
            try:
                journal = Journal.open(path)
            except JournalDamaged:
                path.unlink()
                continue
            journal.set_epoch(secrets.token_hex(8))
            return journal, f"{damage}; kept as {aside.name}, restored from {copy.name}"
        return Journal.open(path), f"{damage}; kept as {aside.name}, no sound copy: begun anew"


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
