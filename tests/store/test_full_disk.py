"""A disk that fills up: nothing is shown that is not kept, and it goes on when there is room again.

On a small tmpfs where we may mount one; with a journal of few pages otherwise.
"""

import os
import subprocess
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest

from firmware.wire.batch import Batch, Health
from firmware.wire.passage import CHAIN_START, Passage
from kiosk.errors import JournalUnavailable
from kiosk.rules.board import board, journeys
from kiosk.rules.floor import Status
from kiosk.rules.party import Group
from kiosk.store import backup
from kiosk.store.journal import Journal

FAMILY = (Group("6-11", "f", 2), Group("18-59", "m", 1))


class Disk:
    """A folder with little room, and a way to fill and to free it."""

    def __init__(self, folder: Path, mounted: bool) -> None:
        self.folder = folder
        self.mounted = mounted
        self.path = folder / "j.db"

    def fill(self, journal: Journal) -> None:
        if self.mounted:
            ballast = os.open(self.folder / "ballast", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
            for size in (65536, 4096, 512, 1):
                with suppress(OSError):
                    while os.write(ballast, bytes(size)):
                        pass
            os.close(ballast)
        else:
            pages = journal._db.conn.execute("PRAGMA page_count").fetchone()[0]
            journal._db.conn.execute(f"PRAGMA max_page_count={pages + 1}").fetchone()

    def free(self, journal: Journal) -> None:
        (self.folder / "ballast").unlink(missing_ok=True)
        journal._db.conn.execute("PRAGMA max_page_count=1000000").fetchone()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Disk]:
    command = ["mount", "-t", "tmpfs", "-o", "size=2m", "ronde-test", tmp_path]
    if subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("only root may mount a small disk")
    try:
        yield Disk(tmp_path, mounted=True)
    finally:
        subprocess.run(["umount", tmp_path], check=True)


@pytest.fixture(params=["tmpfs", "pages"])
def disk(request: pytest.FixtureRequest, tmp_path: Path) -> Disk:
    return (
        request.getfixturevalue("small_disk") if request.param == "tmpfs" else Disk(tmp_path, mounted=False)
    )


def shown(view, now_ms):
    return board(view, now_ms), journeys(view, now_ms), view.jobs, view.version


def test_nothing_is_shown_that_is_not_kept_and_it_goes_on_when_there_is_room(disk, roubaix, clock, open_day):
    journal = Journal.open(disk.path)
    day = open_day(journal)
    first = day.check_in(FAMILY, "fr")
    disk.fill(journal)
    answered = [first.party.number]
    refused = 0
    while refused < 5:
        before = shown(day.view, clock())
        try:
            answered.append(day.check_in(FAMILY, "fr").party.number)
        except JournalUnavailable as error:
            refused += 1
            assert "cannot be written" in str(error)
            assert shown(day.view, clock()) == before
    assert day.alive
    assert day.view.parties.keys() == set(answered)
    assert day.between(
        lambda journal: journal.secrets("event")
    )  # what asks for nothing to be kept is answered still

    disk.free(journal)
    after = day.check_in(FAMILY, "fr")
    assert after.party.number == len(answered) + 1
    assert after.job == len(answered) + 1
    kept = board(day.view, clock()), journeys(day.view, clock())
    day.close()
    again = open_day(disk.path)
    assert (board(again.view, clock()), journeys(again.view, clock())) == kept
    assert again.view.jobs.keys() == again.view.parties.keys() == {*answered, after.party.number}


def passage(seq, badge):
    return Passage("arts", "ab" * 8, seq, "arts", "arrive", badge, "0" * 16, seq, 0, CHAIN_START)


def test_a_station_is_promised_nothing_and_sends_again(disk, open_day):
    journal = Journal.open(disk.path)
    day = open_day(journal)
    badge = day.check_in(FAMILY, "fr").party.badge

    def batch(first, count):
        passages = tuple(passage(seq, badge) for seq in range(first, first + count))
        health = Health(0, True, "1")
        return Batch("arts", "ab" * 8, "0" * 16, "c" * 16, "0" * 16, 9, 0, first, passages, (), health)

    held = 0
    disk.fill(journal)
    for first in range(1, 20_000, 100):
        try:
            held = day.receive(batch(first, 100)).result(20).prefix
        except JournalUnavailable:
            break
    with pytest.raises(JournalUnavailable):
        day.receive(batch(held + 1, 200)).result(20)
    assert day.view.passages == held
    disk.free(journal)
    assert day.receive(batch(held + 1, 200)).result(20).prefix == held + 200
    day.close()
    assert open_day(disk.path).view.passages == held + 200


def test_a_hub_that_starts_on_a_full_disk_still_shows_the_day(disk, roubaix, clock, open_day):
    journal = Journal.open(disk.path)
    day = open_day(journal)
    for _ in range(5):
        day.check_in(FAMILY, "fr")
    disk.fill(journal)
    kept = board(day.view, clock())
    day.close()
    journal, mended = backup.open_or_restore(disk.path, disk.folder / "backups")
    if not disk.mounted:
        disk.fill(journal)
    again = open_day(journal)
    assert mended is None
    assert board(again.view, clock()) == kept
    with pytest.raises(JournalUnavailable):
        for _ in range(100):
            again.set_status("vr", Status.PAUSED)
            again.set_status("vr", Status.OPEN)


def test_a_backup_on_a_full_disk_is_told_and_takes_no_room(small_disk, open_day):
    journal = Journal.open(small_disk.path)
    day = open_day(journal)
    for _ in range(20):
        day.check_in(FAMILY, "fr")
    small_disk.fill(journal)
    with pytest.raises(JournalUnavailable, match="no copy at"):
        day.back_up(small_disk.folder / "backups")
    assert list((small_disk.folder / "backups").iterdir()) == []
    small_disk.free(journal)
    with closing(Journal.open(day.back_up(small_disk.folder / "backups"))) as copy:
        assert len(copy) == 80


def test_a_journal_that_cannot_be_begun_for_want_of_room_is_told(small_disk, roubaix):
    small_disk.fill(None)
    with pytest.raises(JournalUnavailable):
        Journal.open(small_disk.path)
