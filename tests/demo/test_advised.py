"""The Roubaix day of families that follow the hub's advice as often as families do, against the real parts."""

import pytest

from kiosk.demo.rehearsal import Rehearsal
from kiosk.twin.play import play
from kiosk.twin.policies import BY_NAME
from kiosk.twin.scenario import ROUBAIX, Habits

SPEED = 600
SEED = 2022
PEOPLE = 264


@pytest.fixture(scope="module")
def advised(tmp_path_factory, roubaix_file):
    with Rehearsal(
        roubaix_file, tmp_path_factory.mktemp("advised") / "day", speed=SPEED, seed=SEED, compliance=0.7
    ) as rehearsal:
        rehearsal.start()
        rehearsal.differences = rehearsal.play()
    return rehearsal


def test_hub_and_families_agree(advised):
    assert advised.differences == []
    assert [(look.at_ms, look.differences) for look in advised.looks if look.differences] == []
    assert advised.board["came"] == {"parties": len(advised.families), "people": PEOPLE}
    assert {
        journey["party"]: [(stay["atelier"], stay["state"]) for stay in journey["stays"]]
        for journey in advised.journeys
    } == advised.truth.states()


def test_they_were_told_something_after_nearly_each_visit_and_mostly_did_it(advised):
    days = advised.world.days
    told, followed = sum(day.advised for day in days), sum(day.followed for day in days)
    assert told > sum(len(day.visits) for day in days)
    assert 0.6 < followed / told < 0.8
    assert advised.hall.tally.unheard < 0.05 * told


def test_advice_makes_the_day_flow_better_than_going_ones_own_way(advised, roubaix):
    """Where nobody listens the real parts play the very day of the twin: `test_day.py` holds that."""
    own_way = play(
        roubaix, ROUBAIX, Habits(compliance=0.0, missed=0.0, tries_again=False), SEED, BY_NAME["P0"]
    )

    def standing(days):
        return sum(day.standing_minutes * day.size for day in days) / PEOPLE

    assert standing(advised.world.days) < 0.9 * standing(own_way.families)
