"""The express desk: a volunteer checks in one family after the other, and mends what went wrong, from one screen."""

import json
import re
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlencode

import pytest
import zxingcpp
from axe_playwright_python.sync_playwright import Axe
from PIL import Image

from kiosk.rules.party import PICTURES, Group, Nickname
from kiosk.rules.printing import PrintState
from kiosk.texts import texts
from kiosk.web import roles
from kiosk.web.roles import Role

from . import visitor
from .visitor import until

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
AS_SCRIPT = {"Accept": "application/json"}
MINUTE_MS = 60_000
FIVE = {"18-59": 2, "6-11": 2, "0-5": 1}


@pytest.fixture
def house(real_house):
    return real_house


def token(house):
    """What a browser carries that entered the PIN."""
    access = house.services.access
    return access.enter(Role.ANIMATOR, access.pin, "10.0.0.7")


class Volunteer:
    """A volunteer's device, without its browser."""

    def __init__(self, house) -> None:
        self.house = house
        carried = token(house)
        self.cookies = {roles.COOKIE: carried}
        self.session = {roles.HEADER: house.services.access.csrf(carried)}

    def ask(self, method, path, headers=None, **fields):
        """(status, headers, body)."""
        carried = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        body = urlencode(fields).encode() if method == "POST" else None
        status, answered, page = self.house.ask(
            method, path, body, FORM | carried | self.session | (headers or {})
        )
        if "set-cookie" in answered:
            name, _, value = answered["set-cookie"].partition(";")[0].partition("=")
            self.cookies[name] = value
        return status, answered, page.decode()

    def come(self, form, people=FIVE, **more):
        """(status, answer) of a check-in, as scripts ask for it."""
        counts = {f"n:{band}:x": count for band, count in people.items()}
        status, _, answer = self.ask(
            "POST", "/express", AS_SCRIPT, **counts, form=form, **({"do": "print"} | more)
        )
        return status, json.loads(answer)


@pytest.fixture
def volunteer(house):
    return Volunteer(house)


@pytest.fixture
def desk(house, open_page):
    """Opens the desk in a browser where the PIN was entered."""

    def open_one(width=390, height=844, path="/express", **context):
        entered = {"name": roles.COOKIE, "value": token(house), "domain": "127.0.0.1", "path": "/"}
        known = {"expires": -1, "httpOnly": True, "secure": False, "sameSite": "Strict"}
        state = {"cookies": [entered | known], "origins": []}
        return open_page(house.url + path, width, height, storage_state=state, **context)

    return open_one


def count(page, people, gender="x", where="#family"):
    for band, number in people.items():
        for _ in range(number):
            page.click(f"{where} [name='n:{band}:{gender}'] ~ .more")


def shown(page, selector):
    return page.inner_text(selector).replace("\xa0", " ")


def lately(page, party):
    return page.locator(f"#lately [data-party='{party}']")


def elsewhere(page, party):
    return page.locator(f"#elsewhere [data-party='{party}']")


def listed(page, place):
    return page.locator(f"{place} .entry").evaluate_all(
        "entries => entries.map((each) => each.dataset.party)"
    )


def now(volunteer):
    """The numbers of the families that the desk lists."""
    said = json.loads(volunteer.ask("GET", "/express/now", AS_SCRIPT)[2])
    return {name: re.findall(r'data-party="(\d+)"', said[name]) for name in ("lately", "elsewhere")}


def came(house, number=1):
    return house.day.view.parties[number]


def badge_of(house, sign):
    return next(fact.badge for fact in house.day.view.blank.values() if fact.sign == sign)


# Who may


@pytest.mark.parametrize("at_door", [False, True])
def test_it_takes_the_pin_on_the_hall_s_network_and_at_the_hub_alike(house, at_door):
    port = house.door_port if at_door else house.port
    for path in ("/express", "/express/find", "/express/party/1", "/express/party/1/badge"):
        status, answered, _ = house.ask("GET", path, port=port)
        assert (status, answered["location"]) == (303, f"/pin?to={path}")
    body = urlencode({"n:18-59:x": 2, "do": "print", "form": "a-form"}).encode()
    status, answered, _ = house.ask("POST", "/express", body, FORM, port=port)
    assert (status, answered["location"]) == (303, "/pin?to=/express")
    status, _, answer = house.ask("POST", "/express", body, FORM | AS_SCRIPT, port=port)
    assert (status, json.loads(answer)["login"]) == (401, "/pin?to=/express")
    assert house.day.view.parties == {}


