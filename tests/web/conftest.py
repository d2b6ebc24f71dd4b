"""A real day behind a real server on the loopback, and a real Chromium in front of it."""

import http.client
import random
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page
from waitress import wasyncore
from waitress.server import create_server

from firmware.wire import signature
from firmware.wire.anchor import Anchor
from firmware.wire.batch import NO_HUB, Batch, Health
from firmware.wire.passage import CHAIN_START, Passage
from firmware.wire.signature import DeviceKeys
from kiosk import eventfile
from kiosk.day import Day
from kiosk.desk import Desk
from kiosk.paper.spooler import PrinterState
from kiosk.rules.event import Event, Kind
from kiosk.rules.party import Group
from kiosk.rules.printing import PrintState
from kiosk.stations import Stations
from kiosk.store.journal import Journal
from kiosk.voice import Voice
from kiosk.web import roles
from kiosk.web.access import Access
from kiosk.web.app import create_app, end_streams
from kiosk.web.live import HELD_BYTES
from kiosk.web.roles import Role
from kiosk.web.services import Services

from ..clocks import SetClock
from .visitor import entered

ROUBAIX = Path(eventfile.__file__).parents[1] / "events" / "roubaix-2022.toml"
MINUTE_MS = 60_000
KEY = b"a key of thirty-two bytes, or so"
PHRASE = "cerise tambour nuage renard"  # of the organisers


@dataclass
class FakePrinter:
    """What the printer says of itself; set by the test."""

    state: PrinterState = field(default_factory=lambda: PrinterState("", 0, "ok"))

    def __call__(self) -> PrinterState:
        return self.state

    def says(self, trouble: str, since_ms: int, paper: str = "unknown") -> None:
        self.state = PrinterState(trouble, since_ms, paper)


@dataclass
class FakeScanners:
    """Those of the door: what is wrong with them, and at which kiosks one reads; set by the test."""

    trouble: str = ""
    at: set[int] = field(default_factory=set)

    def reads(self, kiosk: int) -> bool:
        return kiosk in self.at


@dataclass
class Log:
    """One station's log: writes passages and signs batches as the station would."""

    station: str
    atelier: str
    keys: DeviceKeys
    boot_at_ms: int
    epoch: str = "ab" * 8
    boot: str = "cd" * 8
    seq: int = 0
    prev: str = CHAIN_START
    nonces: random.Random = field(default_factory=lambda: random.Random(7))

    def passage(self, kind: str, badge: str | None, at_ms: int) -> Passage:
        self.seq += 1
        written = Passage(
            self.station, self.epoch, self.seq, self.atelier, kind, badge, self.boot, at_ms - self.boot_at_ms,
            at_ms, self.prev,
        )  # fmt: skip
        self.prev = written.digest
        return written

    def batch(self, passages: list[Passage], now_ms: int, health: Health | None = None) -> tuple[bytes, str]:
        """The body and its signature."""
        body = Batch(
            station=self.station,
            epoch=self.epoch,
            hub=NO_HUB,
            nonce=self.nonces.randbytes(16).hex(),
            boot=self.boot,
            boot_ms=now_ms - self.boot_at_ms,
            wall_ms=now_ms,
            first=passages[0].seq if passages else self.seq + 1,
            passages=tuple(passages),
            anchors=(Anchor(self.boot, 0, self.boot_at_ms, 5),),
            health=health or Health(0, True, "test"),
        ).encode()
        return body, signature.sign(self.keys.up, body)


