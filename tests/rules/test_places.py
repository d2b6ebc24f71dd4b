"""Places as they come free, whatever the kind of atelier."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.rules.event import MINUTE_MS, Kind
from kiosk.rules.floor import AtelierFloor, Count, Present, Status
from kiosk.rules.places import ARRIVALS, PLACES

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
    places = made(here(small, Kind.BATCH, min_fill=3))
    begins, ends = turn(places, 1)
    assert begins == pytest.approx(2 / ARRIVALS)
    assert ends == begins + 10


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
