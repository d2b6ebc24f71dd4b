"""What the wait will be in half an hour, and when nothing is said of it."""

import pytest

from kiosk.bench.outlook import Task, day, figures
from kiosk.rules.facts import AtelierSet, QueueEnds
from kiosk.rules.outlook import outlooks


def foreseen(hall, when, place, *facts):
    view = hall.view([fact for each in facts for fact in each])
    return outlooks(view, view.floor(hall.at(when)))[place]


def arrivals(hall, place, from_minute, many, first=1):
    """One person every minute, who queues and is not let in."""
    facts = []
    for at in range(many):
        facts += hall.came(first + at, {"18-plus": 1}, "09:55")
        facts += hall.scans(f"{first + at} 10:{from_minute + at:02d} arrive {place}")
    return facts


def test_where_nobody_comes_there_will_be_no_long_wait(hall):
    told = foreseen(hall, "10:30", "vr")
    assert told.minutes == 0
    assert told.range_minutes == (0, 5)
    assert told.at_ms == hall.at("11:00")


def test_a_queue_that_grows_will_be_longer_and_is_told_as_a_range(hall):
    calm = foreseen(hall, "10:30", "arts", arrivals(hall, "arts", 20, 5))
    busy = foreseen(hall, "10:30", "vr", arrivals(hall, "vr", 2, 25))
    assert busy.minutes > calm.minutes
    low, high = busy.range_minutes
    assert low < busy.minutes < high and high - low >= 10


def test_the_more_came_lately_the_longer_it_will_be(hall):
    """The same queue now, come slowly or at once."""
    slowly = arrivals(hall, "vr", 0, 1) + arrivals(hall, "vr", 25, 9, first=2)
    fast = slowly + [
        fact
        for party in range(20, 30)
        for fact in hall.came(party, {"18-plus": 1}, "09:55")
        + hall.scans(f"{party} 10:20 arrive vr", f"{party} 10:21 enter vr", f"{party} 10:25 leave vr")
    ]
    assert foreseen(hall, "10:35", "vr", fast).minutes > foreseen(hall, "10:35", "vr", slowly).minutes


def test_before_anybody_knows_how_many_come_nothing_is_said(hall):
    told = foreseen(hall, "10:05", "vr", arrivals(hall, "vr", 1, 3))
    assert (told.minutes, told.range_minutes, told.over) == (None, None, False)


def test_of_a_pause_nobody_knows_the_end(hall):
    told = foreseen(hall, "10:40", "vr", [(hall.at("10:35"), AtelierSet("vr", "paused"))])
    assert (told.minutes, told.over) == (None, False)


@pytest.mark.parametrize(
    ("when", "place", "fact"),
    [
        ("10:40", "vr", AtelierSet("vr", "closed")),
        ("11:40", "vr", AtelierSet("arts", "open")),
        ("16:40", "talk", AtelierSet("arts", "open")),
        ("18:00", "vr", AtelierSet("arts", "open")),
    ],
)
def test_what_is_over_by_then_is_told_to_be_over(hall, when, place, fact):
    told = foreseen(hall, when, place, [(hall.at("10:35"), fact)])
    assert told.over and told.minutes is None


def test_a_queue_that_will_be_closed_by_then_is_over(hall):
    ends = [(hall.at("10:35"), QueueEnds("vr", hall.at("11:05")))]
    assert foreseen(hall, "10:40", "vr", ends).over
    assert not foreseen(hall, "10:30", "vr", ends).over


def test_a_session_is_awaited_by_its_timetable(hall):
    told = foreseen(hall, "10:20", "talk")
    assert told.minutes == 25 and told.session_ms == hall.at("11:15")  # of who comes at 10:50


@pytest.mark.parametrize("scenario", ["roubaix", "saturated"])
def test_on_played_days_the_range_holds_seven_times_in_ten(scenario):
    told = figures(scenario, [each for seed in (21_000, 21_001) for each in day(Task(scenario, seed))])
    assert told["within_range"] >= 0.7
    assert abs(told["bias_minutes"]) <= 4
    assert told["mae_minutes"] < told["naive_minutes"]
