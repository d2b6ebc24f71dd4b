"""What organisers do from their pages: announce, correct, undo; in a browser, and without scripts."""

import dataclasses
import json
import re
from datetime import date, time
from urllib.parse import urlencode

import pytest

from kiosk import phrases
from kiosk.rules.event import HOUR_MS, MINUTE_MS, Window
from kiosk.rules.facts import Announced, PartyLeft, QueueEnds, Struck
from kiosk.rules.floor import Status
from kiosk.rules.party import Group
from kiosk.texts import languages
from kiosk.web.roles import Role

from .visitor import stand_still, until

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
JSON = FORM | {"Accept": "application/json"}
NIGHT_MS = 1_792_879_200_000  # 25 October 2026 in Paris, 0:00


def plain(words):
    return re.sub("[\u00a0\u202f]", " ", words)


def post(house, path, headers=JSON, **fields):
    """A second after whatever came before."""
    house.clock.at_ms += 1000
    return house.ask("POST", path, urlencode(fields).encode(), headers)


def last(house):
    return house.day.view.acts[-1].fact


# Announcements


@pytest.mark.parametrize("ready", phrases.READY)
def test_a_ready_announcement_is_in_every_language_of_the_event_at_once(house, ready):
    status, _, _ = post(
        house, "/flow/announce", ready=ready, atelier="vr", clock="16:30", minutes=20, **{"in": 15}
    )
    assert status == 200
    fact = last(house)
    assert isinstance(fact, Announced)
    assert fact.texts.keys() == set(house.event.languages)
    assert len(set(fact.texts.values())) == len(house.event.languages)
    assert fact.until_ms == house.clock() + 20 * MINUTE_MS
    said = plain(fact.texts["fr"])
    assert {
        "room": "Il y a de la place maintenant : Casque de réalité virtuelle, Salle 1.",
        "last": "Casque de réalité virtuelle : dernier appel à 16 h 30. Après, la file est fermée.",
        "snack": "Le goûter est servi.",
        "closing": "Nous fermons dans 15 min.",
        "lost": "Un enfant cherche sa famille. Venez à l’accueil, s’il vous plaît.",
    }[ready] == said


def test_what_is_announced_as_a_last_call_closes_the_queue_then_and_each_is_undone_by_itself(house):
    at_ms = house.event.at(time(16, 30))
    for _ in range(2):
        fields = {
            "ready": "last",
            "minutes": 20,
            "atelier": "vr",
            "clock": "16:30",
            "form": "0123456789abcdef",
        }
        assert post(house, "/flow/announce", **fields)[0] == 200
    ends, announced = house.day.view.acts
    assert isinstance(announced.fact, Announced)
    assert ends.fact == QueueEnds("vr", at_ms)
    assert house.day.view.statuses.of("vr", at_ms) is Status.CLOSED
    post(house, "/flow/undo", act=announced.id)
    assert house.day.view.statuses.of("vr", at_ms) is Status.CLOSED
    post(house, "/flow/undo", act=ends.id)
    assert house.day.view.statuses.of("vr", at_ms) is Status.OPEN


def test_ready_announcements_are_there_in_every_catalogue(roubaix):
    event = dataclasses.replace(roubaix, languages=languages())
    for ready in phrases.READY:
        said = phrases.announcement(event, ready, "vr", event.opens_ms, 15)
        assert said.keys() == set(languages())
        assert not [words for words in said.values() if not words or "{" in words]


