"""What the tests of the rules share: the small event and the hall where it is held, days of it, and Roubaix."""

import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import strategies as st

from kiosk import eventfile
from kiosk.rules.event import Atelier, Event

from .days import days_of
from .hall import Hall, Told, atelier, event


@pytest.fixture(scope="session")
def days() -> st.SearchStrategy[list[Told]]:
    """Facts of a day of the small event with their moments; some passages come again, with another moment."""
    return days_of()


@pytest.fixture
def hall() -> Hall:
    """The small event: an atelier of each sort, 10:00–12:00 and 14:00–17:00."""
    return Hall(event())


@pytest.fixture(scope="session")
def small() -> Any:
    """Makes a `Hall` of the ateliers given; `small.atelier(...)` makes an atelier."""

    class Small:
        atelier = staticmethod(atelier)

        def __call__(self, *ateliers: Atelier, **more: Any) -> Hall:
            return Hall(event(ateliers, **more))

    return Small()


@pytest.fixture(scope="session")
def roubaix() -> Event:
    return eventfile.load(Path(eventfile.__file__).parents[1] / "events" / "roubaix-2022.toml")


@pytest.fixture(scope="session")
def long() -> bool:
    return os.environ.get("RONDE_LONG") == "1"
