"""Waits, against cases worked out by hand.

Unless a case is about them, everybody in it is patient for ever and does as told: then a wait is exact.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.rules.event import MINUTE_MS, Closing, Kind
from kiosk.rules.facts import Advised, AtelierSet
from kiosk.rules.learned import ARRIVALS, coming, stays_on
from kiosk.rules.places import LATE_MINUTES, OVERDUE_SHARE, SPARE
from kiosk.rules.waits import HOLDER, LAST_START_MINUTES, OVERTAKEN, Projection, range_minutes

ONE = {"18-plus": 1}


# One at a time


@pytest.fixture(scope="module")
def arcade(small):
    """Two pads, ten minutes each."""
    return small(small.atelier("pads", places=2, minutes=10))


def test_a_free_place_is_no_wait(arcade):
    assert arcade.minutes("pads", "10:00") == 0


def test_one_free_place_of_two_is_no_wait_even_for_a_family(arcade):
    assert arcade.minutes("pads", "10:05", arcade.crowd("10:00 enter pads", 1), takers=4) == 0


def test_with_all_places_taken_the_wait_is_the_rest_of_the_turn(arcade):
    facts = [*arcade.crowd("10:00 enter pads", 1), *arcade.crowd("10:03 enter pads", 1, first=2)]
    assert arcade.minutes("pads", "10:05", facts) == 5


def test_each_person_ahead_takes_the_next_place_that_is_free(arcade):
    inside = arcade.crowd("10:00 enter pads", 1, 1)  # free at 10:10:00 and 10:10:01
    assert (
        arcade.minutes("pads", "10:05", inside, arcade.crowd("10:02 arrive pads", 1, first=3)) == 5 + 1 / 60
    )
    assert arcade.minutes("pads", "10:05", inside, arcade.crowd("10:02 arrive pads", 2, first=3)) == 15
    assert (
        arcade.minutes("pads", "10:05", inside, arcade.crowd("10:02 arrive pads", 2, 3, first=3))
        == 25 + 1 / 60
    )


def test_a_family_inside_keeps_the_places_for_as_many_turns_as_it_needs(arcade):
    assert arcade.minutes("pads", "10:05", arcade.crowd("10:00 enter pads", 4)) == 15


def test_a_turn_that_should_be_over_is_nearly_so(arcade):
    rest = 10 * OVERDUE_SHARE
    for when in ("10:20", "10:25"):
        assert arcade.minutes("pads", when, arcade.crowd("10:00 enter pads", 1, 1)) == rest


def test_of_a_family_that_should_be_out_only_the_last_is_still_up(arcade):
    assert arcade.minutes("pads", "10:20", arcade.crowd("10:00 enter pads", 2)) == 0
    assert arcade.minutes("pads", "10:20", arcade.crowd("10:00 enter pads", 2), takers=2) == 0


def test_who_only_looks_on_takes_no_place(small):
    hall = small(small.atelier("pads", places=2, minutes=10, min_age=18))
    facts = [*hall.came(1, {"0-5": 3}, "09:59"), *hall.scans("1 10:00 enter pads")]
    facts += [*hall.came(2, {"0-5": 3}, "09:59"), *hall.scans("2 10:00 arrive pads")]
    assert hall.minutes("pads", "10:05", facts) == 0


def test_who_was_sent_here_stands_ahead_of_who_comes_after_that(arcade):
    inside = arcade.crowd("10:00 enter pads", 2)
    sent = [*arcade.came(9, {"18-plus": 2}, "10:04"), *arcade.told("9 10:04 go pads 10:06")]
    assert arcade.minutes("pads", "10:05", inside) == 5
    assert arcade.minutes("pads", "10:05", inside, sent) == 5  # not there before 10:06
    assert arcade.minutes("pads", "10:05", inside, sent, at="10:06") == 14
    assert arcade.minutes("pads", "10:05", inside, sent, at="10:08") == 12


def test_a_sheet_sends_as_well_as_advice(arcade):
    inside = arcade.crowd("10:00 enter pads", 2)
    sent = arcade.came(9, {"18-plus": 2}, "10:05", route=(Advised("pads", arcade.at("10:06"), 0),))
    assert arcade.minutes("pads", "10:05", inside, sent, at="10:08") == 12


def test_who_is_on_the_way_counts_as_far_as_people_do_as_they_are_told(arcade):
    sent = [*arcade.came(9, {"18-plus": 2}, "10:04"), *arcade.told("9 10:04 go pads 10:06")]
    for share in (0.0, 0.4, 1.0):
        assert arcade.minutes("pads", "10:05", sent, at="10:08", compliance=share) == pytest.approx(
            max(0.0, 10 * share - 2), abs=0.001
        )


def test_who_asks_where_to_go_is_not_in_its_own_way(arcade):
    facts = [*arcade.came(9, {"18-plus": 2}, "10:04"), *arcade.told("9 10:04 go pads 10:06")]
    floor = arcade.simple_floor("10:05", facts)
    here = floor.by_id["pads"]
    for badge, wait in ((arcade.badge(9), 0), (arcade.badge(8), 8), ("", 8)):
        projected = Projection(arcade.event, floor, here, badge).wait(arcade.at("10:08"), 2)
        assert projected.minutes == wait


# Who gives up, who was overtaken


def test_each_in_the_queue_counts_as_far_as_it_is_likely_to_be_still_there(arcade):
    facts = [*arcade.crowd("10:00 enter pads", 6), *arcade.crowd("10:02 arrive pads", 2, first=5)]
    # Up at 10:30, when the one ahead has stood there for 28 minutes instead of 3.
    chance = stays_on(28 * MINUTE_MS) / stays_on(3 * MINUTE_MS)
    assert arcade.minutes("pads", "10:05", facts, impatience=1.0) == pytest.approx(25 + 10 * chance, abs=0.1)
    assert arcade.minutes("pads", "10:05", facts) == 35


def test_less_patient_people_make_for_shorter_queues(arcade):
    facts = [*arcade.crowd("10:00 enter pads", 4), *arcade.crowd("10:02 arrive pads", 3, 3, 3, first=5)]
    waits = [arcade.minutes("pads", "10:05", facts, impatience=factor) for factor in (0.0, 0.5, 1.0, 2.0)]
    assert waits == sorted(waits, reverse=True)
    assert waits[0] > waits[-1]


def test_who_was_overtaken_is_probably_gone(arcade):
    """Somebody entered who came later: the one before was not scanned when it gave up."""
    waiting = arcade.crowd("10:01 arrive pads", 1, 1, first=5)
    overtaking = [*arcade.came(8, {"18-plus": 2}), *arcade.scans("8 10:02 arrive pads", "8 10:03 enter pads")]
    seen = arcade.minutes("pads", "10:05", waiting, overtaking)
    assert seen == pytest.approx(8 + 10 * OVERTAKEN, abs=0.001)


# Kept places


def test_a_kept_place_goes_before_who_came_after_it_was_promised(arcade):
    inside = arcade.crowd("10:00 enter pads", 2)
    queue = [*arcade.crowd("10:02 arrive pads", 2, first=5), *arcade.crowd("10:06 arrive pads", 2, first=7)]
    assert arcade.minutes("pads", "10:08", inside, queue) == 22
    assert arcade.minutes("pads", "10:08", inside, queue, key="10:04") == 12
    assert arcade.minutes("pads", "10:08", inside, queue, key="10:01") == 2
    assert arcade.minutes("pads", "10:08", inside, queue, key="10:07") == 22


def test_who_holds_a_place_ahead_counts_as_far_as_holders_come_in_time(arcade):
    inside = arcade.crowd("10:00 enter pads", 2)
    holder = [*arcade.came(9, {"18-plus": 2}), *arcade.told("9 10:03 rest 10:07 keeps pads 10:03")]
    assert arcade.minutes("pads", "10:05", inside, holder) == pytest.approx(5 + 10 * HOLDER, abs=0.001)
    half = arcade.minutes("pads", "10:05", inside, holder, compliance=0.5)
    assert half == pytest.approx(5 + 10 * HOLDER * 0.5, abs=0.001)


def test_who_holds_a_later_place_is_no_wait_for_who_holds_an_earlier_one(arcade):
    inside = arcade.crowd("10:00 enter pads", 2)
    holder = [*arcade.came(9, {"18-plus": 2}), *arcade.told("9 10:03 rest 10:07 keeps pads 10:03")]
    assert arcade.minutes("pads", "10:05", inside, holder, key="10:02") == 5
    assert arcade.minutes("pads", "10:05", inside, holder, key="10:03") == 5  # its own place


# Learned turns


def test_after_sixty_turns_of_six_minutes_the_wait_follows(small):
    hall = small(small.atelier("pads", places=1, minutes=4))
    facts, planned = [], hall.crowd("11:50 enter pads", 1, first=100)
    for number in range(1, 61):
        began, ended = divmod(number - 1, 60), divmod(number + 5, 60)
        facts += hall.came(number, ONE)
        facts += hall.scans(
            f"{number} {10 + began[0]}:{began[1]:02d} enter pads",
            f"{number} {10 + ended[0]}:{ended[1]:02d} leave pads",
        )
    before = hall.minutes("pads", "11:51", planned)
    after = hall.minutes("pads", "11:51", planned, facts)
    assert before == 3
    assert after == pytest.approx(5, abs=0.25)


# Where not all scans are made


def test_where_nobody_scans_who_leaves_a_turn_is_over_by_itself(small):
    hall = small(small.atelier("pads"), steps={"pads": {"pads": ("arrive", "enter")}})
    inside = hall.crowd("10:00 enter pads", 2)
    assert hall.minutes("pads", "10:04", inside) == 6
    assert hall.minutes("pads", "10:10", inside) == 0


def test_where_only_entering_is_scanned_the_wait_is_for_who_is_inside_and_who_was_sent(small):
    hall = small(small.atelier("pads"), steps={"pads": {"pads": ("enter",)}})
    inside = hall.crowd("10:00 enter pads", 2)
    assert hall.minutes("pads", "10:04", inside) == 6
    sent = [*hall.came(9, {"18-plus": 2}), *hall.told("9 10:02 go pads 10:03")]
    assert hall.minutes("pads", "10:04", inside, sent) == 16


def test_where_only_leaving_is_scanned_the_wait_is_for_who_was_sent(small):
    hall = small(small.atelier("pads"), steps={"pads": {"pads": ("leave",)}})
    assert hall.minutes("pads", "10:04", hall.crowd("10:02 leave pads", 2, 2)) == 0
    sent = [*hall.came(9, {"18-plus": 2}), *hall.told("9 10:02 go pads 10:03")]
    assert hall.minutes("pads", "10:04", sent) == 10


def test_where_only_arriving_is_scanned_all_stand_in_the_queue(small):
    hall = small(small.atelier("pads"), steps={"pads": {"pads": ("arrive",)}})
    assert hall.minutes("pads", "10:04", hall.crowd("10:04 arrive pads", 2)) == 10
    assert hall.minutes("pads", "10:04", hall.crowd("10:04 arrive pads", 2, 2)) == 20


# Together at a table


@pytest.fixture(scope="module")
def table(small):
    """Four seats, ten minutes."""
    return small(small.atelier("table", Kind.TABLE, places=4, minutes=10))


def test_a_family_sits_down_when_there_are_seats_for_all_of_it(table):
    facts = [*table.crowd("10:00 enter table", 1), *table.crowd("10:02 enter table", 2, first=2)]
    assert table.minutes("table", "10:04", facts, takers=1) == 0
    assert table.minutes("table", "10:04", facts, takers=2) == 6
    assert table.minutes("table", "10:04", facts, takers=3) == 8
    assert table.minutes("table", "10:04", facts, takers=4) == 8
    assert table.minutes("table", "10:04", facts, takers=40) == 8


def test_nobody_overtakes_a_family_that_waits_for_its_seats(table):
    inside = table.crowd("10:00 enter table", 3)
    ahead = table.crowd("10:01 arrive table", 2, first=5)
    assert table.minutes("table", "10:04", inside, ahead, takers=1) == 6
    assert table.minutes("table", "10:04", inside, ahead, takers=2) == 6
    assert table.minutes("table", "10:04", inside, ahead, takers=3) == 16


# In batches


@pytest.fixture(scope="module")
def race(small):
    """Eight together, ten minutes, from four on once the first has been held five minutes."""
    return small(small.atelier("race", Kind.BATCH, places=8, minutes=10, min_fill=4, hold_minutes=5))


def test_the_first_to_come_is_held(race):
    assert race.minutes("race", "10:00", takers=4) == 5


def test_too_few_wait_until_enough_have_come(race):
    assert race.minutes("race", "10:00", takers=1) == (3 + SPARE) / ARRIVALS
    assert race.minutes("race", "10:00", takers=3) == 5
    assert race.minutes("race", "10:00", takers=4) == 5


def test_whoever_comes_to_one_who_has_waited_for_long_is_not_told_that_there_is_no_wait(race):
    """One has been alone for twenty minutes, and each who comes then is one fewer to wait for."""
    waits = [
        race.minutes("race", "10:25", race.crowd("10:05 arrive race", 1), others, takers=1)
        for others in (
            race.crowd("10:24 arrive race", *[1] * many, first=5) if many else [] for many in range(7)
        )
    ]
    assert waits[0] > waits[1] > 5
    assert waits[2:] == [0] * 5
    assert all(range_minutes(wait)[0] >= 5 for wait in waits[:2])


@pytest.mark.parametrize("told", ["10:24 go race 10:24:30", "10:18 go race 10:19"])
def test_who_was_to_be_there_and_is_not_makes_no_batch_begin_before_it_comes(race, told):
    """It was to come half a minute ago, or six: nobody has waited for so long, and too few are there without it."""
    sent = [*race.came(9, {"18-plus": 3}), *race.told(f"9 {told}")]
    alone = race.crowd("10:05 arrive race", 1)
    assert race.minutes("race", "10:25", sent, takers=2) == 5
    assert race.minutes("race", "10:25", sent, alone, takers=1) == LATE_MINUTES
    assert race.minutes("race", "10:25", sent, alone, takers=3) == 0, "enough without it"
    assert race.minutes("race", "10:25", sent, alone, takers=8) > 0


def test_the_hold_counts_from_the_first_who_waits(race):
    assert race.minutes("race", "10:03", race.crowd("10:00 arrive race", 5)) == 2


def test_a_batch_that_is_full_with_us_leaves_at_once(race):
    assert race.minutes("race", "10:03", race.crowd("10:00 arrive race", 7)) == 0


def test_behind_a_full_batch_there_is_the_next(race):
    assert race.minutes("race", "10:03", race.crowd("10:00 arrive race", 8)) == 10
    assert race.minutes("race", "10:03", race.crowd("10:00 arrive race", 8, 8)) == 20


def test_a_batch_waits_for_the_one_that_runs(race):
    running = race.crowd("10:00 enter race", 8)
    assert race.minutes("race", "10:04", running, takers=4) == 6
    pace = coming(8, minutes=4)
    assert race.minutes("race", "10:04", running, takers=1) == pytest.approx((3 + SPARE) / pace, abs=1e-4)
    assert race.minutes("race", "10:04", running, race.crowd("10:01 arrive race", 8, first=5)) == 16


def test_a_family_too_big_for_the_rest_of_a_batch_takes_the_next(race):
    running, ahead = race.crowd("10:00 enter race", 8), race.crowd("10:01 arrive race", 5, first=5)
    assert race.minutes("race", "10:04", running, ahead, takers=3) == 6
    assert race.minutes("race", "10:04", running, ahead, takers=4) == 16


# By a timetable


@pytest.fixture(scope="module")
def talk(small):
    return small(
        small.atelier("talk", Kind.SESSION, places=4, minutes=30, times=("10:30", "11:15", "14:30")),
        steps={"talk": {"talk": ("arrive",)}},
    )


def test_a_session_is_waited_for_until_it_starts(talk):
    assert talk.minutes("talk", "10:10") == 20
    assert talk.minutes("talk", "10:31") == 44


def test_a_session_without_enough_seats_left_is_passed_over(talk):
    facts = talk.crowd("10:00 arrive talk", 2, 1)
    assert talk.minutes("talk", "10:10", facts, takers=1) == 20
    assert talk.minutes("talk", "10:10", facts, takers=2) == 65


def test_who_already_waits_for_a_later_session_takes_no_seat_of_this_one(talk):
    facts = talk.crowd("10:46 arrive talk", 4)
    assert talk.minutes("talk", "10:50", facts) is None  # full, and the next is after the break
    assert talk.minutes("talk", "10:20", []) == 10


def test_a_session_of_the_afternoon_is_no_wait_of_the_morning(talk):
    assert talk.minutes("talk", "11:20") is None
    assert talk.minutes("talk", "12:30") == 120
    assert talk.minutes("talk", "14:31") is None


@given(seats=st.lists(st.integers(1, 4), max_size=6), takers=st.integers(1, 4))
def test_a_longer_queue_for_a_session_is_no_shorter_wait(talk, seats, takers):
    waits = [
        talk.minutes("talk", "10:10", talk.crowd("10:00 arrive talk", *seats[:n]), takers=takers)
        for n in range(len(seats) + 1)
    ]
    assert waits == sorted(waits, key=lambda wait: (wait is None, wait or 0))


@given(takers=st.integers(1, 200), queue=st.integers(0, 3))
def test_a_class_bigger_than_the_room_takes_all_of_a_session(talk, takers, queue):
    wait = talk.minutes("talk", "10:10", talk.crowd("10:00 arrive talk", *[1] * queue), takers=takers)
    assert wait == (20 if min(takers, 4) + queue <= 4 else 65)


# When the doors are closed


def test_before_the_doors_open_the_wait_is_until_then_and_then_the_queue(arcade):
    assert arcade.minutes("pads", "09:40") == 20
    assert arcade.minutes("pads", "13:20") == 40
    waiting = arcade.crowd("13:20 arrive pads", 2, 2)
    assert arcade.minutes("pads", "13:40", waiting) == 40  # nobody was served before 14:00


def test_after_the_last_closing_there_is_no_turn(arcade):
    assert arcade.minutes("pads", "16:59") == 0
    assert arcade.minutes("pads", "17:00") is None
    assert arcade.minutes("pads", "17:01") is None


@pytest.mark.parametrize(
    "closing, entered, shown",
    [
        (Closing.STOP, "11:49", 4),
        (Closing.STOP, "11:50", None),
        (Closing.DRAIN, "11:50", 5),
        (Closing.DRAIN, "11:54", 9),
        (Closing.DRAIN, "11:55", None),
    ],
)
def test_a_turn_begins_before_closing_or_soon_after_where_the_queue_is_drained(
    small, closing, entered, shown
):
    assert LAST_START_MINUTES == 5
    hall = small(small.atelier("pads", closing=closing))
    assert hall.minutes("pads", "11:55", hall.crowd(f"{entered} enter pads", 2)) == shown


@pytest.mark.parametrize("status", ["paused", "closed"])
def test_a_paused_or_closed_atelier_has_no_wait(arcade, status):
    assert arcade.minutes("pads", "10:00", [(arcade.at("09:59"), AtelierSet("pads", status))]) is None


def test_a_party_of_whom_nobody_is_of_an_age_has_no_wait(arcade):
    assert arcade.minutes("pads", "10:00", takers=0) is None
