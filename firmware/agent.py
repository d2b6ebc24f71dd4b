"""The agent: what happens, in which order, when a badge is scanned or a button is pressed.

A scan is checked offline, committed to the log, signalled, and only then sent on its way: the beep means
"kept here". One thread, this one, writes passages; scanner, buttons and uplink only leave word in its queue.
Of a code that is refused nothing is kept, neither in the log nor in what is told to the service manager.

The agent is brittle on purpose: where a part of it has died it ends, loudly, and is started again.
"""

import logging
import os
import queue
import random
import signal
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from . import __version__, messages
from .clock import Clock
from .config import PRINT, Config
from .errors import OutboxFull, StationError
from .guide import Guide
from .inquiry import Desk
from .outbox import Outbox, fingerprint
from .scanner import scanners
from .signals import Signals
from .steps import Steps
from .uplink import Contact, Uplink
from .wire import token
from .wire.errors import BadBadge, ForeignBadge
from .wire.notify import notify
from .wire.passage import ENTER, LEAVE, PAUSE, RESUME, UNDO, Passage
from .wire.receipt import CLOSED, OPEN, PAUSED, Advice, Wait
from .wire.signature import device_keys

FOREIGN = "foreign badge"
NOT_A_BADGE = "not a badge"
DISK_FULL = "disk full"
NOTHING_TO_UNDO = "nothing to undo"
ATELIER_CLOSED = "atelier closed"

_TURN_S = 1.0  # the longest that the main loop waits before it looks after the others

_log = logging.getLogger("ronde.station")


@dataclass(frozen=True, slots=True)
class Scanned:
    text: str


@dataclass(frozen=True, slots=True)
class Present:
    present: bool


@dataclass(frozen=True, slots=True)
class Pressed:
    button: str


@dataclass(frozen=True, slots=True)
class Stop:
    pass


Event = Scanned | Present | Pressed | Contact | Stop


