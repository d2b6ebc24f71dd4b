"""On a full card nothing that was acknowledged is lost, and a ballast gives room back."""

import itertools

import pytest

from firmware.ballast import Ballast
from firmware.errors import OutboxFull
from firmware.outbox import Entry

from .logs import BADGE, opened, press, scans


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
