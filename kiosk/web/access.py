"""Who may press on the pages of the ateliers: whoever has entered the animators' PIN.

The hub draws it once and says it to its organiser. A browser that entered it carries a signed token for twelve hours;
its key is made of the PIN, so that another PIN ends them all.

Guessing is slow: a device has few wrong tries an hour. All devices together have some more; when those are used up,
only who has not been wrong this hour gets a try, one after the other. So nobody is locked out by the wrong tries of
others. A device is told by its address, which is good enough to count by, and for nothing else.
"""

import hashlib
import hmac
import json
import math
import secrets
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from werkzeug.security import check_password_hash, generate_password_hash

from kiosk.day import Day

DIGITS = 6
LASTS_MS = 12 * 3_600_000
MOST_A_DEVICE, MOST_IN_ALL = 10, 120  # wrong tries in an hour
SPACING_S = 5.0  # between two tries, once those in all are used up
HOUR_S = 3600.0

_SECRET = "pin"


class Keeper(Protocol):
    """Where secrets are kept: a journal."""

    def keep_secret(self, name: str, make: Callable[[], bytes]) -> bytes: ...

    def set_secret(self, name: str, value: bytes) -> None: ...


class WrongPin(ValueError):
    """Another PIN than this."""


class TooMany(Exception):
    """Too many were wrong. `wait_s`: before the next may be tried."""

    def __init__(self, wait_s: float) -> None:
        super().__init__(f"to be tried again in {wait_s:.0f} s")
        self.wait_s = wait_s


@dataclass(frozen=True, slots=True)
class Pin:
    digits: str
    hash: str

    def encode(self) -> bytes:
        return json.dumps({"digits": self.digits, "hash": self.hash}).encode("ascii")

    @classmethod
    def decode(cls, data: bytes) -> "Pin":
        return cls(**json.loads(data))

    @classmethod
    def drawn(cls, below: Callable[[int], int] = secrets.randbelow) -> "Pin":
        digits = f"{below(10**DIGITS):0{DIGITS}}"
        return cls(digits, generate_password_hash(digits))


def kept(keeper: Keeper) -> Pin:
    """The PIN; drawn where there is none yet."""
    return Pin.decode(keeper.keep_secret(_SECRET, lambda: Pin.drawn().encode()))


def renewed(keeper: Keeper) -> Pin:
    """Another PIN, from now on. Raises JournalUnavailable."""
    pin = Pin.drawn()
    keeper.set_secret(_SECRET, pin.encode())
    return pin


class Guesses:
    """Wrong tries of the last hour, by device. Thread-safe."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._wrong: deque[tuple[float, str]] = deque()

    def begin(self, device: str) -> None:
        """A try, which counts as wrong until it is `right`. Raises TooMany."""
        with self._lock:
            now_s = self._monotonic()
            while self._wrong and now_s - self._wrong[0][0] >= HOUR_S:
                self._wrong.popleft()
            wait_s = self._wait_s(device, now_s)
            if wait_s > 0:
                raise TooMany(wait_s)
            self._wrong.append((now_s, device))

    def right(self, device: str) -> None:
        with self._lock:
            self._wrong = deque(each for each in self._wrong if each[1] != device)

    def _wait_s(self, device: str, now_s: float) -> float:
        own = [at_s for at_s, whose in self._wrong if whose == device]
        if len(own) >= MOST_A_DEVICE:
            return own[0] + HOUR_S - now_s
        if len(self._wrong) < MOST_IN_ALL:
            return 0
        if own:
            return self._wrong[-MOST_IN_ALL][0] + HOUR_S - now_s
        return self._wrong[-1][0] + SPACING_S - now_s


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
        self._guesses = Guesses(monotonic)
        self._hashing = threading.Lock()  # one takes 32 MiB
        self._known: Pin | None = None

    @property
    def pin(self) -> str:
        return self._pin().digits

    def renew(self) -> str:
        """Another PIN; whoever entered the one before may press no more. Raises JournalUnavailable."""
        self._known = self._day.between(renewed)
        return self._known.digits

    def enter(self, digits: str, device: str) -> str:
        """The token of a browser that has entered the PIN. Raises TooMany, WrongPin."""
        self._guesses.begin(device)
        pin = self._pin()
        with self._hashing:
            right = check_password_hash(pin.hash, digits)
        if not right:
            raise WrongPin
        self._guesses.right(device)
        until_ms = self._day.clock() + self._lasts_ms
        return f"{until_ms}.{self._signed(pin, until_ms)}"

    def may_act(self, token: str) -> bool:
        until, _, signed = token.partition(".")
        if not (until.isascii() and until.isdigit() and len(until) < 20):
            return False
        genuine = hmac.compare_digest(signed.encode(), self._signed(self._pin(), int(until)).encode())
        return genuine and self._day.clock() < int(until)

    def seal(self, said: str) -> str:
        """What only this hub can write behind what it says, and not any more once there is another PIN."""
        key = hmac.digest(self._secret_key, b"ronde seal " + self._pin().hash.encode(), hashlib.sha256)
        return hmac.digest(key, said.encode(), hashlib.sha256).hex()

    def sealed(self, said: str, seal: str) -> bool:
        return hmac.compare_digest(seal.encode(), self.seal(said).encode())

    def _pin(self) -> Pin:
        pin = self._known
        if pin is None:
            pin = self._known = self._day.between(kept)
        return pin

    def _signed(self, pin: Pin, until_ms: int) -> str:
        key = hmac.digest(self._secret_key, b"ronde animator " + pin.hash.encode(), hashlib.sha256)
        return hmac.digest(key, str(until_ms).encode(), hashlib.sha256).hex()


def minutes(wait_s: float) -> int:
    """As they are told: never none."""
    return max(1, math.ceil(wait_s / 60))
