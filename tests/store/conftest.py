import os
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from kiosk import eventfile
from kiosk.day import Day
from kiosk.rules.event import Event
from kiosk.rules.party import Group
from kiosk.store.journal import Journal

from ..clocks import Clock

FAMILY = (Group("6-11", "f", 2), Group("18-59", "m", 1))


@pytest.fixture(scope="session")
def roubaix() -> Event:
    return eventfile.load(Path(eventfile.__file__).parents[1] / "events" / "roubaix-2022.toml")


@pytest.fixture(scope="session")
def long() -> bool:
    return os.environ.get("RONDE_LONG") == "1"


@pytest.fixture
def clock(roubaix: Event) -> Clock:
    return Clock(roubaix.opens_ms)


@pytest.fixture
def open_day(roubaix: Event, clock: Clock) -> Iterator[Callable[[Path | Journal], Day]]:
    """Opens the day on a journal, or on the journal in a file; closes it in the end."""
    with ExitStack() as opened:

        def open_(journal: Path | Journal) -> Day:
            found = journal if isinstance(journal, Journal) else Journal.open(journal)
            return opened.enter_context(closing(Day(found, roubaix, clock)))

        yield open_


@pytest.fixture
def hold() -> Callable[[Day], threading.Event]:
    """Keeps the writer of a day busy until the event that it returns is set, so that what follows is one group."""

    def held(day: Day) -> threading.Event:
        go, busy = threading.Event(), threading.Event()

        def decide(now_ms: int) -> None:
            busy.set()
            assert go.wait(60)
            raise LookupError("that was only to keep the writer busy")

        day._writer.submit(decide)
        assert busy.wait(60)
        return go

    return held
