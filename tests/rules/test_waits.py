"""Waits, against cases worked out by hand, and what holds for all of them.

Unless a case is about them, everybody in it is patient for ever and does as told: then a wait is exact.
"""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.rules.event import MINUTE_MS, Closing, Kind
from kiosk.rules.facts import Advised, AtelierSet
from kiosk.rules.learned import stays_on
from kiosk.rules.places import ARRIVALS, OVERDUE_SHARE
from kiosk.rules.waits import HOLDER, LAST_START_MINUTES, OVERTAKEN, Projection, Wait, expected

ONE = {"18-plus": 1}
SIMPLE = {"impatience": 0.0, "compliance": 1.0}


def minutes(hall, atelier, when, *facts, takers=1, at=None, key=None, **people):
    """The wait at `when`, in minutes, of a party that comes `at` a moment (now), or None.

    `key`: since when its place has been kept. `people`: what they are like, where not `SIMPLE`.
    """
    floor = replace(hall.floor(when, *facts), **(SIMPLE | people))
    key_ms = hall.at(key) if key else None
    wait = expected(hall.event, floor, floor.by_id[atelier], hall.at(at or when), takers, key_ms)
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
    rest = 10 * OVERDUE_SHARE
    for when in ("10:20", "10:25"):
        assert minutes(arcade, "pads", when, crowd(arcade, "10:00 enter pads", 1, 1)) == rest


def test_of_a_family_that_should_be_out_only_the_last_is_still_up(arcade):
    assert minutes(arcade, "pads", "10:20", crowd(arcade, "10:00 enter pads", 2)) == 0
    assert minutes(arcade, "pads", "10:20", crowd(arcade, "10:00 enter pads", 2), takers=2) == 0


def test_who_only_looks_on_takes_no_place(small):
    hall = small(small.atelier("pads", places=2, minutes=10, min_age=18))
    facts = [*hall.came(1, {"0-5": 3}, "09:59"), *hall.scans("1 10:00 enter pads")]
    facts += [*hall.came(2, {"0-5": 3}, "09:59"), *hall.scans("2 10:00 arrive pads")]
    assert minutes(hall, "pads", "10:05", facts) == 0


def test_who_was_sent_here_stands_ahead_of_who_comes_after_that(arcade):
    inside = crowd(arcade, "10:00 enter pads", 2)
    sent = [*arcade.came(9, {"18-plus": 2}, "10:04"), *arcade.told("9 10:04 go pads 10:06")]
    assert minutes(arcade, "pads", "10:05", inside) == 5
    assert minutes(arcade, "pads", "10:05", inside, sent) == 5  # not there before 10:06
    assert minutes(arcade, "pads", "10:05", inside, sent, at="10:06") == 14
    assert minutes(arcade, "pads", "10:05", inside, sent, at="10:08") == 12


def test_a_sheet_sends_as_well_as_advice(arcade):
    inside = crowd(arcade, "10:00 enter pads", 2)
    sent = arcade.came(9, {"18-plus": 2}, "10:05", route=(Advised("pads", arcade.at("10:06"), 0),))
    assert minutes(arcade, "pads", "10:05", inside, sent, at="10:08") == 12


def test_who_is_on_the_way_counts_as_far_as_people_do_as_they_are_told(arcade):
    sent = [*arcade.came(9, {"18-plus": 2}, "10:04"), *arcade.told("9 10:04 go pads 10:06")]
    for share in (0.0, 0.4, 1.0):
        assert minutes(arcade, "pads", "10:05", sent, at="10:08", compliance=share) == pytest.approx(
            max(0.0, 10 * share - 2), abs=0.001
        )


def test_who_asks_where_to_go_is_not_in_its_own_way(arcade):
    facts = [*arcade.came(9, {"18-plus": 2}, "10:04"), *arcade.told("9 10:04 go pads 10:06")]
    floor = replace(arcade.floor("10:05", facts), **SIMPLE)
    here = floor.by_id["pads"]
    for badge, wait in ((arcade.badge(9), 0), (arcade.badge(8), 8), ("", 8)):
        projected = Projection(arcade.event, floor, here, badge).wait(arcade.at("10:08"), 2)
        assert projected.minutes == wait


