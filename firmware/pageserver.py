"""The station's page over HTTP: who may ask for what, and for how long. Standard library only.

    GET  /  /station.css  …    files        GET  /state  /plan    JSON
    GET  /events               the state as Server-Sent Events, at most MOST_WATCHERS at a time
    POST /act                  JSON, from this very page and this very machine only

Refused are names that are not this machine's (another site's page may not be led here by its own DNS), posts of other
sites, and whatever takes too long.
"""

import contextlib
import ipaddress
import json
import logging
import socket
import socketserver
import sys
import threading
import time
from collections.abc import Mapping
from concurrent.futures import CancelledError, Future
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import urlsplit

from . import messages
from .config import ScreenSettings
from .page import PLAN, STATE, Answer, Asked, Page
from .wire import schema
from .wire.errors import Malformed

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-store",
}
MOST_WATCHERS = 8
MOST_CONNECTIONS = 32
MOST_BYTES = 4 * 1024
REQUEST_S = 10.0  # how long a request may take, whoever drips it
SLOW_S = 5.0  # how long a watcher may take to read
BEAT_S = 10.0  # between two signs of life to a watcher

_JSON = "application/json"
_OWN_SITES = ("same-origin", "none")
_POLL_S = 0.25

_log = logging.getLogger("ronde.station")


class PageServer(threading.Thread):
    """`start()` it, `stop()` it. Raises OSError where the address cannot be had."""

    def __init__(self, settings: ScreenSettings, page: Page) -> None:
        super().__init__(name="page", daemon=True)
        self._server = _Server(settings, page)

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    def run(self) -> None:
        self._server.serve_forever(_POLL_S)

    def stop(self) -> None:
        self._server.page.end()
        if self.ident is not None:
            self._server.shutdown()
            self.join()
        self._server.server_close()
        self._server.hang_up()


def serving(settings: ScreenSettings, page: Page) -> tuple[PageServer, ...]:
    """The server that the settings ask for; none where they ask for none, or where the address cannot be had.

    A station without its page still keeps every scan, so that is told and gone on without.
    """
    if not settings.port:
        return ()
    try:
        return (PageServer(settings, page),)
    except OSError as error:
        _log.error(
            messages.PAGE_NOT_SERVED.format(
                address=settings.address, port=settings.port, reason=error.strerror
            )
        )
        return ()


