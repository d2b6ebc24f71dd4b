"""A terminal to sit down at, and a hub that gives out a plan, or none."""

import http.server
import json
import socket
import threading

import pytest

from firmware.wire import schema, signature

from .terminal import PLAN, Terminal


@pytest.fixture
def sit_down(environment, eventually):
    """Begins the test of a station at a terminal of its own."""
    made = []

    def begin(station, **patience):
        made.append(Terminal(station, environment, eventually, **patience))
        return made[-1]

    yield begin
    for one in made:
        one.close()


@pytest.fixture
def planning(device_key):
    """A hub that gives out the plan; `plan` and `status` may be changed."""
    keys = signature.device_keys(device_key)

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            signature.check(keys.up, body, self.headers[signature.HEADER])
            asked = json.loads(body)
            given = {
                "v": 1,
                "station": asked["station"],
                "nonce": asked["nonce"],
                "plan": server.plan.to_json(),
            }
            answer = schema.canonical(given)
            self.send_response(server.status if self.path == "/api/plan" else 404)
            self.send_header(signature.HEADER, signature.sign(keys.down, answer))
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def date_time_string(self, timestamp=None):
            return super().date_time_string(server.now_s()) if server.now_s else super().date_time_string()

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.plan, server.status, server.now_s = PLAN, 200, None
    server.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def nowhere():
    """An address where nobody answers."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{taken.getsockname()[1]}"
