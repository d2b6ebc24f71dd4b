"""The station's page over a real socket: what it gives, whom it refuses, and how long it waits."""

import http.client
import json
import socket
import threading
import time

import pytest

from firmware import pageserver
from firmware.config import ScreenSettings
from firmware.page import PLAN, STATE, Page
from firmware.pageserver import MOST_BYTES, MOST_CONNECTIONS, MOST_WATCHERS, PageServer

PARTY = {
    "ref": "abc",
    "face": "Chat 7",
    "picture": "cat",
    "number": 7,
    "people": 3,
    "takers": 2,
    "since_ms": 5,
}
SHOWN = {
    "at_ms": 1,
    "waiting": [PARTY],
    "called": [],
    "inside": [PARTY, PARTY],
    "said": {"words": "Chat 7"},
    "told": [{"words": "Chat 7"}],
    "can_undo": True,
    "may_act": True,
}


class Visitor:
    """Whoever asks a page over HTTP."""

    def __init__(self, server, host="127.0.0.1"):
        self.port = server.port
        self.host = host

    def ask(self, method, path, body=None, **headers):
        connection = http.client.HTTPConnection(self.host, self.port, timeout=60)
        try:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request(method, path, body, named)
            answer = connection.getresponse()
            return answer.status, dict(answer.headers), answer.read()
        finally:
            connection.close()

    def post(self, fields, **headers):
        body = fields if isinstance(fields, bytes) else json.dumps(fields).encode()
        usual = {"Content-Type": "application/json"}
        status, _, told = self.ask("POST", "/act", body, **(usual | headers))
        return status, json.loads(told)

    def watch(self):
        channel = socket.create_connection((self.host, self.port), 20)
        channel.sendall(b"GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n")
        return channel


@pytest.fixture
def asked():
    return []


@pytest.fixture
def page(asked):
    def ask(found):
        asked.append(found)
        if found.fields.get("act") != "wait":
            found.answer.set_result((200, {"said": found.fields.get("act")}))

    made = Page(ask, words="nobody was met", answer_s=0.2)
    made.show(PLAN, {"v": 1})
    made.show(STATE, SHOWN)
    return made


@pytest.fixture
def serve_page():
    made = []

    def start(page, address="127.0.0.1"):
        server = PageServer(ScreenSettings(address, 0), page)
        server.start()
        made.append(server)
        return server

    yield start
    for server in made:
        server.stop()


@pytest.fixture
def visitor(serve_page, page):
    return Visitor(serve_page(page))


def test_it_gives_the_screen_the_plan_and_the_state(visitor):
    for path in ("/", "/station.html"):
        status, headers, body = visitor.ask("GET", path)
        assert (status, headers["Content-Type"]) == (200, "text/html; charset=utf-8")
        assert b"station.js" in body
    assert visitor.ask("GET", "/station.css")[1]["Content-Type"] == "text/css"
    assert visitor.ask("GET", "/station.js")[1]["Content-Type"] == "text/javascript"
    assert json.loads(visitor.ask("GET", "/plan")[2]) == {"v": 1}
    assert json.loads(visitor.ask("GET", "/state")[2]) == SHOWN


def test_every_answer_carries_what_keeps_a_browser_safe_as_the_hubs_do(visitor):
    from kiosk.web import guard

    for path in ("/", "/state", "/nothing", "/station.js"):
        _, headers, _ = visitor.ask("GET", path)
        for name, value in guard.HEADERS.items():
            assert headers[name] == value
        assert headers["Cache-Control"] == "no-store"
        assert "Python" not in headers["Server"]


def test_nothing_else_is_given(visitor):
    for path in (
        "/nothing",
        "/../config.py",
        "/wire/../../agent.py",
        "/%2e%2e/agent.py",
        "//etc/passwd",
        "/phone",
    ):
        assert visitor.ask("GET", path)[0] == 404
    for method in ("HEAD", "PUT", "DELETE", "OPTIONS"):
        assert visitor.ask(method, "/")[0] == 501
    assert visitor.ask("POST", "/state", b"{}", Content_Type="application/json")[0] == 404


