"""The families of a day: so many people, as the seed says, for any event."""

from collections import Counter
from dataclasses import replace

import pytest

from kiosk.rules.event import MINUTE_MS
from kiosk.rules.party import takers
from kiosk.twin.families import draw
from kiosk.twin.scenario import ROUBAIX, Crowd


def genders(families):
    counts = Counter()
    for family in families:
        for group in family.people:
            counts[group.gender] += group.count
    return counts


def people(families):
    return sum(family.size for family in families)


@pytest.mark.parametrize("seed", range(5))
def test_264_people_come_to_roubaix_half_of_them_women_and_girls(roubaix, seed):
    families = draw(roubaix, seed=seed)
    assert people(families) == 264
    assert genders(families) == {"f": 132, "m": 132}
    assert all(2 <= family.size <= 5 for family in families)


@pytest.mark.parametrize("many", [1, 2, 3, 6, 7, 80, 1001])
def test_any_number_of_people_can_come_to_any_event(village, families_of, many):
    families = families_of(village, many, seed=3)
    assert people(families) == many
    assert genders(families)["m"] - genders(families)["f"] in (0, 1)
    known = {band.id for band in village.bands}
    assert {group.band for family in families for group in family.people} <= known


def test_a_day_without_people_is_refused(roubaix):
    with pytest.raises(ValueError, match="at least 1"):
        draw(roubaix, replace(ROUBAIX, people=0))


def test_the_same_seed_draws_the_same_families_and_another_one_others(roubaix):
    assert draw(roubaix, seed=7) == draw(roubaix, seed=7)
    assert draw(roubaix, seed=7) != draw(roubaix, seed=8)


def test_the_families_are_the_same_however_many_languages_are_spoken(roubaix):
    def silent(many):
        event = replace(roubaix, languages=roubaix.languages[:many])
        return [replace(family, language="") for seed in range(5) for family in draw(event, seed=seed)]

    assert silent(1) == silent(2) == silent(len(roubaix.languages))


def test_every_language_of_the_event_is_spoken_and_the_first_by_most(roubaix):
    spoken = Counter(family.language for seed in range(5) for family in draw(roubaix, seed=seed))
    assert set(spoken) == set(roubaix.languages)
    assert spoken["fr"] > spoken.total() / 2
    alone = replace(roubaix, languages=("fr",))
    assert {family.language for family in draw(alone, seed=1)} == {"fr"}


def test_families_are_numbered_as_they_come(roubaix):
    families = draw(roubaix, seed=2)
    assert [family.number for family in families] == list(range(1, len(families) + 1))
    assert [family.at_door_ms for family in families] == sorted(family.at_door_ms for family in families)


@pytest.mark.parametrize("seed", range(5))
def test_about_fifty_people_wait_when_the_afternoon_begins(roubaix, seed):
    morning, afternoon = roubaix.windows
    families = draw(roubaix, seed=seed)
    crowd = [f for f in families if morning.closes_ms < f.at_door_ms <= afternoon.opens_ms]
    assert 45 <= people(crowd) <= 55
    assert min(family.at_door_ms for family in crowd) >= afternoon.opens_ms - 40 * MINUTE_MS
    assert any(family.at_door_ms > afternoon.opens_ms for family in families)
    assert not any(family.at_door_ms < morning.opens_ms for family in families)


def test_families_wish_for_what_admits_somebody_of_them(roubaix):
    for family in draw(roubaix, seed=1):
        assert family.wishes
        assert len(set(family.wishes)) == len(family.wishes) <= 3
        assert all(takers(roubaix, roubaix.by_id[wish], family.people) for wish in family.wishes)


def test_what_many_wished_for_on_a_day_is_wished_for_by_many(roubaix):
    dear = {atelier.id: 1.0 for atelier in roubaix.ateliers} | {"arts": 30.0}
    first = Counter(family.wishes[0] for family in draw(roubaix, replace(ROUBAIX, wishes=dear), seed=1))
    assert first.most_common(1)[0][0] == "arts"


def test_arrivals_can_be_those_of_a_day_that_was(roubaix):
    """All in the second quarter of an hour, and in the first of the afternoon."""
    crowd = replace(ROUBAIX, arrivals=((1, 1.0), (16, 3.0)))
    at_minutes = [(family.at_door_ms - roubaix.opens_ms) / MINUTE_MS for family in draw(roubaix, crowd, 1)]
    early = [minutes for minutes in at_minutes if minutes < 120]
    assert all(15 <= minutes < 30 for minutes in early)
    assert all(240 <= minutes < 255 for minutes in at_minutes if minutes >= 120)
    assert 0.1 < len(early) / len(at_minutes) < 0.4


@pytest.mark.parametrize("seed", range(3))
def test_patience_and_stay_keep_to_their_limits(roubaix, seed):
    crowd = replace(ROUBAIX, patience_spread=90, stay_spread=200)
    for family in draw(roubaix, crowd, seed):
        assert 12 * MINUTE_MS <= family.patience_ms <= 60 * MINUTE_MS
        assert 45 * MINUTE_MS <= family.stay_ms <= 200 * MINUTE_MS


def test_wishes_of_another_event_say_nothing_of_this_one(village):
    some = village.ateliers[0].id
    assert draw(village, Crowd(people=60, wishes={some: 500.0}), 3) == draw(village, Crowd(people=60), 3)


def test_the_wishes_of_a_crowd_that_knows_all_ateliers_are_its_families(village):
    dear = next(each.id for each in village.ateliers if not each.min_age)
    wishes = {each.id: 1.0 for each in village.ateliers} | {dear: 10_000.0}
    families = draw(village, Crowd(people=60, wishes=wishes), 3)
    assert all(family.wishes[0] == dear for family in families)
