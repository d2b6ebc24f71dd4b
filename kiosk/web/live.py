"""The floor as it changes, by Server-Sent Events: one thread composes, everybody who watches gets the same.

A frame is immutable and carries its own bytes. Whoever fell behind gets the newest frame and none of those in
between. Each watcher holds a thread of the server, so there are never more than MOST.
"""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

MOST = 64  # well under the threads of the server: stations and the door need theirs
HELD_BYTES = 64 * 1024  # what the server holds for each watcher; one that reads slowly is passed over beyond it
SPACING_S = 0.2  # at most five frames a second
TICK_S = 0.5  # without a fact, for what changes by itself: waits, silences, the printer
KEEP_S = 4.0  # a frame comes this often even if nothing changed, so that a page knows its numbers are fresh
BEAT_S = 10.0
FRESH_S = 1.0


@dataclass(frozen=True, slots=True)
class Frame:
    """`data` is the whole of it as JSON; `shown`, by language, what stands on a page; `events`, by who may watch
    it, the bytes that bring it there.

    `facts` is the version of the view that it was composed from. Two frames with equal `shown` look alike.
    """

    number: int
    facts: int
    data: Mapping[str, Any]
    shown: Mapping[str, Any]
    events: Mapping[str, bytes]


class Crowded(Exception):
    """As many watch as can."""


class Live:
    """`compose(number)` makes a frame; `changed(facts, timeout_s)` waits for another version than `facts`, and
    `facts()` is the version now."""

    def __init__(
        self,
        compose: Callable[[int], Frame],
        facts: Callable[[], int],
        changed: Callable[[int, float], Any],
        most: int = MOST,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._compose = compose
        self._facts = facts
        self._changed = changed
        self._most = most
        self._monotonic = monotonic
        self._state = threading.Condition()
        self._composing = threading.Lock()
        self._closing = threading.Event()
        self._thread: threading.Thread | None = None
        self._watching: Counter[str] = Counter()
        self._newest: Frame | None = None
        self._frame: Frame | None = None  # the last that was shown to those who watch
        self._composed_s = 0.0
        self._shown_s = 0.0

    @property
    def watchers(self) -> int:
        with self._state:
            return self._watching.total()

    @property
    def watched(self) -> frozenset[str]:
        """The channels that somebody watches."""
        with self._state:
            return frozenset(+self._watching)

    def frame(self) -> Frame:
        """The floor now: every fact that is durable, and nothing older than a second."""
        with self._composing:
            frame = self._newest
            age_s = self._monotonic() - self._composed_s
            if frame is None or frame.facts != self._facts() or age_s > FRESH_S:
                frame = self._renewed()
            return frame

    def watch(self, channel: str, shows: Callable[[], str | None] | None = None) -> "Watch":
        """What `events` of each frame hold under this name, or the one that `shows` says by then: None ends it.

        Raises Crowded.
        """
        with self._state:
            if self._watching.total() >= self._most or self._closing.is_set():
                raise Crowded
            self._watching[channel] += 1
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="live", daemon=True)
                self._thread.start()
            self._state.notify_all()
        return Watch(self, channel, shows or (lambda: channel))

    def close(self) -> None:
        """End every watch, now. May be called twice."""
        self._closing.set()
        with self._state:
            self._state.notify_all()
            thread = self._thread
        if thread is not None:
            thread.join()

    # What a watch asks

    def newer(self, number: int, timeout_s: float) -> Frame | None:
        """A frame other than `number` as soon as there is one; None after `timeout_s`, or at the end."""
        with self._state:
            self._state.wait_for(
                lambda: self.closed or (self._frame is not None and self._frame.number != number), timeout_s
            )
            frame = self._frame
        return None if self.closed or frame is None or frame.number == number else frame

    @property
    def closed(self) -> bool:
        return self._closing.is_set()

    def leave(self, channel: str) -> None:
        with self._state:
            self._watching[channel] -= 1

    # The thread

    def _run(self) -> None:
        try:
            facts = -1
            while not self.closed:
                with self._state:
                    self._state.wait_for(lambda: self.closed or +self._watching)
                if self.closed:
                    break
                self._changed(facts, TICK_S)
                with self._composing:
                    facts = self._renewed().facts
                self._closing.wait(SPACING_S)
        finally:
            with self._state:
                self._thread = None

    def _renewed(self) -> Frame:
        """Compose, and show it to those who watch where it differs, or where they need a sign of life."""
        shown = self._frame
        frame = self._newest = self._compose(shown.number + 1 if shown else 1)
        now_s = self._composed_s = self._monotonic()
        if (
            shown is None
            or frame.facts != shown.facts
            or frame.shown != shown.shown
            or now_s - self._shown_s >= KEEP_S
        ):
            self._shown_s = now_s
            with self._state:
                self._frame = frame
                self._state.notify_all()
        return frame


class Watch:
    """The body of one answer, endless until the watcher goes or the hub stops."""

    def __init__(self, live: Live, channel: str, shows: Callable[[], str | None]) -> None:
        self._live = live
        self._channel = channel
        self._shows = shows
        self._number = 0
        self._left = False
        self._greeted = False

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        if not self._greeted:
            self._greeted = True
            return b"retry: 2000\n\n"
        frame = self._live.newer(self._number, BEAT_S)
        if frame is not None:
            self._number = frame.number
            shown = self._shows()
            if shown is None:
                raise StopIteration
            return frame.events.get(shown, b": soon\n\n")  # composed before anybody watched this
        if self._live.closed or self._left:
            raise StopIteration
        return b": beat\n\n"

    def close(self) -> None:
        """Called by the server however the answer ends. May be called twice."""
        if not self._left:
            self._left = True
            self._live.leave(self._channel)
