"""What a scanner reads, until the page of its kiosk comes for it: one letter in each box, for a few seconds.

A page is told that something was read, never what: it gets a reference that is good once, and sends it back. So a
badge shows in no address, no page and no script, and what is read while nobody looks is forgotten.
"""

import json
import secrets
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

FRESH_S = 6.0  # long enough for a page that is being loaded again
REPEAT_S = 2.0  # a code that stays before the scanner is read over and over
BEAT_S = 5.0
LOOK_S = 1.0  # between two looks at what is announced
MOST = 8  # pages of one kiosk; each takes a thread of the server


class TooMany(Exception):
    """As many pages of this kiosk listen as can."""


@dataclass(frozen=True, slots=True)
class Letter:
    """`line` is what was read."""

    reference: str
    line: str
    at_s: float


class Mailbox:
    """The boxes of all kiosks, by their numbers."""

    def __init__(
        self,
        reference: Callable[[], str] = lambda: secrets.token_urlsafe(16),
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._new_reference = reference
        self._monotonic = monotonic
        self._change = threading.Condition()
        self._letters: dict[int, Letter] = {}
        self._read: dict[int, tuple[str, float]] = {}
        self._listening: Counter[int] = Counter()
        self._closed = False

    def put(self, kiosk: int, line: str) -> None:
        """A scanner of this kiosk read something. What nobody came for before is gone."""
        now_s = self._monotonic()
        with self._change:
            before, at_s = self._read.get(kiosk, ("", 0.0))
            self._read[kiosk] = line, now_s
            if line == before and now_s - at_s < REPEAT_S:
                return
            self._letters[kiosk] = Letter(self._new_reference(), line, now_s)
            self._change.notify_all()

    @contextmanager
    def taken(self, kiosk: int, reference: str) -> Iterator[str | None]:
        """What was read, for whoever asks first; None where it is taken already, or too old.

        It waits again where acting on it fails.
        """
        with self._change:
            letter = self._fresh(kiosk)
            if letter and not secrets.compare_digest(letter.reference.encode(), reference.encode()):
                letter = None
            if letter:
                del self._letters[kiosk]
        try:
            yield letter.line if letter else None
        except BaseException:
            if letter:
                with self._change:
                    self._letters.setdefault(kiosk, letter)
            raise

    def listen(self, kiosk: int, said: Callable[[], str] | None = None) -> "Listener":
        """A body of Server-Sent Events that says when something was read. Raises TooMany.

        `said` names what is announced; the page is told that name at first, and whenever it is another.
        """
        with self._change:
            if self._closed or self._listening[kiosk] >= MOST:
                raise TooMany
            self._listening[kiosk] += 1
        return Listener(self, kiosk, said)

    def close(self) -> None:
        """End whatever listens. May be called twice."""
        with self._change:
            self._closed = True
            self._change.notify_all()

    # What a listener asks

    @property
    def closed(self) -> bool:
        return self._closed

    def newer(self, kiosk: int, told: str, timeout_s: float) -> Letter | None:
        """A letter other than the one with the reference `told`; None after `timeout_s`, or at the end."""
        with self._change:
            self._change.wait_for(lambda: self._closed or self._unheard(kiosk, told) is not None, timeout_s)
            return None if self._closed else self._unheard(kiosk, told)

    def leave(self, kiosk: int) -> None:
        with self._change:
            self._listening[kiosk] -= 1

    def _unheard(self, kiosk: int, told: str) -> Letter | None:
        letter = self._fresh(kiosk)
        return letter if letter and letter.reference != told else None

    def _fresh(self, kiosk: int) -> Letter | None:
        letter = self._letters.get(kiosk)
        return letter if letter and self._monotonic() - letter.at_s <= FRESH_S else None


class Listener:
    """The body of one answer, endless until the page goes or the hub stops."""

    def __init__(self, mailbox: Mailbox, kiosk: int, said: Callable[[], str] | None) -> None:
        self._mailbox = mailbox
        self._kiosk = kiosk
        self._said = said
        self._told = ""
        self._told_said: str | None = None
        self._silent_s = 0.0
        self._greeted = False
        self._left = False

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        if not self._greeted:
            self._greeted = True
            return b"retry: 1000\n\n"
        look_s = LOOK_S if self._said else BEAT_S
        while self._silent_s < BEAT_S:
            said = self._said() if self._said else None
            if said != self._told_said:
                self._told_said = said
                return self._event("said", digest=said)
            letter = self._mailbox.newer(self._kiosk, self._told, look_s)
            if letter is not None:
                self._told = letter.reference
                return self._event("scan", reference=letter.reference)
            if self._mailbox.closed or self._left:
                raise StopIteration
            self._silent_s += look_s
        self._silent_s = 0.0
        return b": beat\n\n"

    def _event(self, name: str, **data: str | None) -> bytes:
        self._silent_s = 0.0
        return f"event: {name}\ndata: {json.dumps(data)}\n\n".encode("ascii")

    def close(self) -> None:
        """Called by the server however the answer ends. May be called twice."""
        if not self._left:
            self._left = True
            self._mailbox.leave(self._kiosk)
