"""Who has a sheet already comes back to the door: sixteen letters say who it is, the page where to go now."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from kiosk.rules.facts import REST, AdviceGiven
from kiosk.rules.party import Group
from kiosk.rules.printing import PrintState
from kiosk.texts import texts

MINUTE_MS = 60_000
FAMILY = (Group("6-11", "m", 2), Group("18-59", "f", 1))
FITS = "document.documentElement.scrollHeight <= innerHeight"
PRINTED = (PrintState.SENT, PrintState.CONFIRMED)


@pytest.fixture
def party(house):
    """A party that came at 14:35 and has its sheet."""
    came = house.day.check_in(FAMILY, "fr")
    for state in PRINTED:
        house.day.move_job(came.job, state)
    return came.party


@pytest.fixture
def door(house, open_page):
    return open_page(house.door_url + "/door", has_touch=True)


def type_in(page, badge):
    page.click(".returning a")
    page.wait_for_selector(".keys")
    for letter in badge:
        page.click(f".key[value={letter}]")


def come_back(page, badge):
    type_in(page, badge)
    page.wait_for_selector(".guest")


def told(house, party):
    return house.day.view.guest_of(party.number).advice.advice


def test_a_family_that_comes_back_reads_where_to_go_and_why(house, party, door):
    come_back(door, party.badge)
    shown = door.text_content(".first-stop")
    atelier = house.event.by_id[told(house, party).atelier]
    assert door.text_content("h1") == texts("fr").nickname(party.nickname)
    assert atelier.name("fr") in shown
    assert atelier.room in shown
    assert texts("fr").text(f"reason.{told(house, party).reason}") in shown
    assert len(house.day.view.guest_of(party.number).told) == 1, "what it was told still stood"


def test_it_is_spoken_to_in_its_own_language(house, door):
    party = house.day.check_in(FAMILY, "en").party
    come_back(door, party.badge)
    assert door.get_attribute("html", "lang") == "en"


def test_another_idea_is_another_atelier_and_the_first_does_not_come_back(house, party, door):
    come_back(door, party.badge)
    ateliers = [told(house, party).atelier]
    for count in (2, 3):
        door.click("form[action='/door/another'] button")
        door.wait_for_selector(f"input[name=said][value='{count}']", state="attached")
        ateliers.append(told(house, party).atelier)
        assert house.event.by_id[ateliers[-1]].name("fr") in door.text_content(".first-stop")
    assert len(set(ateliers)) == 3


def test_a_double_tap_refuses_one_idea(house, party, door):
    come_back(door, party.badge)
    for _ in range(2):
        door.request.post(
            house.door_url + "/door/another", form={"said": "1"}, headers={"Sec-Fetch-Site": "same-origin"}
        )
    assert len(house.day.view.guest_of(party.number).told) == 2


def test_a_place_that_is_kept_is_said_with_when_to_come(house, party, door):
    now_ms = house.clock()
    house.day._record(
        AdviceGiven(party.number, REST, "arts", now_ms + 4 * MINUTE_MS, 20, "kept", "arts", now_ms)
    )
    come_back(door, party.badge)
    kept = door.text_content(".kept").replace("\u00a0", " ").replace("\u202f", " ")
    assert kept == "Votre place est gardée : Arts numériques. Venez vers 14 h 35."


def test_who_queues_reads_in_which_queue_and_what_it_has_done(house, party, door):
    for step in ("arrive", "enter", "leave"):
        house.scan("arts", step, party.badge)
        house.clock.at_ms += 10 * MINUTE_MS
    house.scan("robotique", "arrive", party.badge)
    come_back(door, party.badge)
    assert texts("fr").text("door.stay") in door.text_content(".first-stop")
    assert "Robotique" in door.text_content(".first-stop")
    assert "Arts numériques" in door.text_content(".been")


def test_the_sheet_is_printed_once_more_with_the_same_badge(house, party, door):
    come_back(door, party.badge)
    door.click("form[action='/door/reprint'] button")
    door.wait_for_selector(".party")
    assert house.day.view.jobs[2].party == party.number
    assert told(house, party).atelier in house.event.by_id
    for state in PRINTED:
        house.day.move_job(2, state)
    door.wait_for_selector("[data-mood=done]")
    assert door.is_hidden(".again")


def test_nothing_is_known_of_a_family_once_it_has_gone(house, party, door):
    come_back(door, party.badge)
    door.click(".end button")
    door.wait_for_selector(".languages")
    assert door.context.cookies() == []
    door.goto(house.door_url + "/door/guest")
    assert door.is_visible(".languages")


@pytest.mark.parametrize("wrong", ["CBCDFGHJKLNPRSTV", "XBCDFGHJKLNPRSTV"])
def test_letters_that_are_no_badge_of_today_are_said_to_be_so_and_can_be_mended(house, party, door, wrong):
    type_in(door, wrong)
    door.wait_for_selector(".wrong span")
    assert door.text_content(".typed") == wrong
    for _ in wrong:
        door.click("[value=rub]")
    assert door.text_content(".wrong").strip() == ""
    for letter in party.badge:
        door.keyboard.press(letter.lower())
    door.wait_for_selector(".guest")


def test_it_all_works_without_javascript(house, party, open_page):
    page = open_page(house.door_url + "/door", java_script_enabled=False)
    type_in(page, party.badge[:3] + "B")
    page.click("[value=rub]")
    for letter in party.badge[3:]:
        page.click(f".key[value={letter}]")
    page.wait_for_selector(".guest")
    page.click("form[action='/door/another'] button")
    page.wait_for_selector("input[name=said][value='2']", state="attached")


def test_every_target_fits_a_finger_and_nothing_scrolls(house, party, open_page):
    for width, height in ((800, 480), (1280, 800), (720, 1280)):
        page = open_page(house.door_url + "/door", width, height)
        assert page.evaluate(FITS)
        page.click(".returning a")
        page.wait_for_selector(".keys")
        assert page.evaluate(FITS)
        page.goto(house.door_url + "/door")
        come_back(page, party.badge)
        assert page.evaluate(FITS)
        sizes = page.eval_on_selector_all(
            "button:not([hidden])",
            "all => all.map(each => each.getBoundingClientRect().height).filter(Boolean)",
        )
        assert min(sizes) >= 56


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(house, party, open_page, scheme):
    page = open_page(house.door_url + "/door", color_scheme=scheme, reduced_motion="reduce")
    type_in(page, "CBCDFGHJKLNPRSTV")
    page.wait_for_selector(".wrong span")
    assert Axe().run(page).violations_count == 0, Axe().run(page).generate_report()
    page.goto(house.door_url + "/door")
    come_back(page, party.badge)
    assert Axe().run(page).violations_count == 0, Axe().run(page).generate_report()


def test_only_the_door_shows_it(house, party):
    for path in ("/door/back", "/door/guest"):
        assert house.ask("GET", path)[0] == 403
    assert house.ask("POST", "/door/another", port=house.door_port)[0] == 303
