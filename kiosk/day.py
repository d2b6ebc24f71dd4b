"""The live day, the heart: facts come in, are made durable, and are folded; views and changes go out.

What families ask for at the door is in `reception`, what organisers do in `office`. Everything goes through the day's
one writer. Readers take `view`, an immutable value that is replaced after each commit, and may wait for the next with
`changed`.
"""

import secrets
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeVar

from firmware.wire.batch import Batch
from firmware.wire.booth import Standing
from firmware.wire.passage import Passage

from . import collector, intake
from .errors import Refused
from .office import Office
from .reception import Reception
from .rules import booths, counsel
from .rules.event import Event
from .rules.facts import AdviceGiven, Fact, Passed, PrintMoved, SetAside
from .rules.floor import Floor, Status
from .rules.ledger import Ledger, View
from .rules.logs import Log
from .rules.party import Party
from .rules.printing import PrintJob, PrintState
from .rules.waits import Wait, projections
from .store import backup
from .store.journal import Journal
from .store.writer import Decision, Writer

T = TypeVar("T")

EVENT_KEY = "event"
WAIT_S = 10.0
LOOK_MS = 10_000


def new_event_key() -> bytes:
    return secrets.token_bytes(32)


class Clock(Protocol):
    def __call__(self) -> int: ...

    def not_before(self, at_ms: int) -> None: ...


@dataclass(frozen=True, slots=True)
class Held:
    """What the hub holds of a station's log after a batch: passages 1..`prefix`.

    `advised`: the parties of the batch that are to be told something, and what. `waits`: by atelier, of one
    person who comes now, where it gets a turn. `standings`: who is at the station's atelier, by what is held.
    `torn`: passages of this log that contradict others of it, as when two devices write it.
    """

    prefix: int
    now_ms: int
    status: Status
    advised: tuple[tuple[Party, AdviceGiven], ...]
    waits: Mapping[str, Wait]
    standings: tuple[Standing, ...]
    torn: int
    view: View


