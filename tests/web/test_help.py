"""A family calls a volunteer, hears that somebody comes, and may take it back; the call stays in sight."""

import re
from pathlib import Path

import pytest

from kiosk import web
from kiosk.texts import texts
from kiosk.web import told
from kiosk.web.shown import REPLACED

TEMPLATES = Path(web.__file__).with_name("templates")


@pytest.fixture
def page(house, open_page):
    return open_page(house.door_url + "/door/language", clock=True)


def call(page):
    page.click("#rail-help")
    page.wait_for_selector("[data-step=help]")


def test_a_call_is_kept_with_where_the_family_was(house, page):
    call(page)
    (open_call,) = house.day.view.help
    assert (open_call.place, open_call.subject, open_call.party) == ("", "language", 0)
    assert page.text_content("h1") == texts("fr").text("door.help.title")


def test_called_twice_it_is_one_call_and_stays_in_sight_of_the_next_step(house, page):
    call(page)
    page.click(".coming-ways a")
    page.wait_for_selector("[data-step=language]")
    assert page.text_content("#rail-help [lang=fr]").strip() == texts("fr").text("door.help.coming")
    call(page)
    assert len(house.day.view.help) == 1
    page.click(".coming-ways a")
    page.wait_for_selector("[data-step=language]")


def test_it_can_be_taken_back(house, page):
    call(page)
    page.click(".coming-ways form button")
    page.wait_for_selector("[data-step=language]")
    assert house.day.view.help == ()
    assert page.text_content("#rail-help [lang=fr]").strip() == texts("fr").text("door.help.ask")


def test_when_somebody_came_the_family_goes_on_by_itself(house, page):
    call(page)
    house.day.give_help("")
    page.clock.run_for(4_500)
    page.wait_for_selector("[data-step=language]")


def test_a_party_that_is_known_is_named_with_its_call(house, open_page):
    page = open_page(house.door_url + "/door/language")
    page.click("button[value=fr]")
    page.locator("[name=do][value^='more:']").first.click()
    page.click("[name=do][value=print]")
    page.wait_for_selector("[data-step=sheet]")
    call(page)
    (open_call,) = house.day.view.help
    assert (open_call.subject, open_call.party) == ("sheet", 1)


@pytest.mark.parametrize(
    "page_said", ["https://evil.example/", "//evil.example", "/flow", "/door/../flow?x", "/doors", ""]
)
def test_a_call_leads_nowhere_but_to_the_door(house, page_said):
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    body = f"page={page_said}&step=<b>x</b>".encode()
    status, headers, _ = house.ask("POST", "/door/help/end", body, form, house.door_port)
    assert (status, headers["location"]) == (303, "/door")
    house.ask("POST", "/door/help", body, form, house.door_port)
    assert house.day.view.help[0].subject == ""


def test_whatever_a_family_may_call_about_is_told_to_who_is_called():
    """Every step of the door, and every button that says more; at the start there is nothing to say."""
    pages = "".join(path.read_text("utf-8") for path in (TEMPLATES / "door").glob("*.html"))
    steps = {
        *re.findall(r"block step %}([a-z]+){%", pages),
        *re.findall(r'name="step" value="([a-z]+)"', pages),
    }
    assert len(steps) > 15
    assert {*steps, REPLACED} - {"start", "help"} == set(told.SUBJECTS)
    for language in ("fr", "en"):
        for subject in told.SUBJECTS:
            assert texts(language).text(f"flow.help.about.{subject}")
