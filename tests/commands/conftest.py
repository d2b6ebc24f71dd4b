"""A hub that runs, and the settings by which the commands of its machine find it."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from kiosk import eventfile
from kiosk.config import Config, Rehearsal
from kiosk.hub import Hub

EXAMPLE = Path(eventfile.__file__).parents[1] / "events" / "roubaix-2022.toml"
EVENT = eventfile.load(EXAMPLE)
PATIENCE_S = 60


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    path = tmp_path / "hub.toml"
    path.write_text(f'event = "{EXAMPLE}"\ndata = "{tmp_path / "data"}"\n', "utf-8")
    return path


@pytest.fixture
def start_hub(tmp_path: Path) -> Iterator[Callable[..., Hub]]:
    """Starts a hub, a minute after the opening unless its settings say otherwise, and stops it after the test."""
    started: list[Hub] = []

    def start(speed: float = 1.0, **more: Any) -> Hub:
        real_ms = time.time_ns() // 1_000_000
        usual = {
            "event": EXAMPLE,
            "data": tmp_path / "data",
            "address": "127.0.0.1",
            "port": 0,
            "door_port": 0,
            "https_port": 0,
            "rehearsal": Rehearsal(day_ms=EVENT.opens_ms + 60_000, real_ms=real_ms, speed=speed),
        }
        running = Hub(Config(**(usual | more)))
        running.start()
        started.append(running)
        return running

    yield start
    for running in started:
        running.stop()


@pytest.fixture
def hub(start_hub: Callable[..., Hub]) -> Hub:
    return start_hub()
