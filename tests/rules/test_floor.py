"""Who is where, in parties and in people."""

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.rules.event import MINUTE_MS
from kiosk.rules.facts import Advised, AtelierSet, BadgeIssued, PartyLeft, Struck
from kiosk.rules.floor import Count, Status
from kiosk.rules.guest import LATE_MINUTES
from kiosk.rules.party import Group, Nickname, takers

FAMILY = {"0-5": 1, "6-11": 2, "18-plus": 1}


def test_parties_and_people_are_counted_apart(hall):
    floor = hall.floor(
        "10:10",
        hall.came(1, FAMILY),
        hall.came(2, {"18-plus": 2}),
        hall.came(3, {"18-plus": 1}),
        hall.scans("1 10:05 arrive arts", "2 10:06 enter arts"),
    )
    here = floor.by_id["arts"]
    assert (floor.came, floor.on_site, floor.roaming) == (Count(3, 7), Count(3, 7), Count(1, 1))
    assert (here.queued, here.occupied) == (Count(1, 4), Count(1, 2))


def test_only_those_of_an_age_to_take_part_take_places(hall):
    floor = hall.floor(
        "10:31",
        hall.came(1, FAMILY),
        hall.came(2, {"0-5": 3}),
        hall.scans("1 10:20 arrive talk", "2 10:20 arrive talk"),
    )
    talk = floor.by_id["talk"]
    assert talk.occupied == Count(2, 7)
    assert talk.places_taken == 1


def test_a_band_is_admitted_when_anybody_of_it_is_of_an_age(small):
    hall = small(
        small.atelier("vr", min_age=8), small.atelier("talk", min_age=18), small.atelier("baby", max_age=5)
    )
    people = (
        Group("0-5", "x", 1),
        Group("6-11", "x", 2),
        Group("18-plus", "x", 3),
        Group("elsewhere", "x", 9),
    )
    assert [takers(hall.event, each, people) for each in hall.event.ateliers] == [5, 3, 1]


def test_places_taken_are_never_more_than_there_are(hall):
    floor = hall.floor("10:05", hall.came(1, {"18-plus": 30}), hall.scans("1 10:04 enter vr"))
    assert floor.by_id["vr"].places_taken == 2
    assert floor.by_id["vr"].occupied == Count(1, 30)


def test_a_queue_is_in_the_order_of_arrival(hall):
    floor = hall.floor(
        "10:10",
        *(hall.came(number, {"18-plus": 1}) for number in (1, 2, 3)),
        hall.scans("3 10:03 arrive arts", "1 10:05 arrive arts", "2 10:01 arrive arts"),
    )
    assert [present.guest.party.number for present in floor.by_id["arts"].queue] == [2, 3, 1]


def test_who_was_called_still_queues(hall):
    floor = hall.floor("10:10", hall.came(1, FAMILY), hall.scans("1 10:03 arrive arts", "1 10:09 call arts"))
    assert floor.by_id["arts"].queued == Count(1, 4)


def test_visits_are_counted_where_they_ended(hall):
    floor = hall.floor(
        "10:50",
        hall.came(1, FAMILY),
        hall.scans("1 10:00 enter kart", "1 10:12 leave kart", "1 10:20 enter kart", "1 10:32 leave kart"),
        hall.scans("1 10:35 arrive vr", "1 10:40 arrive arts"),
    )
    assert floor.by_id["kart"].done == Count(2, 8)
    assert floor.by_id["vr"].left == Count(1, 4)


# On site, away, gone


def test_a_party_without_a_sign_of_life_for_long_enough_is_gone(hall):
    facts = hall.came(1, FAMILY, "10:00")
    assert hall.floor("10:44", facts).roaming == Count(1, 4)
    assert hall.floor("10:45", facts).gone == Count(1, 4)
    assert hall.floor("10:45", facts).on_site == Count()


def test_the_end_of_a_turn_is_a_sign_of_life_even_where_time_gave_it(hall):
    facts = [*hall.came(1, FAMILY, "10:00"), *hall.scans("1 10:05 enter in-only")]
    assert hall.floor("10:59", facts).roaming == Count(1, 4)
    assert hall.floor("11:00", facts).gone == Count(1, 4)


def test_a_queue_is_not_away_however_long_it_takes(hall):
    facts = [*hall.came(1, FAMILY, "14:00"), *hall.scans("1 14:05 arrive arts")]
    assert hall.floor("16:50", facts).on_site == Count(1, 4)


def test_a_party_that_is_gone_and_is_scanned_again_is_back(hall):
    facts = [*hall.came(1, FAMILY, "10:00"), *hall.scans("1 11:30 arrive arts")]
    assert hall.floor("11:00", facts[:2]).gone == Count(1, 4)
    assert hall.floor("11:31", facts).on_site == Count(1, 4)


