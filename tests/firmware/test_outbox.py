import itertools
import json
import logging
import random
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from firmware import logfile
from firmware.ballast import Ballast
from firmware.errors import OutboxBusy, OutboxError, OutboxFull
from firmware.outbox import LOG, MOST_ANCHORS_OF_A_BOOT, Entry, Outbox, fingerprint
from firmware.wire.anchor import Anchor
from firmware.wire.batch import NO_HUB
from firmware.wire.passage import CHAIN_START

BADGE, OTHER_BADGE = "CFBXKCNGBKHTJKGJ", "CBBBBBBBRXXCLVKF"
BOOT, OTHER_BOOT = "b" * 32, "c" * 32


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "data"


def opened(folder, station="vr-1", owner="event", **options):
    return Outbox(folder, station, owner, now_ms=lambda: 1234, **options)


def scans(outbox, count):
    return [
        outbox.append("enter", BADGE, "vr", boot=BOOT, boot_ms=1000 * n, wall_ms=5_000_000 + n)
        for n in range(count)
    ]


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


def press(outbox, *entries):
    return outbox.commit(entries, "vr", boot=BOOT, boot_ms=7000, wall_ms=1)


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


def test_a_changed_shift_is_found(folder):
    with opened(folder) as outbox:
        press(outbox, Entry("shift", by=10))
    with sqlite3.connect(folder / LOG) as db:
        db.execute("DROP TRIGGER shift_is_final")
        db.execute("UPDATE shift SET minutes = 11")
        db.execute(logfile._SINCE_2[-1])
    db.close()
    with opened(folder) as outbox:
        assert outbox.last is None
    assert damaged_copies(folder)


# -- a log of an earlier version


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


# -- what the hub holds, and anchors


def test_what_the_hub_holds_is_remembered_with_the_next_anchor(folder):
    with opened(folder) as outbox:
        assert (outbox.hub, outbox.held, outbox.backlog) == (NO_HUB, 0, 0)
        scans(outbox, 5)
        outbox.note_held("0a" * 8, 3)
        assert (outbox.hub, outbox.held, outbox.backlog) == ("0a" * 8, 3, 2)
        outbox.keep_anchor(Anchor(BOOT, 1, 2, 3))
        outbox.note_held("0b" * 8, 0)
    with opened(folder) as outbox:
        assert (outbox.hub, outbox.held, outbox.backlog) == ("0b" * 8, 0, 5)


def test_anchors_are_durable_and_belong_to_their_boot(folder):
    one, two, other = Anchor(BOOT, 10, 20, 1), Anchor(BOOT, 30, 40, 2), Anchor(OTHER_BOOT, 5, 6, 3)
    with opened(folder) as outbox:
        for found in (two, one, other, one):
            outbox.keep_anchor(found)
    with opened(folder) as outbox:
        assert outbox.anchors(BOOT) == [one, two]
        assert outbox.anchors(OTHER_BOOT) == [other]
        assert outbox.anchors("d" * 32) == []


def test_of_many_anchors_the_first_the_last_and_some_between_stay(folder):
    with opened(folder) as outbox:
        for minute in range(600):
            outbox.keep_anchor(Anchor(BOOT, minute * 60_000, minute, 1))
            kept = [a.hub_ms for a in outbox.anchors(BOOT)]
            assert kept[0] == 0 and kept[-1] == minute
            assert len(kept) <= MOST_ANCHORS_OF_A_BOOT
            gaps = [after - before for before, after in itertools.pairwise(kept)]
            assert not gaps or max(gaps) <= max(1, 3 * minute / MOST_ANCHORS_OF_A_BOOT)


# -- beeps that were cut off


def test_a_passage_without_its_beep_is_known_after_a_restart(folder):
    with opened(folder) as outbox:
        first, second = scans(outbox, 2)
        outbox.mark_heard(first.seq)
    with opened(folder) as outbox:
        assert outbox.unheard(BOOT) == second
        assert outbox.unheard(OTHER_BOOT) is None, "after a reboot the marker may be older than the beeps"
        outbox.mark_heard(second.seq)
    with opened(folder) as outbox:
        assert outbox.unheard(BOOT) is None


