"""The animator's screen in a real Chromium, in front of a small server whose states are of the wire's contract."""

import http.server
import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

import firmware
from firmware.wire import booth, screen
from firmware.wire.booth import Booth, Move
from firmware.wire.card import Card
from firmware.wire.errors import Malformed
from firmware.wire.passage import ARRIVE, CLOSE, PAUSE, RESUME, SHIFT, UNDO, Passage
from firmware.wire.plan import Plan
from firmware.wire.screen import Link, Said, Told
from kiosk import eventfile
from kiosk.plans import plan as planned
from kiosk.rules.party import Nickname
from kiosk.texts import texts

FILES = Path(firmware.__file__).parent / "screen"
ROUBAIX = Path(eventfile.__file__).parents[1] / "events" / "roubaix-2022.toml"
TYPES = {".html": "text/html; charset=utf-8", ".css": "text/css", ".js": "text/javascript"}
SECURITY = (
    "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"
)
MINUTE_MS = 60_000
AFTERNOON_MS = 1_668_866_400_000  # 15 h at Roubaix

SIZES = {
    "display": (480, 320),
    "phone": (390, 844),
    "little": (360, 640),
    "lying": (1024, 768),
    "standing": (768, 1024),
}


@cache
def plan_of(atelier: str, language: str = "fr") -> Plan:
    event = eventfile.load(ROUBAIX)
    station = next(each for each in event.stations if each.atelier == atelier)
    return planned(event, station, texts(language))


def badge_of(number: int) -> str:
    letters = "BCDFGHJKLNPRSTVX"
    return "C" + "".join(letters[number >> 4 * place & 15] for place in range(15))


