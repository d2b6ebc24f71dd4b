"""The range of minutes that people are told for a wait."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.rules.waits import range_minutes


@pytest.mark.parametrize(
    "minutes, expected",
    [
        (-3, (0, 0)),
        (0, (0, 0)),
        (0.9, (0, 0)),
        (4, (0, 5)),
        (5, (5, 10)),
        (19, (15, 20)),
        (25, (20, 30)),
        (70, (60, 75)),
    ],
)
def test_a_wait_is_told_as_a_range_that_holds_it(minutes, expected):
    assert range_minutes(minutes) == expected


@given(st.integers(1, 10_000))
def test_every_wait_is_within_its_range(minutes):
    low, high = range_minutes(minutes)
    assert low <= minutes < high
    assert low % 5 == high % 5 == 0
