"""A forecast: what many days say of one event, each figure against the days themselves."""

from dataclasses import replace

import pytest

from kiosk.errors import Refused
from kiosk.rules.event import Closing, Kind
from kiosk.twin.days import REFUSALS, Task, played
from kiosk.twin.forecast import CLOSED_SHARE, LATE_MINUTES, OFTEN, forecast
from kiosk.twin.runs import runs


def test_the_same_seed_foresees_the_same_and_another_one_something_else(neighbours, quarter, alone, foreseen):
    assert forecast(neighbours, quarter, 0, 8, alone, lambda: None).open == foreseen.open
    assert forecast(neighbours, quarter, 1, 8, alone, lambda: None).open != foreseen.open


def test_two_processes_play_what_one_does(neighbours, quarter, foreseen):
    with runs(2) as players:
        assert forecast(neighbours, quarter, 0, 8, players, lambda: None).open == foreseen.open


def test_so_many_days_are_played_and_each_is_told_of(neighbours, quarter, alone):
    told = []
    found = forecast(neighbours, quarter, 0, 8, alone, lambda: told.append(1))
    assert (len(found.open), len(found.closed)) == (8, 8 // CLOSED_SHARE)
    assert len(told) == 8 + 8 // CLOSED_SHARE
    assert [day.seed for day in found.closed] == [day.seed for day in found.open][: len(found.closed)]


def test_waits_are_told_while_the_doors_are_open_of_what_people_queue_for(foreseen, neighbours):
    assert foreseen.waits.keys() == {atelier.id for atelier in foreseen.queued}
    assert "contes" not in foreseen.waits
    for spots in foreseen.waits.values():
        assert spots
        assert [spot.at_ms for spot in spots] == sorted({spot.at_ms for spot in spots})
        for spot in spots:
            assert any(spot.at_ms in window for window in neighbours.windows)
            assert 0 <= spot.wait.low <= spot.wait.mid <= spot.wait.high


def test_the_longest_wait_comes_first(foreseen):
    peaks = [spot.wait.mid for _, spot in foreseen.by_peak]
    assert peaks == sorted(peaks, reverse=True)
    atelier, spot = foreseen.by_peak[0]
    assert spot.wait.mid == max(each.wait.mid for each in foreseen.waits[atelier.id])


def test_more_people_wait_longer(neighbours, quarter, alone, foreseen):
    many = replace(quarter, crowd=replace(quarter.crowd, people=180))
    crowded = forecast(neighbours, many, 0, 4, alone, lambda: None)
    assert (
        crowded.mean(lambda day: day.lost_minutes).mean > foreseen.mean(lambda day: day.lost_minutes).mean + 5
    )
    assert crowded.mean(lambda day: day.vain).mean > foreseen.mean(lambda day: day.vain).mean


def test_never_more_people_on_site_than_came_nor_more_at_a_session_than_it_seats(foreseen):
    assert max(band.high for _, band in foreseen.on_site) <= 60
    (contes,) = foreseen.timetabled
    seats = foreseen.seats(contes)
    assert [start_ms for start_ms, _ in seats] == list(contes.times_ms)
    assert all(0 <= people.low <= people.high <= contes.places for _, people in seats)


def test_families_are_turned_away_at_most_as_often_as_there_are_families(foreseen):
    for why in REFUSALS:
        most = foreseen.refused(why).high
        assert 0 <= most <= foreseen.families
        assert all(foreseen.refused(why, atelier.id).high <= most for atelier in foreseen.event.ateliers)


def test_queues_are_closed_before_the_doors_are_and_on_most_days(foreseen):
    for closure in foreseen.closures:
        assert closure.window.opens_ms < closure.at_ms.low <= closure.at_ms.mid <= closure.at_ms.high
        assert closure.at_ms.high <= closure.window.closes_ms + 30 * 60_000
        assert OFTEN <= closure.share <= 1
        assert closure.by_ms <= closure.at_ms.mid
        assert closure.by_ms % 300_000 == 0
        assert closure.atelier.kind is not Kind.SESSION


def test_a_day_ends_when_its_last_turn_is_over(foreseen, neighbours):
    (ending,) = foreseen.endings
    ends = [day.end_minutes(0) for day in foreseen.open]
    for minutes, share in zip(LATE_MINUTES, ending.late, strict=True):
        assert share == pytest.approx(sum(end > minutes for end in ends) / len(ends))
    assert ending.late == tuple(sorted(ending.late, reverse=True))
    assert ending.last in neighbours.ateliers


def test_an_atelier_that_serves_its_queue_to_the_last_ends_later(neighbours, quarter, alone):
    people = replace(quarter, crowd=replace(quarter.crowd, people=150))
    drained = tuple(replace(atelier, closing=Closing.DRAIN) for atelier in neighbours.ateliers)
    stops = forecast(neighbours, people, 0, 4, alone, lambda: None)
    drains = forecast(replace(neighbours, ateliers=drained), people, 0, 4, alone, lambda: None)
    assert drains.endings[0].minutes.mid > stops.endings[0].minutes.mid
    assert drains.refused("sent-on").high == 0


def test_a_day_on_which_nobody_gets_in_is_refused(neighbours, quarter):
    late = replace(quarter.crowd, arrivals=((90, 1.0),))
    with pytest.raises(Refused, match="nobody"):
        played(Task(neighbours, late, quarter.habits, 0))


def test_who_waits_at_the_door_is_counted(neighbours, quarter):
    at_once = replace(quarter.crowd, people=200, arrivals=((0, 1.0),))
    one = played(Task(neighbours, at_once, quarter.habits, 0))
    four = played(Task(neighbours, at_once, replace(quarter.habits, kiosks=4), 0))
    assert one.door_minutes > 3
    assert four.door_minutes < one.door_minutes / 2
