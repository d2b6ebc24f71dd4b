"""The form that a family sends: taken once, whoever sends it how often; refused where it makes no sense."""

import http.client
import re
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from kiosk.rules.party import Group


class Visitor:
    """A browser's session without the browser: it keeps its cookie, and fills in the form of the page."""

    def __init__(self, house):
        self.house, self.cookie = house, ""

    def ask(self, method, path, **fields):
        body = (
            "&".join(f"{name.replace('__', ':')}={value}" for name, value in fields.items()).encode() or None
        )
        connection = http.client.HTTPConnection("127.0.0.1", self.house.door_port, timeout=10)
        headers = {"Cookie": self.cookie, "Content-Type": "application/x-www-form-urlencoded"}
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        page = answer.read().decode()
        connection.close()
        for cookie in answer.headers.get_all("Set-Cookie", []):
            self.cookie = cookie.partition(";")[0]
        return answer.status, answer.headers.get("Location"), page

    def ready(self):
        self.ask("POST", "/door/language", language="fr")
        page = self.ask("GET", "/door/family")[2]
        return re.search(r'name="form" value="([^"]+)"', page)[1]


def test_the_same_form_from_many_at_once_makes_one_party(house):
    visitor = Visitor(house)
    form, cookie = visitor.ready(), visitor.cookie

    def send(_):
        again = Visitor(house)
        again.cookie = cookie
        return again.ask("POST", "/door/family", form=form, do="print", **{"n:18-59:f": 2})[:2]

    with ThreadPoolExecutor(12) as many:
        answers = set(many.map(send, range(24)))
    assert answers == {(303, "/door/sheet")}
    assert len(house.day.view.parties) == 1


def test_a_form_of_another_session_makes_no_party(house):
    visitor, other = Visitor(house), Visitor(house)
    form = visitor.ready()
    other.ready()
    answer = other.ask("POST", "/door/family", form=form, do="print", **{"n:18-59:f": 2})
    assert answer[:2] == (303, "/door")
    assert not house.day.view.parties


def test_a_form_is_not_taken_again_after_a_restart_of_the_hub(house):
    visitor = Visitor(house)
    form = visitor.ready()
    visitor.ask("POST", "/door/family", form=form, do="print", **{"n:18-59:f": 2})
    house.cut()
    house.resume()
    assert visitor.ask("POST", "/door/family", form=form, do="print", **{"n:18-59:f": 2})[1] == "/door/sheet"
    assert len(house.day.view.parties) == 1


@pytest.mark.parametrize(
    "fields",
    [
        {"n:18-59:f": "-1"},
        {"n:18-59:f": "1e3"},
        {"n:18-59:f": "201"},
        {"n:18-59:f": "²"},
        {"n:18-59:f": "%00"},
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


def test_nobody_is_no_party(house):
    visitor = Visitor(house)
    form = visitor.ready()
    assert visitor.ask("POST", "/door/family", form=form, do="print")[1] == "/door/family"
    assert not house.day.view.parties


@pytest.mark.parametrize("path", ["/door/sheet/status", "/door/badge.svg"])
def test_a_party_is_shown_to_the_session_that_checked_it_in_alone(house, path):
    visitor, other = Visitor(house), Visitor(house)
    form = visitor.ready()
    visitor.ask("POST", "/door/family", form=form, do="print", **{"n:18-59:f": 2})
    assert visitor.ask("GET", path)[0] == 200
    other.ready()
    assert other.ask("GET", path)[0] == 404
    assert other.ask("GET", "/door/sheet")[:2] == (303, "/door")
    forged = Visitor(house)
    forged.cookie = visitor.cookie[:-3] + "abc"
    assert forged.ask("GET", path)[0] == 404
    visitor.ask("POST", "/door/end")
    assert visitor.ask("GET", path)[0] == 404


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
