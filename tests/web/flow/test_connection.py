"""Numbers that may be old never look fresh."""

import re

from kiosk.rules.party import Group

from ..conftest import PHRASE
from .page import LIVE, becomes, open_flow


def test_a_lost_connection_is_said_loudly_and_ends_by_itself(lively_day, open_page):
    page = open_flow(open_page, lively_day)
    assert page.is_hidden("#lost")
    lively_day.cut()
    page.wait_for_selector("#lost:not([hidden])")
    assert "Connexion perdue" in page.text_content("#lost")
    page.wait_for_function("() => /14.h.35/.test(document.getElementById('lost-more').textContent)")
    said = page.inner_text("#lost [role=alert]")
    age = page.inner_text("#lost-age")
    page.wait_for_function("age => document.getElementById('lost-age').textContent !== age", arg=age)
    assert page.inner_text("#lost [role=alert]") == said, (
        "what counts the seconds is not said again each second"
    )
    assert page.evaluate(
        "document.querySelector('#freshness span').textContent === document.getElementById('lost-age').textContent"
    )
    assert "En direct" not in page.text_content("#freshness")
    grey = page.evaluate("getComputedStyle(document.getElementById('floor')).filter")
    assert grey == "grayscale(1)"
    lively_day.resume()
    lively_day.day.check_in([Group("18-59", "f", 1)], "fr")
    becomes(page, "came.parties", "41 familles")
    page.wait_for_selector(LIVE)
    assert page.is_hidden("#lost")


def test_a_connection_that_is_open_and_says_nothing_is_a_lost_one(house, browser):
    context = browser.new_context()
    try:
        page = context.new_page()
        page.clock.install()
        page.goto(house.url + "/flow")
        page.wait_for_selector(LIVE)
        with house.live._composing:  # the hub hangs; its sockets stay open
            page.clock.fast_forward(10_000)
            page.wait_for_selector("#lost:not([hidden])")
            assert re.search(r"il y a 1\d\ss", page.text_content("#lost"))
        page.wait_for_function("() => document.getElementById('lost').hidden")
    finally:
        context.close()


def test_the_age_of_the_numbers_is_shown(house, open_page):
    page = open_flow(open_page, house)
    assert re.match(r"En direct · (à l’instant|il y a \d\ss)", page.text_content("#freshness span"))


def test_whose_session_has_ended_is_led_to_where_one_comes_in(real_house, open_page):
    page = open_page(f"{real_house.url}/flow")
    page.fill("#phrase", PHRASE)
    page.press("#phrase", "Enter")
    page.wait_for_selector(LIVE)
    real_house.services.access.set_passphrase("another phrase of several words")
    real_house.cut()
    real_house.resume()
    page.wait_for_selector("#phrase")
