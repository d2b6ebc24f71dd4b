"""The log of acts: when, who, what, in words; and what is pressed at stations beside it."""

import re
from dataclasses import replace

import pytest

from kiosk.rules.facts import Acted, Struck
from kiosk.rules.floor import Status
from kiosk.rules.party import Group
from kiosk.store.writer import Decision
from kiosk.texts import texts, whole_languages
from kiosk.web.apart import apart
from kiosk.web.log import lately, log

MINUTE_MS = 60_000


def plain(words):
    return re.sub("[\u00a0\u202f]", " ", words)


def entries(house, language="fr"):
    return log(house.day.view, house.day.pressed(), texts(language))


def told(house):
    return [(plain(each.who), plain(each.what)) for each in entries(house)]


@pytest.mark.parametrize("language", whole_languages())
def test_each_act_has_its_words(house, language):
    day, now_ms = house.day, house.clock()
    came = day.check_in([Group("18-59", "f", 1)], "fr")
    house.scan("vr", "arrive", came.party.badge)
    day.ask_help("")
    session = next(each for each in house.event.ateliers if each.times_ms)
    start_ms = next(each for each in session.times_ms if each > now_ms)
    day.set_status("vr", Status.PAUSED, "organiser 1")
    day.set_status("vr", Status.OPEN, "organiser 1")
    day.set_status("vr", Status.CLOSED, "animator 3")
    day.end_queue("vr", now_ms, "organiser 1")
    day.limit("vr", 3, 12, "organiser 1")
    day.shift_session(session.id, start_ms, 10, "organiser 1")
    day.shift_session(session.id, start_ms + 10 * MINUTE_MS, -5, "hub")
    day.announce({"fr": "Un", "en": "One"}, now_ms + 1, "organiser 1")
    day.strike("vr-file", "ab" * 8, 1, "organiser 1")
    day.give_help("", "organiser")
    day.see_off(1, "organiser 1")
    day.replace_badge(1, "organiser 1")
    day.note("long/vr/2", now_ms + MINUTE_MS, "organiser 1")
    day.note("silent/vr/1", now_ms + MINUTE_MS, "organiser 1")
    day.note("overdue/1/vr/2", now_ms + 86_400_000, "somebody of a later version")
    found = entries(house, language)
    assert len(found) == 15
    assert all(each.what and each.who and each.clock for each in found)
    assert not [each for each in found if "{" in each.what]
    assert len({each.what for each in found}) == 15


def test_one_place_is_one_place(house):
    for places in (1, 3):
        house.day.limit("vr", places, None, "organiser 1")
    three, one = (plain(each.what) for each in entries(house))
    assert (one.rpartition(" : ")[2], three.rpartition(" : ")[2]) == ("1 place", "3 places")


def test_a_name_whose_letters_run_the_other_way_keeps_the_figures_behind_it(open_house, roubaix):
    """Else "6 places" would be drawn as "places", with the 6 before the name."""
    names = {"fr": "ورشة الليزر", "en": "Laser"}
    ateliers = [replace(each, names=names) if each.id == "vr" else each for each in roubaix.ateliers]
    house = open_house(replace(roubaix, ateliers=tuple(ateliers)), roubaix.opens_ms)
    house.day.limit("vr", 6, None, "organiser 1")
    assert plain(entries(house)[0].what) == "\u2068ورشة الليزر\u2069 : 6 places"
    assert entries(house, "en")[0].what == "Laser: 6 places"
    for language, name in (("fr", "Émile & Zoé, 3 mm"), ("en", "12"), ("ar", "ورشة 3")):
        assert apart(name, texts(language)) == name


def test_who_did_what_is_told_the_latest_first(house):
    house.day.set_status("vr", Status.PAUSED, "organiser 2")
    house.clock.at_ms += MINUTE_MS
    house.day.set_status("vr", Status.OPEN, "hub")
    assert told(house) == [
        ("sur l’accueil", "Casque de réalité virtuelle : rouvert"),
        ("organisateur 2", "Casque de réalité virtuelle : en pause"),
    ]


