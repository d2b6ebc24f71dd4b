"""The organisers' screen, live: what it shows is what is, and what may be old never looks fresh."""

import re
import time

import pytest
from axe_playwright_python.sync_playwright import Axe

from firmware.wire.batch import Health
from kiosk.registry import Wanted
from kiosk.rules.floor import Status
from kiosk.rules.party import Group
from kiosk.texts import texts

from .conftest import PHRASE

MINUTE_MS = 60_000
LIVE = "[data-live=live]"


def shown(page, key):
    return page.text_content(f"[data-text='{key}']").replace("\xa0", " ")


def becomes(page, key, words):
    page.wait_for_function(
        "([key, words]) => words ==="
        " document.querySelector(`[data-text='${key}']`).textContent.replaceAll('\\u00a0', ' ')",
        arg=[key, words],
    )


def open_flow(open_page, house, width=1280, height=800, query="", **context):
    page = open_page(f"{house.url}/flow{query}", width, height, **context)
    page.wait_for_selector(LIVE)
    return page


def test_the_first_paint_has_the_numbers_without_javascript(lively_day, open_page):
    page = open_page(lively_day.url + "/flow", 1280, 800, java_script_enabled=False)
    floor = lively_day.day.floor()
    assert shown(page, "on_site.people") == str(floor.on_site.people)
    assert shown(page, "came.parties") == "40 familles"
    assert shown(page, "clock") == "14 h 35"
    assert page.text_content("#freshness").strip().replace("\xa0", " ") == "Chiffres de 14 h 35"
    for here in floor.ateliers:
        about = ["≈ " if any(each.inferred for each in there) else "" for there in (here.queue, here.inside)]
        assert shown(page, f"atelier.{here.atelier.id}.queue") == f"{about[0]}{here.queued.people}"
        places = f"{about[1]}{here.places_taken} / {here.atelier.places}"
        assert shown(page, f"atelier.{here.atelier.id}.inside") == places
    assert page.get_attribute("noscript meta", "content") == "15"


def test_a_passage_that_a_station_posts_shows_without_a_reload_and_without_a_flicker(lively_day, open_page):
    page = open_flow(open_page, lively_day)
    came = lively_day.day.check_in([Group("18-59", "f", 1), Group("12-17", "m", 2)], "fr")
    becomes(page, "came.parties", "41 familles")
    page.evaluate("window.kept = [...document.querySelectorAll('main *')]")
    page.focus(".foot a")
    before = int(shown(page, "atelier.vr.queue"))
    log = lively_day.logs["vr-file"]
    body, signed = log.batch(
        [log.passage("arrive", came.party.badge, lively_day.clock())], lively_day.clock()
    )
    assert lively_day.post_passages(body, signed)[0] == 200
    becomes(page, "atelier.vr.queue", str(before + 3))
    assert page.evaluate("document.activeElement === document.querySelector('.foot a')")
    assert page.evaluate(
        "window.kept.every((each, at) => document.querySelectorAll('main *')[at] === each)"
    ), "the page was drawn anew"


def test_every_number_on_the_page_is_the_board_s(lively_day, open_page):
    page = open_flow(open_page, lively_day)
    board = lively_day.live.frame().data["board"]
    for here in board["ateliers"]:
        key = f"atelier.{here['id']}"
        wait = here["wait"]
        if here["queue_is_seen"] and wait:
            low, high = wait["low_minutes"], wait["high_minutes"]
            expected = (
                "sans attendre" if high == 0 else f"{low} à {high} min" if low else f"moins de {high} min"
            )
            assert shown(page, f"{key}.wait") == expected
        assert shown(page, f"{key}.done") == str(here["done"]["people"])
        assert page.get_attribute(f"[data-state='{key}']", "data-is") == here["status"]


def test_a_queue_that_nobody_sees_has_no_number(open_house, roubaix, open_page):
    import dataclasses

    blind = dataclasses.replace(
        roubaix,
        stations=tuple(
            dataclasses.replace(each, steps=("enter", "leave")) if each.id == "arts" else each
            for each in roubaix.stations
        ),
    )
    page = open_flow(open_page, open_house(blind, roubaix.windows[1].opens_ms))
    assert (shown(page, "atelier.arts.wait"), shown(page, "atelier.arts.queue")) == ("—", "—")
    assert shown(page, "atelier.vr.wait") == "sans attendre"