@pytest.mark.parametrize("scan", ["arrive arts", "call arts", "enter arts", "enter kart", "leave out-only"])
def test_a_party_that_was_seen_off_is_gone_whatever_it_was_doing(hall, scan):
    facts = [*hall.came(1, FAMILY), *hall.scans(f"1 10:05 {scan}"), (hall.at("10:20"), PartyLeft(1))]
    for when in ("10:20", "10:21", "10:40", "11:30"):
        floor = hall.floor(when, facts)
        assert floor.gone == Count(1, 4)
        assert floor.on_site == Count()
        assert not any(here.queue or here.inside or here.on_the_way for here in floor.ateliers)


def test_a_party_that_was_seen_off_by_mistake_is_back_at_its_next_scan(hall):
    facts = [
        *hall.came(1, FAMILY),
        *hall.scans("1 10:05 arrive arts"),
        (hall.at("10:20"), PartyLeft(1)),
        *hall.scans("1 10:21 enter arts"),
    ]
    floor = hall.floor("10:22", facts)
    assert floor.by_id["arts"].occupied == Count(1, 4)
    assert floor.by_id["arts"].left == Count()


def test_a_party_seen_off_twice_is_gone_since_the_last_time_whichever_came_first(hall):
    facts = [*hall.came(1, FAMILY), *hall.scans("1 10:20 leave out-only")]
    seen = [(hall.at(when), PartyLeft(1)) for when in ("10:15", "10:25")]
    assert hall.floor("10:30", facts, seen).gone == hall.floor("10:30", facts, seen[::-1]).gone == Count(1, 4)
    assert hall.floor("10:30", facts, seen[:1]).roaming == Count(1, 4)


def test_everybody_who_came_is_on_site_or_gone(hall):
    facts = [
        *(fact for number in range(1, 7) for fact in hall.came(number, FAMILY, f"10:0{number}")),
        *hall.scans("1 10:10 arrive arts", "2 10:11 enter arts", "3 10:12 leave arts", "? 10:40 arrive vr"),
        (hall.at("10:15"), PartyLeft(4)),
    ]
    for minute in range(15, 60):
        floor = hall.floor(f"10:{minute}", facts)
        present = [guest for here in floor.ateliers for guest in (*here.queue, *here.inside)]
        assert floor.came.people == floor.on_site.people + floor.gone.people
        assert floor.on_site.parties == floor.roaming.parties + len(present)


# Badges


def test_a_badge_that_nobody_checked_in_is_one_person_and_is_told(hall):
    floor = hall.floor("10:10", hall.scans("? 10:05 arrive arts"))
    assert (floor.came, floor.unknown_badges) == (Count(1, 1), 1)
    assert floor.by_id["arts"].queued == Count(1, 1)


def test_a_badge_whose_only_scan_was_taken_back_is_nobody(hall):
    facts = hall.scans("? 10:05 arrive arts", "? 10:06 undo arts 1")
    assert hall.floor("10:10", facts).came == Count()
    struck = [*facts[:1], (hall.at("10:06"), Struck("arts", facts[0][1].passage.epoch, 1))]
    assert hall.floor("10:10", struck).came == Count()


def test_a_badge_handed_out_after_its_first_scan_takes_the_scan_with_it(hall):
    floor = hall.floor("10:10", hall.scans("1 10:05 arrive arts"), hall.came(1, FAMILY, "10:06"))
    assert (floor.came, floor.unknown_badges) == (Count(1, 4), 0)
    assert floor.by_id["arts"].queued == Count(1, 4)


def test_scans_of_a_badge_whose_party_is_missing_are_not_lost(hall):
    issued = [(hall.at("10:00"), BadgeIssued(hall.badge(1), 1))]
    floor = hall.floor("10:10", issued, hall.scans("1 10:05 arrive arts"))
    assert floor.by_id["arts"].queued == Count(1, 1)
    assert floor.unknown_badges == 1


def test_a_lost_badge_leaves_its_history_with_the_party(hall):
    facts = [
        *hall.came(1, FAMILY),
        *hall.scans("1 10:05 enter arts", "1 10:20 leave arts"),
        (hall.at("10:30"), BadgeIssued(hall.badge(77), 1)),
        *hall.scans("77 10:31 arrive kart"),
    ]
    view = hall.view(facts)
    floor = view.floor(hall.at("10:35"))
    assert floor.came == Count(1, 4)
    assert floor.by_id["arts"].done == floor.by_id["kart"].queued == Count(1, 4)
    assert view.guest_of(1).party.badge == hall.badge(77)


def test_a_scan_of_the_lost_badge_is_flagged_when_the_new_one_is_elsewhere(hall):
    facts = [
        *hall.came(1, FAMILY),
        (hall.at("10:30"), BadgeIssued(hall.badge(77), 1)),
        *hall.scans("77 10:31:00 arrive kart", "1 10:31:08 arrive arts"),
    ]
    assert hall.view(facts).guest_of(1).journey.two_places


