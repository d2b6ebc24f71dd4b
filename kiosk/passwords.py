"""What opens the hub's pages, as a journal keeps it: the animators' PIN, which may be read again, and the organisers'
passphrase, of which only a hash is kept.
"""

import json
import secrets
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from werkzeug.security import check_password_hash, generate_password_hash

from .errors import Refused
from .saying import say

DIGITS = 6
LEAST_LETTERS, MOST_LETTERS = 12, 200

_PIN, _PASSPHRASE = "pin", "passphrase"


class Keeper(Protocol):
    """Where secrets are kept: a journal."""

    def secret(self, name: str) -> bytes | None: ...

    def keep_secret(self, name: str, make: Callable[[], bytes]) -> bytes: ...

    def set_secret(self, name: str, value: bytes) -> None: ...


@dataclass(frozen=True, slots=True)
class Pin:
    digits: str
    hash: str

    def is_said(self, typed: str) -> bool:
        return check_password_hash(self.hash, typed)

    def encode(self) -> bytes:
        return json.dumps({"digits": self.digits, "hash": self.hash}).encode("ascii")

    @classmethod
    def decode(cls, data: bytes) -> "Pin":
        return cls(**json.loads(data))

    @classmethod
    def drawn(cls, below: Callable[[int], int] = secrets.randbelow) -> "Pin":
        digits = f"{below(10**DIGITS):0{DIGITS}}"
        return cls(digits, generate_password_hash(digits))


@dataclass(frozen=True, slots=True)
class Passphrase:
    hash: str

    def is_said(self, typed: str) -> bool:
        plain = plainly(typed)
        return len(plain) <= MOST_LETTERS and check_password_hash(self.hash, plain)

    @classmethod
    def of(cls, typed: str) -> "Passphrase":
        """Raises Refused where it is too short, or longer than anything that is typed."""
        plain = plainly(typed)
        if len(plain) < LEAST_LETTERS:
            raise Refused(say("access.phrase.short", least=LEAST_LETTERS))
        if len(plain) > MOST_LETTERS:
            raise Refused(say("access.phrase.long", most=MOST_LETTERS))
        return cls(generate_password_hash(plain))


def plainly(typed: str) -> str:
    """The same for all that a person would call the same: phones write capitals, and a space behind a word."""
    return " ".join(unicodedata.normalize("NFKC", typed).casefold().split())


def pin(keeper: Keeper) -> Pin:
    """That of the animators; drawn where there is none yet."""
    return Pin.decode(keeper.keep_secret(_PIN, lambda: Pin.drawn().encode()))


def renew_pin(keeper: Keeper) -> Pin:
    """Another PIN, from now on. Raises JournalUnavailable."""
    drawn = Pin.drawn()
    keeper.set_secret(_PIN, drawn.encode())
    return drawn


def passphrase(keeper: Keeper) -> Passphrase | None:
    """That of the organisers; None until they have set one."""
    kept = keeper.secret(_PASSPHRASE)
    return Passphrase(kept.decode("ascii")) if kept else None


def keep_passphrase(keeper: Keeper, chosen: Passphrase) -> Passphrase:
    """The first one; that which is kept already where there is one. Raises JournalUnavailable."""
    return Passphrase(keeper.keep_secret(_PASSPHRASE, chosen.hash.encode).decode("ascii"))


def set_passphrase(keeper: Keeper, chosen: Passphrase) -> Passphrase:
    """This one, from now on. Raises JournalUnavailable."""
    keeper.set_secret(_PASSPHRASE, chosen.hash.encode("ascii"))
    return chosen


def next_number(keeper: Keeper, role: str) -> int:
    """How many have come in so far under this role, with the one who comes now. Raises JournalUnavailable."""
    name = f"logins/{role}"
    number = int(keeper.secret(name) or b"0") + 1
    keeper.set_secret(name, str(number).encode("ascii"))
    return number