def test_what_was_taken_back_says_by_whom_and_is_not_offered_again(house):
    act = house.day.set_status("vr", Status.PAUSED, "organiser 2")
    assert [each["act"] for each in lately(house.day.view, house.clock(), texts("fr"))] == [act]
    house.day.withdraw(act, "organiser 3")
    assert plain(entries(house)[0].taken_back) == "annulé par organisateur 3 à 14 h 35"
    assert lately(house.day.view, house.clock(), texts("fr")) == []


def test_what_was_done_long_ago_is_in_the_log_alone(house):
    house.day.set_status("vr", Status.PAUSED, "organiser 2")
    assert lately(house.day.view, house.clock() + 11 * MINUTE_MS, texts("fr")) == []
    assert len(entries(house)) == 1


def test_what_is_pressed_at_a_station_is_told_and_can_be_struck(house):
    log_of = house.logs["vr"]
    body, signed = log_of.batch([log_of.passage("pause", None, house.clock())], house.clock())
    house.stations.receive(body, signed, 5)
    assert house.day.view.statuses.of("vr", house.clock()) is Status.PAUSED
    assert told(house) == [("station Casque de réalité virtuelle", "Casque de réalité virtuelle : en pause")]
    press = entries(house)[0].press
    house.day.strike(*press, "organiser 1")
    assert house.day.view.statuses.of("vr", house.clock()) is Status.OPEN
    assert [plain(each.what) for each in entries(house)] == [
        "Annulé : Casque de réalité virtuelle : en pause"
    ]


def test_a_struck_scan_says_whose_it_was_and_where_and_is_in_the_logs_of_both(house):
    day = house.day
    came, other = (day.check_in([Group("18-59", "f", 1)], "fr") for _ in range(2))
    house.scan("vr", "arrive", came.party.badge)
    (step,) = day.steps_of(came.party.number)
    act = day.strike(step.station, step.epoch, step.seq, "organiser 1")
    name = texts("fr").nickname(came.party.nickname)
    said = f"{plain(name)} : scan annulé (« Casque de réalité virtuelle : dans la file »)"
    assert [plain(each.what) for each in entries(house)] == [said]
    assert [plain(each["what"]) for each in lately(day.view, house.clock(), texts("fr"))] == [said]
    for about, where in (({"atelier": "vr"}, True), ({"atelier": "arts"}, False),
                         ({"party": came.party.number}, True), ({"party": other.party.number}, False)):  # fmt: skip
        assert bool(log(day.view, (), texts("fr"), **about)) is where, about
    day.withdraw(act, "organiser 1")
    assert plain(entries(house)[0].what) == said
    assert entries(house)[0].taken_back


def test_a_strike_of_what_has_not_come_names_its_station_until_it_comes(house):
    came = house.day.check_in([Group("18-59", "f", 1)], "fr")
    station = house.station_of("vr", "arrive")
    log_of = house.logs[station]
    passage = log_of.passage("arrive", came.party.badge, house.clock())
    struck = Acted("0" * 16, "organiser 1", Struck(station, passage.epoch, passage.seq))
    house.day.decide(lambda ledger, now_ms: Decision([struck], lambda: None))
    assert plain(entries(house)[0].what) == (
        f"Passage n° 1 de la station Casque de réalité virtuelle · {station} annulé"
    )
    house.stations.receive(*log_of.batch([passage], house.clock()), 5)
    assert "scan annulé" in plain(entries(house)[0].what)


def test_a_log_may_be_of_one_atelier(house):
    house.day.set_status("vr", Status.PAUSED)
    house.day.set_status("arts", Status.PAUSED)
    found = log(house.day.view, house.day.pressed(), texts("fr"), "arts")
    assert [plain(each.what) for each in found] == ["Arts numériques : en pause"]