# Who gives up, who was overtaken


def test_each_in_the_queue_counts_as_far_as_it_is_likely_to_be_still_there(arcade):
    facts = [*crowd(arcade, "10:00 enter pads", 6), *crowd(arcade, "10:02 arrive pads", 2, first=5)]
    # Up at 10:30, when the one ahead has stood there for 28 minutes instead of 3.
    chance = stays_on(28 * MINUTE_MS) / stays_on(3 * MINUTE_MS)
    assert minutes(arcade, "pads", "10:05", facts, impatience=1.0) == pytest.approx(25 + 10 * chance, abs=0.1)
    assert minutes(arcade, "pads", "10:05", facts) == 35


def test_less_patient_people_make_for_shorter_queues(arcade):
    facts = [*crowd(arcade, "10:00 enter pads", 4), *crowd(arcade, "10:02 arrive pads", 3, 3, 3, first=5)]
    waits = [minutes(arcade, "pads", "10:05", facts, impatience=factor) for factor in (0.0, 0.5, 1.0, 2.0)]
    assert waits == sorted(waits, reverse=True)
    assert waits[0] > waits[-1]


def test_who_was_overtaken_is_probably_gone(arcade):
    """Somebody entered who came later: the one before was not scanned when it gave up."""
    waiting = crowd(arcade, "10:01 arrive pads", 1, 1, first=5)
    overtaking = [*arcade.came(8, {"18-plus": 2}), *arcade.scans("8 10:02 arrive pads", "8 10:03 enter pads")]
    seen = minutes(arcade, "pads", "10:05", waiting, overtaking)
    assert seen == pytest.approx(8 + 10 * OVERTAKEN, abs=0.001)


# Kept places


def test_a_kept_place_goes_before_who_came_after_it_was_promised(arcade):
    inside = crowd(arcade, "10:00 enter pads", 2)
    queue = [*crowd(arcade, "10:02 arrive pads", 2, first=5), *crowd(arcade, "10:06 arrive pads", 2, first=7)]
    assert minutes(arcade, "pads", "10:08", inside, queue) == 22
    assert minutes(arcade, "pads", "10:08", inside, queue, key="10:04") == 12
    assert minutes(arcade, "pads", "10:08", inside, queue, key="10:01") == 2
    assert minutes(arcade, "pads", "10:08", inside, queue, key="10:07") == 22


def test_who_holds_a_place_ahead_counts_as_far_as_holders_come_in_time(arcade):
    inside = crowd(arcade, "10:00 enter pads", 2)
    holder = [*arcade.came(9, {"18-plus": 2}), *arcade.told("9 10:03 rest 10:07 keeps pads 10:03")]
    assert minutes(arcade, "pads", "10:05", inside, holder) == pytest.approx(5 + 10 * HOLDER, abs=0.001)
    half = minutes(arcade, "pads", "10:05", inside, holder, compliance=0.5)
    assert half == pytest.approx(5 + 10 * HOLDER * 0.5, abs=0.001)


def test_who_holds_a_later_place_is_no_wait_for_who_holds_an_earlier_one(arcade):
    inside = crowd(arcade, "10:00 enter pads", 2)
    holder = [*arcade.came(9, {"18-plus": 2}), *arcade.told("9 10:03 rest 10:07 keeps pads 10:03")]
    assert minutes(arcade, "pads", "10:05", inside, holder, key="10:02") == 5
    assert minutes(arcade, "pads", "10:05", inside, holder, key="10:03") == 5  # its own place


# Learned turns


