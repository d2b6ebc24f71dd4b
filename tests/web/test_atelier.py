"""The hub's page of an atelier: anybody here may look at it; who has entered the PIN may press."""

import http.client
import json
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from axe_playwright_python.sync_playwright import Axe

from firmware.wire import screen, token
from firmware.wire.batch import Health
from firmware.wire.plan import decode
from kiosk.errors import JournalUnavailable
from kiosk.rules.facts import Passed
from kiosk.rules.floor import Status
from kiosk.rules.party import Group
from kiosk.rules.presses import DESK
from kiosk.store.journal import Journal
from kiosk.web import atelier as pages
from kiosk.web import live
from kiosk.web.frontend import files
from kiosk.web.roles import Role

from ..grid import each
from ..patience import until

MINUTE_MS = 60_000
JSON = {"Content-Type": "application/json"}


class Phone:
    """An animator's browser, without the browser."""

    def __init__(self, house) -> None:
        self.house = house
        self.carried = {}

    def enter(self):
        self.carried = self.house.enter(Role.ANIMATOR)
        return self

    def headers(self):
        return self.carried

    def get(self, path):
        status, _, body = self.house.ask("GET", path, headers=self.headers())
        assert status == 200, body
        return json.loads(body)

    def state(self, atelier):
        return self.get(f"/atelier/{atelier}/state")

    def act(self, atelier, act, **fields):
        """(status, answer)."""
        body = json.dumps({"act": act} | fields).encode()
        status, _, answer = self.house.ask("POST", f"/atelier/{atelier}/act", body, JSON | self.headers())
        return status, json.loads(answer)


@pytest.fixture
def house(real_house):
    return real_house


@pytest.fixture
def stranger(house):
    return Phone(house)


@pytest.fixture
def animator(house):
    return Phone(house).enter()


def family(house, people=1):
    house.clock.at_ms += 1000
    return house.day.check_in([Group("18-59", "f", people)], "fr", sheet=False).party


def face(house, party):
    return house.services.desk.plan("vr").text(
        "common.nickname",
        picture=house.services.desk.plan("vr").text(f"picture.{party.nickname.picture}"),
        number=party.nickname.number,
    )


def faces(cards):
    return [card["face"] for card in cards]


def desk_log(house):
    facts = house.day.between(lambda journal: [fact for _, fact in journal.read()])
    return [fact.passage for fact in facts if isinstance(fact, Passed) and fact.passage.station == DESK]


# What anybody may see


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


# What an animator does


def test_a_press_is_answered_in_words_and_seen_by_all(house, animator, stranger):
    first, second, third = (family(house) for _ in range(3))
    for party in (first, second, third):
        house.scan("vr", "arrive", party.badge)
        house.clock.at_ms += 1000
    status, answer = animator.act("vr", "next")
    assert status == 200
    assert answer["said"]["tone"] == screen.KEPT
    assert face(house, first) in answer["said"]["words"]
    assert face(house, third) not in answer["said"]["words"]
    state, afar = animator.state("vr"), stranger.state("vr")
    assert faces(state["called"]) == [face(house, first), face(house, second)]
    assert faces(state["waiting"]) == [face(house, third)]
    assert (state["free"], state["said"], state["can_undo"]) == (0, answer["said"], True)
    assert [len(afar[where]) for where in ("called", "waiting", "inside")] == [2, 1, 0]
    assert (afar["free"], afar["said"], afar["can_undo"]) == (0, None, False)
    house.clock.at_ms += 3 * MINUTE_MS
    assert animator.act("vr", "absent", ref=screen.ref(second.badge))[0] == 200
    state = animator.state("vr")
    assert (faces(state["called"]), state["free"]) == ([face(house, first)], 1)
    assert animator.act("vr", "undo")[1]["said"]["tone"] == screen.UNDONE
    assert len(animator.state("vr")["called"]) == 2


def test_what_comes_to_nothing_is_said(house, animator):
    status, answer = animator.act("vr", "next")
    assert (status, answer["said"]["tone"]) == (200, screen.NOTHING)
    assert answer["said"]["words"]
    assert animator.state("vr")["said"] is None


