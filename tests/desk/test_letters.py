"""A badge whose letters are typed means what a scan of it would."""

import random

import pytest

from firmware.wire import screen, token
from firmware.wire.errors import BadBadge, ForeignBadge
from kiosk.rules.facts import StationSet
from kiosk.rules.presses import DESK
from kiosk.store.writer import Decision

from .hub import MINUTE_MS, kinds


def test_letters_mean_what_a_scan_at_this_atelier_means(hub):
    (badge,) = hub.families(1)
    assert kinds(hub.desk.scan("vr", badge)) == [("arrive", badge)]
    hub.clock.at_ms += MINUTE_MS
    assert kinds(hub.desk.scan("vr", badge.lower())) == [("enter", badge)]
    hub.clock.at_ms += MINUTE_MS
    assert kinds(hub.desk.scan("vr", token.grouped(badge))) == [("leave", badge)]
    hub.clock.at_ms += MINUTE_MS
    assert kinds(hub.desk.scan("vr", badge)) == [("arrive", badge)]


def test_who_was_called_comes_in_by_any_scan(hub):
    (badge,) = hub.families(1)
    hub.queue("usages", badge)  # its scans mean arrival alone
    hub.desk.press("usages", "call", badge=badge)
    assert kinds(hub.desk.scan("usages", badge)) == [("enter", badge)]


def test_letters_sent_twice_are_one_scan(hub):
    (badge,) = hub.families(1)
    hub.desk.scan("vr", badge)
    hub.clock.at_ms += 9000
    again = hub.desk.scan("vr", badge)
    assert (again.tone, kinds(again)) == (screen.REPEAT, [("arrive", badge)])
    assert len(hub.log()) == 1
    hub.clock.at_ms += 1000
    assert kinds(hub.desk.scan("vr", badge)) == [("enter", badge)]


def test_letters_of_a_scan_that_was_taken_back_are_no_repeat(hub):
    (badge,) = hub.families(1)
    hub.desk.scan("vr", badge)
    hub.desk.undo("vr")
    assert kinds(hub.desk.scan("vr", badge)) == [("arrive", badge)]
    assert hub.who("vr") == ([badge], [], [])


def test_unreadable_foreign_and_own_letters_are_told_apart(hub):
    with pytest.raises(BadBadge):
        hub.desk.scan("vr", "CHAT7")
    with pytest.raises(ForeignBadge):
        hub.desk.scan("vr", token.issue(b"another event", random.Random(1).randrange))
    assert hub.log() == []
    unknown = token.issue(hub.day.event_key, random.Random(1).randrange)  # issued, but not in this journal
    assert kinds(hub.desk.scan("vr", unknown)) == [("arrive", unknown)]
    assert hub.day.floor().unknown_badges == 1


def test_the_old_badge_of_a_party_that_has_a_new_one_still_speaks_for_it(hub):
    (old,) = hub.families(1)
    hub.queue("vr", old)
    new = hub.day.replace_badge(hub.day.view.badges[old])
    hub.clock.at_ms += MINUTE_MS
    assert kinds(hub.desk.scan("vr", old)) == [("enter", old)]
    assert hub.who("vr") == ([], [], [new])


def test_without_a_station_the_usual_steps_hold(hub):
    def revoke(name: str) -> None:
        gone = StationSet(name, "vr", ("enter",), active=False)
        hub.day.decide(lambda ledger, now_ms: Decision([gone], lambda: None))

    assert hub.event.one_more(DESK, "vr").steps == ("arrive", "enter", "leave")
    revoke("vr")
    assert hub.day.event.one_more(DESK, "vr").steps == ("arrive",)
    revoke("vr-file")
    assert hub.day.event.one_more(DESK, "vr").steps == ("arrive", "enter", "leave")
