"""The scanner at the door, read by the hub itself: the very reader of the stations, and the one place that knows it.

Unplugged and plugged in again, set wrongly, held by another program: `firmware.scanner` deals with all that, and says
what to do. See docs/decisions/0013-the-door-reads-its-scanner-as-a-station-does.md.
"""

from collections.abc import Callable, Iterable, Sequence

from firmware.config import AUTO, ScannerSettings
from firmware.ports import Ports
from firmware.scanner import Scanner

from .config import Scanner as Settings

OnLine = Callable[[int, str], None]
"""Told the number of the kiosk, and a badge as it ought to be written, or whatever else was read."""


class DoorScanners:
    """All scanners of this machine: `start`, then `stop`. `taken`: devices that are none, such as the printer's."""

    def __init__(self, wanted: Sequence[Settings], on_line: OnLine, taken: Iterable[str] = ()) -> None:
        settings = {each.name: _as_at_a_station(each) for each in wanted}
        others = (ScannerSettings(port=path) for path in taken if path and path != AUTO)
        ports = Ports((*settings.values(), *others))
        kiosks = {each.name: each.kiosk for each in wanted}
        self._scanners = [
            (
                kiosks[name],
                Scanner(each, lambda name, line: on_line(kiosks[name], line), _unmoved, ports=ports),
            )
            for name, each in settings.items()
        ]

    def start(self) -> None:
        for _, scanner in self._scanners:
            scanner.start()

    def stop(self) -> None:
        for _, scanner in self._scanners:
            scanner.stop()

    @property
    def alive(self) -> bool:
        return all(scanner.is_alive() for _, scanner in self._scanners)

    @property
    def trouble(self) -> str:
        """What is wrong with one of them and what to do, in the words of the station; "" while nothing is."""
        return next((scanner.trouble for _, scanner in self._scanners if scanner.trouble), "")

    def reads(self, kiosk: int) -> bool:
        """Whether a badge that is shown at this kiosk is read now."""
        return any(scanner.present for at, scanner in self._scanners if at == kiosk)


def _as_at_a_station(settings: Settings) -> ScannerSettings:
    return ScannerSettings(name=settings.name, port=settings.port, baud=settings.baud, prefix=settings.prefix)


def _unmoved(name: str, present: bool) -> None:
    """`trouble` and `reads` say it."""
