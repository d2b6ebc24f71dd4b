"""What to change: tried on the same families, and recommended only where it surely helps and shuts nobody out."""

from dataclasses import replace

import pytest

from kiosk.rules.event import MINUTE_MS, Closing
from kiosk.texts import texts
from kiosk.twin.changes import changes
from kiosk.twin.days import Task, played
from kiosk.twin.forecast import forecast
from kiosk.twin.intervals import Interval
from kiosk.twin.phrases import Phrases
from kiosk.twin.ranking import (
    ENOUGH_DAYS,
    FEWEST_DAYS,
    FEWEST_FINALISTS,
    FINALISTS,
    Gain,
    cost,
    rank,
    rounds,
    visit_minutes,
)


@pytest.fixture(scope="module")
def narrow(neighbours, quarter, alone):
    """The neighbours' afternoon with one bicycle stand that everybody dreams of: eight days of it."""
    ateliers = tuple(
        replace(atelier, places=4, closing=Closing.DRAIN) if atelier.id == "velo" else atelier
        for atelier in neighbours.ateliers
    )
    dear = replace(quarter.crowd, people=80, wishes={"velo": 50.0, "fresque": 1.0})
    return forecast(
        replace(neighbours, ateliers=ateliers), replace(quarter, crowd=dear), 0, 8, alone, lambda: None
    )


def of(code, tried, atelier=None):
    return [
        change
        for change in tried
        if change.code == code and (atelier is None or change.atelier.id == atelier)
    ]


def test_what_is_tried_fits_the_kind_of_each_busy_atelier(narrow):
    tried = changes(narrow)
    assert of("place", tried, "velo")[0].event.by_id["velo"].places == 5
    assert of("table", tried, "velo")[0].event.by_id["velo"].places == 8
    assert of("stop", tried, "velo")[0].event.by_id["velo"].closing is Closing.STOP
    assert not of("age", tried, "velo")  # the next band begins at 13: that would be another event
    assert not of("fill", tried, "velo")
    for change in tried:
        others = {each.id: each for each in narrow.event.ateliers}
        changed = [each.id for each in change.event.ateliers if each != others[each.id]]
        assert changed == ([change.atelier.id] if change.atelier else [])


def test_a_session_is_added_where_it_fits(foreseen, neighbours):
    (change,) = of("session", changes(foreseen))
    (window,) = neighbours.windows
    contes = change.event.by_id["contes"]
    (added,) = set(contes.times_ms) - set(neighbours.by_id["contes"].times_ms)
    assert window.opens_ms <= added <= window.closes_ms - contes.turn_ms
    assert all(abs(added - start) >= contes.turn_ms for start in contes.times_ms if start != added)
    assert added % (5 * MINUTE_MS) == 0


def test_doors_are_opened_earlier_only_where_somebody_stands_before_them(foreseen, roubaix, quarter, alone):
    assert not of("earlier", changes(foreseen))
    early = replace(quarter.crowd, arrivals=((-2, 1.0), (2, 5.0)))
    waited = forecast(foreseen.event, replace(quarter, crowd=early), 0, 1, alone, lambda: None)
    opened = of("earlier", changes(waited))
    assert [(waited.event.opens_ms - each.event.opens_ms) / MINUTE_MS for each in opened] == [15, 30]
    second = forecast(roubaix, quarter, 0, 1, alone, lambda: None)
    for each in of("earlier", changes(second)):
        assert each.event.windows[0] == roubaix.windows[0]


def test_a_quiet_door_needs_no_second_kiosk_and_a_slow_one_does(foreseen, neighbours, quarter, alone):
    assert not of("kiosk", changes(foreseen))
    crowd = replace(quarter.crowd, people=150, arrivals=((0, 1.0),))
    crowded = forecast(neighbours, replace(quarter, crowd=crowd), 0, 2, alone, lambda: None)
    (change,) = of("kiosk", changes(crowded))
    assert change.habits.kiosks == 2


def test_the_same_families_come_to_a_changed_event(narrow):
    change = of("place", changes(narrow), "velo")[0]
    scenario = narrow.scenario
    day = played(Task(change.event, scenario.crowd, scenario.habits, 3, drawn_for=narrow.event))
    before = narrow.open[3]
    assert (day.families + day.shut_out, day.people) == (before.families + before.shut_out, before.people)


