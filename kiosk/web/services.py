"""What the pages are made from. The hub composes it; the tests compose another."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from kiosk.day import Day
from kiosk.paper.spooler import PrinterState
from kiosk.stations import Stations


@dataclass(frozen=True, slots=True)
class Services:
    """`sheets`: where a stand-in printer puts its pictures; None except in a rehearsal.

    `door_port`: the port that the kiosk's browser talks to. `speed`: how fast the day's clock runs, beside a
    real one.
    """

    day: Day
    stations: Stations
    printer: Callable[[], PrinterState]
    sheets: Path | None
    door_port: int
    secret_key: bytes
    speed: float = 1.0

    def door_address(self, host: str) -> str | None:
        """Where a browser finds the door, given the host that it asked: None for one on another machine."""
        name, colon, port = host.rpartition(":")
        name = name if colon and port.isdigit() else host
        return f"http://{name}:{self.door_port}/door" if name in ("127.0.0.1", "localhost") else None