def test_before_a_plan_is_known_it_says_so_in_words(serve_page):
    visitor = Visitor(serve_page(Page(lambda found: None, words="nobody was <met>")))
    status, _, body = visitor.ask("GET", "/")
    assert status == 200
    assert b"nobody was &lt;met&gt;" in body
    for path in ("/state", "/plan"):
        assert visitor.ask("GET", path)[0] == 503
    assert visitor.ask("GET", "/events")[0] == 503


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:8090", "127.0.0.1", "[::1]:8090", "192.168.1.7:80"])
def test_it_answers_to_its_own_names_and_to_numbers(visitor, host):
    assert visitor.ask("GET", "/state", Host=host)[0] == 200
    assert visitor.ask("GET", "/state", Host=socket.gethostname())[0] == 200
    assert visitor.ask("GET", "/state", Host=f"{socket.gethostname()}.local:8090")[0] == 200


@pytest.mark.parametrize(
    "host", ["", "evil.example", "localhost.evil.example", "127.0.0.1.evil.example:8090"]
)
def test_a_name_that_is_not_its_own_is_refused(visitor, host):
    assert visitor.ask("GET", "/state", Host=host)[0] == 421
    assert visitor.post({"act": "next"}, Host=host)[0] == 421


def test_an_act_is_handed_on_and_answered(visitor, asked):
    assert visitor.post({"act": "next"}) == (200, {"said": "next"})
    assert visitor.post({"act": "done"}, Sec_Fetch_Site="same-origin")[0] == 200
    own = f"http://127.0.0.1:{visitor.port}"
    assert visitor.post({"act": "undo"}, Origin=own)[0] == 200
    assert [(found.path, found.fields["act"]) for found in asked] == [
        ("act", "next"),
        ("act", "done"),
        ("act", "undo"),
    ]


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "https://127.0.0.1"},
    ],
)
def test_another_sites_page_cannot_act(visitor, asked, headers):
    assert visitor.post({"act": "next"}, **headers)[0] == 403
    assert asked == []


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b"{}", {"Content-Type": "text/plain"}, 415),
        (b"{}", {"Content-Type": "application/x-www-form-urlencoded"}, 415),
        (b"[]", {}, 400),
        (b"{", {}, 400),
        (b"\xff", {}, 400),
        (b"[" * 4000, {}, 400),
        (b" " * (MOST_BYTES + 1), {}, 413),
        (b"{}", {"Content-Length": "99999999999999999999"}, 413),
        (b"{}", {"Content-Length": "-1"}, 411),
        (b"{}", {"Content-Length": "\u00b2".encode().decode("latin-1")}, 411),
    ],
)
def test_a_body_that_is_none_is_refused(visitor, asked, body, headers, status):
    assert visitor.post(body, **headers)[0] == status
    assert asked == []


def test_an_agent_that_does_not_answer_in_time_does_nothing_later(visitor, asked):
    assert visitor.post({"act": "wait"})[0] == 503
    assert not asked[0].answer.set_running_or_notify_cancel()


def test_from_another_machine_one_sees_counts_and_cannot_act(visitor, asked, monkeypatch):
    monkeypatch.setattr(pageserver, "_is_loopback", lambda peer: False)
    state = json.loads(visitor.ask("GET", "/state")[2])
    assert [len(state[name]) for name in ("waiting", "called", "inside")] == [1, 0, 2]
    assert b"Chat" not in json.dumps(state).encode()
    assert (state["may_act"], state["can_undo"], state["said"], state["told"]) == (False, False, None, [])
    assert visitor.post({"act": "next"})[0] == 403
    assert asked == []
    with visitor.watch() as channel:
        assert b"Chat" not in read_until(channel, b"\n\n", 2)


def test_a_loopback_address_is_told_from_others():
    assert all(map(pageserver._is_loopback, ("127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1")))
    assert not any(map(pageserver._is_loopback, ("192.168.1.9", "fe80::1%eth0", "::ffff:10.0.0.1", "junk")))


def read_until(channel, end, times=1):
    data = b""
    while data.count(end) < times:
        more = channel.recv(65536)
        if not more:
            break
        data += more
    return data


def events(data):
    return [json.loads(part[6:]) for part in data.decode().split("\n") if part.startswith("data: ")]


def test_watchers_are_told_of_each_change_but_not_of_time_alone(visitor, page):
    with visitor.watch() as channel:
        head, _, first = read_until(channel, b"\n\n", 1).partition(b"\r\n\r\n")
        assert b"text/event-stream" in head
        first = first or read_until(channel, b"\n\n")
        assert events(first) == [SHOWN]
        page.show(STATE, SHOWN | {"at_ms": 2})
        page.show(STATE, SHOWN | {"at_ms": 3, "waiting": []})
        assert events(read_until(channel, b"\n\n")) == [SHOWN | {"at_ms": 3, "waiting": []}]


