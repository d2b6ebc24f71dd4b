"""A hub and its stations as on the day: real processes, each on a machine of its own of a `Network`."""

import contextlib
import json
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import time as time_of_day
from pathlib import Path
from typing import Any, Self

from kiosk import eventfile
from kiosk.clock import DayClock
from kiosk.control import ask
from kiosk.day import Day
from kiosk.errors import HubAway
from kiosk.registry import enrolment
from kiosk.replay import exported, replay
from kiosk.rules.board import board, journeys
from kiosk.rules.event import Event, Station
from kiosk.rules.facts import Fact, Passed
from kiosk.rules.party import Group
from kiosk.store.journal import Journal

from ..patience import PATIENCE_S
from .network import SWITCH, Network
from .post import Post, environment, reap

TEN = Path(__file__).with_name("ten.toml")
FAMILY = (Group("child", "f", 1), Group("adult", "m", 1))
BEGINS = time_of_day(14)
PORT = 8080
SEED = 4


class Hall:
    """Parties with badges, a hub and the stations of ten.toml, at BEGINS of its day, which runs at `speed`.

    `stations`: which of them; all where none is named. `uplink`: their settings, where they are not the usual ones.
    A context manager; see `start`.
    """

    def __init__(
        self,
        network: Network,
        folder: Path,
        *,
        parties: int,
        speed: float,
        stations: Collection[str] = (),
        uplink: dict[str, float] | None = None,
    ) -> None:
        self.network = network
        self.folder = folder
        self.event = eventfile.load(TEN)
        self.clock = DayClock(self.event.at(BEGINS), speed=speed)
        self.badges: list[str] = []
        self.posts: list[Post] = []
        self._uplink = uplink or {}
        self._hub: subprocess.Popen[bytes] | None = None
        self._hub_config = folder / "hub.toml"
        self._hub_data = folder / "hub"
        self._hub_data.mkdir(parents=True)
        self._hub_config.write_text(
            _toml(event=str(TEN), data=str(self._hub_data), address="0.0.0.0", port=PORT)
            + _toml("rehearsal", **self._clock_settings, seed=SEED)
        )
        journal = Journal.open(self.journal_path)
        for station in self.event.stations:
            if not stations or station.id in stations:
                self._enrol(journal, station)
        with contextlib.closing(Day(journal, self.event, self.clock, random.Random(SEED).randrange)) as day:
            self.badges += [day.check_in(FAMILY, "fr", sheet=False).party.badge for _ in range(parties)]

    @property
    def _clock_settings(self) -> dict[str, Any]:
        return {"day_ms": self.clock.day_ms, "real_ms": self.clock.real_ms, "speed": self.clock.speed}

    @property
    def journal_path(self) -> Path:
        return self._hub_data / "journal.db"

    @property
    def hub_errors(self) -> Path:
        return self.folder / "hub.stderr"

    def start(self) -> None:
        """The hub, and the stations one after the other, until the hub has a first scan of each."""
        self.start_hub()
        for number, post in enumerate(self.posts, 1):
            post.start()
            post.ready()
            post.scan(self.badges[number])
            self.wait_for(lambda number=number: self.passages == number, f"first scan of {post.id}")

    def start_hub(self) -> None:
        with self.hub_errors.open("ab") as errors:
            self._hub = subprocess.Popen(
                self.network.within(
                    SWITCH, sys.executable, "-m", "kiosk.cli", "hub", "--config", str(self._hub_config)
                ),
                stdin=subprocess.DEVNULL,
                stdout=errors,
                stderr=errors,
                env=environment(),
            )
        self.wait_for(lambda: self._answers(), "an answer of the hub")

    def stop_hub(self, number: int = signal.SIGTERM) -> None:
        hub, self._hub = self._hub, None
        if hub is not None:
            hub.send_signal(number)
            reap(hub)

    def cut(self) -> None:
        """Take all stations off the network: of one its cable is pulled, of the next its card is switched off."""
        for at, post in enumerate(self.posts):
            (self.network.switch_off if at % 2 else self.network.pull)(post.id)

    def join(self) -> None:
        for at, post in enumerate(self.posts):
            (self.network.switch_on if at % 2 else self.network.plug)(post.id)

    def clone(self, post: Post, name: str) -> Post:
        """Another machine with a copy of the SD card of `post`, which is off. It is not started."""
        settings = post.config.read_text().replace(str(post.folder), str(self._folder_of(name)))
        clock, later_ms = self.clock, 1000  # the same clock told otherwise, so that its boot is its own
        settings = settings.replace(
            f"day_ms = {clock.day_ms}", f"day_ms = {clock.day_ms + round(later_ms * clock.speed)}"
        )
        settings = settings.replace(f"real_ms = {clock.real_ms}", f"real_ms = {clock.real_ms + later_ms}")
        self._place(name, settings, buttons=post.buttons)
        shutil.copytree(post.data, self.posts[-1].data, ignore=_sockets)
        return self.posts[-1]

    def ask(self, act: str, **body: Any) -> Any:
        """What an organiser may ask of the hub. Raises HubAway, Refused."""
        return ask(self._hub_data / "control", act, **body)

    @property
    def passages(self) -> int:
        """How many the hub has."""
        return int(self.ask("journeys")["board"]["passages"])

    def facts(self, path: Path | None = None) -> list[tuple[int, Fact]]:
        """What the journal holds, or another at `path`; no hub has it open."""
        with contextlib.closing(Journal.open(path or self.journal_path)) as journal:
            return list(journal.read())

    def wait_for(self, condition: Callable[[], bool], what: str, patience_s: float = PATIENCE_S) -> None:
        until = time.monotonic() + patience_s
        pause = threading.Event()
        while not condition():
            assert time.monotonic() < until, f"no {what}\n{self.complaints()}"
            pause.wait(0.05)

    def complaints(self) -> str:
        """The end of what hub and stations have to say."""
        told = [self.hub_errors, *(post.errors for post in self.posts)]
        return "\n".join(
            f"{path}: {line}" for path in told if path.exists() for line in path.read_text().splitlines()[-3:]
        )

    def close(self) -> None:
        for post in self.posts:
            post.close()
        self.stop_hub()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _enrol(self, journal: Journal, station: Station) -> None:
        made = enrolment(self.event, journal, station.id, f"http://{Network.address}:{PORT}")
        folder = self._folder_of(station.id)
        settings = _toml(
            station=made.station,
            atelier=made.atelier,
            steps=list(made.steps),
            hub=made.hub,
            device_key=made.device_key.hex(),
            event_key=made.event_key.hex(),
            data=str(folder / "data"),
        )
        settings += _toml("scanner", port=str(folder / "scanner"), repeat_s=0)
        settings += _toml("screen", port=0) + _toml("uplink", **self._uplink)
        settings += _toml("standin", panel="print") + _toml("standin.clock", **self._clock_settings)
        self._place(station.id, settings, buttons=station.buttons)

    def _place(self, name: str, settings: str, *, buttons: bool) -> None:
        """A machine for a station, and its settings."""
        folder = self._folder_of(name)
        folder.mkdir(parents=True)
        config = folder / "station.toml"
        config.write_text(settings)
        self.network.add(name)
        command = self.network.within(name, sys.executable, "-m", "firmware", "run", "--config", str(config))
        self.posts.append(Post(name, folder, command, buttons=buttons))

    def _folder_of(self, name: str) -> Path:
        return self.folder / "stations" / name

    def _answers(self) -> bool:
        assert self._hub is not None and self._hub.poll() is None, self.complaints()
        with contextlib.suppress(HubAway):
            self.ask("journeys")
            return True
        return False


def held(facts: Sequence[tuple[int, Fact]]) -> list[Passed]:
    """The passages of a journal, as they were kept."""
    return [fact for _, fact in facts if isinstance(fact, Passed)]


def floor(event: Event, facts: Iterable[tuple[int, Fact]], at_ms: int) -> dict[str, Any]:
    """The board and each party's stays at `at_ms` by these facts, told in another order: as the hub tells them."""
    lines = [json.dumps(told) for told in exported(facts)]
    random.Random(SEED).shuffle(lines)
    again = replay(event, lines, at_ms)
    assert not again.unread
    shown: dict[str, Any] = {"board": board(again.view, at_ms), "journeys": journeys(again.view, at_ms)}
    return json.loads(json.dumps(shown))


def _sockets(folder: str, names: list[str]) -> list[str]:
    return [name for name in names if (Path(folder) / name).is_socket()]


def _toml(table: str = "", **values: Any) -> str:
    lines = [f"[{table}]"] if table else []
    lines += [f"{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in values.items()]
    return "\n".join(lines) + "\n"
