"""The booths by themselves: each kind against a queue worked out by hand, and places against Erlang's formula."""

from dataclasses import dataclass, field
from datetime import date
from math import factorial
from random import Random

import pytest
import simpy

from firmware.wire.passage import ENTER, LEAVE
from kiosk.rules.event import MINUTE_MS, AgeBand, Atelier, Closing, Event, Kind, Window
from kiosk.twin.booths import KINDS, READY_MS
from kiosk.twin.scenario import Habits

ON_TIME = Habits(pace=(1, 1), pace_each=(1, 1))
READY = READY_MS / MINUTE_MS


class Exponential(Random):
    """Turns of an exponential length with the planned mean; a range of one value is that value."""

    def uniform(self, low, high):
        return low if low == high else self.expovariate(1.0)


def atelier(kind, places, minutes, times=(), **more):
    starts = tuple(minute * MINUTE_MS for minute in times)
    return Atelier("one", {"fr": "Un"}, "cube", "Salle", kind, places, minutes, times_ms=starts, **more)


def event(planned, closes=120, hours=()):
    windows = hours or ((0, closes),)
    return Event(
        id="essai",
        name="Essai",
        organiser="",
        day=date(2025, 3, 8),
        timezone="Europe/Paris",
        windows=tuple(Window(opens * MINUTE_MS, closes * MINUTE_MS) for opens, closes in windows),
        languages=("fr",),
        bands=(AgeBand("tous", {"fr": "Tous"}, 0, 120),),
        ateliers=(planned,),
        stations=(),
    )


@dataclass
class Afternoon:
    """Parties come to one booth. `told`: for each its minutes of turn and end; None where there was none."""

    planned: Atelier
    closes: int = 120
    habits: Habits = ON_TIME
    chance: Random = field(default_factory=lambda: Random(1))

    def __post_init__(self):
        self.env = simpy.Environment(0)
        self.told = {}
        self.scans = []
        self.booth = KINDS[self.planned.kind](
            self.env, event(self.planned, self.closes), self.planned, self._scan, self.chance, self.habits
        )

    def _scan(self, visit, step):
        self.scans.append((self.env.now / MINUTE_MS, visit.party, step))

    def comes(self, party, minute, people=1, key=None, patience=None):
        self.env.process(self._come(party, minute, people, minute if key is None else key, patience))
        return self

    def _come(self, party, minute, people, key, patience):
        yield self.env.timeout(round(minute * MINUTE_MS) - self.env.now)
        visit = self.booth.join(party, people, round(key * MINUTE_MS))
        if patience is None:
            yield visit.turn
        else:
            yield visit.turn | self.env.timeout(patience * MINUTE_MS)
        if not visit.turn.triggered:
            self.booth.give_up(visit)
            self.told[party] = (None, self.env.now / MINUTE_MS)
            return
        began = self.env.now / MINUTE_MS if visit.turn.value else None
        if visit.turn.value:
            yield visit.over
        self.told[party] = (began, self.env.now / MINUTE_MS)

    def run(self):
        self.env.run()
        return self.told


# CONTINUOUS: each person takes a place for a turn


def test_persons_take_the_places_one_after_the_other():
    """Two places, ten minutes: three of one family, so that the third begins when the first is done."""
    told = Afternoon(atelier(Kind.CONTINUOUS, 2, 10)).comes(1, 0, 3).comes(2, 1, 1).run()
    assert told[1] == (READY, READY + 20)
    assert told[2] == (READY + 10, READY + 20)  # the place that the family left free


def test_who_looks_on_keeps_the_place_of_nobody():
    told = Afternoon(atelier(Kind.CONTINUOUS, 2, 10)).comes(1, 0, 1).comes(2, 0, 1).comes(3, 5, 2).run()
    assert told == {1: (READY, READY + 10), 2: (READY, READY + 10), 3: (READY + 10, READY + 20)}


def test_a_class_larger_than_all_places_goes_through_them_in_rounds():
    told = Afternoon(atelier(Kind.CONTINUOUS, 4, 5)).comes(1, 0, 24).run()
    assert told == {1: (READY, READY + 6 * 5)}


# TABLE: all of a party at once