def test_free_words_are_announced_where_there_are_some(house):
    fields = {"text.fr": " Les\x1b@  crêpes\r\narrivent. ", "text.en": " ", "ready": "free", "minutes": 5}
    assert post(house, "/flow/announce", **fields)[0] == 200
    assert last(house).texts == {"fr": "Les @ crêpes arrivent."}
    assert post(house, "/flow/announce", **{"ready": "free", "minutes": 5, "text.xx": "x"})[0] == 409
    for fields in (
        {"ready": "snack", "minutes": 0},
        {"ready": "snack", "minutes": "9999"},
        {"ready": "room", "minutes": 5, "atelier": "nowhere"},
        {"ready": "last", "minutes": 5, "atelier": "vr", "clock": "late"},
        {"ready": "last", "minutes": 5, "atelier": "vr", "clock": "10:30"},
        {"ready": "closing", "minutes": 5, "in": 0},
        {"ready": "closing", "minutes": 5, "in": 99999},
        {"ready": "other", "minutes": 5},
    ):
        status, _, body = post(house, "/flow/announce", **fields)
        assert (status, b"error" in body) == (409, True), fields
    assert len(house.day.view.acts) == 1


def test_an_announcement_is_made_and_taken_back_without_leaving_the_page(house, open_page):
    page = open_page(house.url + "/flow/acts", 390, 844)
    assert page.is_visible(".for-place")
    page.check("[name=ready][value=closing]")
    assert page.is_hidden(".for-place")
    assert page.is_visible(".for-minutes")
    page.click(".announce .first")
    page.wait_for_selector(".on-now .done")
    assert plain(page.locator(".on-now .done span").first.inner_text()) == (
        "Annonce : « Nous fermons dans 15 min. »"
    )
    page.click(".on-now .undo button")
    page.wait_for_selector(".on-now .done", state="detached")
    assert not house.day.view.announcements_at(house.clock())
    assert "annulé par" in plain(page.inner_text(".log .entry"))


def test_without_scripts_announcements_go_too(house, open_page):
    page = open_page(house.url + "/flow/acts?lang=en", 390, 844, java_script_enabled=False)
    page.check("[name=ready][value=snack]")
    page.click(".announce .first")
    assert page.url.endswith("/flow/acts?lang=en")
    assert "Snacks are served." in page.inner_text(".on-now")


def test_what_is_announced_twice_is_shown_once_until_the_last_of_both_is_over(house):
    for minutes in (5, 30):
        assert post(house, "/flow/announce", ready="snack", minutes=minutes)[0] == 200
    assert len(house.day.view.acts) == 2
    assert len(house.day.view.announcements_at(house.clock())) == 1
    house.clock.at_ms += 10 * MINUTE_MS
    assert len(house.day.view.announcements_at(house.clock())) == 1


def test_no_room_and_no_last_call_is_announced_where_it_is_closed(house):
    house.day.set_status("vr", Status.CLOSED)
    for fields in ({"ready": "room"}, {"ready": "last", "clock": "16:30"}):
        assert post(house, "/flow/announce", minutes=5, atelier="vr", **fields)[0] == 409
    assert post(house, "/flow/atelier/vr", do="room")[0] == 409
    assert len(house.day.view.acts) == 1


# Corrections


def test_a_family_is_found_by_its_picture_and_number_and_put_right(house, open_page):
    came = house.day.check_in([Group("18-59", "f", 1), Group("6-11", "m", 2)], "fr")
    house.scan("vr", "arrive", came.party.badge)
    house.clock.at_ms += MINUTE_MS
    house.scan("arts", "enter", came.party.badge)
    page = open_page(house.url + "/flow/acts", 390, 844)
    page.fill("#said", "chat 1")
    page.press("#said", "Enter")
    page.wait_for_selector("#who-title")
    assert plain(page.inner_text("#who-title")) == "Chat 1"
    scans = page.locator("[data-part=scans] .entry")
    scans.first.wait_for()
    assert [plain(each) for each in scans.locator(".entry-what").all_inner_texts()] == [
        "Arts numériques : entrée",
        "Casque de réalité virtuelle : dans la file",
    ]
    scans.first.locator("button").click()
    scans.nth(1).wait_for(state="detached")
    assert isinstance(last(house), Struck)
    assert house.day.view.guest_of(1).stay.atelier == "vr"
    house.clock.at_ms += MINUTE_MS
    page.click("button[value=gone]")
    page.wait_for_selector(".gone")
    assert isinstance(last(house), PartyLeft)
    assert house.day.floor().on_site.parties == 0


