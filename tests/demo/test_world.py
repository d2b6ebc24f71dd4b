"""The world of the families, with a hall that is at once: real places, real queues, and nothing left to chance."""

from collections import Counter, defaultdict

import pytest

from kiosk.demo.families import draw
from kiosk.demo.world import Badge, World
from kiosk.rules.event import Closing, Kind


class QuickHall:
    """Everything is done at once; `log` is what was done, in order. `routes`: what every sheet says."""

    def __init__(self, routes=()):
        self.now_ms = 0
        self.log = []
        self._routes = routes

    def wait_until(self, at_ms):
        assert at_ms >= self.now_ms
        self.now_ms = at_ms

    def check_in(self, family):
        self.log.append((self.now_ms, "door", family.number))
        return Badge(family.number, f"badge of {family.number}", self._routes)

    def scan(self, station, badge):
        self.log.append((self.now_ms, station, badge.party))


def played(event, people=264, seed=0, routes=(), **options):
    hall = QuickHall(routes)
    world = World(event, draw(event, people, seed), hall, seed=seed, **({"compliance": 0.0} | options))
    world.run()
    return world, hall


def stays(world):
    for party, known in world.truth.parties.items():
        for stay in known.stays:
            yield party, stay


@pytest.mark.parametrize("seed", range(4))
def test_everybody_checks_in_while_the_doors_are_open_and_goes_home_in_the_end(roubaix, seed):
    world, hall = played(roubaix, seed=seed)
    assert world.truth.people == 264
    doors = [at_ms for at_ms, what, _ in hall.log if what == "door"]
    assert all(roubaix.window_at(at_ms).opens_ms <= at_ms for at_ms in doors)
    assert not world.on_site
    assert {stay.state for _, stay in stays(world)} == {"done", "left"}


def test_the_same_seed_lives_the_same_day(roubaix):
    assert played(roubaix, seed=5)[1].log == played(roubaix, seed=5)[1].log
    assert played(roubaix, seed=5)[1].log != played(roubaix, seed=6)[1].log


def test_without_compliance_it_is_all_one_what_the_sheets_say(roubaix):
    assert played(roubaix)[1].log == played(roubaix, routes=("arts", "usages"))[1].log


def test_a_family_that_follows_its_sheet_begins_with_its_first_stop(roubaix):
    world, _ = played(roubaix, people=12, routes=("arts", "robotique"), compliance=1.0)
    assert {known.stays[0].atelier for known in world.truth.parties.values()} == {"arts"}


@pytest.mark.parametrize("seed", range(3))
def test_no_atelier_ever_holds_more_people_than_it_has_places(roubaix, seed):
    world, _ = played(roubaix, seed=seed)
    sizes = {family.number: family for family in draw(roubaix, 264, seed)}
    from kiosk.rules.party import takers

    for atelier in roubaix.ateliers:
        changes = []
        for party, stay in stays(world):
            if stay.atelier == atelier.id and stay.entered_ms is not None:
                people = takers(roubaix, atelier, sizes[party].people)
                people = 1 if atelier.kind is Kind.CONTINUOUS else min(people, atelier.places)
                changes += [(stay.entered_ms, people), (stay.left_ms, -people)]
        inside = most = 0
        for _, people in sorted(changes):
            inside += people
            most = max(most, inside)
        assert 0 < most <= atelier.places, atelier.id


def test_what_stops_begins_nothing_after_closing_and_what_drains_serves_its_queue(roubaix):
    after_closing = Counter()
    for seed in range(6):
        for _, stay in stays(played(roubaix, seed=seed)[0]):
            window = roubaix.window_at(stay.arrived_ms)
            if stay.entered_ms is not None and stay.entered_ms > window.closes_ms:
                after_closing[roubaix.by_id[stay.atelier].closing] += 1
    assert after_closing[Closing.STOP] == 0
    assert after_closing[Closing.DRAIN] > 0


def test_a_batch_starts_and_ends_together(roubaix):
    world, _ = played(roubaix)
    batches = defaultdict(set)
    for _, stay in stays(world):
        if stay.atelier == "robotique" and stay.entered_ms is not None:
            batches[stay.entered_ms].add(stay.left_ms)
    assert batches
    assert all(len(ends) == 1 for ends in batches.values())


def test_a_session_begins_at_its_time(roubaix):
    starts = {stay.entered_ms for _, stay in stays(played(roubaix)[0]) if stay.atelier == "usages"}
    assert starts
    assert starts <= set(roubaix.by_id["usages"].times_ms)


def test_each_step_is_scanned_where_its_station_is(roubaix):
    _, hall = played(roubaix, people=60)
    at_vr = defaultdict(list)
    for _, station, party in hall.log:
        if station in ("vr", "vr-file"):
            at_vr[party].append(station)
    assert at_vr
    assert all(scans in (["vr-file"], ["vr-file", "vr", "vr"]) for scans in at_vr.values())


def test_missed_scans_are_missed_and_counted(roubaix):
    whole = played(roubaix)[0]
    holey = played(roubaix, missed=0.1)[0]
    assert whole.truth.missed == 0
    assert 0.05 < holey.truth.missed / (holey.truth.missed + holey.truth.scans) < 0.15


def test_steps_that_no_station_scans_are_not_scanned(village):
    world, hall = played(village, people=60)
    assert {what for _, what, _ in hall.log} == {"door", "photo", "drone", "arnaques"}
    scans = Counter(step for _, stay in stays(world) if stay.atelier == "photo" for step in stay.scans)
    assert scans.keys() == {"enter", "leave"}
    called = [stay.scans for _, stay in stays(world) if stay.atelier == "drone" and stay.state == "done"]
    assert called
    assert all(steps == ["arrive", "call", "enter", "leave"] for steps in called)


def test_what_happens_at_a_moment_happens_between_two_acts(roubaix):
    hall = QuickHall()
    world = World(roubaix, draw(roubaix, 20), hall, compliance=0.0)
    at_ms = roubaix.opens_ms + 3_600_000
    seen = []
    world.at(at_ms, lambda: seen.append(world.now_ms))
    world.run()
    assert seen == [at_ms]
