"""The order on a route sheet: what always holds, and what it prefers."""

from dataclasses import replace
from datetime import time
from time import thread_time

import pytest

from kiosk.rules.event import Kind
from kiosk.rules.facts import END, GO, REST, AtelierSet
from kiosk.rules.guest import Kept
from kiosk.rules.ledger import Ledger
from kiosk.rules.party import Group
from kiosk.rules.routes import WEIGHTS, Wanderer, advise, plan
from kiosk.rules.waits import expected

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


@pytest.mark.parametrize("starts, wishes", [("10:05", ()), ("10:12", ("talk",))])
def test_the_last_session_is_not_missed_for_a_free_place_elsewhere(small, starts, wishes):
    """Not when it is soon, and not when it is wished for."""
    hall = small(
        small.atelier("game", minutes=30),
        small.atelier("talk", Kind.SESSION, 20, 30, times=(starts,)),
        steps={"talk": {"talk": ("arrive",)}},
    )
    assert planned(hall, "10:00", wishes=wishes) == ["talk", "game"]


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
    waiting = [*hall.came(1, {"18-plus": 20}, "13:50"), *hall.scans("1 13:55 arrive vr")]
    floor = hall.floor("13:55", waiting)
    route = plan(hall.event, floor, Wanderer(ADULT), floor.at_ms)
    assert route[0].at_ms == hall.at("14:02")
    assert len(route) == len(hall.event.ateliers)
    vr = expected(hall.event, floor, floor.by_id["vr"], hall.at("14:02"), 1)
    assert hall.at("14:35") <= vr.start_ms <= hall.at("14:40")  # twenty turns of four minutes, by two


# A place kept, a rest


@pytest.fixture(scope="module")
def busy(small):
    """One headset with a long queue, a table next to it that is free, and a talk at half past ten."""
    hall = small(
        small.atelier("vr", places=1, minutes=10),
        small.atelier("arts", Kind.TABLE, 12, 15),
        small.atelier("talk", Kind.SESSION, 40, 30, times=("10:30",)),
        steps={"talk": {"talk": ("arrive",)}},
    )
    queue = [*hall.came(1, {"18-plus": 3}, "09:59"), *hall.scans("1 10:00 enter vr")]
    return hall, queue


def advised(hall, when, *facts, people=ADULT, **more):
    floor = hall.floor(when, *facts)
    return advise(hall.event, floor, Wanderer(people, **more), floor.at_ms)


def test_the_place_of_the_favourite_is_kept_while_the_party_goes_elsewhere(busy):
    hall, queue = busy
    told = advised(hall, "10:01", queue, wishes=("vr",))
    assert (told.verb, told.next.atelier) == (GO, "arts")
    assert told.kept == Kept("vr", hall.at("10:01"))


def test_no_place_is_kept_where_nobody_waits(busy):
    hall, _ = busy
    told = advised(hall, "10:01", wishes=("vr",))
    assert (told.verb, told.next.atelier, told.kept) == (GO, "vr", None)


@pytest.mark.parametrize("wishes", [("talk",), ("sauna",), ()])
def test_a_place_is_kept_only_in_a_queue_of_the_event(busy, wishes):
    hall, queue = busy
    assert advised(hall, "10:01", queue, wishes=wishes).kept is None


def test_who_holds_a_place_gets_no_second_one(busy):
    hall, queue = busy
    held = Kept("arts", hall.at("09:50"))
    assert advised(hall, "10:01", queue, wishes=("vr",), kept=held).kept == held


def test_where_few_do_as_they_are_told_no_place_is_kept(busy):
    hall, queue = busy
    floor = replace(hall.floor("10:01", queue), compliance=WEIGHTS.keep_compliance - 0.01)
    assert advise(hall.event, floor, Wanderer(ADULT, ("vr",)), floor.at_ms).kept is None


def test_who_has_nothing_but_a_long_queue_sits_until_its_place_comes_up(busy):
    hall, queue = busy
    told = advised(hall, "10:01", queue, visited={"arts", "talk"})
    assert told.verb == REST
    assert told.kept == Kept("vr", hall.at("10:01"))
    assert told.reason == "kept"
    assert hall.at("10:02") <= told.at_ms <= hall.at("10:05")


def test_once_its_place_has_come_up_it_goes(busy):
    hall, queue = busy
    held = Kept("vr", hall.at("10:01"))
    told = advised(hall, "10:26", queue, visited={"arts", "talk"}, kept=held)
    assert (told.verb, told.next.atelier, told.reason, told.kept) == (GO, "vr", "kept", held)


def test_a_place_kept_where_it_is_closed_now_is_given_up(busy):
    hall, queue = busy
    closed = [(hall.at("10:00"), AtelierSet("vr", "closed"))]
    assert advised(hall, "10:01", queue, closed, kept=Kept("vr", hall.at("09:55"))).kept is None
    paused = [(hall.at("10:00"), AtelierSet("vr", "paused"))]
    assert advised(hall, "10:01", queue, paused, kept=Kept("vr", hall.at("09:55"))).kept is not None


