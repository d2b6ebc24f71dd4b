"""How the station is: for the hub in each batch, for its own page, and for who asks at the command line."""

from collections.abc import Sequence
from typing import Any

from . import __version__, health, messages
from .clock import Clock
from .config import Config
from .display import Display
from .hubtime import HubTime
from .outbox import Outbox
from .scanner import Scanner
from .uplink import Contact
from .wire.batch import LONGEST_TROUBLE, Health
from .wire.screen import Link


class Condition:
    """May be asked by any thread. `contact`: how the last exchange with the hub went.

    `refusal`: why the hub takes this station for none of its own, until it is believed again; else empty.
    """

    def __init__(
        self,
        config: Config,
        clock: Clock,
        outbox: Outbox,
        time: HubTime,
        scanners: Sequence[Scanner],
    ) -> None:
        self.contact: Contact | None = None
        self.refusal = ""
        self._config = config
        self._clock = clock
        self._outbox = outbox
        self._time = time
        self._scanners = scanners

    def take(self, contact: Contact) -> None:
        self.contact = contact
        if contact.refused or contact.receipt is not None:
            self.refusal = contact.problem

    @property
    def scanners_present(self) -> bool:
        return all(scanner.present for scanner in self._scanners)

    @property
    def scanners(self) -> list[tuple[str, bool]]:
        return [(scanner.settings.name, scanner.present) for scanner in self._scanners]

    @property
    def trouble(self) -> str:
        """What is wrong here, as plain text: without the spaces of French typography, which no batch may hold."""
        wrong = [scanner.trouble for scanner in self._scanners]
        if not self._outbox.ballast.there:
            wrong.append(messages.STATUS_BALLAST)
        return " ".join(" ".join(wrong).split())

    @property
    def link(self) -> Link:
        contact = self.contact
        said = contact.problem if contact and not contact.away else ""
        told = [self.refusal, self.trouble] if self.refusal else [self.trouble, said]
        return Link(
            hub=contact is not None and (contact.refused or not contact.problem),
            backlog=self._outbox.backlog,
            trouble=" ".join(filter(None, told)),
        )

    def health(self) -> Health:
        """What the parts know; the uplink adds what the log and the clocks tell."""
        now = health.readings(self._config.data)
        return Health(
            backlog=self._outbox.backlog,
            scanner=self.scanners_present,
            version=__version__,
            temperature_c=now.temperature_c,
            undervoltage=now.undervoltage,
            free_mib=now.free_mib,
            trouble=self.trouble[:LONGEST_TROUBLE],
        )

    def describe(self, display: Display) -> dict[str, Any]:
        """All of it, for the command line."""
        now, state = self._time.now(), display.state
        readings = health.readings(self._config.data)
        return {
            "hub": self._config.hub,
            "problem": self.contact.problem if self.contact else None,
            "scanners": [
                {"name": one.settings.name, "present": one.present, "trouble": one.trouble}
                for one in self._scanners
            ],
            "passages": self._outbox.last_seq,
            "backlog": self._outbox.backlog,
            "ballast": self._outbox.ballast.there,
            "waiting": len(state["waiting"]) + len(state["called"]) if state else None,
            "inside": len(state["inside"]) if state else None,
            "offset_ms": None if now.estimated else self._clock.wall_ms() - now.at_ms,
            "error_ms": now.error_ms,
            "temperature_c": readings.temperature_c,
            "undervoltage": readings.undervoltage,
            "free_mib": readings.free_mib,
            "version": __version__,
        }
