"""What the families know, beside what the rules make of their scans: the same, or else every difference is told."""

import pytest

from firmware.steps import Steps
from firmware.wire.anchor import Moment
from firmware.wire.passage import CHAIN_START, Passage
from kiosk.demo.families import draw
from kiosk.demo.truth import compare
from kiosk.demo.world import Badge, World
from kiosk.rules.board import board, journeys
from kiosk.rules.facts import BadgeIssued, PartyCame, Passed
from kiosk.rules.ledger import Ledger

BOOT = "b" * 32


class LedgerHall:
    """Scans become passages as a station would make them, and are folded by the real rules."""

    def __init__(self, event):
        self.now_ms = 0
        self.ledger = Ledger(event)
        self.parties = 0
        self.seqs = {station.id: 0 for station in event.stations}
        self.stations = {station.id: station for station in event.stations}
        self.steps = {each.id: Steps(each.steps, each.atelier, 10_000) for each in event.stations}
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

    def scan(self, station, badge):
        apart_ms = self.last_ms.get(badge.party, 0) + 15_000  # else a station takes the second for a repeat
        self.now_ms = self.last_ms[badge.party] = max(self.now_ms + 1, apart_ms)
        steps = self.steps[station]
        kind = steps.of(badge.token, BOOT, self.now_ms).kind
        self.seqs[station] += 1
        passage = Passage(
            station, "e" * 16, self.seqs[station], self.stations[station].atelier, kind, badge.token,
            BOOT, self.now_ms, self.now_ms, CHAIN_START,
        )  # fmt: skip
        steps.note(passage)
        if (station, self.seqs[station]) not in self.lost:
            self.ledger.apply(Passed(passage, Moment(self.now_ms, 0), passage.digest), self.now_ms)


def day(event, seed, people=120, lost=(), **options):
    hall = LedgerHall(event)
    hall.lost = set(lost)
    world = World(event, draw(event, people, seed), hall, seed=seed, **({"compliance": 0.0} | options))
    return world, hall


def told(world, hall, now_ms):
    view = hall.ledger.view()
    return compare(world.truth, board(view, now_ms), journeys(view, now_ms))


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("which", ["roubaix", "village"])
def test_rules_and_families_agree_at_every_moment_of_a_day(request, which, seed):
    event = request.getfixturevalue(which)
    world, hall = day(event, seed)
    looks = []
    world.every(7, lambda: looks.extend(told(world, hall, world.now_ms)))
    world.run()
    assert looks == []
    assert told(world, hall, world.truth.certain_from_ms(120_000)) == []
    assert told(world, hall, world.now_ms + 24 * 3_600_000) == []


def test_at_the_end_nothing_is_in_doubt(roubaix):
    world, _ = day(roubaix, 1)
    world.run()
    end_ms = world.truth.certain_from_ms(120_000)
    seen = [states for party in world.truth.parties for _, states in world.truth.seen(party, end_ms, 120_000)]
    assert seen
    assert all(len(states) == 1 for states in seen)


def test_a_party_that_the_hub_lost_is_told(roubaix):
    world, hall = day(roubaix, 1)
    world.run()
    now_ms = world.now_ms + 7_200_000
    view = hall.ledger.view()
    shown = board(view, now_ms)
    shown["came"]["people"] -= 3
    found = compare(world.truth, shown, [each for each in journeys(view, now_ms) if each["party"] != 4])
    assert [(each.party, each.what) for each in found] == [(None, "came"), (4, "stays")]


def test_a_lost_scan_is_told(roubaix):
    world, hall = day(roubaix, 1, lost=[("vr-file", 3), ("robotique", 1)])
    world.run()
    assert told(world, hall, world.now_ms + 7_200_000) == []  # the other scans say it: the hub infers it
    world, hall = day(roubaix, 1, lost=[("usages", 2)])
    world.run()
    found = told(world, hall, world.now_ms + 7_200_000)
    assert {each.what for each in found} == {"usages done", "stays"}


def test_a_stay_that_never_was_is_told(roubaix):
    world, hall = day(roubaix, 1)
    world.run()
    now_ms = world.now_ms + 7_200_000
    view = hall.ledger.view()
    told_stays = journeys(view, now_ms)
    told_stays[0]["stays"].append({"atelier": "vr", "state": "done"})
    (found,) = compare(world.truth, board(view, now_ms), told_stays)
    assert (found.party, found.what) == (told_stays[0]["party"], "stays")
    assert found.found.endswith("vr done")
