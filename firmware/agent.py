"""The agent: what happens, in which order, when a badge is scanned or a button is pressed.

A scan is checked offline, committed to the log, signalled, and only then sent on its way: the beep means
"kept here". One thread, this one, writes passages; scanners, buttons, page and uplink only leave word in its queue.
Of a code that is refused nothing is kept, neither in the log nor in what is told to the service manager.

The agent is brittle on purpose: where a part of it has died it ends, loudly, and is started again.
"""

import logging
import os
import queue
import random
import signal
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from . import enrolling, erasure, messages
from .adviser import Adviser
from .attendance import Attendance
from .candidate import CODE_REFUSED
from .clock import Clock
from .condition import Condition
from .config import PRINT, Config, Parts
from .counter import Counter, Outcome
from .display import Display
from .erasure import Erasure
from .errors import StationError
from .hubtime import HubTime
from .inquiry import Desk
from .memory import Memory
from .outbox import Outbox, fingerprint
from .page import Answer, Asked, Page
from .pageserver import serving
from .renewal import Become, Renewal, Renewed
from .scanner import scanners
from .signals import Signals
from .uplink import Contact, Uplink
from .wire.errors import Malformed
from .wire.notify import notify
from .wire.screen import NOTHING, REFUSED, REPEAT, Said
from .wire.signature import device_keys

ALREADY_ENROLLED = "already enrolled"

_TURN_S = 1.0  # the longest that the main loop waits before it looks after the others

_log = logging.getLogger("ronde.station")


@dataclass(frozen=True, slots=True)
class Scanned:
    scanner: str
    text: str


@dataclass(frozen=True, slots=True)
class Present:
    scanner: str
    present: bool


@dataclass(frozen=True, slots=True)
class Pressed:
    word: str


@dataclass(frozen=True, slots=True)
class Anew:
    """All that is kept here is to be erased: begin anew."""


@dataclass(frozen=True, slots=True)
class Stop:
    pass


Event = Scanned | Present | Pressed | Contact | Asked | Renewed | Anew | Stop
MakePanel = Callable[[Callable[[str], None]], Signals]


