"""The floor is a function of the *set* of facts: whatever their order, and however often each is told.

`RONDE_LONG=1` runs 100,000 sets, otherwise a slice.
"""

import itertools
import json
import os
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from firmware.wire.passage import CHAIN_START
from kiosk.rules.board import board, journeys
from kiosk.rules.facts import Acted, BadgeIssued, Fact, PartyCame, Withdrawn
from kiosk.rules.journeys import OPEN, State, Step, fold, settle
from kiosk.rules.ledger import Ledger
from kiosk.rules.party import Group

RUNS = 100_000 if os.environ.get("RONDE_LONG") == "1" else 150
PROPERTY = settings(
    max_examples=RUNS,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
MINUTE_MS = 60_000
Told = tuple[int, Fact]

ateliers = st.sampled_from(["vr", "kart", "arts", "talk", "in-only", "out-only", "queue-only", "sauna"])
kinds = st.sampled_from(
    ["arrive", "call", "enter", "leave", "absent", "undo", "dance", "pause", "resume", "close"]
)
minutes = st.one_of(st.integers(0, 500), st.sampled_from([100, 110, 120, 120, 121, 135, 240]))
stations = st.sampled_from(["vr", "kart"])


def shown(hall: Any, told: Sequence[Told], now_ms: int) -> str:
    view = hall.view(told)
    everything = board(view, now_ms) | {"journeys": journeys(view, now_ms)}
    everything["announced"] = [dict(words.texts) for words in view.announcements]
    everything["door"] = [
        repr(sorted(view.parties.items())),
        repr(sorted(view.blank.items())),
        repr(view.help),
    ]
    everything["office"] = [repr(view.acts), sorted(view.notes.items()), repr(view.event)]
    return json.dumps(everything, sort_keys=True)


@pytest.mark.long
@pytest.mark.timeout(7200)
@PROPERTY
@given(data=st.data())
def test_any_order_and_any_duplicates_give_the_same_floor(hall, days, data):
    told = data.draw(days)
    shuffled = data.draw(
        st.permutations(told + data.draw(st.lists(st.sampled_from(told)) if told else st.just([])))
    )
    for when in ("10:30", "12:10", "14:31", "17:20"):
        now_ms = hall.at(when)
        assert shown(hall, told, now_ms) == shown(hall, shuffled, now_ms)


@pytest.mark.long
@pytest.mark.timeout(7200)
@PROPERTY
@given(data=st.data())
def test_a_ledger_asked_at_every_step_ends_like_one_asked_at_the_end(hall, days, data):
    told = data.draw(days)
    asked = Ledger(hall.event)
    for at_ms, fact in told:
        asked.apply(fact, at_ms)
        asked.view()
    now_ms = hall.at("15:00")
    view = asked.view()
    assert json.dumps(
        board(view, now_ms) | {"journeys": journeys(view, now_ms)}, sort_keys=True
    ) == json.dumps(
        board(hall.view(told), now_ms) | {"journeys": journeys(hall.view(told), now_ms)}, sort_keys=True
    )


def test_all_orders_of_six_passages_give_the_same_floor(hall):
    told = [
        *hall.scans("1 10:00 arrive arts", "1 10:05 enter arts", "1 10:05 undo arts 2", "1 10:05 call vr"),
        *hall.scans("? 10:05 leave kart", "1 10:09 enter kart", station="kart"),
    ]
    orders = {shown(hall, order, hall.at("10:20")) for order in itertools.permutations(told)}
    assert len(told) == 6
    assert len(orders) == 1


def test_all_orders_of_a_badge_given_twice_end_the_same(hall):
    def given(at: str, badge: int, act: str) -> Told:
        return hall.at(at), Acted(act, "organiser", BadgeIssued(hall.badge(badge), 1))

    told = [
        (hall.at("09:50"), PartyCame(1, (Group("6-11", "f", 2),), "fr", (), ())),
        (hall.at("09:50"), BadgeIssued(hall.badge(1), 1)),
        given("10:00", 12, "a1" * 4),
        given("10:05", 13, "a2" * 4),
        given("10:10", 12, "a3" * 4),
    ]
    for withdrawn, carried in (((), 12), (("a3",), 13), (("a2", "a3"), 12), (("a1", "a2", "a3"), 1)):
        void = [(hall.at("10:15"), Withdrawn(act * 4, "organiser")) for act in withdrawn]
        orders = {shown(hall, [*order, *void], hall.at("10:20")) for order in itertools.permutations(told)}
        assert len(orders) == 1
        assert hall.view([*told, *void]).parties[1].badge == hall.badge(carried)


def test_all_orders_of_two_logs_under_one_name_show_the_same_forks(hall):
    def log(prev: str, *kinds: str) -> list[Told]:
        told = []
        for seq, kind in enumerate(kinds, start=1):
            fact = hall.passed(hall.badge(1), f"10:0{seq} {kind} arts", seq=seq, prev=prev)
            told.append((fact.moment.at_ms, fact))
            prev = fact.digest
        return told

    told = log(CHAIN_START, "arrive", "enter", "leave") + log(CHAIN_START, "enter", "leave", "arrive")
    found = {(hall.view(order).forks, shown(hall, order, 0)) for order in itertools.permutations(told)}
    assert len(found) == 1
    assert next(iter(found))[0] == 3


@pytest.mark.parametrize("scans", list(itertools.permutations(["arrive", "call", "enter", "leave"])))
def test_all_orders_at_one_moment_give_the_same_journey(hall, scans):
    steps = [hall.step(f"10:00 {kind} arts", seq=seq) for seq, kind in enumerate(scans, start=1)]
    assert len({fold(hall.event, order) for order in itertools.permutations(steps)}) == 1


steps = st.builds(
    Step,
    station=stations,
    epoch=st.just("aa" * 4),
    seq=st.integers(1, 40),
    digest=st.integers(0, 30).map(str),
    atelier=ateliers,
    kind=kinds,
    at_ms=minutes.map(lambda minute: 1_668_844_800_000 + minute * MINUTE_MS),  # from 09:00
    estimated=st.booleans(),
    of=st.none() | st.integers(1, 40),
)


@pytest.mark.long
@pytest.mark.timeout(7200)
@PROPERTY
@given(logged=st.lists(steps, max_size=12), later=st.lists(minutes, min_size=1, max_size=3))
def test_whatever_is_scanned_a_journey_makes_sense(hall, logged, later):
    journey = fold(hall.event, logged)
    now_ms = max((step.at_ms for step in logged), default=hall.at("09:00"))
    for stay in journey.stays[:-1]:
        assert stay.state in (State.DONE, State.LEFT)
    for moment in (now_ms, *(now_ms + minute * MINUTE_MS for minute in later)):
        for stay in journey.at(hall.event, moment).stays:
            told = [stay.arrived_ms, stay.entered_ms, stay.left_ms]
            assert (
                told == sorted(told, key=lambda at_ms: (at_ms is None, at_ms or 0))
                or stay.state is State.LEFT
            )
            assert (stay.left_ms is None) == (stay.state in OPEN)
            assert (stay.entered_ms is not None) == (stay.state in (State.IN, State.DONE))
            assert stay.last_ms <= moment
            assert stay.atelier in hall.event.by_id


@pytest.mark.long
@pytest.mark.timeout(7200)
@PROPERTY
@given(logged=st.lists(steps, min_size=1, max_size=8), later=st.lists(minutes, min_size=1, max_size=4))
def test_time_that_passes_in_steps_or_at_once_leaves_the_same(hall, logged, later):
    journey = fold(hall.event, logged)
    for stay in journey.stays:
        moments = sorted(max(step.at_ms for step in logged) + minute * MINUTE_MS for minute in later)
        slowly = stay
        for moment in moments:
            slowly = settle(hall.event, slowly, moment)
        assert slowly == settle(hall.event, stay, moments[-1])
