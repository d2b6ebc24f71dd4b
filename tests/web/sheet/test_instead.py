"""What a family takes instead where the printer cannot: a picture of its code, a badge, a volunteer."""

from kiosk.rules.printing import REPLACED, PrintState
from kiosk.texts import texts

from ..visitor import only_party
from .families import check_in, headline, job_of, said, sent


def test_after_the_picture_is_taken_nothing_is_printed_any_more(house, door):
    house.printer.says("paper_out", house.clock())
    check_in(door)
    door.click(".photo button")
    headline(door, "door.job.photo")
    assert (job_of(house).state, job_of(house).detail) == (PrintState.CANCELLED, REPLACED)
    assert door.locator(".photo").count() == 0
    door.click(".recall summary")
    assert door.is_visible(".recall img")
    house.printer.says("", house.clock())
    door.click("#done")
    door.wait_for_selector(".attract")


def test_a_badge_that_is_taken_instead_gives_its_nickname_and_calls_the_sheet_off(house, door):
    (blank,) = house.day.make_badges(1)
    house.scanners.at = {1}
    house.printer.says("paper_out", house.clock())
    check_in(door)
    before = said(door, "h1")
    house.clock.at_ms += 1000
    assert texts("fr").text("door.offer.show") in said(door, ".instead")
    house.services.scans.put(1, blank.badge)
    headline(door, "door.job.taken")
    party = only_party(house)
    assert (party.badge, party.sign) == (blank.badge, blank.sign)
    assert said(door, "h1") == texts("fr").nickname(party.nickname) != before
    assert job_of(house).state is PrintState.CANCELLED


def test_without_a_scanner_its_letters_are_typed(house, door):
    (blank,) = house.day.make_badges(1)
    house.printer.says("paper_out", house.clock())
    check_in(door)
    door.click("#type")
    door.wait_for_selector("[data-step=back]")
    door.click("#rail-back")
    door.wait_for_selector("[data-step=sheet]")
    door.click("#type")
    door.wait_for_selector("[data-step=back]")
    house.clock.at_ms += 1000
    for letter in blank.badge:
        door.click(f".key[value={letter}]")
    headline(door, "door.job.taken")
    assert only_party(house).badge == blank.badge


def test_without_badges_to_take_a_volunteer_is_called(house, door):
    house.printer.says("paper_out", house.clock())
    check_in(door)
    assert texts("fr").text("door.no_phone") in said(door, "#neither")
    assert door.locator("#type").count() == 0
    door.click("#neither")
    door.wait_for_selector("[data-step=help]")
    assert [call.subject for call in house.day.view.help] == ["printer"]


def test_a_badge_is_not_taken_while_the_sheet_comes_out(house, door):
    (blank,) = house.day.make_badges(1)
    check_in(door)
    sent(house, PrintState.SENT)
    headline(door, "door.job.sent")
    with door.expect_response("**/door/scanned"):
        house.services.scans.put(1, blank.badge)
    sent(house, PrintState.CONFIRMED)
    headline(door, "door.job.confirmed")
    assert blank.badge in house.day.view.blank


def test_a_sheet_that_is_printed_leaves_the_next_badge_to_the_next_family(house, door):
    (blank,) = house.day.make_badges(1)
    check_in(door)
    sent(house, PrintState.SENT, PrintState.CONFIRMED)
    headline(door, "door.job.confirmed")
    house.services.scans.put(1, blank.badge)
    door.wait_for_selector("[data-step=language]")
    assert only_party(house).badge != blank.badge
