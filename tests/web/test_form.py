"""The form that a family sends: taken once, whoever sends it how often; refused where it makes no sense."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from kiosk.rules.party import Group

from .visitor import Visitor

TWO = {"n:18-59:f": 2}


def test_the_same_form_from_many_at_once_makes_one_party(house):
    visitor = Visitor(house)
    form, cookie = visitor.ready(), visitor.cookie

    def send(_):
        again = Visitor(house)
        again.cookie = cookie
        return again.ask("POST", "/door/family", form=form, do="print", **TWO)[:2]

    with ThreadPoolExecutor(12) as many:
        answers = set(many.map(send, range(24)))
    assert answers == {(303, "/door/sheet")}
    assert len(house.day.view.parties) == 1


def test_a_family_that_goes_apart_does_so_once_however_often_it_is_sent(house):
    visitor = Visitor(house)
    form = visitor.ready()
    visitor.ask("POST", "/door/family", form=form, do="choose", **{"n:18-59:f": 1, "n:6-11:m": 2})
    cookie = visitor.cookie

    def send(_):
        again = Visitor(house)
        again.cookie = cookie
        return again.ask("POST", "/door/apart", form=form, do="print", **{"n:6-11:m": 2})[:2]

    with ThreadPoolExecutor(6) as many:
        answers = set(many.map(send, range(12)))
    assert answers == {(303, "/door/sheet")}
    assert [party.people for party in house.day.view.parties.values()] == [
        (Group("18-59", "f", 1),),
        (Group("6-11", "m", 2),),
    ]


@pytest.mark.parametrize("path", ["/door/family", "/door/group", "/door/dreams", "/door/apart"])
def test_a_form_of_another_session_makes_no_party(house, path):
    visitor, other = Visitor(house), Visitor(house)
    form = visitor.ready()
    other.ready()
    assert other.ask("POST", path, form=form, do="print", **TWO)[:2] == (303, "/door")
    assert not house.day.view.parties


@pytest.mark.parametrize("path", ["family", "group", "dreams", "apart", "language"])
def test_every_step_leads_to_the_sheet_once_there_is_one(house, path):
    visitor = Visitor(house)
    form = visitor.ready()
    visitor.ask("POST", "/door/family", form=form, do="print", **TWO)
    assert visitor.ask("GET", f"/door/{path}")[:2] == (303, "/door/sheet")
    assert visitor.ask("POST", "/door/dreams", form=form, do="print")[:2] == (303, "/door/sheet")
    assert len(house.day.view.parties) == 1


@pytest.mark.parametrize("path", ["family", "group", "dreams", "apart"])
def test_no_step_is_reached_before_a_language_is_chosen(house, path):
    assert Visitor(house).ask("GET", f"/door/{path}")[:2] == (303, "/door")


def test_a_form_is_not_taken_again_after_a_restart_of_the_hub(house):
    visitor = Visitor(house)
    form = visitor.ready()
    visitor.ask("POST", "/door/family", form=form, do="print", **TWO)
    house.cut()
    house.resume()
    assert visitor.ask("POST", "/door/family", form=form, do="print", **TWO)[1] == "/door/sheet"
    assert len(house.day.view.parties) == 1


@pytest.mark.parametrize(
    "fields",
    [
        {"n:18-59:f": "-1"},
        {"n:18-59:f": "1e3"},
        {"n:18-59:f": "201"},
        {"n:18-59:f": "²"},
        {"n:18-59:f": "\0"},
        {"n:18-59:f": "200", "n:6-11:m": "1"},
        {"do": "more:xx:f"},
    ],
)
def test_what_no_figure_can_say_is_refused(house, fields):
    visitor = Visitor(house)
    form = visitor.ready()
    status, _, page = visitor.ask("POST", "/door/family", **({"form": form, "do": "print"} | fields))
    assert status == 400
    assert "pas été comprise" in page
    assert not house.day.view.parties


def test_a_wish_for_what_is_not_there_is_refused_and_one_for_the_old_is_no_child_s(house):
    visitor = Visitor(house)
    form = visitor.ready()
    visitor.ask("POST", "/door/family", form=form, do="choose", **{"n:6-11:m": 1})
    assert visitor.ask("POST", "/door/dreams", form=form, do="wish:nowhere")[0] == 400
    visitor.ask("POST", "/door/dreams", form=form, do="print", wish=["usages", "nowhere", "robotique"])
    (party,) = house.day.view.parties.values()
    assert party.wishes == ("robotique",)


def test_nobody_is_no_party(house):
    visitor = Visitor(house)
    form = visitor.ready()
    assert visitor.ask("POST", "/door/family", form=form, do="print")[1].startswith("/door/family")
    assert visitor.ask("POST", "/door/dreams", form=form, do="print")[1] == "/door/family"
    assert visitor.ask("POST", "/door/apart", form=form, do="print")[1] == "/door/apart"
    assert not house.day.view.parties


def test_a_party_is_shown_to_the_session_that_checked_it_in_alone(house):
    visitor, other = Visitor(house), Visitor(house)
    form = visitor.ready()
    visitor.ask("POST", "/door/family", form=form, do="print", **TWO)
    (number,) = house.day.view.parties
    other.ready()
    forged = Visitor(house)
    forged.cookie = visitor.cookie[:-3] + "abc"

    def seen(who):
        """Which page it is told to be on, and whether it is shown the code."""
        page = json.loads(who.ask("GET", "/door/sheet/status")[2])["page"]
        return page, who.ask("GET", f"/door/badge.svg?party={number}")[0]

    page, code = seen(visitor)
    assert page and code == 200
    assert seen(other) == seen(forged) == (None, 404)
    assert other.ask("GET", "/door/sheet")[:2] == (303, "/door")
    visitor.ask("POST", "/door/end")
    assert seen(visitor) == (None, 404)


def test_a_hundred_families_at_once_are_all_kept(house):
    def come(_):
        visitor = Visitor(house)
        form = visitor.ready()
        return visitor.ask("POST", "/door/family", form=form, do="print", **{"n:18-59:f": 1, "n:0-5:m": 2})[1]

    with ThreadPoolExecutor(10) as many:
        assert set(many.map(come, range(100))) == {"/door/sheet"}
    parties = house.day.view.parties.values()
    assert sorted(party.number for party in parties) == list(range(1, 101))
    assert all(set(party.people) == {Group("18-59", "f", 1), Group("0-5", "m", 2)} for party in parties)
    assert threading.active_count() < 200
