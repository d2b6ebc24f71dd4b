"""What a family dreams of, and who goes with whom."""

from dataclasses import replace

import pytest

from kiosk import phrases
from kiosk.rules.floor import Status
from kiosk.rules.party import Group
from kiosk.texts import texts

from .conftest import afternoon
from .visitor import Visitor, begin, count, only_party, people_of, print_it, said

FOUR = (("18-59:f", 1), ("18-59:m", 1), ("6-11:f", 1), ("0-5:m", 1))


def dreaming(page, family):
    begin(page)
    count(page, family)
    page.click("button[value=choose]")
    page.wait_for_selector(".dreams")


@pytest.fixture
def page(house, open_page):
    opened = open_page(house.door_url + "/door")
    dreaming(opened, FOUR)
    return opened


def wish(page, *ateliers):
    for atelier in ateliers:
        page.click(f"button[value='wish:{atelier}']")


def test_ateliers_are_shown_with_their_ages_and_the_wait_now(lively_day, open_page):
    page = open_page(lively_day.door_url + "/door")
    dreaming(page, FOUR)
    board = lively_day.live.frame().data["board"]
    assert page.locator(".dream").count() == 1 + len(board["ateliers"])
    assert "dès 8 ans" in said(page, "[value='wish:vr']")
    (robots,) = (here for here in board["ateliers"] if here["id"] == "robotique")
    wait = phrases.waited(robots["wait"]["low_minutes"], robots["wait"]["high_minutes"], texts("fr"))
    assert f"Attente : {' '.join(wait.split())}" in said(page, "[value='wish:robotique']")
    assert "à 15 h 15" in said(page, "[value='wish:usages']")
    assert "dès" not in said(page, "[value='wish:arts']")


def test_the_surprise_is_chosen_until_something_else_is(page, house):
    pressed = "[value=surprise]"
    assert page.get_attribute(pressed, "aria-pressed") == "true"
    wish(page, "vr")
    assert page.get_attribute(pressed, "aria-pressed") == "false"
    page.click(pressed)
    assert page.get_attribute(pressed, "aria-pressed") == "true"
    assert page.get_attribute("[value='wish:vr']", "aria-pressed") == "false"
    print_it(page)
    assert only_party(house).wishes == ()


@pytest.mark.parametrize("javascript", [True, False])
def test_three_hearts_in_their_order_and_no_fourth(house, open_page, javascript):
    page = open_page(house.door_url + "/door", java_script_enabled=javascript)
    dreaming(page, FOUR)
    wish(page, "vr", "arts", "robotique", "mario-kart")
    page.wait_for_selector(".lead:has-text('Touchez-en une pour l’enlever')")
    assert page.get_attribute("[value='wish:mario-kart']", "aria-pressed") == "false"
    assert said(page, "[value='wish:robotique'] .heart") == "3"
    assert "envie n° 3" in said(page, "[value='wish:robotique'] .heart-words")
    wish(page, "vr", "mario-kart")
    print_it(page)
    assert only_party(house).wishes == ("arts", "robotique", "mario-kart")


def test_what_nobody_is_old_enough_for_is_said_to_be_so_and_cannot_be_chosen(house, open_page):
    page = open_page(house.door_url + "/door")
    dreaming(page, (("6-11:f", 1), ("0-5:m", 1)))
    assert page.is_disabled("[value='wish:usages']")
    assert said(page, "[value='wish:usages'] .dream-why") == "dès 18 ans"
    assert page.is_enabled("[value='wish:robotique']")
    assert page.locator(".dream").last.get_attribute("value") == "wish:usages"


def test_a_closed_atelier_is_said_to_be_closed_and_one_that_pauses_may_be_dreamed_of(house, open_page):
    house.day.set_status("vr", Status.CLOSED)
    house.day.set_status("arts", Status.PAUSED)
    page = open_page(house.door_url + "/door")
    dreaming(page, FOUR)
    assert page.is_disabled("[value='wish:vr']") and "Fermé" in said(page, "[value='wish:vr']")
    assert page.is_enabled("[value='wish:arts']") and "En pause" in said(page, "[value='wish:arts']")


def test_a_hundred_ateliers_are_on_pages_and_hearts_stay_from_one_to_the_next(open_house, open_page, roubaix):
    arts = roubaix.by_id["arts"]
    many = tuple(
        replace(arts, id=f"a{number}", names={"fr": f"Donaudampfschifffahrtsgesellschaft {number}"})
        for number in range(100)
    )
    event = replace(roubaix, ateliers=many, stations=())
    house = open_house(event, afternoon(roubaix))
    page = open_page(house.door_url + "/door")
    dreaming(page, FOUR)
    wish(page, "a1")
    for number in range(2, 16):
        page.click("[aria-label='Page suivante']")
        page.wait_for_selector(f"[name=page][value='{number}']", state="attached")
    cut = page.eval_on_selector_all(
        ".dream b", "all => all.filter((each) => each.scrollWidth > each.clientWidth + 1).length"
    )
    assert cut == 0
    assert page.is_disabled("[aria-label='Page suivante']")
    wish(page, "a99")
    print_it(page)
    assert only_party(house).wishes == ("a1", "a99")


# Together, or each their own way


def test_a_family_of_adults_is_not_asked_whether_it_goes_apart(house, open_page):
    page = open_page(house.door_url + "/door")
    dreaming(page, (("18-59:f", 2),))
    assert page.locator("[value=apart]").count() == 0
    assert said(page, "[value=print]") == "Imprimer"


