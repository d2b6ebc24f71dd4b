"""What holds for every wait, whatever the atelier, the queue and the people in it are like."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from kiosk.rules.event import MINUTE_MS, Closing, Kind
from kiosk.rules.learned import ARRIVALS
from kiosk.rules.waits import Projection, Wait, expected

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
    facts = [*hall.crowd("09:55 enter it", *inside), *hall.crowd("09:56 arrive it", *queue, first=50)]
    facts = [fact for fact in facts if fact[0] <= hall.at(when)]
    wait = hall.minutes("it", when, facts, takers=takers, impatience=factor)
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
    facts = [*hall.crowd("10:00 enter it", *inside), *hall.crowd("10:01 arrive it", *queue, first=50)]
    shorter = hall.minutes("it", "10:05", facts, takers=takers, impatience=factor)
    last = hall.crowd("10:02 arrive it", more, first=90)
    longer = hall.minutes("it", "10:05", facts, last, takers=takers, impatience=factor)
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
    facts = [*hall.crowd("10:00 enter it", *inside), *hall.crowd("10:01 arrive it", *queue, first=50)]
    pushes = [*hall.came(90, {"18-plus": more}, "09:59"), *hall.scans(f"90 10:01:{place:02d}.500 arrive it")]
    shorter = hall.minutes("it", "10:05", facts, takers=takers)
    longer = hall.minutes("it", "10:05", facts, pushes, takers=takers)
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
    facts = [*hall.crowd("10:00 enter it", *inside), *hall.crowd("10:01 arrive it", *queue, first=50)]
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
    facts = [*hall.crowd("10:00 enter it", *inside), *hall.crowd("10:02 arrive it", *queue, first=50)]
    held = 4 + 3 / ARRIVALS if kind is Kind.BATCH else 0
    came = hall.minutes("it", "10:05", facts, takers=takers, impatience=factor)
    kept = hall.minutes("it", "10:05", facts, takers=takers, impatience=factor, key=f"10:0{minute}")
    assert came is None or (kept is not None and kept <= came + held)


@given(
    kind=kinds, inside=sizes, queue=sizes, asked=st.lists(st.tuples(st.integers(0, 60), st.integers(1, 9)))
)
def test_a_projection_asked_many_times_answers_as_one_asked_once(small, kind, inside, queue, asked):
    hall = of_kind(small, kind)
    facts = [*hall.crowd("10:00 enter it", *inside), *hall.crowd("10:01 arrive it", *queue, first=50)]
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