class House:
    """A day, its pages, and the server in front of them."""

    def __init__(
        self,
        folder: Path,
        event: Event,
        at_ms: int,
        most: int | None = None,
        voice: Voice | None = None,
        open: bool = True,
    ) -> None:
        """`open`: whoever asks is an organiser, as in a rehearsal."""
        self.folder = folder
        self.event = event
        self.voice = voice
        self.open = open
        self.clock = SetClock(at_ms)
        self.printer = FakePrinter(PrinterState("", at_ms, "ok"))
        self.scanners = FakeScanners()
        self.sheets = folder / "sheets"
        self.sheets.mkdir()
        self.day = Day(Journal.open(folder / "journal.db"), event, self.clock, random.Random(3).randrange)
        self.stations = Stations(self.day)
        self.logs = {
            station.id: Log(
                station.id,
                station.atelier,
                signature.device_keys(self.stations.enrol(station.id, "http://127.0.0.1:1").device_key),
                event.opens_ms - 30 * MINUTE_MS,
            )
            for station in event.stations
        }
        self._sockets = [socket.create_server(("127.0.0.1", 0), backlog=200) for _ in range(2)]
        self.port, self.door_port = (each.getsockname()[1] for each in self._sockets)
        self._most = most
        self.url, self.door_url = f"http://127.0.0.1:{self.port}", f"http://127.0.0.1:{self.door_port}"
        self._open()

    def _open(self) -> None:
        self.services = Services(
            self.day,
            self.stations,
            self.printer,
            self.sheets,
            self.door_port,
            KEY,
            desk=Desk(self.day),
            access=Access(self.day, KEY),
            listens=("127.0.0.1", self.port),
            scanners=self.scanners,
            voice=self.voice,
            open=self.open,
        )
        self.app = create_app(self.services)
        self.live = self.app.extensions["live"]
        if self._most is not None:
            self.live._most = self._most
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        channels: dict[int, Any] = {}
        server = create_server(
            self.app,
            map=channels,
            sockets=self._sockets,
            threads=80,
            connection_limit=300,
            channel_timeout=10,
            outbuf_high_watermark=HELD_BYTES,
        )
        while not self._stopping.is_set():
            wasyncore.loop(timeout=0.05, use_poll=True, map=channels, count=1)
        server.task_dispatcher.shutdown()
        wasyncore.close_all(channels)

    def cut(self) -> None:
        """Stop the server; the day lives on."""
        if not self._stopping.is_set():
            end_streams(self.app)
            self._stopping.set()
            self._thread.join()

    def resume(self) -> None:
        """The server again, at the same addresses, as after a restart of the hub."""
        self._sockets = [socket.create_server(("127.0.0.1", port)) for port in (self.port, self.door_port)]
        self._open()

    def close(self) -> None:
        self.cut()
        self.day.close()

    def enter(self, role: Role) -> dict[str, str]:
        """What the requests of a browser carry that came in so: its cookie, and the token of its session."""
        access = self.services.access
        token = access.enter(role, access.pin if role is Role.ANIMATOR else PHRASE, "10.0.0.7")
        return {"Cookie": f"{roles.COOKIE}={token}", roles.HEADER: access.csrf(token)}

    def station_of(self, atelier: str, step: str) -> str:
        return next(s.id for s in self.event.stations if s.atelier == atelier and step in s.steps)

    def scan(self, atelier: str, step: str, badge: str, at_ms: int | None = None) -> None:
        """A scan, kept, as when a station's batch was taken."""
        log = self.logs[self.station_of(atelier, step)]
        now_ms = self.clock()
        body, signed = log.batch([log.passage(step, badge, now_ms if at_ms is None else at_ms)], now_ms)
        self.stations.receive(body, signed, 5)

    def ask(
        self, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None,
        port: int | None = None,
    ) -> tuple[int, dict[str, str], bytes]:  # fmt: skip
        """(status, headers, body) of one request."""
        connection = http.client.HTTPConnection("127.0.0.1", port or self.port, timeout=60)
        try:
            connection.request(method, path, body, headers or {})
            answer = connection.getresponse()
            return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
        finally:
            connection.close()

    def post_passages(self, body: bytes, signed: str) -> tuple[int, dict[str, str], bytes]:
        return self.ask(
            "POST", "/api/passages", body,
            {"Content-Type": "application/json", signature.HEADER: signed},
        )  # fmt: skip


@pytest.fixture(scope="session")
def roubaix() -> Event:
    return eventfile.load(ROUBAIX)


@pytest.fixture
def open_house(tmp_path: Path) -> Iterator[Callable[..., House]]:
    """Opens houses on a day that is given by its event and its hour, and closes them."""
    houses: list[House] = []

    def open_one(event: Event, at_ms: int, **more: Any) -> House:
        folder = tmp_path / str(len(houses))
        folder.mkdir()
        houses.append(House(folder, event, at_ms, **more))
        return houses[-1]

    yield open_one
    for house in houses:
        house.close()


@pytest.fixture
def house(open_house: Callable[..., House], roubaix: Event) -> House:
    """The Roubaix day at 14:35, before anybody came."""
    return open_house(roubaix, afternoon(roubaix))


