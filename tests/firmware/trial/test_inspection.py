"""What the test of the evening before looks at by itself: the card, the heat, the power, the hub and its clock."""

from dataclasses import replace

import pytest

from firmware import config, inspection
from firmware.clock import Clock
from firmware.health import Readings

from .terminal import PLAN, ready


@pytest.mark.parametrize(
    ("readings", "verdict", "words"),
    [
        (Readings(free_mib=5000), "fine", "5000 Mio"),
        (Readings(free_mib=99), "wrong", "Libérez"),
    ],
)
def test_the_card_needs_room(tmp_path, readings, verdict, words):
    found = inspection.card(tmp_path, readings)
    assert found.verdict == verdict and words in found.words
    assert list(tmp_path.iterdir()) == []


def test_a_card_that_cannot_be_written_is_wrong(tmp_path):
    found = inspection.card(tmp_path / "gone", Readings(free_mib=5000))
    assert found.verdict == "wrong" and "sudo" in found.words


def test_a_slow_card_is_wrong(tmp_path, monkeypatch):
    monkeypatch.setattr(inspection, "SLOWEST_MS", -1)
    assert inspection.card(tmp_path, Readings(free_mib=5000)).verdict == "wrong"


@pytest.mark.parametrize(
    ("degrees", "verdict"), [(None, "unknown"), (48, "fine"), (75, "fine"), (76, "wrong")]
)
def test_the_heat(degrees, verdict):
    assert inspection.temperature(Readings(temperature_c=degrees)).verdict == verdict


@pytest.mark.parametrize(("low", "verdict"), [(None, "unknown"), (False, "fine"), (True, "wrong")])
def test_the_power(low, verdict):
    assert inspection.power(Readings(undervoltage=low)).verdict == verdict


def asked(station, planning, **changes):
    one = config.read(ready(station, planning.address, **changes).config)
    return list(inspection.hub(one, Clock()))


@pytest.mark.parametrize(
    ("ahead_s", "words"),
    [(0, "+0 s par"), (30, "+30 s par"), (-45, "-45 s par"), (600, "+10 min 00 par"), (-7500, "-2 h 05 par"),
     (400 * 86400, "+400 j par")],
)  # fmt: skip
def test_our_clock_is_told_beside_the_hubs_and_does_no_harm(station, planning, ahead_s, words):
    ours = Clock()
    began_ms = ours.wall_ms()
    planning.now_s = lambda: began_ms // 1000 + 10_000 - ahead_s
    ours.wall_ms = lambda: began_ms // 1000 * 1000 + 10_000_500
    one = config.read(ready(station, planning.address).config)
    clock, found = inspection.hub(one, ours)
    assert words in clock.words and clock.verdict == found.verdict == "fine"
    assert ("Sans gravité" in clock.words) == (abs(ahead_s) >= 90)


def test_a_station_that_was_moved_is_told_where_it_belongs(station, planning):
    planning.plan = replace(PLAN, atelier="arts", name="Arts")
    _, found = asked(station, planning)
    assert found.verdict == "fine" and "« Arts »" in found.words and "« vr »" in found.words


@pytest.mark.parametrize(("status", "words"), [(401, "inscription"), (403, "clé"), (503, "débordé")])
def test_a_hub_that_says_no_is_told_with_what_to_do(station, planning, status, words):
    planning.status = status
    clock, found = asked(station, planning)
    assert clock.verdict == "unknown" and found.verdict == "wrong" and words in found.words


def test_an_answer_that_the_hub_did_not_sign_is_not_believed(station, planning):
    _, found = asked(station, planning, device_key="00" * 32)
    assert found.verdict == "wrong"
