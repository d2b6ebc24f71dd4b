"""What became of each family that was checked in, here and elsewhere, and how a mistake is mended."""

from playwright.sync_api import expect

from kiosk.rules.party import Group
from kiosk.rules.printing import PrintState

from ..visitor import until
from .desks import FIVE, came, count, elsewhere, lately, listed, now, shown


def test_the_state_of_each_sheet_is_live(house, desk):
    page = desk()
    count(page, {"18-59": 1})
    page.click(".print")
    lately(page, 1).locator(".is-busy >> text=S’imprime").wait_for()
    house.day.move_job(1, PrintState.SENT)
    house.day.move_job(1, PrintState.CONFIRMED)
    lately(page, 1).locator(".is-done >> text=Imprimée").wait_for()
    assert page.evaluate("document.activeElement.className").endswith("print")


def test_a_mistake_is_undone(house, desk):
    page = desk()
    count(page, FIVE)
    page.click(".print")
    lately(page, 1).locator("text=Annuler").click()
    page.locator("dialog .question").wait_for()
    expect(page.locator("dialog h3")).to_contain_text("Annuler l’inscription de Chat 1")
    page.click("dialog .question .first")
    lately(page, 1).wait_for(state="detached")
    expect(page.locator("#said")).to_have_text("L’inscription est annulée.")
    assert page.is_hidden("dialog")
    assert house.day.view.parties == {}
    assert house.day.view.jobs[1].state is PrintState.CANCELLED


def test_who_was_scanned_is_not_undone(house, desk, volunteer):
    page = desk()
    count(page, FIVE)
    page.click(".print")
    lately(page, 1).locator("text=Annuler").wait_for()
    house.scan("vr", "arrive", came(house).badge)
    lately(page, 1).locator("text=Annuler").wait_for(state="detached")
    status, _, answer = volunteer.ask("POST", "/express/party/1", do="undo")
    assert status == 409
    assert "Trop tard pour annuler" in answer
    assert 1 in house.day.view.parties


def test_a_sheet_is_printed_again_as_often_as_it_takes(house, desk):
    page = desk()
    count(page, FIVE)
    page.click(".print")
    for again in range(1, 5):
        lately(page, 1).wait_for()
        house.day.move_job(again, PrintState.SENT)
        house.day.move_job(again, PrintState.CONFIRMED)
        lately(page, 1).locator(".is-done").wait_for()
        lately(page, 1).locator("text=Réimprimer").click()
        lately(page, 1).locator(".is-busy").wait_for()
    assert house.day.sheets_of(1) == 5
    expect(page.locator("#said")).to_have_text("La feuille de Chat 1 part à l’imprimante.")


def test_how_many_they_are_is_changed_and_changed_back(house, desk):
    page = desk()
    count(page, FIVE)
    page.click(".print")
    lately(page, 1).locator("text=Changer").click()
    count(page, {"60-plus": 1}, where="dialog")
    page.click("dialog .ways .first")
    page.locator("dialog .done").wait_for()
    expect(page.locator("dialog .done p")).to_have_text("Le nombre de personnes de Chat 1 est changé.")
    assert came(house).size == 6
    lately(page, 1).locator("text=6 personnes").wait_for()
    house.clock.at_ms += 1000
    page.click("dialog .done button")
    until(page, lambda: came(house).size == 5)
    assert set(came(house).people) == {Group(band, "x", number) for band, number in FIVE.items()}


def test_families_of_this_device_and_those_of_others_are_shown_apart(house, desk, volunteer):
    page = desk()
    assert page.is_hidden(".elsewhere")
    count(page, {"18-59": 1})
    page.click(".print")
    lately(page, 1).wait_for()
    volunteer.come("form-of-another")
    elsewhere(page, 2).wait_for()
    for _ in range(2):
        assert listed(page, "#lately") == ["1"]
        assert listed(page, "#elsewhere") == ["2"]
        page.reload()
    assert shown(page, ".elsewhere h2") == "Aux autres accueils"


def test_a_mistake_at_another_desk_is_seen_and_undone(house, desk):
    """A child at the kiosk touched everything; then other families came there."""
    house.day.check_in([Group("6-11", "x", 30)], "fr")
    house.day.check_in([Group("6-11", "x", 199)], "fr")
    for _ in range(5):
        house.day.check_in([Group("18-59", "x", 1)], "fr")
    page = desk()
    assert listed(page, "#elsewhere") == ["7", "6", "5", "4", "2"]
    assert page.locator("#elsewhere .large").all_inner_texts() == ["Grand groupe"]
    expect(page.locator("#elsewhere [data-party='2']")).to_contain_text("Fusée 1")
    elsewhere(page, 2).locator("text=Annuler").click()
    page.click("dialog .question .first")
    elsewhere(page, 2).wait_for(state="detached")
    expect(page.locator("#said")).to_have_text("L’inscription est annulée.")
    assert house.day.floor().on_site.people == 35
    elsewhere(page, 7).locator("text=Réimprimer").click()
    page.wait_for_function(
        "() => document.getElementById('said').textContent.includes('part à l’imprimante')"
    )
    assert page.is_hidden("dialog")


def test_a_large_group_that_was_scanned_makes_room_elsewhere(house, desk, volunteer):
    badge = house.day.check_in([Group("6-11", "x", 40)], "fr").party.badge
    for _ in range(4):
        house.day.check_in([Group("18-59", "x", 1)], "fr")
    assert now(volunteer)["elsewhere"] == ["5", "4", "3", "2", "1"]
    house.scan("vr", "arrive", badge)
    assert now(volunteer)["elsewhere"] == ["5", "4", "3", "2"]


def test_what_this_device_checked_in_long_ago_is_not_of_another(house, volunteer):
    house.day.check_in([Group("18-59", "x", 1)], "fr")
    for each in range(12):
        volunteer.come(f"form-{each}", {"18-59": 1})
    assert now(volunteer)["elsewhere"] == ["1"]
    numbers = ".".join(str(each) for each in range(13, 113))
    volunteer.cookies["ronde_express"] = numbers  # as many as are kept
    assert now(volunteer) == {"lately": ["13"], "elsewhere": []}


def test_the_newest_comes_first_and_old_ones_make_room(house, volunteer):
    for each in range(12):
        volunteer.come(f"form-{each}", {"18-59": 1})
    assert now(volunteer)["lately"] == ["12", "11", "10", "9", "8", "7", "6", "5"]
