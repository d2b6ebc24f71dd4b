"""All the real parts of a rehearsal, each a process of its own, and the stand-ins around them.

    printer ◄── hub ◄── relay ◄── stations ◄── scanners
                 ▲ door, pages, journal

Any of them may be killed and started again, and any station cut off. `close` ends everything, in any case.
"""

import contextlib
import http.client
import json
import os
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from firmware.wire.pace import Pacer

from ..clock import DayClock
from ..control import ask
from ..errors import RondeError
from ..paper.standin import StandinPrinter
from ..registry import enrolment
from ..rules.event import Event
from ..store.journal import Journal
from .children import Child, Children
from .posts import Post
from .relay import Relay
from .tray import Tray

_ROOT = Path(__file__).resolve().parents[2]
_HUB = "hub/"  # no station is called so
_POLL_S = 0.02
_LOOK_S = 0.2
SETTLED_S = 60.0
READY_S = 60.0
REPEAT_S = 10.0  # as on a real station
BEAT_S = 1.0  # of a station's uplink, in real time: the day runs faster than a real one


class StageError(RondeError, OSError):
    """Something that a rehearsal needs is not there, or did not start; the message says what to do."""


class Stopped(RondeError):
    """Somebody ended the rehearsal."""


@dataclass(frozen=True, slots=True)
class Ports:
    """0: any that is free."""

    hub: int = 0
    door: int = 0