@pytest.mark.parametrize("content", [b"", b"\0" * 38, b"garbage", b"0123456789abcdef 00000000000000000001\n"])
def test_a_marker_that_says_nothing_is_not_believed(folder, content):
    with opened(folder) as outbox:
        scans(outbox, 2)
    (folder / "heard").write_bytes(content)
    with opened(folder) as outbox:
        assert outbox.unheard(BOOT) is None


# -- a full card


@pytest.fixture
def small_disk(disk):
    return disk(512)


def test_a_full_card_is_told_and_nothing_acknowledged_is_lost(small_disk, fill):
    kept = []
    with opened(small_disk) as outbox:
        kept += scans(outbox, 3)
        fill(small_disk)
        with pytest.raises(OutboxFull, match="n'a PAS été gardé"):
            while True:
                kept += scans(outbox, 1)
        with pytest.raises(OutboxFull):
            scans(outbox, 1)
        assert outbox.last == kept[-1]
        assert list(outbox.passages()) == kept
        (small_disk / "filler").unlink()
        kept += scans(outbox, 2)
    with opened(small_disk) as outbox:
        assert list(outbox.passages()) == kept


def test_on_a_full_card_a_press_is_kept_whole_or_not_at_all(small_disk, fill):
    sizes = []
    with opened(small_disk) as outbox:
        fill(small_disk)
        with pytest.raises(OutboxFull):
            for size in itertools.cycle((1, 30, 7)):
                press(outbox, *[Entry("call", BADGE)] * size)
                sizes.append(size)
        assert outbox.last_seq == sum(sizes)
    with opened(small_disk) as outbox:
        assert len(list(outbox.passages())) == sum(sizes)


def test_a_full_card_can_still_be_opened_and_read(small_disk, fill):
    with opened(small_disk) as outbox:
        kept = scans(outbox, 3)
    fill(small_disk)
    with opened(small_disk) as outbox:
        assert list(outbox.passages()) == kept
        assert outbox.backlog == 3


def test_the_ballast_gives_room_back(small_disk, fill, caplog):
    ballast = Ballast(small_disk / "ballast", size=64 * 1024)
    with opened(small_disk, ballast=ballast) as outbox:
        assert (small_disk / "ballast").stat().st_size == 64 * 1024
        fill(small_disk)
        with pytest.raises(OutboxFull):
            while True:
                scans(outbox, 1)
        assert ballast.free()
        assert "CARTE PLEINE" in caplog.text
        scans(outbox, 5)
        assert not ballast.free()


def test_no_ballast_is_laid_where_there_is_little_room(small_disk, caplog):
    with opened(small_disk, ballast=Ballast(small_disk / "ballast", size=400 * 1024)) as outbox:
        assert not outbox.ballast.there
        assert "pas assez de place" in caplog.text
        scans(outbox, 1)


# -- damage


def damaged_copies(folder):
    return sorted(folder.glob("passages-damaged-*.sqlite"))


def test_a_file_of_rubbish_is_set_aside_loudly(folder, caplog):
    folder.mkdir()
    (folder / LOG).write_bytes(b"rubbish" * 1000)
    with opened(folder) as outbox:
        assert scans(outbox, 1)[0].seq == 1
    (kept,) = damaged_copies(folder)
    assert kept.read_bytes() == b"rubbish" * 1000
    assert [record.levelno for record in caplog.records] == [logging.ERROR]
    assert str(kept) in caplog.text


def test_a_changed_passage_is_found(folder):
    with opened(folder) as outbox:
        scans(outbox, 5)
    with sqlite3.connect(folder / LOG) as db:
        db.execute("DROP TRIGGER passage_is_final")
        db.execute("UPDATE passage SET badge = 'CBBBBBBBRXXCLVKF' WHERE seq = 3")
        db.execute(logfile._TABLES[1][-1])
    db.close()
    with opened(folder) as outbox:
        assert outbox.last is None
    assert damaged_copies(folder)


