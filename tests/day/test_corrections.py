"""Lost badges, scans that were wrong, and words for everybody."""

import pytest

from firmware.wire.anchor import Anchor
from kiosk.day import Day
from kiosk.errors import Refused, UnknownAtelier, UnknownParty
from kiosk.rules.board import board
from kiosk.rules.floor import Status

EPOCH = "ab" * 8
BOOT = "cd" * 8
MINUTE_MS = 60_000


def test_a_lost_badge_is_replaced_and_the_history_follows_the_party(day, clock, batch, passage, family):
    first = day.check_in(family, "fr").party.badge
    clock.at_ms += 5 * MINUTE_MS
    day.receive(batch(passage(1, first), passage(2, first, "enter"))).result(20)
    new = day.replace_badge(1)
    assert new != first
    day.receive(batch(passage(3, new, "leave"))).result(20)
    assert [stay.state for stay in day.view.guest_of(1).journey.stays] == ["done"]
    assert day.view.parties[1].badge == new
    assert day.floor().came.parties == 1


def test_a_photocopied_badge_at_two_ateliers_is_accepted_and_flagged(
    day, clock, event, batch, passage, family
):
    badge = day.check_in(family, "fr").party.badge
    clock.at_ms += 30 * MINUTE_MS
    anchors = (Anchor(BOOT, 0, event.opens_ms, 5),)
    day.receive(batch(passage(1, badge, boot_ms=600_000), anchors=anchors)).result(20)
    copy = passage(1, badge, boot_ms=610_000, station="vr", atelier="vr", kind="enter")
    assert day.receive(batch(copy, anchors=anchors, station="vr")).result(20).prefix == 1
    assert board(day.view, clock())["two_places"] == 1


def test_a_struck_scan_counts_no_more(day, clock, batch, passage, family):
    badge = day.check_in(family, "fr").party.badge
    day.receive(batch(passage(1, badge))).result(20)
    assert day.floor().by_id["arts"].queued.parties == 1
    day.strike("arts", EPOCH, 1)
    day.strike("arts", EPOCH, 1)
    assert day.floor().by_id["arts"].queued.parties == 0
    assert day.view.passages == 1


@pytest.mark.parametrize("which", [("arts", EPOCH, 2), ("vr", EPOCH, 1), ("\ud800", "x", 1)])
def test_a_scan_that_never_came_cannot_be_struck(day, which, batch, passage):
    day.receive(batch(passage(1, "CFBXKCNGBKHTJKGJ"))).result(20)
    with pytest.raises(Refused, match="no passage"):
        day.strike(*which)
    assert day.alive


def test_a_party_that_went_home_is_gone_and_back_when_it_is_scanned(day, clock, batch, passage, family):
    badge = day.check_in(family, "fr").party.badge
    day.receive(batch(passage(1, badge))).result(20)
    clock.at_ms += MINUTE_MS
    day.see_off(1)
    assert (day.floor().gone.people, day.floor().by_id["arts"].queued.people) == (3, 0)
    clock.at_ms += MINUTE_MS
    anchors = (Anchor(BOOT, 0, clock.at_ms, 5),)
    day.receive(batch(passage(2, badge, "enter", boot_ms=0), anchors=anchors)).result(20)
    assert day.floor().by_id["arts"].occupied.people == 3


@pytest.mark.parametrize("ask", [Day.see_off, Day.print_again, Day.replace_badge])
def test_a_party_that_never_came_is_told(day, ask):
    with pytest.raises(UnknownParty, match="no party has number 7"):
        ask(day, 7)


def test_an_atelier_that_there_is_not_is_told_with_those_that_there_are(day):
    with pytest.raises(UnknownAtelier, match="mario-kart"):
        day.set_status("sauna", Status.OPEN)


@pytest.mark.parametrize("texts", [{}, {"fr": ""}, {"fr": " \n", "en": "\t"}])
def test_an_announcement_without_words_is_refused(day, texts):
    with pytest.raises(Refused):
        day.announce(texts, 10**13)


def test_any_words_can_be_announced_and_only_words_are(day, restart, clock):
    day.announce({"fr": "<b>\ud800\x1b@'; --", "en": "أهلا", "ar": "\x1d\u202e"}, clock() + 1)
    (found,) = restart().view.announcements_at(clock())
    assert found.texts == {"fr": "<b> @'; --", "en": "أهلا"}
    assert (found.at_ms, found.until_ms) == (clock(), clock() + 1)


def test_what_is_announced_is_short_enough_to_be_read(day, clock):
    day.announce({"fr": "a" * 300}, clock() + 1)
    with pytest.raises(Refused, match="300"):
        day.announce({"fr": "a" * 301}, clock() + 1)
