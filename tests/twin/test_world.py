"""The world of the families, with a hall that is at once: real places, real queues, and nothing left to chance."""

from collections import Counter, defaultdict
from itertools import pairwise

import pytest

from kiosk.rules.event import MINUTE_MS, Closing, Kind
from kiosk.rules.party import takers
from kiosk.twin.booths import READY_MS
from kiosk.twin.scenario import Habits
from kiosk.twin.world import Hint, World


def stands(world):
    for day in world.days:
        for stand in day.stands:
            yield day.party, stand


@pytest.mark.parametrize("seed", range(4))
def test_everybody_checks_in_while_the_doors_are_open_and_goes_home_in_the_end(roubaix, live, seed):
    day = live(roubaix, seed=seed)
    assert sum(each.size for each in day.world.days) == 264
    doors = [at_ms for at_ms, what, *_ in day.hall.log if what == "door"]
    assert all(roubaix.window_at(at_ms).opens_ms <= at_ms for at_ms in doors)
    assert not day.world.on_site
    assert all(each.came_ms <= each.left_ms <= day.world.now_ms for each in day.world.days)
    assert all(stand.ended_ms is not None for _, stand in stands(day.world))


def test_the_same_seed_lives_the_same_day(roubaix, live):
    assert live(roubaix, seed=5).hall.log == live(roubaix, seed=5).hall.log
    assert live(roubaix, seed=5).hall.log != live(roubaix, seed=6).hall.log


def test_more_kiosks_check_in_more_families_at_once(roubaix, live):
    def waited_ms(**habits):
        day = live(roubaix, **habits)
        opens_ms = roubaix.windows[1].opens_ms
        doors = [at_ms for at_ms, what, *_ in day.hall.log if what == "door" and at_ms > opens_ms]
        return doors[9] - opens_ms  # until the tenth family of the afternoon is in

    assert waited_ms(kiosks=4) < waited_ms(kiosks=1) / 2


# What they are told


def test_without_compliance_it_is_all_one_what_is_said(roubaix, live, quick_hall, go):
    plain = live(roubaix).hall.log
    assert live(roubaix, hall=quick_hall(routes=("arts", "usages"))).hall.log == plain
    told = quick_hall(says={party: go("vr") for party in range(1, 100)})
    assert live(roubaix, hall=told).hall.log == plain


def test_a_family_that_follows_its_sheet_begins_with_its_first_stop(roubaix, live, quick_hall):
    day = live(roubaix, people=12, hall=quick_hall(routes=("arts", "robotique")), compliance=1.0)
    assert {each.stands[0].atelier for each in day.world.days} == {"arts"}
    assert all(each.followed == each.advised > 0 for each in day.world.days)


def test_what_is_told_goes_before_what_is_printed(roubaix, live, quick_hall, go):
    hall = quick_hall(routes=("arts",), says={party: go("impression-3d") for party in range(1, 30)})
    day = live(roubaix, people=12, hall=hall, compliance=1.0)
    assert {each.stands[0].atelier for each in day.world.days} == {"impression-3d"}


def test_a_family_that_is_told_the_day_is_over_goes_home(roubaix, live, quick_hall):
    hall = quick_hall(says={party: Hint("end") for party in range(1, 30)})
    days = live(roubaix, people=12, hall=hall, compliance=1.0).world.days
    assert all(each.left_ms == each.came_ms and not each.stands for each in days)


def test_a_family_that_is_told_to_rest_sits_until_then_and_asks(roubaix, live, quick_hall):
    until_ms = roubaix.opens_ms + 45 * MINUTE_MS
    hall = quick_hall(says={1: Hint("rest", until_ms=until_ms)})
    day = live(roubaix, people=2, hall=hall, compliance=1.0)
    (family,) = day.world.days
    assert family.came_ms < until_ms
    assert family.sitting_ms >= until_ms - family.came_ms
    assert hall.asked[0] == (until_ms, 1)


def test_how_often_they_follow_is_as_often_as_they_are_said_to(roubaix, live, quick_hall):
    hall = quick_hall(routes=tuple(atelier.id for atelier in roubaix.ateliers))
    days = live(roubaix, hall=hall, compliance=0.7).world.days
    share = sum(each.followed for each in days) / sum(each.advised for each in days)
    assert 0.63 < share < 0.77


