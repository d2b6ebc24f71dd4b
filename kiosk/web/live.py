"""The floor as it changes, by Server-Sent Events: one thread composes, everybody who watches gets the same.

A frame is immutable and carries its own bytes. Whoever fell behind gets the newest frame and none of those in
between. Each watcher holds a thread of the server, so there are never more than MOST. A page that comes again is the
same watcher: what became of its first connection the network may tell us much later, or never. Where there are as many
as can be, who came first may stay.
"""

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

MOST = 64  # well under the threads of the server: stations and the door need theirs
HELD_BYTES = 16 * 1024  # of what goes to each watcher, sent or not: beyond it a slow one is passed over
SPACING_S = 0.2  # at most five frames a second
TICK_S = 0.5  # without a fact, for what changes by itself: waits, silences, the printer
KEEP_S = 4.0  # a frame comes this often even if nothing changed, so that a page knows its numbers are fresh
BEAT_S = 10.0
FRESH_S = 1.0
OVER_S = 2.0  # for the thread of a stream that is over to come back
RETRY_MS, RETRY_STEP_MS, RETRIES = (
    1500,
    50,
    64,
)  # pages that lose the hub together come back one after the other
AGAIN_MS, AGAIN_STEP_MS = 7000, 30  # until who has no place asks again
LET_IN = 0  # since before everybody


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
        self._watches: set[Watch] = set()
        self._begun = 0
        self._newest: Frame | None = None
        self._frame: Frame | None = None  # the last that was shown to those who watch
        self._composed_s = 0.0
        self._shown_s = 0.0

    @property
    def watchers(self) -> int:
        with self._state:
            return len(self._watches)

    @property
    def watched(self) -> frozenset[str]:
        """The channels that somebody watches."""
        with self._state:
            return frozenset(watch.channel for watch in self._watches)

    def frame(self) -> Frame:
        """The floor now: every fact that is durable, and nothing older than a second."""
        with self._composing:
            frame = self._newest
            age_s = self._monotonic() - self._composed_s
            if frame is None or frame.facts != self._facts() or age_s > FRESH_S:
                frame = self._renewed()
            return frame

    def watch(
        self,
        channel: str,
        shows: Callable[[], str | None] | None = None,
        page: str = "",
        since_ms: int = LET_IN,
    ) -> "Watch":
        """What `events` of each frame hold under this name, or the one that `shows` says by then: None ends it.

        `page` names who watches: an older watch of the same page is over. `since_ms`: since when it has come here;
        where there is no place, whose is latest makes room for whose is earlier. Raises Crowded.
        """
        with self._state:
            self._end(each for each in self._watches if page and each.page == page)
            if len(self._watches) >= self._most:
                later = (each for each in self._watches if each.since_ms > since_ms and not each.over)
                last = max(later, key=lambda each: each.since_ms, default=None)
                self._end([last] if last else [])
            if len(self._watches) >= self._most or self.closed:
                raise Crowded
            retry_ms = RETRY_MS + RETRY_STEP_MS * self._next()
            watch = Watch(self, channel, shows or (lambda: channel), page, since_ms, retry_ms)
            self._watches.add(watch)
            self._keep_composing()
            self._state.notify_all()
        return watch

    def once(self, channel: str) -> bytes:
        """The floor now, for a page that has no place: it holds none, and asks again in a while."""
        with self._state:
            retry_ms = AGAIN_MS + AGAIN_STEP_MS * self._next()
        return f"retry: {retry_ms}\n\n".encode("ascii") + self.frame().events[channel]

    def _next(self) -> int:
        self._begun += 1
        return self._begun % RETRIES

    def _keep_composing(self) -> None:
        """A frame that could not be composed ended the thread; what was wrong may be over by now."""
        if self._thread is None and not self.closed:
            self._thread = threading.Thread(target=self._run, name="live", daemon=True)
            self._thread.start()

    def _end(self, watches: Iterable["Watch"]) -> None:
        """The thread of each is free again once it has noticed, which one that cannot write may do later."""
        ended = set(watches)
        for watch in ended:
            watch.over = True
        if ended:
            self._state.notify_all()
            self._state.wait_for(lambda: self.closed or not ended & self._watches, OVER_S)

    def close(self) -> None:
        """End every watch, now. May be called twice."""
        self._closing.set()
        with self._state:
            self._state.notify_all()
            thread = self._thread
        if thread is not None:
            thread.join()

    # What a watch asks

    def newer(self, number: int, timeout_s: float, over: Callable[[], bool] = lambda: False) -> Frame | None:
        """A frame other than `number` as soon as there is one; None after `timeout_s`, when it is `over`, or at
        the end."""

        def come() -> bool:
            return self._frame is not None and self._frame.number != number

        with self._state:
            if not self._state.wait_for(lambda: self.closed or over() or come(), timeout_s):
                self._keep_composing()
            return self._frame if come() and not (self.closed or over()) else None

    @property
    def closed(self) -> bool:
        return self._closing.is_set()

    def leave(self, watch: "Watch") -> None:
        with self._state:
            self._watches.discard(watch)
            self._state.notify_all()

    # The thread

    def _run(self) -> None:
        try:
            facts = -1
            while not self.closed:
                with self._state:
                    self._state.wait_for(lambda: self.closed or self._watches)
                if self.closed:
                    break
                self._changed(facts, TICK_S)
                with self._composing:
                    frame = self._renewed()
                facts = frame.facts
                if frame is self._frame:  # what nobody was shown delays no fact
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
    """The body of one answer, endless until the watcher goes, its page comes again, it has to make room, or the hub
    stops.
    """

    def __init__(
        self,
        live: Live,
        channel: str,
        shows: Callable[[], str | None],
        page: str,
        since_ms: int,
        retry_ms: int,
    ) -> None:
        self.channel = channel
        self.page = page
        self.since_ms = since_ms
        self.over = False
        self._live = live
        self._shows = shows
        self._retry_ms = retry_ms
        self._number = 0
        self._greeted = False

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        if not self._greeted:
            self._greeted = True
            return f"retry: {self._retry_ms}\n\n".encode("ascii")
        frame = self._live.newer(self._number, BEAT_S, lambda: self.over)
        if frame is not None:
            self._number = frame.number
            shown = self._shows()
            if shown is None:
                raise StopIteration
            return frame.events.get(shown, b": soon\n\n")  # composed before anybody watched this
        if self._live.closed or self.over:
            raise StopIteration
        return b": beat\n\n"

    def close(self) -> None:
        """Called by the server however the answer ends. May be called twice."""
        self.over = True
        self._live.leave(self)
