"""The order on a route sheet: what always holds, and what it prefers."""

import random
from datetime import time
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.rules.event import Closing, Kind
from kiosk.rules.facts import AtelierSet
from kiosk.rules.floor import Status
from kiosk.rules.ledger import Ledger
from kiosk.rules.party import Group, takers
from kiosk.rules.routes import Wanderer, plan

ADULT = (Group("18-plus", "x", 1),)


def planned(hall, when, people=ADULT, facts=(), **more):
    floor = hall.floor(when, list(facts))
    return [stop.atelier for stop in plan(hall.event, floor, Wanderer(people, **more), floor.at_ms)]


# What it prefers


@pytest.fixture(scope="module")
def three(small):
    """Three ateliers, each a room away, with room for two, ten minutes."""
    return small(*(small.atelier(id) for id in ("one", "two", "three")))


def test_an_empty_hall_is_visited_in_the_order_of_the_event_file(three):
    assert planned(three, "10:00") == ["one", "two", "three"]


def test_the_shortest_wait_comes_first(three):
    busy = [*three.came(1, {"18-plus": 4}), *three.scans("1 10:00 enter one")]
    assert planned(three, "10:01", facts=busy) == ["two", "three", "one"]


def test_a_wish_is_worth_waiting_for(three):
    assert planned(three, "10:00", wishes=("three", "two")) == ["three", "two", "one"]


def test_a_wish_is_not_worth_any_wait(three):
    busy = [*three.came(1, {"18-plus": 8}), *three.scans("1 10:00 enter three")]
    assert planned(three, "10:01", facts=busy, wishes=("three",))[-1] == "three"


def test_where_a_party_was_it_is_not_sent_again(three):
    assert planned(three, "10:00", visited={"one"}) == ["two", "three"]


def test_the_nearest_room_comes_first_where_nobody_waits(small):
    hall = small(small.atelier("far", room="far"), small.atelier("near", room="here"))
    assert planned(hall, "10:00", room="here") == ["near", "far"]


def test_the_last_session_is_not_missed_for_a_free_place_elsewhere(small):
    hall = small(
        small.atelier("game", minutes=30),
        small.atelier("talk", Kind.SESSION, 20, 30, times=("10:10",)),
        steps={"talk": {"talk": ("arrive",)}},
    )
    assert planned(hall, "10:00") == ["talk", "game"]


def test_parties_that_check_in_together_are_not_all_sent_to_the_same_place(three):
    facts = []
    firsts = set()
    for number in range(1, 4):
        floor = three.floor("10:00", list(facts))
        route = plan(three.event, floor, Wanderer((Group("18-plus", "x", 2),)), floor.at_ms)
        firsts.add(route[0].atelier)
        facts += three.came(number, {"18-plus": 2}, "10:00", route=route)
    assert firsts == {"one", "two", "three"}


# When there is nothing, or not everything


@pytest.mark.parametrize("status", ["paused", "closed"])
def test_an_atelier_that_is_not_open_is_no_stop(three, status):
    said = [(three.at("09:00"), AtelierSet("one", status))]
    assert planned(three, "10:00", facts=said) == ["two", "three"]


def test_where_all_is_closed_the_route_is_empty(three):
    said = [(three.at("09:00"), AtelierSet(each.id, "closed")) for each in three.event.ateliers]
    assert planned(three, "10:00", facts=said) == []


def test_a_party_is_sent_only_where_somebody_of_it_may_take_part(small):
    hall = small(
        small.atelier("vr", min_age=8), small.atelier("baby", max_age=5), small.atelier("talk", min_age=18)
    )
    assert planned(hall, "10:00", (Group("0-5", "x", 2),)) == ["baby"]
    assert planned(hall, "10:00", (Group("6-11", "x", 2),)) == ["vr"]
    assert planned(hall, "10:00", (Group("nobody", "x", 2),)) == []


def test_after_the_last_closing_there_is_no_route(three):
    assert planned(three, "17:00") == []
    assert planned(three, "20:00") == []


def test_two_minutes_before_noon_there_is_no_time_to_go_anywhere(three):
    assert planned(three, "11:58") == []
    assert planned(three, "11:57") == ["one"]


def test_a_sheet_of_the_morning_says_nothing_of_the_afternoon(hall):
    for when in ("11:00", "11:20", "11:40", "11:55"):
        floor = hall.floor(when)
        for stop in plan(hall.event, floor, Wanderer(ADULT), floor.at_ms):
            assert stop.at_ms < hall.at("12:00")


def test_a_sheet_of_the_break_is_for_the_afternoon(hall):
    waiting = [*hall.came(1, {"18-plus": 20}, "13:20"), *hall.scans("1 13:20 arrive vr")]
    floor = hall.floor("13:20", waiting)
    route = plan(hall.event, floor, Wanderer(ADULT), floor.at_ms)
    assert route[0].at_ms == hall.at("14:02")
    assert len(route) == len(hall.event.ateliers)
    vr = next(stop for stop in route if stop.atelier == "vr")
    assert vr.at_ms + vr.wait_minutes * 60_000 >= hall.at("14:40")  # twenty turns of four minutes, by two


