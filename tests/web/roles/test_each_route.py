"""Who may do what: each route of the table answers each role as it says, and no request says more of itself."""

import pytest

from firmware.wire import signature
from kiosk.web import guard, phone
from kiosk.web.roles import COOKIE

from .table import answered, columns, found, lines, of_a_kiosk, routes


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
