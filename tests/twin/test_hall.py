"""The twin's hall: what is scanned there becomes facts that the rules read as they would read those of a real day."""

import json
import random
from itertools import pairwise

import pytest

from firmware.wire.passage import CHAIN_START
from kiosk.rules import facts
from kiosk.rules.event import MINUTE_MS
from kiosk.rules.facts import AdviceGiven, PartyCame, Passed
from kiosk.rules.ledger import Ledger
from kiosk.twin.hall import Faults, TwinHall
from kiosk.twin.policies import BY_NAME
from kiosk.twin.scenario import Habits
from kiosk.twin.world import World

RONDE = BY_NAME["P8"]


class Kept(Ledger):
    """A ledger that keeps what it was given."""

    def __init__(self, event):
        super().__init__(event)
        self.facts = []

    def apply(self, fact, at_ms):
        self.facts.append((fact, at_ms))
        super().apply(fact, at_ms)


class Played:
    def __init__(self, event, families, policy=RONDE, seed=0, faults=None, look_minutes=None, **habits):
        self.event = event
        self.hall = TwinHall(event, policy, faults=faults or Faults())
        self.hall.ledger = Kept(event)
        self.world = World(event, families, self.hall, Habits(**habits), seed=seed)
        self.hall.now = lambda: self.world.now_ms
        self.looks = []
        if look_minutes:
            self.world.every(look_minutes, self._look)
        self.world.run()

    @property
    def facts(self):
        return self.hall.ledger.facts

    def of(self, kind):
        return [fact for fact, _ in self.facts if isinstance(fact, kind)]

    def _look(self):
        now_ms = self.world.now_ms
        self.looks.append((now_ms, len(self.facts), self.hall.ledger.floor(now_ms)))


@pytest.fixture(scope="module")
def roubaix_day(roubaix, families_of):
    return Played(roubaix, families_of(roubaix, 264, 11), seed=11, look_minutes=20)


def ledger_of(event, known):
    ledger = Ledger(event)
    for fact, at_ms in known:
        ledger.apply(fact, at_ms)
    return ledger


# The same facts, the same floor


def test_its_facts_give_a_ledger_made_from_scratch_the_same_floor(roubaix, roubaix_day):
    assert len(roubaix_day.looks) >= 20
    for now_ms, many, floor in roubaix_day.looks:
        view = ledger_of(roubaix, roubaix_day.facts[:many]).view()
        assert view.floor(now_ms) == floor


@pytest.mark.parametrize("seed", range(3))
def test_and_so_they_do_in_any_order(roubaix, roubaix_day, seed):
    now_ms, many, floor = roubaix_day.looks[-6]
    known = roubaix_day.facts[:many]
    random.Random(seed).shuffle(known)
    known += known[:50]
    assert ledger_of(roubaix, known).floor(now_ms) == floor


def test_its_facts_can_be_written_to_a_journal_and_read_again(roubaix_day):
    for fact, _ in roubaix_day.facts:
        assert facts.read(fact.KIND, json.loads(json.dumps(fact.to_json()))) == fact


# The chain of each station


def test_every_scan_is_a_passage_in_the_chain_of_its_station(roubaix, roubaix_day):
    chains = {}
    for fact in roubaix_day.of(Passed):
        assert fact.digest == fact.passage.digest
        chains.setdefault(fact.passage.station, []).append(fact.passage)
    assert chains.keys() == {station.id for station in roubaix.stations}
    steps = {station.id: (station.atelier, station.steps) for station in roubaix.stations}
    for station, passages in chains.items():
        assert [passage.seq for passage in passages] == list(range(1, len(passages) + 1))
        assert passages[0].prev == CHAIN_START
        assert all(after.prev == before.digest for before, after in pairwise(passages))
        assert all(after.boot_ms >= before.boot_ms for before, after in pairwise(passages))
        atelier, scanned = steps[station]
        assert {passage.atelier for passage in passages} == {atelier}
        assert {passage.kind for passage in passages} <= set(scanned)


def test_the_ledger_finds_no_gap_no_fork_and_no_break_in_them(roubaix_day):
    for log in roubaix_day.hall.ledger.logs.values():
        assert (log.forks, log.breaks) == (0, 0)
        assert log.prefix == log.last_seq
    view = roubaix_day.hall.ledger.view()
    assert view.forks == view.set_aside == 0
    assert view.passages == len(roubaix_day.of(Passed))


