"""Scenarios: those that come with Ronde, and files of one's own, with their faults told in words."""

import pytest

from kiosk import eventfile
from kiosk.errors import Refused
from kiosk.saying import told
from kiosk.texts import texts
from kiosk.twin.scenario import ROUBAIX, Habits, load, named


def written(tmp_path, text):
    path = tmp_path / "mine.toml"
    path.write_text(text, "utf-8")
    return str(path)


def said(error):
    return told(error, texts("fr"))


@pytest.mark.parametrize("name", named())
def test_each_scenario_that_comes_with_ronde_has_an_event_that_can_be_held(name):
    scenario = load(name)
    assert scenario.name == name
    event = eventfile.load(scenario.event_file)
    assert set(scenario.crowd.wishes) <= set(event.by_id)


def test_the_four_scenarios_are_there_with_their_crowds():
    assert set(named()) >= {"roubaix", "quiet", "saturated", "festival"}
    people = {name: load(name).crowd.people for name in named()}
    assert (people["quiet"], people["roubaix"], people["saturated"], people["festival"]) == (
        80,
        264,
        600,
        5000,
    )


def test_the_festival_has_thirty_ateliers_of_every_kind():
    event = eventfile.load(load("festival").event_file)
    assert len(event.ateliers) == 30
    assert {atelier.kind.value for atelier in event.ateliers} == {"continuous", "table", "batch", "session"}
    assert eventfile.check(load("festival").event_file) == ()


def test_what_a_file_does_not_say_is_as_usual(tmp_path):
    scenario = load(written(tmp_path, 'event = "roubaix-2022"\npeople = 12\nmissed = 0.2\n'))
    assert scenario.crowd.people == 12
    assert scenario.crowd.sizes == ROUBAIX.sizes
    assert scenario.habits == Habits(missed=0.2)
    assert scenario.event_file.stem == "roubaix-2022"


def test_every_key_is_read(tmp_path):
    scenario = load(
        written(
            tmp_path,
            """
            event = "autre.toml"
            people = 40
            calm_first = 0.5
            at_the_door = 0.3
            patience_minutes = 20
            patience_spread = 5
            stay_minutes = [60, 80]
            stay_spread = 10
            arrivals = [[-1, 2], [0, 5.5]]
            compliance = 0.4
            missed = 0.1
            pace = [1.0, 1.1]
            pace_each = [0.9, 1.1]
            kiosks = 3
            [sizes]
            1 = 1
            25 = 2
            [wishes]
            vr = 3
            """,
        )
    )
    crowd, habits = scenario.crowd, scenario.habits
    assert scenario.event_file == tmp_path / "autre.toml"
    assert (crowd.people, crowd.calm_first, crowd.at_the_door) == (40, 0.5, 0.3)
    assert (crowd.patience_minutes, crowd.patience_spread) == (20, 5)
    assert (crowd.stay_minutes, crowd.stay_spread) == ((60, 80), 10)
    assert crowd.arrivals == ((-1, 2), (0, 5.5))
    assert (crowd.sizes, crowd.wishes) == ({1: 1, 25: 2}, {"vr": 3})
    assert (habits.compliance, habits.missed, habits.kiosks) == (0.4, 0.1, 3)
    assert (habits.pace, habits.pace_each) == ((1.0, 1.1), (0.9, 1.1))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("people = 3", ("il manque", "event")),
        ('event = "x"\npeopel = 3', ("peopel", "n’existe pas")),
        ('event = "x"\npeople = 0', ("people", "0")),
        ('event = "x"\ncompliance = 1.5', ("compliance", "1.5")),
        ("event = ", ("n’est pas du TOML",)),
    ],
)
def test_a_fault_is_told_in_french_with_its_key_and_its_file(tmp_path, text, words):
    path = written(tmp_path, text)
    with pytest.raises(Refused) as raised:
        load(path)
    for word in (*words, "mine.toml"):
        assert word in said(raised.value)


def test_a_scenario_that_is_not_there_is_told_with_those_that_are(tmp_path):
    with pytest.raises(Refused) as raised:
        load("rubaix")
    assert "rubaix" in said(raised.value)
    assert "roubaix" in said(raised.value)
    with pytest.raises(Refused):
        load(str(tmp_path))
