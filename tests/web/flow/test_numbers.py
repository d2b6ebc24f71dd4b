"""The organisers' screen, live: what it shows is what is, and what comes is marked as such."""

import dataclasses
import time

from kiosk.rules.event import Kind
from kiosk.rules.floor import Status
from kiosk.rules.party import Group
from kiosk.texts import texts

from .page import LIVE, MINUTE_MS, becomes, open_flow, shown


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
    board, at_ms = lively_day.live.frame().data["board"], lively_day.clock()
    for here in board["ateliers"]:
        key = f"atelier.{here['id']}"
        wait, atelier = here["wait"], lively_day.event.by_id[here["id"]]
        if here["queue_is_seen"] and wait and atelier.kind is Kind.SESSION:
            earliest, latest = (at_ms + wait[end] * MINUTE_MS for end in ("low_minutes", "high_minutes"))
            (start_ms,) = (each for each in atelier.times_ms if earliest <= each <= latest)
            clock = texts("fr").clock(start_ms, lively_day.event.zone).replace("\xa0", " ")
            assert shown(page, f"{key}.wait") == f"à {clock}"
        elif here["queue_is_seen"] and wait:
            low, high = wait["low_minutes"], wait["high_minutes"]
            expected = (
                "sans attendre" if high == 0 else f"{low} à {high} min" if low else f"moins de {high} min"
            )
            assert shown(page, f"{key}.wait") == expected
        assert shown(page, f"{key}.done") == str(here["done"]["people"])
        assert page.get_attribute(f"[data-state='{key}']", "data-is") == here["status"]


def test_a_queue_that_nobody_sees_has_no_number(open_house, roubaix, open_page):
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
