"""Every route, asked in every role: what each may do is what the table says, and a route without a line is a fault."""

import dataclasses
import json

import pytest

from firmware.wire import signature
from kiosk.web import guard, kiosks, phone
from kiosk.web.app import create_app
from kiosk.web.roles import COOKIE, HEADER, Role

from .conftest import PHRASE

# What is answered to: a stranger on the network, an animator, an organiser, and at the hub's own screen, where nobody
# came in. "pin" and "phrase": led (303) to where that is entered. What is posted is empty, with the token of the
# session: 400, 404, 409 and 415 are said by the route itself.
TABLE = """
GET  /                                          200 200 200 200
POST /api/enrol                                 415 415 415 415
GET  /api/floor                                 200 200 200 200
GET  /api/health                                200 200 200 200
POST /api/passages                              415 415 415 415
POST /api/plan                                  415 415 415 415
GET  /atelier                                   200 200 200 200
GET  /atelier/<id>/                             200 200 200 200
GET  /atelier/<id>/<path:name>                  200 200 200 200
POST /atelier/<id>/act                          401 400 400 401
GET  /atelier/<id>/events                       200 200 200 200
GET  /atelier/<id>/plan                         200 200 200 200
GET  /atelier/<id>/state                        200 200 200 200
GET  /door                                      403 403 403 200
GET  /door/<path:_>                             403 403 403 404
POST /door/<path:_>                             403 403 403 404
POST /door/again                                403 403 403 303
POST /door/another                              403 403 403 303
GET  /door/apart                                403 403 403 303
POST /door/apart                                403 403 403 303
GET  /door/back                                 403 403 403 200
POST /door/back                                 403 403 403 200
GET  /door/badge.svg                            403 403 403 404
POST /door/calm                                 403 403 403 303
GET  /door/dreams                               403 403 403 303
POST /door/dreams                               403 403 403 303
POST /door/end                                  403 403 403 303
GET  /door/events                               403 403 403 200
GET  /door/family                               403 403 403 303
POST /door/family                               403 403 403 303
GET  /door/group                                403 403 403 303
POST /door/group                                403 403 403 303
GET  /door/guest                                403 403 403 303
GET  /door/help                                 403 403 403 303
POST /door/help                                 403 403 403 303
POST /door/help/end                             403 403 403 303
GET  /door/help/status                          403 403 403 200
GET  /door/language                             403 403 403 200
POST /door/language                             403 403 403 303
POST /door/missing                              403 403 403 303
GET  /door/notice                               403 403 403 200
GET  /door/people                               403 403 403 303
POST /door/people                               403 403 403 303
GET  /door/people/sure                          403 403 403 303
POST /door/people/sure                          403 403 403 303
POST /door/photographed                         403 403 403 303
POST /door/reprint                              403 403 403 303
GET  /door/said                                 403 403 403 200
POST /door/scanned                              403 403 403 303
GET  /door/sheet                                403 403 403 303
GET  /door/sheet/status                         403 403 403 200
GET  /door/sure                                 403 403 403 303
POST /door/sure                                 403 403 403 303
GET  /door/unread                               403 403 403 303
GET  /door/voice/<name>.wav                     403 403 403 404
GET  /door/wishes                               403 403 403 303
POST /door/wishes                               403 403 403 303
GET  /express                                   pin 200 200 pin
POST /express                                   pin 409 409 pin
GET  /express/find                              pin 200 200 pin
POST /express/help                              pin 303 303 pin
GET  /express/now                               pin 200 200 pin
GET  /express/party/<int:number>                pin 404 404 pin
POST /express/party/<int:number>                pin 404 404 pin
GET  /express/party/<int:number>/badge          pin 404 404 pin
GET  /express/party/<int:number>/code.svg       pin 404 404 pin
GET  /flow                                      phrase phrase 200 phrase
GET  /flow/acts                                 phrase phrase 200 phrase
GET  /flow/ages.csv                             phrase phrase 200 phrase
POST /flow/announce                             phrase phrase 409 phrase
GET  /flow/atelier/<atelier>                    phrase phrase 200 phrase
POST /flow/atelier/<atelier>                    phrase phrase 400 phrase
GET  /flow/charts.zip                           phrase phrase 200 phrase
GET  /flow/charts/<name>.<ending>               phrase phrase 404 phrase
POST /flow/do                                   phrase phrase 400 phrase
GET  /flow/events                               phrase phrase 200 phrase
GET  /flow/figures.csv                          phrase phrase 200 phrase
GET  /flow/find                                 phrase phrase 303 phrase
GET  /flow/lines                                phrase phrase 200 phrase
GET  /flow/party/<int:number>                   phrase phrase 404 phrase
POST /flow/party/<int:number>                   phrase phrase 400 phrase
POST /flow/undo                                 phrase phrase 409 phrase
GET  /kiosk                                     pin 200 200 303
POST /kiosk                                     pin 400 400 303
GET  /kiosk/change                              pin 200 200 pin
POST /kiosk/end                                 pin 303 303 pin
GET  /paper                                     phrase phrase 200 phrase
GET  /paper/<name>.png                          phrase phrase 404 phrase
GET  /passphrase                                200 200 200 200
POST /passphrase                                403 403 403 403
POST /passphrase/end                            303 303 303 303
GET  /passphrase/first                          404 404 404 303
POST /passphrase/first                          404 404 404 303
GET  /phone                                     200 200 200 200
GET  /phone/<path:name>                         200 200 200 200
GET  /phone/ca.crt                              404 404 404 404
POST /phone/read                                415 415 415 415
GET  /phone/worker.js                           200 200 200 200
GET  /pin                                       200 200 200 200
POST /pin                                       400 400 400 400
POST /pin/end                                   303 303 303 303
GET  /screen                                    200 200 200 200
GET  /screen/events                             200 200 200 200
GET  /static/<path:filename>                    200 200 200 200
GET  /stations                                  phrase phrase 200 200
POST /stations/pair                             phrase phrase 400 400
GET  /stations/pairing/<station>                phrase phrase 404 404
POST /stations/pairing/<station>/cancel         phrase phrase 303 303
GET  /stations/pairing/<station>/code.svg       phrase phrase 404 404
GET  /stations/pairing/<station>/phone.svg      phrase phrase 404 404
GET  /stations/pairing/<station>/state          phrase phrase 404 404
GET  /stations/state                            phrase phrase 200 200
"""

