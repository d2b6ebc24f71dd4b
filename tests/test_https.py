"""The hub's HTTPS listener, on a real socket: who may come in, what is told of them, and who cannot keep others out."""

import concurrent.futures
import contextlib
import http.client
import json
import socket
import ssl
import threading
import time

import pytest

from kiosk import https
from kiosk.certificate import Certificate
from kiosk.https import Https

PATIENCE_S = 60


def app(environ, start_response):
    """Says who asks, and gives back what it was given; `/large` and `/stream` give more."""
    body = environ["wsgi.input"].read()
    start_response("200 OK", [("Content-Type", "application/json")])
    if environ["PATH_INFO"] == "/large":
        return [b"x" * 1_000_000] * 3
    if environ["PATH_INFO"] == "/stream":
        return (f"{number}\n".encode() for number in range(100))
    told = {name: environ[name] for name in ("REMOTE_ADDR", "SERVER_PORT", "wsgi.url_scheme")}
    return [json.dumps(told | {"size": len(body), "forwarded": environ.get("HTTP_X_FORWARDED_FOR")}).encode()]


class Server:
    def __init__(self, folder):
        self.certificate = Certificate(folder / "tls")
        self.certificate.renew()
        self.listening = socket.create_server(("127.0.0.1", 0), backlog=1000)
        self.port = self.listening.getsockname()[1]
        self.https = Https(
            app, self.listening, self.certificate, threads=4, channel_timeout=2, cleanup_interval=1
        )
        self.https.start()
        self.context = ssl.create_default_context(cadata=ssl.DER_cert_to_PEM_cert(self.certificate.authority))

    @contextlib.contextmanager
    def connection(self, source="127.0.0.1", host="localhost"):
        made = http.client.HTTPSConnection(
            host, self.port, context=self.context, timeout=PATIENCE_S, source_address=(source, 0)
        )
        try:
            yield made
        finally:
            made.close()

    def ask(self, path="/", body=None, headers=None, source="127.0.0.1"):
        with self.connection(source) as connection:
            connection.request("POST" if body is not None else "GET", path, body, headers or {})
            return connection.getresponse().read()


@pytest.fixture
def server(tmp_path):
    made = Server(tmp_path)
    yield made
    made.https.stop()
    assert not any(thread.is_alive() for thread in made.https.threads)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_a_browser_that_trusts_the_authority_is_served(server, host):
    with server.connection(host=host) as connection:
        for size in (0, 5, 300_000):  # one after the other over the same connection
            connection.request("POST", "/", b"x" * size)
            told = json.loads(connection.getresponse().read())
            assert (told["size"], told["wsgi.url_scheme"]) == (size, "https")


def test_a_browser_that_does_not_trust_it_is_told_so_and_others_are_served(server):
    with pytest.raises(ssl.SSLCertVerificationError):
        http.client.HTTPSConnection("localhost", server.port, timeout=PATIENCE_S).connect()
    assert json.loads(server.ask())["size"] == 0


def test_large_answers_and_streams_arrive_whole(server):
    assert len(server.ask("/large")) == 3_000_000
    assert server.ask("/stream").decode().splitlines() == [str(number) for number in range(100)]


def test_who_asks_is_known_by_the_connection_and_no_header_has_a_say(server):
    """Guesses of a PIN are counted by it: one bucket for all phones would lock all of them out."""
    for source in ("127.0.0.1", "127.0.0.7"):
        told = json.loads(
            server.ask(headers={"X-Forwarded-For": "10.0.0.1", "X-Forwarded-Proto": "http"}, source=source)
        )
        assert (told["REMOTE_ADDR"], told["forwarded"]) == (source, None)


def test_the_server_behind_it_tells_nobody_from_another(server):
    """Whoever reaches it directly is on this machine, and is not the door."""
    port = server.https._inner.getsockname()[1]
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)
    connection.request("GET", "/")
    assert json.loads(connection.getresponse().read())["REMOTE_ADDR"] == https.UNKNOWN
    connection.close()


def test_plain_http_is_closed_and_hurts_nobody(server):
    with socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE_S) as raw:
        raw.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert raw.recv(1000)[:1] in (b"", b"\x15")  # an alert of TLS, at most
    assert json.loads(server.ask())["size"] == 0


@pytest.mark.alone
def test_half_sent_requests_take_no_place_from_others(server):
    """Four threads serve; forty phones leave the Wi-Fi in the middle of a request, and others do not notice."""
    with contextlib.ExitStack() as open_ones:
        for _ in range(40):
            connection = open_ones.enter_context(server.connection())
            connection.connect()
            connection.sock.sendall(b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nhalf")
        began_s = time.monotonic()
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda _: json.loads(server.ask(source="127.0.0.2"))["size"], range(40)))
        assert answers == [0] * 40
        assert time.monotonic() - began_s < 5


def test_who_says_nothing_keeps_nobody_out(server):
    """More connections than one address may have, which do not even begin TLS."""
    with contextlib.ExitStack() as silent:
        for _ in range(https.MOST_OF_ONE * 3):
            silent.enter_context(
                socket.create_connection(("127.0.0.1", server.port), source_address=("127.0.0.3", 0))
            )
        assert json.loads(server.ask(source="127.0.0.4"))["REMOTE_ADDR"] == "127.0.0.4"


def test_places_are_given_back(server):
    for _ in range(https.MOST_OF_ONE * 2):
        with socket.create_connection(("127.0.0.1", server.port)):
            pass
    deadline_s = time.monotonic() + PATIENCE_S
    while True:
        with contextlib.suppress(OSError):
            assert json.loads(server.ask())["size"] == 0
            break
        assert time.monotonic() < deadline_s
        threading.Event().wait(0.05)


def test_another_certificate_is_served_without_a_restart(tmp_path, monkeypatch):
    """An address that came later, as when a network is found after the start."""
    monkeypatch.setattr(https, "RENEWAL_S", 0.1)
    server = Server(tmp_path)
    try:
        with server.connection() as connection:
            connection.connect()
            before = connection.sock.getpeercert(binary_form=True)
        (tmp_path / "tls" / "hub.pem").unlink()
        deadline_s = time.monotonic() + PATIENCE_S
        now = before
        while now == before:
            assert time.monotonic() < deadline_s
            with server.connection() as connection:
                connection.connect()
                now = connection.sock.getpeercert(binary_form=True)
    finally:
        server.https.stop()


@pytest.mark.alone
def test_it_ends_at_once_with_phones_connected(tmp_path):
    server = Server(tmp_path)
    with server.connection() as connection:
        connection.request("GET", "/")
        connection.getresponse().read()
        began_s = time.monotonic()
        server.https.stop()
        assert time.monotonic() - began_s < 3