def test_what_an_atelier_s_status_is_stands_in_words_and_in_a_picture(house, open_page):
    page = open_flow(open_page, house)
    for status, words in ((Status.PAUSED, "En pause"), (Status.CLOSED, "Fermé"), (Status.OPEN, "Ouvert")):
        house.clock.at_ms += 1000
        house.day.set_status("vr", status)
        becomes(page, "atelier.vr.status", words)
        assert page.locator("[data-state='atelier.vr'] .status .glyph:visible").count() == 1
        assert page.is_visible(f"[data-state='atelier.vr'] .on-{status}")
        assert (shown(page, "atelier.vr.wait") == "—") == (status is not Status.OPEN)


def test_before_anybody_came_the_page_says_when_the_doors_open(open_house, roubaix, open_page):
    house = open_house(roubaix, roubaix.opens_ms - 30 * MINUTE_MS)
    page = open_flow(open_page, house)
    assert shown(page, "empty") == "Personne n’est encore venu. Les portes ouvrent à 10 h."
    assert shown(page, "atelier.vr.status") == "Ouvre à 10 h"
    house.day.check_in([Group("18-59", "f", 1)], "fr")
    page.wait_for_selector("[data-text=empty]", state="hidden")


def test_a_silent_station_says_since_when(lively_day, open_page):
    page = open_flow(open_page, lively_day)
    assert shown(page, "station.arts") == "prête"
    assert page.text_content("[data-state='station.arts'] b") == "Arts numériques"
    lively_day.clock.at_ms += 6 * MINUTE_MS
    becomes(page, "station.arts", "silencieuse depuis 6 min")
    assert page.is_visible("[data-state='station.arts'] .on-trouble")
    becomes(page, "clock", "14 h 41")


@pytest.mark.parametrize(
    ("health", "words"),
    [(Health(0, False, "1"), "lecteur débranché"), (Health(230, True, "1"), "230 passages pas encore reçus")],
)
def test_a_station_s_own_trouble_is_told(house, open_page, health, words):
    page = open_flow(open_page, house)
    assert shown(page, "station.vr") == "pas encore vue"
    house.post_passages(*house.logs["vr"].batch([], house.clock(), health))
    becomes(page, "station.vr", words)


def test_the_printer_s_trouble_says_what_to_do(house, open_page):
    page = open_flow(open_page, house)
    assert (shown(page, "printer"), page.is_hidden("[data-text='printer.todo']")) == ("Prête", True)
    house.day.check_in([Group("18-59", "f", 1)], "fr")
    house.printer.says("paper_out", house.clock() - 4 * MINUTE_MS)
    becomes(page, "printer", "Plus de papier")
    assert "Mettez un rouleau" in shown(page, "printer.todo")
    assert shown(page, "printer.since") == "Depuis 14 h 31."
    assert shown(page, "printer.waiting") == "1 feuille attend."
    house.printer.says("", house.clock(), "low")
    becomes(page, "printer", "Bientôt plus de papier")


def test_alarms_show_where_there_is_something_only(house, open_page):
    page = open_flow(open_page, house)
    assert page.is_hidden(".alarms")
    house.scan("arts", "enter", "CBBBBBBBBBBBBBBB")
    said = "1 badge scanné que l’accueil n’a pas donné. Donnez une feuille à cette famille."
    becomes(page, "alarm.unknown_badges", said)
    assert page.is_visible(".alarms")
    assert page.locator(".alarms li:visible").count() == 1


def test_an_announcement_shows_for_as_long_as_it_holds(house, open_page):
    page = open_flow(open_page, house)
    house.day.announce({"fr": "Le goûter est servi.", "en": "Snacks are served."}, house.clock() + MINUTE_MS)
    becomes(page, "announcements", "Le goûter est servi.")
    house.clock.at_ms += 2 * MINUTE_MS
    page.wait_for_selector("[data-text=announcements]", state="hidden")