class Stage:
    """A station as the page sees it: a booth with its cards, and what was said. Presses move it by the wire's rules."""

    def __init__(self, plan: Plan, at_ms: int = AFTERNOON_MS) -> None:
        self.lock = threading.RLock()
        self.plan = plan
        self.here = Booth(plan)
        self.cards: dict[str, Card] = {}
        self.at_ms = at_ms
        self.shown: dict[str, Any] = {"status": "open", "link": Link()}
        self.more: dict[str, Any] = {}
        self.acts: list[dict[str, Any]] = []
        self.forms: dict[str, tuple[int, Mapping[str, Any]]] = {}
        self.answers: list[Callable[[], tuple[int, Mapping[str, Any]] | None]] = []
        self.before: list[tuple[Booth, dict[str, Any], Plan]] = []
        self.gone = False  # nobody answers any more
        self.mute = False  # no events, but answers
        self.stuck: int | None = None  # it answers, and its time stands still
        self._version = 0
        self._news = threading.Condition(self.lock)
        self._started = time.monotonic()

    @property
    def now_ms(self) -> int:
        return self.stuck or self.at_ms + int((time.monotonic() - self._started) * 1000)

    def party(self, number: int, state: str, minutes: int = 0, people: int = 3, **more: Any) -> str:
        """Let a party stand here since so many minutes; its nickname is that of party `number` of a day."""
        badge = badge_of(number)
        nickname = Nickname.of(number)
        with self.lock:
            takers = more.pop("takers", max(1, people - 1))
            if more.pop("known", True):
                self.cards[badge] = Card(badge, nickname.picture, nickname.number, people, takers)
            since_ms = self.now_ms - minutes * MINUTE_MS - 1000
            standing = booth.Standing(
                badge, state, since_ms, since_ms + number, takers, more.pop("estimated", False)
            )
            assert not more
            self.here = booth.booth(self.plan, (*self.here.standings, standing))
        self.changed()
        return badge

    def gone_home(self, badge: str) -> None:
        with self.lock:
            left = (one for one in self.here.standings if one.badge != badge)
            self.here = booth.booth(self.plan, left)
        self.changed()

    def face(self, badge: str) -> str:
        return screen.face(self.plan, self.cards, badge)

    def set(self, **shown: Any) -> None:
        with self.lock:
            self.shown |= shown
        self.changed()

    def say(self, words: str, tone: str = screen.KEPT) -> None:
        self.set(said=Said(words, tone, self.now_ms))

    def advise(self, words: str, guess: bool = False) -> None:
        self.set(told=[*self.shown.get("told", ()), Told(words, guess, self.now_ms)])

    def replan(self, **fields: Any) -> None:
        with self.lock:
            self.plan = replace(self.plan, **fields)
            self.here = Booth(self.plan, self.here.standings)
        self.changed()

    def changed(self) -> None:
        with self._news:
            self._version += 1
            self._news.notify_all()

    def wait(self, version: int, timeout_s: float) -> int:
        with self._news:
            self._news.wait_for(lambda: self._version != version or self.gone, timeout_s)
            return self._version

    def state(self) -> dict[str, Any]:
        with self.lock:
            state = screen.state(
                self.plan, self.here, self.cards, now_ms=self.now_ms, can_undo=bool(self.before), **self.shown
            )
            return {**state, **self.more}

    def press(self, fields: dict[str, Any]) -> tuple[int, Mapping[str, Any]] | None:
        """The answer to a press, which is done once by its name; None where the line breaks before it."""
        form = fields.pop("form")
        with self.lock:
            self.acts.append(fields)
            answer = self.answers.pop(0) if self.answers else None
        if answer is not None:
            return answer()
        with self.lock:
            if form in self.forms:
                return self.forms[form]
            try:
                said = self._done(**fields)
            except Malformed as error:
                return 400, {"error": str(error)}
            self.forms[form] = 200, {"said": said.to_json() if said else None}
        self.changed()
        return self.forms[form]

    def _done(self, act: str, ref: str = "", by: int | None = None, badge: str = "") -> Said | None:
        whose = next((one.badge for one in self.here.standings if screen.ref(one.badge) == ref), "")
        if act == UNDO:
            self.here, self.shown, self.plan = self.before.pop()
            return self._said([Move(UNDO, whose or None)], screen.UNDONE)
        made = (
            (Move(ARRIVE, badge),)
            if act == "scan"
            else booth.moves(self.here, act, self.now_ms, badge=whose, by=by)
        )
        if not made:
            return None
        self.before.append((self.here, dict(self.shown), self.plan))
        for move in made:
            if move.badge:
                takers = self.cards[move.badge].takers if move.badge in self.cards else 1
                self.here = self.here.moved(move.kind, move.badge, self.now_ms, takers)
            elif move.kind == SHIFT and move.by:
                nearest = min(self.plan.times_ms, key=lambda at_ms: abs(at_ms - self.now_ms))
                times = {*self.plan.times_ms} - {nearest} | {nearest + move.by * MINUTE_MS}
                self.plan = replace(self.plan, times_ms=tuple(sorted(times)))
                self.here = Booth(self.plan, self.here.standings)
        status = {PAUSE: "paused", RESUME: "open", CLOSE: "closed"}.get(made[0].kind)
        self.shown |= {"status": status} if status else {}
        return self._said(made, screen.KEPT)

    def _said(self, made: Any, tone: str) -> Said:
        blank: dict[str, Any] = dict.fromkeys(("station", "epoch", "atelier", "boot", "prev"), "")
        passages = [
            Passage(seq=1, kind=move.kind, badge=move.badge, boot_ms=0, wall_ms=0, by=move.by, **blank)
            for move in made
        ]
        said = screen.said(self.plan, self.cards, passages, tone, self.now_ms)
        self.shown |= {"said": said}
        return said


