"""The station's own log: every passage, committed to disk before the beep, until long after the hub has it.

One SQLite file, one connection that nobody else may share (`locking_mode=EXCLUSIVE`, WAL, and
`synchronous=FULL`, so that a commit survives a power cut). Passages are numbered without gaps and chained by
digest; none is ever changed or deleted, which the file itself enforces. A file that does not read back whole
is put aside, entire, and a new log (a new *epoch*) begins. What lies in the folder:

    passages.sqlite   the log (firmware.logfile)         heard     how far the beeps got (firmware.heard)
    condemned         why the log must be put aside      ballast   room to give back when the card is full
"""

import contextlib
import hashlib
import logging
import os
import secrets
import shutil
import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from . import logfile, messages
from .ballast import Ballast
from .errors import OutboxDamaged, OutboxFull
from .heard import Heard
from .logfile import transaction, translated
from .wire.anchor import Anchor
from .wire.batch import NO_HUB
from .wire.passage import Passage

LOG = "passages.sqlite"
MOST_ANCHORS_OF_A_BOOT = 32

_SPARE = "-wal-as-found"

_log = logging.getLogger("ronde.station")


def fingerprint(event_key: bytes) -> str:
    """What names an event in the log without giving its key away."""
    return hashlib.sha256(b"ronde outbox " + event_key).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Entry:
    """A passage to be, as far as it does not follow from where and when it is made."""

    kind: str
    badge: str | None = None
    of: int | None = None
    by: int | None = None