class Agent:
    """The station that `config` describes. `run()` gives the settings to go on with, or None after SIGTERM or SIGINT.

    While the hub refuses the station, `become` makes new settings of a code that is scanned. `panel` makes the panel
    from what to call with the word of each press.
    Raises StationError for what is foreseen, at the start or later.
    """

    def __init__(
        self, config: Config, clock: Clock, panel: MakePanel, become: Become, *, chance: random.Random | None = None
    ) -> None:  # fmt: skip
        self._config = config
        self._clock = clock
        self._make_panel = panel
        self._chance = chance or random.Random()
        self._events: queue.SimpleQueue[Event] = queue.SimpleQueue()  # its put is safe in a signal handler
        self._renewal = Renewal(become, self._events.put)
        self._next: Config | None = None
        self._last: tuple[Any, Answer] = (None, (200, {}))

    def run(self) -> Config | None:
        previous = {number: signal.signal(number, self.stop) for number in (signal.SIGTERM, signal.SIGINT)}
        owner = fingerprint(self._config.event_key)
        try:
            erasure.finish(self._config.data)
            with Outbox(
                self._config.data, self._config.station, owner, now_ms=self._clock.wall_ms
            ) as self._outbox:
                self._remember(f"{self._config.station} {owner}")
                self._panel = self._make_panel(lambda word: self._events.put(Pressed(word)))
                try:
                    self._work()
                finally:
                    self._panel.close()
        finally:
            for number, handler in previous.items():
                signal.signal(number, handler)
        if self._next is None:
            _log.info(messages.STOPPED)
        return self._next

    def stop(self, *_: object) -> None:
        """End `run`. May be called from a signal handler or another thread."""
        self._events.put(Stop())

    def _remember(self, owner: str) -> None:
        """Take up where the log and the hub's last word leave off."""
        config = self._config
        self._memory = Memory(config.data, owner, self._clock.boot_ms)
        told = self._memory.told
        self._time = HubTime(self._clock, self._outbox)
        self._time.guess_from(list(self._outbox.passages()), told.now_ms)
        self._erasure = Erasure(self._outbox, self._time, self._clock, config.log.keep_days, told.now_ms)
        self._attendance = Attendance(self._outbox, self._time, told)
        self._counter = Counter(
            self._outbox,
            self._clock,
            self._attendance,
            config.event_key,
            atelier=config.atelier,
            steps=config.steps,
            repeat_ms=max((scanner.repeat_s for scanner in config.scanners), default=0.0) * 1000,
        )
        self._counter.take(told)
        self._page = Page(self._events.put, words=messages.PAGE_NO_PLAN)
        self._display = Display(self._page, self._counter, self._attendance, told)

    def _work(self) -> None:
        config = self._config
        self._scanners = scanners(
            config.scanners,
            on_line=lambda name, text: self._events.put(Scanned(name, text)),
            on_presence=lambda name, present: self._events.put(Present(name, present)),
        )
        self._settings = {scanner.name: scanner for scanner in config.scanners}
        self._condition = Condition(config, self._clock, self._outbox, self._time, self._scanners)
        told = self._memory.told
        self._adviser = Adviser(
            self._clock,
            self._counter,
            self._display,
            self._panel,
            board=told.board,
            board_ago_ms=max(0, self._time.now().at_ms - told.now_ms),
        )
        self._uplink = Uplink(
            config.hub,
            device_keys(config.device_key),
            self._outbox,
            self._memory,
            self._time,
            self._clock,
            config.uplink,
            health=self._condition.health,
            on_contact=self._events.put,
            chance=self._chance,
        )
        desk = Desk(config.data, {"status": self._describe, "log": self._read_out, "erase": self._erase})
        self._workers = (*self._scanners, self._uplink, desk, *serving(config.screen, self._page))
        try:
            for worker in self._workers:
                worker.start()
            self._panel.status(self._counter.status)
            self._panel.backlog(self._outbox.backlog)
            _log.info(
                messages.STARTED.format(
                    station=config.station, atelier=self._counter.atelier, passages=self._outbox.last_seq
                )
            )
            notify("READY=1")
            self._loop()
        finally:
            if self._next is None:
                notify("STOPPING=1")
            for worker in self._workers:
                worker.stop()
            self._memory.close()

    def _loop(self) -> None:
        beat_s = min(_TURN_S, float(os.environ.get("WATCHDOG_USEC", "inf")) / 3e6)
        beat_at = time.monotonic()
        while True:
            if time.monotonic() >= beat_at:
                self._look_after()
                self._refresh()
                beat_at = time.monotonic() + beat_s
            try:
                event = self._events.get(timeout=max(0.0, beat_at - time.monotonic()))
            except queue.Empty:
                continue
            if isinstance(event, Stop):
                return
            self._handle(event)
            if self._next is not None:
                return
            if self._events.empty():  # in a rush, who looks on waits
                self._refresh()

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
            case Scanned(_, text) if enrolling.is_line(text):
                self._renew(text)
            case Renewed(made, problem):
                self._next = made
                if made is None:
                    self._turn_down(CODE_REFUSED, problem)
                else:
                    _log.info(
                        messages.ENROLLED.format(station=made.station, hub=made.hub, atelier=made.atelier)
                    )
                    self._panel.pairing(False)
            case Scanned(name, text):
                scanner = self._settings[name]
                self._settle(self._counter.scan(text, scanner.steps, scanner.repeat_s * 1000))
            case Pressed(word):
                self._settle(self._counter.press(word))
            case Asked():
                if event.answer.set_running_or_notify_cancel():
                    answer = self._answer(event.fields)
                    self._refresh()  # whoever is answered may look at once
                    event.answer.set_result(answer)
            case Anew():
                self._next = self._config
            case Present():
                self._panel.scanner(self._condition.scanners_present)
            case Contact():
                self._take(event)

    # -- what was scanned or pressed

    def _settle(self, outcome: Outcome) -> Said | None:
        """Signal what it came to; then send it on its way. In words, where there are any."""
        if not outcome.passages:
            self._panel.nothing() if outcome.tone == NOTHING else self._panel.refused(outcome.reason)
        elif outcome.tone == REPEAT:
            self._panel.repeat(outcome.passages[0])
        else:
            self._panel.kept(outcome.passages)
        if outcome.passages:
            self._outbox.mark_heard(outcome.passages[-1].seq)
            self._uplink.wake()
            self._panel.status(self._counter.status)
            if outcome.tone != REPEAT:
                self._adviser.note(outcome.passages)
            if self._uplink.cut_off:
                self._panel.backlog(self._outbox.backlog)
                self._adviser.guess()
        return self._display.say(outcome)

    def _answer(self, fields: Mapping[str, Any]) -> Answer:
        """What a page is answered that posted this act; the last one, sent again, is answered and not done again."""
        if not self._display.state:
            return 503, {"error": messages.PAGE_NO_PLAN}
        if (form := fields.get("form")) and form == self._last[0]:
            return self._last[1]
        try:
            outcome = self._act(fields)
        except Malformed as error:
            return 400, {"error": str(error)}
        said = self._settle(outcome)
        if said is None or outcome.tone == REFUSED:
            return 409, {"error": said.words if said else outcome.reason}
        self._last = (form, (200, {"said": said.to_json()}))
        return self._last[1]

    def _act(self, fields: Mapping[str, Any]) -> Outcome:
        """Raises Malformed."""
        act, ref, badge, by = (fields.get(name) for name in ("act", "ref", "badge", "by"))
        if not isinstance(act, str):
            raise Malformed("act: a word is expected")
        if act == "scan":
            return self._counter.scan(badge if isinstance(badge, str) else "")
        if ref is None:
            return self._counter.act(act, by=by)
        whose = self._display.badge(ref) if isinstance(ref, str) else None
        return self._counter.act(act, badge=whose, by=by) if whose else Outcome(NOTHING)

    # -- the hub

    def _renew(self, text: str) -> None:
        """The code of the hub's screen was scanned."""
        if self._condition.refusal:
            self._renewal.begin(text)
        else:
            config = self._config
            needless = messages.RENEWAL_NEEDLESS.format(hub=config.hub, atelier=self._counter.atelier)
            self._turn_down(ALREADY_ENROLLED, needless)

    def _turn_down(self, reason: str, words: str) -> None:
        self._panel.refused(reason)
        self._display.tell(words, REFUSED)
        _log.warning(words)

    def _take(self, contact: Contact) -> None:
        self._condition.take(contact)
        refusal = self._condition.refusal
        self._panel.pairing(bool(refusal))
        self._page.words = refusal or messages.PAGE_NO_PLAN
        if self._counter.take(contact.told):
            _log.warning(messages.MOVED.format(atelier=self._counter.atelier))
        self._display.take(contact.told)
        found = contact.receipt
        if found is not None:
            self._counter.hear_status(found.status, found.held)
        self._panel.status(self._counter.status)
        self._panel.backlog(self._outbox.backlog)
        if found is None:
            self._adviser.guess()
        else:
            self._adviser.take(found)
            if self._erasure.look():
                self._next = self._config

    # -- for who looks on, and who asks

    def _refresh(self) -> None:
        self._display.refresh(self._condition.link, self._condition.scanners)

    def _describe(self) -> Iterable[Any]:
        """Called on the desk's thread, as the next is."""
        yield self._condition.describe(self._display) | {
            "station": self._config.station,
            "atelier": self._counter.atelier,
            "status": self._counter.status,
            "advice": self._adviser.last,
        }

    def _erase(self) -> Iterable[Any]:
        erasure.order(self._config.data)
        self._events.put(Anew())
        yield True

    def _read_out(self) -> Iterable[Any]:
        return (passage.to_json() for passage in self._outbox.passages())


def build(config: Config, become: Become) -> Agent:
    """The agent with the clock and the panel that `config` asks for; the real ones unless it names others."""
    clock = Clock()
    if config.standin.clock is not None:
        from .standin import DayClock

        given = config.standin.clock
        clock = DayClock(given.day_ms, given.real_ms, given.speed, given.pace)
    return Agent(config, clock, panel(config), become)


def panel(settings: Parts) -> MakePanel:
    """What makes the panel that the settings ask for."""

    def printed(on_press: Callable[[str], None]) -> Signals:
        import sys

        from .standin import PrintedPanel

        return PrintedPanel(on_press, buttons=sys.stdin)

    def wired(on_press: Callable[[str], None]) -> Signals:
        from .panel import Panel  # gpiozero is not needed by a station that prints

        return Panel(settings.panel, on_press)

    return printed if settings.standin.panel == PRINT else wired