# Refused, paused, come again


def test_what_was_refused_is_not_what_it_is_sent_to(three):
    told = advised(three, "10:00", refused={"one"})
    assert told.next.atelier == "two"


def test_with_everything_refused_it_rests_and_is_asked_again(three):
    told = advised(three, "10:00", refused={"one", "two", "three"})
    assert (told.verb, told.reason, told.stops) == (REST, "nothing-now", ())
    assert told.at_ms > three.at("10:00")


def test_a_pause_is_rested_out_and_a_closing_is_not(three):
    for status, verb in (("paused", REST), ("closed", END)):
        said = [(three.at("09:00"), AtelierSet(each.id, status)) for each in three.event.ateliers]
        assert advised(three, "10:00", said).verb == verb


def test_a_pause_near_the_end_is_not_worth_a_rest(three):
    said = [(three.at("09:00"), AtelierSet(each.id, "paused")) for each in three.event.ateliers]
    assert advised(three, "16:50", said).verb == END


def test_when_all_was_seen_it_is_over(three):
    told = advised(three, "10:00", visited={"one", "two", "three"})
    assert (told.verb, told.reason, told.stops) == (END, "nothing-left", ())


def test_what_one_may_come_back_to_is_advised_again_once_all_else_was_seen(small):
    hall = small(small.atelier("game", returns=True), small.atelier("arts"))
    assert planned(hall, "10:00", visited={"game"}) == ["arts"]
    assert planned(hall, "10:00", visited={"game", "arts"}) == ["game"]
    assert planned(hall, "10:00", visited={"game", "arts"}, refused={"game"}) == []


# Why


@pytest.mark.parametrize(
    "atelier, wishes, reason",
    [
        ("one", ("one",), "wish-1"),
        ("one", ("two", "one"), "wish-2"),
        ("one", ("two", "three", "one"), "wish-3"),
    ],
)
def test_a_wish_is_why(three, atelier, wishes, reason):
    told = advised(three, "10:00", wishes=wishes, visited=set(wishes) - {atelier})
    assert (told.next.atelier, told.reason) == (atelier, reason)


def test_calm_is_why_where_nobody_waits_and_soonest_where_all_do(three):
    assert advised(three, "10:00").reason == "calm"
    full = []
    for number, id in enumerate(("one", "two", "three"), start=1):
        full += [*three.came(number, {"18-plus": 2}), *three.scans(f"{number} 10:00 enter {id}")]
    assert advised(three, "10:01", full).reason == "soonest"


def test_closing_is_why_where_there_will_be_no_turn_in_a_while(three):
    assert advised(three, "11:50").reason == "closing"


def test_a_timetable_is_why(busy):
    hall, _ = busy
    assert advised(hall, "10:27", visited={"vr", "arts"}).reason == "session"


# A class


@pytest.mark.parametrize("size", [24, 40, 200])
def test_a_class_gets_a_sheet_of_everything_that_it_has_time_for(hall, size):
    people = (Group("6-11", "f", size), Group("18-plus", "x", 2))
    route = plan(hall.event, hall.floor("10:00"), Wanderer(people), hall.at("10:00"))
    assert len(route) >= 2
    assert len({stop.atelier for stop in route}) == len(route)
    assert all(hall.at("10:00") <= stop.at_ms < hall.at("12:00") for stop in route)


def test_a_class_is_not_sent_first_to_where_it_would_take_turns_for_hours(small):
    hall = small(small.atelier("vr", places=1, minutes=10), small.atelier("arts", Kind.TABLE, 24, 20))
    assert planned(hall, "10:00", (Group("6-11", "x", 24),))[0] == "arts"


# A whole day


def test_a_route_is_found_quickly_at_a_big_event(small):
    """Forty ateliers and a few hundred parties: a sheet must not keep the next family waiting."""
    hall = small(*(small.atelier(f"a{number}", room=f"r{number}", places=9) for number in range(40)))
    facts = []
    for number in range(1, 400):
        facts += hall.came(number, {"18-plus": 3}, "10:00")
        facts += hall.scans(f"{number} 10:01 arrive a{number % 40}")
    floor = hall.floor("10:02", facts)
    began_s = thread_time()
    assert len(plan(hall.event, floor, Wanderer(ADULT), floor.at_ms)) == 8
    assert thread_time() - began_s < 1


@pytest.mark.parametrize("size", [1, 2, 7, 40])
@pytest.mark.parametrize("when", ["09:30", "10:00", "11:58", "13:20", "14:00", "16:30", "17:00"])
def test_the_roubaix_day_has_a_route_for_every_party_as_long_as_there_is_time(roubaix, size, when):
    now_ms = roubaix.at(time.fromisoformat(when))
    people = (Group("6-11", "f", size), Group("18-59", "m", 1))
    route = plan(roubaix, Ledger(roubaix).view().floor(now_ms), Wanderer(people), now_ms)
    assert bool(route) == (when not in ("11:58", "17:00"))
