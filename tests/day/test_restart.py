"""What the day answers is kept, and it shows the same after a restart."""

import threading
from contextlib import ExitStack, closing

import pytest

from firmware.wire.anchor import Anchor
from firmware.wire.batch import Garbled
from kiosk.day import Day
from kiosk.errors import JournalUnavailable
from kiosk.rules.board import board
from kiosk.rules.floor import Status
from kiosk.rules.printing import PrintState
from kiosk.store.journal import Journal

EPOCH = "ab" * 8
BOOT = "cd" * 8
MINUTE_MS = 60_000


def test_a_day_that_is_opened_again_shows_the_same(day, restart, clock, batch, passage, shown, family):
    first, second = (day.check_in(family, "fr", ["vr"]) for _ in range(2))
    clock.at_ms += 10 * MINUTE_MS
    anchors = (Anchor(BOOT, 0, clock.at_ms - 9 * MINUTE_MS, 5),)
    scans = [
        passage(1, first.party.badge),
        passage(2, first.party.badge, "enter"),
        passage(3, second.party.badge),
    ]
    scans += [passage(4, None, "pause"), passage(5, "CFBXKCNGBKHTJKGJ", "dance")]
    day.receive(batch(*scans, Garbled(6, '{"v":9}', "version 9"), anchors=anchors)).result(20)
    day.move_job(first.job, PrintState.SENT)
    day.move_job(first.job, PrintState.CONFIRMED)
    day.set_status("vr", Status.CLOSED)
    day.announce({"fr": "Goûter !"}, clock() + MINUTE_MS)
    day.strike("arts", EPOCH, 3)
    badge = day.replace_badge(1)
    day.see_off(2)
    before, words, key = shown(day), day.view.announcements, day.event_key
    day = restart()
    assert shown(day) == before
    assert day.view.announcements == words
    assert day.event_key == key
    assert day.view.guest_of(1).party.badge == badge
    assert day.view.set_aside == 2


def test_a_clock_that_lost_its_battery_is_put_right_by_the_journal(day, restart, clock, event, family):
    clock.at_ms += 60 * MINUTE_MS
    day.check_in(family, "fr")
    clock.at_ms = 0
    restart()
    assert clock.at_ms == event.opens_ms + 60 * MINUTE_MS


def test_who_watches_is_told_of_each_change(day, family):
    since = day.view.version
    assert day.changed(since, 0).version == since
    found = []
    watching = threading.Thread(target=lambda: found.append(day.changed(since, 20)))
    watching.start()
    came = day.check_in(family, "fr")
    watching.join()
    assert found[0].parties == {1: came.party}
    assert day.changed(since, 20).version != since


def test_who_watches_is_let_go_when_the_day_ends(day, family):
    day.close()
    with pytest.raises(JournalUnavailable, match="stopping"):
        day.check_in(family, "fr")
    assert not day.alive


def test_a_restored_day_takes_the_same_batches_again_and_shows_the_same(
    day, tmp_path, event, clock, restart, batch, passage, family
):
    badge = day.check_in(family, "fr").party.badge
    clock.at_ms += 20 * MINUTE_MS
    copy = day.back_up(tmp_path / "backups")
    anchors = (Anchor(BOOT, 0, event.opens_ms, 5),)
    sent = [batch(passage(seq, badge, kind), anchors=anchors) for seq, kind in ((1, "arrive"), (2, "enter"))]
    for each in sent:
        day.receive(each).result(20)
    before = board(day.view, clock())
    with ExitStack() as stack:
        restored = stack.enter_context(closing(Day(Journal.open(copy), event, clock)))
        assert restored.view.passages == 0
        for each in sent:
            restored.receive(each).result(20)
        assert board(restored.view, clock()) == before
