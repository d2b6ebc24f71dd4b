"""A damaged journal is found when it is opened, set aside, and restored; it is never silently wrong.

`RONDE_LONG=1` flips 10,000 bytes, otherwise a slice.
"""

import os
import random
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from kiosk.errors import JournalDamaged, JournalUnavailable
from kiosk.rules.facts import Announced, BadgeIssued, PartyLeft
from kiosk.store import backup, wal
from kiosk.store.journal import Journal

LONG = os.environ.get("RONDE_LONG") == "1"
FLIPS = 10_000 if LONG else 200


def contents(journal):
    return list(journal.read()), journal.secrets("")


def filled(path, first, last):
    with closing(Journal.open(path)) as journal:
        journal.keep_secret("event", lambda: b"k" * 32)
        for number in range(first, last):
            words = Announced({"fr": "Goûter à seize heures " * (number % 40)}, number)
            facts = (PartyLeft(number), BadgeIssued(f"C{number:015}", number), words)
            journal.append((number, fact) for fact in facts)
        return contents(journal)


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    """A journal that was closed well, its backup of a little earlier, and what both hold."""
    folder = tmp_path_factory.mktemp("sound")
    path = folder / "j.db"
    early = filled(path, 1, 60)
    with closing(Journal.open(path)) as journal:
        backup.back_up(journal, folder / "backups", 0)
    late = filled(path, 60, 90)
    return folder, early, late


KILLED = """
import os, sys
from pathlib import Path
from kiosk.rules.facts import PartyLeft
from kiosk.store.journal import Journal
journal = Journal.open(Path(sys.argv[1]))
for number in range(1000, 1040):
    journal.append([(number, PartyLeft(number))])
os._exit(9)
"""


@pytest.fixture(scope="module")
def killed(sound, tmp_path_factory):
    """The same journal, left by a hub that was killed: with its write-ahead log."""
    folder = tmp_path_factory.mktemp("killed") / "data"
    shutil.copytree(sound[0], folder)
    subprocess.run([sys.executable, "-c", KILLED, folder / "j.db"], check=False)
    assert (folder / "j.db-wal").stat().st_size > 40 * 4096
    late = sound[2]
    return folder, ([*late[0], *((number, PartyLeft(number)) for number in range(1000, 1040))], late[1])


def flipped(source, folder, name, chance):
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(source, folder)
    data = bytearray((folder / name).read_bytes())
    at = chance.randrange(len(data))
    data[at] ^= 1 << chance.randrange(8)
    (folder / name).write_bytes(data)
    return at


@pytest.mark.long
@pytest.mark.timeout(7200)
def test_a_flipped_bit_is_found_or_changes_nothing(sound, tmp_path):
    source, early, late = sound
    chance = random.Random(1)
    found = 0
    folder = tmp_path / "data"
    for _ in range(FLIPS):
        at = flipped(source, folder, "j.db", chance)
        with closing(Journal.open(source / "j.db")) as before:
            epoch = before.epoch
        journal, mended = backup.open_or_restore(folder / "j.db", folder / "backups")
        with closing(journal):
            if mended:
                found += 1
                assert contents(journal) == early, (at, mended)
                assert journal.epoch != epoch
                assert "kept as j.db.damaged-1, restored from journal-" in mended
                assert (folder / "j.db.damaged-1").exists()
            else:
                assert contents(journal) == late, at
                assert journal.epoch == epoch
    assert found > FLIPS / 4  # the rest fell where nothing is written


@pytest.mark.long
@pytest.mark.timeout(7200)
def test_a_flipped_bit_in_the_log_of_a_killed_hub_is_found_or_takes_the_last_answer_at_most(killed, tmp_path):
    """The last transaction looks the same when its power was cut: only that one may be missing."""
    source, (facts, secrets) = killed
    chance = random.Random(2)
    folder = tmp_path / "data"
    found = 0
    flips = FLIPS if LONG else 60
    for _ in range(flips):
        at = flipped(source, folder, "j.db-wal", chance)
        journal, mended = backup.open_or_restore(folder / "j.db", folder / "backups")
        with closing(journal):
            held, kept_secrets = contents(journal)
            assert kept_secrets == secrets
            if mended:
                found += 1
                assert held == facts[: len(held)], at  # what is sound of the journal is more than the backup
                assert len(held) >= len(facts) - 40
                assert "restored from j.db" in mended
                assert (folder / "j.db.damaged-1-wal").exists()
            else:
                assert held == facts or held == facts[:-1], at
    assert found > flips / 2


@pytest.mark.parametrize("size", [1, 100, 4096, 10_000, 40_000])
def test_a_journal_cut_off_is_found(sound, tmp_path, size):
    source, early, _ = sound
    folder = tmp_path / "data"
    shutil.copytree(source, folder)
    os.truncate(folder / "j.db", size)
    journal, mended = backup.open_or_restore(folder / "j.db", folder / "backups")
    with closing(journal):
        assert mended
        assert contents(journal) == early


def test_an_emptied_journal_is_not_taken_for_a_new_one(sound, tmp_path):
    folder = tmp_path / "data"
    shutil.copytree(sound[0], folder)
    os.truncate(folder / "j.db", 0)
    journal, mended = backup.open_or_restore(folder / "j.db", folder / "backups")
    with closing(journal):
        assert "is empty, and was not" in mended
        assert contents(journal) == sound[1]


