"""Anybody here may look at the page of an atelier; what it says of stations, turns and who left."""

import json

import pytest

from firmware.wire import screen
from firmware.wire.batch import Health
from firmware.wire.plan import decode
from kiosk.rules.floor import Status
from kiosk.rules.presses import DESK
from kiosk.web.frontend import files

from .phone import JSON, MINUTE_MS, Phone, desk_log, face, family


def test_the_list_leads_to_each_atelier(house):
    house.day.set_status("vr", Status.PAUSED)
    status, _, body = house.ask("GET", "/atelier")
    page = body.decode()
    assert status == 200
    for atelier in house.event.ateliers:
        assert f'href="/atelier/{atelier.id}/"' in page
        assert atelier.name("fr").replace("'", "&#39;") in page
    assert page.lower().count("en pause") == 1
    assert 'href="/atelier"' in house.ask("GET", "/")[2].decode()


def test_the_page_is_that_of_the_station(house):
    status, headers, body = house.ask("GET", "/atelier/vr/")
    assert (status, headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert body == files()["station.html"][0]
    assert house.ask("GET", "/atelier/vr")[1]["location"].endswith("/atelier/vr/")
    _, headers, _ = house.ask("GET", "/atelier/vr/station.js")
    assert headers["content-type"].startswith("text/javascript")
    kept = {"If-None-Match": headers["etag"]}
    assert house.ask("GET", "/atelier/vr/station.js", headers=kept)[0] == 304


@pytest.mark.parametrize(
    "path",
    [
        *(f"/atelier/sauna/{part}" for part in ("", "state", "events", "plan", "station.js")),
        *(f"/atelier/vr/{name}" for name in ("no.js", "../../page.py", "..%2f..%2fpage.py")),
    ],
)
def test_there_is_nothing_else(house, path):
    assert house.ask("GET", path)[0] == 404


def test_the_plan_is_that_of_the_atelier(house):
    _, headers, body = house.ask("GET", "/atelier/vr/plan")
    plan = decode(body)
    assert headers["content-type"] == "application/json"
    assert (plan.atelier, plan.station, plan.places) == ("vr", DESK, 2)
    assert plan.steps == ("arrive", "enter", "leave")
    assert Phone(house).state("vr")["plan"] == plan.digest


def test_a_stranger_sees_numbers_but_nobody_and_may_not_press(house, stranger):
    party = family(house, 3)
    house.scan("vr", "arrive", party.badge)
    state = stranger.state("vr")
    assert [(each["takers"], each["face"]) for each in state["waiting"]] == [(3, "")]
    for telling in (party.badge, screen.ref(party.badge), face(house, party)):
        assert telling not in json.dumps(state, ensure_ascii=False)
    assert (state["may_act"], state["can_undo"], state["login"]) == (False, False, "/pin?to=/atelier/vr/")
    status, answer = stranger.act("vr", "next")
    assert (status, answer["login"]) == (401, "/pin?to=/atelier/vr/")
    assert "code des animateurs" in answer["error"]
    assert stranger.state("vr")["called"] == []
    assert desk_log(house) == []


def test_the_machine_of_the_hub_itself_needs_the_pin_too(house):
    body = json.dumps({"act": "next"}).encode()
    for port in (house.port, house.door_port):  # both are asked from the loopback
        assert house.ask("POST", "/atelier/vr/act", body, JSON, port=port)[0] == 401


def test_another_site_cannot_press_for_the_animator(house, animator):
    family_party = family(house)
    house.scan("vr", "arrive", family_party.badge)
    body = json.dumps({"act": "next"}).encode()
    for foreign in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "http://evil.example"}):
        assert house.ask("POST", "/atelier/vr/act", body, JSON | animator.headers() | foreign)[0] == 403
    assert animator.state("vr")["called"] == []


def test_it_says_what_the_stations_saw_last_until_somebody_presses(house, animator):
    first, second = family(house), family(house)
    house.scan("vr", "arrive", first.badge)
    state = animator.state("vr")
    assert face(house, first) in state["said"]["words"]
    assert state["said"]["at_ms"] == house.clock()
    house.clock.at_ms += 1000
    animator.act("vr", "scan", badge=second.badge)
    assert face(house, second) in animator.state("vr")["said"]["words"]
    house.clock.at_ms += MINUTE_MS
    house.scan("vr", "enter", first.badge)
    assert face(house, first) in animator.state("vr")["said"]["words"]


def test_who_left_is_told_of_with_the_advice(house, animator):
    party = family(house, 2)
    for act in (("scan", party.badge), ("next", ""), ("next", ""), ("done", "")):
        assert animator.act("vr", act[0], badge=act[1])[0] == 200
        house.clock.at_ms += 2 * MINUTE_MS
    told = animator.state("vr")["told"]
    assert len(told) == 1
    assert told[0]["words"].startswith(face(house, party))
    assert "→" in told[0]["words"]
    assert not told[0]["guess"]
    assert animator.state("arts")["told"] == []
    house.clock.at_ms += 10 * MINUTE_MS
    assert animator.state("vr")["told"] == []


def test_the_stations_of_the_atelier_are_told_of_where_something_is_wrong(house, animator):
    assert animator.state("vr")["trouble"] == ""
    log = house.logs["vr-file"]
    body, signed = log.batch([], house.clock(), Health(3, False, "test"))
    house.stations.receive(body, signed, 5)
    body, signed = house.logs["arts"].batch([], house.clock(), Health(0, False, "test"))
    house.stations.receive(body, signed, 5)
    state = animator.state("vr")
    assert (state["backlog"], state["scanners"]) == (3, [{"name": "vr-file", "present": False}])
    assert state["trouble"].startswith("vr-file\u00a0:")
    house.clock.at_ms += 5 * MINUTE_MS
    state = animator.state("vr")
    assert "5\u00a0min" in state["trouble"]
    assert state["scanners"] == []


def test_it_survives_a_restart_of_the_server(house, animator):
    party = family(house)
    animator.act("vr", "scan", badge=party.badge)
    house.cut()
    house.resume()
    state = animator.state("vr")
    assert (state["may_act"], state["can_undo"]) == (True, True)
    assert face(house, party) in state["said"]["words"]  # as the journeys say it
    assert animator.act("vr", "undo")[1]["said"]["tone"] == screen.UNDONE
    assert animator.state("vr")["waiting"] == []
