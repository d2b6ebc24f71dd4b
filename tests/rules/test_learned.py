"""What the scans of a day teach: by hand where it can be worked out, else between bounds and in the right order."""

from math import log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.rules import learned
from kiosk.rules.event import MINUTE_MS, Kind
from kiosk.rules.learned import (
    LIKELY_TURN,
    LONGEST_STAND_MS,
    MEMORY,
    PRIOR_GIVERS_UP,
    PRIOR_TURNS,
    Stand,
    stays_on,
)

ONE = {"18-plus": 1}


def clock(minute):
    """Minutes after ten as a moment of the day."""
    return f"{10 + minute // 60}:{minute % 60:02d}"


def turn_minutes(hall, atelier, *facts, when="11:59"):
    return hall.floor(when, *facts).by_id[atelier].turn_ms / MINUTE_MS


def weighed(minutes):
    """What a turn takes where ten minutes were planned and one of so many was seen."""
    return pytest.approx((PRIOR_TURNS * 10 + minutes) / (PRIOR_TURNS + 1), abs=0.001)


def visits(hall, atelier, minutes, number, size=1, first=1):
    """So many parties one after the other, each in for `minutes`."""
    facts = []
    for at in range(number):
        who, began = first + at, at % 40
        facts += hall.came(who, {"18-plus": size})
        facts += hall.scans(
            f"{who} {clock(began)} enter {atelier}", f"{who} {clock(began + minutes)} leave {atelier}"
        )
    return facts


# What a turn takes


@pytest.fixture(scope="module")
def booth(small):
    """One place; ten minutes are planned."""
    return small(small.atelier("booth", places=1, minutes=10))


def test_until_something_is_seen_a_turn_takes_what_was_planned(booth):
    assert turn_minutes(booth, "booth") == 10
    assert booth.floor("10:00").by_id["booth"].turns_seen == 0


def test_what_was_planned_weighs_as_so_many_turns(booth):
    assert turn_minutes(booth, "booth", visits(booth, "booth", 16, PRIOR_TURNS)) == 13


def test_what_is_seen_outweighs_the_plan_as_the_day_goes_on(booth):
    learnt = [
        turn_minutes(booth, "booth", visits(booth, "booth", 16, number)) for number in (0, 1, 5, 30, 60)
    ]
    assert learnt == sorted(learnt)
    assert 15 < learnt[-1] < 16


def test_only_the_latest_turns_count(booth):
    early = visits(booth, "booth", 6, 40)
    late = []
    for number in range(MEMORY):
        minute = 60 + number % 40
        late += booth.came(100 + number, ONE)
        late += booth.scans(f"{100 + number} {clock(minute)} enter booth")
        late += booth.scans(f"{100 + number} {clock(minute + 12)} leave booth")
    only = turn_minutes(booth, "booth", late)
    assert turn_minutes(booth, "booth", early, late) == only
    assert booth.floor("11:59", early, late).by_id["booth"].turns_seen == MEMORY + 40


@pytest.mark.parametrize("minutes", [0, 3, 26, 100])
def test_a_turn_that_cannot_be_one_teaches_nothing(booth, minutes):
    assert not LIKELY_TURN[0] <= minutes / 10 <= LIKELY_TURN[1]
    assert turn_minutes(booth, "booth", visits(booth, "booth", minutes, 5), when="16:00") == 10


@pytest.mark.parametrize(
    "story",
    [
        ["10:00 enter booth", "10:16 arrive elsewhere"],  # its end was missed
        ["10:16 leave booth"],  # its beginning was missed
        ["10:00 arrive booth", "10:16 leave booth"],
        ["10:00 enter booth"],
    ],
)
def test_a_turn_of_which_an_end_was_missed_teaches_nothing(small, story):
    hall = small(small.atelier("booth", places=1, minutes=10), small.atelier("elsewhere"))
    facts = [*hall.came(1, ONE), *hall.scans(*(f"1 {each}" for each in story))]
    assert turn_minutes(hall, "booth", facts, when="11:00") == 10