def test_a_log_that_lost_its_end_is_found(folder):
    with opened(folder) as outbox:
        scans(outbox, 2)
    shutil.copy(folder / LOG, folder / "old")
    with opened(folder) as outbox:
        outbox.mark_heard(scans(outbox, 1)[0].seq)
    shutil.copy(folder / "old", folder / LOG)
    with opened(folder) as outbox:
        assert outbox.last is None
    (kept,) = damaged_copies(folder)
    assert len(list(logfile.read_stopped(kept))) == 2


def test_a_condemned_log_is_set_aside_at_the_next_start(folder, caplog):
    with opened(folder) as outbox:
        scans(outbox, 2)
        outbox.condemn("a copied card")
        assert len(outbox.read(1, 9)) == 2
    for _ in range(2):
        with opened(folder) as outbox:
            assert outbox.last is None
    assert len(damaged_copies(folder)) == 1
    assert "a copied card" in caplog.text


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


@pytest.mark.long
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("in_wal", [False, True])
def test_no_flipped_byte_is_ever_silently_wrong(tmp_path, long, in_wal):
    """The log reads back whole, or it is set aside; in between there is nothing."""
    source = tmp_path / "source"
    with opened(source) as outbox:
        made = scans(outbox, 60)
        outbox.note_held("0a" * 8, 20)
        outbox.keep_anchor(Anchor(BOOT, 1, 2, 3))
        outbox.mark_heard(60)
        epoch = outbox.epoch
        if in_wal:  # as a kill leaves it: closing would fold the write-ahead log into the file
            shutil.copytree(source, tmp_path / "killed")
    source = tmp_path / "killed" if in_wal else source
    name = f"{LOG}-wal" if in_wal else LOG
    size = (source / name).stat().st_size
    chance = random.Random(f"flips {in_wal}")
    whole = aside = 0
    for turn in range(5000 if long else 150):
        folder = tmp_path / f"turn-{turn}"
        shutil.copytree(source, folder)
        with (folder / name).open("r+b") as file:
            at = chance.randrange(size)
            file.seek(at)
            byte = file.read(1)[0]
            file.seek(at)
            file.write(bytes([byte ^ (1 << chance.randrange(8))]))
        with opened(folder, ballast=_NoBallast(folder / "ballast")) as outbox:
            if outbox.epoch == epoch:
                assert list(outbox.passages()) == made, f"byte {at}"
                assert outbox.anchors(BOOT) in ([Anchor(BOOT, 1, 2, 3)], []), f"byte {at}"
                whole += 1
            else:
                kept = [*damaged_copies(folder), *folder.glob("passages-of-*.sqlite")]
                assert kept, f"byte {at}"
                assert not in_wal or any(
                    path.stat().st_size == size for path in folder.glob("*-wal-as-found")
                ), f"byte {at}"
                aside += 1
            assert outbox.append("enter", BADGE, "vr", boot=BOOT, boot_ms=1, wall_ms=1)
        shutil.rmtree(folder)
    assert aside


class _NoBallast(Ballast):
    def lay(self):
        pass


# -- death


@pytest.mark.long
@pytest.mark.timeout(7200)
def test_a_kill_at_any_moment_loses_nothing_that_was_signalled(tmp_path, long, environment):
    rounds = 10_000 if long else 40
    ended = subprocess.run(
        [
            sys.executable,
            str(Path(__file__).with_name("killing.py")),
            str(tmp_path / "data"),
            str(rounds),
            "1",
        ],
        capture_output=True,
        text=True,
        check=False,
        env=environment,
    )
    assert ended.returncode == 0, ended.stderr
    found = json.loads(ended.stdout)
    assert found["rounds"] == rounds
    assert found["passages"] >= found["heard"] >= rounds // 2
    assert not list((tmp_path / "data").rglob("passages-damaged-*"))
