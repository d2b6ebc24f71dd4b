"""The organisers' screen is for everybody: by keys, on a phone, in light and dark."""

from dataclasses import replace
from itertools import pairwise

import pytest

from kiosk.rules.floor import Status

from ...axe import Axe
from ..conftest import MINUTE_MS
from .page import open_flow


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", ["/flow", "/flow/atelier/vr", "/flow/acts", "/flow/party/3"])
def test_no_page_has_a_fault_that_axe_finds(lively_day, open_page, path, scheme):
    lively_day.printer.says("paper_out", lively_day.clock())
    lively_day.day.ask_help("", "sheet", 3)
    lively_day.day.set_status("arts", Status.PAUSED, "organiser 1")
    page = open_page(lively_day.url + path, 390, 844, color_scheme=scheme)
    found = Axe().run(page).response["violations"]
    assert [(each["id"], each["nodes"][0]["html"][:200]) for each in found] == []


def test_the_list_of_what_to_do_is_worked_through_by_keys_alone(lively_day, open_page):
    lively_day.day.ask_help("", "sheet", 3)
    page = open_flow(open_page, lively_day)
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('.task[data-kind=help] .first')"):
            break
    else:
        pytest.fail("the first button of the list is reached by Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector(".task[data-kind=help]", state="detached")
    assert page.evaluate("document.activeElement.matches('.tasks *')")
    page.wait_for_selector("#lately .done")


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (390, 844)])
@pytest.mark.parametrize("language", ["fr", "en"])
def test_nothing_is_cut_off_and_nothing_scrolls_sideways(lively_day, open_page, width, height, language):
    lively_day.printer.says("paper_out", lively_day.clock())
    page = open_flow(open_page, lively_day, width, height, query=f"?lang={language}")
    assert page.evaluate("document.scrollingElement.scrollWidth") <= width
    cut = page.evaluate(
        """() => [...document.querySelectorAll("main *")].filter((each) => each.scrollWidth > each.clientWidth + 1 &&
          each.clientWidth && getComputedStyle(each).clipPath === "none" &&
          !each.matches("svg, svg *, [role=region][tabindex='0']")) // a wide table is scrolled by itself, by keys too
          .map((each) => each.outerHTML.slice(0, 80))"""
    )
    assert cut == []


@pytest.mark.parametrize("closes", [12, 16, 22, 24])
def test_the_hours_of_a_day_stand_apart_however_long_it_is(roubaix, open_house, open_page, closes):
    opens_ms = roubaix.opens_ms - 60 * MINUTE_MS  # nine
    window = replace(
        roubaix.windows[0], opens_ms=opens_ms, closes_ms=opens_ms + (closes - 9) * 60 * MINUTE_MS
    )
    house = open_house(replace(roubaix, windows=(window,)), opens_ms + 40 * MINUTE_MS)
    page = open_flow(open_page, house, 390, 844)
    for width in (390, 360, 800, 1280):
        page.set_viewport_size({"width": width, "height": 844})
        boxes = page.eval_on_selector_all(
            ".hours text",
            "all => all.filter(each => each.checkVisibility()).map(each => each.getBoundingClientRect().toJSON())",
        )
        assert len(boxes) >= 2
        assert all(one["right"] + 3 <= other["left"] for one, other in pairwise(boxes)), width


def test_what_is_wrong_is_seen_without_scrolling_on_a_phone(house, open_page):
    house.printer.says("paper_out", house.clock())
    page = open_flow(open_page, house, 390, 844)
    house.day.ask_help("", "sheet")
    page.wait_for_selector(".task:nth-child(2)")
    for place in (1, 2):
        box = page.locator(f".task:nth-child({place})").bounding_box()
        assert box["y"] + box["height"] <= 844
