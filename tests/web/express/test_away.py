"""What goes wrong on the way: a hub that is away, lost answers, another PIN, a full disk, a browser without scripts."""

import threading

from playwright.sync_api import expect

from .desks import FIVE, came, count, lately


def test_while_the_hub_is_away_families_are_kept_and_sent_once_it_is_back(house, desk):
    page = desk()
    count(page, {"18-59": 1})
    house.cut()
    page.click(".print")
    page.wait_for_selector("#away:not(:empty)")
    count(page, FIVE)
    page.click(".print")
    page.wait_for_function(
        "() => document.getElementById('away').textContent.includes('À envoyer\\u00a0: 2.')"
    )
    assert page.locator("#outbox .waiting-entry").count() == 2
    count(page, {"60-plus": 1})
    house.resume()
    lately(page, 2).wait_for()
    assert [party.size for party in house.day.view.parties.values()] == [1, 5]
    assert page.locator("#outbox .entry").count() == 0
    assert page.input_value("[name='n:60-plus:x']") == "1"
    page.wait_for_function("() => document.getElementById('away').textContent === ''")


def test_an_answer_that_is_lost_makes_no_second_family(house, desk):
    page = desk()
    dropped = []

    def drop(route):
        """The hub takes it; the page never hears so."""
        if not dropped:
            dropped.append(route.fetch())
            route.abort()
        else:
            route.continue_()

    page.route("**/express", drop)
    count(page, FIVE)
    page.click(".print")
    lately(page, 1).wait_for()
    assert dropped[0].ok
    assert list(house.day.view.parties) == [1]


def test_another_pin_is_asked_for_and_nothing_that_was_counted_is_lost(house, desk):
    page = desk()
    house.services.access.renew()
    count(page, {"18-59": 1})
    page.click(".print")
    count(page, FIVE)
    link = page.locator("#away a")
    link.wait_for()
    assert "Le code a changé" in link.inner_text()
    link.click()
    page.fill("#pin", house.services.access.pin)
    lately(page, 1).wait_for()
    assert came(house).size == 1
    expect(page.locator(".send-total")).to_have_text("5 personnes")


def test_a_journal_that_refuses_keeps_the_family_waiting(house, desk, monkeypatch):
    from kiosk.errors import JournalUnavailable

    page = desk()
    check_in, full = house.day.check_in, threading.Event()
    full.set()

    def refuse(*people, **more):
        if full.is_set():
            raise JournalUnavailable("no space left")
        return check_in(*people, **more)

    monkeypatch.setattr(house.day, "check_in", refuse)
    count(page, {"18-59": 1})
    page.click(".print")
    page.wait_for_selector("#outbox .waiting-entry")
    page.wait_for_selector("#away:not(:empty)")
    full.clear()
    lately(page, 1).wait_for()
    assert list(house.day.view.parties) == [1]


# Without scripts


def test_without_scripts_a_plain_form_works(house, desk):
    house.day.make_badges(2)
    page = desk(java_script_enabled=False)
    page.fill("[name='n:18-59:x']", "2")
    page.fill("[name='n:6-11:x']", "1")
    page.check("[name=language][value=en]", force=True)
    page.click(".print")
    expect(page.locator("#said")).to_have_text("C’est fait : Chat 1, 3 personnes.")
    assert came(house).language == "en"
    page.fill("[name='n:18-59:x']", "1")
    page.click(".pick")
    page.check("[value=rocket]", force=True)
    page.fill("#number", "51")
    page.click(".number-line .first")
    expect(page.locator("#said")).to_contain_text("Fusée 51")
    page.click("[data-party='2'] >> text=Annuler")
    page.click(".question .first")
    expect(page.locator("#said")).to_have_text("L’inscription est annulée.")
    assert list(house.day.view.parties) == [1]