def test_together_is_the_large_button_and_makes_one_sheet(page, house):
    assert "tous ensemble" in said(page, ".button.first")
    print_it(page)
    assert len(house.day.view.parties) == 1


@pytest.mark.parametrize("javascript", [True, False])
def test_the_big_children_go_on_a_sheet_of_their_own_and_who_is_touched_changes_sheets(
    house, open_page, javascript
):
    page = open_page(house.door_url + "/door", java_script_enabled=javascript)
    dreaming(page, FOUR)
    wish(page, "robotique")
    page.click("[value=apart]")
    page.wait_for_selector(".two-sheets")
    halves = page.locator(".half")
    assert [
        halves.nth(0).locator(".portrait-tile").count(),
        halves.nth(1).locator(".portrait-tile").count(),
    ] == [3, 1]
    page.click("[value='second:18-59:m']")
    page.click("[value='first:18-59:m']")
    page.click("[value='second:18-59:m']")
    assert said(page, ".half >> nth=1 >> .total") == "2 personnes"
    assert (
        page.get_by_role("button", name="Changer de feuille\xa0: homme, 18 à 59 ans", exact=True).count() == 1
    )
    page.click("[value=print]")
    page.wait_for_selector(".sheet-pair")
    first, second = house.day.view.parties.values()
    assert people_of(first) == {("18-59", "f", 1), ("0-5", "m", 1)}
    assert people_of(second) == {("6-11", "f", 1), ("18-59", "m", 1)}
    assert (first.linked, second.linked) == ((second.number,), (first.number,))
    assert second.wishes == ("robotique",)
    assert len(house.day.view.jobs) == 2


@pytest.mark.parametrize("javascript", [True, False])
def test_no_sheet_is_left_empty(house, open_page, javascript):
    page = open_page(house.door_url + "/door", java_script_enabled=javascript)
    dreaming(page, (("18-59:f", 1), ("6-11:m", 1)))
    page.click("[value=apart]")
    page.wait_for_selector(".two-sheets")
    page.click("[value='first:6-11:m']")
    page.click("[value=print]")
    page.wait_for_selector(".sheet-pair")
    assert [party.people for party in house.day.view.parties.values()] == [
        (Group("18-59", "f", 1),),
        (Group("6-11", "m", 1),),
    ]


def test_going_back_from_two_sheets_goes_together_again_when_printed_there(page, house):
    page.click("[value=apart]")
    page.wait_for_selector(".two-sheets")
    page.click("#rail-back")
    page.wait_for_selector(".dreams")
    print_it(page)
    assert len(house.day.view.parties) == 1


@pytest.mark.parametrize("javascript", [True, False])
def test_nobody_small_is_left_alone_by_hand(house, open_page, javascript):
    page = open_page(house.door_url + "/door", java_script_enabled=javascript)
    dreaming(page, FOUR)
    page.click("[value=apart]")
    page.wait_for_selector(".two-sheets")
    usual = said(page, ".lead")
    assert page.is_hidden("#together")
    for adult in ("18-59:f", "18-59:m"):
        page.click(f"[value='second:{adult}']")
    assert "besoin d’un adulte" in said(page, ".lead")
    assert page.is_disabled("#apart")
    page.click("[value='first:18-59:m']")
    assert said(page, ".lead") == usual
    assert page.is_enabled("#apart") and page.is_hidden("#together")
    page.click("[value='second:18-59:m']")
    page.click("#together")
    page.wait_for_selector(".sheet")
    (party,) = house.day.view.parties.values()
    assert party.size == 4 and not party.linked


def test_who_sends_small_children_alone_by_the_bare_form_comes_back_to_who_goes_with_whom(house):
    visitor = Visitor(house)
    form = visitor.ready()
    visitor.ask(
        "POST", "/door/family", form=form, do="choose", **{"n:0-5:x": 1, "n:18-59:f": 1, "n:6-11:x": 1}
    )
    alone = {"form": form, "do": "print", "n:18-59:f": 1, "n:6-11:x": 1}
    assert visitor.ask("POST", "/door/apart", **alone)[1] == "/door/apart"
    assert visitor.ask("GET", "/door/sure?at=apart")[1] == "/door/family"
    assert not house.day.view.parties


def test_many_who_go_apart_are_asked_whether_they_are_so_many_and_keep_who_goes_with_whom(house):
    visitor = Visitor(house)
    form = visitor.ready()
    people = {"form": form, "n:6-11:x": 30, "n:18-59:f": 3}
    assert visitor.ask("POST", "/door/family", do="choose", **people)[1] == "/door/dreams"
    second = {"form": form, "n:6-11:x": 30, "n:18-59:f": 1, "do": "print"}
    assert visitor.ask("POST", "/door/apart", **second)[1] == "/door/sure?at=apart"
    answer = {"form": form, "at": "apart", "people": "33"}
    assert visitor.ask("POST", "/door/sure", **answer, do="correct")[1] == "/door/apart"
    assert 'name="n:6-11:x" value="30"' in visitor.ask("GET", "/door/apart")[2]
    assert not house.day.view.parties
    visitor.ask("POST", "/door/apart", **second)
    assert "33 personnes" in visitor.ask("GET", "/door/sure?at=apart")[2]
    assert visitor.ask("POST", "/door/sure", **answer, do="print")[1] == "/door/sheet"
    assert [party.size for party in house.day.view.parties.values()] == [2, 31]
