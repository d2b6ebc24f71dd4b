"""A session: where one comes in, the token that its changes carry, when it ends, and the number it is known by."""

import dataclasses
import json

import pytest

from kiosk.web.app import create_app
from kiosk.web.roles import HEADER, Role

from ..conftest import PHRASE
from .table import answered, lines, routes

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
HELP = b"kind=help&place="  # somebody goes to the hub's own kiosk
HOURS_MS = 3_600_000
SCRIPTS = ["application/json", "text/event-stream"]


@pytest.mark.parametrize("role", [Role.ANIMATOR, Role.ORGANISER])
def test_whatever_a_session_changes_carries_its_token(house, role):
    """Not that of another session of the same role, nor that of another role."""
    mine, other = house.enter(role), house.enter(role)
    lower = house.enter(Role.ANIMATOR)
    changes = [
        path
        for (method, rule), path in routes(house).items()
        if method == "POST" and dict(lines())[method, rule][0] in ("pin", "phrase")
        and dict(lines())[method, rule][role] not in ("pin", "phrase")
    ]  # fmt: skip
    assert len(changes) >= 4
    for path in [*changes, "/pin/end", "/passphrase/end"]:
        for said in ("", "x", "é", other[HEADER], lower[HEADER], mine[HEADER][:-1]):
            answer = answered(
                house, "POST", path, {"Cookie": mine["Cookie"], HEADER: said.encode().decode("latin-1")}
            )
            assert answer.status_code == 403, path
    body = json.dumps({"act": "pause"})
    for said in ({}, {HEADER: other[HEADER]}):
        client = house.app.test_client(use_cookies=False)
        answer = client.post("/atelier/vr/act", data=body, headers={"Cookie": mine["Cookie"]} | said)
        assert (answer.status_code, answer.json["login"]) == (401, "/atelier/vr/")
    assert house.day.view.statuses.of("vr", house.clock()) == "open"


def test_the_token_may_be_in_a_field_of_the_form(house):
    mine = house.enter(Role.ORGANISER)
    house.day.ask_help("")
    body = f"{HELP.decode()}&csrf={mine[HEADER]}".encode()
    assert house.ask("POST", "/flow/do", body, FORM | {"Cookie": mine["Cookie"]})[0] == 303
    assert house.day.view.help == ()


def test_pages_say_the_token_to_their_own_session_only(house):
    mine = house.enter(Role.ORGANISER)
    meta = f'<meta name="csrf" content="{mine[HEADER]}">'.encode()
    for path in ("/flow", "/express", "/", "/atelier", "/atelier/vr/"):
        assert meta in house.ask("GET", path, headers=mine)[2], path
    for path in ("/", "/atelier", "/atelier/vr/", "/pin", "/passphrase"):
        assert b'name="csrf"' not in house.ask("GET", path)[2], path


@pytest.mark.parametrize("script", SCRIPTS)
@pytest.mark.parametrize(
    ("path", "login"),
    [
        ("/flow", "/passphrase?to=/flow"),
        ("/flow/events", "/passphrase?to=/flow"),
        ("/express/now", "/pin?to=/express"),
        ("/stations/state", "/passphrase?to=/stations"),
    ],
)
def test_a_script_is_told_where_one_comes_in(house, path, login, script):
    status, headers, body = house.ask("GET", path, headers={"Accept": script})
    assert (status, headers["content-type"]) == (401, "application/json")
    told = json.loads(body)
    assert told["login"] == login
    assert "secrète" in told["error"] or "code" in told["error"]


def test_who_comes_in_gets_where_one_wanted_to_go(house):
    _, headers, _ = house.ask("GET", "/flow?lang=en")
    assert headers["location"] == "/passphrase?to=/flow%3Flang%3Den"
    body = f"phrase={PHRASE.replace(' ', '+')}&to=/flow?lang=en".encode()
    assert house.ask("POST", "/passphrase", body, FORM)[1]["location"] == "/flow?lang=en"


def test_sessions_end_after_twelve_hours(house):
    mine = house.enter(Role.ORGANISER)
    house.clock.at_ms += 12 * HOURS_MS - 1
    assert house.ask("GET", "/flow", headers=mine)[0] == 200
    house.clock.at_ms += 1
    assert house.ask("GET", "/flow", headers=mine)[0] == 303


def test_another_passphrase_ends_organisers_and_another_pin_animators(house):
    organiser, animator = house.enter(Role.ORGANISER), house.enter(Role.ANIMATOR)
    house.services.access.renew()
    assert house.ask("GET", "/flow", headers=organiser)[0] == 200
    assert house.ask("GET", "/express", headers=animator)[0] == 303
    animator = house.enter(Role.ANIMATOR)
    house.services.access.set_passphrase("another one of ours")
    assert house.ask("GET", "/flow", headers=organiser)[0] == 303
    assert house.ask("GET", "/express", headers=animator)[0] == 200


def test_a_page_that_is_open_ends_with_its_session(house, open_page):
    page = open_page(house.url + "/flow?lang=en", 1280, 800)
    page.fill("#phrase", PHRASE)
    page.press("#phrase", "Enter")
    page.wait_for_selector("[data-live=live]")
    house.services.access.set_passphrase("another one of ours")
    page.wait_for_selector("#phrase")
    page.fill("#phrase", "Another one of ours")
    page.press("#phrase", "Enter")
    page.wait_for_selector("[data-live=live]")
    assert page.url == house.url + "/flow?lang=en"


def test_who_did_something_is_known_by_a_number(house):
    first, second, animator = (
        house.enter(Role.ORGANISER),
        house.enter(Role.ORGANISER),
        house.enter(Role.ANIMATOR),
    )
    for each, path in ((second, "/flow/do"), (animator, "/express/help"), (first, "/express/help")):
        house.clock.at_ms += 1000
        house.day.ask_help("")
        house.ask("POST", path, HELP, FORM | each)
    assert [act.by for act in house.day.view.acts] == ["organiser 2", "animator 1", "organiser 1"]


def test_numbers_go_on_after_a_restart(house):
    house.enter(Role.ORGANISER)
    house.cut()
    house.resume()
    house.day.ask_help("")
    house.ask("POST", "/flow/do", HELP, FORM | house.enter(Role.ORGANISER))
    assert house.day.view.acts[-1].by == "organiser 2"


def test_in_a_rehearsal_whoever_asks_is_an_organiser(house):
    app = create_app(dataclasses.replace(house.services, open=True))
    for path in ("/flow", "/express", "/stations", "/kiosk", "/paper"):
        assert answered(house, "GET", path, {}, app=app).status_code == 200, path
    assert answered(house, "GET", "/door", {}, app=app).status_code == 403, (
        "the door is at the kiosk all the same"
    )
    house.day.ask_help("")
    assert app.test_client().post("/flow/do", data={"kind": "help", "place": ""}).status_code == 303
    assert house.day.view.acts[-1].by == "organiser"
    foreign = {"Sec-Fetch-Site": "cross-site"}
    assert (
        app.test_client().post("/flow/do", data={"kind": "help", "place": ""}, headers=foreign).status_code
        == 403
    )