def test_nobody_of_that_picture_and_number_is_said(house, open_page):
    page = open_page(house.url + "/flow/find?picture=cat&number=9", 390, 844)
    assert page.is_visible("#nobody")
    assert page.get_attribute("#said", "aria-describedby") == "nobody"
    assert house.ask("GET", "/flow/party/9")[0] == 404


# Presses that come again


def test_a_press_that_comes_again_does_nothing_more_and_another_does(house):
    talk = next(each for each in house.event.ateliers if each.times_ms)
    start_ms = max(talk.times_ms)
    wanted = {"do": "shift", "start_ms": start_ms, "minutes": 5, "way": "later"}
    for _ in range(3):
        assert post(house, f"/flow/atelier/{talk.id}", form="a-press", **wanted)[0] == 200
    assert max(house.day.event.by_id[talk.id].times_ms) == start_ms + 5 * MINUTE_MS
    wanted["start_ms"] = start_ms + 5 * MINUTE_MS
    assert post(house, f"/flow/atelier/{talk.id}", form="a-press", **wanted)[0] == 200
    assert max(house.day.event.by_id[talk.id].times_ms) == start_ms + 10 * MINUTE_MS
    assert len(house.day.view.acts) == 2
    assert post(house, f"/flow/atelier/{talk.id}", form="x" * 65, **wanted)[0] == 400


def test_a_press_whose_answer_is_lost_is_sent_again_and_done_once(house, open_page):
    talk = next(each for each in house.event.ateliers if each.times_ms)
    page = open_page(f"{house.url}/flow/atelier/{talk.id}", 390, 844, clock=True)
    answers = []

    def lose(route):
        """The first is taken, and its answer lost; the second does not even reach the hub."""
        if route.request.method == "GET":
            route.continue_()
        elif len(answers) < 2:
            answers.append(0 if answers else route.fetch().status)
            route.abort()
        else:
            answers.append(200)
            route.continue_()

    page.route(f"**/flow/atelier/{talk.id}*", lose)
    stand_still(page)
    page.click("button[value=later]")
    page.wait_for_selector("#refused:visible")
    assert len(house.day.view.acts) == 1
    until(page, lambda: page.clock.run_for(500) or len(answers) == 3)
    page.wait_for_selector("#acted:not(:empty)")
    assert answers == [200, 0, 200] and page.is_hidden("#refused")
    assert len(house.day.view.acts) == 1
    page.click("button[value=later]")
    until(page, lambda: len(house.day.view.acts) == 2)


def test_without_scripts_a_button_that_is_pressed_twice_acts_once(house, open_page):
    page = open_page(f"{house.url}/flow/acts", 390, 844, java_script_enabled=False)
    page.check("[name=ready][value=snack]")
    page.locator(".announce .first").dblclick()
    page.wait_for_selector(".on-now .done")
    assert len(house.day.view.acts) == 1


# Ateliers


@pytest.mark.parametrize("number", ["0", "-3", "1001", "abc", "", "1e3", "١٢"])
def test_numbers_that_are_none_are_refused_in_words_that_say_what_is_wanted(house, number):
    for what, most in (("places", "1000"), ("minutes", "480")):
        status, _, body = post(house, "/flow/atelier/vr", do="limit", **{what: number})
        assert (status, most in json.loads(body)["error"]) == (409, True)
    assert house.day.view.acts == ()