@pytest.fixture
def real_house(open_house: Callable[..., House], roubaix: Event) -> House:
    """As `house`, where each has the role that it came in with; organisers have their passphrase."""
    house = open_house(roubaix, afternoon(roubaix), open=False)
    house.services.access.begin(PHRASE)
    return house


@pytest.fixture
def lively_day(house: House) -> House:
    """The Roubaix day at 14:35: forty parties came since 13:50, and go round the ateliers."""
    enliven(house)
    return house


def afternoon(event: Event) -> int:
    return event.windows[1].opens_ms + 35 * MINUTE_MS


def enliven(house: House, parties: int = 40) -> None:
    """Let parties come in the 45 minutes before now, follow their sheets, queue, and take their turns."""
    chance = random.Random(11)
    event, now_ms = house.event, house.clock()
    free = {atelier.id: [0] * atelier.places for atelier in event.ateliers}
    scans: dict[str, list[tuple[int, str, str]]] = {station.id: [] for station in event.stations}
    for number in range(parties):
        house.clock.at_ms = came_ms = now_ms - 45 * MINUTE_MS + number * 62_000
        people = [Group("18-59", chance.choice("fm"), chance.choice([1, 1, 2]))]
        people += [
            Group(chance.choice(["0-5", "6-11", "6-11", "12-17"]), chance.choice("fm"), 1) for _ in range(2)
        ]
        if number % 9 == 0:
            people.append(Group("60-plus", "f", 1))
        came = house.day.check_in(people, "fr")
        house.day.move_job(came.job, PrintState.SENT)
        house.day.move_job(came.job, PrintState.CONFIRMED)
        at_ms = max(came_ms, event.windows[1].opens_ms)
        for stop in house.day.view.routes[came.party.number].route[: chance.choice([1, 2, 3, 4])]:
            atelier = event.by_id[stop.atelier]
            at_ms += chance.randrange(1, 4) * MINUTE_MS
            needed = min(came.party.takers(event, atelier), atelier.places)
            seats = sorted(free[atelier.id])
            enter_ms = max(at_ms, seats[needed - 1])
            if atelier.kind is Kind.SESSION:
                enter_ms = atelier.next_session_ms(at_ms) or enter_ms
            leave_ms = enter_ms + atelier.turn_ms
            free[atelier.id] = seats[needed:] + [leave_ms] * needed
            for step, moment_ms in (("arrive", at_ms), ("enter", enter_ms), ("leave", leave_ms)):
                if moment_ms <= now_ms and step in event.steps_at[atelier.id]:
                    station = house.station_of(atelier.id, step)
                    scans[station].append((moment_ms, step, came.party.badge))
            at_ms = leave_ms
            if at_ms > now_ms:
                break
    house.clock.at_ms = now_ms
    for station, made in scans.items():
        log = house.logs[station]
        passages = [log.passage(step, badge, at_ms) for at_ms, step, badge in sorted(made)]
        body, signed = log.batch(passages, now_ms)
        status, _, answer = house.post_passages(body, signed)
        assert status == 200, answer


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Opens pages, each in a context of its own; fails on whatever a page complains of."""
    contexts = []
    complaints: list[str] = []

    def open_one(
        url: str,
        width: int = 800,
        height: int = 480,
        *,
        clock: bool = False,
        still: bool = False,
        **context: Any,
    ) -> Page:
        """`clock`: its time may be put forward; `still`: and goes on no other way."""
        opened = browser.new_context(viewport={"width": width, "height": height}, **context)
        opened.set_default_timeout(60_000)
        contexts.append(opened)
        page = opened.new_page()
        if clock:
            page.clock.install()
        if still:
            page.clock.pause_at(time.time() + 1)
        page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
        page.on("console", lambda said: _note(complaints, page.url, said))
        page.goto(url)
        if context.get("java_script_enabled", True):
            entered(page)
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert complaints == []


def _note(complaints: list[str], url: str, said: Any) -> None:
    """A page may complain of a hub that is away; of nothing else."""
    if (
        said.type == "error"
        and "net::ERR" not in said.text
        and "the server responded with a status" not in said.text
    ):
        complaints.append(f"{url}: {said.text}")
