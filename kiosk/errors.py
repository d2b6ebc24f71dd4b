"""What can go wrong at the hub. Each leaf is also a builtin; each message says what, which value, what to do.

What a user of the commands may meet is made of a saying (`kiosk.saying`): `str` of it is English, for logs, and
whoever shows it says it in the user's language. The rest is English text.

RondeError
├── EventFileError (ValueError)        the event file has findings
├── ConfigError (ValueError)           the hub's own settings
├── JournalUnavailable (OSError)       the disk refuses: nothing was kept, nothing may be promised
├── JournalDamaged (OSError)           the journal does not read back whole
├── JournalInUse (OSError)             another hub has it open
├── JournalTooNew (ValueError)         a later version of Ronde wrote it
├── NotErased (OSError)                what was kept of people could not be erased
├── Refused (ValueError)               what was asked makes no sense on this day
│   ├── UnknownParty (LookupError)
│   └── UnknownAtelier (LookupError)
├── HubAway (ConnectionError)          no hub runs on this machine, or not for this user
├── UnknownStation (LookupError)       no station of that name is enrolled
├── UnknownCode (LookupError)          no pairing code begins so
├── CodeOver (LookupError)             this pairing code can be used no more
├── TooManyTries (PermissionError)     somebody guesses a code, a PIN or a passphrase
└── PrinterError (OSError)             the printer or its cable
    ├── PrinterUnreachable (ConnectionError)  it cannot be opened, or the connection broke
    └── PrinterStalled (TimeoutError)         it stopped taking bytes before the deadline
"""


class RondeError(Exception):
    """Any failure that the hub foresees."""


class EventFileError(RondeError, ValueError):
    """The event file has findings; `ronde check` lists them."""


class ConfigError(RondeError, ValueError):
    """The hub's own settings cannot be used; the message names the key."""


class JournalUnavailable(RondeError, OSError):
    """The journal could not be written. Nothing was kept, so nothing may be promised."""


class JournalDamaged(RondeError, OSError):
    """The journal does not read back whole."""


class JournalInUse(RondeError, OSError):
    """Another process has the journal open."""


class JournalTooNew(RondeError, ValueError):
    """A later version of Ronde wrote this journal; this one would misread it."""


class NotErased(RondeError, OSError):
    """What was to be erased, or what should have stayed of it, could not be written."""


class Refused(RondeError, ValueError):
    """What was asked makes no sense on this day; the message says why."""


class UnknownParty(Refused, LookupError):
    """No party has this number or this badge."""


class UnknownAtelier(Refused, LookupError):
    """The event has no such atelier."""


class HubAway(RondeError, ConnectionError):
    """No hub runs on this machine, or this user may not ask it."""


class UnknownStation(RondeError, LookupError):
    """No station of that name is enrolled."""


class UnknownCode(RondeError, LookupError):
    """No pairing code begins with these letters."""


class CodeOver(RondeError, LookupError):
    """This pairing code can be used no more; the message says why."""


class TooManyTries(RondeError, PermissionError):
    """Too many tries were wrong; this one was not looked at."""

    def __init__(self, message: str, again_s: int) -> None:
        super().__init__(message)
        self.again_s = again_s
        """After so many seconds the next try is looked at."""


class PrinterError(RondeError, OSError):
    """The printer, or the way to it, does not work."""

    def __init__(self, message: str, written: int = 0) -> None:
        super().__init__(message)
        self.written = written
        """Bytes of this write that had left when the trouble came."""


class PrinterUnreachable(PrinterError, ConnectionError):
    """The printer cannot be opened, or the connection broke; the message says which way."""


class PrinterStalled(PrinterError, TimeoutError):
    """The printer stopped taking bytes before the deadline."""
