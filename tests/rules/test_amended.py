"""The event as it holds now: stations that came, moved or were revoked, and sessions that were shifted."""

from itertools import permutations

import pytest

from kiosk.rules.amended import Shift, amended
from kiosk.rules.event import MINUTE_MS
from kiosk.rules.facts import StationSet


def test_without_amendments_the_event_is_the_planned_one(roubaix):
    assert amended(roubaix, (), ()) is roubaix


def test_a_station_that_was_moved_is_seen_at_its_new_atelier_only(roubaix):
    station = roubaix.stations[0]
    other = next(atelier.id for atelier in roubaix.ateliers if atelier.id != station.atelier)
    now = amended(roubaix, [StationSet(station.id, other, ("enter",))], ())
    assert [one.atelier for one in now.stations if one.id == station.id] == [other]


def test_a_revoked_station_is_none_any_more(roubaix):
    station = roubaix.stations[0]
    gone = StationSet(station.id, station.atelier, station.steps, active=False)
    assert station.id not in [one.id for one in amended(roubaix, [gone], ()).stations]


def test_a_phone_adds_the_steps_that_it_scans(roubaix):
    atelier = roubaix.ateliers[0]
    now = amended(
        roubaix, [StationSet("phone", atelier.id, ("arrive",), buttons=True, label="Téléphone")], ()
    )
    assert now.steps_at[atelier.id] >= {"arrive", "enter", "leave"}


@pytest.fixture
def talk(roubaix):
    return next(atelier for atelier in roubaix.ateliers if atelier.times_ms)


def shifted(roubaix, talk, *shifts):
    said = [Shift(at_ms, str(place), talk.id, by) for place, (at_ms, by) in enumerate(shifts)]
    return amended(roubaix, (), said).by_id[talk.id].times_ms


def test_a_shift_moves_the_session_that_comes_next(roubaix, talk):
    first, *others = talk.times_ms
    assert shifted(roubaix, talk, (first - MINUTE_MS, 5)) == (first + 5 * MINUTE_MS, *others)


def test_a_session_that_should_have_begun_already_is_meant_before_the_next(roubaix, talk):
    first, *others = talk.times_ms
    assert shifted(roubaix, talk, (first + 2 * MINUTE_MS, 5)) == (first + 5 * MINUTE_MS, *others)


def test_shifts_add_up_in_whatever_order_they_come(roubaix, talk):
    first, *others = talk.times_ms
    shifts = [
        Shift(first - 2 * MINUTE_MS, "a", talk.id, 10),
        Shift(first + 3 * MINUTE_MS, "b", talk.id, 5),
        Shift(first + 4 * MINUTE_MS, "c", talk.id, -3),
    ]
    for order in permutations(shifts):
        assert amended(roubaix, (), order).by_id[talk.id].times_ms == (first + 12 * MINUTE_MS, *others)


def test_after_the_last_session_there_is_nothing_to_shift(roubaix, talk):
    assert shifted(roubaix, talk, (talk.times_ms[-1] + talk.turn_ms, 5)) == talk.times_ms


def test_people_call_a_station_by_its_label_or_by_its_atelier(roubaix):
    assert roubaix.station_name("arts", "fr") == roubaix.by_id["arts"].name("fr")
    assert roubaix.station_name("vr-file", "fr") == f"{roubaix.by_id['vr'].name('fr')} · vr-file"
    known = amended(roubaix, [StationSet("arts", "arts", ("arrive",), False, "La tablette bleue")], ())
    assert known.station_name("arts", "en") == "La tablette bleue"
    assert roubaix.station_name("gone-long-ago", "fr") == "gone-long-ago"