def test_a_party_sits_down_together_and_the_first_in_the_queue_is_not_passed_over():
    told = Afternoon(atelier(Kind.TABLE, 6, 15)).comes(1, 0, 4).comes(2, 1, 4).comes(3, 2, 2).run()
    assert told[1] == (READY, READY + 15)
    assert told[2] == (READY + 15, READY + 30)
    assert told[3] == (READY + 15, READY + 30)  # there were two seats, but four stood before


def test_a_class_larger_than_the_table_takes_all_of_it():
    told = Afternoon(atelier(Kind.TABLE, 6, 15)).comes(1, 0, 24).comes(2, 1, 1).run()
    assert told == {1: (READY, READY + 15), 2: (READY + 15, READY + 30)}


# BATCH: all together


def batch(**more):
    return atelier(Kind.BATCH, 8, 12, **({"min_fill": 4, "hold_minutes": 5} | more))


def test_a_full_batch_starts_at_once():
    told = Afternoon(batch()).comes(1, 0, 4).comes(2, 1, 4).run()
    assert told == {1: (1 + READY, 13 + READY), 2: (1 + READY, 13 + READY)}


def test_enough_start_once_the_first_was_held_for_long_enough():
    told = Afternoon(batch()).comes(1, 0, 2).comes(2, 3, 2).run()
    assert told == {1: (5, 17), 2: (5, 17)}


def test_too_few_wait_for_one_more_and_the_last_are_taken_at_closing():
    told = Afternoon(batch()).comes(1, 0, 2).comes(2, 30, 2).run()
    assert told[1] == told[2] == (30 + READY, 42 + READY)
    left_over = Afternoon(batch(closing=Closing.DRAIN)).comes(1, 0, 2).run()
    assert left_over == {1: (120, 132)}
    assert Afternoon(batch()).comes(1, 0, 2).run() == {1: (None, 120)}


def test_who_does_not_fit_takes_the_next_batch():
    told = Afternoon(batch()).comes(1, 0, 5).comes(2, 0, 5).comes(3, 0, 3).run()
    assert told[1] == (READY, 12 + READY)
    assert told[2] == told[3] == (12 + READY, 24 + READY)


def test_nobody_waits_for_more_once_the_queue_is_closed():
    afternoon = Afternoon(batch(min_fill=1, hold_minutes=60)).comes(1, 0, 2)

    def close():
        yield afternoon.env.timeout(10 * MINUTE_MS)
        afternoon.booth.close_queue()

    afternoon.env.process(close())
    assert afternoon.run() == {1: (10, 22)}
    assert afternoon.booth.look_ms(1, 0) is None
    afternoon.booth.open_queue()
    assert afternoon.booth.look_ms(1, 0) is not None


# SESSION: by the timetable


def test_a_session_seats_whoever_is_there_and_ends_for_all_at_once():
    talk = atelier(Kind.SESSION, 20, 30, times=(20, 70))
    told = Afternoon(talk).comes(1, 0, 3).comes(2, 19, 2).comes(3, 21, 2).run()
    assert told == {1: (20, 50), 2: (20, 50), 3: (70, 100)}


def test_a_full_session_is_hopeless_and_so_is_one_that_has_just_begun():
    afternoon = Afternoon(atelier(Kind.SESSION, 4, 30, times=(20, 70)))
    afternoon.comes(1, 0, 3)
    looks = {}

    def look():
        for minute in (10, 22, 60):
            yield afternoon.env.timeout(minute * MINUTE_MS - afternoon.env.now)
            looks[minute] = (afternoon.booth.look_ms(1, 0), afternoon.booth.look_ms(2, 0))

    afternoon.env.process(look())
    afternoon.run()
    assert looks == {10: (10 * MINUTE_MS, None), 22: (None, None), 60: (10 * MINUTE_MS, 10 * MINUTE_MS)}


# Queues, closing, scans


@pytest.mark.parametrize("kind", [Kind.CONTINUOUS, Kind.TABLE])
def test_a_kept_place_goes_before_those_who_came_since(kind):
    told = Afternoon(atelier(kind, 1, 10)).comes(1, 0).comes(2, 2).comes(3, 6, key=1).run()
    assert told[1] == (READY, READY + 10)
    assert told[3] == (READY + 10, READY + 20)
    assert told[2] == (READY + 20, READY + 30)


@pytest.mark.parametrize("kind", [Kind.CONTINUOUS, Kind.TABLE])
def test_an_absent_holder_of_a_place_lets_nobody_wait(kind):
    """Whoever has just come is not ready: the next takes the place meanwhile."""
    told = Afternoon(atelier(kind, 1, 10)).comes(1, 0).comes(2, 10.5, key=0).comes(3, 5).run()
    assert told[3][0] == READY + 10
    assert told[2][0] == READY + 20


