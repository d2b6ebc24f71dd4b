"""What the families know, beside what the rules make of their scans: the same, or else every difference is told."""

from dataclasses import replace

import pytest

from firmware.steps import Steps
from firmware.wire.anchor import Moment
from firmware.wire.passage import CHAIN_START, Passage
from kiosk.demo.truth import Truth, compare
from kiosk.rules.board import board, journeys
from kiosk.rules.facts import BadgeIssued, PartyCame, Passed
from kiosk.rules.ledger import Ledger
from kiosk.twin.families import draw
from kiosk.twin.scenario import ROUBAIX, Habits
from kiosk.twin.world import Badge, World

BOOT = "b" * 32
OWN_WAY = Habits(compliance=0.0, missed=0.0, tries_again=False)


class LedgerHall:
    """Scans become passages as a station would make them, and are folded by the real rules."""

    def __init__(self, event):
        self.now_ms = 0
        self.ledger = Ledger(event)
        self.parties = 0
        self.seqs = {station.id: 0 for station in event.stations}
        self.stations = {station.id: station for station in event.stations}
        self.steps = {each.id: Steps(each.atelier, 10_000) for each in event.stations}
        self.lost = set()
        self.last_ms = {}

    def wait_until(self, at_ms):
        self.now_ms = at_ms

    def check_in(self, family):
        self.parties += 1
        badge = f"D{'BCDFGHJKLNPRSTVX'[self.parties % 16]}{self.parties:014}".translate(
            str.maketrans("0123456789", "BCDFGHJKLN")
        )
        self.ledger.apply(PartyCame(self.parties, family.people, "fr", (), ()), self.now_ms)
        self.ledger.apply(BadgeIssued(badge, self.parties), self.now_ms)
        return Badge(self.parties, badge)

    def told(self, badge):
        return None

    ask = told

    def board(self):
        return None

    def place(self, badge, atelier, now_ms):
        return now_ms

    def promise(self, badge, atelier, people):
        return None

    def scan(self, station, badge, step):
        apart_ms = self.last_ms.get(badge.party, 0) + 15_000  # else a station takes the second for a repeat
        self.now_ms = self.last_ms[badge.party] = max(self.now_ms + 1, apart_ms)
        steps = self.steps[station]
        kind = steps.of(badge.token, self.stations[station].steps, BOOT, self.now_ms).kind
        assert kind == step  # what the station makes of it is what the animator meant
        self.seqs[station] += 1
        passage = Passage(
            station, "e" * 16, self.seqs[station], self.stations[station].atelier, kind, badge.token,
            BOOT, self.now_ms, self.now_ms, CHAIN_START,
        )  # fmt: skip
        steps.note(passage)
        if (station, self.seqs[station]) not in self.lost:
            self.ledger.apply(Passed(passage, Moment(self.now_ms, 0), passage.digest), self.now_ms)


class Day:
    def __init__(self, event, seed, people=120, lost=()):
        self.hall = LedgerHall(event)
        self.hall.lost = set(lost)
        self.truth = Truth(event)
        families = draw(event, replace(ROUBAIX, people=people), seed)
        self.world = World(event, families, self.hall, OWN_WAY, seed=seed, witness=self.truth)

    def compared(self, now_ms):
        view = self.hall.ledger.view()
        return compare(self.truth, board(view, now_ms), journeys(view, now_ms))


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("which", ["roubaix", "village"])
def test_rules_and_families_agree_at_every_moment_of_a_day(request, which, seed):
    day = Day(request.getfixturevalue(which), seed)
    looks = []
    day.world.every(7, lambda: looks.extend(day.compared(day.world.now_ms)))
    day.world.run()
    assert looks == []
    assert day.compared(day.truth.certain_from_ms(120_000)) == []
    assert day.compared(day.world.now_ms + 24 * 3_600_000) == []


def test_at_the_end_nothing_is_in_doubt(roubaix):
    day = Day(roubaix, 1)
    day.world.run()
    end_ms = day.truth.certain_from_ms(120_000)
    seen = [states for party in day.truth.parties for _, states in day.truth.seen(party, end_ms, 120_000)]
    assert seen
    assert all(len(states) == 1 for states in seen)


def test_a_party_that_the_hub_lost_is_told(roubaix):
    day = Day(roubaix, 1)
    day.world.run()
    now_ms = day.world.now_ms + 7_200_000
    view = day.hall.ledger.view()
    shown = board(view, now_ms)
    shown["came"]["people"] -= 3
    found = compare(day.truth, shown, [each for each in journeys(view, now_ms) if each["party"] != 4])
    assert [(each.party, each.what) for each in found] == [(None, "came"), (4, "stays")]


def test_a_lost_scan_is_told(roubaix):
    day = Day(roubaix, 1, lost=[("vr-file", 3), ("robotique", 1)])
    day.world.run()
    assert day.compared(day.world.now_ms + 7_200_000) == []  # the other scans say it: the hub infers it
    day = Day(roubaix, 1, lost=[("usages", 2)])
    day.world.run()
    found = day.compared(day.world.now_ms + 7_200_000)
    assert {each.what for each in found} == {"usages done", "stays"}


def test_a_stay_that_never_was_is_told(roubaix):
    day = Day(roubaix, 1)
    day.world.run()
    now_ms = day.world.now_ms + 7_200_000
    view = day.hall.ledger.view()
    told_stays = journeys(view, now_ms)
    told_stays[0]["stays"].append({"atelier": "vr", "state": "done"})
    (found,) = compare(day.truth, board(view, now_ms), told_stays)
    assert (found.party, found.what) == (told_stays[0]["party"], "stays")
    assert found.found.endswith("vr done")


def test_what_the_world_says_of_missed_scans_is_counted(roubaix):
    day = Day(roubaix, 1)
    day.world.run()
    assert (day.truth.scans > 200, day.truth.missed) == (True, 0)
    day.truth.missed_one()
    assert day.truth.missed == 1
