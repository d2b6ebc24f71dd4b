"""The plan of a station: all that its screen says and draws, in the words of the event."""

from dataclasses import replace

import pytest

from firmware.wire import plan as wire_plan
from firmware.wire import screen
from firmware.wire.plan import MOST_BYTES
from kiosk.plans import Plans, plan
from kiosk.rules.event import MINUTE_MS, Station
from kiosk.rules.party import PICTURES
from kiosk.texts import texts, whole_languages

FRENCH = texts("fr")


def of(event, station, words=FRENCH):
    return plan(event, next(each for each in event.stations if each.id == station), words)


@pytest.mark.parametrize("language", whole_languages())
def test_what_is_made_can_be_read_and_is_small_enough_for_a_post(event, language):
    for station in event.stations:
        made = plan(event, station, texts(language))
        assert wire_plan.decode(made.encode()) == made
        assert len(made.encode()) < MOST_BYTES / 2


@pytest.mark.parametrize("language", whole_languages())
def test_every_word_of_the_screen_is_there_with_its_blanks_left_open(event, language):
    made = of(event, "vr", texts(language))
    assert all(made.words[key] for key in (*screen.SAID, *screen.REFUSALS, *screen.PAGE))
    assert made.language == language
    assert "{who}" in made.words["said.arrive"]
    assert made.text("said.arrive", who="Chat 7").count("Chat 7") == 1


def test_a_party_has_the_same_name_on_the_screen_as_on_its_sheet(event):
    made = of(event, "vr")
    name = made.text("common.nickname", picture=made.text("picture.cat"), number=7)
    assert name == "Chat\u00a07"


def test_every_picture_has_a_shape_and_the_atelier_too(event):
    made = of(event, "vr")
    assert {*PICTURES, event.by_id["vr"].icon} <= made.shapes.keys()
    assert all(paths for _, paths in made.shapes.values())


def test_it_says_what_the_event_says_of_the_atelier(event):
    made, atelier = of(event, "vr-file"), event.by_id["vr"]
    told = (made.atelier, made.name, made.room, made.kind, made.places, made.minutes, made.steps)
    assert told == (
        "vr", atelier.name("fr"), atelier.room, "continuous", atelier.places, atelier.minutes, ("arrive",)
    )  # fmt: skip
    assert (made.event, made.event_name, made.label) == (event.id, event.name, "vr-file")


def test_moments_are_shown_by_the_clocks_of_the_hall(event):
    assert of(event, "vr").utc_offset_minutes == 60
    assert of(replace(event, timezone="America/St_Johns"), "vr").utc_offset_minutes == -210


def test_what_any_station_of_the_atelier_sees_holds_for_each(event):
    alone = replace(event, stations=(Station("vr", "vr", ("enter",)),))
    made = of(alone, "vr")
    assert (made.queues, made.sees_out) == (False, False)
    pressed = replace(event, stations=(Station("vr", "vr", ("arrive",), True, "Le casque"),))
    made = of(pressed, "vr")
    assert (made.queues, made.sees_out, made.buttons, made.label) == (True, True, True, "Le casque")


def test_a_plan_is_made_once_for_as_long_as_the_event_holds(event):
    plans = Plans(FRENCH)
    first = plans.of(event, "vr")
    assert plans.of(event, "vr") is first
    assert plans.of(event, "sauna") is None
    talk = next(atelier for atelier in event.ateliers if atelier.times_ms)
    shifted = replace(talk, times_ms=tuple(at_ms + 5 * MINUTE_MS for at_ms in talk.times_ms))
    later = replace(event, ateliers=tuple(shifted if each is talk else each for each in event.ateliers))
    there = next(station.id for station in event.stations if station.atelier == talk.id)
    before = plans.of(event, there)
    after = plans.of(later, there)
    assert after.times_ms == shifted.times_ms
    assert after.digest != before.digest
    assert plans.of(later, "vr").digest == first.digest
