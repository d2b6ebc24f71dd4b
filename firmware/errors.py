"""What can go wrong at a station. Each leaf is also a builtin; each message says what, which value, what to do.

StationError
├── ConfigError (ValueError)           the settings cannot be used
├── CodeRefused (ValueError)           an enrolment cannot be had with this code
├── PanelUnavailable (OSError)         no pins were found: lights, buzzer and buttons would be dead
├── OutboxError (OSError)              the log could not be opened, read or written
│   ├── OutboxFull                     the card is full: nothing was kept, nothing may be promised
│   ├── OutboxBusy                     another agent holds the log
│   └── OutboxDamaged                  the log does not read back whole
└── HubError (OSError)                 an exchange with the hub did not succeed; nothing is lost by it
    ├── HubUnreachable                 no answer
    ├── HubRefused                     an answer that says no
    └── HubUnbelievable                an answer that is not the hub's, or not to this question

The station is brittle on purpose: what is not foreseen here ends the process loudly, and the service manager
starts it again. No network, no scanner and a bad code are foreseen.
"""


class StationError(Exception):
    """Any failure that the station foresees."""


class ConfigError(StationError, ValueError):
    """The settings cannot be used; the message names the key."""


class CodeRefused(StationError, ValueError):
    """An enrolment cannot be had with this code; the message says why, and what to do."""


class PanelUnavailable(StationError, OSError):
    """No pins were found. A stand-in is never taken by itself."""


class OutboxError(StationError, OSError):
    """The log could not be opened, read or written."""


class OutboxFull(OutboxError):
    """The card is full. Nothing was kept, so nothing may be promised."""


class OutboxBusy(OutboxError):
    """Another agent holds the log."""


class OutboxDamaged(OutboxError):
    """The log does not read back whole."""


class HubError(StationError, OSError):
    """An exchange with the hub did not succeed. Nothing is lost: it will be tried again."""


class HubUnreachable(HubError):
    """No answer. `stale`: the connection was an old one, so that a new one may well succeed at once."""

    def __init__(self, message: str, *, stale: bool = False) -> None:
        super().__init__(message)
        self.stale = stale


class HubRefused(HubError):
    """An answer other than 200. `disowned`: this station does not belong to the hub, now as little as later."""

    def __init__(self, message: str, *, status: int) -> None:
        super().__init__(message)
        self.status = status
        self.disowned = status in (401, 403)


class HubUnbelievable(HubError):
    """An answer that the hub did not sign, or that answers another question."""
