"""The floor kept up to date fact by fact is the one put together from scratch, at every moment.

`RONDE_LONG=1` runs 100,000 days, otherwise a slice.
"""

import os

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.rules.event import MINUTE_MS
from kiosk.rules.floors import Floors
from kiosk.rules.ledger import Ledger

RUNS = 100_000 if os.environ.get("RONDE_LONG") == "1" else 120
PROPERTY = settings(
    max_examples=RUNS,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def looks(hall):
    """Moments at which somebody asks for the floor: around each minute of the day, and just before it."""
    opens = hall.at("08:50")
    return st.builds(
        lambda minute, before: opens + minute * MINUTE_MS - before, st.integers(0, 560), st.integers(0, 1)
    )


def anew(view, now_ms):
    """The floor put together from nothing."""
    return Floors().of(view.event, view.guests, view.statuses.at(now_ms), now_ms)


@pytest.mark.long
@pytest.mark.timeout(7200)
@PROPERTY
@given(data=st.data())
def test_asked_at_any_moments_a_ledger_gives_the_floor_from_scratch(hall, days, data):
    told = data.draw(days)
    ledger = Ledger(hall.event)
    for at_ms, fact in data.draw(st.permutations(told)):
        ledger.apply(fact, at_ms)
        for now_ms in data.draw(st.lists(looks(hall), max_size=2)):
            assert ledger.floor(now_ms) == anew(ledger.view(), now_ms) == ledger.view().floor(now_ms)
    for now_ms in data.draw(st.lists(looks(hall), min_size=1, max_size=6)):
        assert ledger.floor(now_ms) == hall.view(told).floor(now_ms)


@pytest.mark.long
@pytest.mark.timeout(7200)
@PROPERTY
@given(data=st.data())
def test_time_alone_moves_a_floor_as_if_it_were_made_anew_each_minute(hall, days, data):
    told = data.draw(days)
    ledger = Ledger(hall.event)
    for at_ms, fact in told:
        ledger.apply(fact, at_ms)
    began_ms = hall.at("09:00") + data.draw(st.integers(0, 59)) * 1000
    for now_ms in range(began_ms, began_ms + 540 * MINUTE_MS, data.draw(st.integers(1, 30)) * MINUTE_MS):
        assert ledger.floor(now_ms) == anew(ledger.view(), now_ms)


@PROPERTY
@given(data=st.data())
def test_readers_of_several_views_disturb_each_other_in_nothing(hall, days, data):
    """Each asks for a view of its own, older or newer, at a moment of its own."""
    ledger, views = Ledger(hall.event), []
    for at_ms, fact in data.draw(days):
        ledger.apply(fact, at_ms)
        views.append(ledger.view())
    for _ in range(4 if views else 0):
        view, now_ms = data.draw(st.sampled_from(views)), data.draw(looks(hall))
        assert view.floor(now_ms) == anew(view, now_ms)