def test_one_pin_opens_the_ateliers_and_the_desk(house, open_page):
    page = open_page(house.url + "/pin?to=/atelier/vr/", 390, 844)
    page.fill("#pin", house.services.access.pin)
    page.wait_for_url(house.url + "/atelier/vr/")
    page.goto(house.url + "/express")
    assert page.url == house.url + "/express"


def test_who_has_no_pin_is_not_offered_to_look_without_it(house, open_page):
    page = open_page(house.url + "/express", 390, 844)
    assert page.locator("footer a").first.get_attribute("href") == "/"


def test_another_site_cannot_check_anybody_in(house, volunteer):
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "http://evil.example"}):
        assert volunteer.ask("POST", "/express", headers, **{"n:18-59:x": 1, "do": "print"})[0] == 403
    assert house.day.view.parties == {}


def test_nothing_of_it_is_inline(house, volunteer):
    house.day.make_badges(2)
    volunteer.come("a-form")
    for path in (
        "/express",
        "/express/find",
        "/express/party/1",
        "/express/party/1?ask=people",
        "/express/party/1/badge",
    ):
        status, _, page = volunteer.ask("GET", path)
        assert status == 200
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:|<script(?![^>]* src=)", page)


# The rush


def test_a_family_of_five_takes_six_touches_and_no_page_load(house, desk):
    page = desk(768, 1024, has_touch=True)
    page.evaluate("window.kept = true")
    touches = 0
    for band, number in FIVE.items():
        for _ in range(number):
            page.tap(f"[name='n:{band}:x'] ~ .more")
            touches += 1
    assert shown(page, ".send-total") == "5 personnes"
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
    assert shown(page, "#said") == "C’est fait : Fusée 1, 1 personne."


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
    assert shown(page, ".send-total") == "3 personnes"
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
    assert shown(page, ".send-total") == "Comptez au moins une personne."
    page.fill("[name='n:6-11:x']", "201")
    page.click(".print")
    assert "C’est trop pour une seule feuille" in shown(page, ".send-total")
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


# What became of each


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
    assert "Annuler l’inscription de Chat 1" in shown(page, "dialog h3")
    page.click("dialog .question .first")
    lately(page, 1).wait_for(state="detached")
    assert shown(page, "#said") == "L’inscription est annulée."
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
    assert shown(page, "#said") == "La feuille de Chat 1 part à l’imprimante."


def test_how_many_they_are_is_changed_and_changed_back(house, desk):
    page = desk()
    count(page, FIVE)
    page.click(".print")
    lately(page, 1).locator("text=Changer").click()
    count(page, {"60-plus": 1}, where="dialog")
    page.click("dialog .ways .first")
    page.locator("dialog .done").wait_for()
    assert shown(page, "dialog .done p") == "Le nombre de personnes de Chat 1 est changé."
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
    assert "Fusée 1" in shown(page, "#elsewhere [data-party='2']")
    elsewhere(page, 2).locator("text=Annuler").click()
    page.click("dialog .question .first")
    elsewhere(page, 2).wait_for(state="detached")
    assert shown(page, "#said") == "L’inscription est annulée."
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


# When the printer cannot: badges that are ready


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
    assert shown(page, "#said") == "Finissez d’abord la famille que vous comptez."
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
    assert shown(page, "dialog .done p") == "Chat 51 porte ce badge désormais."
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
        (code,) = zxingcpp.read_barcodes(picture)
    assert code.text == came(house).badge
    page.click("dialog >> text=C’est photographié")
    page.locator("dialog .done").wait_for()
    assert house.day.view.jobs[1].state is PrintState.CANCELLED


# A family that is here already


def found(page, picture, number):
    page.click(".find")
    page.check(f"dialog [value={picture}]", force=True)
    for digit in str(number):
        page.click(f"dialog .number-keys >> text='{digit}'")
    page.click("dialog .number-line .first")


def test_a_family_is_found_by_its_picture_and_number(house, desk):
    for _ in range(35):
        house.day.check_in([Group("18-59", "f", 2)], "ar")
    page = desk(768, 1024)
    found(page, "fish", 2)
    page.locator("dialog .who").wait_for()
    assert shown(page, "dialog h2") == "Poisson 2"
    assert "2 personnes · العربية" in shown(page, "dialog header p")
    assert page.locator("dialog .now b").count() == 1
    page.keyboard.press("Escape")
    found(page, "dog", 7)
    page.locator("dialog .told span").wait_for()
    assert "Personne ici" in shown(page, "dialog .told")


