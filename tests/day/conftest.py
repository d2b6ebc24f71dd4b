"""A day on the Roubaix event, from its opening, and what stations send to it."""

import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from firmware.wire.anchor import Anchor
from firmware.wire.batch import Batch, Garbled, Health
from firmware.wire.passage import CHAIN_START, Passage
from kiosk import eventfile
from kiosk.day import Day
from kiosk.rules.board import board, journeys
from kiosk.rules.event import Event
from kiosk.rules.party import Group
from kiosk.store.journal import Journal

from ..clocks import Clock

ROUBAIX = Path(eventfile.__file__).parents[1] / "events" / "roubaix-2022.toml"
FAMILY = (Group("6-11", "f", 2), Group("18-59", "m", 1))
EPOCH = "ab" * 8
BOOT = "cd" * 8


@pytest.fixture(scope="module")
def event() -> Event:
    return eventfile.load(ROUBAIX)


@pytest.fixture
def clock(event: Event) -> Clock:
    return Clock(event.opens_ms)


@pytest.fixture
def restart(tmp_path: Path, event: Event, clock: Clock) -> Iterator[Callable[[], Day]]:
    """Ends the day where one runs, and starts it on the same journal."""
    days: list[Day] = []

    def again() -> Day:
        for running in days:
            running.close()
        days[:] = [
            Day(Journal.open(tmp_path / "journal.db"), event, clock, random.Random(len(days)).randrange)
        ]
        return days[0]

    yield again
    for running in days:
        running.close()


@pytest.fixture
def day(restart: Callable[[], Day]) -> Day:
    return restart()


def _shown(day: Day) -> tuple[object, ...]:
    now_ms = day.clock()
    view = day.view
    return board(view, now_ms), journeys(view, now_ms), view.jobs, view.badges, view.statuses


def _passage(
    seq: int, badge: str | None, kind: str = "arrive", station: str = "arts", **more: object
) -> Passage:
    made = Passage(station, EPOCH, seq, "arts", kind, badge, BOOT, seq * 1000, 0, CHAIN_START)
    return replace(made, **more)


def _batch(
    *passages: Passage | Garbled, first: int | None = None, anchors: tuple[Anchor, ...] = (), **more: object
) -> Batch:
    made = Batch(
        station="arts",
        epoch=EPOCH,
        hub="0" * 16,
        nonce="ef" * 8,
        boot=BOOT,
        boot_ms=10_000_000,
        wall_ms=0,
        first=first or (passages[0].seq if passages else 1),
        passages=passages,
        anchors=anchors,
        health=Health(0, True, "1"),
    )
    return replace(made, **more)


@pytest.fixture(scope="session")
def family() -> tuple[Group, ...]:
    """Two girls and a man."""
    return FAMILY


@pytest.fixture(scope="session")
def shown() -> Callable[[Day], tuple[object, ...]]:
    """All that a day shows."""
    return _shown


@pytest.fixture(scope="session")
def passage() -> Callable[..., Passage]:
    return _passage


@pytest.fixture(scope="session")
def batch() -> Callable[..., Batch]:
    return _batch
