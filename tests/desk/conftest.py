"""A hub's day and its desk, on the event of Roubaix."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk import eventfile
from kiosk.rules.event import Event

from .hub import Hub

ROUBAIX = Path(eventfile.__file__).parents[1] / "events" / "roubaix-2022.toml"


@pytest.fixture(scope="module")
def event() -> Event:
    return eventfile.load(ROUBAIX)


@pytest.fixture
def hub(tmp_path: Path, event: Event) -> Iterator[Hub]:
    hub = Hub(tmp_path, event)
    yield hub
    hub.day.close()
