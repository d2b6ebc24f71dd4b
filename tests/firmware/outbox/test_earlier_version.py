"""A log of an earlier version goes on in place; that of a newer one is left alone."""

import shutil
import sqlite3
from pathlib import Path

import pytest

from firmware import logfile
from firmware.ballast import Ballast
from firmware.errors import OutboxError
from firmware.outbox import LOG, Entry

from .logs import BOOT, damaged_copies, opened, press, scans


@pytest.fixture
def log_1(folder):
    """A log as version 0.1 left it: five passages, one of which was undone, and a pause."""
    folder.mkdir()
    shutil.copy(Path(__file__).with_name("golden") / "passages-1.sqlite", folder / LOG)
    return folder / LOG


LAST_OF_LOG_1 = "da8ffe72da77993f9dfc29d39e938e6d1fcdb00e3d5335fcb6b8508d2a482570"


def test_a_log_of_format_1_goes_on_in_place(log_1, folder):
    before = list(logfile.read_stopped(log_1))
    assert [(p.seq, p.kind, p.of) for p in before][-2:] == [(6, "undo", 5), (7, "pause", None)]
    for _ in range(2):
        with opened(folder) as outbox:
            assert (outbox.epoch, outbox.held, len(outbox.anchors(BOOT))) == ("e1" * 8, 3, 1)
            assert list(outbox.passages())[:7] == before
            if outbox.last_seq == 7:
                (made,) = press(outbox, Entry("shift", by=15))
                assert made.prev == LAST_OF_LOG_1
            assert outbox.last == made
    assert not damaged_copies(folder)
    with sqlite3.connect(log_1) as db:
        assert db.execute("PRAGMA user_version").fetchone() == (2,)
        tables = tuple(sql for (sql,) in db.execute("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL"))
    db.close()
    assert tables == logfile._TABLES[2], "as a new log has them"


def test_a_log_of_format_1_that_nobody_holds_is_only_read(log_1):
    before = log_1.read_bytes()
    assert len(list(logfile.read_stopped(log_1))) == 7
    assert log_1.read_bytes() == before


def test_a_damaged_log_of_format_1_is_set_aside_as_it_is(log_1, folder):
    with sqlite3.connect(log_1) as db:
        db.execute("DROP TRIGGER passage_is_final")
        db.execute("UPDATE passage SET badge = NULL WHERE seq = 3")
        db.execute(logfile._TABLES[1][-1])
    db.close()
    with opened(folder) as outbox:
        assert outbox.last is None
    (kept,) = damaged_copies(folder)
    with sqlite3.connect(kept) as db:
        assert db.execute("PRAGMA user_version").fetchone() == (1,)
    db.close()


def test_an_upgrade_is_whole_or_not_at_all(log_1, folder, monkeypatch):
    monkeypatch.setattr(logfile, "_SINCE_2", (*logfile._SINCE_2, "CREATE TABLE meta (x)"))
    with pytest.raises(OutboxError):
        opened(folder)
    monkeypatch.undo()
    with opened(folder) as outbox:
        assert outbox.last_seq == 7


def test_a_full_card_does_not_keep_an_older_log_from_going_on(disk, fill):
    place = disk(512)
    shutil.copy(Path(__file__).with_name("golden") / "passages-1.sqlite", place / LOG)
    ballast = Ballast(place / "ballast", size=64 * 1024)
    ballast.lay()
    fill(place)
    with opened(place, ballast=ballast) as outbox:
        assert outbox.last_seq == 7
        scans(outbox, 1)


def test_a_log_of_a_newer_version_is_left_alone(folder):
    with opened(folder) as outbox:
        scans(outbox, 1)
    with sqlite3.connect(folder / LOG) as db:
        db.execute("PRAGMA user_version = 9")
        db.execute("UPDATE meta SET value = '9' WHERE key = 'format'")
    db.close()
    with pytest.raises(OutboxError, match="plus récente"):
        opened(folder)
    assert not damaged_copies(folder)
