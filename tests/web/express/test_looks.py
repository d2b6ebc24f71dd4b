"""The looks of the express desk, for eyes, thumbs and keys."""

import pytest
from playwright.sync_api import expect

from kiosk.rules.party import Group

from ...axe import Axe
from .desks import FIVE, came, count, elsewhere, lately

LOOKS = [(390, 844, "light"), (768, 1024, "dark"), (1024, 768, "light"), (1280, 800, "dark")]


@pytest.mark.parametrize(("width", "height", "scheme"), LOOKS)
def test_axe_finds_nothing_and_thumbs_find_everything(house, desk, width, height, scheme):
    house.day.make_badges(40)
    house.printer.says("paper_out", house.clock())
    page = desk(width, height, color_scheme=scheme, reduced_motion="reduce")
    count(page, FIVE)
    page.click(".print")
    lately(page, 1).wait_for()
    house.day.check_in([Group("6-11", "x", 199)], "fr")
    elsewhere(page, 2).wait_for()
    house.day.ask_help("", "family")
    page.wait_for_selector(".caller")
    page.click(".split-switch")
    looked_at(page, width)
    page.click(".split-switch")
    looked_at(page, width)
    for path in (".find", "[data-party='1'] .entry-who", "[data-party='1'] [href$='people']"):
        page.click(path)
        page.locator("dialog #panel-title").wait_for()
        looked_at(page, width)
        page.keyboard.press("Escape")


def looked_at(page, width):
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    small = page.evaluate(
        """() => [...document.querySelectorAll("button, a, input, summary, label")]
          .filter((each) => each.checkVisibility() && !each.closest(".bar .home") && !each.matches("input.n"))
          .map((each) => [each, each.getBoundingClientRect()])
          .filter(([, box]) => box.width && (box.width < 47.5 || box.height < 47.5))
          .filter(([each]) => !each.matches(".tongue input, .picture-tile input, .number label"))
          .map(([each, box]) => `${each.outerHTML.slice(0, 120)} ${box.width} ${box.height}`)"""
    )
    assert small == []


def test_every_button_of_the_phone_says_its_word(desk):
    page = desk()
    buttons = [page.locator(each) for each in (".find", ".split-switch", ".clear", ".print")]
    assert [each.inner_text().strip() for each in buttons] == [
        "Retrouver",
        "Femmes, hommes",
        "Tout effacer",
        "Imprimer",
    ]


def test_the_sides_of_a_page_are_alike_on_a_phone(desk):
    page = desk()
    page.click(".find")
    for where in ("dialog ", "main "):
        for place in (".pictures", ".number-line"):
            box = page.locator(where + place).bounding_box()
            assert 390 - box["x"] - box["width"] == box["x"] >= 12
        page.goto(page.url.removesuffix("/find") + "/find")


def test_it_is_worked_by_keys_alone(house, desk):
    page = desk(1024, 768)
    page.focus("[name=language]:checked")
    for _ in range(3):
        page.keyboard.press("Tab")  # the other languages; the first band's fewer; its number
    page.keyboard.type("2")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".send-total")).to_have_text("3 personnes")
    page.focus(".print")
    page.keyboard.press("Enter")
    lately(page, 1).wait_for()
    assert came(house).people == (Group("0-5", "x", 3),)
    page.focus(".find")
    page.keyboard.press("Enter")
    page.locator("dialog #panel-title").wait_for()
    assert page.evaluate("document.activeElement.id") == "panel-title"
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.classList.contains('find')")