class Stage:
    """Made ready in `folder`, which must hold no day yet; `start`ed; `close`d. A context manager.

    It is `day_ms` for all of them, and the day runs at `speed` as far as `allow` lets it. `stop` ends every wait with
    Stopped. Raises StageError.
    """

    def __init__(
        self,
        event_file: Path,
        event: Event,
        folder: Path,
        *,
        day_ms: int,
        speed: float,
        seed: int | None = None,
        ports: Ports | None = None,
        stop: threading.Event | None = None,
    ) -> None:
        self.stop = stop or threading.Event()
        self.event = event
        self.folder = folder.resolve()
        self.sheets = self.folder / "sheets"
        self.config_path = self.folder / "hub.toml"
        self._control = self.folder / "hub" / "control"
        self._pace = self.folder / "pace"
        if (self.folder / "hub").exists():
            raise StageError(f"{self.folder} holds a rehearsal already: remove it, or choose another folder")
        ports = ports or Ports()
        self.port, self.door_port = free_port(ports.hub), free_port(ports.door)
        self._environment = _environment()
        self._hub: Child | None = None
        self._held_down: set[str] = set()
        self._starting = threading.RLock()
        with contextlib.ExitStack() as opened:
            self._children = Children()
            opened.callback(self._children.close)
            (self.folder / "hub").mkdir(parents=True)
            self._pacer = opened.enter_context(Pacer(self._pace, day_ms, speed))
            self.clock = DayClock(day_ms, time.time_ns() // 1_000_000, speed, self._pacer)
            self.tray = Tray(self.sheets)
            opened.callback(self.tray.close)
            self.printer = opened.enter_context(StandinPrinter(keep=4, on_ticket=self.tray.drop))
            self.relay = Relay([station.id for station in event.stations], self.port)
            opened.callback(self.relay.close)
            self.config_path.write_text(self._hub_toml(event_file.resolve(), seed), "utf-8")
            self.posts = {post.id: opened.enter_context(contextlib.closing(post)) for post in self._posts()}
            self._opened = opened.pop_all()

    def start(self) -> None:
        """Start the hub and all stations, and wait until each is ready. Raises StageError."""
        self.start_hub()
        for post in self.posts.values():
            self.start_station(post.id, wait=False)
        for post in self.posts.values():
            self._wait_for_station(post)

    # What may happen to them

    def start_hub(self, *, wait: bool = True) -> None:
        arguments = [sys.executable, "-m", "kiosk.cli", "hub", "--config", str(self.config_path)]
        log = self.folder / "hub.log"
        with self._starting:
            self._hub = self._children.start(arguments, log, self._environment, lambda line: None)
            self._held_down.discard(_HUB)
        if wait:
            self._wait_for_hub()

    def kill_hub(self) -> None:
        """SIGKILL: what a power cut looks like to a process. It stays away until `start_hub`."""
        self._held_down.add(_HUB)
        if self._hub is not None:
            self._hub.kill()

    def start_station(self, station: str, *, wait: bool = True) -> None:
        post = self.posts[station]
        arguments = [sys.executable, "-m", "firmware", "run", "--config", str(post.folder / "station.toml")]
        log = post.folder / "station.log"
        with self._starting:
            post.child = self._children.start(arguments, log, self._environment, post.hear)
            self._held_down.discard(station)
        if wait:
            self._wait_for_station(post)

    def kill_station(self, station: str) -> None:
        """SIGKILL. It stays away until `start_station`."""
        self._held_down.add(station)
        child = self.posts[station].child
        if child is not None:
            child.kill()

    def cut(self, station: str) -> None:
        """Take the station off the network. It goes on by itself."""
        self.relay.cut(station)

    def join(self, station: str) -> None:
        self.relay.join(station)

    def mend(self) -> None:
        """Start again what has ended by itself, or by a hand from outside, as systemd would."""
        with self._starting:
            if _HUB not in self._held_down and self._hub is not None and not self._hub.alive:
                self.start_hub(wait=False)
            for post in self.posts.values():
                if post.id not in self._held_down and post.child is not None and not post.child.alive:
                    self.start_station(post.id, wait=False)

    def allow(self, until_ms: int) -> None:
        """Let the day run at its speed until then; from there on it goes no faster than ours."""
        self._pacer.allow(until_ms)

    # What is asked of them

    def settled(self, station: str) -> bool:
        """Whether the hub has all that the station kept, once it has. Not where it is cut off, or takes too long."""
        until_s = time.monotonic() + SETTLED_S
        while not self.relay.is_cut(station) and time.monotonic() < until_s:
            if self.posts[station].wait_held(_LOOK_S):
                return True
            if self.stop.is_set():
                raise Stopped
            self.mend()
        return False

    def board(self) -> dict[str, Any]:
        """The live floor, as the organisers see it. Raises OSError while the hub is away."""
        told: dict[str, Any] = self._get("/api/floor")
        return told

    def ask(self, act: str, **body: Any) -> Any:
        """Have the hub do what an organiser may have it do. Raises HubAway, Refused."""
        return ask(self._control, act, **body)

    def journeys(self) -> dict[str, Any]:
        """The board, and with it each party's stays under "journeys". Raises HubAway."""
        told: dict[str, Any] = self.ask("journeys")
        return told

    def complaints(self, lines: int = 5) -> str:
        """The end of what the hub and the stations have logged, for a message that has to explain a failure."""
        logs = [self.folder / "hub.log", *(post.folder / "station.log" for post in self.posts.values())]
        return "\n".join(
            f"{path.parent.name}/{path.name}: {line}"
            for path in logs
            if path.exists()
            for line in path.read_text("utf-8", "replace").splitlines()[-lines:]
        )

    def close(self) -> None:
        """End everything. May be called twice."""
        self._opened.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # Inside

    def _get(self, path: str) -> Any:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        with contextlib.closing(connection):
            try:
                connection.request("GET", path)
                answer = connection.getresponse()
                body = answer.read()
            except http.client.HTTPException as error:
                raise ConnectionError(f"the hub is away: {error!r}") from error
        if answer.status != 200:
            raise ConnectionError(f"{path} was answered with {answer.status}")
        return json.loads(body)

    def _wait_for_hub(self) -> None:
        def ready() -> bool:
            with contextlib.suppress(OSError):
                self._get("/api/health")
                return True
            if self._hub is not None and not self._hub.alive:
                raise StageError(f"the hub did not start:\n{self.complaints()}")
            return False

        if not wait_for(ready, READY_S, self.stop):
            raise StageError(f"the hub is not ready after {READY_S:g} s:\n{self.complaints()}")

    def _wait_for_station(self, post: Post) -> None:
        def ready() -> bool:
            if not post.ready and (post.child is None or not post.child.alive):
                raise StageError(f"station {post.id} did not start:\n{self.complaints()}")
            return post.ready

        if not wait_for(ready, READY_S, self.stop):
            raise StageError(f"station {post.id} is not ready after {READY_S:g} s:\n{self.complaints()}")

    def _posts(self) -> Iterator[Post]:
        """Each station enrolled at the hub, with its settings written, before the hub opens its journal."""
        with contextlib.closing(Journal.open(self.folder / "hub" / "journal.db")) as journal:
            for station in self.event.stations:
                folder = self.folder / "stations" / station.id
                folder.mkdir(parents=True)
                address = f"http://127.0.0.1:{self.relay.ports[station.id]}"
                made = enrolment(self.event, journal, station.id, address)
                post = Post(station.id, folder, station.steps, free_port(0))
                clock = self.clock
                settings = [
                    *_toml(
                        station=made.station,
                        atelier=made.atelier,
                        steps=list(made.steps),
                        hub=made.hub,
                        device_key=made.device_key.hex(),
                        event_key=made.event_key.hex(),
                        data=str(folder),
                    ),
                    "[scanner]",
                    *_toml(port=str(post.scanner_path), repeat_s=REPEAT_S),
                    "[screen]",
                    *_toml(port=post.page_port),
                    "[uplink]",
                    *_toml(beat_s=BEAT_S, backoff_min_s=0.1, backoff_max_s=1.0),
                    "[standin]",
                    'panel = "print"',
                    "[standin.clock]",
                    *_toml(day_ms=clock.day_ms, real_ms=clock.real_ms, speed=clock.speed),
                    *_toml(pace=str(self._pace)),
                ]
                path = folder / "station.toml"
                path.write_text("\n".join(settings) + "\n", "utf-8")
                path.chmod(0o600)
                yield post

    def _hub_toml(self, event_file: Path, seed: int | None) -> str:
        printer = self.printer.settings
        clock = self.clock
        settings = [
            *_toml(
                event=str(event_file),
                data=str(self.folder / "hub"),
                address="127.0.0.1",
                port=self.port,
                door_port=self.door_port,
                https_port=0,
            ),
            "[printer]",
            *_toml(kind="tcp", host=printer.host, port=printer.port, width_mm=printer.width_mm),
            "[rehearsal]",
            *_toml(day_ms=clock.day_ms, real_ms=clock.real_ms, speed=clock.speed),
            *_toml(pace=str(self._pace), sheets=str(self.sheets)),
            *(_toml(seed=seed) if seed is not None else ()),
        ]
        return "\n".join(settings) + "\n"


def free_port(wanted: int) -> int:
    """`wanted` if nothing listens there, or any free port where it is 0. Raises StageError."""
    try:
        with socket.create_server(("127.0.0.1", wanted)) as listening:
            return int(listening.getsockname()[1])
    except OSError as error:
        raise StageError(
            f"port {wanted} cannot be used ({error.strerror}): stop what uses it, or choose another with --port"
        ) from error


def wait_for(condition: Callable[[], bool], timeout_s: float, stop: threading.Event) -> bool:
    """Whether the condition came true in time. Raises Stopped."""
    until = time.monotonic() + timeout_s
    while not (met := condition()) and time.monotonic() < until:
        if stop.wait(_POLL_S):
            raise Stopped
    return met


def _environment() -> dict[str, str]:
    """Ours, with the packages that we were started from, installed or not."""
    paths = [str(_ROOT), *filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))]
    return os.environ | {"PYTHONPATH": os.pathsep.join(paths), "PYTHONUNBUFFERED": "1"}


def _toml(**values: Any) -> Iterator[str]:
    for name, value in values.items():
        yield f"{name} = {json.dumps(value, ensure_ascii=False)}"
