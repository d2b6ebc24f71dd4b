"""The express desk: a volunteer checks in one family after the other."""

import pytest
from playwright.sync_api import expect

from kiosk.rules.party import Group

from .desks import AS_SCRIPT, FIVE, came, count, lately


def test_a_family_of_five_takes_six_touches_and_no_page_load(house, desk):
    page = desk(768, 1024, has_touch=True)
    page.evaluate("window.kept = true")
    touches = 0
    for band, number in FIVE.items():
        for _ in range(number):
            page.tap(f"[name='n:{band}:x'] ~ .more")
            touches += 1
    expect(page.locator(".send-total")).to_have_text("5 personnes")
    page.tap(".print")
    touches += 1
    assert touches <= 10
    assert page.input_value("[name='n:6-11:x']") == ""
    page.tap("[name='n:60-plus:x'] ~ .more")  # the next one, while that one is on its way
    lately(page, 1).wait_for()
    assert page.input_value("[name='n:60-plus:x']") == "1"
    page.tap(".print")
    lately(page, 2).wait_for()
    assert page.evaluate("window.kept")
    assert [party.people for party in house.day.view.parties.values()] == [
        (Group("0-5", "x", 1), Group("6-11", "x", 2), Group("18-59", "x", 2)),
        (Group("60-plus", "x", 1),),
    ]
    assert [job.party for job in house.day.view.jobs.values()] == [1, 2]
    assert [party.language for party in house.day.view.parties.values()] == ["fr", "fr"]
    expect(page.locator("#said")).to_have_text("C’est fait : Fusée 1, 1 personne.")


def test_a_class_is_typed(house, desk):
    page = desk()
    page.click("[name='n:6-11:x']")
    page.keyboard.type("24")
    count(page, {"18-59": 2})
    page.click(".print")
    lately(page, 1).wait_for()
    assert came(house).size == 26


def test_women_and_men_are_counted_apart_where_the_device_is_told_so(house, desk):
    page = desk(1024, 768)
    assert page.is_hidden("[name='n:18-59:f']")
    page.click(".split-switch")
    count(page, {"18-59": 1}, "f")
    count(page, {"6-11": 2}, "m")
    page.reload()
    assert page.is_visible("[name='n:18-59:f']")
    expect(page.locator(".send-total")).to_have_text("3 personnes")
    page.click(".print")
    lately(page, 1).wait_for()
    assert set(came(house).people) == {Group("18-59", "f", 1), Group("6-11", "m", 2)}
    count(page, {"18-59": 1}, "f")
    page.click(".split-switch")  # counted as a person from here on
    page.click(".print")
    lately(page, 2).wait_for()
    assert came(house, 2).people == (Group("18-59", "x", 1),)


def test_the_language_is_of_one_family_and_the_last_used_comes_first(house, desk):
    page = desk(1024, 768)
    page.click(".more-tongues summary")
    page.check("[name=language][value=uk]", force=True)
    count(page, {"18-59": 1})
    page.click(".print")
    lately(page, 1).wait_for()
    assert came(house).language == "uk"
    assert page.input_value("[name=language]:checked") == "fr"
    page.wait_for_function("() => document.querySelector('[name=language]').value === 'uk'")


def test_enter_prints_and_gives_no_badge(house, desk):
    house.day.make_badges(2)
    page = desk(1024, 768)
    page.fill("[name='n:18-59:x']", "2")
    page.press("[name='n:18-59:x']", "Enter")
    lately(page, 1).wait_for()
    assert (came(house).sign, len(house.day.view.blank), len(house.day.view.jobs)) == (0, 2, 1)


def test_nobody_is_no_family_and_too_many_are_no_party(house, desk):
    page = desk()
    page.click(".print")
    expect(page.locator(".send-total")).to_have_text("Comptez au moins une personne.")
    page.fill("[name='n:6-11:x']", "201")
    page.click(".print")
    expect(page.locator(".send-total")).to_contain_text("C’est trop pour une seule feuille")
    assert house.day.view.parties == {}
    page.click(".clear")
    assert page.input_value("[name='n:6-11:x']") == ""


def test_a_form_that_is_sent_twice_is_one_family(house, volunteer):
    first = volunteer.come("form-of-the-first")
    assert volunteer.come("form-of-the-first") == first
    assert list(house.day.view.parties) == [1]
    assert len(house.day.view.jobs) == 1


@pytest.mark.parametrize("said", ["-1", "1e3", "٣", "1000", "x"])
def test_what_no_number_of_people_is_is_refused(house, volunteer, said):
    assert volunteer.ask("POST", "/express", AS_SCRIPT, **{"n:18-59:x": said, "do": "print"})[0] == 400
    assert house.day.view.parties == {}
