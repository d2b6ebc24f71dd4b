"""A whole day of the twin: the same arguments give the same day, and no day breaks what holds on any."""

from dataclasses import replace
from itertools import pairwise

import pytest

from kiosk.rules.event import MINUTE_MS, Closing, Kind
from kiosk.rules.party import takers
from kiosk.twin.families import draw
from kiosk.twin.hall import Faults
from kiosk.twin.play import play
from kiosk.twin.policies import POLICIES
from kiosk.twin.scenario import ROUBAIX, Habits

MANY = replace(ROUBAIX, people=600)


@pytest.fixture(scope="module", params=[policy.name for policy in POLICIES])
def day(request, roubaix):
    policy = next(policy for policy in POLICIES if policy.name == request.param)
    return play(roubaix, ROUBAIX, Habits(), 17, policy, sampled=True)


def untimed(outcome):
    return replace(outcome, decisions_ms=[])


# The same arguments


@pytest.mark.parametrize("policy", POLICIES, ids=lambda policy: policy.name)
def test_the_same_arguments_give_the_same_outcome(village, policy):
    def outcome(seed):
        crowd = replace(ROUBAIX, people=90)
        return untimed(play(village, crowd, Habits(), seed, policy, promises=True, sampled=True, timed=True))

    assert outcome(5) == outcome(5)
    assert outcome(5) != outcome(6)


def test_the_same_families_come_whatever_the_policy(roubaix):
    def came(policy):
        days = play(roubaix, ROUBAIX, Habits(), 3, policy).families
        return [(day.party, day.size, day.wishes, day.came_ms) for day in days]

    first, *others = map(came, POLICIES)
    assert all(other == first for other in others)


def test_without_compliance_only_kept_places_and_boards_make_a_difference(roubaix):
    def lived(name):
        policy = next(policy for policy in POLICIES if policy.name == name)
        days = play(roubaix, ROUBAIX, Habits(compliance=0.0), 3, policy).families
        return [(day.party, day.stands, day.refusals, day.left_ms) for day in days]

    assert lived("P0") == lived("P1") == lived("P2") == lived("P2c") == lived("P3")


def test_looking_changes_nothing(roubaix):
    def days(**looks):
        outcome = play(roubaix, ROUBAIX, Habits(), 4, **looks)
        return [(day.party, day.visits, day.left_ms, day.sitting_ms) for day in outcome.families]

    assert days() == days(promises=True) == days(sampled=True) == days(timed=True)


# What holds on any day


def test_everybody_who_is_drawn_comes_and_goes_home(roubaix, day):
    assert day.people == 264
    assert len(day.families) == len(draw(roubaix, ROUBAIX, 17))
    for family in day.families:
        window = roubaix.window_at(family.came_ms)
        assert window.opens_ms <= family.came_ms <= family.left_ms
        assert 0 <= family.followed <= family.advised
        assert family.sitting_ms <= family.left_ms - family.came_ms


def test_nobody_is_at_two_places_at_once(day):
    for family in day.families:
        at_ms = family.came_ms
        for stand in family.stands:
            assert at_ms <= stand.arrived_ms
            assert stand.started_ms is None or stand.arrived_ms <= stand.started_ms
            assert stand.arrived_ms <= (stand.started_ms or stand.arrived_ms) <= stand.ended_ms
            at_ms = stand.ended_ms
        assert at_ms <= family.left_ms


def test_no_atelier_holds_more_than_its_places(roubaix, day):
    for atelier in roubaix.ateliers:
        changes = []
        for family in day.families:
            for stand in family.stands:
                if stand.atelier == atelier.id and stand.started_ms is not None:
                    people = 1 if atelier.kind is Kind.CONTINUOUS else min(stand.people, atelier.places)
                    changes += [(stand.started_ms, people), (stand.ended_ms, -people)]
        inside = 0
        for _, people in sorted(changes):
            inside += people
            assert inside <= atelier.places, atelier.id


