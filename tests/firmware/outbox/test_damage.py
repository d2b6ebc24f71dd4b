"""A damaged log is found, and set aside as it is."""

import logging
import random
import shutil
import sqlite3

import pytest

from firmware import logfile
from firmware.ballast import Ballast
from firmware.outbox import LOG, Entry
from firmware.wire.anchor import Anchor

from .logs import BADGE, BOOT, damaged_copies, opened, press, scans


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
