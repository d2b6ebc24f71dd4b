"""What the station's tests drive it with: a scripted hub on loopback, and waiting for conditions."""

import contextlib
import json
import os
import queue
import random
import socket
import subprocess
import sys
import threading
import time
import tomllib
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

import firmware
from firmware import inquiry
from firmware.standin import PtyScanner
from firmware.wire import anchor, batch, pairing, plan, schema, screen, signature, token
from firmware.wire.batch import Batch
from firmware.wire.booth import booth, replayed
from firmware.wire.card import Card
from firmware.wire.enrolment import Enrolment
from firmware.wire.errors import BadSignature
from firmware.wire.pairing import Ask
from firmware.wire.plan import Plan
from firmware.wire.receipt import Receipt

from ..patience import PATIENCE_S, until

DEVICE_KEY = bytes(range(32))
EVENT_KEY = bytes(range(32, 64))
OTHER_EVENT_KEY = bytes(range(64, 96))

ROOT = Path(firmware.__file__).parents[1]


def child_environment() -> dict[str, str]:
    """For processes that import what the tests import, from wherever they are run. No pins are preset."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("GPIOZERO")}
    return kept | {"PYTHONPATH": os.pathsep.join([str(ROOT), *filter(None, [kept.get("PYTHONPATH")])])}


@dataclass
class Hub:
    """What a hub is to a station: it holds prefixes and signs receipts; `script` may answer otherwise.

    A script takes the batch and the true receipt, and gives (status, headers, body), or None to say nothing
    and hang up. `batches` is everything that was received, in order.
    """

    epoch: str = "0a" * 8
    now_ms: Callable[[], int] = lambda: time.time_ns() // 1_000_000
    status: str = "open"
    script: Callable[[Batch, Receipt], Any] | None = None
    batches: list[Batch] = field(default_factory=list)
    held: dict[tuple[str, str], int] = field(default_factory=dict)
    kept: dict[tuple[str, str, int], Any] = field(default_factory=dict)
    keys: signature.DeviceKeys = field(default_factory=lambda: signature.device_keys(DEVICE_KEY))
    address: str = ""
    plan: Plan | None = None
    cards: list[Card] = field(default_factory=list)
    pressed: list[Any] = field(default_factory=list)  # passages of another log, each with its moment
    plans: int = 0  # how often the plan was asked for
    refuse_plan: int = 0  # with this status
    codes: dict[str, Enrolment] = field(default_factory=dict)
    spent: dict[str, tuple[Ask, bytes]] = field(default_factory=dict)

    def take(self, body: bytes, signed: str) -> Any:
        signature.check(self.keys.up, body, signed)
        found = batch.decode(body)
        self.batches.append(found)
        log = (found.station, found.epoch)
        given = Receipt(self.epoch, *log, found.nonce, self.held.get(log, 0), self.now_ms(), self.status)
        if self.script is not None:
            answer = self.script(found, given)
            if answer != "as usual":
                return answer
        return self.usual(found, given)

    def usual(self, found: Batch, given: Receipt) -> Any:
        log = (found.station, found.epoch)
        for passage in found.passages:
            self.kept[(*log, passage.seq)] = passage
        while (*log, self.held.get(log, 0) + 1) in self.kept:
            self.held[log] = self.held.get(log, 0) + 1
        return self.signed(replace(given, held=self.held.get(log, 0), **self.told(found)))

    def told(self, found: Batch) -> dict[str, Any]:
        """What a hub says of the booth of its plan, as far as it holds passages."""
        if self.plan is None:
            return {}
        known = found.cards if found.hub == self.epoch else 0
        said = {"pause": "paused", "resume": "open", "close": "closed"}
        statuses = [said[passage.kind] for _, passage in sorted(self.kept.items()) if passage.kind in said]
        return {
            "status": statuses[-1] if statuses else self.status,
            "plan": self.plan.digest,
            "cards_from": known,
            "cards": tuple(self.cards[known : known + 100]),
            "standings": self.floor(),
        }

    def floor(self) -> tuple[Any, ...]:
        """Who is at the booth of the plan, by all that was received."""
        assert self.plan is not None
        now_ms = self.now_ms()
        anchors = [found for sent in self.batches for found in sent.anchors]
        logs: dict[tuple[str, str], list[Any]] = {}
        for (*log, _), passage in sorted(self.kept.items()):
            logs.setdefault(tuple(log), []).append(passage)
        dated = [(passage, at_ms, False) for passage, at_ms in self.pressed]
        for passages in logs.values():
            moments = anchor.date(passages, anchors, None, now_ms)
            undone = {passage.of for passage in passages if passage.of}
            dated += [
                (passage, moment.at_ms, moment.estimated)
                for passage, moment in zip(passages, moments, strict=True)
                if passage.seq not in undone and passage.of is None
            ]
        takers = {card.badge: card.takers for card in self.cards}
        dated.sort(key=lambda entry: entry[1])
        here = replayed(booth(self.plan, ()), dated, takers, self.plan.atelier)
        return here.settled(now_ms).standings

    def give_plan(self, body: bytes, signed: str) -> Any:
        signature.check(self.keys.up, body, signed)
        fields = schema.read(body)
        self.plans += 1
        if self.refuse_plan or self.plan is None:
            return self.refuse_plan or 401, {}, b"{}"
        told = {"v": 1, "station": fields["station"], "nonce": fields["nonce"], "plan": self.plan.to_json()}
        answer = schema.canonical(told)
        return 200, {signature.HEADER: signature.sign(self.keys.down, answer)}, answer

    def invite(self, code: str, made: Enrolment) -> str:
        """Show a pairing code: the line of its QR code."""
        self.codes[code] = made
        return pairing.Invitation(self.address, code).encode()

    def enrol(self, body: bytes) -> Any:
        asked = pairing.asked(body)
        code = next((code for code in self.codes if pairing.name_of(code) == asked.name), None)
        if code is None:
            return 404, {}, b"{}"
        if code in self.spent:
            before, given = self.spent[code]
            return (200, {}, given) if before == asked else (410, {}, b"{}")
        key = pairing.key_of(code)
        try:
            pairing.check(asked, key)
        except BadSignature:
            return 403, {}, b"{}"
        self.spent[code] = asked, pairing.give(self.codes[code], asked, key).encode()
        return 200, {}, self.spent[code][1]

    def signed(self, given: Receipt) -> Any:
        body = given.encode()
        return 200, {signature.HEADER: signature.sign(self.keys.down, body)}, body

    def restore(self, epoch: str) -> None:
        """As after a disaster, from a backup that holds nothing."""
        self.epoch = epoch
        self.held.clear()
        self.kept.clear()

    @property
    def seqs(self) -> list[int]:
        return sorted(seq for _, _, seq in list(self.kept))


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # headers and body in one packet, else each answer waits for a delayed ACK

    def do_POST(self) -> None:
        hub: Hub = self.server.hub  # type: ignore[attr-defined]
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.path == pairing.PATH:
            answer = hub.enrol(body)
        elif self.path == "/api/plan":
            answer = hub.give_plan(body, self.headers[signature.HEADER])
        else:
            answer = hub.take(body, self.headers[signature.HEADER])
        if answer is None:
            self.close_connection = True
            return
        status, headers, body = answer
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, hub: Hub, port: int = 0) -> None:
        self.hub = hub
        self.channels: set[Any] = set()
        super().__init__(("127.0.0.1", port), Handler)
        hub.address = f"http://127.0.0.1:{self.server_port}"
        self.thread = threading.Thread(target=self.serve_forever, args=(0.02,))
        self.thread.start()

    def process_request(self, request: Any, client_address: Any) -> None:
        self.channels.add(request)
        super().process_request(request, client_address)

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)

    def stop(self) -> None:
        self.shutdown()
        self.thread.join()
        for channel in self.channels:
            with contextlib.suppress(OSError):
                channel.shutdown(2)
        self.server_close()


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Callable[[int], Path]]:
    """Makes file systems of so many KiB, where this machine lets us make them."""
    made: list[Path] = []

    def make(size_kib: int) -> Path:
        place = tmp_path / f"card-{len(made)}"
        place.mkdir()
        command = ["mount", "-t", "tmpfs", "-o", f"size={size_kib}k", "none", str(place)]
        if subprocess.run(command, capture_output=True).returncode:
            pytest.skip("a small file system can only be mounted by root")
        made.append(place)
        return place

    yield make
    for place in made:
        subprocess.run(["umount", "--lazy", str(place)], check=True)


@pytest.fixture
def fill() -> Callable[[Path], Path]:
    """Fills a file system to its last byte, and says with which file."""

    def to_the_brim(place: Path) -> Path:
        filler = place / "filler"
        with filler.open("ab", buffering=0) as file:
            for size in (65536, 4096, 1):
                with contextlib.suppress(OSError):
                    while file.write(b"x" * size):
                        pass
        return filler

    return to_the_brim


@pytest.fixture
def environment() -> dict[str, str]:
    return child_environment()


@pytest.fixture
def eventually() -> Callable[..., Any]:
    return until


@pytest.fixture
def new_hub() -> type[Hub]:
    """Makes hubs that do not listen yet; see `serve`."""
    return Hub


@pytest.fixture
def hub(serve: Callable[..., Server]) -> Hub:
    """A hub that listens."""
    made = Hub()
    serve(made)
    return made


@pytest.fixture
def serve() -> Iterator[Callable[..., Server]]:
    """Makes hubs listen, and stop listening."""
    with contextlib.ExitStack() as stack:

        def start(hub: Hub, port: int = 0) -> Server:
            server = Server(hub, port)
            stack.callback(lambda: server.thread.is_alive() and server.stop())
            start.made.append(server)
            return server

        start.made = []

        yield start


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


def make_plan(kind: str = "continuous", **fields: Any) -> Plan:
    """The plan of the station `vr-1`, with every word that its page needs."""
    words = {
        key: f"{key} {{who}} {{by}} {{letters}}" for key in (*screen.SAID, *screen.REFUSALS, *screen.PAGE)
    }
    words |= {"picture.fox": "Renard", "common.nickname": "{picture} {number}"}
    usual: dict[str, Any] = {
        "station": "vr-1",
        "label": "Casque",
        "event": "fete",
        "event_name": "Fête",
        "language": "fr",
        "atelier": "vr",
        "name": "Réalité virtuelle",
        "icon": "vr",
        "room": "Salle 2",
        "kind": kind,
        "places": 2,
        "minutes": 10,
        "steps": ("arrive",),
        "buttons": True,
        "words": words,
    }
    return plan.from_json(Plan(**(usual | fields)).to_json())


class Station:
    """A real agent in a process of its own, with a scanner on a pty and a panel that prints.

    `hub` is "" for a station that is not enrolled. `scanners`: the settings of several, by name.
    """

    def __init__(
        self, folder: Path, hub: str, scanners: dict[str, dict[str, Any]] | None = None, **settings: Any
    ) -> None:
        self.folder = folder
        self.config = folder / "station.toml"
        self.scanners = {name: PtyScanner(folder / f"scanner{name}") for name in scanners or {"": {}}}
        self.scanner = next(iter(self.scanners.values()))
        self.signals: queue.Queue[dict[str, Any]] = queue.Queue()
        self.seen: list[dict[str, Any]] = []
        self.process: subprocess.Popen[bytes] | None = None
        self.errors = folder / "stderr"
        values = {
            "station": "vr-1",
            "atelier": "vr",
            "steps": ["arrive", "enter"],
            "hub": hub,
            "device_key": DEVICE_KEY.hex(),
            "event_key": EVENT_KEY.hex(),
            "data": str(folder / "data"),
        }
        if not hub:
            values = {"data": str(folder / "data")}
        tables: dict[str, Any] = {
            "uplink": {"beat_s": 0.2, "backoff_min_s": 0.05, "backoff_max_s": 0.2, "timeout_s": 2.0},
            "screen": {"port": 0},
            "standin": {"panel": "print"},
        }
        for name, value in settings.items():
            table, _, key = name.partition("__")
            if key:
                tables.setdefault(table, {})[key] = value
            else:
                values[name] = value
        usual = {"repeat_s": 0.0} | tables.pop("scanner", {})
        lines = [f"{key} = {json.dumps(value)}" for key, value in values.items()]
        for name, own in (scanners or {"": {}}).items():
            table = {"name": name, "port": str(self.scanners[name].path), **usual, **own}
            lines += ["[[scanner]]", *(f"{key} = {_toml(value)}" for key, value in table.items())]
        for name, table in tables.items():
            lines += [f"[{name}]", *(f"{key} = {_toml(value)}" for key, value in table.items())]
        self.config.write_text("\n".join(lines) + "\n", encoding="utf-8")

    def start(self, **environment: str) -> "Station":
        with self.errors.open("ab") as errors:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "firmware", "run", "--config", str(self.config)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                env=child_environment() | {"PYTHONWARNINGS": "error"} | environment,
            )
        self._reader = threading.Thread(target=self._read, args=(self.process,))
        self._reader.start()
        return self

    def ready(self) -> "Station":
        """Wait until it has found its scanner."""
        self.wait_for(signal="scanner", present=True)
        return self

    def _read(self, process: "subprocess.Popen[bytes]") -> None:
        assert process.stdout is not None
        for line in process.stdout:
            self.signals.put(json.loads(line))

    def wait_for(self, **expected: Any) -> dict[str, Any]:
        """The next signal that has these fields; others before it are passed over."""
        deadline_s = time.monotonic() + PATIENCE_S
        while True:
            try:
                found = self.signals.get(timeout=max(0.01, deadline_s - time.monotonic()))
            except queue.Empty:
                pytest.fail(f"no signal {expected}; seen {self.seen[-5:]}; {self.errors.read_text()}")
            self.seen.append(found)
            if expected.items() <= found.items():
                return found

    def scan(self, text: str, **expected: Any) -> dict[str, Any]:
        self.scanner.scan(text)
        return self.wait_for(**(expected or {"signal": "kept"}))

    def press(self, button: str) -> None:
        assert self.process is not None and self.process.stdin is not None
        self.process.stdin.write(f"{button}\n".encode())
        self.process.stdin.flush()

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        self._end()

    def stop(self) -> int:
        assert self.process is not None
        if self.process.poll() is None:
            self.process.terminate()
        return self._end()

    def _end(self) -> int:
        assert self.process is not None and self.process.stdin is not None and self.process.stdout is not None
        code = self.process.wait(PATIENCE_S)
        self._reader.join()
        self.process.stdin.close()
        self.process.stdout.close()
        return code

    def command(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-m", "firmware", *arguments, "--config", str(self.config)],
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
            env=child_environment(),
        )

    def log(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.command("log").stdout.splitlines()]

    def close(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
        if self.process is not None and not self.process.stdout.closed:  # type: ignore[union-attr]
            self._end()
        for scanner in self.scanners.values():
            scanner.close()

    def status(self) -> dict[str, Any]:
        """What the agent says of itself."""
        (found,) = inquiry.ask(self.folder / "data", "status")
        return found

    # -- its page

    @property
    def page(self) -> str:
        return f"http://127.0.0.1:{tomllib.loads(self.config.read_text())['screen']['port']}"

    def ask_page(self, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
        """The status and the JSON, or else the text, that its page answers; a post where there is a body."""
        usual = {"Content-Type": "application/json"}
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.page}/{path}", data, usual | headers)
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE_S) as answer:
                return answer.status, _read(answer.read().decode())
        except urllib.error.HTTPError as error:
            with error:
                return error.code, _read(error.read().decode())

    def state(self) -> dict[str, Any]:
        status, found = self.ask_page("state")
        assert status == 200, found
        return found

    def standing(self) -> list[list[int | None]]:
        """Who waits, is called, and is inside, by the number of each party."""
        found = self.state()
        return [[party["number"] for party in found[state]] for state in ("waiting", "called", "inside")]

    def shows(self, *expected: list[int]) -> None:
        """Its page shows this in a moment: a button is answered by its beep first."""
        until(lambda: self.standing() == list(expected), f"{expected} on the page")

    def act(self, act: str, **fields: Any) -> dict[str, Any]:
        status, told = self.ask_page("act", {"act": act, **fields})
        assert status == 200, told
        return told


def _read(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def _toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {json.dumps(item)}" for key, item in value.items()) + " }"
    return json.dumps(value)


@pytest.fixture
def station(tmp_path: Path) -> Iterator[Callable[..., Station]]:
    """Makes stations; they are ended and their scanners unplugged after the test."""
    made: list[Station] = []

    def make(hub: str, name: str = "s", **settings: Any) -> Station:
        folder = tmp_path / name
        folder.mkdir()
        made.append(Station(folder, hub, **settings))
        return made[-1]

    yield make
    for one in made:
        one.close()


@pytest.fixture
def plan_of() -> Callable[..., Plan]:
    """Makes plans of the station `vr-1`."""
    return make_plan


@pytest.fixture
def port() -> int:
    """One that is free."""
    return free_port()


@pytest.fixture
def badges() -> list[str]:
    chance = random.Random(7)
    return [token.issue(EVENT_KEY, chance.randrange) for _ in range(300)]


@pytest.fixture
def foreign_badge() -> str:
    return token.issue(OTHER_EVENT_KEY, random.Random(8).randrange)


@pytest.fixture
def device_key() -> bytes:
    return DEVICE_KEY


@pytest.fixture
def event_key() -> bytes:
    return EVENT_KEY


@pytest.fixture(scope="session")
def long() -> bool:
    return os.environ.get("RONDE_LONG") == "1"
