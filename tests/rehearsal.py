"""A hub in this process, that rehearses the example's day."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kiosk import eventfile
from kiosk.config import Config, Rehearsal
from kiosk.hub import Hub

EXAMPLE = Path(eventfile.__file__).parents[1] / "events" / "roubaix-2022.toml"


@contextmanager
def rehearsing(folder: Path) -> Iterator[Hub]:
    """With its data in `folder`, at any free port, until it is left."""
    hub = Hub(
        Config(
            event=EXAMPLE,
            data=folder,
            address="127.0.0.1",
            port=0,
            door_port=0,
            https_port=0,
            rehearsal=Rehearsal(day_ms=0, real_ms=time.time_ns() // 1_000_000),
        )
    )
    hub.start()
    try:
        yield hub
    finally:
        hub.stop()
