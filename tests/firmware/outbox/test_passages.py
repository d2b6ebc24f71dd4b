"""What is kept is numbered, chained and durable, and only one agent holds it."""

import sqlite3

import pytest

from firmware import logfile
from firmware.errors import OutboxBusy, OutboxError
from firmware.outbox import LOG, Entry, fingerprint
from firmware.wire.passage import CHAIN_START

from .logs import BADGE, BOOT, OTHER_BADGE, opened, press, scans


def test_passages_are_numbered_without_gaps_and_chained(folder):
    with opened(folder) as outbox:
        made = scans(outbox, 3)
        undo = outbox.append("undo", BADGE, "vr", boot=BOOT, boot_ms=9, wall_ms=9, of=2)
        pause = outbox.append("pause", None, "vr", boot=BOOT, boot_ms=10, wall_ms=10)
    made += [undo, pause]
    assert [p.seq for p in made] == [1, 2, 3, 4, 5]
    assert [p.prev for p in made] == [CHAIN_START, *(p.digest for p in made[:-1])]
    with opened(folder) as outbox:
        assert list(outbox.passages()) == made
        assert outbox.last == pause
        assert outbox.append("resume", None, "vr", boot=BOOT, boot_ms=11, wall_ms=11).prev == pause.digest


def test_the_passages_of_one_press_share_a_moment_that_no_others_have(folder):
    with opened(folder) as outbox:
        first = press(outbox, Entry("call", BADGE), Entry("enter", OTHER_BADGE))
        second = press(outbox, Entry("shift", by=-5), Entry("undo", BADGE, of=1))
    assert [p.seq for p in first + second] == [1, 2, 3, 4]
    assert [p.prev for p in first + second] == [CHAIN_START, *(p.digest for p in (first + second)[:-1])]
    assert [p.boot_ms for p in first + second] == [7000, 7000, 7001, 7001]
    assert [(p.by, p.of) for p in second] == [(-5, None), (None, 1)]
    with opened(folder) as outbox:
        assert list(outbox.passages()) == first + second
        assert outbox.last == second[-1]


def test_a_press_is_kept_whole_or_not_at_all(folder):
    with opened(folder) as outbox:
        kept = press(outbox, Entry("call", BADGE))
        with pytest.raises(OutboxError):
            press(outbox, Entry("enter", BADGE), Entry("undo", BADGE, of=99))  # which refers to nothing
        assert list(outbox.passages()) == kept
        assert outbox.last == kept[-1]
        kept += press(outbox, Entry("enter", BADGE), Entry("leave", BADGE))
    with opened(folder) as outbox:
        assert list(outbox.passages()) == kept


def test_ranges_are_read_back(folder):
    with opened(folder) as outbox:
        made = scans(outbox, 1200)
        assert outbox.read(1, 200) == made[:200]
        assert outbox.read(1150, 200) == made[1149:]
        assert outbox.read(1201, 5) == []
        assert list(outbox.passages()) == made


def test_the_file_is_as_durable_as_it_must_be(folder):
    with opened(folder) as outbox:
        ask = outbox._db.execute
        assert ask("PRAGMA journal_mode").fetchone() == ("wal",)
        assert ask("PRAGMA synchronous").fetchone() == (2,)
        assert ask("PRAGMA locking_mode").fetchone() == ("exclusive",)
        assert ask("PRAGMA foreign_keys").fetchone() == (1,)
        assert not (folder / f"{LOG}-shm").exists()


@pytest.mark.parametrize("statement", ["DELETE FROM passage", "UPDATE passage SET badge = NULL"])
def test_the_file_itself_keeps_every_passage(folder, statement):
    with opened(folder) as outbox:
        scans(outbox, 2)
        with pytest.raises(sqlite3.IntegrityError):
            outbox._db.execute(statement)
        assert len(outbox.read(1, 10)) == 2


def test_a_new_log_has_a_new_epoch(folder, tmp_path):
    with opened(folder) as one, opened(tmp_path / "other") as two:
        assert one.epoch != two.epoch
        assert len(one.epoch) == 16
        epoch = one.epoch
    with opened(folder) as again:
        assert again.epoch == epoch


def test_two_agents_cannot_hold_one_log(folder):
    with opened(folder):
        with pytest.raises(OutboxBusy, match="une seule à la fois"):
            opened(folder)
        with pytest.raises(OutboxBusy):
            list(logfile.read_stopped(folder / LOG))


def test_a_stopped_log_can_be_read_without_touching_it(folder):
    with pytest.raises(FileNotFoundError):
        list(logfile.read_stopped(folder / LOG))
    with opened(folder) as outbox:
        made = scans(outbox, 700)
    assert list(logfile.read_stopped(folder / LOG)) == made


def test_the_log_of_another_event_or_station_is_put_away_whole(folder, caplog):
    with opened(folder) as outbox:
        made = scans(outbox, 3)
        epoch = outbox.epoch
    for station, owner in (("vr-1", "another event"), ("vr-2", "another event")):
        with opened(folder, station, owner) as outbox:
            assert outbox.last is None
            assert outbox.epoch != epoch
            assert outbox.unheard(BOOT) is None
    assert "un autre événement" in caplog.text
    (kept,) = folder.glob(f"passages-of-{epoch}*.sqlite")
    assert list(logfile.read_stopped(kept)) == made


def test_the_fingerprint_does_not_give_the_key_away():
    assert len(fingerprint(bytes(32))) == 16
    assert fingerprint(bytes(32)) != fingerprint(bytes(31) + b"\1")