def test_the_bottleneck_is_what_to_widen_first(narrow, alone):
    tried = of("table", changes(narrow)) + of("stop", changes(narrow))
    told = []
    gains = rank(narrow, tried, 24, alone, lambda: told.append(1))
    assert len(told) == cost(narrow, len(tried), 24)
    best = gains[0]
    assert (best.change.code, best.change.atelier.id) == ("table", "velo")
    assert best.helps
    assert best.worth.low > 0


def test_a_visit_is_worth_what_people_lose_for_one(narrow, alone):
    lost = narrow.mean(lambda day: day.lost_minutes).mean
    assert visit_minutes(narrow) * narrow.mean(lambda day: day.measures.visits).mean == pytest.approx(lost)
    (gain,) = rank(narrow, of("table", changes(narrow), "velo"), 8, alone, lambda: None)
    assert gain.worth.mean == pytest.approx(gain.minutes.mean + visit_minutes(narrow) * gain.visits.mean)


def sure(mean):
    return Interval(mean, mean - abs(mean) / 2, mean + abs(mean) / 2, 30)


def test_more_visits_for_the_same_wait_are_a_help_and_people_sent_home_are_not(narrow):
    (change, *_) = changes(narrow)
    none = Interval(0.0, -1.0, 1.0, 30)
    more = Gain(change, sure(5.0), none, sure(0.3), none, none, none, final=True)
    assert more.helps
    assert not replace(more, left_out=sure(-4.0)).helps
    assert replace(more, left_out=sure(-4.0)).harms
    assert replace(more, worth=Interval(0.1, -1.0, 1.2, 30), left_out=sure(4.0)).helps


def test_an_age_limit_is_shown_with_whom_it_shuts_out_and_never_recommended(narrow):
    change = of("place", changes(narrow), "velo")[0]
    shutting = replace(change, excludes=narrow.event.bands[:1])
    none = Interval(0.0, -1.0, 1.0, 30)
    gain = Gain(shutting, sure(5.0), sure(5.0), none, none, none, none, final=True)
    assert not gain.helps
    assert narrow.event.bands[0].name("fr") in Phrases(narrow.event, texts("fr")).excluded(shutting)


def test_who_would_be_shut_out_is_said_of_each_age_limit(neighbours, quarter, alone):
    crowd = replace(quarter.crowd, people=150)
    for change in changes(forecast(neighbours, replace(quarter, crowd=crowd), 0, 2, alone, lambda: None)):
        assert bool(change.excludes) is (change.code == "age")


def test_after_few_days_nothing_is_said_rather_than_no_effect(narrow):
    change = changes(narrow)[0]
    none = Interval(0.0, -1.0, 1.0, 4)
    few = Gain(change, none, none, none, none, none, none, final=True)
    say, words = Phrases(narrow.event, texts("fr")), texts("fr")
    assert say.gain(few) == words.text("rehearse.gain.unknown")
    assert say.gain(replace(few, worth=replace(none, count=30))) == words.text("rehearse.gain.none")


def test_a_change_that_changes_nothing_is_not_recommended(narrow, alone):
    nothing = [replace(changes(narrow)[0], event=narrow.event)]
    for gain in rank(narrow, nothing, 8, alone, lambda: None):
        assert not gain.helps
        assert not gain.harms
        assert gain.worth.mean == gain.minutes.mean == 0


@pytest.mark.parametrize(("many", "budget"), [(1, 50), (8, 100), (9, 600), (32, 600), (200, 600), (32, 0)])
def test_days_are_spent_on_the_best_and_within_the_budget(many, budget):
    plan = rounds(many, budget)
    assert plan[0].changes == many
    assert min(many, FEWEST_FINALISTS) <= plan[-1].changes <= FINALISTS
    if budget >= 2 * FINALISTS * ENOUGH_DAYS:
        assert plan[-1].changes == min(many, FINALISTS)
        assert plan[-1].days >= ENOUGH_DAYS
    assert [each.changes for each in plan] == sorted((each.changes for each in plan), reverse=True)
    assert all(each.days >= FEWEST_DAYS for each in plan)
    least = sum(each.changes * FEWEST_DAYS for each in plan)
    assert sum(each.changes * each.days for each in plan) <= max(budget, least + budget)


def test_nothing_to_try_costs_nothing(narrow, alone):
    assert rounds(0, 600) == ()
    assert rank(narrow, (), 600, alone, lambda: None) == ()
    assert cost(narrow, 0, 600) == 0