def test_letters_that_are_typed_are_a_scan(house, animator):
    party = family(house)
    status, answer = animator.act("vr", "scan", badge=token.grouped(party.badge).lower())
    assert (status, answer["said"]["tone"]) == (200, screen.KEPT)
    assert faces(animator.state("vr")["waiting"]) == [face(house, party)]
    assert animator.act("vr", "scan", badge=party.badge)[1]["said"]["tone"] == screen.REPEAT
    foreign, unreadable = token.issue(b"another event", lambda n: 3), "CHAT7"
    refused = [animator.act("vr", "scan", badge=letters) for letters in (foreign, unreadable)]
    assert [status for status, _ in refused] == [409, 409]
    assert len({answer["error"] for _, answer in refused} - {""}) == 2


def test_a_session_is_shifted_and_the_plan_with_it(house, animator):
    before = animator.state("usages")
    status, _ = animator.act("usages", "shift", by=10)
    assert status == 200
    after = animator.state("usages")
    assert after["next_session_ms"] == before["next_session_ms"] + 10 * MINUTE_MS
    assert after["plan"] != before["plan"]
    assert decode(house.ask("GET", "/atelier/usages/plan")[2]).digest == after["plan"]


def test_pause_and_close_are_said_of_the_atelier(house, animator):
    for act, status in (("pause", "paused"), ("close", "closed"), ("resume", "open")):
        house.clock.at_ms += 1000
        assert animator.act("vr", act)[0] == 200
        assert animator.state("vr")["status"] == status
    assert animator.act("vr", "resume")[1]["said"]["tone"] == screen.NOTHING


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"null", b'{"act": 3}', b'{"act": "dance"}', b'{"act": "call"}', b'{"act": "shift", "by": "x"}',
     b'{"act": "shift", "by": 100000}', b'{"act": "scan", "badge": ["x"]}', b"[" * 4000, b" " * 100_000],
)  # fmt: skip
def test_nonsense_is_answered_and_changes_nothing(house, animator, body):
    status, _, answer = house.ask("POST", "/atelier/vr/act", body, JSON | animator.headers())
    assert status in (400, 409)
    assert json.loads(answer)["error"]
    assert desk_log(house) == []


def test_where_nothing_can_be_kept_that_is_said(house, animator, monkeypatch):
    def full(journal, entries):
        raise JournalUnavailable("full")

    monkeypatch.setattr(Journal, "append", full)
    status, answer = animator.act("vr", "pause")
    assert (status, bool(answer["error"])) == (503, True)
    monkeypatch.undo()
    assert animator.act("vr", "pause")[0] == 200


def test_two_phones_that_press_at_once_call_nobody_twice(house, animator):
    parties = [family(house) for _ in range(6)]
    for party in parties:
        house.scan("vr", "arrive", party.badge)
    together = threading.Barrier(6)

    def press(_):
        together.wait()
        return animator.act("vr", "next")[0]

    with ThreadPoolExecutor(6) as many:
        assert set(many.map(press, range(6))) == {200}
    called = [passage.badge for passage in desk_log(house) if passage.kind == "call"]
    assert len(called) == len(set(called)) == 2
    state = animator.state("vr")
    assert len(state["called"]) + len(state["inside"]) == 2


def test_a_press_that_comes_again_is_answered_as_before_and_does_nothing_more(house, animator):
    for party in [family(house) for _ in range(3)]:
        house.scan("vr", "arrive", party.badge)
    house.clock.at_ms += 1000
    for act, more in (("next", {}), ("shift", {"by": 5}), ("undo", {}), ("pause", {})):
        at = "usages" if act == "shift" else "vr"
        before = len(desk_log(house))
        said = animator.act(at, act, form=f"a press of {act}", **more)
        house.clock.at_ms += 3000
        kept = len(desk_log(house))
        assert kept > before
        assert animator.act(at, act, form=f"a press of {act}", **more) == said
        assert len(desk_log(house)) == kept
    assert animator.act("vr", "resume", form="x" * 65)[0] == 400