SAMPLES = {
    "_": "sample",
    "atelier": "vr",
    "ending": "svg",
    "filename": "ronde.css",
    "id": "vr",
    "name": "sample",
    "number": "1",
    "station": "vr",
}
NAMES = {"/atelier/<id>/<path:name>": "station.js", "/phone/<path:name>": "phone.css"}
METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE"})
LOGINS = {"/pin": "pin", "/passphrase": "phrase"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
HELP = b"kind=help&place="  # somebody goes to the hub's own kiosk
HOURS_MS = 3_600_000
SCRIPTS = ["application/json", "text/event-stream"]


@pytest.fixture
def house(real_house):
    return real_house


def lines():
    for line in TABLE.strip().splitlines():
        method, rule, *answers = line.split()
        yield (method, rule), tuple(answers)


def routes(house):
    """The path of each route, filled in, by its method and its rule."""
    return {
        (method, rule.rule): rule.build(
            {name: SAMPLES[name] for name in rule.arguments}
            | ({"name": NAMES[rule.rule]} if rule.rule in NAMES else {})
        )[1]
        for rule in house.app.url_map.iter_rules()
        for method in rule.methods & METHODS
    }


def answered(house, method, path, headers, port=None, app=None):
    """The answer to an empty request; what streams is not read to its end."""
    client = (app or house.app).test_client(use_cookies=False)
    answer = client.open(
        path, method=method, headers=headers, base_url=f"http://127.0.0.1:{port or house.port}"
    )
    answer.close()
    return answer


def found(answer):
    to = answer.headers.get("Location", "").partition("?")[0]
    return LOGINS.get(to, str(answer.status_code)) if answer.status_code == 303 else str(answer.status_code)


def columns(house):
    """For each column of the table: what its requests carry, and the listener that takes them."""
    return (
        ({}, house.port),
        (house.enter(Role.ANIMATOR), house.port),
        (house.enter(Role.ORGANISER), house.port),
        ({}, house.door_port),
    )


def test_each_route_answers_each_role_as_the_table_says(house):
    asking = columns(house)
    seen = {
        key: tuple(found(answered(house, key[0], path, *each)) for each in asking)
        for key, path in routes(house).items()
    }
    drawn = "\n".join(
        f"{method:4} {rule:42} {' '.join(seen[method, rule])}"
        for method, rule in sorted(seen, key=lambda key: (key[1], key[0]))
    )
    assert seen == dict(lines()), f"the routes are\n{drawn}"


def of_a_kiosk(house):
    """What a browser elsewhere carries that was made the second kiosk."""
    return {"Cookie": f"{kiosks.COOKIE}=2.{house.services.access.seal('kiosk 2')}"}


def test_a_kiosk_elsewhere_has_the_door_and_nothing_else(house):
    """As at the hub's own screen under /door; anywhere else it is nobody."""
    carried = of_a_kiosk(house)
    for (method, rule), answers in lines():
        expected = answers[3] if rule.startswith("/door") else "303" if rule == "/kiosk" else answers[0]
        assert found(answered(house, method, routes(house)[method, rule], carried)) == expected, (
            method,
            rule,
        )


def test_who_signs_as_a_station_has_no_role_on_the_pages(house):
    """Its signature is of what it posts, and is asked for nowhere else."""
    log = house.logs["vr"]
    body, signed = log.batch([], house.clock())
    signs = {signature.HEADER: signed, "Ronde-Station": log.station}
    for (method, rule), answers in lines():
        answer = answered(house, method, routes(house)[method, rule], signs)
        assert found(answer) == answers[0], (method, rule)
    assert house.post_passages(body, signed)[0] == 200


@pytest.mark.parametrize("from_where", ["127.0.0.1", "192.168.1.20", "10.0.0.7", "::1"])
def test_where_a_request_comes_from_gives_no_role(house, from_where):
    client = house.app.test_client(use_cookies=False)
    for (method, rule), answers in lines():
        if answers[0] in ("pin", "phrase", "401", "403"):
            answer = client.open(
                routes(house)[method, rule], method=method, base_url=f"http://127.0.0.1:{house.port}",
                environ_base={"REMOTE_ADDR": from_where},
            )  # fmt: skip
            answer.close()
            assert found(answer) == answers[0], (method, rule)


SIGNED = {
    "/api/enrol",
    "/api/passages",
    "/api/plan",
    "/phone/read",
}  # a device signs what it posts; no page does
FOREIGN = (
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Origin": "http://evil.example"},
)


def test_no_page_of_another_site_changes_anything(house):
    """Every POST of every part, whoever's browser it is."""
    for carried, port in (*columns(house), (of_a_kiosk(house), house.port)):
        for (method, rule), path in routes(house).items():
            for foreign in FOREIGN if method == "POST" and rule not in SIGNED else ():
                assert answered(house, "POST", path, carried | foreign, port).status_code == 403, (
                    rule,
                    foreign,
                )
    assert house.day.view.acts == () and house.day.view.parties == {}


def test_every_answer_says_what_a_browser_may_do_with_it_and_keeps_no_page(house):
    """Errors, files and what leads on too."""
    house.app.view_functions["start"] = lambda: 1 // 0
    asked = [(*key, path) for key, path in routes(house).items()]
    asked += [
        ("GET", "", "/nothing"),
        ("PUT", "", "/flow"),
        ("POST", "", "/flow"),
        ("OPTIONS", "", "/screen"),
    ]
    for carried, port in (*columns(house), (of_a_kiosk(house), house.port)):
        for method, rule, path in asked:
            answer = answered(house, method, path, carried, port)
            for name, value in guard.HEADERS.items():
                allowed = (value, phone.CAMERA) if name == "Permissions-Policy" else (value,)
                assert answer.headers.get(name) in allowed, (method, path, name)
            kept = answer.headers["Cache-Control"]
            assert kept == ("no-cache" if rule in KEPT and answer.status_code == 200 else "no-store"), (
                path,
                kept,
            )
            for cookie in answer.headers.getlist("Set-Cookie"):
                assert {"HttpOnly", "SameSite=Strict"} <= set(cookie.split("; ")), (path, cookie)
    assert answered(house, "GET", "/", {}).status_code == 500


KEPT = {  # files, which a browser asks about each time; that of a page is never one of a family
    "/atelier/<id>/", "/atelier/<id>/<path:name>", "/phone/<path:name>", "/phone/worker.js", "/static/<path:filename>",
}  # fmt: skip


def test_a_head_is_answered_as_a_get_is(house):
    """And tells nothing more."""
    paths = routes(house)
    for (method, rule), answers in lines():
        if method == "GET":
            answer = answered(house, "HEAD", paths[method, rule], {})
            assert (found(answer), answer.data) == (answers[0], b""), rule


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


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Forwarded-For": "127.0.0.1"},
        {"X-Real-IP": "127.0.0.1"},
        {"Forwarded": "for=127.0.0.1"},
        {"Host": "localhost:@"},
        {"X-Forwarded-Host": "localhost:@", "X-Forwarded-Port": "@"},
        {"Cookie": f"{COOKIE}=organiser"},
        {"Cookie": f"{COOKIE}=organiser.1.99999999999999."},
        {"Cookie": "ronde_animator=1"},
        {"Authorization": "Basic b3JnYW5pc2VyOng="},
    ],
)
def test_nothing_else_that_a_request_says_gives_a_role(house, headers):
    said = {name: value.replace("@", str(house.door_port)) for name, value in headers.items()}
    assert house.ask("GET", "/flow", headers=said)[1]["location"].startswith("/passphrase")
    assert house.ask("GET", "/express", headers=said)[1]["location"].startswith("/pin")
    assert house.ask("GET", "/stations", headers=said)[0] == 303
    assert house.ask("GET", "/door", headers=said)[0] == 403


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