def test_a_family_that_takes_turns_at_one_place_has_one_each(booth):
    """Three at one place are in for three turns: each took six minutes."""
    facts = [*booth.came(1, {"18-plus": 3}), *booth.scans("1 10:00 enter booth", "1 10:18 leave booth")]
    assert turn_minutes(booth, "booth", facts) == weighed(6)


def test_a_table_is_left_together_after_one_turn_whatever_the_size(small):
    hall = small(small.atelier("arts", Kind.TABLE, places=4, minutes=10))
    facts = [*hall.came(1, {"18-plus": 9}), *hall.scans("1 10:00 enter arts", "1 10:18 leave arts")]
    assert turn_minutes(hall, "arts", facts) == weighed(18)


def test_a_session_takes_what_its_timetable_says(hall):
    facts = [*hall.came(1, ONE), *hall.scans("1 10:20 arrive talk", "1 10:55 leave talk")]
    assert turn_minutes(hall, "talk", facts) == 30


@given(
    places=st.integers(1, 6),
    size=st.integers(1, 24),
    minutes=st.integers(1, 20),
    lasted=st.integers(0, 200),
    number=st.integers(1, 8),
    kind=st.sampled_from([Kind.CONTINUOUS, Kind.TABLE, Kind.BATCH]),
)
def test_what_is_learnt_stays_near_what_was_planned(small, places, size, minutes, lasted, number, kind):
    hall = small(small.atelier("it", kind, places, minutes), windows=[("10:00", "20:00")])
    learnt = turn_minutes(hall, "it", visits(hall, "it", lasted, number, size), when="18:00")
    assert LIKELY_TURN[0] * minutes <= learnt <= LIKELY_TURN[1] * minutes


# Where nobody scans who leaves


