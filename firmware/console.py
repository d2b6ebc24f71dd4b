"""Questions at a terminal, while other parts have their say: what comes first, a line that is typed or their word."""

import os
import queue
import select
import time
from dataclasses import dataclass
from typing import IO, Generic, TypeVar

from . import messages

YES, NO, AGAIN = "o", "n", "r"

_ANSWERS = {
    "o": YES, "oui": YES, "y": YES, "yes": YES,
    "n": NO, "non": NO, "no": NO,
    "r": AGAIN, "encore": AGAIN,
}  # fmt: skip
_READ_BYTES = 4096

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Typed:
    line: str


class Console(Generic[T]):
    """Reads lines from the terminal `keyboard`, writes to `out`. Raises EOFError where the keyboard has ended.

    `tell` may be called on any thread; all else is for one.
    """

    def __init__(self, keyboard: int, out: IO[str]) -> None:
        self._keyboard = keyboard
        self._out = out
        self._told: queue.SimpleQueue[T] = queue.SimpleQueue()
        self._bell = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)
        self._pending = b""

    def say(self, text: str = "") -> None:
        self._out.write(f"{text}\n")
        self._out.flush()

    def tell(self, word: T) -> None:
        """Leave word, for whoever listens next."""
        self._told.put(word)
        os.eventfd_write(self._bell, 1)

    def ask(self, question: str) -> str:
        """YES, NO or AGAIN; asked until it is answered. Word from elsewhere is passed over."""
        while True:
            self._out.write(f"{question} {messages.TEST_ANSWERS} ")
            self._out.flush()
            heard = self.listen(None)
            while not isinstance(heard, Typed):
                heard = self.listen(None)
            answer = _ANSWERS.get(heard.line.strip().lower())
            if answer:
                return answer

    def listen(self, seconds: float | None) -> Typed | T | None:
        """What comes first; None where nothing has for so long."""
        until = None if seconds is None else time.monotonic() + seconds
        while True:
            if (line := self._line()) is not None:
                return Typed(line)
            if not self._told.empty():
                return self._told.get()
            left = None if until is None else until - time.monotonic()
            if left is not None and left <= 0:
                return None
            ready, _, _ = select.select([self._keyboard, self._bell], [], [], left)
            if self._bell in ready:
                os.eventfd_read(self._bell)
            if self._keyboard in ready:
                self._pending += self._read()

    def forget(self) -> None:
        """Whatever was left unheard."""
        while not self._told.empty():
            self._told.get()

    def close(self) -> None:
        if self._bell >= 0:
            os.close(self._bell)
            self._bell = -1

    def _read(self) -> bytes:
        try:
            data = os.read(self._keyboard, _READ_BYTES)
        except OSError as error:  # a terminal that was closed
            raise EOFError from error
        if not data:
            raise EOFError
        return data

    def _line(self) -> str | None:
        line, end, rest = self._pending.partition(b"\n")
        if not end:
            return None
        self._pending = rest
        return line.decode("utf-8", "replace")
