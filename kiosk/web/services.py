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
