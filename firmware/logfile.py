"""The file under the outbox: its tables, how it is opened, read and proved whole. No state of its own."""

import contextlib
import hashlib
import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from . import messages
from .errors import OutboxBusy, OutboxDamaged, OutboxError, OutboxFull
from .wire import schema
from .wire.anchor import Anchor
from .wire.passage import CHAIN_START, Passage

FORMAT = 2
CHUNK = 500

_COLUMNS = "seq, atelier, kind, badge, boot, boot_ms, wall_ms, prev, of"
_TABLES_1 = (
    "CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT",
    """CREATE TABLE passage (
  seq INTEGER PRIMARY KEY, atelier TEXT NOT NULL, kind TEXT NOT NULL, badge TEXT,
  boot TEXT NOT NULL, boot_ms INTEGER NOT NULL, wall_ms INTEGER NOT NULL,
  prev TEXT NOT NULL, of INTEGER REFERENCES passage (seq), digest TEXT NOT NULL
) STRICT""",
    """CREATE TABLE anchor (
  boot TEXT NOT NULL, boot_ms INTEGER NOT NULL, hub_ms INTEGER NOT NULL, error_ms INTEGER NOT NULL,
  digest TEXT NOT NULL, PRIMARY KEY (boot, boot_ms)
) STRICT""",
    "CREATE TABLE held (hub TEXT PRIMARY KEY, seq INTEGER NOT NULL, turn INTEGER NOT NULL) STRICT",
    "CREATE TRIGGER passage_is_kept BEFORE DELETE ON passage BEGIN SELECT RAISE(ABORT, 'kept'); END",
    "CREATE TRIGGER passage_is_final BEFORE UPDATE ON passage BEGIN SELECT RAISE(ABORT, 'final'); END",
)
_SINCE_2 = (  # what only few passages have lies beside them, so that a log of before needs not be written anew
    "CREATE TABLE shift (seq INTEGER PRIMARY KEY REFERENCES passage (seq), minutes INTEGER NOT NULL) STRICT",
    "CREATE TRIGGER shift_is_kept BEFORE DELETE ON shift BEGIN SELECT RAISE(ABORT, 'kept'); END",
    "CREATE TRIGGER shift_is_final BEFORE UPDATE ON shift BEGIN SELECT RAISE(ABORT, 'final'); END",
)
_TABLES = {1: _TABLES_1, 2: _TABLES_1 + _SINCE_2}
_ROWS = {
    1: f"SELECT {_COLUMNS}, NULL, digest FROM passage",
    2: f"SELECT {_COLUMNS}, minutes, digest FROM passage LEFT JOIN shift USING (seq)",
}

_DAMAGE = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_MISMATCH, sqlite3.SQLITE_FORMAT}


def connect(path: Path) -> sqlite3.Connection:
    """The only connection to the file. Raises OutboxBusy, OutboxError."""
    with translated(path):
        db = sqlite3.connect(path, timeout=0, isolation_level=None, check_same_thread=False)
    db.text_factory = _text
    try:
        with translated(path):
            db.execute("PRAGMA locking_mode = EXCLUSIVE")
            db.execute("PRAGMA journal_mode = WAL")
            db.execute("PRAGMA synchronous = FULL")
            db.execute("PRAGMA foreign_keys = ON")
    except BaseException:
        db.close()
        raise
    return db


def empty(db: sqlite3.Connection) -> bool:
    (tables,) = db.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    return not tables


def create(db: sqlite3.Connection, station: str, owner: str, epoch: str) -> None:
    """Fill an empty file, in one transaction: the log is there whole or not at all."""
    with transaction(db):
        for statement in _TABLES[FORMAT]:
            db.execute(statement)
        db.executemany(
            "INSERT INTO meta VALUES (?, ?)",
            [("format", str(FORMAT)), ("epoch", epoch), ("station", station), ("owner", owner)],
        )
        db.execute(f"PRAGMA user_version = {FORMAT}")


def upgrade(db: sqlite3.Connection) -> None:
    """Give a whole log of format 1 the form that it has here, in one transaction. What it holds stays as it is."""
    if _format(db) == FORMAT:
        return
    with transaction(db):
        for statement in _SINCE_2:
            db.execute(statement)
        db.execute("UPDATE meta SET value = ? WHERE key = 'format'", (str(FORMAT),))
        db.execute(f"PRAGMA user_version = {FORMAT}")


