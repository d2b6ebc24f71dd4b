"""What holds for every piece of advice, whatever the event, the floor and the party are like."""

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.rules.event import Closing, Kind
from kiosk.rules.facts import END, GO, REST, AtelierSet
from kiosk.rules.floor import Status
from kiosk.rules.guest import Kept
from kiosk.rules.party import Group, takers
from kiosk.rules.routes import Wanderer, advise
from kiosk.rules.waits import expected


def random_hall(small, seed):
    """Up to forty ateliers, and a floor with people everywhere, some of them told something."""
    chance = random.Random(seed)
    ateliers = [
        small.atelier(
            f"a{number}",
            kind := chance.choice(list(Kind)),
            places=chance.choice((1, 2, 8, 40)),
            minutes=chance.choice((1, 4, 15, 45)),
            min_age=chance.choice((0, 0, 6, 18)),
            closing=Closing.STOP if kind is Kind.SESSION else chance.choice(list(Closing)),
            room=f"room {chance.randrange(5)}",
            returns=chance.random() < 0.2,
            min_fill=chance.choice((1, 4)),
            hold_minutes=chance.choice((0, 6)),
            times=("09:00", "10:30", "11:45", "14:30", "16:40") if kind is Kind.SESSION else (),
        )
        for number in range(chance.choice((0, 1, 2, 7, 40)))
    ]
    steps = {
        each.id: {each.id: chance.choice((("arrive",), ("enter",), ("leave",), ("arrive", "enter", "leave")))}
        for each in ateliers
    }
    hall = small(*ateliers, steps=steps, windows=chance.choice((WINDOWS, WINDOWS[:1], (("08:00", "23:00"),))))
    ids = [each.id for each in ateliers] or ["none"]
    facts = []
    for number in range(1, chance.choice((1, 5, 40))):
        facts += hall.came(number, {chance.choice(("0-5", "6-11", "18-plus")): chance.randint(1, 6)}, "10:00")
        hour, minute = chance.choice((10, 11, 13, 14, 16)), chance.randrange(60)
        kind = chance.choice(("arrive", "enter", "leave"))
        facts += hall.scans(f"{number} {hour}:{minute:02d} {kind} {chance.choice(ids)}")
        if chance.random() < 0.5:
            keeps = f" keeps {chance.choice(ids)} {hour}:{minute:02d}" if chance.random() < 0.5 else ""
            sent = f"{number} {hour}:{minute:02d} go {chance.choice(ids)} {hour}:59{keeps}"
            facts += hall.told(sent)
    closed = chance.choice((0.0, 0.3, 1.0))  # none of them, some, all
    facts += [
        (hall.at("09:00"), AtelierSet(id, chance.choice(("paused", "closed", "open"))))
        for id in ids
        if chance.random() < closed
    ]
    return hall, facts


WINDOWS = (("10:00", "12:00"), ("14:00", "17:00"))
ids = st.integers(0, 45).map("a{}".format)  # more than there are
groups = st.builds(
    Group, st.sampled_from(["0-5", "6-11", "18-plus", "unknown"]), st.just("x"), st.integers(1, 40)
)
moments = st.one_of(
    st.builds("{:02d}:{:02d}".format, st.integers(8, 17), st.integers(0, 59)),
    st.sampled_from(
        ["09:59", "10:00", "11:58", "11:59", "12:00", "13:20", "13:59", "16:59", "17:00", "23:00"]
    ),
)


@st.composite
def wanderers(draw, hall):
    kept = draw(st.none() | st.builds(Kept, ids, moments.map(hall.at)))
    return Wanderer(
        people=tuple(draw(st.lists(groups, max_size=3))),
        wishes=tuple(draw(st.lists(ids, max_size=5))),
        visited=draw(st.frozensets(ids, max_size=8)),
        room=draw(st.none() | st.sampled_from(["room 0", "room 1", "elsewhere"])),
        came_ms=draw(st.none() | moments.map(hall.at)),
        refused=draw(st.frozensets(ids, max_size=4)),
        kept=kept,
        badge=draw(st.sampled_from(["", hall.badge(1), hall.badge(2)])),
    )


@settings(max_examples=200)
@given(data=st.data(), seed=st.integers(0, 10**6), when=moments, later=st.integers(0, 90))
def test_whatever_is_advised_can_be_done(small, data, seed, when, later):
    hall, facts = random_hall(small, seed)
    event = hall.event
    floor = hall.floor(when, facts)
    party = data.draw(wanderers(hall))
    from_ms = floor.at_ms + later * 60_000
    told = advise(event, floor, party, from_ms)
    assert told == advise(event, hall.floor(when, facts[::-1]), party, from_ms)

    window = event.window_at(floor.at_ms)
    assert len({stop.atelier for stop in told.stops}) == len(told.stops)
    at_ms = from_ms
    for place, stop in enumerate(told.stops):
        here = floor.by_id[stop.atelier]
        atelier = here.atelier
        assert here.status is Status.OPEN
        assert takers(event, atelier, party.people) > 0
        assert atelier.id not in party.visited or (atelier.returns and place == 0)
        assert max(at_ms, window.opens_ms) <= stop.at_ms < window.closes_ms
        assert stop.wait_minutes >= 0
        start_ms = stop.at_ms + stop.wait_minutes * 60_000
        assert atelier.closing is Closing.DRAIN or start_ms <= window.closes_ms + 30_000  # to the minute
        if atelier.kind is Kind.SESSION:
            assert any(abs(start - start_ms) <= 30_000 for start in atelier.times_ms)
        at_ms = stop.at_ms

    if told.verb == GO:
        assert told.next.atelier not in party.refused
        assert told.at_ms == told.next.at_ms
    elif told.verb == REST:
        assert told.at_ms > from_ms
        waits_there = (
            told.kept is not None and told.next is not None and told.kept.atelier == told.next.atelier
        )
        assert waits_there or told.reason == "nothing-now"
    else:
        assert (told.verb, told.stops) == (END, ())
    assert bool(told.stops) == (told.reason not in ("nothing-now", "nothing-left"))
    if party.kept is None and told.kept is not None:
        assert floor.by_id[told.kept.atelier].status is Status.OPEN
        assert floor.by_id[told.kept.atelier].atelier.kind is not Kind.SESSION


@settings(max_examples=100)
@given(data=st.data(), seed=st.integers(0, 10**6), when=moments)
def test_it_is_over_only_when_nothing_fits(small, data, seed, when):
    hall, facts = random_hall(small, seed)
    floor = hall.floor(when, facts)
    party = data.draw(wanderers(hall))
    told = advise(hall.event, floor, party, floor.at_ms)
    if told.verb != END:
        return
    for here in floor.ateliers:
        there_ms = floor.at_ms + hall.event.walk_ms(party.room, here.atelier.room)
        size = takers(hall.event, here.atelier, party.people)
        fresh = here.atelier.id not in party.visited or here.atelier.returns
        if fresh and here.atelier.id not in party.refused:
            assert expected(hall.event, floor, here, there_ms, size, but=party.badge) is None


@settings(max_examples=50)
@given(seed=st.integers(0, 10**6), when=moments, order=st.randoms(use_true_random=False))
def test_the_same_facts_in_any_order_give_the_same_advice(small, seed, when, order):
    hall, facts = random_hall(small, seed)
    shuffled = list(facts)
    order.shuffle(shuffled)
    party = Wanderer((Group("18-plus", "x", 2), Group("6-11", "x", 1)), ("a1", "a3"))
    one, other = (hall.floor(when, told) for told in (facts, shuffled))
    assert advise(hall.event, one, party, one.at_ms) == advise(hall.event, other, party, other.at_ms)
