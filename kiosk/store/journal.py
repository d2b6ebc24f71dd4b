"""The hub's append-only record of facts, in one SQLite file opened by one process through one connection.

WAL with `synchronous=FULL`: what `append` returned from survives a power cut. `locking_mode=EXCLUSIVE` keeps a
second process out, and lets the journal open on a full disk, since WAL then needs no shared-memory file.
"""

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Self

from sqlite_utils import Database

from ..errors import JournalDamaged, JournalInUse, JournalTooNew, JournalUnavailable
from ..rules import facts
from ..rules.facts import Fact
from .schema import migrations

_APPEND = "INSERT INTO facts (at_ms, kind, key, body) VALUES (?, ?, ?, ?) ON CONFLICT (key) DO NOTHING"


class Journal:
    """Not thread-safe: after `open`, all calls come from the writer's thread."""

    def __init__(self, db: Database, path: Path) -> None:
        self._db = db
        self.path = path

    @classmethod
    def open(cls, path: Path) -> Self:
        """The journal in this file, made or brought up to date where needed.

        Raises JournalInUse, JournalDamaged, JournalTooNew, JournalUnavailable.
        """
        connection = None
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            connection = sqlite3.connect(path, timeout=1, check_same_thread=False)
            db = Database(connection, execute_plugins=False)
            for pragma in (
                "locking_mode=EXCLUSIVE",
                "journal_mode=WAL",
                "synchronous=FULL",
                "foreign_keys=ON",
                "secure_delete=ON",
            ):
                connection.execute(f"PRAGMA {pragma}").fetchall()
            journal = cls(db, path)
            journal._check()
            migrations.apply(db)
        except (sqlite3.Error, OSError) as error:
            if connection is not None:
                connection.close()
            raise _told(error, path) from error
        except (JournalDamaged, JournalTooNew):
            if connection is not None:
                connection.close()
            raise
        return journal

    def _check(self) -> None:
        found = self._db.conn.execute("PRAGMA quick_check(1)").fetchone()[0]
        if found != "ok":
            raise JournalDamaged(f"{self.path}: {found}")
        with Database(memory=True) as nothing:
            known = {migration.name for migration in migrations.pending(nothing)}
        unknown = {done.name for done in migrations.applied(self._db)} - known
        if unknown:
            raise JournalTooNew(
                f"{self.path} was written by a later version of Ronde ({', '.join(sorted(unknown))}): "
                "install that version, or start with another data folder"
            )

    @property
    def epoch(self) -> str:
        """Names this journal; 16 hexadecimal digits, new with each restore."""
        return str(self._db["identity"].get("epoch")["value"])

    def set_epoch(self, epoch: str) -> None:
        with self._db.atomic():
            self._db["identity"].update("epoch", {"value": epoch})

    def append(self, entries: Iterable[tuple[int, Fact]]) -> None:
        """Keep facts with the moments they were recorded at, all or none; they are durable on return.

        A fact whose key is here already is passed over. Raises JournalUnavailable.
        """
        rows = [
            (
                at_ms,
                fact.KIND,
                fact.key,
                json.dumps(fact.to_json(), separators=(",", ":"), ensure_ascii=False),
            )
            for at_ms, fact in entries
        ]
        try:
            with self._db.atomic():
                self._db.conn.executemany(_APPEND, rows)
        except sqlite3.Error as error:
            raise JournalUnavailable(f"{self.path} cannot be written: {error}") from error

    def read(self) -> Iterator[tuple[int, Fact]]:
        """All facts of kinds known here, with their moments, in the order in which they were kept.

        Raises JournalDamaged.
        """
        try:
            for at_ms, kind, body in self._db.conn.execute(
                "SELECT at_ms, kind, body FROM facts ORDER BY seq"
            ):
                fact = facts.read(kind, json.loads(body))
                if fact is not None:
                    yield at_ms, fact
        except (sqlite3.Error, ValueError) as error:
            raise JournalDamaged(f"{self.path}: {error}") from error

    def secret(self, name: str) -> bytes | None:
        row = self._db.conn.execute("SELECT value FROM secrets WHERE name = ?", [name]).fetchone()
        return None if row is None else bytes(row[0])

    def secrets(self, prefix: str) -> dict[str, bytes]:
        """The secrets whose name begins with `prefix`, by the rest of their names."""
        rows = self._db.conn.execute("SELECT name, value FROM secrets").fetchall()
        return {name[len(prefix) :]: bytes(value) for name, value in rows if name.startswith(prefix)}

    def keep_secret(self, name: str, make: Callable[[], bytes]) -> bytes:
        """The secret of this name; `make` draws it the first time."""
        known = self.secret(name)
        if known is not None:
            return known
        value = make()
        with self._db.atomic():
            self._db["secrets"].insert({"name": name, "value": value})
        return value

    def back_up(self, path: Path) -> None:
        """A whole copy of the journal as it is now, at `path`; the file appears there when it is complete."""
        part = path.with_suffix(path.suffix + ".part")
        part.unlink(missing_ok=True)
        target = sqlite3.connect(part)
        try:
            self._db.conn.backup(target)
        finally:
            target.close()
        part.replace(path)

    def close(self) -> None:
        self._db.close()


def _told(error: Exception, path: Path) -> OSError:
    if isinstance(error, sqlite3.OperationalError) and "locked" in str(error):
        return JournalInUse(f"{path} is in use by another hub: stop that one first")
    if isinstance(error, sqlite3.DatabaseError) and not isinstance(error, sqlite3.OperationalError):
        return JournalDamaged(f"{path}: {error}")
    return JournalUnavailable(f"{path} cannot be opened: {error}")
