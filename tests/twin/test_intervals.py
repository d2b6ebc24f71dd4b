"""Bands of days and intervals of means: against what is known of them."""

from random import Random

import pytest

from kiosk.twin.intervals import Band, band, interval, quantile


def test_a_band_holds_eight_days_in_ten():
    assert band([float(day) for day in range(101)]) == Band(10.0, 50.0, 90.0)
    assert band([7.0]) == Band(7.0, 7.0, 7.0)


def test_a_quantile_lies_between_two_values_where_need_be():
    assert quantile([0.0, 10.0], 0.25) == 2.5


@pytest.mark.parametrize(
    ("count", "student"), [(2, 12.706), (5, 2.776), (6, 2.571), (11, 2.228), (31, 2.042), (201, 1.972)]
)
def test_the_interval_is_students(count, student):
    values = [float(number % 2) for number in range(count)]
    found = interval(values)
    mean = sum(values) / count
    spread = (sum((value - mean) ** 2 for value in values) / (count - 1)) ** 0.5
    assert (found.high - found.low) / 2 == pytest.approx(student * spread / count**0.5, rel=0.002)


def test_the_interval_holds_the_mean_nineteen_times_in_twenty():
    chance = Random(1)
    held = 0
    for _ in range(2000):
        found = interval([chance.gauss(3.0, 2.0) for _ in range(8)])
        held += found.low <= 3.0 <= found.high
    assert 0.935 < held / 2000 < 0.965


def test_one_day_says_nothing_for_sure_and_none_says_nothing():
    assert not interval([5.0]).sure
    with pytest.raises(ValueError, match="no day"):
        interval([])
    with pytest.raises(ValueError, match="no day"):
        band([])
