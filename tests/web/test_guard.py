"""What every answer carries, and what is refused before any page sees it."""

import re
import socket

import pytest

PAGES = [
    "/",
    "/flow",
    "/atelier",
    "/pin",
    "/passphrase",
    "/express",
    "/atelier/vr/",
    "/paper",
    "/door",
    "/api/floor",
    "/api/health",
    "/nothing",
    "/static/ronde.css",
]
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.mark.parametrize("path", PAGES)
def test_every_answer_forbids_what_no_page_needs(house, path):
    _, headers, _ = house.ask("GET", path)
    policy = headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/flow",
        "/flow/acts",
        "/atelier",
        "/pin",
        "/passphrase",
        "/express",
        "/kiosk",
        "/stations",
        "/atelier/vr/",
        "/paper",
        "/door",
        "/nothing",
    ],
)
def test_no_page_has_anything_inline(house, path):
    body = house.ask("GET", path, port=house.door_port)[2].decode()
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:|<script(?![^>]* src=)", body)


def test_the_first_start_has_nothing_inline_and_is_kept_by_no_browser(open_house, roubaix):
    house = open_house(roubaix, roubaix.opens_ms, open=False)
    _, headers, body = house.ask("GET", "/passphrase/first", port=house.door_port)
    assert b"drawn-words" in body
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:|<script(?![^>]* src=)", body.decode())
    assert headers["cache-control"] == "no-store"


def test_static_files_are_kept_and_pages_are_not(house):
    assert house.ask("GET", "/")[1]["cache-control"] == "no-store"
    page = house.ask("GET", "/")[2].decode()
    style = re.search(r"/static/ronde\.css\?v=\w+", page)[0]
    assert "max-age=31536000" in house.ask("GET", style)[1]["cache-control"]


@pytest.mark.parametrize(
    "path", ["/door", "/door/family", "/door/sheet", "/door/sheet/status", "/door/badge.svg"]
)
def test_the_door_answers_at_the_door_only(house, path):
    status, _, body = house.ask("GET", path)
    assert status == 403
    assert "écran de l’entrée" in body.decode()
    assert house.ask("POST", "/door/language", b"language=fr", FORM)[0] == 403


@pytest.mark.parametrize(
    "header", ["Host", "X-Forwarded-Port", "X-Forwarded-Host", "Forwarded", "X-Real-Port"]
)
def test_no_header_opens_the_door_elsewhere(house, header):
    value = f"127.0.0.1:{house.door_port}" if "ost" in header else str(house.door_port)
    assert house.ask("GET", "/door", headers={header: value})[0] == 403


def test_the_wrong_address_leads_to_the_kiosk_on_this_machine_only(house):
    assert f"{house.door_url}/door" in house.ask("GET", "/door")[2].decode()
    assert f"{house.door_url}/door" in house.ask("GET", "/")[2].decode()
    for path in ("/", "/door"):
        page = house.ask("GET", path, headers={"Host": "evil.example:8080"})[2].decode()
        assert "evil" not in page
        assert str(house.door_port) not in page


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},  # another port of this machine
        {"Sec-Fetch-Site": "cross-site", "Origin": "null"},
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": ""},
    ],
)
def test_what_another_site_asks_is_refused(house, headers):
    for path in ("/door/language", "/door/family", "/door/again", "/door/end"):
        status, answered, body = house.ask("POST", path, b"language=fr", FORM | headers, port=house.door_port)
        assert status == 403
        assert "autre site" in body.decode()
        assert "set-cookie" not in answered or "language" not in answered["set-cookie"]


@pytest.mark.parametrize("headers", [{}, {"Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": "none"}])
def test_what_the_kiosk_asks_is_taken(house, headers):
    assert house.ask("POST", "/door/language", b"language=fr", FORM | headers, port=house.door_port)[0] == 303


def test_the_own_origin_is_taken_where_the_browser_says_no_more(house):
    own = FORM | {"Origin": house.door_url}
    assert house.ask("POST", "/door/language", b"language=en", own, port=house.door_port)[0] == 303


def test_the_session_cookie_stays_where_it_belongs(house):
    cookie = house.ask("POST", "/door/language", b"language=fr", FORM, port=house.door_port)[1]["set-cookie"]
    assert {"HttpOnly", "SameSite=Strict", "Path=/door"} <= set(cookie.split("; "))


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/nothing", 404, "Il n’y a rien à cette adresse"),
        ("/paper/../../etc/passwd", 404, "Il n’y a rien à cette adresse"),
        ("/paper/..%2f..%2fjournal.png", 404, "Il n’y a rien à cette adresse"),
        ("/paper/%00.png", 404, "Il n’y a rien à cette adresse"),
    ],
)
def test_an_error_is_a_page_in_plain_words(house, path, status, words):
    found, headers, body = house.ask("GET", path)
    assert (found, headers["content-type"]) == (status, "text/html; charset=utf-8")
    assert words in body.decode()
    assert "Traceback" not in body.decode()


def test_another_method_gets_a_page_too(house):
    status, headers, body = house.ask("POST", "/flow")
    assert (status, headers["allow"].split(", ")[0]) == (405, "GET") or "GET" in headers["allow"]
    assert "ne se demande pas ainsi" in body.decode()


def test_a_half_sent_request_holds_nobody_up(house):
    sockets = [socket.create_connection(("127.0.0.1", house.port)) for _ in range(40)]
    try:
        for each in sockets:
            each.sendall(b"POST /api/passages HTTP/1.1\r\nHost: x\r\nContent-Length: 99\r\n\r\n{")
        assert house.ask("GET", "/api/health")[0] == 200
    finally:
        for each in sockets:
            each.close()