def test_after_sixty_turns_of_six_minutes_the_wait_follows(small):
    hall = small(small.atelier("pads", places=1, minutes=4))
    facts, planned = [], crowd(hall, "11:50 enter pads", 1, first=100)
    for number in range(1, 61):
        began, ended = divmod(number - 1, 60), divmod(number + 5, 60)
        facts += hall.came(number, ONE)
        facts += hall.scans(
            f"{number} {10 + began[0]}:{began[1]:02d} enter pads",
            f"{number} {10 + ended[0]}:{ended[1]:02d} leave pads",
        )
    before = minutes(hall, "pads", "11:51", planned)
    after = minutes(hall, "pads", "11:51", planned, facts)
    assert before == 3
    assert after == pytest.approx(5, abs=0.25)


# Where not all scans are made


def test_where_nobody_scans_who_leaves_a_turn_is_over_by_itself(small):
    hall = small(small.atelier("pads"), steps={"pads": {"pads": ("arrive", "enter")}})
    inside = crowd(hall, "10:00 enter pads", 2)
    assert minutes(hall, "pads", "10:04", inside) == 6
    assert minutes(hall, "pads", "10:10", inside) == 0


def test_where_only_entering_is_scanned_the_wait_is_for_who_is_inside_and_who_was_sent(small):
    hall = small(small.atelier("pads"), steps={"pads": {"pads": ("enter",)}})
    inside = crowd(hall, "10:00 enter pads", 2)
    assert minutes(hall, "pads", "10:04", inside) == 6
    sent = [*hall.came(9, {"18-plus": 2}), *hall.told("9 10:02 go pads 10:03")]
    assert minutes(hall, "pads", "10:04", inside, sent) == 16


def test_where_only_leaving_is_scanned_the_wait_is_for_who_was_sent(small):
    hall = small(small.atelier("pads"), steps={"pads": {"pads": ("leave",)}})
    assert minutes(hall, "pads", "10:04", crowd(hall, "10:02 leave pads", 2, 2)) == 0
    sent = [*hall.came(9, {"18-plus": 2}), *hall.told("9 10:02 go pads 10:03")]
    assert minutes(hall, "pads", "10:04", sent) == 10


def test_where_only_arriving_is_scanned_all_stand_in_the_queue(small):
    hall = small(small.atelier("pads"), steps={"pads": {"pads": ("arrive",)}})
    assert minutes(hall, "pads", "10:04", crowd(hall, "10:04 arrive pads", 2)) == 10
    assert minutes(hall, "pads", "10:04", crowd(hall, "10:04 arrive pads", 2, 2)) == 20


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
    assert minutes(race, "race", "10:00", takers=4) == 5


def test_too_few_wait_until_enough_have_come(race):
    assert minutes(race, "race", "10:00", takers=1) == 3 / ARRIVALS
    assert minutes(race, "race", "10:00", takers=3) == 5
    assert minutes(race, "race", "10:02", crowd(race, "10:00 arrive race", 1), takers=1) == 3


def test_the_hold_counts_from_the_first_who_waits(race):
    assert minutes(race, "race", "10:03", crowd(race, "10:00 arrive race", 5)) == 2


def test_a_batch_that_is_full_with_us_leaves_at_once(race):
    assert minutes(race, "race", "10:03", crowd(race, "10:00 arrive race", 7)) == 0


def test_behind_a_full_batch_there_is_the_next(race):
    assert minutes(race, "race", "10:03", crowd(race, "10:00 arrive race", 8)) == 10
    assert minutes(race, "race", "10:03", crowd(race, "10:00 arrive race", 8, 8)) == 20


def test_a_batch_waits_for_the_one_that_runs(race):
    running = crowd(race, "10:00 enter race", 8)
    assert minutes(race, "race", "10:04", running, takers=4) == 6
    assert minutes(race, "race", "10:04", running, takers=1) == 3 / ARRIVALS
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
    assert minutes(hall, "pads", "11:55", crowd(hall, f"{entered} enter pads", 2)) == shown


