"""Pairing codes: drawn here for a station, shown for a few minutes, good for one device.

A right code is always taken. Wrong ones are counted: five make a code void; and whoever sends many has to wait, so
that a stranger on the Wi-Fi neither guesses a code nor voids those of others. Codes live in memory: a hub that starts
again has none.
"""

import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from firmware.wire import pairing
from firmware.wire.enrolment import Enrolment
from firmware.wire.errors import BadSignature
from firmware.wire.pairing import Ask, Invitation

from .errors import CodeOver, TooManyTries, UnknownCode
from .registry import Wanted
from .tries import Tries

WAITING, PAIRED, EXPIRED, VOID, REPLACED, CANCELLED = STATES = (
    "waiting", "paired", "expired", "void", "replaced", "cancelled",
)  # fmt: skip
MOST_WRONG = 5
REMEMBERED_S = 3600.0  # for so long it is said why a code can be used no more

_OVER = {
    PAIRED: "this code was used: a code is good for one device",
    EXPIRED: "this code has expired: ask the hub for a new one",
    VOID: "this code was mistyped too often: ask the hub for a new one",
    REPLACED: "the hub has shown a newer code for this station since: take that one",
    CANCELLED: "this code was cancelled: ask the hub for a new one",
}


@dataclass(frozen=True, slots=True)
class Pairing:
    """A code as it is shown: `state` is one of STATES, `left_s` how long it may still be used."""

    station: str
    invitation: Invitation
    state: str
    left_s: int


@dataclass(slots=True)
class _Drawn:
    wanted: Wanted
    invitation: Invitation
    key: bytes
    until_s: float
    state: str = WAITING
    wrong: int = 0
    asked: Ask | None = None
    given: bytes = b""


class Pairings:
    """`admit(wanted, hub)` makes a device that has proved itself the station that is wanted. Thread-safe."""

    def __init__(
        self,
        admit: Callable[[Wanted, str], Enrolment],
        monotonic_s: Callable[[], float] = time.monotonic,
        below: Callable[[int], int] = secrets.randbelow,
    ) -> None:
        self._admit = admit
        self._monotonic_s = monotonic_s
        self._below = below
        self._lock = threading.Lock()
        self._tries = Tries(monotonic_s)
        self._drawn: dict[str, _Drawn] = {}  # by the letters of the code that are no secret, the oldest first

    def draw(self, wanted: Wanted, hub: str) -> Pairing:
        """A new code for a station, in place of the one that waits for it."""
        while pairing.name_of(code := pairing.new_code(self._below)) in self._drawn:
            pass
        key = pairing.key_of(code)
        with self._lock:
            now_s = self._now_s()
            self._end(wanted.name, REPLACED)
            made = _Drawn(wanted, Invitation(hub, code), key, now_s + pairing.LIFE_MS / 1000)
            self._drawn[pairing.name_of(code)] = made
            return self._shown(made, now_s)

    def of(self, station: str) -> Pairing | None:
        """The newest code for this station."""
        with self._lock:
            now_s = self._now_s()
            newest = [drawn for drawn in self._drawn.values() if drawn.wanted.name == station][-1:]
            return self._shown(newest[0], now_s) if newest else None

    def cancel(self, station: str) -> None:
        with self._lock:
            self._now_s()
            self._end(station, CANCELLED)

    def answer(self, body: bytes, address: str) -> bytes:
        """What the device at `address` is given that asks so; the same once more where it asks the same once more.

        Raises Malformed, UnknownVersion, UnknownCode, CodeOver, BadSignature, TooManyTries, and what `admit` raises:
        the code is as good as before then.
        """
        asked = pairing.asked(body)
        with self._lock:
            now_s = self._now_s()
            drawn = self._drawn.get(asked.name)
            if drawn is not None and asked == drawn.asked and now_s < drawn.until_s:
                return drawn.given
            try:
                return self._taken(drawn, asked)
            except (UnknownCode, CodeOver, BadSignature) as error:
                try:
                    self._tries.begin(address)
                except TooManyTries as too_many:
                    raise too_many from error
                if drawn is not None and drawn.state == WAITING:
                    drawn.wrong += 1
                    drawn.state = VOID if drawn.wrong >= MOST_WRONG else WAITING
                raise

    def _taken(self, drawn: _Drawn | None, asked: Ask) -> bytes:
        if drawn is None:
            raise UnknownCode("this hub has shown no such code: check its first four letters")
        if drawn.state != WAITING:
            raise CodeOver(_OVER[drawn.state])
        pairing.check(asked, drawn.key)
        made = self._admit(drawn.wanted, drawn.invitation.hub)
        drawn.state, drawn.asked = PAIRED, asked
        drawn.given = pairing.give(made, asked, drawn.key).encode()
        return drawn.given

    def _now_s(self) -> float:
        """The time, with every code in the state of that time, and those forgotten that nobody remembers."""
        now_s = self._monotonic_s()
        for name, drawn in list(self._drawn.items()):
            if drawn.state == WAITING and now_s >= drawn.until_s:
                drawn.state = EXPIRED
            if now_s >= drawn.until_s + REMEMBERED_S:
                del self._drawn[name]
        return now_s

    def _end(self, station: str, state: str) -> None:
        for drawn in self._drawn.values():
            if drawn.wanted.name == station and drawn.state == WAITING:
                drawn.state = state

    def _shown(self, drawn: _Drawn, now_s: float) -> Pairing:
        left_s = max(0, round(drawn.until_s - now_s)) if drawn.state == WAITING else 0
        return Pairing(drawn.wanted.name, drawn.invitation, drawn.state, left_s)