def test_a_station_off_the_network_holds_its_passages_back_and_loses_none(roubaix, families_of):
    families = families_of(roubaix, 120, 3)
    from_ms, until_ms = (roubaix.opens_ms + minutes * MINUTE_MS for minutes in (250, 310))
    offline = Faults({"mario-kart": (from_ms, until_ms)})
    day = Played(roubaix, families, faults=offline, look_minutes=1, missed=0.0)
    log = next(log for (station, _), log in day.hall.ledger.logs.items() if station == "mario-kart")
    assert log.prefix == log.last_seq > 0
    assert log.breaks == 0
    recorded = [
        (fact.moment.at_ms, at_ms)
        for fact, at_ms in day.facts
        if isinstance(fact, Passed) and fact.passage.station == "mario-kart"
    ]
    assert any(from_ms <= seen < until_ms for seen, _ in recorded)
    assert all(kept >= until_ms for seen, kept in recorded if from_ms <= seen < until_ms)
    assert all(kept == seen for seen, kept in recorded if not from_ms <= seen < until_ms)


# Advice


def test_each_party_is_told_where_to_go_when_it_comes_and_whenever_it_is_free(roubaix_day):
    came = [fact.party for fact in roubaix_day.of(PartyCame)]
    told = [fact.party for fact in roubaix_day.of(AdviceGiven)]
    assert set(told) == set(came)
    visits = sum(len(day.visits) for day in roubaix_day.world.days)
    assert len(told) > visits
    gone = [fact for fact in roubaix_day.of(AdviceGiven) if fact.verb == "go"]
    assert all(fact.atelier in roubaix_day.event.by_id and fact.reason for fact in gone)


def test_nobody_is_sent_where_nobody_of_them_may_or_where_they_were_already(roubaix, roubaix_day):
    people = {fact.party: fact.people for fact in roubaix_day.of(PartyCame)}
    ledger = Ledger(roubaix)
    for fact, at_ms in roubaix_day.facts:
        if isinstance(fact, AdviceGiven) and fact.verb == "go":
            atelier = roubaix.by_id[fact.atelier]
            bands = [roubaix.bands_by_id[group.band] for group in people[fact.party]]
            assert any(atelier.admits(band) for band in bands)
            guest = ledger.guest_of(fact.party) if f"party/{fact.party}" in ledger.view().guests else None
            done = guest.journey.visited if guest else frozenset()
            assert atelier.returns or fact.atelier not in done
        ledger.apply(fact, at_ms)


@pytest.mark.parametrize("name", ["P0", "P1", "P2", "P2c", "P3"])
def test_where_only_the_sheet_advises_nothing_more_is_said(roubaix, families_of, name):
    day = Played(roubaix, families_of(roubaix, 80, 2), BY_NAME[name])
    assert not day.of(AdviceGiven)
    sheets = {fact.route for fact in day.of(PartyCame)}
    assert bool(any(sheets)) == (name != "P0")
    assert len(sheets) > 1 or name in ("P0", "P1")


def test_only_a_hall_with_a_board_shows_waits(roubaix):
    waits = TwinHall(roubaix, BY_NAME["P0d"]).board()
    assert waits.keys() == roubaix.by_id.keys()
    assert TwinHall(roubaix, RONDE).board() is None


def test_a_family_with_nothing_to_hear_is_told_nothing(roubaix, families_of):
    hall = TwinHall(roubaix, BY_NAME["P1"])
    badge = hall.check_in(families_of(roubaix, 6)[0])
    assert hall.told(badge) is hall.ask(badge) is None
    assert badge.route
    assert hall.place(badge, "vr", roubaix.opens_ms) == roubaix.opens_ms


def test_who_asks_again_is_sent_elsewhere(roubaix, families_of):
    hall = TwinHall(roubaix, RONDE)
    badge = hall.check_in(families_of(roubaix, 6)[0])
    first = hall.told(badge)
    hall.now = lambda: roubaix.opens_ms + 5 * MINUTE_MS
    second = hall.ask(badge)
    assert first.verb == second.verb == "go"
    assert first.atelier != second.atelier
    assert hall.told(badge) == second