@pytest.mark.parametrize("spoil", [b"", b"not a journal", b"\0" * 8192])
def test_a_backup_that_is_damaged_itself_is_passed_over(sound, tmp_path, spoil):
    folder = tmp_path / "data"
    shutil.copytree(sound[0], folder)
    (folder / "backups" / "journal-20991231T000000.db").write_bytes(spoil)
    os.truncate(folder / "j.db", 10_000)
    journal, mended = backup.open_or_restore(folder / "j.db", folder / "backups")
    with closing(journal):
        assert "restored from journal-1970" in mended
        assert contents(journal) == sound[1]
    assert sorted(file.name for file in folder.iterdir()) == ["backups", "j.db", "j.db.damaged-1"]


def test_without_any_backup_the_day_begins_anew_and_the_damaged_file_is_kept(sound, tmp_path):
    shutil.copy(sound[0] / "j.db", tmp_path)
    os.truncate(tmp_path / "j.db", 10_000)
    journal, mended = backup.open_or_restore(tmp_path / "j.db", tmp_path / "backups")
    with closing(journal):
        assert mended.endswith("kept as j.db.damaged-1, no sound copy: begun anew")
        assert len(journal) == 0
    assert (tmp_path / "j.db.damaged-1").stat().st_size == 10_000


def test_each_damaged_journal_is_kept(sound, tmp_path):
    folder = tmp_path / "data"
    shutil.copytree(sound[0], folder)
    for _ in range(3):
        os.truncate(folder / "j.db", 10_000)
        backup.open_or_restore(folder / "j.db", folder / "backups")[0].close()
    assert len(list(folder.glob("j.db.damaged-*"))) == 3


def test_without_room_to_restore_the_damaged_journal_stays_where_it_is(sound, tmp_path, monkeypatch):
    folder = tmp_path / "data"
    shutil.copytree(sound[0], folder)
    os.truncate(folder / "j.db", 10_000)

    def full(source, target):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("kiosk.store.backup.shutil.copyfile", full)
        with pytest.raises(JournalUnavailable, match="cannot be restored"):
            backup.open_or_restore(folder / "j.db", folder / "backups")
    assert sorted(file.name for file in folder.iterdir()) == ["backups", "j.db"]
    journal, mended = backup.open_or_restore(folder / "j.db", folder / "backups")
    with closing(journal):
        assert mended


def test_a_restore_that_the_power_cut_is_ended_at_the_next_start(sound, tmp_path, monkeypatch):
    folder = tmp_path / "data"
    shutil.copytree(sound[0], folder)
    os.truncate(folder / "j.db", 10_000)

    class Cut(BaseException):
        pass

    def cut(path):
        path.rename(path.with_name("j.db.damaged-1"))
        raise Cut

    with monkeypatch.context() as patched:
        patched.setattr(backup, "_set_aside", cut)
        with pytest.raises(Cut):
            backup.open_or_restore(folder / "j.db", folder / "backups")
    assert not (folder / "j.db").exists()
    journal, _ = backup.open_or_restore(folder / "j.db", folder / "backups")
    with closing(journal):
        assert contents(journal) == sound[1]
    assert sorted(file.name for file in folder.iterdir()) == ["backups", "j.db", "j.db.damaged-1"]


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE facts SET body = replace(body, '7', '8') WHERE body LIKE '%7%'",
        "UPDATE facts SET at_ms = at_ms + 1 WHERE seq = 7",
        "UPDATE facts SET kind = 'badge' WHERE seq = 4",
        "UPDATE secrets SET value = x'00'",
        "UPDATE identity SET value = 'no epoch'",
        "DELETE FROM identity",
        "DROP TABLE secrets",
        "DROP INDEX idx_facts_key",
        "DELETE FROM _sqlite_migrations WHERE name = 'create_facts'",
        "UPDATE _sqlite_migrations SET name = 'creste_facts' WHERE name = 'create_facts'",
        "UPDATE _sqlite_migrations SET migration_set = 'rondf'",
    ],
)
def test_whatever_was_changed_behind_our_back_is_damage(sound, tmp_path, sql):
    shutil.copy(sound[0] / "j.db", tmp_path)
    with closing(sqlite3.connect(tmp_path / "j.db")) as connection, connection:
        connection.execute(sql)
    with pytest.raises(JournalDamaged):
        Journal.open(tmp_path / "j.db")


# The write-ahead log


def test_a_log_that_is_whole_or_not_there_is_not_broken(sound, killed, tmp_path):
    assert not wal.is_broken(sound[0] / "j.db")
    assert not wal.is_broken(killed[0] / "j.db")
    (tmp_path / "j.db-wal").write_bytes(b"")
    assert not wal.is_broken(tmp_path / "j.db")


def frames(path: Path) -> int:
    return (path.stat().st_size - 32) // (24 + 4096)


def test_a_log_cut_off_anywhere_is_what_a_power_cut_leaves(killed, tmp_path):
    for size in range(0, (killed[0] / "j.db-wal").stat().st_size, 4111):
        shutil.copy(killed[0] / "j.db-wal", tmp_path)
        os.truncate(tmp_path / "j.db-wal", size)
        assert not wal.is_broken(tmp_path / "j.db")


@pytest.mark.parametrize("at", [0, 5, 9, 17, 25, 31])
def test_a_damaged_head_of_the_log_is_told(killed, tmp_path, at):
    data = bytearray((killed[0] / "j.db-wal").read_bytes())
    data[at] ^= 4
    (tmp_path / "j.db-wal").write_bytes(data)
    assert wal.is_broken(tmp_path / "j.db")


def test_frames_of_an_older_round_behind_the_newest_are_no_damage(tmp_path):
    path = tmp_path / "j.db"
    with closing(Journal.open(path)) as journal:
        for number in range(1, 60):
            journal.append([(number, PartyLeft(number))])
        journal._db.conn.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
        journal.append([(60, PartyLeft(60))])  # begins the log again
        assert frames(tmp_path / "j.db-wal") > 50
        assert not wal.is_broken(path)
