"""What holds of the desk whatever is pressed there, in whatever order."""

import contextlib
import random
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware.wire import booth, screen
from firmware.wire.errors import Malformed
from firmware.wire.passage import CHAIN_START
from kiosk import eventfile
from kiosk.day import Day
from kiosk.desk import Desk
from kiosk.rules import booths
from kiosk.rules.board import board, journeys
from kiosk.rules.event import Event
from kiosk.rules.facts import Passed
from kiosk.rules.ledger import Ledger
from kiosk.rules.party import Group
from kiosk.rules.presses import DESK
from kiosk.store.journal import Journal

from ..clocks import SetClock

ROUBAIX = Path(eventfile.__file__).parents[1] / "events" / "roubaix-2022.toml"
SIZES = (1, 2, 1, 5, 3, 1)
PLACES = ("vr", "arts", "robotique", "mario-kart", "usages")

_acts = st.sampled_from(
    [*booth.ACTS, "undo", "undo", "scan", "scan", "scan", "scan", "next", "start", "done"]
)
_large = st.sampled_from(["next", "start", "done", "absent"])
_pauses_ms = st.sampled_from([0, 1, 900, 5_000, 15_000, 60_000, 240_000, 900_000])
_press = st.tuples(_acts, st.integers(0, len(SIZES) - 1), _pauses_ms, st.integers(-30, 30))


class Hub:
    def __init__(self, folder: str, event: Event) -> None:
        self.clock = SetClock(event.opens_ms)
        self.day = Day(Journal.open(Path(folder) / "j.db"), event, self.clock, random.Random(5).randrange)
        self.desk = Desk(self.day)
        self.badges = [
            self.day.check_in([Group("18-59", "f", size)], "fr", sheet=False).party.badge for size in SIZES
        ]

    def press(self, atelier: str, act: str, who: int, pause_ms: int, by: int) -> None:
        self.clock.at_ms += pause_ms
        if act == "undo":
            self.desk.undo(atelier)
        elif act == "scan":
            self.desk.scan(atelier, self.badges[who])
        else:
            with contextlib.suppress(Malformed):
                self.desk.press(atelier, act, ref=screen.ref(self.badges[who]), by=by)

    def booth(self, atelier: str) -> booth.Booth:
        here = self.day.floor().by_id[atelier]
        return booth.booth(self.desk.plan(atelier), booths.standings(here))


@pytest.fixture(scope="module")
def event() -> Event:
    return eventfile.load(ROUBAIX)


@contextlib.contextmanager
def opened(event: Event) -> Iterator[Hub]:
    with tempfile.TemporaryDirectory() as folder:
        hub = Hub(folder, event)
        try:
            yield hub
        finally:
            hub.day.close()


@settings(max_examples=60)
@given(place=st.sampled_from(PLACES), presses=st.lists(_press, max_size=25))
def test_any_presses_leave_the_booth_within_its_places(event, place, presses):
    with opened(event) as hub:
        for press in presses:
            hub.press(place, *press)
            here = hub.booth(place)
            assert 0 <= here.taken <= here.plan.places
            assert here.free == here.plan.places - here.taken
            assert len({one.badge for one in here.standings}) == len(here.standings)


@settings(max_examples=60)
@given(
    place=st.sampled_from(PLACES),
    order=st.permutations(range(len(SIZES))),
    presses=st.lists(st.tuples(_large, st.integers(0, 5), _pauses_ms, st.just(1)), max_size=15),
)
def test_the_large_buttons_never_let_in_more_than_there_are_places_for(event, place, order, presses):
    with opened(event) as hub:
        plan = hub.desk.plan(place)
        for who in order:
            hub.press(place, "scan", who, 1000, 0)
        for act, *more in presses:
            hub.press(place, act, *more)
            here = hub.booth(place)
            there = (*here.called, *here.inside)
            assert len(there) <= plan.places
            if plan.kind != "continuous":  # where turns are taken one by one, the others of a party look on
                assert sum(min(one.takers, plan.places) for one in there) <= plan.places


@settings(max_examples=60)
@given(
    presses=st.lists(st.tuples(st.sampled_from(PLACES), _press), max_size=25),
    chance=st.randoms(use_true_random=False),
)
def test_its_passages_in_any_order_give_the_same_floor(event, presses, chance):
    with opened(event) as hub:
        for place, press in presses:
            hub.press(place, *press)
        facts = hub.day.between(lambda journal: list(journal.read()))
        now_ms = hub.clock.at_ms
        before = board(hub.day.view, now_ms), journeys(hub.day.view, now_ms)
    chance.shuffle(facts)
    ledger = Ledger(event)
    for at_ms, fact in facts:
        ledger.apply(fact, at_ms)
    view = ledger.view()
    assert (board(view, now_ms), journeys(view, now_ms)) == before


@settings(max_examples=40)
@given(presses=st.lists(st.tuples(st.sampled_from(PLACES), _press), max_size=25))
def test_its_log_is_one_chain_whatever_is_pressed(event, presses):
    with opened(event) as hub:
        for place, press in presses:
            hub.press(place, *press)
        facts = hub.day.between(lambda journal: [fact for _, fact in journal.read()])
        log = [fact.passage for fact in facts if isinstance(fact, Passed) and fact.passage.station == DESK]
        assert [passage.seq for passage in log] == list(range(1, len(log) + 1))
        assert [passage.prev for passage in log] == [CHAIN_START, *(one.digest for one in log)][: len(log)]
        assert hub.day.view.forks == hub.day.view.set_aside == 0


@settings(max_examples=40)
@given(place=st.sampled_from(PLACES), presses=st.lists(_press, max_size=12))
def test_undoing_all_leaves_nobody_there_and_nothing_to_undo(event, place, presses):
    with opened(event) as hub:
        for press in presses:
            hub.press(place, *press)
        presses_left = sum(1 for _ in presses)
        while hub.desk.can_undo(place):
            hub.desk.undo(place)
            presses_left -= 1
            assert presses_left >= 0
        assert hub.desk.undo(place).passages == ()
        assert hub.booth(place).standings == ()
        assert not any(guest.journey.stays for guest in hub.day.view.guests.values())
        assert hub.day.view.statuses.of(place, hub.day.clock()) == "open"