def test_the_page_speaks_the_event_s_languages(lively_day, open_page):
    page = open_flow(open_page, lively_day, query="?lang=en")
    assert (page.get_attribute("html", "lang"), shown(page, "came.parties")) == ("en", "40 parties")
    lively_day.day.check_in([Group("18-59", "f", 1)], "fr")
    becomes(page, "came.parties", "41 parties")
    page.click(".foot a")
    page.wait_for_selector(LIVE)
    assert shown(page, "came.parties") == "41 familles"


# Old numbers


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


def test_two_devices_under_one_name_are_an_alarm_that_names_the_station(house, open_page):
    page = open_flow(open_page, house)
    log = house.logs["vr"]
    for boot in ("aa" * 8, "bb" * 8, "aa" * 8):
        house.clock.at_ms += 1000
        log.boot = boot
        house.stations.receive(*log.batch([], house.clock()), 5)
    becomes(page, "station.vr", "deux appareils portent ce nom")
    assert page.get_attribute("[data-state=alarms]", "data-is") == "some"
    assert "la même station : Casque de réalité virtuelle." in shown(page, "alarm.two_devices")


def test_a_station_that_comes_or_goes_appears_and_disappears(house, open_page):
    page = open_flow(open_page, house)
    house.stations.registry.admit(Wanted("phone-1", atelier="vr", label="Le téléphone de Sam"), house.url)
    page.wait_for_selector("[data-state='station.phone-1'] >> text=Le téléphone de Sam")
    house.clock.at_ms += 1000
    house.stations.revoke("phone-1")
    page.wait_for_selector("[data-state='station.phone-1']", state="detached")


# Calls for help


def test_a_call_for_help_shows_without_a_reload_and_is_said_to_screen_readers(house, open_page):
    page = open_flow(open_page, house)
    page.evaluate("window.kept = true")
    house.day.check_in([Group("18-59", "f", 1)], "fr")
    house.day.ask_help("", "sheet", 1)
    page.wait_for_selector(".task[data-kind=help]")
    task = page.locator(".task .task-words")
    words = [
        task.locator(f"{part}:visible").inner_text().replace("\xa0", " ")
        for part in (".task-what", ".urgency i", ".task-since", ".task-why")
    ]
    assert words == [
        "La borne de l’accueil appelle", "tout de suite", "depuis 14 h 35", "en attendant sa feuille · Chat 1",
    ]  # fmt: skip
    assert page.get_attribute("#task-said", "role") == "status"
    assert "La borne de l’accueil appelle" in page.text_content("#task-said")
    house.clock.at_ms += 1000
    house.day.ask_help("Borne 2", "of-another-version")
    page.wait_for_selector(".task:nth-child(2)")
    assert "Borne 2 appelle" in page.inner_text(".task:nth-child(2)").replace("\xa0", " ")
    assert "Borne 2" in page.text_content("#task-said")
    assert "accueil" not in page.text_content("#task-said"), "a call that was said before is not said again"
    house.day.give_help("")
    page.wait_for_selector(".task:nth-child(2)", state="detached")
    assert "Borne 2" in page.inner_text("#tasks")
    assert page.evaluate("window.kept")


def test_who_goes_to_help_has_entered_the_passphrase(real_house, open_page):
    house = real_house
    house.day.ask_help("")
    page = open_page(f"{house.url}/flow?lang=en")
    page.fill("#phrase", PHRASE)
    page.press("#phrase", "Enter")
    page.wait_for_selector(".task[data-kind=help]")
    assert page.get_attribute("html", "lang") == "en"
    page.wait_for_timeout(500)  # a list that has just moved takes no tap
    page.click(".task .first")
    page.wait_for_selector(".task", state="detached")
    assert house.day.view.help == ()
    assert house.day.view.acts[-1].by == "organiser 1"


def test_a_passer_by_cannot_send_the_volunteers_away(real_house):
    house = real_house
    house.day.ask_help("")
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    for port in (house.port, house.door_port):
        status, answered, _ = house.ask("POST", "/flow/do", b"kind=help&place=", form, port=port)
        assert (status, answered["location"]) == (303, "/passphrase?to=/flow")
    foreign = form | {"Sec-Fetch-Site": "cross-site"}
    assert house.ask("POST", "/flow/do", b"kind=help&place=", foreign)[0] == 403
    assert len(house.day.view.help) == 1