def test_an_atelier_is_paused_opened_closed_and_limited(house):
    for act in ("paused", "closed", "open"):
        house.clock.at_ms += 1000
        assert post(house, "/flow/atelier/vr", do=act)[0] == 200
        assert house.day.view.statuses.of("vr", house.clock()) is Status(act)
    assert post(house, "/flow/atelier/vr", do="end", clock="16:10")[0] == 200
    ends_ms = house.day.view.statuses.ends_ms("vr", house.clock())
    assert house.event.local(ends_ms).strftime("%H:%M") == "16:10"
    assert post(house, "/flow/atelier/vr", do="end", clock="03:10")[0] == 409
    assert post(house, "/flow/atelier/vr", do="limit", places=3, minutes=7)[0] == 200
    assert (house.day.event.by_id["vr"].places, house.day.event.by_id["vr"].minutes) == (3, 7)
    assert post(house, "/flow/atelier/vr", do="room")[0] == 200
    assert "Salle 1" in last(house).texts["fr"]
    assert post(house, "/flow/atelier/vr", do="limit", places=5000)[0] == 409
    assert post(house, "/flow/atelier/nowhere", do="paused")[0] == 404
    assert post(house, "/flow/atelier/vr", do="explode")[0] == 400


def test_in_the_night_that_has_an_hour_twice_a_last_call_is_at_the_next_such_time(open_house, roubaix):
    night = dataclasses.replace(
        roubaix, day=date(2026, 10, 25), windows=(Window(NIGHT_MS + HOUR_MS, NIGHT_MS + 6 * HOUR_MS),)
    )
    house = open_house(night, NIGHT_MS + 2 * HOUR_MS + 30 * MINUTE_MS)  # half past two, for the first time
    for hours, ends in ((0, 2), (1, 3)):
        house.clock.at_ms += hours * HOUR_MS
        assert post(house, "/flow/atelier/vr", do="end", clock="02:45")[0] == 200
        ends_ms = house.day.view.statuses.ends_ms("vr", house.clock())
        assert ends_ms == NIGHT_MS + ends * HOUR_MS + 45 * MINUTE_MS
    house.clock.at_ms += HOUR_MS
    assert post(house, "/flow/atelier/vr", do="end", clock="02:45")[0] == 409


def test_a_session_is_moved_from_its_page(house):
    session = next(each for each in house.event.ateliers if each.times_ms)
    start_ms = next(each for each in session.times_ms if each > house.clock())
    path = f"/flow/atelier/{session.id}"
    assert post(house, path, do="shift", start_ms=start_ms, minutes=10)[0] == 200
    assert start_ms + 10 * MINUTE_MS in house.day.event.by_id[session.id].times_ms
    moved_ms = start_ms + 10 * MINUTE_MS
    assert post(house, path, do="shift", start_ms=moved_ms, minutes=5, way="sooner")[0] == 200
    assert start_ms + 5 * MINUTE_MS in house.day.event.by_id[session.id].times_ms
    assert post(house, path, do="shift", start_ms=1, minutes=5)[0] == 409


# Who may


def test_acts_say_who_did_them_and_need_the_token_of_the_session(real_house):
    house = real_house
    carried = house.enter(Role.ORGANISER)
    assert post(house, "/flow/atelier/vr", do="paused")[0] == 401
    assert post(house, "/flow/atelier/vr", JSON | house.enter(Role.ANIMATOR), do="paused")[0] == 401
    assert post(house, "/flow/atelier/vr", JSON | {"Cookie": carried["Cookie"]}, do="paused")[0] == 401
    assert house.day.view.acts == ()
    assert post(house, "/flow/atelier/vr", JSON | carried, do="paused")[0] == 200
    assert house.day.view.acts[-1].by == "organiser 1"


def test_a_form_leads_back_to_pages_of_ours_alone(house):
    for to, expected in (
        ("/flow/acts?lang=en", "/flow/acts?lang=en"),
        ("//elsewhere.example", "/flow"),
        ("https://elsewhere.example/flow", "/flow"),
        ("/flow\\@elsewhere", "/flow"),
        ("/flow/../door", "/flow"),
    ):
        status, headers, _ = post(house, "/flow/atelier/vr", FORM, do="paused", to=to)
        assert (status, headers["location"]) == (303, expected), to
