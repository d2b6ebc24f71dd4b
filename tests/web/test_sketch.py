"""The small drawings of the organisers' pages, and their figures."""

from dataclasses import replace

from kiosk.rules.event import Station
from kiosk.rules.history import history
from kiosk.rules.party import Group
from kiosk.web import sketch


def test_nothing_is_drawn_nor_said_of_a_queue_that_nobody_scans_who_joins(open_house, roubaix):
    stations = [each for each in roubaix.stations if each.atelier != "vr"]
    event = replace(roubaix, stations=(*stations, Station("vr", "vr", ("enter", "leave"))))
    house = open_house(event, event.windows[1].opens_ms + 35 * 60_000)
    for atelier, step in (("vr", "enter"), ("arts", "enter"), ("borne-arcade", "arrive")):
        house.scan(atelier, step, house.day.check_in([Group("18-59", "f", 2)], "fr").party.badge)
    past = history(house.day.view, house.clock())
    drawn, said = sketch.lines(event, past), sketch.figures(event, past)
    assert (drawn["queue.vr"], drawn["trend.vr"]) == ("", "")
    assert drawn["queue.borne-arcade"] and drawn["trend.borne-arcade"] and drawn["trend.arts"]
    assert "figures.queue.vr" not in said and said["figures.inside.vr"] and said["figures.queue.arts"]
    shown = house.live.frame().shown["fr"]["texts"]
    assert shown["atelier.vr.trend"] == shown["atelier.vr.queue"] == "—"


def test_the_hours_of_a_day_are_full_ones_where_clocks_are_half_an_hour_off(roubaix):
    event = replace(roubaix, timezone="Asia/Kolkata")
    assert {event.local(each).minute for each in sketch.hours(event)} == {0}