def test_it_rings_only_where_that_was_asked_for(house, open_page):
    page = open_flow(open_page, house)
    page.evaluate(
        """() => { window.rung = 0; const start = OscillatorNode.prototype.start;
          OscillatorNode.prototype.start = function (...when) { window.rung += 1; start.apply(this, when); } }"""
    )
    house.day.ask_help("")
    page.wait_for_selector(".task")
    assert page.evaluate("window.rung") == 0
    page.click("#ring")
    page.wait_for_function("() => window.rung === 2")  # it is heard once, so that it is known how it sounds
    house.day.ask_help("Borne 2")
    page.wait_for_function("() => window.rung === 4")
    page.click("#ring")
    house.day.ask_help("Borne 3")
    page.wait_for_selector(".task:nth-child(3)")
    assert page.evaluate("window.rung") == 4


# How old, how sure, and what comes


def test_the_numbers_of_an_atelier_whose_station_is_silent_say_of_when_they_are(lively_day, open_page):
    page = open_flow(open_page, lively_day)
    assert page.is_hidden("[data-state='atelier.arts'] .age span")
    lively_day.clock.at_ms += 6 * MINUTE_MS
    becomes(page, "atelier.arts.age", "Chiffres de 14 h 35 : une station se tait")
    assert page.is_visible("[data-state='atelier.arts'] .age span")
    assert "silencieuse depuis 6 min" in shown(page, "atelier.arts.health")
    assert page.is_visible("[data-state='atelier.arts.health'] .on-trouble")


def test_a_forecast_is_marked_as_one_and_a_last_call_is_told(lively_day, open_page):
    page = open_flow(open_page, lively_day)
    assert shown(page, "atelier.vr.soon").startswith("≈ ")
    lively_day.day.end_queue("vr", lively_day.clock() + 20 * MINUTE_MS)
    becomes(page, "atelier.vr.ends", "Dernier appel à 14 h 55")
    becomes(page, "atelier.vr.soon", "plus de tour")


def test_the_most_so_far_and_the_latest_arrivals_stand_there(lively_day, open_page):
    page = open_flow(open_page, lively_day)
    floor, view = lively_day.day.floor(), lively_day.day.view
    assert shown(page, "most").startswith(f"au plus {max(floor.on_site.people, 1)}")
    came = sum(p.size for p in view.parties.values() if p.came_ms >= lively_day.clock() - 5 * MINUTE_MS)
    assert shown(page, "arrivals") == f"{came} depuis 14 h 30"


def test_the_drawings_are_drawn_anew_when_the_day_goes_on_and_not_sent_with_each_frame(house, open_page):
    house.live._compose._courses._every_s = 0.0
    page = open_flow(open_page, house)
    path = "document.querySelector('[data-line=on_site]').getAttribute('d')"
    assert page.evaluate(path) == ""
    house.day.check_in([Group("18-59", "f", 2)], "fr")
    page.wait_for_function(f"() => {path} !== ''")
    assert b"lines" not in house.live.frame().events["fr"]


def test_a_frame_of_a_full_house_is_composed_in_good_time(lively_day):
    """Fifty pages get the same. The bound is of the processor's time, whatever else the machine does."""
    compose = lively_day.live._compose
    compose(1)
    begun = time.thread_time()
    for number in range(5):
        compose(number)
    assert (time.thread_time() - begun) / 5 < 0.06


def test_whose_session_has_ended_is_led_to_where_one_comes_in(real_house, open_page):
    page = open_page(f"{real_house.url}/flow")
    page.fill("#phrase", PHRASE)
    page.press("#phrase", "Enter")
    page.wait_for_selector(LIVE)
    real_house.services.access.set_passphrase("another phrase of several words")
    real_house.cut()
    real_house.resume()
    page.wait_for_selector("#phrase")


# One atelier


