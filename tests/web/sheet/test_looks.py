"""The page of the sheet is for everybody: without scripts, by keys, to a screen reader, at a finger's size."""

import pytest

from kiosk.rules.printing import PrintState
from kiosk.texts import texts

from ...axe import Axe
from ..visitor import only_party
from .families import SIZES, check_in, headline, said, sent

FINGER = {480: 78, 1280: 124}  # 15 mm on the official displays
STAGE = "(({scrollHeight, clientHeight}) => [scrollHeight, clientHeight])(document.getElementById('stage'))"


def test_it_all_goes_without_scripts(house, open_page):
    house.printer.says("paper_out", house.clock())
    page = open_page(house.door_url + "/door", java_script_enabled=False)
    check_in(page)
    page.click(".photo button")
    assert texts("fr").text("door.job.photo") == said(page, ".job-headline")
    page.click("#done")
    assert page.is_visible(".attract")


def test_what_a_screen_reader_hears(house, door):
    check_in(door)
    party = only_party(house)
    with door.expect_response("**/door/sheet/status"):
        house.printer.says("paper_out", house.clock())
    door.wait_for_selector(".photo")
    assert door.get_attribute(".code img", "alt") == texts("fr").text(
        "door.badge_alt", name=texts("fr").nickname(party.nickname)
    )
    assert texts("fr").text("door.job.held") in said(door, "#announced")
    heard = door.get_attribute("#spoken", "data-said")
    assert texts("fr").nickname(party.nickname).replace("\u00a0", " ") in heard
    assert texts("fr").text("door.photo") in heard


def test_by_keyboard_alone_the_picture_is_confirmed(house, door):
    house.printer.says("paper_out", house.clock())
    check_in(door)
    for _ in range(12):
        door.keyboard.press("Tab")
        if door.evaluate("document.activeElement.id") == "photographed":
            break
    door.keyboard.press("Enter")
    headline(door, "door.job.photo")


@pytest.mark.parametrize("language", ["fr", "ar"])
@pytest.mark.parametrize("size", SIZES)
def test_in_each_state_all_is_seen_and_every_target_fits_a_finger(house, open_page, language, size):
    house.day.make_badges(1)
    scheme = "dark" if language == "ar" else "light"
    page = open_page(house.door_url + "/door", *size, reduced_motion="reduce", color_scheme=scheme)
    check_in(page, language)
    looked_at(page, size)
    sent(house, PrintState.SENT, PrintState.CONFIRMED)
    page.wait_for_selector("[data-mood=done]")
    looked_at(page, size)
    page.click("#done")
    page.wait_for_selector(".attract")
    check_in(page, language)
    house.printer.says("paper_out", house.clock())
    page.wait_for_selector(".photo")
    looked_at(page, size)
    house.printer.says("", house.clock())
    sent(house, PrintState.SENT, PrintState.UNKNOWN, detail="stalled")
    page.wait_for_selector("[data-mood=unsure]")
    looked_at(page, size)


def looked_at(page, size):
    whole, seen = page.evaluate(STAGE)
    assert whole <= seen
    heights = page.eval_on_selector_all(
        "#stage button, #stage summary, #stage a",
        "all => all.map(each => each.getBoundingClientRect().height)",
    )
    assert min(heights) >= FINGER[size[1]]
    assert Axe().run(page).violations_count == 0, Axe().run(page).generate_report()