def test_whose_place_was_kept_goes_before_those_who_came_meanwhile(roubaix, live, quick_hall, go):
    """All are sent to one table; every third family has had its place there since the morning."""
    hall = quick_hall(
        says={party: go("arts") for party in range(1, 200)},
        kept={(party, "arts"): roubaix.opens_ms for party in range(3, 200, 3)},
    )
    stood = {True: [], False: []}
    for day in live(roubaix, people=400, hall=hall, compliance=1.0).world.days:
        stood[day.party % 3 == 0] += [stand for stand in day.stands if stand.atelier == "arts"]
    overtaken = 0
    for holder in (stand for stand in stood[True] if stand.started_ms is not None):
        for other in (stand for stand in stood[False] if stand.started_ms is not None):
            assert not holder.arrived_ms + READY_MS <= other.started_ms < holder.started_ms
            overtaken += other.arrived_ms < holder.arrived_ms and holder.started_ms < other.started_ms
    assert overtaken > 20


def test_a_board_that_shows_long_waits_sends_people_elsewhere(roubaix, live, quick_hall):
    waits = {atelier.id: 0.0 for atelier in roubaix.ateliers} | {"vr": None, "borne-arcade": 90.0}

    def stood(seed, waits):
        found = Counter(
            stand.atelier for _, stand in stands(live(roubaix, seed=seed, hall=quick_hall(waits=waits)).world)
        )
        return found["vr"] + found["borne-arcade"]

    assert sum(stood(seed, waits) for seed in range(3)) < 0.75 * sum(stood(seed, None) for seed in range(3))


def test_a_queue_once_given_up_is_tried_again_only_where_that_is_their_habit(roubaix, live):
    def again(**habits):
        found = 0
        for each in live(roubaix, people=600, seed=3, kiosks=3, **habits).world.days:
            for place, stand in enumerate(each.stands):
                gave_up = stand.started_ms is None
                found += gave_up and stand.atelier in [after.atelier for after in each.stands[place + 1 :]]
        return found

    assert again(tries_again=False) == 0
    assert again() > 0


# Places, kinds, closing


@pytest.mark.parametrize("seed", range(3))
def test_no_atelier_ever_holds_more_people_than_it_has_places(roubaix, live, seed):
    world = live(roubaix, seed=seed).world
    for atelier in roubaix.ateliers:
        changes = []
        for _, stand in stands(world):
            if stand.atelier == atelier.id and stand.started_ms is not None:
                people = 1 if atelier.kind is Kind.CONTINUOUS else min(stand.people, atelier.places)
                changes += [(stand.started_ms, people), (stand.ended_ms, -people)]
        inside = most = 0
        for _, people in sorted(changes):
            inside += people
            most = max(most, inside)
        assert 0 < most <= atelier.places, atelier.id


@pytest.mark.parametrize("seed", range(3))
def test_nobody_is_at_two_places_at_once(roubaix, live, seed):
    for each in live(roubaix, seed=seed).world.days:
        at_ms = each.came_ms
        for stand in each.stands:
            assert at_ms <= stand.arrived_ms <= (stand.started_ms or stand.arrived_ms) <= stand.ended_ms
            at_ms = stand.ended_ms


def test_they_stand_only_where_somebody_of_them_may(roubaix, live):
    world = live(roubaix).world
    people = {guest.badge.party: guest.family.people for guest in world.guests}
    for party, stand in stands(world):
        assert stand.people == takers(roubaix, roubaix.by_id[stand.atelier], people[party]) > 0


def test_what_stops_begins_nothing_after_closing_and_what_drains_serves_its_queue(roubaix, live):
    after_closing = Counter()
    for seed in range(6):
        for _, stand in stands(live(roubaix, seed=seed).world):
            window = roubaix.window_at(stand.arrived_ms)
            if stand.started_ms is not None and stand.started_ms >= window.closes_ms:
                after_closing[roubaix.by_id[stand.atelier].closing] += 1
    assert after_closing[Closing.STOP] == 0
    assert after_closing[Closing.DRAIN] > 0


