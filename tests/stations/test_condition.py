"""How a station is, as codes and in words: the gravest first, and old news of a silent one not at all."""

from dataclasses import replace

import pytest

from firmware.wire.batch import Health
from kiosk.condition import TROUBLES, condition, words
from kiosk.signs import Seen
from kiosk.texts import texts

NOW_MS = 1_668_864_900_000
WELL = Health(0, True, "0.1", 3600, 12, 40, 5, 51, False, 5000)
FRENCH, ENGLISH = texts("fr"), texts("en")


def of(health=WELL, ago_s=1, since_s=600, **more):
    seen = Seen("vr", NOW_MS - 1000 * ago_s, "ab" * 8, 1, health, NOW_MS - 1000 * since_s)
    return condition(seen, NOW_MS, **more)


def said(health=WELL, **more):
    return words(of(health, **more), FRENCH).replace("\xa0", " ").replace("\u202f", " ")


def test_one_that_is_well_is_ready():
    assert of()["state"] == "ok"
    assert of()["troubles"] == []
    assert said() == "prête"


def test_an_older_station_that_says_little_of_itself_is_well():
    assert of(Health(0, True, "0.1"))["state"] == "ok"


def test_one_that_was_never_seen_is_told_apart_from_one_that_was_never_paired():
    assert condition(None, NOW_MS) == {"state": "never"}
    assert condition(None, NOW_MS, paired=False) == {"state": "unpaired"}
    assert words({"state": "never"}, ENGLISH) == "not seen yet"
    assert words({"state": "unpaired"}, ENGLISH) == "not paired yet"


@pytest.mark.parametrize(
    ("health", "state", "french"),
    [
        (replace(WELL, scanner=False), "no_scanner", "lecteur débranché"),
        (replace(WELL, backlog=10), "backlog", "10 passages pas encore reçus"),
        (replace(WELL, backlog=9), "ok", "prête"),
        (replace(WELL, temperature_c=80), "hot", "trop chaude, 80 °C : l’aérer"),
        (replace(WELL, temperature_c=79), "ok", "prête"),
        (replace(WELL, undervoltage=True), "power", "courant trop faible : changer de chargeur"),
        (replace(WELL, free_mib=199), "disk", "carte presque pleine, 199 Mio libres"),
        (replace(WELL, free_mib=200), "ok", "prête"),
        (replace(WELL, clock_error_ms=2001), "clock", "son heure n’est pas sûre"),
        (replace(WELL, clock_error_ms=None), "clock", "son heure n’est pas sûre"),
        (replace(WELL, trouble="La carte est pleine."), "trouble", "La carte est pleine."),
        (replace(WELL, wall_offset_ms=-59_999), "ok", "prête"),
        (
            replace(WELL, wall_offset_ms=-3 * 3_600_000),
            "ok",
            "prête · horloge en retard de 3 heures, corrigée ici",
        ),
        (
            replace(WELL, wall_offset_ms=7 * 365 * 86_400_000),
            "ok",
            "prête · horloge en avance de 7 ans, corrigée ici",
        ),
    ],
)
def test_each_trouble_is_told(health, state, french):
    assert (of(health)["state"], said(health)) == (state, french)


def test_several_are_told_the_gravest_first():
    health = replace(WELL, scanner=False, temperature_c=85, free_mib=3)
    assert of(health, twins=True)["troubles"] == ["two_devices", "no_scanner", "hot", "disk"]
    told = said(health, twins=True)
    assert told.startswith("deux appareils portent ce nom")
    assert told.endswith(
        " · lecteur débranché · trop chaude, 85 °C : l’aérer · carte presque pleine, 3 Mio libres"
    )


def test_of_a_silent_one_only_that_is_told():
    health = replace(WELL, scanner=False, undervoltage=True, wall_offset_ms=10**9)
    assert of(health, ago_s=60)["troubles"] == ["silent"]
    assert said(health, ago_s=12 * 60) == "silencieuse depuis 12 min"
    assert of(health, ago_s=59)["state"] == "no_scanner"


def test_in_a_rehearsal_a_minute_of_the_day_is_no_silence():
    assert of(ago_s=600, speed=60.0)["state"] == "ok"
    assert of(ago_s=3600, speed=60.0)["state"] == "silent"


def test_a_station_that_has_just_started_may_not_know_the_time_yet():
    assert of(replace(WELL, clock_error_ms=None), since_s=10)["state"] == "ok"


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("code", TROUBLES)
def test_each_has_words_in_each_language(language, code):
    told = {
        "state": code,
        "troubles": [code],
        "silent_s": 90,
        "backlog": 3,
        "temperature_c": 82,
        "free_mib": 5,
    }
    assert words(told | {"trouble": "Scanner?"}, texts(language))