# Whatever the event, the floor and the party

kinds = st.sampled_from(list(Kind))


def random_hall(small, seed):
    """Up to forty ateliers, and a floor with people everywhere."""
    chance = random.Random(seed)
    ateliers = [
        small.atelier(
            f"a{number}",
            kind := chance.choice(list(Kind)),
            places=chance.choice((1, 2, 8, 40)),
            minutes=chance.choice((1, 4, 15, 45)),
            min_age=chance.choice((0, 0, 6, 18)),
            closing=Closing.STOP if kind is Kind.SESSION else chance.choice(list(Closing)),
            room=f"room {chance.randrange(5)}",
            min_fill=chance.choice((1, 4)),
            hold_minutes=chance.choice((0, 6)),
            times=("10:30", "11:45", "14:30", "16:40") if kind is Kind.SESSION else (),
        )
        for number in range(chance.choice((0, 1, 2, 7, 40)))
    ]
    hall = small(*ateliers)
    ids = [each.id for each in ateliers] or ["none"]
    facts = []
    for number in range(1, chance.choice((1, 5, 40))):
        facts += hall.came(number, {chance.choice(("0-5", "6-11", "18-plus")): chance.randint(1, 6)}, "10:00")
        kind = chance.choice(("arrive", "enter", "leave"))
        facts += hall.scans(
            f"{number} {chance.choice((10, 11, 13, 14, 16))}:{chance.randrange(60):02d} {kind} {chance.choice(ids)}"
        )
    statuses = ("open", "open", "paused", "closed")
    facts += [
        (hall.at("09:00"), AtelierSet(id, chance.choice(statuses))) for id in ids if chance.random() < 0.3
    ]
    return hall, facts


groups = st.builds(
    Group, st.sampled_from(["0-5", "6-11", "18-plus", "unknown"]), st.just("x"), st.integers(1, 40)
)
moments = st.one_of(
    st.builds("{:02d}:{:02d}".format, st.integers(8, 17), st.integers(0, 59)),
    st.sampled_from(
        ["09:59", "10:00", "11:58", "11:59", "12:00", "13:20", "13:59", "16:59", "17:00", "23:00"]
    ),
)


@given(
    seed=st.integers(0, 10**6),
    people=st.lists(groups, min_size=1, max_size=3),
    when=moments,
    wishes=st.lists(st.integers(0, 45).map("a{}".format), max_size=5),
    visited=st.sets(st.integers(0, 40).map("a{}".format), max_size=5),
)
def test_every_stop_of_every_route_can_be_followed(small, seed, people, when, wishes, visited):
    hall, facts = random_hall(small, seed)
    floor = hall.floor(when, facts)
    party = Wanderer(tuple(people), tuple(wishes), visited)
    route = plan(hall.event, floor, party, floor.at_ms)
    assert route == plan(hall.event, floor, party, floor.at_ms)
    window = hall.event.window_at(floor.at_ms)
    assert len({stop.atelier for stop in route}) == len(route)
    at_ms = floor.at_ms
    for stop in route:
        here = floor.by_id[stop.atelier]
        assert stop.atelier not in visited
        assert here.status is Status.OPEN
        assert takers(hall.event, here.atelier, party.people) > 0
        assert max(at_ms, window.opens_ms) <= stop.at_ms < window.closes_ms
        assert stop.wait_minutes >= 0
        start_ms = stop.at_ms + stop.wait_minutes * 60_000
        assert here.atelier.closing is Closing.DRAIN or start_ms <= window.closes_ms
        at_ms = stop.at_ms


def test_a_route_is_found_quickly_at_a_big_event(small):
    """Forty ateliers and a few hundred parties: a sheet must not keep the next family waiting."""
    hall = small(*(small.atelier(f"a{number}", room=f"r{number}", places=9) for number in range(40)))
    facts = []
    for number in range(1, 400):
        facts += hall.came(number, {"18-plus": 3}, "10:00")
        facts += hall.scans(f"{number} 10:01 arrive a{number % 40}")
    floor = hall.floor("10:02", facts)
    began_s = perf_counter()
    assert len(plan(hall.event, floor, Wanderer(ADULT), floor.at_ms)) == 8
    assert perf_counter() - began_s < 1


@pytest.mark.parametrize("size", [1, 2, 7, 40])
@pytest.mark.parametrize("when", ["09:30", "10:00", "11:58", "13:20", "14:00", "16:30", "17:00"])
def test_the_roubaix_day_has_a_route_for_every_party_as_long_as_there_is_time(roubaix, size, when):
    now_ms = roubaix.at(time.fromisoformat(when))
    people = (Group("6-11", "f", size), Group("18-59", "m", 1))
    route = plan(roubaix, Ledger(roubaix).view().floor(now_ms), Wanderer(people), now_ms)
    assert bool(route) == (when not in ("11:58", "17:00"))