class Agent:
    """The station that `config` describes. `run()` returns after SIGTERM or SIGINT.

    `panel` makes the panel from what to call with the word of a press.
    Raises StationError for what is foreseen, at the start or later.
    """

    def __init__(
        self,
        config: Config,
        clock: Clock,
        panel: Callable[[Callable[[str], None]], Signals],
        *,
        chance: random.Random | None = None,
    ) -> None:
        self._config = config
        self._clock = clock
        self._make_panel = panel
        self._chance = chance or random.Random()
        self._events: queue.SimpleQueue[Event] = queue.SimpleQueue()  # its put is safe in a signal handler
        repeat_s = max((scanner.repeat_s for scanner in config.scanners), default=0.0)
        self._steps = Steps(config.steps, config.atelier, repeat_s * 1000)
        self._status = OPEN
        self._status_seq = 0  # the newest pause or resume of this log
        self._problem: str | None = None
        self._guide = Guide(config.atelier)
        self._unadvised: Passage | None = None  # the end of a visit that the hub has not answered yet
        self._advice = ""  # the last that was given

    def run(self) -> None:
        previous = {number: signal.signal(number, self.stop) for number in (signal.SIGTERM, signal.SIGINT)}
        try:
            with Outbox(
                self._config.data,
                self._config.station,
                fingerprint(self._config.event_key),
                now_ms=self._clock.wall_ms,
            ) as self._outbox:
                self._replay()
                self._panel = self._make_panel(lambda word: self._events.put(Pressed(word)))
                try:
                    self._work()
                finally:
                    self._panel.close()
        finally:
            for number, handler in previous.items():
                signal.signal(number, handler)
        _log.info(messages.STOPPED)

    def stop(self, *_: object) -> None:
        """End `run`. May be called from a signal handler or another thread."""
        self._events.put(Stop())

    def _replay(self) -> None:
        passages = list(self._outbox.passages())
        self._steps.replay(passages, self._outbox.unheard(self._clock.boot))
        for passage in passages:
            self._note_status(passage)

    def _work(self) -> None:
        config = self._config
        self._scanners = scanners(
            config.scanners,
            on_line=lambda name, text: self._events.put(Scanned(text)),
            on_presence=lambda name, present: self._events.put(Present(self._scanners_present())),
        )
        self._uplink = Uplink(
            config.hub,
            device_keys(config.device_key),
            self._outbox,
            self._clock,
            config.uplink,
            version=__version__,
            scanner_present=self._scanners_present,
            on_contact=self._events.put,
            chance=self._chance,
        )
        desk = Desk(config.data, {"status": self._describe, "log": self._read_out})
        self._workers = (*self._scanners, self._uplink, desk)
        try:
            for worker in self._workers:
                worker.start()
            self._panel.status(self._status)
            self._panel.backlog(self._outbox.backlog)
            _log.info(
                messages.STARTED.format(
                    station=config.station, atelier=config.atelier, passages=self._outbox.last_seq
                )
            )
            notify("READY=1")
            self._loop()
        finally:
            notify("STOPPING=1")
            for worker in self._workers:
                worker.stop()

    def _scanners_present(self) -> bool:
        return all(scanner.present for scanner in self._scanners)

    def _loop(self) -> None:
        beat_s = min(_TURN_S, float(os.environ.get("WATCHDOG_USEC", "inf")) / 3e6)
        beat_at = time.monotonic()
        while True:
            if time.monotonic() >= beat_at:
                self._look_after()
                beat_at = time.monotonic() + beat_s
            try:
                event = self._events.get(timeout=max(0.0, beat_at - time.monotonic()))
            except queue.Empty:
                continue
            if isinstance(event, Stop):
                return
            self._handle(event)

    def _look_after(self) -> None:
        """Tell the service manager that all is well, or raise."""
        if self._uplink.failure is not None:
            raise self._uplink.failure
        parts = {worker.name: worker.is_alive() for worker in self._workers} | {"panel": self._panel.alive}
        for name, alive in parts.items():
            if not alive:
                raise StationError(messages.THREAD_DIED.format(name=name))
        self._outbox.check()
        notify("WATCHDOG=1")

    def _handle(self, event: Event) -> None:
        match event:
            case Scanned(text):
                self._scan(text)
            case Pressed("left" | "left-hold" | "undo"):
                self._undo()
            case Pressed("right" | "right-hold" | "pause"):
                self._pause()
            case Present(present):
                self._panel.scanner(present)
            case Contact():
                self._take(event)

    # -- a badge

    def _scan(self, text: str) -> None:
        try:
            badge = token.verify(self._config.event_key, text)
        except ForeignBadge:
            self._refuse(FOREIGN, messages.CODE_REFUSED.format(reason=messages.REFUSED_FOREIGN))
            return
        except BadBadge:
            self._refuse(NOT_A_BADGE, messages.CODE_REFUSED.format(reason=messages.REFUSED_UNREADABLE))
            return
        step = self._steps.of(badge, self._clock.boot, self._clock.boot_ms())
        passage = self._append(step.kind, badge)
        if passage is not None:
            self._signal(passage, self._panel.repeat if step.repeat else self._kept)
            if self._ends(step.kind) and not step.repeat:
                self._unadvised = passage
                if self._uplink.cut_off:
                    self._guess()

    # -- the buttons

    def _undo(self) -> None:
        mistaken = self._steps.last_scan()
        if not mistaken:
            self._panel.refused(NOTHING_TO_UNDO)
            return
        undone = None
        for scan in mistaken:  # with its repeats, so that nothing of it is left
            undone = self._append(UNDO, scan.badge, of=scan.seq)
            if undone is None:
                return
        if undone is not None:
            self._signal(undone, self._kept)

    def _pause(self) -> None:
        if self._status == CLOSED:
            self._panel.refused(ATELIER_CLOSED)
            return
        passage = self._append(RESUME if self._status == PAUSED else PAUSE, None)
        if passage is not None:
            self._note_status(passage)
            self._signal(passage, self._kept)
            self._panel.status(self._status)

    # -- common to both

    def _append(self, kind: str, badge: str | None, of: int | None = None) -> Passage | None:
        """Commit a passage; where the card is full, with the room of the ballast. None: it was refused."""
        for _ in range(2):
            try:
                passage = self._outbox.append(
                    kind,
                    badge,
                    self._config.atelier,
                    boot=self._clock.boot,
                    boot_ms=self._clock.boot_ms(),
                    wall_ms=self._clock.wall_ms(),
                    of=of,
                )
            except OutboxFull as full:
                if not self._outbox.ballast.free():
                    self._refuse(DISK_FULL, str(full))
                    return None
            else:
                self._steps.note(passage)
                return passage
        self._refuse(DISK_FULL, messages.OUTBOX_FULL.format(folder=self._config.data))
        return None

    def _kept(self, passage: Passage) -> None:
        self._panel.kept((passage,))

    def _signal(self, passage: Passage, show: Callable[[Passage], None]) -> None:
        show(passage)
        self._outbox.mark_heard(passage.seq)
        self._uplink.wake()
        if self._uplink.cut_off:
            self._panel.backlog(self._outbox.backlog)

    def _refuse(self, reason: str, message: str) -> None:
        self._panel.refused(reason)
        _log.warning(message)

    def _note_status(self, passage: Passage) -> None:
        if passage.kind in (PAUSE, RESUME):
            self._status = PAUSED if passage.kind == PAUSE else OPEN
            self._status_seq = passage.seq

    # -- the hub

    def _take(self, contact: Contact) -> None:
        self._problem = contact.problem
        found = contact.receipt
        if found is not None and found.held >= self._status_seq:  # else it has not heard our button yet
            self._status = found.status
            self._panel.status(self._status)
        self._panel.backlog(self._outbox.backlog)
        if found is None:
            self._guess()
            return
        if self._unadvised is not None and found.held >= self._unadvised.seq:
            self._unadvised = None
        self._guide.take(found.board, self._clock.boot_ms())
        for advice in found.advice:
            self._advise(advice, guess=False)

    # -- where to go next

    def _ends(self, step: str) -> bool:
        """Whether a visit is over after it, or is begun here and seen to its end by nobody."""
        return step == LEAVE or step == self._config.steps[-1] == ENTER

    def _guess(self) -> None:
        badge = self._unadvised.badge if self._unadvised else None
        self._unadvised = None
        wait = self._guide.guess(badge, self._clock.boot_ms()) if badge else None
        if badge and wait:
            words = messages.GUESS.format(name=wait.name, wait=_range(wait))
            self._advise(Advice(badge, "go", wait.atelier, words), guess=True)

    def _advise(self, advice: Advice, *, guess: bool) -> None:
        self._advice = advice.words
        self._panel.advice(advice, guess=guess)

    # -- for who asks

    def _describe(self) -> Iterable[Any]:
        yield {
            "station": self._config.station,
            "atelier": self._config.atelier,
            "hub": self._config.hub,
            "scanner": self._scanners_present(),
            "passages": self._outbox.last_seq,
            "backlog": self._outbox.backlog,
            "problem": self._problem,
            "ballast": self._outbox.ballast.there,
            "status": self._status,
            "advice": self._advice,
            "version": __version__,
        }

    def _read_out(self) -> Iterable[Any]:
        return (passage.to_json() for passage in self._outbox.passages())


def _range(wait: Wait) -> str:
    if wait.high_minutes == 0:
        return messages.GUESS_AT_ONCE
    form = messages.GUESS_RANGE if wait.low_minutes else messages.GUESS_UNDER
    return form.format(low=wait.low_minutes, high=wait.high_minutes)


def build(config: Config) -> Agent:
    """The agent with the clock and the panel that `config` asks for; the real ones unless it names others."""
    clock = Clock()
    if config.standin.clock is not None:
        from .standin import DayClock

        given = config.standin.clock
        clock = DayClock(given.day_ms, given.real_ms, given.speed)
    return Agent(config, clock, _printed if config.standin.panel == PRINT else _wired(config))


def _printed(on_press: Callable[[str], None]) -> Signals:
    import sys

    from .standin import PrintedPanel

    return PrintedPanel(on_press, buttons=sys.stdin)


def _wired(config: Config) -> Callable[[Callable[[str], None]], Signals]:
    def make(on_press: Callable[[str], None]) -> Signals:
        from .panel import Panel  # gpiozero is not needed by a station that prints

        return Panel(config.panel, on_press)

    return make
