"""A station that no hub knows yet: it waits for the code that the hub shows, and becomes what the code says.

The code is read by any scanner, or typed on the station's own page. What it does not understand is refused, as ever.
"""

import logging
import os
import queue
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from . import enrolling, messages
from .config import Config, Parts
from .errors import StationError
from .page import Answer, Asked, Page
from .pageserver import serving
from .scanner import scanners
from .signals import Signals
from .wire.notify import notify

ENTRANCE, POST = "enrol.html", "enrol"
NO_CODE = "not a pairing code"
CODE_REFUSED = "pairing refused"

ANSWER_S = 30.0  # to one who types a code: the hub may have to be asked several times

_TURN_S = 1.0

_log = logging.getLogger("ronde.station")


@dataclass(frozen=True, slots=True)
class Read:
    text: str


@dataclass(frozen=True, slots=True)
class Present:
    present: bool


@dataclass(frozen=True, slots=True)
class Stop:
    pass


class Candidate:
    """`path`: where the settings are to be written. `run()` gives them, or None after SIGTERM or SIGINT."""

    def __init__(self, path: Path, parts: Parts, panel: Callable[[Callable[[str], None]], Signals]) -> None:
        self._path = path
        self._parts = parts
        self._make_panel = panel
        self._events: queue.SimpleQueue[Read | Present | Asked | Stop] = queue.SimpleQueue()

    def run(self) -> Config | None:
        previous = {number: signal.signal(number, self.stop) for number in (signal.SIGTERM, signal.SIGINT)}
        self._panel = self._make_panel(lambda word: None)
        try:
            self._panel.pairing(True)
            made = self._wait()
            self._panel.pairing(False)
        finally:
            self._panel.close()
            for number, handler in previous.items():
                signal.signal(number, handler)
        return made

    def stop(self, *_: object) -> None:
        self._events.put(Stop())

    def _wait(self) -> Config | None:
        self._scanners = scanners(
            self._parts.scanners,
            on_line=lambda name, text: self._events.put(Read(text)),
            on_presence=lambda name, present: self._events.put(Present(present)),
        )
        page = Page(
            self._events.put,
            posts=(POST,),
            words=messages.CANDIDATE_WAITS,
            entrance=ENTRANCE,
            answer_s=ANSWER_S,
        )
        workers = (*self._scanners, *serving(self._parts.screen, page))
        try:
            for worker in workers:
                worker.start()
            _log.info(messages.CANDIDATE_WAITS)
            notify("READY=1")
            beat_s = min(_TURN_S, float(os.environ.get("WATCHDOG_USEC", "inf")) / 3e6)
            beat_at = time.monotonic()
            while True:
                if time.monotonic() >= beat_at:
                    for worker in workers:
                        if not worker.is_alive():
                            raise StationError(messages.THREAD_DIED.format(name=worker.name))
                    notify("WATCHDOG=1")
                    beat_at = time.monotonic() + beat_s
                try:
                    event = self._events.get(timeout=max(0.0, beat_at - time.monotonic()))
                except queue.Empty:
                    continue
                if isinstance(event, Stop):
                    return None
                made = self._handle(event)
                if made is not None:
                    return made
        finally:
            for worker in workers:
                worker.stop()

    def _handle(self, event: Read | Present | Asked) -> Config | None:
        match event:
            case Present():
                self._panel.scanner(all(scanner.present for scanner in self._scanners))
            case Read(text):
                if not enrolling.is_line(text):
                    self._panel.refused(NO_CODE)
                    _log.warning(messages.CANDIDATE_NO_CODE)
                    return None
                made, _ = self._become(text, "")
                return made
            case Asked():
                if event.answer.set_running_or_notify_cancel():
                    code, hub = (event.fields.get(name) for name in ("code", "hub"))
                    typed = (code, hub) if isinstance(code, str) and isinstance(hub, str) else ("", "")
                    made, answer = self._become(*typed)
                    event.answer.set_result(answer)
                    return made
        return None

    def _become(self, text: str, hub: str) -> tuple[Config | None, Answer]:
        """The settings that the code leads to, and what a page is to be told."""
        try:
            made = enrolling.become(self._path, text, hub)
        except StationError as error:
            words = str(error)
        else:
            words = messages.ENROLLED.format(station=made.station, hub=made.hub, atelier=made.atelier)
            _log.info(words)
            return made, (200, {"words": words})
        self._panel.refused(CODE_REFUSED)
        _log.warning(words)
        return None, (409, {"error": words})
