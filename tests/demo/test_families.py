"""The families of a day: so many people, as the seed says, for any event."""

from collections import Counter

import pytest

from kiosk.demo.families import draw
from kiosk.rules.event import MINUTE_MS
from kiosk.rules.party import takers


def genders(families):
    counts = Counter()
    for family in families:
        for group in family.people:
            counts[group.gender] += group.count
    return counts


@pytest.mark.parametrize("seed", range(5))
def test_264_people_come_to_roubaix_half_of_them_women_and_girls(roubaix, seed):
    families = draw(roubaix, seed=seed)
    assert sum(family.size for family in families) == 264
    assert genders(families) == {"f": 132, "m": 132}
    assert all(2 <= family.size <= 5 for family in families)


@pytest.mark.parametrize("people", [1, 2, 3, 6, 7, 80, 1001])
def test_any_number_of_people_can_come_to_any_event(village, people):
    families = draw(village, people, seed=3)
    assert sum(family.size for family in families) == people
    assert genders(families)["m"] - genders(families)["f"] in (0, 1)
    known = {band.id for band in village.bands}
    assert {group.band for family in families for group in family.people} <= known


def test_a_day_without_people_is_refused(roubaix):
    with pytest.raises(ValueError, match="at least 1"):
        draw(roubaix, 0)


def test_the_same_seed_draws_the_same_families_and_another_one_others(roubaix):
    assert draw(roubaix, seed=7) == draw(roubaix, seed=7)
    assert draw(roubaix, seed=7) != draw(roubaix, seed=8)


@pytest.mark.parametrize("seed", range(5))
def test_about_fifty_people_wait_when_the_afternoon_begins(roubaix, seed):
    morning, afternoon = roubaix.windows
    families = draw(roubaix, seed=seed)
    crowd = [f for f in families if morning.closes_ms < f.at_door_ms <= afternoon.opens_ms]
    assert 45 <= sum(family.size for family in crowd) <= 55
    assert min(family.at_door_ms for family in crowd) >= afternoon.opens_ms - 40 * MINUTE_MS
    assert any(family.at_door_ms > afternoon.opens_ms for family in families)
    assert not any(family.at_door_ms < morning.opens_ms for family in families)


def test_families_wish_for_what_admits_somebody_of_them(roubaix):
    for family in draw(roubaix, seed=1):
        assert family.wishes
        assert len(set(family.wishes)) == len(family.wishes) <= 3
        assert all(takers(roubaix, roubaix.by_id[wish], family.people) for wish in family.wishes)
