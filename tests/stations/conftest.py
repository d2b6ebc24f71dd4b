"""A hub on the Roubaix event, from its opening, and the stations of it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kiosk import eventfile
from kiosk.day import Day
from kiosk.rules.event import Event
from kiosk.rules.party import Group
from kiosk.stations import Stations
from kiosk.store.journal import Journal

from .device import HUB, Clock, Station

ROUBAIX = Path(eventfile.__file__).parents[1] / "events" / "roubaix-2022.toml"
FAMILY = (Group("6-11", "f", 2),)


class Stopwatch:
    """Seconds that pass when the test says so."""

    def __init__(self) -> None:
        self.now_s = 1000.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def stopwatch() -> Stopwatch:
    return Stopwatch()


@pytest.fixture(scope="module")
def event() -> Event:
    return eventfile.load(ROUBAIX)


@pytest.fixture
def open_hub(tmp_path: Path, event: Event, stopwatch: Stopwatch) -> Iterator[Callable[[str], Stations]]:
    """Starts the stations' side on a journal of this name, after ending the one before."""
    days: list[Day] = []

    def start(name: str = "journal.db") -> Stations:
        for running in days:
            running.close()
        days[:] = [Day(Journal.open(tmp_path / name), event, Clock(event.opens_ms))]
        return Stations(days[0], stopwatch)

    yield start
    for running in days:
        running.close()


@pytest.fixture
def hub(open_hub: Callable[[], Stations]) -> Stations:
    return open_hub()


@pytest.fixture
def station(hub: Stations) -> Station:
    return Station(hub.enrol("arts", HUB))


@pytest.fixture
def badge(hub: Stations) -> str:
    return hub._day.check_in(FAMILY, "fr").party.badge
