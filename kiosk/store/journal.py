"""The hub's append-only record of facts, in one SQLite file opened by one process through one connection.

WAL with `synchronous=FULL`: what `append` returned from survives a power cut. `locking_mode=EXCLUSIVE` keeps a
second process out, and lets the journal open on a full disk, since WAL then needs no shared-memory file.
"""

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Self

from ..errors import JournalDamaged, JournalInUse, JournalTooNew, JournalUnavailable
from ..rules import facts
from ..rules.facts import Fact
from ..saying import say, why
from . import wal
from .schema import migrations, sealed
from .tables import Database

_APPEND = (
    "INSERT INTO facts (at_ms, kind, key, body, seal) VALUES (?, ?, ?, ?, ?) ON CONFLICT (key) DO NOTHING"
)
_SPELLED = json.JSONEncoder(separators=(",", ":")).encode
_SEALED = {
    "facts": "SELECT seal, at_ms, kind, key, body FROM facts",
    "secrets": "SELECT seal, name, value FROM secrets",
    "identity": "SELECT seal, name, value FROM identity",
}
_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_REFUSED = {
    sqlite3.SQLITE_AUTH,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_NOMEM,
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_READONLY,
}


class Journal:
    """Not thread-safe: after `open`, all calls come from the writer's thread."""

    def __init__(self, db: Database, path: Path) -> None:
        self._db = db
        self.path = path

    @classmethod
    def open(cls, path: Path, *, cut_short: bool = False) -> Self:
        """The journal in this file, made or brought up to date where needed.

        `cut_short`: what follows damage in its write-ahead log is given up.
        Raises JournalInUse, JournalDamaged, JournalTooNew, JournalUnavailable.
        """
        connection = None
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            if not cut_short and wal.is_broken(path):
                _touch(path)  # it may just be half written, by another hub
                raise damaged(f"{path}-wal", "what was kept last does not read back")
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
            journal._check_pages()
            with Database(memory=True) as fresh:
                migrations.apply(fresh)
                journal._check_version(fresh)
                with db.atomic():
                    migrations.ensure_migrations_table(db)
                migrations.apply(db)
                journal._check_rows(fresh)
        except (JournalDamaged, JournalTooNew):
            if connection is not None:
                connection.close()
            raise
        except (sqlite3.Error, OSError, UnicodeDecodeError) as error:  # SQLite quotes what it cannot read
            if connection is not None:
                connection.close()
            raise _told(error, path) from error
        return journal

    def _check_pages(self) -> None:
        found = self._db.conn.execute("PRAGMA integrity_check(1)").fetchone()[0]
        if found != "ok":
            raise damaged(self.path, found)

    def _check_version(self, fresh: Database) -> None:
        noted = self._db[migrations.migrations_table]
        if noted.exists() and noted.schema != fresh[migrations.migrations_table].schema:
            raise damaged(self.path, "its tables are not as they were made")
        known, done = ({each.name for each in migrations.applied(db)} for db in (fresh, self._db))
        if done > known:
            changes = ", ".join(sorted(done - known))
            raise JournalTooNew(say("error.journal_too_new", path=self.path, changes=changes))
        if done - known:
            changes = ", ".join(sorted(done - known))
            raise damaged(self.path, f"no such change of its tables: {changes}")

    def _check_rows(self, fresh: Database) -> None:
        """Tables are as they were made, and each row says what it said when it was written."""
        if self._db.schema != fresh.schema:
            raise damaged(self.path, "its tables are not as they were made")
        for table, rows in _SEALED.items():
            if any(seal != sealed(*values) for seal, *values in self._db.conn.execute(rows)):
                raise damaged(self.path, f"a row of {table} is not as it was written")
        if self._db["identity"].count != 1:
            raise damaged(self.path, "it has no name")

    @property
    def epoch(self) -> str:
        """Names this journal; 16 hexadecimal digits, new with each restore."""
        return str(self._db["identity"].get("epoch")["value"])

    def set_epoch(self, epoch: str) -> None:
        with self._writing():
            self._db["identity"].update("epoch", {"value": epoch, "seal": sealed("epoch", epoch)})

    def __len__(self) -> int:
        """How many facts there are."""
        return int(self._db["facts"].count)

    def append(self, entries: Iterable[tuple[int, Fact]]) -> None:
        """Keep facts with the moments they were recorded at, all or none; they are durable on return.

        A fact whose key is here already is passed over. Raises JournalUnavailable.
        """
        rows = [(at_ms, fact.KIND, fact.key, _SPELLED(fact.to_json())) for at_ms, fact in entries]
        with self._writing():
            self._db.conn.executemany(_APPEND, [(*row, sealed(*row)) for row in rows])

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """One transaction. Raises JournalUnavailable."""
        try:
            with self._db.atomic():
                yield
        except sqlite3.Error as error:
            unwritten = say("error.journal_unwritten", path=self.path, reason=why(error))
            raise JournalUnavailable(unwritten) from error

    def try_writing(self) -> None:
        """Write a little that changes nothing. Raises JournalUnavailable where nothing can be written."""
        with self._writing():
            self._db.conn.execute("UPDATE identity SET seal = seal")

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
            raise damaged(self.path, error) from error

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
        self.set_secret(name, value)
        return value

    def set_secret(self, name: str, value: bytes) -> None:
        """From now on this is the secret of that name; nothing is left of the one before. Raises JournalUnavailable."""
        self._secretly(
            lambda: self._db["secrets"].upsert(
                {"name": name, "value": value, "seal": sealed(name, value)}, pk="name"
            )
        )

    def erase_secret(self, name: str) -> None:
        """Leave nothing of the secret of this name, if there is one. Raises JournalUnavailable."""
        self._secretly(lambda: self._db.conn.execute("DELETE FROM secrets WHERE name = ?", [name]))

    def _secretly(self, change: Callable[[], object]) -> None:
        with self._writing():
            change()
        with suppress(
            sqlite3.Error
        ):  # it is durable; the write-ahead log may still hold what was there before
            self._db.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def back_up(self, path: Path) -> None:
        """A whole copy of the journal as it is now, at `path`; the file appears there when it is complete.

        Raises JournalUnavailable.
        """
        part = path.with_suffix(path.suffix + ".part")
        try:
            part.unlink(missing_ok=True)
            with closing(sqlite3.connect(part)) as target:
                self._db.conn.backup(target)
            part.replace(path)
        except (sqlite3.Error, OSError) as error:
            part.unlink(missing_ok=True)
            uncopied = say("error.journal_not_copied", path=path, reason=why(error))
            raise JournalUnavailable(uncopied) from error

    def close(self) -> None:
        self._db.close()


def _touch(path: Path) -> None:
    """Read a little, and change nothing. Raises sqlite3.Error where another process has the journal open."""
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=1)) as connection:
        connection.execute("PRAGMA schema_version").fetchone()


def _told(error: Exception, path: Path) -> OSError:
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT) & 0xFF
    if code in _BUSY:
        return JournalInUse(say("error.journal_in_use", path=path))
    if not isinstance(error, OSError) and code not in _REFUSED:
        return damaged(path, error)
    return JournalUnavailable(say("error.journal_unopened", path=path, reason=why(error)))


def damaged(path: object, reason: object) -> JournalDamaged:
    """To raise: the journal at `path` is damaged, as an error or English words say."""
    found = why(reason) if isinstance(reason, sqlite3.Error) else reason
    return JournalDamaged(say("error.journal_damaged", path=path, reason=found))
