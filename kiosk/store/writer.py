"""The one thread that writes the journal: group commit.

Whoever wants to record something submits a *decision*: a function that looks at what is known and says which
facts follow. All that waits is decided, folded and committed in one transaction, and only then answered. A
commit that fails takes its facts back: what is known is folded anew from the journal.
"""

import threading
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Any, Generic, Protocol, TypeVar

from ..errors import JournalUnavailable
from ..rules.facts import Fact
from ..saying import say
from .journal import Journal

MOST_AT_ONCE = 256

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Decision(Generic[T]):
    """`answer` is called once the facts are folded and durable.

    Each of the facts is folded before the next is asked for: one may follow from those before it.
    """

    facts: Iterable[Fact]
    answer: Callable[[], T]


class Folder(Protocol):
    """What the writer keeps up to date. All calls come from the writer's thread."""

    def apply(self, fact: Fact, at_ms: int) -> None:
        """Fold a fact that is about to be committed."""

    def committed(self) -> None:
        """All facts folded so far are durable: readers may see them."""

    def lost(self) -> None:
        """Facts that were folded could not be kept: fold anew from the journal."""


@dataclass(frozen=True, slots=True)
class _Request:
    decide: Callable[[int], Decision[Any]]
    future: "Future[Any]"


class Writer:
    def __init__(self, journal: Journal, clock: Callable[[], int], folder: Folder) -> None:
        self._journal = journal
        self._clock = clock
        self._folder = folder
        self._requests: SimpleQueue[_Request | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="writer", daemon=True)
        self._stopped = False
        self._refused = False  # by the disk, last time: asked first, so as not to fold all anew at each try
        self._door = threading.Lock()  # nothing comes in behind the last
        self._thread.start()

    def submit(self, decide: Callable[[int], Decision[T]]) -> "Future[T]":
        """Have `decide(now_ms)` called, and its facts kept. The future raises what `decide` raised.

        Raises JournalUnavailable, at once or from the future, where nothing can be kept.
        """
        future: Future[T] = Future()
        with self._door:
            if self._stopped:
                raise JournalUnavailable(say("error.hub_stopping"))
            self._requests.put(_Request(decide, future))
        return future

    def close(self) -> None:
        """Keep what was submitted, and end the thread."""
        with self._door:
            if not self._stopped:
                self._requests.put(None)
            self._stopped = True
        self._thread.join()

    @property
    def alive(self) -> bool:
        return self._thread.is_alive()

    def _run(self) -> None:
        stopping = False
        while not stopping:
            waiting: list[_Request] = []
            request = self._requests.get()
            while True:
                if request is None:
                    stopping = True
                else:
                    waiting.append(request)
                if len(waiting) >= MOST_AT_ONCE:
                    break
                try:
                    request = self._requests.get_nowait()
                except Empty:
                    break
            self._commit(waiting)

    def _commit(self, requests: list[_Request]) -> None:
        now_ms = self._clock()
        entries: list[tuple[int, Fact]] = []
        decided: list[tuple[_Request, Decision[Any]]] = []
        for request in requests:
            before = len(entries)
            try:
                decision = request.decide(now_ms)
                if decision.facts and self._refused:
                    self._journal.try_writing()
                    self._refused = False
                for fact in decision.facts:
                    self._folder.apply(fact, now_ms)
                    entries.append((now_ms, fact))
            except Exception as error:  # noqa: BLE001 - it is raised where the decision was asked for
                self._take_back(entries, before)
                request.future.set_exception(error)
                continue
            decided.append((request, decision))
        if entries:
            try:
                self._journal.append(entries)
            except JournalUnavailable as error:
                self._refused = True
                self._folder.lost()
                for request, _ in decided:
                    request.future.set_exception(error)
                return
            self._folder.committed()
        for request, decision in decided:
            try:
                request.future.set_result(decision.answer())
            except Exception as error:  # noqa: BLE001 - as above
                request.future.set_exception(error)

    def _take_back(self, entries: list[tuple[int, Fact]], before: int) -> None:
        """Leave nothing of a decision that failed half-way: no fact of it, and those of the others as they were."""
        if len(entries) == before:
            return
        del entries[before:]
        self._folder.lost()
        for at_ms, fact in entries:
            self._folder.apply(fact, at_ms)
