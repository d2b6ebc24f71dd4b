"""The notice of what is kept, why and for how long: two lines on the first screen, and a page behind it."""

from dataclasses import replace

import pytest

from kiosk.rules.event import Retention
from kiosk.texts import texts

from .conftest import afternoon
from .visitor import begin, said


def test_the_first_screen_says_in_two_lines_what_is_kept_and_for_how_long(house, open_page):
    page = open_page(house.door_url + "/door", reduced_motion="reduce")
    assert "Effacé en 7 jours." in said(page, ".notice .turn:visible")
    lines = page.eval_on_selector(
        ".notice .turn > span",
        "each => each.getBoundingClientRect().height / parseFloat(getComputedStyle(each).lineHeight)",
    )
    assert lines < 2.5


def test_the_page_behind_it_is_drawn_from_the_event_file_in_the_language_that_was_read(house, open_page):
    page = open_page(house.door_url + "/door", reduced_motion="reduce")
    page.click(".notice .turn:visible")
    page.wait_for_selector(".notice-page")
    words = said(page, ".notice-lines")
    for part in ("7 jours après", "que des totaux", house.event.organiser, "ni nom"):
        assert part in words
    page.click(".notice-languages [lang=ar]")
    page.wait_for_selector("html[lang=ar]")
    assert page.get_attribute("html", "dir") == "rtl"
    assert said(page, "h1") == texts("ar").text("door.notice_title")
    page.click("#rail-back")
    page.wait_for_selector(".attract")


def test_it_is_read_on_the_way_in_the_language_of_the_family(house, open_page):
    page = open_page(house.door_url + "/door")
    begin(page, "en")
    page.goto(house.door_url + "/door/notice?language=fr")
    assert page.get_attribute("html", "lang") == "en"
    assert page.locator(".notice-languages").count() == 0
    page.click("#rail-back")
    page.wait_for_selector(".family")


@pytest.mark.parametrize(
    ("days", "brief", "page"), [(0, "le soir même", "le soir même"), (1, "en 1 jour.", "1 jour après")]
)
def test_what_is_kept_for_no_day_or_one_is_said_so(open_house, open_page, roubaix, days, brief, page):
    event = replace(roubaix, retention=Retention(days, days))
    house = open_house(event, afternoon(roubaix))
    opened = open_page(house.door_url + "/door", reduced_motion="reduce")
    assert brief in said(opened, ".notice .turn:visible")
    opened.click(".notice .turn:visible")
    opened.wait_for_selector(".notice-page")
    assert page in said(opened, ".notice-lines")
