"""The journal keeps what it took, for one hub at a time, and says in plain words why it cannot be opened."""

import json
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing

import pytest

from kiosk.errors import JournalDamaged, JournalInUse, JournalTooNew, JournalUnavailable
from kiosk.rules.facts import Announced, AtelierSet, BadgeIssued, PartyLeft
from kiosk.rules.floor import Status
from kiosk.rules.party import Group
from kiosk.store import backup
from kiosk.store.journal import Journal

BADGE = BadgeIssued("CFBXKCNGBKHTJKGJ", 1)


def kept(path):
    with closing(Journal.open(path)) as journal:
        return list(journal.read())


def test_what_was_appended_is_read_in_its_order(tmp_path):
    entries = [(5, BADGE), (3, AtelierSet("vr", "paused")), (4, PartyLeft(1)), (4, PartyLeft(1))]
    with closing(Journal.open(tmp_path / "j.db")) as journal:
        journal.append(entries[:2])
        journal.append(entries[2:])
        assert len(journal) == 4
    assert kept(tmp_path / "j.db") == entries


def test_a_fact_is_kept_once_under_its_key_and_the_first_holds(tmp_path):
    with closing(Journal.open(tmp_path / "j.db")) as journal:
        journal.append([(1, BADGE), (2, BADGE)])
        journal.append([(3, BADGE)])
    assert kept(tmp_path / "j.db") == [(1, BADGE)]


def test_any_text_can_be_kept(tmp_path):
    hostile = Announced({"fr": "\ud800 \x00 \u202e 'crêpes'; DROP TABLE facts; --"}, 1)
    with closing(Journal.open(tmp_path / "j.db")) as journal:
        journal.append([(1, hostile)])
    assert kept(tmp_path / "j.db") == [(1, hostile)]


def test_facts_of_a_later_version_are_passed_over_when_read(tmp_path):
    class Fireworks(PartyLeft):
        KIND = "fireworks"

    with closing(Journal.open(tmp_path / "j.db")) as journal:
        journal.append([(1, Fireworks(1)), (2, BADGE)])
    assert kept(tmp_path / "j.db") == [(2, BADGE)]


def test_it_is_set_to_outlive_a_power_cut(tmp_path):
    with closing(Journal.open(tmp_path / "j.db")) as journal:
        settings = {
            name: journal._db.conn.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("journal_mode", "synchronous", "locking_mode", "foreign_keys", "secure_delete")
        }
    assert settings == {
        "journal_mode": "wal",
        "synchronous": 2,
        "locking_mode": "exclusive",
        "foreign_keys": 1,
        "secure_delete": 1,
    }


def test_a_secret_is_drawn_once(tmp_path):
    with closing(Journal.open(tmp_path / "j.db")) as journal:
        drawn = journal.keep_secret("station/vr", lambda: b"\x00\xff" * 16)
        assert journal.keep_secret("station/vr", lambda: b"other") == drawn
        journal.keep_secret("event", lambda: b"k")
        assert journal.secrets("station/") == {"vr": drawn}
        epoch = journal.epoch
    with closing(Journal.open(tmp_path / "j.db")) as journal:
        assert journal.secret("station/vr") == drawn
        assert journal.secret("station/arts") is None
        assert journal.epoch == epoch
    with closing(Journal.open(tmp_path / "other.db")) as other:
        assert other.epoch != epoch


# One at a time

ANOTHER_HUB = """
import sys
from pathlib import Path
from kiosk.errors import JournalInUse
from kiosk.store import backup
try:
    backup.open_or_restore(Path(sys.argv[1]), Path(sys.argv[2]))
except JournalInUse as error:
    sys.exit(f"told: {error}")
"""


def test_a_second_hub_on_the_same_journal_is_refused_in_plain_words(tmp_path):
    path = tmp_path / "j.db"
    with closing(Journal.open(path)) as journal:
        journal.append([(1, BADGE)])
        other = subprocess.run(
            [sys.executable, "-c", ANOTHER_HUB, path, tmp_path], capture_output=True, text=True, check=False
        )
        assert other.stderr.strip() == f"told: {path} is in use by another hub: stop that one first"
        with pytest.raises(JournalInUse):
            Journal.open(path)
        journal.append([(2, PartyLeft(1))])
    assert len(kept(path)) == 2
    assert [file.name for file in tmp_path.iterdir()] == ["j.db"]


