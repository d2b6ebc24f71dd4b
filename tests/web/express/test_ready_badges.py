"""When the printer cannot: badges that are ready."""

import pytest
from PIL import Image
from playwright.sync_api import expect

from kiosk.rules.party import Group, Nickname
from kiosk.rules.printing import PrintState

from ...qrcodes import qr_codes
from .desks import FIVE, came, count, lately, shown


def test_the_printer_s_trouble_says_what_to_do_at_once(house, desk):
    house.day.make_badges(3)
    page = desk()
    house.printer.says("paper_out", house.clock())
    alarm = page.locator(".printer-alarm")
    alarm.wait_for()
    assert alarm.inner_text().startswith("Imprimante\u00a0: Plus de papier")
    assert "Mettez un rouleau" in alarm.inner_text()
    assert "donnez un badge prêt" in alarm.inner_text()
    house.printer.says("", house.clock())
    alarm.wait_for(state="detached")


def test_the_next_badge_of_the_pile_is_one_touch_away(house, desk):
    made = house.day.make_badges(4)
    house.printer.says("paper_out", house.clock())
    page = desk()
    for place, fact in enumerate(made[:3], 1):
        count(page, {"18-59": 2})
        page.click(".pick")
        page.locator(".next-badge").wait_for()
        assert shown(page, ".next-badge b") == f"{['Chat', 'Fusée', 'Poisson'][place - 1]} 51"
        page.click(".next-badge")
        lately(page, place).locator("text=A son badge").wait_for()
        assert came(house, place).badge == fact.badge
        assert came(house, place).nickname == Nickname.of(fact.sign)
    assert house.day.view.jobs == {}


def test_a_badge_is_given_by_its_picture_and_number(house, desk):
    made = house.day.make_badges(80)
    page = desk(1024, 768)
    count(page, {"18-59": 1})
    page.click(".pick")
    page.check("dialog [value=fish]", force=True)
    assert page.locator("dialog .number-keys button").all_inner_texts() == ["51", "52", "53"]
    page.click("dialog .number-keys >> text=52")
    lately(page, 1).locator("text=Poisson 52").wait_for()
    assert came(house).badge == made[34].badge
    assert page.input_value("[name='n:18-59:x']") == ""


def test_a_badge_is_given_by_its_letters(house, desk):
    made = house.day.make_badges(40)
    page = desk()
    count(page, {"18-59": 1})
    page.click(".pick")
    page.click("dialog .letters summary")
    page.fill("dialog [name=letters]", made[7].badge.lower())
    page.click("dialog .letters .button")
    lately(page, 1).wait_for()
    assert came(house).badge == made[7].badge


def test_a_badge_that_is_taken_is_told_and_what_was_counted_is_taken_back(house, desk):
    made = house.day.make_badges(1)
    page = desk()
    count(page, {"18-59": 3})
    page.click(".pick")
    page.locator(".next-badge").wait_for()
    house.day.check_in([Group("18-59", "x", 1)], "fr", badge=made[0].badge)
    page.click(".next-badge")
    refused = page.locator("#outbox .refused")
    refused.wait_for()
    assert "Ce badge est déjà à quelqu’un" in refused.inner_text()
    count(page, {"60-plus": 1})
    refused.locator("text=Reprendre").click()
    expect(page.locator("#said")).to_have_text("Finissez d’abord la famille que vous comptez.")
    page.click(".clear")
    refused.locator("text=Reprendre").click()
    assert page.input_value("[name='n:18-59:x']") == "3"
    page.click(".print")
    lately(page, 2).wait_for()
    assert came(house, 2).size == 3


def test_a_badge_given_twice_by_the_same_form_is_given_once(house, volunteer):
    house.day.make_badges(2)
    first = volunteer.come("form-of-the-first", do="give", next="cat 51")
    assert first[0] == 200
    assert volunteer.come("form-of-the-first", do="give", next="cat 51") == first
    assert list(house.day.view.parties) == [1]
    status, answer = volunteer.come("form-of-the-second", do="give", next="cat 51")
    assert status == 409
    assert "déjà à quelqu’un" in answer["error"]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "Choisissez l’image"),
        ({"picture": "cat"}, "Il manque le numéro"),
        ({"number": "51"}, "Il manque l’image"),
        ({"picture": "nothing", "number": "51"}, "Il manque l’image"),
        ({"picture": "cat", "number": "99"}, "Aucun badge préparé"),
        ({"letters": "BBBBBBBBBBBBBBBB"}, "Ce ne sont pas les lettres"),
        ({"letters": "x"}, "Ce ne sont pas les lettres"),
    ],
)
def test_what_is_no_badge_is_told_in_words(house, volunteer, fields, words):
    house.day.make_badges(2)
    status, answer = volunteer.come("a-form", do="give", **fields)
    assert status == 409
    assert words in answer["error"]
    assert house.day.view.parties == {}


def test_a_family_that_waits_for_its_sheet_gets_a_badge_instead(house, desk):
    house.day.make_badges(2)
    house.printer.says("paper_out", house.clock())
    page = desk()
    count(page, FIVE)
    page.click(".print")
    lately(page, 1).locator("text=Attend l’imprimante").wait_for()
    lately(page, 1).locator(".entry-who").click()
    page.click("dialog .act >> text=Donner un badge prêt")
    page.locator("dialog .next-badge").click()
    page.locator("dialog .done").wait_for()
    expect(page.locator("dialog .done p")).to_have_text("Chat 51 porte ce badge désormais.")
    lately(page, 1).locator("text=A son badge").wait_for()
    assert house.day.view.jobs[1].state is PrintState.CANCELLED  # refilling prints nothing that was replaced


def test_without_printer_and_badges_the_code_is_photographed(house, desk, tmp_path):
    house.printer.says("paper_out", house.clock())
    page = desk()
    count(page, FIVE)
    page.click(".print")
    lately(page, 1).locator(".entry-who").click()
    page.click("dialog .act >> text=Montrer son code")
    page.wait_for_function("() => document.querySelector('dialog img')?.naturalWidth > 0")
    page.locator("dialog img").screenshot(path=tmp_path / "code.png")
    with Image.open(tmp_path / "code.png") as picture:
        (code,) = qr_codes(picture)
    assert code.text == came(house).badge
    page.click("dialog >> text=C’est photographié")
    page.locator("dialog .done").wait_for()
    assert house.day.view.jobs[1].state is PrintState.CANCELLED
