"""A family that is here already is found and helped; calls for help show above all."""

import re

import pytest
from playwright.sync_api import expect

from kiosk.rules.party import PICTURES, Group
from kiosk.texts import texts

from .desks import MINUTE_MS, came, found


def test_a_family_is_found_by_its_picture_and_number(house, desk):
    for _ in range(35):
        house.day.check_in([Group("18-59", "f", 2)], "ar")
    page = desk(768, 1024)
    found(page, "fish", 2)
    page.locator("dialog .who").wait_for()
    expect(page.locator("dialog h2")).to_have_text("Poisson 2")
    expect(page.locator("dialog header p")).to_contain_text("2 personnes · العربية")
    assert page.locator("dialog .now b").count() == 1
    page.keyboard.press("Escape")
    found(page, "dog", 7)
    page.locator("dialog .told span").wait_for()
    expect(page.locator("dialog .told")).to_contain_text("Personne ici")


@pytest.mark.parametrize("scripts", [True, False])
def test_what_was_said_of_a_nickname_is_kept_and_what_lacks_is_told(house, desk, scripts):
    house.day.check_in([Group("18-59", "f", 2)], "ar")
    house.day.check_in([Group("18-59", "f", 2)], "ar")
    page = desk(java_script_enabled=scripts)
    page.click(".find")
    page.fill("#number", "1")
    page.click(".number-line .first")
    page.locator("#told span").wait_for()
    expect(page.locator("#told")).to_have_text("Il manque l’image : touchez celle de la feuille ou du badge.")
    assert page.input_value("#number") == "1"
    page.check("[value=rocket]", force=True)
    page.click(".number-line .first")
    page.locator(".who h2").wait_for()
    expect(page.locator(".who h2")).to_have_text("Fusée 1")


def test_a_picture_without_a_number_is_kept(volunteer):
    status, _, page = volunteer.ask("GET", "/express/find?picture=rocket&number=")
    assert status == 400
    assert "Il manque le numéro" in page
    assert re.findall(r'value="(\w+)"[^>]* checked', page) == ["rocket"]


def test_no_name_of_a_picture_is_broken_inside_a_word(desk):
    for width, height in ((820, 1180), (1024, 768)):
        page = desk(width, height, path="/express/find")
        for language in ("fr", "en"):
            names = [texts(language).text(f"picture.{picture}") for picture in PICTURES]
            wide = page.evaluate(
                """names => [...document.querySelectorAll(".picture-tile")].flatMap((tile, at) => {
                  const small = tile.querySelector("small");
                  small.textContent = names[at];
                  const words = new Range();
                  words.selectNodeContents(small);
                  const lines = new Set([...words.getClientRects()].map((box) => Math.round(box.top)));
                  const over = small.scrollWidth > small.clientWidth || small.offsetWidth > tile.clientWidth;
                  return over || lines.size > names[at].split(" ").length ? [names[at]] : [];
                })""",
                names,
            )
            assert wide == []


def test_a_lost_sheet_gives_a_new_badge_and_flags_the_old_one(house, desk):
    old = house.day.check_in([Group("18-59", "f", 2)], "fr").party.badge
    page = desk()
    found(page, "cat", 1)
    page.click("dialog .act >> text=Feuille perdue")
    expect(page.locator("dialog .question")).to_contain_text("L’ancien sera signalé")
    page.click("dialog .question .first")
    page.locator("dialog .done").wait_for()
    assert came(house).badge != old
    assert house.day.view.badges[old] == 1
    assert house.day.sheets_of(1) == 1  # the queued one carries the new badge


def test_a_lost_sheet_that_is_sent_twice_is_replaced_once(house, volunteer):
    house.day.check_in([Group("18-59", "f", 2)], "fr", sheet=False)
    page = volunteer.ask("GET", "/express/party/1?ask=lost")[2]
    fields = dict(re.findall(r'name="(form|carries)" value="([^"]+)"', page))
    for _ in range(2):
        assert volunteer.ask("POST", "/express/party/1", do="lost", **fields)[0] == 303
    assert len(house.day.view.badges) == 2
    assert house.day.sheets_of(1) == 1


def test_a_family_that_went_home_is_no_longer_here(house, desk):
    house.day.check_in([Group("18-59", "f", 2)], "fr")
    page = desk()
    found(page, "cat", 1)
    page.click("dialog .act >> text=Rentrée chez elle")
    page.click("dialog .question .first")
    page.locator("dialog .done").wait_for()
    expect(page.locator("dialog .now")).to_contain_text("Notée comme rentrée chez elle.")
    assert house.day.floor().on_site.people == 0
    house.clock.at_ms += MINUTE_MS
    house.scan("vr", "arrive", came(house).badge)
    assert house.day.floor().on_site.people == 2


def test_a_family_in_two_parts_knows_of_the_other(house, desk):
    house.day.check_in_apart([[Group("18-59", "f", 2)], [Group("6-11", "m", 2)]], "fr")
    page = desk()
    found(page, "cat", 1)
    page.click("dialog >> text=Même famille")
    page.locator("dialog h2 >> text=Fusée 1").wait_for()


@pytest.mark.parametrize("path", ["/express/party/7", "/express/party/7/badge"])
def test_nobody_is_not_found(volunteer, path):
    assert volunteer.ask("GET", path)[0] == 404


# Calls for help


def test_a_call_for_help_shows_above_all_until_somebody_goes(house, desk):
    house.day.check_in([Group("18-59", "f", 2)], "fr")
    page = desk()
    house.day.ask_help("Borne 2", "sheet", 1)
    call = page.locator("#alarms .caller")
    call.wait_for()
    assert call.locator("p").inner_text().replace("\xa0", " ") == (
        "Borne 2 appelle en attendant sa feuille · Chat 1 · depuis 14 h 35"
    )
    call.locator("button").click()
    call.wait_for(state="detached")
    assert house.day.view.help == ()
