"""Watchers of an atelier's page hear of each change, as what they may do."""

import http.client
import json
from contextlib import contextmanager

from kiosk.rules.floor import Status
from kiosk.web import atelier as pages
from kiosk.web import live

from .phone import MINUTE_MS, face, faces, family


@contextmanager
def watching(house, atelier, headers=None):
    connection = http.client.HTTPConnection("127.0.0.1", house.port, timeout=60)
    connection.request("GET", f"/atelier/{atelier}/events", headers=headers or {})
    answer = connection.getresponse()
    assert answer.status == 200
    try:
        yield answer
    finally:
        answer.close()
        connection.close()


def news(answer, wanted=lambda state: True):
    """The next state that is as wanted."""
    while True:
        lines = []
        while line := answer.readline().rstrip(b"\r\n"):
            lines.append(line)
        if b"event: state" in lines:
            state = json.loads(next(line for line in lines if line.startswith(b"data: "))[6:])
            if wanted(state):
                return state


def test_watchers_hear_of_each_press_as_what_they_may_do(house, animator):
    party = family(house)
    with watching(house, "vr", animator.headers()) as own, watching(house, "vr") as others:
        assert news(own)["may_act"]
        assert news(others)["login"] == "/pin?to=/atelier/vr/"
        animator.act("vr", "scan", badge=party.badge)
        heard = [news(answer, lambda state: state["waiting"]) for answer in (own, others)]
        assert [faces(state["waiting"]) for state in heard] == [[face(house, party)], [""]]
        assert [(state["may_act"], state["can_undo"]) for state in heard] == [(True, True), (False, False)]


def test_another_pin_ends_what_a_watcher_may_do(house, animator, monkeypatch):
    monkeypatch.setattr(live, "KEEP_S", 0.2)
    with watching(house, "vr", animator.headers()) as own:
        assert news(own)["may_act"]
        house.services.access.renew()
        assert not news(own, lambda state: not state["may_act"])["can_undo"]
    assert animator.act("vr", "pause")[0] == 401


def test_only_what_is_watched_is_composed(house, monkeypatch):
    monkeypatch.setattr(live, "KEEP_S", 0.2)
    composed = []
    state = pages.glance.state

    def noted(services, view, floor, id):
        composed.append(id)
        return state(services, view, floor, id)

    monkeypatch.setattr(pages.glance, "state", noted)
    with watching(house, "vr") as first:
        news(first)
        with watching(house, "arts") as second:
            news(second)
        assert set(composed) == {"vr", "arts"}
        news(first, lambda state: "arts" not in house.app.extensions[pages.CHANNEL].watched)
        composed.clear()
        house.day.set_status("vr", Status.PAUSED)
        news(first, lambda state: state["status"] == "paused")
        assert set(composed) == {"vr"}


def test_above_the_cap_a_watcher_is_told_to_come_back(house):
    house.app.extensions[pages.CHANNEL]._most = 1
    with watching(house, "vr") as answer:
        news(answer)
        status, headers, _ = house.ask("GET", "/atelier/arts/events")
        assert (status, headers["retry-after"]) == (503, "5")
    assert house.ask("HEAD", "/atelier/vr/events")[0] == 200


def test_the_booth_that_is_shown_is_the_one_that_is_pressed(house, animator):
    for people in (1, 4, 2, 1):
        house.scan("arts", "arrive", family(house, people).badge)
    for _ in range(3):
        house.clock.at_ms += MINUTE_MS
        before = animator.state("arts")
        animator.act("arts", "next")
        after = animator.state("arts")
        assert {card["ref"] for card in before["called"]} <= {card["ref"] for card in after["inside"]}
        assert 0 <= after["free"] <= after["places"]
