"""The range of minutes that people are told for a wait."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.rules.waits import Wait, range_minutes


@pytest.mark.parametrize(
    "minutes, expected",
    [
        (-3, (0, 0)),
        (0, (0, 0)),
        (0.9, (0, 0)),
        (4, (0, 5)),
        (5, (5, 10)),
        (19, (15, 20)),
        (25, (25, 30)),
        (70, (60, 75)),
    ],
)
def test_a_wait_is_told_as_a_range_that_holds_it(minutes, expected):
    assert range_minutes(minutes) == expected


@given(st.floats(1, 10_000), st.floats(0, 200))
def test_every_wait_is_within_its_range(minutes, spread):
    low, high = range_minutes(minutes, spread)
    assert 0 <= low <= minutes < high
    assert low % 5 == high % 5 == 0


@given(st.floats(1, 300), st.floats(0, 60), st.floats(0, 60))
def test_a_less_certain_wait_is_told_as_no_narrower_a_range(minutes, spread, more):
    low, high = range_minutes(minutes, spread)
    wider_low, wider_high = range_minutes(minutes, spread + more)
    assert wider_low <= low
    assert wider_high >= high


@given(st.floats(0, 300), st.floats(0, 60))
def test_a_longer_wait_is_told_as_no_shorter_a_range(minutes, more):
    one, other = (
        Wait(0, round(wait * 60_000), round(wait * 60_000)).range_minutes
        for wait in (minutes, minutes + more)
    )
    assert one[0] <= other[0]
    assert one[1] <= other[1]
