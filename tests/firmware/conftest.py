"""What the tests of the station share: hubs and stations, small disks, badges and keys."""

import contextlib
import os
import random
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from firmware.wire import token
from firmware.wire.plan import Plan

from ..patience import until
from .hub import DEVICE_KEY, EVENT_KEY, Hub, Server, free_port, make_plan
from .station import Station, child_environment

OTHER_EVENT_KEY = bytes(range(64, 96))


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Callable[[int], Path]]:
    """Makes file systems of so many KiB, where this machine lets us make them."""
    made: list[Path] = []

    def make(size_kib: int) -> Path:
        place = tmp_path / f"card-{len(made)}"
        place.mkdir()
        command = ["mount", "-t", "tmpfs", "-o", f"size={size_kib}k", "none", str(place)]
        if subprocess.run(command, capture_output=True).returncode:
            pytest.skip("a small file system can only be mounted by root")
        made.append(place)
        return place

    yield make
    for place in made:
        subprocess.run(["umount", "--lazy", str(place)], check=True)


@pytest.fixture
def fill() -> Callable[[Path], Path]:
    """Fills a file system to its last byte, and says with which file."""

    def to_the_brim(place: Path) -> Path:
        filler = place / "filler"
        with filler.open("ab", buffering=0) as file:
            for size in (65536, 4096, 1):
                with contextlib.suppress(OSError):
                    while file.write(b"x" * size):
                        pass
        return filler

    return to_the_brim


@pytest.fixture
def environment() -> dict[str, str]:
    return child_environment()


@pytest.fixture
def eventually() -> Callable[..., Any]:
    return until


@pytest.fixture
def new_hub() -> type[Hub]:
    """Makes hubs that do not listen yet; see `serve`."""
    return Hub


@pytest.fixture
def hub(serve: Callable[..., Server]) -> Hub:
    """A hub that listens."""
    made = Hub()
    serve(made)
    return made


@pytest.fixture
def serve() -> Iterator[Callable[..., Server]]:
    """Makes hubs listen, and stop listening."""
    with contextlib.ExitStack() as stack:

        def start(hub: Hub, port: int = 0) -> Server:
            server = Server(hub, port)
            stack.callback(lambda: server.thread.is_alive() and server.stop())
            start.made.append(server)
            return server

        start.made = []

        yield start


@pytest.fixture
def station(tmp_path: Path) -> Iterator[Callable[..., Station]]:
    """Makes stations; they are ended and their scanners unplugged after the test."""
    made: list[Station] = []

    def make(hub: str, name: str = "s", **settings: Any) -> Station:
        folder = tmp_path / name
        folder.mkdir()
        made.append(Station(folder, hub, **settings))
        return made[-1]

    yield make
    for one in made:
        one.close()


@pytest.fixture
def plan_of() -> Callable[..., Plan]:
    """Makes plans of the station `vr-1`."""
    return make_plan


@pytest.fixture
def port() -> int:
    """One that is free."""
    return free_port()


@pytest.fixture
def badges() -> list[str]:
    chance = random.Random(7)
    return [token.issue(EVENT_KEY, chance.randrange) for _ in range(300)]


@pytest.fixture
def foreign_badge() -> str:
    return token.issue(OTHER_EVENT_KEY, random.Random(8).randrange)


@pytest.fixture
def device_key() -> bytes:
    return DEVICE_KEY


@pytest.fixture
def event_key() -> bytes:
    return EVENT_KEY


@pytest.fixture(scope="session")
def long() -> bool:
    return os.environ.get("RONDE_LONG") == "1"
