"""Waits, against cases worked out by hand, and what holds for all of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.rules.event import Closing, Kind
from kiosk.rules.facts import Advised, AtelierSet
from kiosk.rules.waits import Wait, expected

ONE = {"18-plus": 1}


def minutes(hall, atelier, when, *facts, takers=1, at=None):
    """The wait at `when`, in minutes, of a party that comes `at` a moment (now), or None."""
    floor = hall.floor(when, *facts)
    at_ms = hall.at(at or when)
    wait = expected(hall.event, floor.by_id[atelier], at_ms, takers, floor.at_ms)
    return None if wait is None else wait.minutes


def crowd(hall, scan, *sizes, first=1):
    """Parties of these sizes, one after another a second apart, each with the same scan: "10:00 arrive vr"."""
    when, kind, atelier = scan.split()
    facts = []
    for at, size in enumerate(sizes):
        facts += hall.came(first + at, {"18-plus": size}, "09:59")
        facts += hall.scans(f"{first + at} {when}:{at:02d} {kind} {atelier}")
    return facts


# One at a time


@pytest.fixture(scope="module")
def arcade(small):
    """Two pads, ten minutes each."""
    return small(small.atelier("pads", places=2, minutes=10))


def test_a_free_place_is_no_wait(arcade):
    assert minutes(arcade, "pads", "10:00") == 0


def test_one_free_place_of_two_is_no_wait_even_for_a_family(arcade):
    assert minutes(arcade, "pads", "10:05", crowd(arcade, "10:00 enter pads", 1), takers=4) == 0


def test_with_all_places_taken_the_wait_is_the_rest_of_the_turn(arcade):
    facts = [*crowd(arcade, "10:00 enter pads", 1), *crowd(arcade, "10:03 enter pads", 1, first=2)]
    assert minutes(arcade, "pads", "10:05", facts) == 5


def test_each_person_ahead_takes_the_next_place_that_is_free(arcade):
    inside = crowd(arcade, "10:00 enter pads", 1, 1)  # free at 10:10:00 and 10:10:01
    assert (
        minutes(arcade, "pads", "10:05", inside, crowd(arcade, "10:02 arrive pads", 1, first=3)) == 5 + 1 / 60
    )
    assert minutes(arcade, "pads", "10:05", inside, crowd(arcade, "10:02 arrive pads", 2, first=3)) == 15
    assert (
        minutes(arcade, "pads", "10:05", inside, crowd(arcade, "10:02 arrive pads", 2, 3, first=3))
        == 25 + 1 / 60
    )


def test_a_family_inside_keeps_the_places_for_as_many_turns_as_it_needs(arcade):
    assert minutes(arcade, "pads", "10:05", crowd(arcade, "10:00 enter pads", 4)) == 15


def test_a_turn_that_should_be_over_is_nearly_so(arcade):
    assert minutes(arcade, "pads", "10:20", crowd(arcade, "10:00 enter pads", 2)) == 1.5


def test_who_only_looks_on_takes_no_place(small):
    hall = small(small.atelier("pads", places=2, minutes=10, min_age=18))
    facts = [*hall.came(1, {"0-5": 3}, "09:59"), *hall.scans("1 10:00 enter pads")]
    facts += [*hall.came(2, {"0-5": 3}, "09:59"), *hall.scans("2 10:00 arrive pads")]
    assert minutes(hall, "pads", "10:05", facts) == 0


def test_who_was_sent_here_and_is_on_the_way_stands_in_the_queue_already(arcade):
    inside = crowd(arcade, "10:00 enter pads", 2)
    sent = arcade.came(9, {"18-plus": 2}, "10:04", route=(Advised("pads", arcade.at("10:06"), 0),))
    assert minutes(arcade, "pads", "10:05", inside) == 5
    assert minutes(arcade, "pads", "10:05", inside, sent) == 15


# Together at a table


@pytest.fixture(scope="module")
def table(small):
    """Four seats, ten minutes."""
    return small(small.atelier("table", Kind.TABLE, places=4, minutes=10))


def test_a_family_sits_down_when_there_are_seats_for_all_of_it(table):
    facts = [*crowd(table, "10:00 enter table", 1), *crowd(table, "10:02 enter table", 2, first=2)]
    assert minutes(table, "table", "10:04", facts, takers=1) == 0
    assert minutes(table, "table", "10:04", facts, takers=2) == 6
    assert minutes(table, "table", "10:04", facts, takers=3) == 8
    assert minutes(table, "table", "10:04", facts, takers=4) == 8
    assert minutes(table, "table", "10:04", facts, takers=40) == 8


def test_nobody_overtakes_a_family_that_waits_for_its_seats(table):
    inside = crowd(table, "10:00 enter table", 3)
    ahead = crowd(table, "10:01 arrive table", 2, first=5)
    assert minutes(table, "table", "10:04", inside, ahead, takers=1) == 6
    assert minutes(table, "table", "10:04", inside, ahead, takers=2) == 6
    assert minutes(table, "table", "10:04", inside, ahead, takers=3) == 16


# In batches


@pytest.fixture(scope="module")
def race(small):
    """Eight together, ten minutes, from four on once the first has been held five minutes."""
    return small(small.atelier("race", Kind.BATCH, places=8, minutes=10, min_fill=4, hold_minutes=5))


def test_the_first_to_come_is_held(race):
    assert minutes(race, "race", "10:00") == 5


def test_the_hold_counts_from_the_first_who_waits(race):
    assert minutes(race, "race", "10:03", crowd(race, "10:00 arrive race", 5)) == 2


def test_a_batch_that_is_full_with_us_leaves_at_once(race):
    assert minutes(race, "race", "10:03", crowd(race, "10:00 arrive race", 7)) == 0


def test_behind_a_full_batch_there_is_the_next(race):
    assert minutes(race, "race", "10:03", crowd(race, "10:00 arrive race", 8)) == 10
    assert minutes(race, "race", "10:03", crowd(race, "10:00 arrive race", 8, 8)) == 20


def test_a_batch_waits_for_the_one_that_runs(race):
    running = crowd(race, "10:00 enter race", 8)
    assert minutes(race, "race", "10:04", running) == 6
    assert minutes(race, "race", "10:04", running, crowd(race, "10:01 arrive race", 8, first=5)) == 16


def test_a_family_too_big_for_the_rest_of_a_batch_takes_the_next(race):
    running, ahead = crowd(race, "10:00 enter race", 8), crowd(race, "10:01 arrive race", 5, first=5)
    assert minutes(race, "race", "10:04", running, ahead, takers=3) == 6
    assert minutes(race, "race", "10:04", running, ahead, takers=4) == 16


# By a timetable


@pytest.fixture(scope="module")
def talk(small):
    return small(
        small.atelier("talk", Kind.SESSION, places=4, minutes=30, times=("10:30", "11:15", "14:30")),
        steps={"talk": {"talk": ("arrive",)}},
    )


def test_a_session_is_waited_for_until_it_starts(talk):
    assert minutes(talk, "talk", "10:10") == 20
    assert minutes(talk, "talk", "10:31") == 44


def test_a_session_without_enough_seats_left_is_passed_over(talk):
    facts = crowd(talk, "10:00 arrive talk", 2, 1)
    assert minutes(talk, "talk", "10:10", facts, takers=1) == 20
    assert minutes(talk, "talk", "10:10", facts, takers=2) == 65


def test_who_already_waits_for_a_later_session_takes_no_seat_of_this_one(talk):
    facts = crowd(talk, "10:46 arrive talk", 4)
    assert minutes(talk, "talk", "10:50", facts) is None  # full, and the next is after the break
    assert minutes(talk, "talk", "10:20", []) == 10


def test_a_session_of_the_afternoon_is_no_wait_of_the_morning(talk):
    assert minutes(talk, "talk", "11:20") is None
    assert minutes(talk, "talk", "12:30") == 120
    assert minutes(talk, "talk", "14:31") is None


# When the doors are closed


def test_before_the_doors_open_the_wait_is_until_then_and_then_the_queue(arcade):
    assert minutes(arcade, "pads", "09:40") == 20
    assert minutes(arcade, "pads", "13:20") == 40
    waiting = crowd(arcade, "13:20 arrive pads", 2, 2)
    assert minutes(arcade, "pads", "13:40", waiting) == 40  # nobody was served before 14:00


def test_after_the_last_closing_there_is_no_turn(arcade):
    assert minutes(arcade, "pads", "16:59") == 0
    assert minutes(arcade, "pads", "17:00") is None
    assert minutes(arcade, "pads", "17:01") is None


def test_a_turn_that_would_begin_after_closing_is_none_where_the_queue_is_not_drained(small):
    for closing, shown in ((Closing.STOP, None), (Closing.DRAIN, 15.0)):
        hall = small(small.atelier("pads", places=2, minutes=10, closing=closing))
        facts = [*crowd(hall, "11:50 enter pads", 2), *crowd(hall, "11:51 arrive pads", 2, first=5)]
        assert minutes(hall, "pads", "11:55", facts) == shown


@pytest.mark.parametrize("status", ["paused", "closed"])
def test_a_paused_or_closed_atelier_has_no_wait(arcade, status):
    assert minutes(arcade, "pads", "10:00", [(arcade.at("09:59"), AtelierSet("pads", status))]) is None


def test_a_party_of_whom_nobody_is_of_an_age_has_no_wait(arcade):
    assert minutes(arcade, "pads", "10:00", takers=0) is None


# Whatever happens

kinds = st.sampled_from([Kind.CONTINUOUS, Kind.TABLE, Kind.BATCH])
sizes = st.lists(st.integers(1, 12), max_size=12)
clocks = st.builds("{:02d}:{:02d}".format, st.integers(9, 17), st.integers(0, 59))


@given(
    kind=kinds, inside=sizes, queue=sizes, takers=st.integers(1, 40), when=clocks, places=st.integers(1, 9)
)
def test_a_wait_is_never_negative_and_its_range_holds_it(small, kind, inside, queue, takers, when, places):
    hall = small(
        small.atelier("it", kind, places, 7, min_fill=min(3, places), hold_minutes=4, closing=Closing.DRAIN)
    )
    facts = [*crowd(hall, "09:55 enter it", *inside), *crowd(hall, "09:56 arrive it", *queue, first=50)]
    facts = [fact for fact in facts if fact[0] <= hall.at(when)]
    wait = minutes(hall, "it", when, facts, takers=takers)
    if when >= "17:00":
        assert wait is None
    else:
        assert wait >= 0
        low, high = Wait(0, round(wait * 60_000)).range_minutes
        assert low <= wait < max(high, 1)


@given(
    kind=kinds,
    inside=sizes,
    queue=sizes,
    more=st.integers(1, 12),
    takers=st.integers(1, 12),
    hold=st.integers(0, 6),
)
def test_a_longer_queue_is_no_shorter_wait(small, kind, inside, queue, more, takers, hold):
    """But a batch that one more party fills need not be held any longer."""
    hall = small(small.atelier("it", kind, 6, 7, min_fill=1, hold_minutes=hold, closing=Closing.DRAIN))
    facts = [*crowd(hall, "10:00 enter it", *inside), *crowd(hall, "10:01 arrive it", *queue, first=50)]
    shorter = minutes(hall, "it", "10:05", facts, takers=takers)
    longer = minutes(
        hall, "it", "10:05", facts, crowd(hall, "10:02 arrive it", more, first=90), takers=takers
    )
    assert longer >= shorter - (hold if kind is Kind.BATCH else 0)


@given(seats=st.lists(st.integers(1, 4), max_size=6), takers=st.integers(1, 4))
def test_a_longer_queue_for_a_session_is_no_shorter_wait(talk, seats, takers):
    waits = [
        minutes(talk, "talk", "10:10", crowd(talk, "10:00 arrive talk", *seats[:n]), takers=takers)
        for n in range(len(seats) + 1)
    ]
    assert waits == sorted(waits, key=lambda wait: (wait is None, wait or 0))
