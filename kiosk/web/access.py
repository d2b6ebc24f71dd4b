"""Who may do what on the pages: organisers have entered their passphrase, animators their PIN, others nothing.

A browser that entered one carries a signed token for twelve hours of the day; its key is made of what was entered, so
that another PIN or passphrase ends them all. Nobody has a name here: sessions are numbered as they begin.
"""

import hashlib
import hmac
import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum

from kiosk import passwords
from kiosk.day import Day
from kiosk.passwords import Passphrase, Pin
from kiosk.tries import Tries

LASTS_MS = 12 * 3_600_000


class Role(IntEnum):
    """Each may do what those before it may."""

    NOBODY = 0
    ANIMATOR = 1
    ORGANISER = 2

    @property
    def word(self) -> str:
        return self.name.lower()


_ROLES = {role.word: role for role in (Role.ANIMATOR, Role.ORGANISER)}


class Wrong(ValueError):
    """Another PIN or passphrase than this; or none is set yet."""


@dataclass(frozen=True, slots=True)
class Session:
    """`number`: how many had come in under this role, with this one."""

    role: Role
    number: int = 0

    @property
    def name(self) -> str:
        """As it is written down who acted: "organiser 2"."""
        return f"{self.role.word} {self.number}" if self.role else ""


NO_SESSION = Session(Role.NOBODY)


class Access:
    """Thread-safe. `speed`: how fast the day's clock runs, beside a real one."""

    def __init__(
        self,
        day: Day,
        secret_key: bytes,
        speed: float = 1.0,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._day = day
        self._secret_key = secret_key
        self._lasts_ms = round(LASTS_MS * speed)
        self._tries = {role: Tries(monotonic) for role in _ROLES.values()}
        self._hashing = threading.Lock()  # one takes 32 MiB
        self._pin: Pin | None = None
        self._passphrase: Passphrase | None = None

    # What is entered

    @property
    def pin(self) -> str:
        return self._known_pin().digits

    def renew(self) -> str:
        """Another PIN; whoever entered the one before may press no more. Raises JournalUnavailable."""
        self._pin = self._day.between(passwords.renew_pin)
        return self._pin.digits

    @property
    def has_passphrase(self) -> bool:
        return self._known_passphrase() is not None

    def begin(self, phrase: str) -> bool:
        """The first passphrase; False where there was one before. Raises Refused, JournalUnavailable."""
        chosen = self._hashed(phrase)
        self._passphrase = self._day.between(lambda journal: passwords.keep_passphrase(journal, chosen))
        return self._passphrase == chosen

    def set_passphrase(self, phrase: str) -> None:
        """Another one, which ends the session of every organiser. Raises Refused, JournalUnavailable."""
        chosen = self._hashed(phrase)
        self._passphrase = self._day.between(lambda journal: passwords.set_passphrase(journal, chosen))

    # Who comes in

    def enter(self, role: Role, typed: str, device: str) -> str:
        """The token of a browser where this was entered. Raises TooManyTries, Wrong, JournalUnavailable."""
        tries = self._tries[role]
        tries.begin(device)
        kept = self._kept(role)
        with self._hashing:
            right = kept is not None and kept.is_said(typed)
        if kept is None or not right:
            raise Wrong
        tries.right(device)
        number = self._day.between(lambda journal: passwords.next_number(journal, role.word))
        said = f"{role.word}.{number}.{self._day.clock() + self._lasts_ms}"
        return f"{said}.{self._signed('session', role, kept, said)}"

    def session(self, token: str) -> Session:
        """Whose token this is, now."""
        said, _, signed = token.rpartition(".")
        role, _, numbers = said.partition(".")
        number, _, until = numbers.partition(".")
        kept = self._kept(_ROLES[role]) if role in _ROLES else None
        if kept is None or not (_is_number(number) and _is_number(until)):
            return NO_SESSION
        session = Session(_ROLES[role], int(number))
        genuine = hmac.compare_digest(
            signed.encode(), self._signed("session", session.role, kept, said).encode()
        )
        return session if genuine and self._day.clock() < int(until) else NO_SESSION

    def csrf(self, token: str) -> str:
        """What each change asked for in this session must carry, and which no other site can know; "" without one."""
        role = self.session(token).role
        kept = self._kept(role) if role else None
        return self._signed("csrf", role, kept, token) if kept else ""

    # Kiosks

    def seal(self, said: str) -> str:
        """What only this hub can write behind what it says, and not any more once there is another PIN."""
        return self._mac(b"ronde seal " + self._known_pin().hash.encode(), said)

    def sealed(self, said: str, seal: str) -> bool:
        return hmac.compare_digest(seal.encode(), self.seal(said).encode())

    def _kept(self, role: Role) -> Pin | Passphrase | None:
        return self._known_passphrase() if role is Role.ORGANISER else self._known_pin()

    def _known_pin(self) -> Pin:
        known = self._pin
        if known is None:
            known = self._pin = self._day.between(passwords.pin)
        return known

    def _known_passphrase(self) -> Passphrase | None:
        known = self._passphrase
        if known is None:
            known = self._passphrase = self._day.between(passwords.passphrase)
        return known

    def _hashed(self, phrase: str) -> Passphrase:
        with self._hashing:
            return Passphrase.of(phrase)

    def _signed(self, what: str, role: Role, kept: Pin | Passphrase, said: str) -> str:
        return self._mac(f"ronde {what} {role.word} {kept.hash}".encode(), said)

    def _mac(self, purpose: bytes, said: str) -> str:
        key = hmac.digest(self._secret_key, purpose, hashlib.sha256)
        return hmac.digest(key, said.encode(), hashlib.sha256).hex()


def minutes(wait_s: float) -> int:
    """As they are told: never none."""
    return max(1, math.ceil(wait_s / 60))


def _is_number(said: str) -> bool:
    return said.isascii() and said.isdigit() and len(said) < 20