def test_turns_last_as_long_as_turns_do(roubaix, day):
    """Even the quickest animator takes the planned time less 30 %, once for each round that the party needs."""
    for family in day.families:
        for stand in family.stands:
            if stand.started_ms is None:
                continue
            atelier = roubaix.by_id[stand.atelier]
            rounds = -(-stand.people // atelier.places) if atelier.kind is Kind.CONTINUOUS else 1
            assert stand.ended_ms - stand.started_ms >= 0.7 * rounds * atelier.turn_ms


def test_they_stand_where_somebody_of_them_may_and_not_twice_where_nobody_returns(roubaix, day):
    people = {number: family.people for number, family in enumerate(draw(roubaix, ROUBAIX, 17), 1)}
    by_size = {family.party: family.size for family in day.families}
    assert sorted(by_size.values()) == sorted(sum(group.count for group in each) for each in people.values())
    for family in day.families:
        for id in {stand.atelier for stand in family.stands}:
            most = 2 if roubaix.by_id[id].returns else 1
            assert family.visits.count(id) <= most
        assert all(0 < stand.people <= family.size for stand in family.stands)


def test_what_stops_begins_nothing_once_the_doors_are_closed(roubaix, day):
    for family in day.families:
        for stand in family.stands:
            window = roubaix.window_at(stand.arrived_ms)
            if stand.started_ms is not None and roubaix.by_id[stand.atelier].closing is Closing.STOP:
                assert stand.started_ms < window.closes_ms


def test_samples_are_five_minutes_apart_and_count_nobody_who_is_not_there(roubaix, day):
    moments = [sample.at_ms for sample in day.samples]
    assert all(later - sooner == 5 * MINUTE_MS for sooner, later in pairwise(moments))
    for sample in day.samples:
        assert 0 <= sample.on_site <= 264
        assert sum(sample.queues.values()) + sum(sample.inside.values()) <= sample.on_site
        assert sample.waits.keys() == roubaix.by_id.keys()
        assert all(wait is None or wait >= 0 for wait in sample.waits.values())


# Options


def test_what_is_promised_is_not_before_one_comes_and_mostly_near(roubaix):
    outcome = play(roubaix, ROUBAIX, Habits(), 8, promises=True)
    errors = []
    for family in outcome.families:
        for stand in family.stands:
            assert stand.promised_ms is None or stand.promised_ms >= stand.arrived_ms
            if stand.promised_ms is not None and stand.started_ms is not None:
                errors.append(abs(stand.promised_ms - stand.started_ms) / MINUTE_MS)
    assert len(errors) > 150
    assert sum(errors) / len(errors) < 5


def test_each_decision_is_timed_where_that_is_asked_for(roubaix):
    outcome = play(roubaix, ROUBAIX, Habits(), 8, timed=True)
    assert len(outcome.decisions_ms) >= len(outcome.families)
    assert all(taken > 0 for taken in outcome.decisions_ms)
    assert play(roubaix, ROUBAIX, Habits(), 8).decisions_ms == []


def test_queues_that_are_closed_at_their_last_call_are_over_in_time(roubaix):
    outcome = play(roubaix, MANY, Habits(kiosks=3), 8, closes=True)
    assert outcome.calls
    for call in outcome.calls:
        assert call.at_ms <= call.by_ms
        late = [
            stand
            for family in outcome.families
            for stand in family.stands
            if stand.atelier == call.atelier and call.at_ms < stand.arrived_ms <= call.by_ms
        ]
        assert not late  # whoever came after the call did not join


def test_an_hour_without_network_is_survived(roubaix):
    hour = (roubaix.opens_ms + 250 * MINUTE_MS, roubaix.opens_ms + 310 * MINUTE_MS)
    faults = Faults({station.id: hour for station in roubaix.stations})
    outcome = play(roubaix, ROUBAIX, Habits(), 8, faults=faults)
    assert outcome.people == 264
    assert sum(len(family.visits) for family in outcome.families) > 150


@pytest.mark.parametrize("people", [1, 2, 40])
def test_a_day_may_be_small(village, people):
    outcome = play(village, replace(ROUBAIX, people=people), Habits(), 1)
    assert outcome.people == people


def test_who_may_take_part_nowhere_goes_home(village):
    """A drone from 8 years on and a talk from 15: a family of small children has one table."""
    for family in play(village, replace(ROUBAIX, people=60), Habits(), 2).families:
        assert family.left_ms >= family.came_ms
    drawn = draw(village, replace(ROUBAIX, people=60), 2)
    assert all(takers(village, village.by_id["photo"], family.people) for family in drawn)
