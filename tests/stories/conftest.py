"""How a story is told: what happens at one atelier, and what its animator sees.

The same story is told three times over, each time on a day of its own:

    Screen    all of it pressed on the hub's page of the atelier, over HTTP
    Buttons   all of it scanned and pressed at the station, with the station's own program, which the hub answers
    Alone     the same at a station that has met the hub once, and meets it again when the story is over

Each way must see the same at each moment, and in the end the floor must be the same.
"""

import http.client
import itertools
import json
import random
import socket
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from waitress import wasyncore
from waitress.server import create_server

from firmware.attendance import Attendance
from firmware.clock import Clock
from firmware.config import UplinkSettings
from firmware.counter import Counter
from firmware.hubtime import HubTime
from firmware.memory import Memory
from firmware.outbox import Outbox
from firmware.signals import LEFT, LEFT_HOLD, RIGHT, RIGHT_HOLD
from firmware.uplink import Contact, Uplink
from firmware.wire import booth, screen
from firmware.wire.batch import Health
from firmware.wire.signature import device_keys
from kiosk import eventfile
from kiosk.day import Day
from kiosk.desk import Desk
from kiosk.paper.spooler import PrinterState
from kiosk.rules import booths
from kiosk.rules.board import board, journeys
from kiosk.rules.party import Group
from kiosk.stations import Stations
from kiosk.store.journal import Journal
from kiosk.web import roles
from kiosk.web.access import Access
from kiosk.web.app import create_app, end_streams
from kiosk.web.roles import Role
from kiosk.web.services import Services

from ..clocks import SetClock

AFTERNOON = Path(__file__).with_name("afternoon.toml")
KEY = b"a key of thirty-two bytes, or so"
SECOND_MS, MINUTE_MS = 1000, 60_000
BUTTONS = {
    "next": LEFT,
    "start": LEFT,
    "done": RIGHT,
    "undo": LEFT_HOLD,
    "pause": RIGHT_HOLD,
    "resume": RIGHT_HOLD,
}

Story = Callable[[Any], None]


class Quartz(Clock):
    """The station's: it was started an hour before, and its wall clock is years off."""

    def __init__(self, time: SetClock) -> None:
        self.boot = "b" * 32
        self._time = time
        self._began_ms = time.at_ms - 60 * MINUTE_MS

    def boot_ms(self) -> int:
        return self._time.at_ms - self._began_ms

    def wall_ms(self) -> int:
        return self.boot_ms()