class Handler(http.server.BaseHTTPRequestHandler):
    stage: Stage

    def do_GET(self) -> None:
        name = self.path.strip("/").partition("?")[0]
        if self.stage.gone:
            self.close_connection = True
        elif name == "state":
            self._json(200, self.stage.state())
        elif name == "plan":
            self._json(200, self.stage.plan.to_json())
        elif name == "events":
            self._events()
        else:
            file = FILES / (name or "station.html")
            if file.is_file():
                self._send(200, TYPES[file.suffix], file.read_bytes())
            else:
                self._send(404, "text/plain", b"")

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        assert self.path == "/act"
        assert self.headers["Content-Type"] == "application/json"
        answer = None if self.stage.gone else self.stage.press(body)
        if answer is None:
            self.close_connection = True
        else:
            self._json(*answer)

    def _events(self) -> None:
        if self.stage.mute:
            self._send(503, "text/plain", b"")
            return
        self._head(200, "text/event-stream", None)
        version = -1
        try:
            while not self.stage.gone and not self.stage.mute:
                self.wfile.write(f"event: state\ndata: {json.dumps(self.stage.state())}\n\n".encode())
                version = self.stage.wait(version, 2.0)
        except OSError:
            pass
        self.close_connection = True

    def _json(self, status: int, value: Mapping[str, Any]) -> None:
        self._send(status, "application/json", json.dumps(value).encode())

    def _send(self, status: int, kind: str, body: bytes) -> None:
        self._head(status, kind, len(body))
        self.wfile.write(body)

    def _head(self, status: int, kind: str, length: int | None) -> None:
        self.send_response(status)
        self.send_header("Content-Security-Policy", SECURITY)
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Content-Type", kind)
        if length is not None:
            self.send_header("Content-Length", str(length))
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, stage: Stage) -> None:
        super().__init__(("127.0.0.1", 0), type("Served", (Handler,), {"stage": stage}))
        self.stage = stage
        self._thread = threading.Thread(target=self.serve_forever, args=(0.05,))
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/"

    def handle_error(self, *_: object) -> None:
        """A page that was closed while it was answered."""

    def close(self) -> None:
        self.stage.gone = True
        self.stage.changed()
        self.shutdown()
        self.server_close()
        self._thread.join()


@pytest.fixture
def serve() -> Iterator[Callable[[Stage], str]]:
    """Puts a server in front of a stage; answers with its address."""
    servers: list[Server] = []

    def serve_one(stage: Stage) -> str:
        servers.append(Server(stage))
        return servers[-1].url

    yield serve_one
    for server in servers:
        server.close()


@pytest.fixture
def open_page(browser: Browser, serve: Callable[[Stage], str]) -> Iterator[Callable[..., Page]]:
    """Opens the screen of a stage, in a context of its own; fails on whatever a page complains of."""
    contexts = []
    complaints: list[str] = []

    def open_one(stage: Stage, size: str = "display", **context: Any) -> Page:
        width, height = SIZES[size]
        opened = browser.new_context(viewport={"width": width, "height": height}, **context)
        opened.set_default_timeout(60_000)
        contexts.append(opened)
        page = opened.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text) if _complains(said) else None)
        page.goto(serve(stage))
        page.wait_for_selector("main.page")
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert complaints == []


def _complains(said: Any) -> bool:
    """A page may complain of a server that is away; of nothing else."""
    return (
        said.type == "error"
        and "net::ERR" not in said.text
        and "the server responded with a status" not in said.text
    )


def until(page: Page, truth: str, patience_s: float = 60) -> None:
    """Wait until the page says so. Playwright's own way to wait for that wants a page where text may be run."""
    end = time.monotonic() + patience_s
    while not page.evaluate(truth):
        assert time.monotonic() < end, f"this never came: {truth}"
        page.wait_for_timeout(50)


# Stages, as they come up in an afternoon


def glasses() -> Stage:
    """Two places, and a queue that is called from."""
    stage = Stage(plan_of("vr"))
    stage.party(33, booth.INSIDE, 3)
    stage.party(5, booth.CALLED, 1, 2, takers=1)
    for number, minutes in ((4, 9), (34, 7), (12, 5), (58, 4), (38, 2)):
        stage.party(number, booth.WAITING, minutes, 1 + number % 4)
    stage.say(f"Entrée : {stage.face(badge_of(33))}")
    stage.advise("Vache 3 → Robotique, 5 min")
    return stage


@pytest.fixture
def vr() -> Stage:
    return glasses()


def robots() -> Stage:
    """A table of ten, for all together."""
    stage = Stage(plan_of("robotique"))
    for number in (1, 2, 66, 11):
        stage.party(number, booth.INSIDE, 12)
    for number in range(12, 35):
        stage.party(number, booth.WAITING, 40 - number)
    return stage


@pytest.fixture
def table() -> Stage:
    return robots()


@pytest.fixture
def talk() -> Stage:
    """A session, with the next one in twelve minutes."""
    plan = plan_of("usages")
    stage = Stage(plan, plan.times_ms[-2] - 12 * MINUTE_MS)
    for number in range(40, 52):
        stage.party(number, booth.WAITING, 60 - number)
    return stage