@pytest.mark.parametrize("status", ["paused", "closed"])
def test_a_paused_or_closed_atelier_has_no_wait(arcade, status):
    assert minutes(arcade, "pads", "10:00", [(arcade.at("09:59"), AtelierSet("pads", status))]) is None


def test_a_party_of_whom_nobody_is_of_an_age_has_no_wait(arcade):
    assert minutes(arcade, "pads", "10:00", takers=0) is None


# Whatever happens

kinds = st.sampled_from([Kind.CONTINUOUS, Kind.TABLE, Kind.BATCH])
sizes = st.lists(st.integers(1, 12), max_size=12)
clocks = st.builds("{:02d}:{:02d}".format, st.integers(9, 17), st.integers(0, 59))
patience = st.sampled_from([0.0, 0.5, 1.0, 3.0])


def of_kind(small, kind, places=6, hold=4):
    """An atelier "it" that serves its queue to the end."""
    return small(
        small.atelier(
            "it", kind, places, 7, min_fill=min(3, places), hold_minutes=hold, closing=Closing.DRAIN
        )
    )


@given(
    kind=kinds,
    inside=sizes,
    queue=sizes,
    takers=st.integers(1, 200),
    when=clocks,
    places=st.integers(1, 9),
    factor=patience,
)
def test_a_wait_is_never_negative_and_its_range_holds_it(
    small, kind, inside, queue, takers, when, places, factor
):
    hall = of_kind(small, kind, places)
    facts = [*crowd(hall, "09:55 enter it", *inside), *crowd(hall, "09:56 arrive it", *queue, first=50)]
    facts = [fact for fact in facts if fact[0] <= hall.at(when)]
    wait = minutes(hall, "it", when, facts, takers=takers, impatience=factor)
    if when >= "17:00":
        assert wait is None
    elif wait is not None:
        assert wait >= 0
        low, high = Wait(0, round(wait * 60_000), 0).range_minutes
        assert low <= wait < max(high, 1)


@given(
    kind=kinds,
    inside=sizes,
    queue=sizes,
    more=st.integers(1, 12),
    takers=st.integers(1, 12),
    hold=st.integers(0, 6),
    factor=patience,
)
def test_a_longer_queue_is_no_shorter_wait(small, kind, inside, queue, more, takers, hold, factor):
    """But a batch that one more party fills, or brings to its minimum, need not be held any longer."""
    hall = of_kind(small, kind, hold=hold)
    facts = [*crowd(hall, "10:00 enter it", *inside), *crowd(hall, "10:01 arrive it", *queue, first=50)]
    shorter = minutes(hall, "it", "10:05", facts, takers=takers, impatience=factor)
    last = crowd(hall, "10:02 arrive it", more, first=90)
    longer = minutes(hall, "it", "10:05", facts, last, takers=takers, impatience=factor)
    held = hold + 3 / ARRIVALS if kind is Kind.BATCH else 0
    assert longer is None or (shorter is not None and longer >= shorter - held)


@given(
    kind=kinds,
    inside=sizes,
    queue=sizes,
    more=st.integers(1, 12),
    place=st.integers(0, 12),
    takers=st.integers(1, 12),
)
def test_whoever_pushes_in_makes_no_wait_shorter(small, kind, inside, queue, more, place, takers):
    """As long as all are patient: who gives up for it may well have needed more time than who pushed in."""
    hall = of_kind(small, kind)
    facts = [*crowd(hall, "10:00 enter it", *inside), *crowd(hall, "10:01 arrive it", *queue, first=50)]
    pushes = [*hall.came(90, {"18-plus": more}, "09:59"), *hall.scans(f"90 10:01:{place:02d}.500 arrive it")]
    shorter = minutes(hall, "it", "10:05", facts, takers=takers)
    longer = minutes(hall, "it", "10:05", facts, pushes, takers=takers)
    held = 4 + 3 / ARRIVALS if kind is Kind.BATCH else 0
    assert longer is None or (shorter is not None and longer >= shorter - held)


