"""Calibration: a day is played with known habits, exported, and read back; what comes out is what went in."""

import json
from dataclasses import replace
from statistics import median

import pytest

from kiosk.errors import Refused
from kiosk.replay import exported, replay
from kiosk.twin.calibration import DAYS, ENOUGH, ROUNDS, calibrate
from kiosk.twin.families import draw
from kiosk.twin.hall import TwinHall
from kiosk.twin.play import RONDE
from kiosk.twin.readings import arrivals, parties, sizes
from kiosk.twin.runs import runs
from kiosk.twin.scenario import Crowd, Habits, Scenario, load
from kiosk.twin.world import World

from ..grid import LONG

ROUBAIX = load("roubaix")
KNOWN = Scenario(
    "known",
    ROUBAIX.event_file,
    replace(ROUBAIX.crowd, people=320, patience_minutes=22.0, stay_minutes=(85.0, 100.0)),
    replace(ROUBAIX.habits, compliance=0.45, missed=0.10, pace=(1.15, 1.15)),
)


class Kept:
    """The facts that a hall gives its ledger, as the journal would have them."""

    def __init__(self, hall):
        self.entries = []
        self._apply = hall.ledger.apply
        hall.ledger.apply = self

    def __call__(self, fact, at_ms):
        self.entries.append((at_ms, fact))
        self._apply(fact, at_ms)


def lived(event, scenario, seed):
    """A day of a scenario: its world, and its journal as `ronde export` writes it."""
    hall = TwinHall(event, RONDE)
    kept = Kept(hall)
    families = draw(event, scenario.crowd, seed)
    start_ms = min(event.opens_ms, families[0].at_door_ms)
    world = World(event, families, hall, scenario.habits, seed=seed, start_ms=start_ms)
    hall.now = lambda: world.now_ms
    world.run()
    return world, [json.dumps(line) for line in exported(kept.entries)]


@pytest.fixture(scope="module")
def day(roubaix):
    return lived(roubaix, KNOWN, 4321)


@pytest.fixture(scope="module")
def fit(roubaix, day):
    return learned(roubaix, day)


def learned(roubaix, day):
    """What is learned from a day by who knows only the usual scenario."""
    done = replay(roubaix, day[1])
    assert done.unread == ()
    told = []
    with runs(2) as players:
        found = calibrate(roubaix, done.view, ROUBAIX, players, lambda: told.append(1))
    assert len(told) == ROUNDS * DAYS
    return found


def found(fit, name):
    return next(each for each in fit.found if each.name == name)


def test_people_and_the_sizes_of_families_are_counted(fit, day):
    families = day[0].days
    assert fit.people == fit.scenario.crowd.people == sum(family.size for family in families)
    assert fit.families == len(families)
    for size, many in fit.scenario.crowd.sizes.items():
        assert many == sum(family.size == size for family in families)


def test_arrivals_are_those_of_the_day(fit, day, roubaix):
    counted = dict(fit.scenario.crowd.arrivals)
    for family in day[0].days:
        counted[(family.came_ms - roubaix.opens_ms) // 900_000] -= 1
    assert set(counted.values()) == {0}


def test_how_often_advice_is_followed_is_found_within_a_tenth(fit):
    assert found(fit, "compliance").enough
    assert fit.scenario.habits.compliance == pytest.approx(0.45, abs=0.1)


def test_missed_scans_are_found_within_two_hundredths(fit):
    assert fit.scenario.habits.missed == pytest.approx(0.10, abs=0.02)


def test_patience_is_found_within_seven_minutes_from_those_who_gave_up_and_those_who_did_not(fit, roubaix):
    """In the middle of several days: few give up on one, and what it says alone is now and then twelve minutes off.
    `RONDE_LONG=1` lives five, otherwise three."""
    fits = [
        fit,
        *(learned(roubaix, lived(roubaix, KNOWN, seed)) for seed in ((1, 2, 3, 4) if LONG else (1, 2))),
    ]
    assert all(found(each, "patience").enough for each in fits)
    assert median(each.scenario.crowd.patience_minutes for each in fits) == pytest.approx(22.0, abs=7.0)


def test_the_time_on_site_is_found_within_a_quarter_of_an_hour(fit):
    assert found(fit, "stay_later").enough
    assert fit.scenario.crowd.stay_minutes[1] == pytest.approx(100.0, abs=15.0)


def test_wishes_are_found_within_five_hundredths_of_all(fit):
    dear, known = fit.scenario.crowd.wishes, KNOWN.crowd.wishes
    for id, weight in known.items():
        assert dear[id] / sum(dear.values()) == pytest.approx(weight / sum(known.values()), abs=0.05)


def test_the_minutes_of_each_atelier_are_found_within_a_tenth(fit, roubaix):
    timed = {id: each for id, each in fit.turns.items() if each.enough}
    assert len(timed) >= 5
    for id, each in timed.items():
        assert each.value == pytest.approx(1.15 * roubaix.by_id[id].minutes, rel=0.1), id


def test_the_scenario_found_lives_a_day_like_the_one_that_was(fit, day, roubaix, alone):
    """As much advice followed, and as much standing, within what days differ by."""
    ateliers = tuple(
        replace(atelier, minutes=max(1, round(fit.turns[atelier.id].value)))
        if atelier.id in fit.turns and fit.turns[atelier.id].enough
        else atelier
        for atelier in roubaix.ateliers
    )
    again = replace(fit.scenario, habits=replace(fit.scenario.habits, pace=(0.95, 1.05)))
    stood = [
        _standing(lived(replace(roubaix, ateliers=ateliers), again, seed)[0].days) for seed in range(50, 54)
    ]
    assert _standing(day[0].days) == pytest.approx(sum(stood) / len(stood), rel=0.3)


def _standing(families):
    return sum(family.standing_minutes * family.size for family in families) / sum(f.size for f in families)


def test_of_a_small_day_it_is_said_that_it_is_too_little(neighbours, alone):
    few = Scenario("few", ROUBAIX.event_file, replace(Crowd(), people=12), Habits())
    _, lines = lived(neighbours, few, 5)
    base = replace(ROUBAIX, crowd=replace(ROUBAIX.crowd, wishes={}))
    small = calibrate(neighbours, replay(neighbours, lines).view, base, alone)
    for name in ("sizes", "arrivals", "wishes", "compliance", "patience", "stay_later", "pace"):
        assert not found(small, name).enough, name
    assert small.scenario.habits.compliance == base.habits.compliance
    assert small.scenario.crowd.patience_minutes == base.crowd.patience_minutes
    assert small.scenario.crowd.stay_minutes == base.crowd.stay_minutes
    assert small.scenario.crowd.sizes == base.crowd.sizes
    assert small.scenario.crowd.people == 12


def test_without_families_there_is_nothing_to_learn(neighbours, alone):
    with pytest.raises(Refused, match="no family"):
        calibrate(neighbours, replay(neighbours, []).view, ROUBAIX, alone)


def test_what_is_enough_is_named_for_each_figure():
    assert {
        "compliance",
        "missed",
        "patience",
        "stay",
        "turn",
        "wishes",
        "sizes",
        "arrivals",
    } == ENOUGH.keys()


def test_a_family_without_a_check_in_is_nobody_to_learn_from(roubaix, day):
    view = replay(roubaix, day[1]).view
    assert len(parties(roubaix, view)) == len(view.parties)
    assert sum(sizes(parties(roubaix, view)).values()) == sum(
        arrivals(roubaix, parties(roubaix, view)).values()
    )