def test_one_atelier_shows_its_people_its_pace_and_its_acts_and_follows(lively_day, open_page):
    page = open_page(lively_day.url + "/flow", 1280, 800)
    page.click("h3 a >> text=Casque")
    page.wait_for_selector(LIVE)
    here = lively_day.day.floor().by_id["vr"]
    queue = page.locator("[data-part=queue] li:not(.none)")
    assert queue.count() == len(here.queue)
    for place, present in enumerate(here.queue):
        name = texts("fr").nickname(present.guest.party.nickname)
        assert name in queue.nth(place).text_content()
    assert "Prévu : 30 personnes par heure" in page.inner_text("[data-part=pace]").replace("\xa0", " ")
    page.click(".but-paused")
    page.wait_for_selector(".atelier-now[data-is=paused]")
    assert page.is_hidden(".but-paused")
    assert page.is_visible(".but-open")
    page.wait_for_selector(".log .undo")
    lively_day.clock.at_ms += 1000
    before = page.input_value("#last")
    page.click("button[data-by='5']")
    hours, minutes = map(int, before.split(":"))
    later = 60 * hours + minutes + 5
    assert page.input_value("#last") == f"{later // 60:02}:{later % 60:02}"
    page.click("[value=open]")
    page.wait_for_selector(".atelier-now[data-is=open]")
    page.click("button[value=end]")
    becomes(page, "atelier.vr.ends", f"Dernier appel à {later // 60} h {later % 60:02}")


def test_what_somebody_types_on_the_page_of_an_atelier_stays_while_it_follows(lively_day, open_page):
    page = open_page(lively_day.url + "/flow/atelier/vr", 390, 844, clock=True)
    page.wait_for_selector(LIVE)
    page.fill("#places", "7")
    came = lively_day.day.check_in([Group("18-59", "f", 1)], "fr")
    lively_day.scan("vr", "arrive", came.party.badge)
    page.clock.fast_forward(6000)
    name = texts("fr").nickname(came.party.nickname)
    page.wait_for_selector(f"[data-part=queue] >> text={name}")
    assert page.input_value("#places") == "7"
    assert page.evaluate("document.activeElement.id") == "places"


def test_an_atelier_that_is_none_is_not_found(house):
    assert house.ask("GET", "/flow/atelier/nowhere")[0] == 404


# Its looks


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", ["/flow", "/flow/atelier/vr", "/flow/acts", "/flow/party/3"])
def test_no_page_has_a_fault_that_axe_finds(lively_day, open_page, path, scheme):
    lively_day.printer.says("paper_out", lively_day.clock())
    lively_day.day.ask_help("", "sheet", 3)
    lively_day.day.set_status("arts", Status.PAUSED, "organiser 1")
    page = open_page(lively_day.url + path, 390, 844, color_scheme=scheme)
    found = Axe().run(page).response["violations"]
    assert [(each["id"], each["nodes"][0]["html"][:200]) for each in found] == []


def test_the_list_of_what_to_do_is_worked_through_by_keys_alone(lively_day, open_page):
    lively_day.day.ask_help("", "sheet", 3)
    page = open_flow(open_page, lively_day)
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('.task[data-kind=help] .first')"):
            break
    else:
        pytest.fail("the first button of the list is reached by Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector(".task[data-kind=help]", state="detached")
    assert page.evaluate("document.activeElement.matches('.tasks *')")
    page.wait_for_selector("#lately .done")


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (390, 844)])
@pytest.mark.parametrize("language", ["fr", "en"])
def test_nothing_is_cut_off_and_nothing_scrolls_sideways(lively_day, open_page, width, height, language):
    lively_day.printer.says("paper_out", lively_day.clock())
    page = open_flow(open_page, lively_day, width, height, query=f"?lang={language}")
    assert page.evaluate("document.scrollingElement.scrollWidth") <= width
    cut = page.evaluate(
        """() => [...document.querySelectorAll("main *")].filter((each) => each.scrollWidth > each.clientWidth + 1 &&
          each.clientWidth && getComputedStyle(each).clipPath === "none" &&
          !each.matches("svg, svg *, [role=region][tabindex='0']")) // a wide table is scrolled by itself, by keys too
          .map((each) => each.outerHTML.slice(0, 80))"""
    )
    assert cut == []


def test_what_is_wrong_is_seen_without_scrolling_on_a_phone(house, open_page):
    house.printer.says("paper_out", house.clock())
    page = open_flow(open_page, house, 390, 844)
    house.day.ask_help("", "sheet")
    page.wait_for_selector(".task:nth-child(2)")
    for place in (1, 2):
        box = page.locator(f".task:nth-child({place})").bounding_box()
        assert box["y"] + box["height"] <= 844