def test_a_watcher_hears_signs_of_life(visitor, monkeypatch):
    monkeypatch.setattr(pageserver, "BEAT_S", 0.05)
    with visitor.watch() as channel:
        data = read_until(channel, b"\n\n", 4)
        assert data.count(b":\n\n") >= 2


def test_no_more_than_so_many_watch_and_a_place_is_free_again(visitor, eventually):
    watching = [visitor.watch() for _ in range(MOST_WATCHERS)]
    for channel in watching:
        assert b"200" in read_until(channel, b"\n\n")
    assert visitor.ask("GET", "/events")[0] == 503
    assert visitor.ask("GET", "/state")[0] == 200, "who only looks is answered all the same"
    for channel in watching:
        channel.close()


def test_a_watcher_that_has_gone_gives_its_place_back(visitor, page, monkeypatch, eventually):
    monkeypatch.setattr(pageserver, "BEAT_S", 0.05)
    for _ in range(3 * MOST_WATCHERS):
        channel = eventually(lambda: accepted(visitor), "a free place")
        channel.close()


def accepted(visitor):
    channel = visitor.watch()
    if b" 200 " in read_until(channel, b"\r\n"):
        return channel
    channel.close()
    return None


def test_a_watcher_that_does_not_read_is_dropped(visitor, page, monkeypatch, eventually):
    monkeypatch.setattr(pageserver, "SLOW_S", 0.2)
    with visitor.watch() as channel:
        read_until(channel, b"\n\n")
        large = SHOWN | {"trouble": "x" * 4_000_000}
        turn = iter(range(1000))
        threads = threading.active_count()
        eventually(
            lambda: page.show(STATE, large | {"n": next(turn)}) or threading.active_count() < threads,
            "the end of its thread",
        )


@pytest.mark.alone
def test_who_drips_a_request_is_cut_off(visitor, monkeypatch):
    monkeypatch.setattr(pageserver, "REQUEST_S", 0.3)
    began = time.monotonic()
    with socket.create_connection(("127.0.0.1", visitor.port), 20) as channel:
        for byte in b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 10_000:
            try:
                channel.sendall(bytes([byte]))
            except OSError:
                break
            if threading.Event().wait(0.01) or time.monotonic() - began > 10:
                break
    assert time.monotonic() - began < 5


def test_silent_strangers_do_not_keep_others_out(visitor, monkeypatch, eventually):
    monkeypatch.setattr(pageserver, "REQUEST_S", 0.5)
    silent = [socket.create_connection(("127.0.0.1", visitor.port), 20) for _ in range(2 * MOST_CONNECTIONS)]

    def answered():
        try:
            return visitor.ask("GET", "/state")[0] == 200
        except (OSError, http.client.HTTPException):
            return False

    eventually(answered, patience_s=10)
    for channel in silent:
        channel.close()


def test_junk_is_answered_or_hung_up_on_and_harms_nothing(visitor, capfd):
    for junk in (
        b"\r\n\r\n",
        b"\xff" * 5000,
        b"GET\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"A" * 70_000,
        b"GET / HTTP/1.1\r\n",
    ):
        with socket.create_connection(("127.0.0.1", visitor.port), 20) as channel:
            channel.sendall(junk)
            channel.shutdown(socket.SHUT_WR)
            try:
                while channel.recv(65536):
                    pass
            except ConnectionError:
                pass
    assert visitor.ask("GET", "/state")[0] == 200
    assert "Traceback" not in capfd.readouterr().err


def test_it_can_listen_on_the_sixth_protocol(serve_page, page):
    if not socket.has_dualstack_ipv6():
        pytest.skip("no IPv6 here")
    visitor = Visitor(serve_page(page, "::1"), "::1")
    assert visitor.ask("GET", "/state", Host=f"[::1]:{visitor.port}")[0] == 200


@pytest.mark.alone
def test_a_stop_lets_every_watcher_go_at_once(page, serve_page):
    server = serve_page(page)
    with Visitor(server).watch() as channel:
        read_until(channel, b"\n\n")
        began = time.monotonic()
        server.stop()
        while channel.recv(65536):
            pass
    assert time.monotonic() - began < 5


def test_without_a_port_there_is_no_page_and_a_taken_one_is_told(page, caplog):
    assert pageserver.serving(ScreenSettings("127.0.0.1", 0), page) == ()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        assert pageserver.serving(ScreenSettings("127.0.0.1", taken.getsockname()[1]), page) == ()
    assert "ne peut pas être servie" in caplog.text