class _Server(socketserver.ThreadingMixIn, socketserver.TCPServer):
    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False
    request_queue_size = 32

    def __init__(self, settings: ScreenSettings, page: Page) -> None:
        self.page = page
        self.address_family = socket.AF_INET6 if ":" in settings.address else socket.AF_INET
        name = socket.gethostname().lower()
        self.names = {"localhost", name, f"{name}.local"}
        self.watchers = threading.BoundedSemaphore(MOST_WATCHERS)
        self._lock = threading.Lock()
        self._until: dict[socket.socket, float] = {}  # of each connection, of the monotonic clock
        super().__init__((settings.address, settings.port), _Handler)

    def expect(self, connection: socket.socket, seconds: float) -> None:
        """Cut this connection off after so many seconds."""
        with self._lock:
            self._until[connection] = time.monotonic() + seconds

    def verify_request(self, request: Any, client_address: Any) -> bool:
        with self._lock:
            return len(self._until) < MOST_CONNECTIONS

    def process_request(self, request: Any, client_address: Any) -> None:
        self.expect(request, REQUEST_S)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        with self._lock:
            self._until.pop(request, None)
        super().shutdown_request(request)

    def service_actions(self) -> None:
        now = time.monotonic()
        with self._lock:
            late = [connection for connection, until in self._until.items() if until < now]
            for connection in late:
                _cut(connection)

    def hang_up(self) -> None:
        with self._lock:
            for connection in self._until:
                _cut(connection)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Whoever asks may hang up at any moment; nothing else may go wrong unseen."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    server_version = "ronde"
    sys_version = ""
    timeout = REQUEST_S

    def do_GET(self) -> None:
        if not self._is_ours():
            return
        page, path = self.server.page, urlsplit(self.path).path.removeprefix("/")
        if path in (STATE, PLAN):
            value = page.shown(path, near=self._near)
            self._json(503, {"error": page.words}) if value is None else self._json(200, value)
        elif path == "events":
            self._events()
        elif file := page.file(path):
            self._send(200, file.kind, file.body)
        else:
            self._refuse(404, messages.PAGE_NOT_HERE)

    def do_POST(self) -> None:
        if not self._is_ours():
            return
        path = urlsplit(self.path).path.removeprefix("/")
        if path not in self.server.page.posts:
            self._refuse(404, messages.PAGE_NOT_HERE)
        elif not self._near or not self._is_same_origin():
            self._refuse(403, messages.PAGE_NOT_FROM_THERE)
        elif self.headers.get_content_type() != _JSON:
            self._refuse(415, messages.PAGE_NOT_JSON)
        elif (fields := self._fields()) is not None:
            self._json(*self._ask(path, fields))

    def _fields(self) -> Mapping[str, Any] | None:
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal():
            self._refuse(411, messages.PAGE_NOT_JSON)
            return None
        if len(length) > 9 or int(length) > MOST_BYTES:
            self._refuse(413, messages.PAGE_NOT_JSON)
            return None
        try:
            return schema.mapping(schema.read(self.rfile.read(int(length))), "body")
        except Malformed:
            self._refuse(400, messages.PAGE_NOT_JSON)
            return None

    def _ask(self, path: str, fields: Mapping[str, Any]) -> Answer:
        answer: Future[Answer] = Future()
        page = self.server.page
        self.server.expect(self.connection, page.answer_s + REQUEST_S)
        page.ask(Asked(path, fields, answer))
        with contextlib.suppress(TimeoutError, CancelledError):
            return answer.result(page.answer_s)
        answer.cancel()  # what was not done in time is not done later
        return 503, {"error": messages.PAGE_NO_ANSWER}

    def _events(self) -> None:
        page = self.server.page
        if page.shown(STATE) is None or not self.server.watchers.acquire(blocking=False):
            self._refuse(503, messages.PAGE_TOO_MANY)
            return
        try:
            self.connection.settimeout(SLOW_S)
            self._head(200, "text/event-stream", None)
            version, told = page.changed(-1, 0.0), -1
            while not page.ended:
                self.server.expect(self.connection, 2 * BEAT_S)
                state = json.dumps(page.shown(STATE, near=self._near)) if version != told else ""
                self.wfile.write(f"event: state\ndata: {state}\n\n".encode() if state else b":\n\n")
                version, told = page.changed(version, BEAT_S), version
        finally:
            self.server.watchers.release()

    # -- who asks

    @property
    def _near(self) -> bool:
        return _is_loopback(self.client_address[0])

    def _is_ours(self) -> bool:
        """Whether it was sent to a name or number of this machine."""
        host = self.headers.get("Host", "").lower()
        name = host[1:].partition("]")[0] if host.startswith("[") else host.partition(":")[0]
        if name in self.server.names or _address(name) is not None:
            return True
        self._refuse(421, messages.PAGE_NOT_HERE)
        return False

    def _is_same_origin(self) -> bool:
        """Browsers say where a post comes from; what says nothing is no browser, and has no page to be led by."""
        site, origin = self.headers.get("Sec-Fetch-Site"), self.headers.get("Origin")
        if site is not None:
            return site in _OWN_SITES
        return origin is None or origin.lower() == f"http://{self.headers.get('Host', '').lower()}"

    # -- what is answered

    def _json(self, status: int, value: Mapping[str, Any]) -> None:
        self._send(status, _JSON, json.dumps(value).encode())

    def _refuse(self, status: int, words: str) -> None:
        self._json(status, {"error": words})

    def _send(self, status: int, kind: str, body: bytes) -> None:
        self._head(status, kind, len(body))
        self.wfile.write(body)

    def _head(self, status: int, kind: str, length: int | None) -> None:
        self.send_response(status)
        for name, value in HEADERS.items():
            self.send_header(name, value)
        self.send_header("Content-Type", kind)
        if length is not None:
            self.send_header("Content-Length", str(length))
        self.end_headers()

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """What the standard library refuses by itself."""
        self._refuse(code, messages.PAGE_NOT_HERE)

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing is told of who looks on."""


def _address(name: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(name)
    except ValueError:
        return None


def _is_loopback(peer: str) -> bool:
    address = _address(peer.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    return address is not None and address.is_loopback


def _cut(connection: socket.socket) -> None:
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