def test_who_stands_where_it_stops_is_sent_on_when_it_closes(roubaix, live):
    sent_on = [
        (stand, roubaix.window_at(stand.arrived_ms))
        for _, stand in stands(live(roubaix, people=600, kiosks=3).world)
        if stand.sent_on
    ]
    assert sent_on
    for stand, window in sent_on:
        assert stand.started_ms is None
        assert stand.ended_ms == window.closes_ms
        assert roubaix.by_id[stand.atelier].closing is Closing.STOP


def test_a_batch_starts_and_ends_together(roubaix, live):
    batches = defaultdict(set)
    for _, stand in stands(live(roubaix).world):
        if stand.atelier == "robotique" and stand.started_ms is not None:
            batches[stand.started_ms].add(stand.ended_ms)
    assert batches
    assert all(len(ends) == 1 for ends in batches.values())
    assert all(max(batches[one]) <= other for one, other in pairwise(sorted(batches)))


def test_a_session_begins_at_its_time(roubaix, live):
    starts = {stand.started_ms for _, stand in stands(live(roubaix).world) if stand.atelier == "usages"}
    assert starts - {None}
    assert starts <= {*roubaix.by_id["usages"].times_ms, None}


# Scans


def test_each_step_is_scanned_where_its_station_is(roubaix, live):
    at_vr = defaultdict(list)
    for _, station, party, step in live(roubaix, people=60).hall.log:
        if station in ("vr", "vr-file"):
            at_vr[party].append((station, step))
    assert at_vr
    given_up = [("vr-file", "arrive")]
    served = [*given_up, ("vr", "enter"), ("vr", "leave")]
    assert all(scans in (given_up, served) for scans in at_vr.values())


def test_missed_scans_are_missed_and_told(roubaix, live):
    whole, holey = live(roubaix), live(roubaix, missed=0.1)
    assert whole.diary.missed == 0
    seen = sum(what == "scanned" for what, *_ in holey.diary.heard)
    assert 0.05 < holey.diary.missed / (holey.diary.missed + seen) < 0.15


def test_steps_that_no_station_scans_are_not_scanned(village, live):
    log = live(village, people=60).hall.log
    assert {what for _, what, *_ in log} == {"door", "photo", "drone", "arnaques"}
    assert {step for _, what, _, step in log if what == "photo"} == {"enter", "leave"}
    at_drone = defaultdict(list)
    for _, what, party, step in log:
        if what == "drone":
            at_drone[party].append(step)
    whole = ["arrive", "call", "enter", "leave"]
    assert whole in at_drone.values()
    assert all(steps == whole[: len(steps)] for steps in at_drone.values())


def test_the_witness_hears_what_happens_in_its_order(village, live):
    day = live(village, people=40)
    for each in day.world.days:
        told = []
        for what, party, *rest in day.diary.heard:
            if party == each.party and what != "scanned":
                told.append((what, *rest))
        lived = [("came", each.size)]
        for stand in each.stands:
            lived.append(("arrived", stand.atelier, stand.arrived_ms))
            if stand.started_ms is not None:
                lived.append(("entered", stand.started_ms))
            lived.append(("left", stand.ended_ms))
        assert told == lived


# Time


def test_what_happens_at_a_moment_happens_between_two_acts(roubaix, quick_hall, families_of):
    world = World(roubaix, families_of(roubaix, 20), quick_hall(), Habits(compliance=0.0))
    at_ms = roubaix.opens_ms + 3_600_000
    seen = []
    world.at(at_ms, lambda: seen.append(world.now_ms))
    world.run()
    assert seen == [at_ms]


def test_a_day_can_be_left_in_its_middle_and_gone_on_with(roubaix, quick_hall, families_of, live):
    hall = quick_hall()
    world = World(roubaix, families_of(roubaix, 60), hall, Habits(compliance=0.0, missed=0.0))
    noon_ms = roubaix.windows[0].closes_ms
    world.run(noon_ms)
    assert max(at_ms for at_ms, *_ in hall.log) <= noon_ms
    world.run()
    assert hall.log == live(roubaix, people=60).hall.log


def test_every_looks_so_often_while_the_doors_are_open(roubaix, quick_hall, families_of):
    world = World(roubaix, families_of(roubaix, 20), quick_hall(), Habits(compliance=0.0))
    looks = []
    world.every(30, lambda: looks.append(world.now_ms))
    world.run()
    assert looks == [roubaix.opens_ms + 30 * MINUTE_MS * place for place in range(1, 15)]