def entering(hall, atelier, minutes, number, places):
    """A queue that never empties, and all places handed over at once, each so many minutes."""
    facts = []
    for who in range(1, number + 1):
        facts += hall.came(who, ONE)
        began = 5 + minutes * ((who - 1) // places)
        facts += hall.scans(f"{who} 10:00:{who % 60:02d} arrive {atelier}")
        facts += hall.scans(f"{who} {clock(began)}:{who % places:02d} enter {atelier}")
    return facts


@pytest.mark.parametrize("places", [1, 2, 4, 8])
@pytest.mark.parametrize("true", [6, 10, 14])
def test_the_pace_of_a_queue_that_never_empties_tells_what_a_turn_takes(small, places, true):
    hall = small(
        small.atelier("it", places=places, minutes=10),
        steps={"it": {"it": ("arrive", "enter")}},
        windows=[("10:00", "20:00")],
    )
    learnt = turn_minutes(hall, "it", entering(hall, "it", true, 8 * places + 1, places), when="19:00")
    expected = (PRIOR_TURNS * 10 + 8 * places * true) / (PRIOR_TURNS + 8 * places)
    assert learnt == pytest.approx(expected, rel=0.08)


def test_who_found_a_free_place_says_nothing_of_the_pace(small):
    hall = small(small.atelier("it", places=1, minutes=10), steps={"it": {"it": ("arrive", "enter")}})
    facts = []
    for who in range(1, 9):
        facts += hall.came(who, ONE)
        facts += hall.scans(f"{who} {clock(12 * who)} arrive it", f"{who} {clock(12 * who)}:30 enter it")
    assert turn_minutes(hall, "it", facts) == 10


def test_a_pause_says_nothing_of_the_pace(small):
    hall = small(small.atelier("it", places=1, minutes=10), steps={"it": {"it": ("arrive", "enter")}})
    facts = [*hall.came(1, ONE), *hall.came(2, ONE)]
    facts += hall.scans("1 10:00 arrive it", "2 10:01 arrive it", "1 10:05 enter it", "2 11:00 enter it")
    assert turn_minutes(hall, "it", facts) == 10


# How patient people are


@given(waited=st.floats(0, 10**8), more=st.floats(0, 10**7), factor=st.floats(0, 10))
def test_fewer_and_fewer_stay_on(waited, more, factor):
    chance = stays_on(waited, factor)
    assert 0 < chance <= 1 or factor > 1
    assert stays_on(waited + more, factor) <= chance


def test_half_of_them_stay_on_for_their_patience():
    assert stays_on(learned.PATIENCE_MINUTES * MINUTE_MS) == pytest.approx(0.5)
    assert stays_on(0) > 0.99
    assert stays_on(90 * MINUTE_MS) < 0.001


def test_until_something_is_seen_people_are_as_patient_as_expected(booth):
    assert booth.floor("10:00").impatience == 1.0


def stood(minutes, gave_up):
    waited_ms = round(minutes * MINUTE_MS)
    return Stand(0, "", waited_ms, gave_up, -log(stays_on(min(waited_ms, LONGEST_STAND_MS))))


def test_who_gives_up_early_makes_them_less_patient_and_who_stands_long_more():
    assert learned.impatience([stood(5, True)] * 3) > 1
    assert learned.impatience([stood(45, False)] * 3) < 1
    assert learned.impatience([stood(1, False)] * 50) == pytest.approx(1, abs=0.05)


def test_people_as_patient_as_expected_leave_it_as_expected():
    """As many give up as the hazard says."""
    hazard = [stood(32, False)] * 100
    expected = round(sum(0.6931 for _ in hazard))
    seen = [stood(32, True)] * expected + [stood(32, False)] * (100 - expected)
    assert learned.impatience(seen) == pytest.approx(1, abs=0.02)


@given(st.lists(st.builds(stood, st.floats(0, 500), st.booleans()), max_size=40))
def test_however_they_stood_people_have_some_patience_and_not_too_much(seen):
    factor = learned.impatience(seen)
    assert 0 < factor <= (PRIOR_GIVERS_UP + len(seen)) / PRIOR_GIVERS_UP


def test_giving_up_is_seen_where_entering_is_scanned(hall):
    """A queue left for another atelier; where nobody scans who enters it may have been a turn."""
    gave_up = [*hall.came(1, ONE), *hall.scans("1 10:00 arrive arts", "1 10:06 arrive vr")]
    assert hall.floor("10:07", gave_up).impatience > 1
    unseen = [*hall.came(1, ONE), *hall.scans("1 10:00 arrive queue-only", "1 10:06 arrive vr")]
    assert hall.floor("10:07", unseen).impatience == 1


# Whether they do as they are told


def test_compliance_is_what_was_expected_until_people_are_seen(hall):
    expected = learned.PRIOR_FOLLOWED / learned.PRIOR_TOLD
    assert hall.floor("10:00").compliance == expected
    told = [*hall.came(1, ONE), *hall.told("1 10:00 go arts 10:02")]
    assert hall.floor("10:01", told).compliance == expected
    assert hall.floor("10:05", told, hall.scans("1 10:03 arrive arts")).compliance > expected
    assert hall.floor("10:05", told, hall.scans("1 10:03 arrive vr")).compliance < expected


@given(followed=st.integers(0, 10_000), ignored=st.integers(0, 10_000))
def test_compliance_is_a_share_near_the_one_seen(followed, ignored):
    share = learned.compliance(followed, ignored)
    assert 0 < share < 1
    if followed + ignored > 1000:
        assert share == pytest.approx(followed / (followed + ignored), abs=0.01)


# Who is being served


def test_the_latest_place_in_the_queue_that_had_its_turn_is_told(hall):
    facts = [fact for number in (1, 2) for fact in hall.came(number, ONE)]
    facts += hall.scans("1 10:00 arrive vr", "2 10:01 arrive vr", "2 10:05 enter vr")
    here = hall.floor("10:06", facts).by_id["vr"]
    assert here.served_ms == hall.at("10:01")
    assert [present.guest.party.number for present in here.queue] == [1]
    assert hall.floor("10:06").by_id["vr"].served_ms == 0
