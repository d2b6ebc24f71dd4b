"""The pace of one atelier in words, beside what was planned."""

from dataclasses import replace

import pytest

from kiosk.rules.history import QUARTER_MS, Pace, history
from kiosk.texts import texts
from kiosk.web.afternoon import paces, planned

FRENCH = texts("fr")


@pytest.fixture
def past(house):
    return history(house.day.view, house.clock()).ateliers["vr"]


def test_the_pace_of_a_quarter_that_is_not_over_is_marked_as_estimated(house, past):
    whole = Pace(house.clock() - 2 * QUARTER_MS, house.clock() - QUARTER_MS, None, 16.0, False)
    part = Pace(whole.until_ms, whole.until_ms + QUARTER_MS // 3, None, 48.0, False)
    none = replace(part, people_an_hour=None)
    told = [each.people for each in paces(house.event, replace(past, paces=(whole, part, none)), FRENCH)]
    assert told == ["—", "≈ 48", "16"]


@pytest.mark.parametrize(
    ("places", "minutes", "said"), [(1, 120, "0,5"), (1, 60, "1"), (1, 8, "7,5"), (2, 10, "12"), (5, 7, "43")]
)
def test_few_an_hour_are_told_to_the_tenth(past, places, minutes, said):
    other = replace(past, atelier=replace(past.atelier, places=places, minutes=minutes))
    assert planned(other, FRENCH).startswith(f"Prévu\u00a0: {said} par heure")