def head(db: sqlite3.Connection, path: Path) -> tuple[str, str, str]:
    """The station, the owner and the epoch of the log, after a look at its form.

    Raises OutboxDamaged; OutboxError where a newer version made it.
    """
    try:
        version = _format(db)
        meta = dict(db.execute("SELECT key, value FROM meta"))
        tables = tuple(sql for (sql,) in db.execute("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL"))
    except sqlite3.OperationalError as error:  # the table or a column has gone
        raise OutboxDamaged(messages.OUTBOX_DAMAGED.format(reason=error)) from error
    if version > FORMAT and meta.get("format") == str(version):
        raise OutboxError(messages.OUTBOX_TOO_NEW.format(path=path, found=version, known=FORMAT))
    known = meta.get("format") == str(version) and tables == _TABLES.get(version)
    if not known or not schema.HEX.fullmatch(meta.get("epoch", "")) or not {"station", "owner"} <= set(meta):
        raise OutboxDamaged(messages.OUTBOX_DAMAGED.format(reason="format"))
    return meta["station"], meta["owner"], meta["epoch"]


def verify(db: sqlite3.Connection, station: str, epoch: str) -> tuple[Passage | None, str]:
    """Look at every page and every link of the chain; the newest passage and its digest.

    Raises OutboxDamaged.
    """
    (found,) = db.execute("PRAGMA quick_check(1)").fetchone()
    if found != "ok":
        raise OutboxDamaged(messages.OUTBOX_DAMAGED.format(reason=found))
    last, end = None, CHAIN_START
    for *values, digest in db.execute(f"{_ROWS[_format(db)]} ORDER BY seq"):
        passage = _passage(station, epoch, values)
        due = last.seq + 1 if last else 1
        if (passage.seq, passage.prev, passage.digest) != (due, end, digest):
            raise OutboxDamaged(messages.OUTBOX_DAMAGED.format(reason=f"passage {due}"))
        last, end = passage, digest
    return last, end


def add(db: sqlite3.Connection, passages: Iterable[tuple[Passage, str]]) -> None:
    """Commit passages, each with its digest, to the disk: all of them or none."""
    with transaction(db):
        for p, digest in passages:
            db.execute(
                f"INSERT INTO passage ({_COLUMNS}, digest) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (p.seq, p.atelier, p.kind, p.badge, p.boot, p.boot_ms, p.wall_ms, p.prev, p.of, digest),
            )
            if p.by is not None:
                db.execute("INSERT INTO shift VALUES (?, ?)", (p.seq, p.by))


def read(db: sqlite3.Connection, station: str, epoch: str, first: int, most: int) -> list[Passage]:
    rows = db.execute(f"{_ROWS[_format(db)]} WHERE seq >= ? ORDER BY seq LIMIT ?", (first, most)).fetchall()
    return [_passage(station, epoch, row) for *row, _ in rows]


def read_stopped(path: Path) -> Iterator[Passage]:
    """The passages of a log that no agent holds; nothing is repaired, set aside or begun.

    Raises OutboxBusy where an agent holds it, OutboxError, FileNotFoundError.
    """
    if not path.exists():
        raise FileNotFoundError(path)
    with contextlib.closing(connect(path)) as db, translated(path):
        if empty(db):
            return
        station, _, epoch = head(db, path)
        first = 1
        while chunk := read(db, station, epoch, first, CHUNK):
            yield from chunk
            first = chunk[-1].seq + 1


def seal(anchor: Anchor) -> str:
    """What tells a damaged anchor from a good one: SQLite has no checksum of its own."""
    return hashlib.sha256(schema.canonical(anchor.to_json())).hexdigest()[:16]


@contextlib.contextmanager
def transaction(db: sqlite3.Connection) -> Iterator[None]:
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
        db.execute("COMMIT")
    except BaseException:
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise


@contextlib.contextmanager
def translated(path: Path) -> Iterator[None]:
    """SQLite's errors in the station's own words."""
    try:
        yield
    except UnicodeDecodeError as error:  # SQLite quotes the damage in its message
        raise OutboxDamaged(messages.OUTBOX_DAMAGED.format(reason="UTF-8")) from error
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", 0)
        if code & 0xFF == sqlite3.SQLITE_FULL:
            raise OutboxFull(messages.OUTBOX_FULL.format(folder=path.parent)) from error
        if code & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise OutboxBusy(messages.OUTBOX_BUSY.format(path=path)) from error
        if code & 0xFF in _DAMAGE or code == sqlite3.SQLITE_IOERR_SHORT_READ:
            raise OutboxDamaged(messages.OUTBOX_DAMAGED.format(reason=error)) from error
        raise OutboxError(messages.OUTBOX_FAILED.format(path=path, reason=error)) from error


def _passage(station: str, epoch: str, values: Iterable[Any]) -> Passage:
    seq, atelier, kind, badge, boot, boot_ms, wall_ms, prev, of, by = values
    return Passage(station, epoch, seq, atelier, kind, badge, boot, boot_ms, wall_ms, prev, of, by)


def _format(db: sqlite3.Connection) -> int:
    (version,) = db.execute("PRAGMA user_version").fetchone()
    return int(version)


def _text(stored: bytes) -> str:
    return stored.decode("utf-8", "replace")  # damage shows in the digest, not as a decoding error
