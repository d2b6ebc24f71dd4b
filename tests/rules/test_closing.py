"""When a queue has to be closed: by hand, and what holds whatever happens."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.rules.closing import DRAIN_MINUTES, by_ms, drain, last_call
from kiosk.rules.event import MINUTE_MS, Closing, Kind
from kiosk.rules.places import OVERDUE_SHARE


def call(hall, when, *facts, atelier="pads"):
    shown = hall.simple_floor(when, *facts)
    return last_call(hall.event, shown, shown.by_id[atelier])


def drained(hall, when, *facts, atelier="pads"):
    shown = hall.simple_floor(when, *facts)
    return drain(hall.event, shown, shown.by_id[atelier])


def pads(small, closing=Closing.STOP, **more):
    """Two places, ten minutes each."""
    return small(small.atelier("pads", closing=closing, **more))


# When a queue is done


def test_an_empty_atelier_is_done_now(small):
    hall = pads(small)
    assert drained(hall, "10:05").end_ms == hall.at("10:05")


def test_who_is_inside_and_who_queues_are_served_one_after_another(small):
    hall = pads(small)
    inside = hall.crowd("10:00 enter pads", 2)
    assert drained(hall, "10:05", inside).end_ms == hall.at("10:10")
    assert drained(hall, "10:05", inside, hall.crowd("10:01 arrive pads", 1, first=5)).end_ms == hall.at(
        "10:20"
    )
    assert drained(hall, "10:05", inside, hall.crowd("10:01 arrive pads", 5, first=5)).end_ms == hall.at(
        "10:40"
    )


def test_who_is_overdue_is_nearly_out(small):
    hall = pads(small)
    end_ms = drained(hall, "10:20", hall.crowd("10:00 enter pads", 1)).end_ms
    assert end_ms - hall.at("10:20") == 10 * OVERDUE_SHARE * MINUTE_MS


def test_a_table_and_a_batch_are_served_by_the_roomful(small):
    for kind in (Kind.TABLE, Kind.BATCH):
        hall = small(small.atelier("it", kind, 4, 10, hold_minutes=8, min_fill=3))
        waiting = hall.crowd("10:01 arrive it", 4, 1)
        assert drained(hall, "10:05", waiting, atelier="it").end_ms == hall.at("10:25")


def test_who_waits_for_the_doors_is_served_from_then_on(small):
    hall = pads(small)
    assert drained(hall, "13:40", hall.crowd("13:20 arrive pads", 4)).end_ms == hall.at("14:20")


def test_who_is_on_the_way_is_not_waited_for(small):
    hall = pads(small)
    sent = [*hall.came(9, {"18-plus": 2}), *hall.told("9 10:04 go pads 10:06")]
    assert drained(hall, "10:05", sent).end_ms == hall.at("10:05")


def test_once_the_day_is_over_there_is_no_queue_to_be_served(small):
    hall = pads(small)
    with pytest.raises(ValueError, match="day is over"):
        drained(hall, "17:00")
    assert call(hall, "17:00") is None


# The last call


@pytest.mark.parametrize("closing, by", [(Closing.STOP, 0), (Closing.DRAIN, DRAIN_MINUTES)])
def test_the_last_turn_is_over_by_closing_or_a_while_after_it_where_the_queue_is_served(small, closing, by):
    hall = pads(small, closing)
    shown = hall.simple_floor("10:00")
    window = hall.event.windows[0]
    assert by_ms(hall.event, shown.by_id["pads"], window) == hall.at("12:00") + by * MINUTE_MS


def test_an_atelier_that_nobody_comes_to_takes_people_until_one_turn_is_left(small):
    hall = pads(small)
    assert call(hall, "10:00").at_ms == hall.at("11:50")
    assert call(hall, "14:00").at_ms == hall.at("16:50")


def test_a_queue_that_will_not_be_served_in_time_is_late_already(small):
    hall = pads(small)
    late = call(hall, "11:40", hall.crowd("11:30 enter pads", 2), hall.crowd("11:31 arrive pads", 8, first=5))
    assert late.drain.end_ms == hall.at("12:20")
    assert late.at_ms < hall.at("11:40")


def test_between_the_sessions_no_queue_is_called_closed(small):
    assert call(pads(small), "13:00") is None
    assert call(pads(small), "09:00") is None


def test_what_ends_by_its_timetable_has_no_last_call(hall):
    assert call(hall, "10:00", atelier="talk") is None


# Whatever happens

sizes = st.lists(st.integers(1, 12), max_size=10)
kinds = st.sampled_from([Kind.CONTINUOUS, Kind.TABLE, Kind.BATCH])
closings = st.sampled_from(list(Closing))


@given(
    kind=kinds,
    inside=sizes,
    queue=sizes,
    places=st.integers(1, 9),
    when=st.integers(10, 119),
    closing=closings,
    factor=st.sampled_from([0.0, 1.0, 3.0]),
)
def test_a_last_call_is_within_its_interval_and_no_turn_begins_too_late(
    small, kind, inside, queue, places, when, closing, factor
):
    hall = small(small.atelier("it", kind, places, 7, min_fill=2, hold_minutes=4, closing=closing))
    facts = [*hall.crowd("10:00 enter it", *inside), *hall.crowd("10:01 arrive it", *queue, first=50)]
    shown = replace(hall.floor(f"{10 + when // 60}:{when % 60:02d}", facts), impatience=factor)
    told = last_call(hall.event, shown, shown.by_id["it"])
    assert told.low_ms <= told.at_ms <= told.high_ms
    assert told.at_ms <= told.by_ms - 7 * MINUTE_MS
    assert shown.at_ms <= told.drain.low_ms <= told.drain.end_ms <= told.drain.high_ms
    assert (told.at_ms < shown.at_ms) <= (told.drain.end_ms + 7 * MINUTE_MS > told.by_ms)


@given(kind=kinds, inside=sizes, queue=sizes, more=st.integers(1, 12))
def test_one_more_in_the_queue_is_done_no_sooner(small, kind, inside, queue, more):
    hall = small(small.atelier("it", kind, 6, 7, min_fill=2, hold_minutes=4))
    facts = [*hall.crowd("10:00 enter it", *inside), *hall.crowd("10:01 arrive it", *queue, first=50)]
    last = hall.crowd("10:02 arrive it", more, first=90)
    fewer = drained(hall, "10:05", facts, atelier="it")
    assert drained(hall, "10:05", facts, last, atelier="it").end_ms >= fewer.end_ms


@given(queue=sizes, more=st.integers(1, 12))
def test_the_longer_the_queue_the_earlier_the_last_call(small, queue, more):
    hall = pads(small)
    facts = hall.crowd("10:01 arrive pads", *queue, first=50)
    fewer, longer = (
        call(hall, "10:05", facts, then) for then in ([], hall.crowd("10:02 arrive pads", more, first=90))
    )
    assert longer.at_ms <= fewer.at_ms