@given(
    kind=kinds,
    inside=sizes,
    queue=sizes,
    takers=st.integers(1, 12),
    later=st.integers(1, 60),
    factor=patience,
)
def test_who_comes_later_does_not_start_sooner(small, kind, inside, queue, takers, later, factor):
    hall = of_kind(small, kind)
    facts = [*crowd(hall, "10:00 enter it", *inside), *crowd(hall, "10:01 arrive it", *queue, first=50)]
    for number in range(70, 74):
        facts += [
            *hall.came(number, {"18-plus": 2}),
            *hall.told(f"{number} 10:01 go it 10:{number % 60:02d}"),
        ]
    floor = replace(hall.floor("10:05", facts), impatience=factor)
    projection = Projection(hall.event, floor, floor.by_id["it"])
    now = projection.wait(floor.at_ms, takers)
    then = projection.wait(floor.at_ms + later * MINUTE_MS, takers)
    held_ms = round((4 + 3 / ARRIVALS) * MINUTE_MS) if kind is Kind.BATCH else 0
    assert then is None or (now is not None and then.start_ms >= now.start_ms - held_ms)


@given(
    kind=kinds,
    inside=sizes,
    queue=sizes,
    takers=st.integers(1, 12),
    minute=st.integers(0, 5),
    factor=patience,
)
def test_an_earlier_place_in_the_queue_is_no_longer_wait(small, kind, inside, queue, takers, minute, factor):
    hall = of_kind(small, kind)
    facts = [*crowd(hall, "10:00 enter it", *inside), *crowd(hall, "10:02 arrive it", *queue, first=50)]
    held = 4 + 3 / ARRIVALS if kind is Kind.BATCH else 0
    came = minutes(hall, "it", "10:05", facts, takers=takers, impatience=factor)
    kept = minutes(hall, "it", "10:05", facts, takers=takers, impatience=factor, key=f"10:0{minute}")
    assert came is None or (kept is not None and kept <= came + held)


@given(
    kind=kinds, inside=sizes, queue=sizes, asked=st.lists(st.tuples(st.integers(0, 60), st.integers(1, 9)))
)
def test_a_projection_asked_many_times_answers_as_one_asked_once(small, kind, inside, queue, asked):
    hall = of_kind(small, kind)
    facts = [*crowd(hall, "10:00 enter it", *inside), *crowd(hall, "10:01 arrive it", *queue, first=50)]
    for number in range(70, 74):
        facts += [
            *hall.came(number, {"18-plus": 2}),
            *hall.told(f"{number} 10:01 go it 10:{number % 60:02d}"),
        ]
    floor = hall.floor("10:05", facts)
    projection = Projection(hall.event, floor, floor.by_id["it"])
    for later, takers in asked:
        at_ms = floor.at_ms + later * MINUTE_MS
        once = expected(hall.event, floor, floor.by_id["it"], at_ms, takers)
        assert projection.wait(at_ms, takers) == once
        assert projection.drained_ms() == Projection(hall.event, floor, floor.by_id["it"]).drained_ms()


@given(seats=st.lists(st.integers(1, 4), max_size=6), takers=st.integers(1, 4))
def test_a_longer_queue_for_a_session_is_no_shorter_wait(talk, seats, takers):
    waits = [
        minutes(talk, "talk", "10:10", crowd(talk, "10:00 arrive talk", *seats[:n]), takers=takers)
        for n in range(len(seats) + 1)
    ]
    assert waits == sorted(waits, key=lambda wait: (wait is None, wait or 0))


@given(takers=st.integers(1, 200), queue=st.integers(0, 3))
def test_a_class_bigger_than_the_room_takes_all_of_a_session(talk, takers, queue):
    wait = minutes(talk, "talk", "10:10", crowd(talk, "10:00 arrive talk", *[1] * queue), takers=takers)
    assert wait == (20 if min(takers, 4) + queue <= 4 else 65)
