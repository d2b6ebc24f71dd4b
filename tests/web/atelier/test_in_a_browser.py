"""An animator works by touch alone; a stranger finds no button."""

import pytest

from ...axe import Axe
from ...grid import each
from ...patience import until
from .phone import MINUTE_MS, desk_log, family


@pytest.mark.parametrize(("size", "scheme"), each(((390, 844), (820, 1180), (480, 320)), ("light", "dark")))
def test_axe_finds_nothing_wrong_with_it(house, opened, size, scheme):
    width, height = size
    for people in (1, 2, 1, 3, 1):
        house.scan("vr", "arrive", family(house, people).badge)
    house.services.desk.press("vr", "next")
    for may_act in (True, False):
        page = opened("vr", width, height, may_act=may_act, color_scheme=scheme, reduced_motion="reduce")
        page.wait_for_selector(".card")
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_an_animator_works_by_touch_alone(house, opened):
    first, second, third = (family(house) for _ in range(3))
    for party in (first, second, third):
        house.scan("vr", "arrive", party.badge)
        house.clock.at_ms += 1000
    page = opened("vr", has_touch=True)
    page.wait_for_selector(".card")
    page.tap("[data-act=next]")
    until(lambda: house.services.desk.last("vr"))
    assert [passage.kind for passage in desk_log(house)] == ["call", "call"]
    house.clock.at_ms += MINUTE_MS
    page.tap("[data-act=next]")
    until(lambda: len(desk_log(house)) == 4)
    page.tap("[data-act=done]")
    until(lambda: len(desk_log(house)) == 5)
    assert desk_log(house)[-1].kind == "leave"
    page.tap("[data-act=undo]")
    until(lambda: len(desk_log(house)) == 6)
    assert (desk_log(house)[-1].kind, desk_log(house)[-1].of) == ("undo", 5)


def test_a_stranger_finds_no_button_but_the_way_to_the_pin(house, opened):
    house.scan("vr", "arrive", family(house).badge)
    page = opened("vr", may_act=False)
    page.wait_for_selector(".card")
    assert page.locator("[data-act=next]:visible").count() == 0
    page.click(".only a")
    page.fill("#pin", house.services.access.pin)
    page.wait_for_selector("[data-act=next]:visible")


def test_a_press_whose_answer_is_lost_is_tried_again_and_done_once(house, opened):
    house.scan("vr", "arrive", family(house).badge)
    page = opened("vr")  # in the same second: what is said by others is no news to it
    answers = []

    def lose(route):
        answers.append(route.fetch())
        if len(answers) == 1:
            route.abort()
        else:
            route.fulfill(response=answers[-1])

    page.route("**/act", lose)
    page.click("[data-act=next]")
    page.click(".strip .retry")
    page.wait_for_selector(".strip:not([data-failed])")
    assert [answer.status for answer in answers] == [200, 200]
    assert answers[0].json() == answers[1].json()
    assert [passage.kind for passage in desk_log(house)] == ["call"]


def test_what_is_announced_stands_on_the_page_for_whoever_looks_until_it_is_withdrawn(house, open_page):
    page = open_page(house.url + "/atelier/vr/", 390, 844)
    page.wait_for_selector("main.page")
    act = house.day.announce(
        {"fr": "Le goûter <b>est</b> servi.", "en": "Snacks are served."}, house.clock() + 60 * MINUTE_MS
    )
    page.wait_for_selector(".announced .lines >> text=Le goûter <b>est</b> servi.")
    house.day.withdraw(act)
    page.wait_for_selector(".announced", state="hidden")