@pytest.mark.parametrize("scripts", [True, False])
def test_what_was_said_of_a_nickname_is_kept_and_what_lacks_is_told(house, desk, scripts):
    house.day.check_in([Group("18-59", "f", 2)], "ar")
    house.day.check_in([Group("18-59", "f", 2)], "ar")
    page = desk(java_script_enabled=scripts)
    page.click(".find")
    page.fill("#number", "1")
    page.click(".number-line .first")
    page.locator("#told span").wait_for()
    assert shown(page, "#told") == "Il manque l’image : touchez celle de la feuille ou du badge."
    assert page.input_value("#number") == "1"
    page.check("[value=rocket]", force=True)
    page.click(".number-line .first")
    page.locator(".who h2").wait_for()
    assert shown(page, ".who h2") == "Fusée 1"


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
    assert "L’ancien sera signalé" in shown(page, "dialog .question")
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
    assert "Notée comme rentrée chez elle." in shown(page, "dialog .now")
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


# What goes wrong on the way


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
    assert shown(page, ".send-total") == "5 personnes"


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
    assert shown(page, "#said") == "C’est fait : Chat 1, 3 personnes."
    assert came(house).language == "en"
    page.fill("[name='n:18-59:x']", "1")
    page.click(".pick")
    page.check("[value=rocket]", force=True)
    page.fill("#number", "51")
    page.click(".number-line .first")
    assert "Fusée 51" in shown(page, "#said")
    page.click("[data-party='2'] >> text=Annuler")
    page.click(".question .first")
    assert shown(page, "#said") == "L’inscription est annulée."
    assert list(house.day.view.parties) == [1]


# Its looks


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
    assert shown(page, ".send-total") == "3 personnes"
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


# Together


def test_two_kiosks_and_a_desk_at_once_give_thirty_families_each_its_own(house, desk, open_page):
    """In three browsers: ten times, a family at each sends what it said at the same moment as the other two."""
    here = open_page(house.door_url + "/door")
    there = open_page(house.url + "/pin?to=/kiosk")
    there.fill("#pin", house.services.access.pin)
    there.click("button[name=number][value='2']")
    express = desk(1024, 768)
    for each in range(1, 11):
        visitor.begin(here)
        visitor.begin(there)
        visitor.count(here, (("18-59:f", 1),))
        visitor.count(there, (("6-11:m", 1), ("18-59:f", 1)))
        count(express, {"60-plus": 3})
        for page, button in ((here, "[value=print]"), (there, "[value=print]"), (express, ".print")):
            page.evaluate("button => { setTimeout(() => document.querySelector(button).click()); }", button)
        for page in (here, there):
            page.click("#done")
            page.wait_for_selector(".attract")
        express.wait_for_function(
            "many => document.querySelectorAll('#lately .entry').length === Math.min(many, 8)"
            " && document.querySelectorAll('#outbox .entry').length === 0",
            arg=each,
        )
    view = house.day.view
    assert sorted(view.parties) == list(range(1, 31))
    assert Counter(party.size for party in view.parties.values()) == {1: 10, 2: 10, 3: 10}
    assert len({party.badge for party in view.parties.values()}) == 30
    assert len({party.nickname for party in view.parties.values()}) == 30
    assert Counter(job.party for job in view.jobs.values()) == dict.fromkeys(view.parties, 1)
    assert {job.state for job in view.jobs.values()} == {PrintState.QUEUED}


def test_three_desks_at_once_give_thirty_families_each_its_own(house):
    """Each posts ten families at the same moments as the others, and each of them twice, as on a bad network."""
    house.day.make_badges(40)
    start = threading.Barrier(3)

    def work(place):
        device, answers = Volunteer(house), []
        for each in range(10):
            start.wait(timeout=30)
            more = {"do": "give", "next": f"{('cat', 'rocket', 'fish')[place]} 51"} if each == 5 else {}
            twice = [device.come(f"form-{place}-{each}", {"18-59": 1 + place}, **more) for _ in range(2)]
            answers.append(twice)
        return answers

    with ThreadPoolExecutor(3) as pool:
        worked = list(pool.map(work, range(3)))
    view = house.day.view
    assert all(first == second and first[0] == 200 for each in worked for first, second in each)
    numbers = [first[1]["party"] for each in worked for first, _ in each]
    assert sorted(numbers) == sorted(view.parties) and len(set(numbers)) == 30
    assert len({party.badge for party in view.parties.values()}) == 30
    assert len({party.nickname for party in view.parties.values()}) == 30
    assert Counter(party.size for party in view.parties.values()) == {1: 10, 2: 10, 3: 10}
    given = {party.number for party in view.parties.values() if party.sign}
    assert len(given) == 3
    assert Counter(job.party for job in view.jobs.values()) == Counter(set(numbers) - given)