class Outbox:
    """The open log in `folder`. Its methods may be called from any thread.

    `owner` is the event's fingerprint: the log of another event, or of another station, is put away first.
    `now_ms` only names what is put away. Raises OutboxBusy, OutboxFull, OutboxError.
    """

    def __init__(
        self,
        folder: Path,
        station: str,
        owner: str,
        *,
        now_ms: Callable[[], int],
        new_epoch: Callable[[], str] = lambda: secrets.token_hex(8),
        ballast: Ballast | None = None,
    ) -> None:
        self.station = station
        self.folder = folder
        self.epoch = ""
        self.ballast = ballast or Ballast(folder / "ballast")
        self._owner = owner
        self._now_ms = now_ms
        self._new_epoch = new_epoch
        self._path = folder / LOG
        self._condemned = folder / "condemned"
        self._lock = threading.Lock()
        self._last: Passage | None = None
        self._end = ""
        self._hub, self._held = NO_HUB, 0
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._heard = Heard(folder / "heard")
        try:
            self._open()
        except BaseException:
            self._heard.close()
            raise
        self.ballast.lay()

    # -- what is in it

    @property
    def last(self) -> Passage | None:
        """The newest passage."""
        return self._last

    @property
    def last_seq(self) -> int:
        return self._last.seq if self._last else 0

    @property
    def hub(self) -> str:
        """The epoch of the hub that answered last, NO_HUB before the first."""
        return self._hub

    @property
    def held(self) -> int:
        """Passages 1..held are durable at that hub, as it said itself."""
        return self._held

    @property
    def backlog(self) -> int:
        return max(0, self.last_seq - self._held)

    def read(self, first: int, most: int) -> list[Passage]:
        """At most `most` consecutive passages, from number `first` on."""
        with self._lock, translated(self._path):
            return logfile.read(self._db, self.station, self.epoch, first, most)

    def passages(self) -> Iterator[Passage]:
        """All of them, in order, a few hundred at a time so that a scan is never kept waiting."""
        first = 1
        while chunk := self.read(first, logfile.CHUNK):
            yield from chunk
            first = chunk[-1].seq + 1

    # -- what is added

    def append(
        self,
        kind: str,
        badge: str | None,
        atelier: str,
        *,
        boot: str,
        boot_ms: int,
        wall_ms: int,
        of: int | None = None,
    ) -> Passage:
        """Commit one passage to disk, then return it. Raises OutboxFull (nothing was kept), OutboxError."""
        (made,) = self.commit([Entry(kind, badge, of)], atelier, boot=boot, boot_ms=boot_ms, wall_ms=wall_ms)
        return made

    def commit(
        self, entries: Sequence[Entry], atelier: str, *, boot: str, boot_ms: int, wall_ms: int
    ) -> list[Passage]:
        """Commit the passages of one press or scan to disk, all or none, then return them.

        They share their moment, which no others of this log have: so they are known as one for ever.
        Raises OutboxFull (nothing was kept), OutboxError.
        """
        with self._lock:
            last, end = self._last, self._end
            if last and last.boot == boot:
                boot_ms = max(boot_ms, last.boot_ms + 1)
            made: list[tuple[Passage, str]] = []
            for seq, entry in enumerate(entries, start=self.last_seq + 1):
                last = Passage(
                    station=self.station,
                    epoch=self.epoch,
                    seq=seq,
                    atelier=atelier,
                    kind=entry.kind,
                    badge=entry.badge,
                    boot=boot,
                    boot_ms=boot_ms,
                    wall_ms=wall_ms,
                    prev=end,
                    of=entry.of,
                    by=entry.by,
                )
                end = last.digest
                made.append((last, end))
            with translated(self._path):
                logfile.add(self._db, made)
            self._last, self._end = last, end
            return [passage for passage, _ in made]

    # -- how far the beeps got

    def mark_heard(self, seq: int) -> None:
        """Passage `seq` has been signalled."""
        self._heard.mark(self.epoch, seq)

    def unheard(self, boot: str) -> Passage | None:
        """The newest passage, where the process died before its beep in this very boot.

        After a reboot the marker may be older than the beeps were, so nothing is concluded from it.
        """
        heard = self._heard.read(self.epoch)
        last = self._last
        if last is None or heard is None or last.boot != boot or heard >= last.seq:
            return None
        return last

    # -- what the hub says

    def note_held(self, hub: str, held: int) -> None:
        """The hub `hub` holds passages 1..held. It reaches the disk with the next anchor: it is only news."""
        self._hub, self._held = hub, held

    def keep_anchor(self, anchor: Anchor) -> None:
        """Make `anchor` durable, and with it what the hub holds. Of each boot the first, the last and
        some between stay, spread out evenly. Raises OutboxFull, OutboxError."""
        with self._lock, translated(self._path), transaction(self._db):
            self._db.execute(
                "INSERT OR REPLACE INTO anchor VALUES (?, ?, ?, ?, ?)",
                (anchor.boot, anchor.boot_ms, anchor.hub_ms, anchor.error_ms, logfile.seal(anchor)),
            )
            rows = self._db.execute(
                "SELECT boot_ms FROM anchor WHERE boot = ? ORDER BY boot_ms", (anchor.boot,)
            ).fetchall()
            if len(rows) > MOST_ANCHORS_OF_A_BOOT:
                times = [boot_ms for (boot_ms,) in rows]
                least = min(range(1, len(times) - 1), key=lambda at: times[at + 1] - times[at - 1])
                self._db.execute(
                    "DELETE FROM anchor WHERE boot = ? AND boot_ms = ?", (anchor.boot, times[least])
                )
            self._write_held()

    def anchors(self, boot: str) -> list[Anchor]:
        """The durable anchors of one boot, oldest first."""
        with self._lock, translated(self._path):
            rows = self._db.execute(
                "SELECT boot, boot_ms, hub_ms, error_ms, digest FROM anchor WHERE boot = ? ORDER BY boot_ms",
                (boot,),
            ).fetchall()
        found = []
        for *values, digest in rows:
            anchor = Anchor(*values)
            if logfile.seal(anchor) == digest:
                found.append(anchor)
            else:
                _log.error(messages.OUTBOX_BAD_ANCHOR.format(boot=boot[:8]))
        return found

    # -- its life

    def check(self) -> None:
        """Raises OutboxError where the log does not answer any more."""
        with self._lock, translated(self._path):
            self._db.execute("SELECT value FROM meta WHERE key = 'epoch'").fetchone()

    def condemn(self, reason: str) -> None:
        """Have this log set aside at the next start. It stays readable until then."""
        with self._condemned.open("w", encoding="utf-8") as file:
            file.write(reason)
            file.flush()
            os.fsync(file.fileno())

    def close(self) -> None:
        with self._lock:
            self._heard.close()
            with contextlib.suppress(sqlite3.Error):  # closed already, or a full card: it was only news
                self._write_held()
            self._db.close()

    def __enter__(self) -> "Outbox":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _open(self) -> None:
        if self._condemned.exists():
            self._set_aside(self._condemned.read_text(encoding="utf-8", errors="replace"))
        self._spare_wal()
        try:
            self._attach()
        except OutboxDamaged as damage:
            with contextlib.suppress(OSError):  # on a full card the move below must do alone
                self.condemn(str(damage))
            self._set_aside(str(damage))
            self._attach()
        Path(f"{self._path}{_SPARE}").unlink(missing_ok=True)

    def _spare_wal(self) -> None:
        """Copy what a kill left in the write-ahead log: SQLite cuts it off where it finds it damaged."""
        wal = Path(f"{self._path}-wal")
        if wal.exists() and wal.stat().st_size:
            with contextlib.suppress(OSError):  # a full card
                shutil.copyfile(wal, f"{self._path}{_SPARE}")

    def _attach(self) -> None:
        self._db = logfile.connect(self._path)
        try:
            with translated(self._path):
                if logfile.empty(self._db):
                    self._expect(self._heard.any)
                    epoch = self._new_epoch()
                    self._heard.mark(epoch, 0)
                    logfile.create(self._db, self.station, self._owner, epoch)
                station, owner, self.epoch = logfile.head(self._db, self._path)
                if (station, owner) == (self.station, self._owner):
                    self._last, self._end = logfile.verify(self._db, self.station, self.epoch)
                    self._upgrade()
                    row = self._db.execute("SELECT hub, seq FROM held ORDER BY turn DESC LIMIT 1").fetchone()
                    self._hub, self._held = row or (NO_HUB, 0)
        except BaseException:
            self._db.close()
            raise
        if (station, owner) != (self.station, self._owner):
            self._db.close()
            _log.warning(messages.OUTBOX_OTHER_OWNER.format(kept=self._move(f"of-{self.epoch}")))
            self._attach()
            return
        try:
            self._expect(max(self._heard.read(self.epoch) or 0, self._held))
        except OutboxDamaged:
            self._db.close()
            raise

    def _upgrade(self) -> None:
        """Where the card is full, with the room of the ballast."""
        try:
            with translated(self._path):
                logfile.upgrade(self._db)
        except OutboxFull:
            if not self.ballast.free():
                raise
            logfile.upgrade(self._db)

    def _expect(self, seen: int) -> None:
        """Beeps are marked, and passages sent, after their commit only: so many must be here."""
        if seen > self.last_seq:
            raise OutboxDamaged(messages.OUTBOX_TAIL_LOST.format(seen=seen, found=self.last_seq))

    def _set_aside(self, reason: str) -> None:
        kept = self._move(f"damaged-{self._now_ms()}")
        self._condemned.unlink(missing_ok=True)
        _log.error(messages.OUTBOX_SET_ASIDE.format(reason=reason, kept=kept))

    def _move(self, label: str) -> Path:
        """Rename the log, and what SQLite may have left beside it."""
        kept = self._path.with_name(f"{self._path.stem}-{label}{self._path.suffix}")
        while kept.exists():
            kept = kept.with_name(f"{kept.stem}x{kept.suffix}")
        for suffix in (_SPARE, "-wal", "-journal", ""):
            with contextlib.suppress(FileNotFoundError):
                Path(f"{self._path}{suffix}").rename(f"{kept}{suffix}")
        self._heard.clear()
        self._last, self._end, self._hub, self._held = None, "", NO_HUB, 0
        return kept

    def _write_held(self) -> None:
        if self._hub != NO_HUB:
            self._db.execute(
                "INSERT OR REPLACE INTO held VALUES (?, ?, (SELECT coalesce(max(turn), 0) + 1 FROM held))",
                (self._hub, self._held),
            )
