"""Advice in words."""

from dataclasses import replace
from pathlib import Path

import pytest

from kiosk import eventfile
from kiosk.phrases import phrase
from kiosk.rules.event import MINUTE_MS
from kiosk.rules.facts import END, GO, AdviceGiven
from kiosk.texts import texts


@pytest.fixture(scope="module")
def roubaix():
    return eventfile.load(Path(eventfile.__file__).parents[1] / "events" / "roubaix-2022.toml")


def test_who_has_nothing_left_before_the_lunch_break_hears_when_it_goes_on(roubaix):
    morning, afternoon = roubaix.windows
    told = AdviceGiven(1, END, "", morning.closes_ms - 5 * MINUTE_MS, 0, "nothing-left")
    said = phrase(roubaix, told, texts("fr"))
    assert said.headline == "c’est fini pour l’instant"
    assert "14" in said.when
    last = replace(told, at_ms=afternoon.closes_ms - 5 * MINUTE_MS)
    assert phrase(roubaix, last, texts("fr")).headline == "votre tour est fini"


def test_where_to_go_is_told_with_a_range_and_a_reason(roubaix):
    told = AdviceGiven(1, GO, "robotique", roubaix.opens_ms, 8, "calm")
    said = phrase(roubaix, told, texts("fr"))
    assert said.headline == "Robotique"
    assert "à" in said.when and "min" in said.when
    assert said.reason
