"""The day in each of its moments (scenes.py): what is to be done is told, and done by one button."""

import re
from urllib.parse import urlencode

import pytest
from axe_playwright_python.sync_playwright import Axe

from kiosk.texts import whole_languages

from .scenes import KINDS, SCENES

FORM = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}


@pytest.fixture
def play(open_house):
    return lambda scene: scene.play(open_house(scene.event(), scene.at_ms))


def tasks(house, language="fr"):
    house.live._composed_s = float("-inf")
    return house.live.frame().shown[language]["tasks"]


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_what_is_to_be_done_comes_of_real_scans_and_goes_by_its_button(play, kind):
    house = play(SCENES[kind])
    for language in whole_languages():
        told = [each for each in tasks(house, language) if each["kind"] == kind]
        assert told, tasks(house, language)
        for each in told:
            said = [each[name] for name in ("what", "why", "button", "since", "asks")]
            assert not [words for words in said if "{" in words], said
            assert each["what"]
            assert each["button"]
            if clock := re.search(
                r"(\d+)[ \u00a0]h[ \u00a0]?(\d*)", each["since"] if language == "fr" else ""
            ):
                since = 60 * int(clock[1]) + int(clock[2] or 0)
                now = house.event.local(house.clock())
                assert since < 60 * now.hour + now.minute + 1, "nothing is so since later"
    keys = {each["key"] for each in told}
    for each in told:
        fields = {"key": each["key"], **each["remedy"], "sure": "1", "form": each["key"]}
        assert house.ask("POST", "/flow/do", urlencode(fields).encode(), FORM)[0] == 200, fields
    assert not keys & {each["key"] for each in tasks(house)}


def test_many_who_are_told_that_it_is_too_late_are_named_from_whom_to_whom(play):
    (late,) = (each for each in tasks(play(SCENES["late"])) if each["kind"] == "late")
    assert re.search(r"les \d+ familles, de \w+\s\d+ à \w+\s\d+\.", late["why"])


@pytest.mark.parametrize("name", ["all-at-once", "quiet-stations", "before"])
def test_no_moment_of_the_day_has_a_fault_that_axe_finds(play, open_page, name):
    page = open_page(play(SCENES[name]).url + "/flow", 390, 844)
    page.wait_for_selector("[data-live=live]")
    assert page.evaluate("document.scrollingElement.scrollWidth") <= 390
    found = Axe().run(page).response["violations"]
    assert [(each["id"], each["nodes"][0]["html"][:200]) for each in found] == []