class Hub:
    """A day, its pages, and the server in front of them."""

    def __init__(self, folder: Path) -> None:
        event = eventfile.load(AFTERNOON)
        self.time = SetClock(event.opens_ms)
        self.day = Day(Journal.open(folder / "journal.db"), event, self.time, random.Random(3).randrange)
        self.stations = Stations(self.day)
        listening = socket.create_server(("127.0.0.1", 0))
        self.port = listening.getsockname()[1]
        self.desk = Desk(self.day)
        self.access = Access(self.day, KEY)
        self._app = create_app(
            Services(
                self.day, self.stations, lambda: PrinterState("no_printer", 0), None, self.port, KEY,
                desk=self.desk, access=self.access,
            )
        )  # fmt: skip
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._serve, args=(listening,))
        self._thread.start()

    def _serve(self, listening: socket.socket) -> None:
        channels: dict[int, Any] = {}
        server = create_server(self._app, map=channels, sockets=[listening], threads=4)
        while not self._stopping.is_set():
            wasyncore.loop(timeout=0.02, use_poll=True, map=channels, count=1)
        server.task_dispatcher.shutdown()
        wasyncore.close_all(channels)

    def post(self, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
        """(status, answer)."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request("POST", path, body, headers)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def close(self) -> None:
        end_streams(self._app)
        self._stopping.set()
        self._thread.join()
        self.day.close()


class Hall(ABC):
    """What a story may say. Parties go by the names that it gives them."""

    def __init__(self, folder: Path, atelier: str) -> None:
        self.hub = Hub(folder)
        self.atelier = atelier
        self.badges: dict[str, str] = {}

    def came(self, **people: int) -> None:
        """So many people each: families check in at the door."""
        for name, size in people.items():
            self._tick()
            party = self.hub.day.check_in([Group("all", "x", size)], "fr", sheet=False).party
            self.badges[name] = party.badge
        self._ready()

    def later(self, minutes: float) -> None:
        self.hub.time.at_ms += round(minutes * MINUTE_MS)

    def until(self, clock: str) -> None:
        hour, minute = map(int, clock.split(":"))
        day = self.hub.day.event.local(self.hub.time.at_ms)
        at_ms = round(day.replace(hour=hour, minute=minute, second=0, microsecond=0).timestamp() * 1000)
        assert at_ms >= self.hub.time.at_ms
        self.hub.time.at_ms = at_ms

    def scan(self, *names: str) -> None:
        for name in names:
            self._tick()
            self._scan(self.badges[name])

    def press(self, act: str, name: str = "", *, by: int | None = None) -> None:
        """A button; or what is pressed on the card of the party `name`."""
        self._tick()
        self._press(act, self.badges[name] if name else None, by)

    def sees(self, *, waiting: str = "", called: str = "", inside: str = "", status: str = "open") -> None:
        """Who is at the atelier, in their order, as the animator sees it."""
        here, found = self._sees()
        names = {badge: name for name, badge in self.badges.items()}
        shown = {
            "waiting": " ".join(names[one.badge] for one in here.waiting),
            "called": " ".join(names[one.badge] for one in here.called),
            "inside": " ".join(names[one.badge] for one in here.inside),
            "status": found,
        }
        assert shown == {"waiting": waiting, "called": called, "inside": inside, "status": status}

    @property
    def starts(self) -> list[str]:
        """When the sessions begin, as far as the hub knows."""
        event = self.hub.day.event
        return [f"{event.local(at_ms):%H:%M}" for at_ms in event.by_id[self.atelier].times_ms]

    def end(self) -> dict[str, Any]:
        """The board, and each party's stays under its name: badges are drawn anew each day."""
        view, now_ms = self.hub.day.view, self.hub.time.at_ms
        names = {badge: name for name, badge in self.badges.items()}
        told = {names[journey["badge"]]: journey | {"badge": ""} for journey in journeys(view, now_ms)}
        return {"board": board(view, now_ms), "journeys": told}

    def close(self) -> None:
        self.hub.close()

    def _tick(self) -> None:
        self.hub.time.at_ms += SECOND_MS

    def _at_the_hub(self) -> tuple[booth.Booth, str]:
        here = self.hub.day.floor().by_id[self.atelier]
        plan = self.hub.desk.plan(self.atelier)
        return booth.booth(plan, booths.standings(here)), here.status.value

    # What each way does its own way

    def _ready(self) -> None:  # noqa: B027 (most ways are ready at once)
        pass

    @abstractmethod
    def _scan(self, badge: str) -> None: ...

    @abstractmethod
    def _press(self, act: str, badge: str | None, by: int | None) -> None: ...

    def _sees(self) -> tuple[booth.Booth, str]:
        return self._at_the_hub()


class Screen(Hall):
    def __init__(self, folder: Path, atelier: str) -> None:
        super().__init__(folder, atelier)
        access = self.hub.access
        token = access.enter(Role.ANIMATOR, access.pin, "10.0.0.7")
        self._session = {"Cookie": f"{roles.COOKIE}={token}", roles.HEADER: access.csrf(token)}

    def _scan(self, badge: str) -> None:
        self._act(act="scan", badge=badge)

    def _press(self, act: str, badge: str | None, by: int | None) -> None:
        whose = {"ref": screen.ref(badge)} if badge else {}
        self._act(act=act, **whose, **({"by": by} if by is not None else {}))

    def _act(self, **said: Any) -> None:
        headers = {"Content-Type": "application/json"} | self._session
        status, answer = self.hub.post(f"/atelier/{self.atelier}/act", json.dumps(said).encode(), headers)
        assert status == 200, answer


class Buttons(Hall):
    """The station's program without its pins: what its scanner reads and its buttons say is handed to it."""

    def __init__(self, folder: Path, atelier: str) -> None:
        super().__init__(folder, atelier)
        made = self.hub.stations.enrol(atelier, f"http://127.0.0.1:{self.hub.port}")
        clock = Quartz(self.hub.time)
        self._outbox = Outbox(folder / "station", made.station, "owner", now_ms=clock.wall_ms)
        self._memory = Memory(folder / "station", "owner", clock.boot_ms)
        self._time = HubTime(clock, self._outbox)
        self._time.guess_from([], 0)
        self._attendance = Attendance(self._outbox, self._time, self._memory.told)
        self._counter = Counter(
            self._outbox, clock, self._attendance, made.event_key,
            atelier=made.atelier, steps=made.steps, repeat_ms=10_000,
        )  # fmt: skip
        self._uplink = Uplink(
            made.hub, device_keys(made.device_key), self._outbox, self._memory, self._time, clock,
            UplinkSettings(), health=lambda: Health(0, True, "1"), on_contact=self._take, chance=random.Random(1),
        )  # fmt: skip

    def _ready(self) -> None:
        self._meet()

    def _meet(self) -> None:
        while self._uplink.exchange():
            pass

    def _take(self, contact: Contact) -> None:
        self._counter.take(contact.told)
        if contact.receipt:
            self._counter.hear_status(contact.receipt.status, contact.receipt.held)

    def _scan(self, badge: str) -> None:
        assert self._counter.scan(badge).tone != screen.REFUSED
        self._after()

    def _press(self, act: str, badge: str | None, by: int | None) -> None:
        """What has no button is pressed on the station's own screen."""
        if act in BUTTONS:
            self._counter.press(BUTTONS[act])
        else:
            self._counter.act(act, badge=badge, by=by)
        self._after()

    def _after(self) -> None:
        self._meet()

    def _sees(self) -> tuple[booth.Booth, str]:
        here = self._attendance.booth()
        assert here is not None
        at_the_hub, status = self._at_the_hub()
        assert [one.badge for one in here.standings] == [one.badge for one in at_the_hub.standings]
        assert self._counter.status == status
        return here, status

    def close(self) -> None:
        self._uplink.stop()
        self._outbox.close()
        super().close()


class Alone(Buttons):
    def _after(self) -> None:
        pass

    def _sees(self) -> tuple[booth.Booth, str]:
        here = self._attendance.booth()
        assert here is not None
        return here, self._counter.status

    def end(self) -> dict[str, Any]:
        self._meet()
        return super().end()


@contextmanager
def opened(way: type[Hall], folder: Path, atelier: str) -> Iterator[Hall]:
    (folder / "station").mkdir(parents=True)
    hall = way(folder, atelier)
    try:
        yield hall
    finally:
        hall.close()


@pytest.fixture
def play(tmp_path: Path) -> Callable[[str, Story], dict[str, Any]]:
    """Tells a story in each way, and sees that it ends alike. Returns the end."""

    times = itertools.count(1)

    def told(atelier: str, story: Story) -> dict[str, Any]:
        ends, folder = {}, tmp_path / str(next(times))
        for way in (Screen, Buttons, Alone):
            with opened(way, folder / way.__name__, atelier) as hall:
                story(hall)
                ends[way] = hall.end()
        assert ends[Buttons] == ends[Screen]
        assert ends[Alone]["journeys"] == ends[Screen]["journeys"]
        return ends[Screen]

    return told
