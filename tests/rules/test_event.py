"""The event as a value: its hours by the clocks of where it is."""

from dataclasses import replace

import pytest

from kiosk.rules.event import HOUR_MS, MINUTE_MS


@pytest.mark.parametrize("zone", ["Europe/Paris", "Asia/Kolkata", "Asia/Kathmandu", "America/St_Johns"])
def test_full_hours_are_those_of_the_clocks_there(roubaix, zone):
    event = replace(roubaix, timezone=zone)
    from_ms = event.opens_ms - 7 * MINUTE_MS
    hours = event.hours(from_ms, from_ms + 5 * HOUR_MS)
    assert len(hours) == 5
    assert {event.local(each).minute for each in hours} == {0}
    assert 0 <= hours[0] - from_ms < HOUR_MS
    assert event.hours(from_ms, from_ms + 5 * HOUR_MS, 2) == hours[::2]


def test_the_night_that_has_an_hour_twice_has_it_twice(roubaix):
    event = replace(roubaix, timezone="Europe/Paris")
    one = 1_792_882_800_000  # 25 October 2026, 1:00
    assert [event.local(each).hour for each in event.hours(one, one + 4 * HOUR_MS)] == [1, 2, 2, 3]
