"""Places as they come free, whatever the kind of atelier."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.rules.event import MINUTE_MS, Kind
from kiosk.rules.floor import AtelierFloor, Count, Present, Status
from kiosk.rules.learned import ARRIVALS
from kiosk.rules.places import PLACES, SPARE

NOW = 100 * MINUTE_MS
TURN = 10 * MINUTE_MS

kinds = st.sampled_from(sorted(PLACES))
comers = st.lists(st.tuples(st.integers(-30, 30), st.integers(1, 30), st.floats(0.01, 1)), max_size=12)


def here(small, kind, places=4, inside=(), **more):
    """An atelier with ten-minute turns, and parties of some size inside since so many minutes before NOW."""
    atelier = small.atelier("it", kind, places, 10, **more)
    presents = tuple(
        Present(None, NOW - round(since * MINUTE_MS), takers, False, NOW - round(since * MINUTE_MS))
        for since, takers in inside
    )
    return AtelierFloor(atelier, Status.OPEN, (), presents, (), (), Count(), Count(), TURN, 0, 0)


def at(minutes):
    return NOW + minutes * MINUTE_MS


def turn(places, takers=1, minutes=0):
    """Begin and end of a turn, in minutes from NOW."""
    return tuple((moment - NOW) / MINUTE_MS for moment in places.turn(at(minutes), takers))


def made(floor):
    return PLACES[floor.atelier.kind](floor, NOW)


# By hand


@pytest.mark.parametrize("kind", sorted(PLACES))
def test_an_empty_atelier_takes_who_comes_at_once(small, kind):
    assert turn(made(here(small, kind))) == (0, 10)
    assert made(here(small, kind)).empty_ms() == NOW


def test_a_party_larger_than_the_places_takes_turns_at_them(small):
    assert turn(made(here(small, Kind.CONTINUOUS)), 4) == (0, 10)
    assert turn(made(here(small, Kind.CONTINUOUS)), 5) == (0, 20)
    assert turn(made(here(small, Kind.CONTINUOUS)), 24) == (0, 60)


@pytest.mark.parametrize("kind", [Kind.TABLE, Kind.BATCH])
def test_a_class_is_taken_as_if_it_filled_the_room(small, kind):
    assert turn(made(here(small, kind)), 24) == turn(made(here(small, kind)), 4) == (0, 10)
    assert turn(made(here(small, kind, inside=[(3, 24)])), 24) == (7, 17)


def test_half_a_party_holds_places_for_half_a_turn(small):
    places = made(here(small, Kind.CONTINUOUS, places=2))
    places.seat(NOW, 2, 0.5)
    assert turn(places) == (5, 15)
    assert places.empty_ms() == at(5)


def test_half_a_party_holds_half_of_its_seats(small):
    places = made(here(small, Kind.TABLE, places=2))
    places.seat(NOW, 2, 0.5)
    assert turn(places) == (0, 10)
    assert turn(places, 2) == (10, 20)
    assert places.empty_ms() == at(10)


def test_a_seat_is_free_once_the_turn_on_it_is_over(small):
    inside = [(6, 1), (2, 2)]
    assert turn(made(here(small, Kind.CONTINUOUS, 3, inside))) == (4, 14)
    assert turn(made(here(small, Kind.TABLE, 3, inside)), 2) == (8, 18)
    assert turn(made(here(small, Kind.BATCH, 3, inside))) == (8, 18)


def test_a_batch_is_full_by_halves_of_parties_too(small):
    places = made(here(small, Kind.BATCH, hold_minutes=8, min_fill=2))
    places.seat(NOW, 4, 0.5)
    assert turn(places, 1) == (8, 18)
    assert turn(places, 2) == (0, 10)


def test_a_batch_of_too_few_leaves_when_enough_are_likely_to_have_come(small):
    places = made(replace(here(small, Kind.BATCH, min_fill=3), opens_ms=NOW))
    begins, ends = turn(places, 1)
    assert begins == pytest.approx((2 + SPARE) / ARRIVALS)
    assert ends == begins + 10


def waiting(small, *sizes, minutes=20, came=(), **more):
    """Parties of these sizes wait at a batch of eight that begins with four; so many `came` a minute, with the doors
    open for half an hour.
    """
    since_ms = at(-minutes)
    queue = tuple(Present(None, since_ms + n, size, False, since_ms + n) for n, size in enumerate(sizes))
    arrivals = tuple((at(-minute), people) for minute, people in came)
    floor = here(small, Kind.BATCH, 8, min_fill=4, hold_minutes=5, **more)
    return replace(floor, queue=queue, arrivals=arrivals, opens_ms=at(-30))


def seated(floor, share=1.0):
    places = made(floor)
    for present in floor.queue:
        places.seat(present.since_ms, present.takers, share)
    return places


def test_who_is_missing_comes_from_now_on_however_long_the_first_has_waited(small):
    for minutes in (6, 20, 100):
        lone = turn(seated(waiting(small, 1, minutes=minutes)))[0]
        assert lone == turn(seated(waiting(small, 1)))[0] >= 2 / ARRIVALS


def test_each_who_joins_a_batch_that_lacks_people_shortens_the_wait_until_enough_are_there(small):
    waits = [turn(seated(waiting(small, *[1] * many)))[0] for many in range(8)]
    assert waits[0] > waits[1] > waits[2] > waits[3] == 0
    assert waits[3:] == [0] * 5


def test_who_is_missing_comes_as_fast_as_others_came_lately(small):
    many, few, none = (
        turn(seated(waiting(small, 1, came=came)))[0]
        for came in ([(minute, 2) for minute in range(29)], [(20, 1)], [(31, 9), (45, 9)])
    )
    assert 1 < many < 2 / ARRIVALS < few < none
    before = waiting(small, 1, came=[(20, 30)])
    assert turn(seated(replace(before, opens_ms=at(-10))))[0] > turn(seated(before))[0], (
        "the doors were closed"
    )


def test_who_stands_in_the_queue_is_not_missing_for_those_before_it(small):
    """The first of four who are enough has its turn at once, in its place in the queue as for whoever comes now."""
    four = waiting(small, 1, 1, 1, 1)
    first = four.queue[0]
    assert made(four).turn(first.since_ms, 1)[0] == NOW
    lone = waiting(small, 1)
    assert made(lone).turn(first.since_ms, 1)[0] == turn(made(waiting(small)))[0] * MINUTE_MS + NOW


def test_when_nobody_else_joins_a_batch_does_not_wait_for_more(small):
    places = made(here(small, Kind.BATCH, hold_minutes=8, min_fill=4))
    places.seat(NOW, 1, 1.0)
    assert places.empty_ms() > at(10)
    places.close()
    assert places.empty_ms() == at(10)


# Whatever happens


@given(kind=kinds, inside=comers, queue=comers, takers=st.integers(1, 200), places=st.integers(1, 9))
def test_nobody_is_seated_before_coming_or_leaves_before_a_turn_is_over(
    small, kind, inside, queue, takers, places
):
    floor = here(small, kind, places, [(abs(since), size) for since, size, _ in inside], hold_minutes=3)
    played = made(floor)
    for since, size, share in sorted(queue):
        played.seat(at(since), size, share)
        begins, ends = turn(played, takers)
        assert begins >= 0
        assert ends >= begins + 10 - 1e-6
        assert played.empty_ms() >= NOW


@given(kind=kinds, inside=comers, queue=comers, takers=st.integers(1, 30), later=st.integers(0, 60))
def test_asking_changes_nothing_and_a_copy_is_apart(small, kind, inside, queue, takers, later):
    floor = here(small, kind, 4, [(abs(since), size) for since, size, _ in inside], hold_minutes=3)
    played = made(floor)
    for since, size, share in sorted(queue):
        played.seat(at(since), size, share)
    before = played.turn(at(later), takers), played.empty_ms()
    twin = played.copy()
    twin.seat(at(later), 3, 1.0)
    twin.close()
    assert (played.turn(at(later), takers), played.empty_ms()) == before
    assert type(twin) is type(played)


@given(
    queue=st.lists(st.tuples(st.integers(0, 60), st.integers(1, 9)), max_size=6),
    came=st.lists(st.tuples(st.integers(0, 40), st.integers(1, 9)), max_size=6),
    more=st.integers(1, 4),
    later=st.integers(0, 30),
    least=st.integers(1, 8),
    share=st.floats(0.5, 1),
)
def test_a_batch_is_not_told_to_begin_before_now_and_no_sooner_where_more_are_missing(
    small, queue, came, more, later, least, share
):
    presents = tuple(Present(None, at(-since), size, False, at(-since)) for since, size in queue)
    floor = replace(
        here(small, Kind.BATCH, 8, min_fill=least),
        queue=tuple(sorted(presents, key=lambda each: each.since_ms)),
        arrivals=tuple((at(-minute), people) for minute, people in came),
        opens_ms=at(-60),
    )
    begins, ends = turn(seated(floor, share), minutes=later)
    assert begins >= later and ends == pytest.approx(begins + 10)
    needs = replace(floor, atelier=replace(floor.atelier, min_fill=min(8, least + more)))
    now = turn(seated(floor, share))[0]
    assert turn(seated(needs, share))[0] >= now
    if sum(size for _, size in queue) + 1 < least:
        assert now > 0


@given(kind=st.sampled_from([Kind.CONTINUOUS, Kind.TABLE]), queue=comers, takers=st.integers(1, 30))
def test_a_larger_party_ends_no_sooner(small, kind, queue, takers):
    played = made(here(small, kind))
    for since, size, share in sorted(queue):
        played.seat(at(since), size, share)
    assert turn(played, takers + 1)[1] >= turn(played, takers)[1]


@given(inside=comers, kind=kinds)
def test_who_is_inside_in_whatever_order_holds_the_same_places(small, inside, kind):
    sizes = [(abs(since) + place / 100, size) for place, (since, size, _) in enumerate(inside)]
    one, other = here(small, kind, 4, sizes), here(small, kind, 4, sizes[::-1])
    assert turn(made(one), 3) == turn(made(other), 3)
    assert made(one).empty_ms() == made(replace(other, queue=())).empty_ms()