class Day(Reception, Office):
    """`below(n)` draws from 0..n-1, for badges."""

    def __init__(
        self,
        journal: Journal,
        event: Event,
        clock: Clock,
        below: Callable[[int], int] = secrets.randbelow,
    ) -> None:
        self.clock = clock
        self.epoch = journal.epoch
        super().__init__(journal.keep_secret(EVENT_KEY, new_event_key), below)
        self._journal = journal
        self._change = threading.Condition()
        self._waits: Mapping[str, Wait] = {}
        self._looked_ms = -LOOK_MS
        self._ledger = Ledger(event)
        self._planned = event
        clock.not_before(self._replay())
        self._view = self._ledger.view()
        self._writer = Writer(journal, clock, self)

    # What is known

    @property
    def view(self) -> View:
        """All that is durable, as of the last commit."""
        return self._view

    @property
    def event(self) -> Event:
        """The event as it holds now."""
        return self._view.event

    @property
    def alive(self) -> bool:
        return self._writer.alive

    def floor(self) -> Floor:
        return self._view.floor(self.clock())

    def changed(self, since: int, timeout_s: float) -> View:
        """The view as soon as its version is not `since`, or after `timeout_s` whatever it is."""
        with self._change:
            self._change.wait_for(lambda: self._view.version != since, timeout_s)
            return self._view

    # What is asked

    def receive(self, batch: Batch) -> "Future[Held]":
        """Keep the passages of an authentic batch, and tell those who were scanned just now where to go next.

        The future is done when both are durable.
        """

        def decide(now_ms: int) -> Decision[Held]:
            log = self._ledger.logs.get((batch.station, batch.epoch), Log())
            new = intake.unheld(batch, log, now_ms)
            return Decision(self._with_advice(new, now_ms) if new else (), lambda: self._held(batch, now_ms))

        return self._writer.submit(decide)

    def end_rests(self) -> int:
        """Tell those whose rest is over where to go next; how many there were."""
        view, looked_ms = self._view, self.clock()
        parties = [
            guest.party.number
            for guest in view.guests.values()
            if guest.party and counsel.is_waiting_for_word(self.event, guest, looked_ms)
        ]
        if not parties:
            return 0

        def decide(now_ms: int) -> Decision[int]:
            return Decision(counsel.after_rests(self._ledger, parties, now_ms), lambda: len(parties))

        return self._writer.submit(decide).result(WAIT_S)

    def move_job(self, job: int, state: PrintState, detail: str = "") -> PrintJob:
        """A print job is in another state; durable on return. Raises Refused where it cannot be."""

        def decide(now_ms: int) -> Decision[PrintJob]:
            if job not in self._ledger.jobs:
                raise Refused(f"there is no print job {job}")
            before = self._ledger.jobs[job]
            if not before.may_move(state):
                raise Refused(f"print job {job} is {before.state}: it cannot be {state} next")
            moved = before.moved(state, detail)
            return Decision([PrintMoved(job, state.value, detail)], lambda: moved)

        return self._writer.submit(decide).result(WAIT_S)

    def decide(self, work: Callable[[Ledger, int], Decision[T]]) -> T:
        """Record what `work` decides, from the ledger as it is between two commits and the moment."""
        return self._writer.submit(lambda now_ms: work(self._ledger, now_ms)).result(WAIT_S)

    def between(self, work: Callable[[Journal], T]) -> T:
        """Do something with the journal between two commits."""

        def decide(now_ms: int) -> Decision[T]:
            done = work(self._journal)
            return Decision((), lambda: done)

        return self._writer.submit(decide).result(WAIT_S)

    def back_up(self, folder: Path) -> Path:
        """A whole copy of the journal. Raises JournalUnavailable."""
        return self.between(lambda journal: backup.back_up(journal, folder, self.clock()))

    def close(self) -> None:
        self._writer.close()
        self._journal.close()
        with self._change:
            self._change.notify_all()

    # What the writer calls, from its thread

    def apply(self, fact: Fact, at_ms: int) -> None:
        self._ledger.apply(fact, at_ms)

    def committed(self) -> None:
        view = self._ledger.view()
        with self._change:
            self._view = view
            self._change.notify_all()

    def lost(self) -> None:
        self._ledger = Ledger(self._planned)
        self._replay()

    # Inside

    def _replay(self) -> int:
        """Fold the whole journal; the moment of its latest fact."""
        latest_ms = 0
        with collector.paused():
            for at_ms, fact in self._journal.read():
                self._ledger.apply(fact, at_ms)
                latest_ms = max(latest_ms, at_ms)
        return latest_ms

    def _record(self, fact: Fact) -> None:
        self._writer.submit(lambda now_ms: Decision([fact], lambda: None)).result(WAIT_S)

    def _with_advice(self, passages: Sequence[Passed | SetAside], now_ms: int) -> Iterator[Fact]:
        yield from passages
        badges = [fact.passage.badge for fact in passages if isinstance(fact, Passed) and fact.passage.badge]
        yield from counsel.after_scans(self._ledger, badges, now_ms)

    def _held(self, batch: Batch, now_ms: int) -> Held:
        log = self._ledger.logs.get((batch.station, batch.epoch), Log())
        atelier = next((s.atelier for s in self.event.stations if s.id == batch.station), "")
        status = self._view.statuses.of(atelier, now_ms)
        here = self._ledger.floor(now_ms).by_id.get(atelier)
        badges = [passage.badge or "" for passage in batch.passages if isinstance(passage, Passage)]
        advised = tuple(counsel.standing(self._view, badges, now_ms))
        standings, torn = booths.standings(here) if here else (), log.forks + log.breaks
        waits = self._expected(now_ms)
        return Held(log.prefix, self.clock(), status, advised, waits, standings, torn, self._view)

    def _expected(self, now_ms: int) -> Mapping[str, Wait]:
        """What one person who comes to an atelier waits, where it gets a turn; looked at every ten seconds."""
        if not 0 <= now_ms - self._looked_ms < LOOK_MS:
            queues = projections(self._ledger.event, self._ledger.floor(now_ms))
            waits = {id: queue.wait(now_ms, 1) for id, queue in queues.items()}
            self._waits = {id: wait for id, wait in waits.items() if wait}
            self._looked_ms = now_ms
        return self._waits