def test_a_press_that_the_disk_refused_is_done_when_it_comes_again(house, animator, monkeypatch):
    def full(journal, entries):
        raise JournalUnavailable("full")

    monkeypatch.setattr(Journal, "append", full)
    assert animator.act("vr", "pause", form="a press")[0] == 503
    monkeypatch.undo()
    assert animator.act("vr", "pause", form="a press")[0] == 200
    assert [passage.kind for passage in desk_log(house)] == ["pause"]


# What it says of the rest


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


# As it changes


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


# In a browser


@pytest.fixture
def opened(house, open_page):
    """Opens the page of an atelier in a browser; with `may_act` after the PIN was entered there."""

    def open_one(atelier, width=390, height=844, *, may_act=True, **context):
        page = open_page(house.url + f"/pin?to=/atelier/{atelier}/", width, height, **context)
        if may_act:
            page.fill("#pin", house.services.access.pin)
        else:
            page.click("footer a")
        page.wait_for_url(f"{house.url}/atelier/{atelier}/")
        page.wait_for_selector(".acts")
        return page

    return open_one


@pytest.mark.parametrize(("size", "scheme"), each(((390, 844), (820, 1180), (480, 320)), ("light", "dark")))
def test_axe_finds_nothing_wrong_with_it(house, opened, size, scheme):
    width, height = size
    for people in (1, 2, 1, 3, 1):
        house.scan("vr", "arrive", family(house, people).badge)
    house.services.desk.press("vr", "next")
    for may_act in (True, False):
        page = opened("vr", width, height, may_act=may_act, color_scheme=scheme, reduced_motion="reduce")
        page.wait_for_selector(".card")
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_an_animator_works_by_touch_alone(house, opened):
    first, second, third = (family(house) for _ in range(3))
    for party in (first, second, third):
        house.scan("vr", "arrive", party.badge)
        house.clock.at_ms += 1000
    page = opened("vr", has_touch=True)
    page.wait_for_selector(".card")
    page.tap("[data-act=next]")
    until(lambda: house.services.desk.last("vr"))
    assert [passage.kind for passage in desk_log(house)] == ["call", "call"]
    house.clock.at_ms += MINUTE_MS
    page.tap("[data-act=next]")
    until(lambda: len(desk_log(house)) == 4)
    page.tap("[data-act=done]")
    until(lambda: len(desk_log(house)) == 5)
    assert desk_log(house)[-1].kind == "leave"
    page.tap("[data-act=undo]")
    until(lambda: len(desk_log(house)) == 6)
    assert (desk_log(house)[-1].kind, desk_log(house)[-1].of) == ("undo", 5)


def test_a_stranger_finds_no_button_but_the_way_to_the_pin(house, opened):
    house.scan("vr", "arrive", family(house).badge)
    page = opened("vr", may_act=False)
    page.wait_for_selector(".card")
    assert page.locator("[data-act=next]:visible").count() == 0
    page.click(".only a")
    page.fill("#pin", house.services.access.pin)
    page.wait_for_selector("[data-act=next]:visible")


def test_a_press_whose_answer_is_lost_is_tried_again_and_done_once(house, opened):
    house.scan("vr", "arrive", family(house).badge)
    page = opened("vr")  # in the same second: what is said by others is no news to it
    answers = []

    def lose(route):
        answers.append(route.fetch())
        if len(answers) == 1:
            route.abort()
        else:
            route.fulfill(response=answers[-1])

    page.route("**/act", lose)
    page.click("[data-act=next]")
    page.click(".strip .retry")
    page.wait_for_selector(".strip:not([data-failed])")
    assert [answer.status for answer in answers] == [200, 200]
    assert answers[0].json() == answers[1].json()
    assert [passage.kind for passage in desk_log(house)] == ["call"]


def test_what_is_announced_stands_on_the_page_for_whoever_looks_until_it_is_withdrawn(house, open_page):
    page = open_page(house.url + "/atelier/vr/", 390, 844)
    page.wait_for_selector("main.page")
    act = house.day.announce(
        {"fr": "Le goûter <b>est</b> servi.", "en": "Snacks are served."}, house.clock() + 60 * MINUTE_MS
    )
    page.wait_for_selector(".announced .lines >> text=Le goûter <b>est</b> servi.")
    house.day.withdraw(act)
    page.wait_for_selector(".announced", state="hidden")
