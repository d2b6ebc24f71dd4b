"""What the pages are made from. The hub composes it; the tests compose another."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from kiosk.day import Day
from kiosk.desk import Desk
from kiosk.erasure import Erasure
from kiosk.lan import own_address
from kiosk.paper.spooler import PrinterState
from kiosk.stations import Stations
from kiosk.voice import Voice

from .access import Access
from .mailbox import Mailbox

EVERYWHERE = ("", "0.0.0.0", "::")


class Scanners(Protocol):
    """Those of the door; see kiosk.doorscanner."""

    @property
    def trouble(self) -> str: ...

    def reads(self, kiosk: int) -> bool: ...


class NoScanners:
    trouble = ""

    def reads(self, kiosk: int) -> bool:
        return False


@dataclass(frozen=True, slots=True)
class Services:
    """`sheets`: where a stand-in printer puts its pictures; None except in a rehearsal.

    `door_port`: the port that the kiosk's browser talks to. `speed`: how fast the day's clock runs, beside a
    real one. `listens`: the address and port for stations.
    `open`: whoever asks is an organiser; in rehearsals only.
    `erasure`: the end of what is kept; None where nothing is to be erased from here.
    `scans`: what the scanners of the door read, until a kiosk comes for it.
    `https_port`: that for phones, 0 where there is none; `authority`: the certificate that they may install.
    """

    day: Day
    stations: Stations
    printer: Callable[[], PrinterState]
    sheets: Path | None
    door_port: int
    secret_key: bytes
    desk: Desk
    access: Access
    speed: float = 1.0
    listens: tuple[str, int] = ("0.0.0.0", 8080)
    https_port: int = 0
    authority: bytes = b""
    scans: Mailbox = field(default_factory=Mailbox)
    scanners: Scanners = field(default_factory=NoScanners)
    voice: Voice | None = None
    erasure: Erasure | None = None
    open: bool = False

    @property
    def hub_address(self) -> str:
        """Where stations find the hub, as far as this machine can tell."""
        host, port = self.listens
        return f"http://{own_address() if host in EVERYWHERE else host}:{port}"

    @property
    def phone_address(self) -> str | None:
        """The page that makes a phone a station, as phones find it; a pairing code may follow behind "#"."""
        if not self.https_port:
            return None
        host, _ = self.listens
        return f"https://{own_address() if host in EVERYWHERE else host}:{self.https_port}/phone"

    def door_address(self, host: str) -> str | None:
        """Where a browser finds the door, given the host that it asked: None for one on another machine."""
        name, colon, port = host.rpartition(":")
        name = name if colon and port.isdigit() else host
        return f"http://{name}:{self.door_port}/door" if name in ("127.0.0.1", "localhost") else None