def test_who_gives_up_makes_room():
    told = (
        Afternoon(atelier(Kind.TABLE, 4, 30)).comes(1, 0, 4).comes(2, 1, 4, patience=9).comes(3, 2, 1).run()
    )
    assert told == {1: (READY, READY + 30), 2: (None, 10), 3: (READY + 30, READY + 60)}


@pytest.mark.parametrize("kind", [Kind.CONTINUOUS, Kind.TABLE, Kind.BATCH])
def test_at_closing_what_stops_sends_its_queue_on_and_what_drains_serves_it(kind):
    def told(closing):
        planned = atelier(kind, 1, 30, closing=closing)
        return Afternoon(planned, closes=40).comes(1, 0).comes(2, 1).comes(3, 2).run()

    stopped, drained = told(Closing.STOP), told(Closing.DRAIN)
    assert stopped == {1: (READY, READY + 30), 2: (READY + 30, READY + 60), 3: (None, 40)}
    assert drained == {1: (READY, READY + 30), 2: (READY + 30, READY + 60), 3: (READY + 60, READY + 90)}


@pytest.mark.parametrize("kind", Kind)
def test_each_visit_is_scanned_in_and_out_once(kind):
    afternoon = Afternoon(atelier(kind, 3, 10, times=(30, 60)))
    for party in range(1, 5):
        afternoon.comes(party, party, 2)
    told = afternoon.run()
    served = [party for party in told if told[party][0] is not None]
    assert served
    assert sorted(afternoon.scans) == sorted(
        scan for party in served for scan in [(told[party][0], party, ENTER), (told[party][1], party, LEAVE)]
    )


def test_what_it_looks_like_from_behind_the_queue_is_about_what_it_takes():
    afternoon = Afternoon(atelier(Kind.CONTINUOUS, 2, 10))
    for party in range(1, 7):
        afternoon.comes(party, 0, 2)
    seen = {}

    def look():
        yield afternoon.env.timeout(2 * MINUTE_MS)
        seen["wait"] = afternoon.booth.look_ms(1, 2 * MINUTE_MS) / MINUTE_MS

    afternoon.env.process(look())
    afternoon.comes(7, 2)
    told = afternoon.run()
    assert abs(seen["wait"] - (told[7][0] - 2)) <= 5


def test_ateliers_have_a_pace_of_the_day():
    slow = Afternoon(atelier(Kind.TABLE, 1, 10), habits=Habits(pace=(1.5, 1.5), pace_each=(1, 1)))
    assert slow.comes(1, 0).run() == {1: (READY, READY + 15)}


# Erlang


def erlang_c_wait(places, load, turn):
    """The mean wait in M/M/c, in the units of `turn`. `load`: offered, in places."""
    waiting = load**places / factorial(places) * places / (places - load)
    share = waiting / (sum(load**each / factorial(each) for each in range(places)) + waiting)
    return share * turn / (places - load)


@pytest.mark.parametrize(("places", "kind"), [(1, Kind.CONTINUOUS), (2, Kind.CONTINUOUS), (2, Kind.TABLE)])
def test_chance_arrivals_wait_as_erlang_says(places, kind):
    """M/M/c at 70 % of its capacity. Everybody is ready READY_MS after coming, so that is on top for all alike."""
    turn, load, people = 4, 0.7 * places, 40_000
    afternoon = Afternoon(
        atelier(kind, places, turn, closing=Closing.DRAIN),
        closes=10_000_000,
        habits=Habits(pace=(1, 1), pace_each=(0, 2)),
        chance=Exponential(20_000 + places),
    )
    waits = []

    def one():
        came = afternoon.env.now
        visit = afternoon.booth.join(1, 1, came)
        yield visit.turn
        waits.append((afternoon.env.now - came) / MINUTE_MS - READY)

    def coming():
        chance = Random(7)
        for _ in range(people):
            yield afternoon.env.timeout(round(chance.expovariate(load / turn) * MINUTE_MS))
            afternoon.env.process(one())

    afternoon.env.process(coming())
    afternoon.run()
    assert len(waits) == people
    assert sum(waits) / people == pytest.approx(erlang_c_wait(places, load, turn), rel=0.06)