def test_an_estimated_scan_is_not_before_its_badge_was_handed_out(hall):
    facts = [*hall.came(1, FAMILY, "10:20"), *hall.scans("1 03:00 arrive arts", estimated=True)]
    facts += hall.scans("1 10:30 enter arts")
    (stay,) = hall.view(facts).guest_of(1).journey.stays
    assert hall.said(stay) == "arts in 10:20 10:30 –"
    sure = [
        *hall.came(2, FAMILY, "10:20"),
        *hall.scans("2 10:05 arrive arts"),
    ]  # of a badge printed beforehand
    assert hall.said(hall.view(sure).guest_of(2).journey.stays[0]) == "arts queued 10:05 – –"


# On the way


def routed(hall, *ateliers, when="10:00"):
    route = tuple(Advised(each, hall.at(when), 0) for each in ateliers)
    return hall.came(1, FAMILY, when, route=route)


def heading(floor):
    return [here.atelier.id for here in floor.ateliers if here.on_the_way]


def test_a_party_is_on_its_way_to_the_first_stop_of_its_sheet_where_it_has_not_been(hall):
    facts = routed(hall, "sauna", "arts", "kart")
    assert heading(hall.floor("10:05", facts)) == ["arts"]
    facts += hall.scans("1 10:06 enter arts")
    assert heading(hall.floor("10:08", facts)) == []
    facts += hall.scans("1 10:20 leave arts")
    assert heading(hall.floor("10:21", facts)) == ["kart"]


def test_a_party_not_seen_soon_after_it_should_be_there_goes_elsewhere(hall):
    late_ms = hall.at("10:00") + LATE_MINUTES * MINUTE_MS
    view = hall.view(routed(hall, "arts"))
    assert heading(view.floor(late_ms - 1)) == ["arts"]
    assert heading(view.floor(late_ms)) == []


def test_people_on_their_way_are_in_the_order_in_which_they_should_be_there(hall):
    facts = [fact for number in (1, 2, 3) for fact in hall.came(number, FAMILY)]
    facts += hall.told("1 10:01 go arts 10:06", "2 10:01 go arts 10:04", "3 10:02 go arts 10:05")
    on_the_way = hall.floor("10:03", facts).by_id["arts"].on_the_way
    assert [present.guest.party.number for present in on_the_way] == [2, 3, 1]
    assert [present.since_ms for present in on_the_way] == [hall.at(f"10:0{at}") for at in (4, 5, 6)]


# What was said of an atelier


def said(hall, when, atelier, status):
    return hall.at(when), AtelierSet(atelier, status)


def test_the_last_word_on_an_atelier_holds_whoever_said_it(hall):
    pause, resume = (
        (fact.moment.at_ms, fact)
        for fact in (hall.passed(None, f"10:0{at} {kind} vr") for at, kind in ((5, "pause"), (7, "resume")))
    )
    close = said(hall, "10:09", "vr", "closed")
    statuses = [
        hall.view(facts).statuses.at(hall.at("10:10")).get("vr")
        for facts in ([], [pause], [pause, resume], [close, pause, resume])
    ]
    assert statuses == [None, Status.PAUSED, Status.OPEN, Status.CLOSED]


def test_a_pause_that_was_struck_is_none(hall):
    pause = hall.passed(None, "10:05 pause vr")
    struck = Struck(pause.passage.station, pause.passage.epoch, pause.passage.seq)
    view = hall.view([(pause.moment.at_ms, pause), (hall.at("10:06"), struck)])
    assert view.statuses.at(hall.at("10:10")) == {}


def test_a_pause_told_again_with_an_earlier_moment_moves_there(hall):
    late = hall.passed(None, "10:30 pause vr", wall_ms=0, boot_ms=0)
    early = replace(late, moment=replace(late.moment, at_ms=hall.at("10:05")))
    for order in ((late, early), (early, late)):
        facts = [(fact.moment.at_ms, fact) for fact in order]
        view = hall.view([*facts, said(hall, "10:20", "vr", "open")])
        assert view.statuses.of("vr", hall.at("10:30")) is Status.OPEN


# Nicknames


def test_nicknames_are_unlike_for_thousands_of_parties():
    names = [Nickname.of(number) for number in range(1, 5001)]
    assert len(set(names)) == 5000
    assert all(before.picture != after.picture for before, after in pairwise(names))
    assert names[0].number == 1


@given(st.integers(1, 10**6), st.integers(1, 10**6))
def test_two_parties_never_share_a_nickname(one, other):
    assert (Nickname.of(one) == Nickname.of(other)) == (one == other)