def test_a_second_hub_never_takes_a_log_in_the_middle_of_a_write_for_damage(tmp_path, monkeypatch):
    monkeypatch.setattr("kiosk.store.wal.is_broken", lambda path: True)
    path = tmp_path / "j.db"
    with closing(Journal.open(path, cut_short=True)), pytest.raises(JournalInUse):
        backup.open_or_restore(path, tmp_path)
    assert [file.name for file in tmp_path.iterdir()] == ["j.db"]


# Versions


def test_a_journal_of_a_later_version_is_refused_and_left_alone(tmp_path):
    path = tmp_path / "j.db"
    Journal.open(path).close()
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("ALTER TABLE facts ADD COLUMN later TEXT")
        connection.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('ronde', 'add_later', '')"
        )
    before = path.read_bytes()
    with pytest.raises(JournalTooNew, match=r"later version of Ronde \(add_later\): install that version"):
        backup.open_or_restore(path, tmp_path)
    assert path.read_bytes() == before


def test_a_file_that_is_no_journal_is_told_and_set_aside(tmp_path):
    path = tmp_path / "j.db"
    path.write_text("Liste des courses\n" * 400)
    with pytest.raises(JournalDamaged, match="file is not a database"):
        Journal.open(path)
    journal, mended = backup.open_or_restore(path, tmp_path / "backups")
    with closing(journal):
        assert "begun anew" in mended
    assert (tmp_path / "j.db.damaged-1").read_text().startswith("Liste")


def test_a_folder_in_its_place_is_told(tmp_path):
    with pytest.raises(JournalUnavailable, match="the file cannot be opened"):
        Journal.open(tmp_path)


def test_a_place_where_no_folder_can_be_made_is_told(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(JournalUnavailable, match="cannot be opened"):
        Journal.open(tmp_path / "file" / "data" / "j.db")


# Secrets that change


def test_a_secret_that_is_replaced_or_erased_leaves_nothing_in_any_file(tmp_path):
    first, second = b"\x01first secret, a key" * 2, b"\x02second secret, a key" * 2

    def lies_there(secret):
        return any(secret in path.read_bytes() for path in tmp_path.iterdir())

    with closing(Journal.open(tmp_path / "j.db")) as journal:
        journal.keep_secret("station/vr", lambda: first)
        assert lies_there(first)
        journal.set_secret("station/vr", second)
        assert journal.secrets("station/") == {"vr": second}
        assert not lies_there(first)
        journal.erase_secret("station/vr")
        journal.erase_secret("station/none")
        assert journal.secret("station/vr") is None
        assert not lies_there(second)
    with closing(Journal.open(tmp_path / "j.db")) as again:
        assert again.secrets("station/") == {}


# Backups


def test_a_backup_taken_while_facts_are_written_is_whole(tmp_path, open_day):
    day = open_day(tmp_path / "j.db")
    stop = threading.Event()

    def write():
        while not stop.is_set():
            day.set_status("vr", Status.PAUSED)

    writing = threading.Thread(target=write)
    writing.start()
    try:
        copies = []
        for at in range(20):
            day.clock.at_ms += 60_000
            before = day.view.version
            copies.append((before, day.back_up(tmp_path / f"b{at}"), day.view.version))
    finally:
        stop.set()
        writing.join()
    for before, copy, after in copies:
        facts = kept(copy)
        assert before <= len(facts) <= after


def test_only_the_newest_backups_are_kept(tmp_path, open_day, clock):
    day = open_day(tmp_path / "j.db")
    made = []
    for _ in range(backup.KEPT + 3):
        clock.at_ms += 600_000
        made.append(day.back_up(tmp_path / "backups"))
    assert backup.copies(tmp_path / "backups") == made[: -backup.KEPT - 1 : -1]
    assert not list((tmp_path / "backups").glob("*.part*"))


def test_a_backup_that_cannot_be_made_is_told_and_leaves_nothing(tmp_path, open_day):
    day = open_day(tmp_path / "j.db")
    (tmp_path / "file").touch()
    with pytest.raises(JournalUnavailable):
        day.back_up(tmp_path / "file")
    day.see_off(day.check_in([Group("18-59", "x", 1)], "fr").party.number)  # and the day goes on


def test_the_rows_are_json_that_other_programs_can_read(tmp_path):
    path = tmp_path / "j.db"
    with closing(Journal.open(path)) as journal:
        journal.append([(7, BADGE)])
    with closing(sqlite3.connect(path)) as connection:
        row = connection.execute("SELECT at_ms, kind, key, body FROM facts").fetchone()
    assert (*row[:3], json.loads(row[3])) == (7, "badge", "badge/CFBXKCNGBKHTJKGJ/1", BADGE.to_json())
