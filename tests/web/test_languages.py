"""An event whose families speak languages that are there for families alone: theirs at the door, French behind it."""

import json
import re
from dataclasses import replace

import pytest

from kiosk.texts import languages, texts, whole_languages

from .conftest import afternoon, enliven


@pytest.fixture
def far_house(open_house, roubaix):
    return open_house(replace(roubaix, languages=("ar", "uk", "tr")), afternoon(roubaix))


def spoken(body):
    found = re.search(rb'<html lang="([^"]*)" dir="([^"]*)"', body)
    return found and tuple(each.decode() for each in found.groups())


@pytest.mark.parametrize("path", ["/", "/flow", "/atelier", "/pin", "/phone", "/nowhere"])
def test_who_works_there_reads_a_whole_language(far_house, path):
    enliven(far_house, 6)
    status, _, body = far_house.ask("GET", path)
    assert status == (404 if path == "/nowhere" else 200)
    assert spoken(body) == ("fr", "ltr")


def test_the_stations_speak_it_too(far_house):
    status, _, body = far_house.ask("GET", "/atelier/vr/plan")
    assert (status, json.loads(body)["language"]) == (200, "fr")


def test_the_floor_is_told_in_whole_languages_only(open_house, roubaix):
    house = open_house(replace(roubaix, languages=languages()), afternoon(roubaix))
    assert set(house.live.frame().shown) == set(whole_languages())
    status, _, body = house.ask("GET", "/flow?lang=en")
    assert (status, spoken(body)) == (200, ("en", "ltr"))
    assert spoken(house.ask("GET", "/flow?lang=ar")[2]) == ("fr", "ltr")


def test_families_find_their_language_at_the_door_and_in_the_hall(far_house):
    enliven(far_house, 6)
    status, _, body = far_house.ask("GET", "/door", port=far_house.door_port)
    assert (status, spoken(body)) == (200, ("ar", "rtl"))
    status, _, body = far_house.ask("GET", "/screen")
    assert (status, spoken(body)) == (200, ("ar", "rtl"))
    assert texts("ar").text("screen.ateliers") in body.decode()
    status, _, body = far_house.ask("GET", "/door/nowhere", port=far_house.door_port)
    assert status == 404
