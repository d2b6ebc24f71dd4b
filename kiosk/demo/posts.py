"""A station as families and animators meet it: a scanner to hold a badge under, and the signal that follows; and its
page, with a card of each family to press on."""

import contextlib
import http.client
import json
import threading
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from firmware.standin import PtyScanner
from firmware.wire import screen

from .children import Child


@dataclass(frozen=True, slots=True)
class Signal:
    name: str
    badge: str


class Post:
    """The station `id`: its folder with settings, log and scanner, and its process while it runs.

    A scan is answered by the process that hears it, or never: `scan` says which. `steps`: what it scans; all others
    are pressed, on its page at `page_port`.
    """

    def __init__(self, id: str, folder: Path, steps: Collection[str], page_port: int) -> None:
        self.id = id
        self.folder = folder
        self.steps = steps
        self.page_port = page_port
        self.child: Child | None = None
        self._scanner = PtyScanner(folder / "scanner")
        self._state = threading.Condition()
        self._ready = False
        self.deaths = 0  # how often a process of it has ended
        self.kept = 0  # passages in its log, as far as it was heard to say
        self._held = True  # whether the hub has them all, as far as that
        self._signals: list[Signal] = []

    @property
    def scanner_path(self) -> Path:
        return self._scanner.path

    @property
    def ready(self) -> bool:
        """Whether it runs and has its scanner open."""
        with self._state:
            return self._ready

    def hear(self, line: str | None) -> None:
        """A line that the process printed; None is its end. Called from the thread that reads it."""
        with self._state:
            if line is None:
                self._ready = False
                self._held = True  # when it starts again it says what the hub has not
                self.deaths += 1
            elif line.startswith("{"):
                said = json.loads(line)
                if said["signal"] == "scanner":
                    self._ready = said["present"]
                self.kept = max(self.kept, said.get("seq") or 0)
                if said["signal"] == "kept":
                    self._held = False
                elif said["signal"] == "backlog":
                    self._held = said["count"] == 0
                self._signals.append(Signal(said["signal"], said.get("badge") or ""))
            self._state.notify_all()

    def wait_ready(self, timeout_s: float) -> bool:
        with self._state:
            return self._state.wait_for(lambda: self._ready, timeout_s)

    def wait_held(self, timeout_s: float) -> bool:
        """Whether the hub has all that it kept, as soon as it has."""
        with self._state:
            return self._state.wait_for(lambda: self._held, timeout_s)

    def scan(self, badge: str, timeout_s: float) -> str:
        """Hold a badge under the scanner: "kept", "repeat" or "refused", or "" where nothing was heard of it.

        "" is certain only where the station ended meanwhile. Nothing is typed while it is not ready.
        """
        with self._state:
            if not self._ready:
                return ""
            deaths = self.deaths
            self._signals.clear()
            self._scanner.scan(badge)
            self._state.wait_for(lambda: self._heard(badge) or self.deaths != deaths, timeout_s)
            return self._heard(badge)

    def press(self, step: str, badge: str, timeout_s: float) -> str:
        """Press this step on the card of a family: "kept", or "" where the page is away or has no such card yet."""
        asked = json.dumps({"act": step, "ref": screen.ref(badge)})
        page = http.client.HTTPConnection("127.0.0.1", self.page_port, timeout=timeout_s)
        with contextlib.closing(page):
            try:
                page.request("POST", "/act", asked, {"Content-Type": "application/json"})
                said = json.loads(page.getresponse().read()).get("said")
            except (OSError, http.client.HTTPException, json.JSONDecodeError):
                return ""
        return "kept" if said and said["tone"] == screen.KEPT else ""

    def close(self) -> None:
        self._scanner.close()

    def _heard(self, badge: str) -> str:
        for signal in self._signals:
            if signal.name == "refused" or (signal.name in ("kept", "repeat") and signal.badge == badge):
                return signal.name
        return ""
