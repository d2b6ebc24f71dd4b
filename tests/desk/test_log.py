"""The desk's own log: a chain without a gap, through a restart, a restore and a full disk."""

from pathlib import Path

import pytest

from firmware.wire.passage import CHAIN_START
from kiosk.errors import JournalUnavailable
from kiosk.rules.board import board
from kiosk.rules.floor import Status
from kiosk.store import backup
from kiosk.store.journal import Journal

from .hub import MINUTE_MS, kinds


def test_its_passages_are_one_chain_without_a_gap(hub):
    badges = hub.families(1, 2, 1, 3)
    hub.queue("vr", *badges)
    for act in ("next", "next", "done", "next", "pause", "resume"):
        hub.clock.at_ms += 20_000
        hub.desk.press("vr", act)
    hub.desk.undo("vr")
    log = hub.log()
    assert [passage.seq for passage in log] == list(range(1, len(log) + 1))
    assert [passage.prev for passage in log] == [CHAIN_START, *(passage.digest for passage in log[:-1])]
    assert {(passage.epoch, passage.boot) for passage in log} == {(hub.day.epoch, f"{1:016x}")}
    assert hub.day.view.forks == 0


def test_the_passages_of_a_press_share_a_moment_that_no_other_press_has(hub):
    badges = hub.families(1, 1, 1, 1)
    hub.queue("vr", *badges)
    hub.desk.press("vr", "next")
    hub.desk.press("vr", "next")  # the clock has not moved
    moments = [passage.boot_ms for passage in hub.log()]
    assert moments == sorted(moments)
    assert len(set(moments)) == 6
    assert hub.log()[-1].boot_ms == hub.log()[-2].boot_ms


def test_the_log_goes_on_after_a_restart(hub):
    first, second = hub.families(1, 1)
    hub.queue("vr", first, second)
    hub.desk.press("vr", "next")
    hub.restart()
    assert hub.desk.can_undo("vr")
    assert not hub.desk.can_undo("arts")
    hub.clock.at_ms += MINUTE_MS
    hub.desk.press("vr", "next")
    log = hub.log()
    assert [passage.seq for passage in log] == list(range(1, 7))
    assert log[4].prev == log[3].digest
    assert hub.day.view.forks == 0
    assert kinds(hub.desk.undo("vr")) == [("undo", second), ("undo", first)]
    assert hub.who("vr") == ([], [first, second], [])
    assert kinds(hub.desk.undo("vr")) == [("undo", second), ("undo", first)]
    assert hub.who("vr") == ([first, second], [], [])


def test_a_restored_hub_begins_another_log(hub, tmp_path):
    (badge,) = hub.families(1)
    hub.queue("vr", badge)
    kept = hub.day.back_up(tmp_path / "backups")
    before = hub.day.epoch
    hub.day.close()
    hub.path.write_bytes(b"damaged")
    Path(f"{hub.path}-wal").unlink(missing_ok=True)
    journal, mended = backup.open_or_restore(hub.path, kept.parent)
    assert mended
    journal.close()
    hub.start()
    assert hub.day.epoch != before
    assert not hub.desk.can_undo("vr")
    assert hub.who("vr") == ([badge], [], [])
    hub.clock.at_ms += MINUTE_MS
    hub.desk.press("vr", "next")
    assert [(passage.seq, passage.prev) for passage in hub.log() if passage.epoch == hub.day.epoch] == [
        (1, CHAIN_START)
    ]
    assert hub.day.view.forks == 0


def test_what_the_disk_refused_was_never_pressed(hub, monkeypatch):
    first, second = hub.families(1, 1)
    hub.queue("vr", first)
    append = Journal.append

    def full(journal: Journal, entries: object) -> None:
        raise JournalUnavailable("full")

    monkeypatch.setattr(Journal, "append", full)
    with pytest.raises(JournalUnavailable):
        hub.desk.press("vr", "next")
    with pytest.raises(JournalUnavailable):
        hub.desk.press("vr", "pause")
    monkeypatch.setattr(Journal, "append", append)
    hub.queue("vr", second)
    assert kinds(hub.desk.press("vr", "next")) == [("call", first), ("call", second)]
    assert [passage.seq for passage in hub.log()] == [1, 2, 3, 4]
    assert hub.day.view.statuses.of("vr", hub.day.clock()) is Status.OPEN


def test_the_floor_is_the_same_after_a_restart(hub):
    badges = hub.families(1, 2, 1, 1)
    hub.queue("vr", *badges)
    for act in ("next", "next", "done", "pause"):
        hub.clock.at_ms += 30_000
        hub.desk.press("vr", act)
    hub.desk.undo("vr")
    before = board(hub.day.view, hub.clock())
    hub.restart()
    assert board(hub.day.view, hub.clock()) == before
