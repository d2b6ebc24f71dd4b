"""A Chromium that shows one page to whoever stands before it, and does what it is told by a pipe of ours.

The pipe is Chromium's own way to be driven (--remote-debugging-pipe): nobody else on the machine or the network can
speak to it. A message is JSON, and ends with a NUL.
"""

import json
import os
import select
import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

PROGRAMS = ("chromium", "chromium-browser")
ANSWER_S = 5.0
START_S = 60.0  # a Pi that has just been switched on

FLAGS = (
    "--kiosk",
    "--remote-debugging-pipe",
    "--no-first-run",
    "--no-default-browser-check",
    "--noerrdialogs",
    "--hide-crash-restore-bubble",
    "--disable-breakpad",
    "--disable-pinch",
    "--overscroll-history-navigation=0",
    "--block-new-web-contents",
    "--deny-permission-prompts",
    "--disable-extensions",
    "--disable-sync",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-features=Translate,MediaRouter,GlobalMediaControls,HardwareMediaKeyHandling",
    "--password-store=basic",
    "--ozone-platform-hint=auto",
)


class Gone(OSError):
    """Chromium has ended, or answers no more."""


def found() -> str | None:
    """The Chromium of this machine."""
    return next(filter(None, map(shutil.which, PROGRAMS)), None)


class Chromium:
    """Not thread-safe. Raises Gone from whatever needs it alive."""

    def __init__(
        self,
        program: str,
        profile: Path,
        page: str,
        more: Sequence[str] = (),
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """`profile`: a folder of its own. `page`: shown first. `more`: flags for this machine."""
        self._monotonic = monotonic
        self._said = b""
        self._asked = 0
        self._session = ""
        self._crashed = False
        hears, tells = os.pipe()
        answers, says = os.pipe()
        self._tells, self._answers = tells, answers
        try:
            self.pid = os.posix_spawn(
                program,
                [program, *FLAGS, f"--user-data-dir={profile}", *more, page],
                os.environ,
                # what is duplicated last may stand where another is to come: first out of the way
                file_actions=[
                    (os.POSIX_SPAWN_DUP2, hears, 20),
                    (os.POSIX_SPAWN_DUP2, says, 21),
                    (os.POSIX_SPAWN_DUP2, 20, 3),
                    (os.POSIX_SPAWN_DUP2, 21, 4),
                    (os.POSIX_SPAWN_CLOSE, 20),
                    (os.POSIX_SPAWN_CLOSE, 21),
                ],
            )
        finally:
            os.close(hears)
            os.close(says)
        self._attach()

    def show(self, address: str) -> None:
        """Go to a page. A page that crashed is begun anew by it."""
        self._crashed = False
        self._ask("Page.navigate", {"url": address})

    def where(self) -> str:
        """The address that is shown; "" where its page has crashed."""
        if self._crashed:
            return ""
        told = self._ask("Runtime.evaluate", {"expression": "location.href", "returnByValue": True})
        return "" if self._crashed else str(told.get("result", {}).get("value", ""))

    def close(self) -> None:
        """End it, and wait until it has."""
        for end in (self._tells, self._answers):
            os.close(end)
        try:
            os.waitpid(self.pid, 0)
        except ChildProcessError:
            return

    def _attach(self) -> None:
        deadline = self._monotonic() + START_S
        while self._monotonic() < deadline:
            told = self._ask("Target.getTargets", {}, deadline - self._monotonic())
            page = next((each for each in told["targetInfos"] if each["type"] == "page"), None)
            if page is not None:
                attached = self._ask("Target.attachToTarget", {"targetId": page["targetId"], "flatten": True})
                self._session = attached["sessionId"]
                self._ask("Inspector.enable", {})
                return
            self._listen(0.2)
        raise Gone("Chromium has opened no page")

    def _ask(self, method: str, what: Mapping[str, Any], answer_s: float = ANSWER_S) -> Mapping[str, Any]:
        self._asked += 1
        asked: dict[str, Any] = {"id": self._asked, "method": method, "params": what}
        if self._session:
            asked["sessionId"] = self._session
        try:
            os.write(self._tells, json.dumps(asked).encode() + b"\0")
        except BrokenPipeError as error:
            raise Gone("Chromium has ended") from error
        deadline = self._monotonic() + answer_s
        while (left_s := deadline - self._monotonic()) > 0:
            for told in self._listen(left_s):
                if told.get("id") == self._asked:
                    result: Mapping[str, Any] = told.get("result", {})
                    return result
            if self._crashed:
                return {}
        raise Gone(f"Chromium has not answered {method} for {answer_s:.0f} s")

    def _listen(self, longest_s: float) -> list[Mapping[str, Any]]:
        """What it says next."""
        if not select.select([self._answers], [], [], longest_s)[0]:
            return []
        heard = os.read(self._answers, 1 << 16)
        if not heard:
            raise Gone("Chromium has ended")
        *whole, self._said = (self._said + heard).split(b"\0")
        told = [json.loads(each) for each in whole]
        self._crashed |= any(each.get("method") == "Inspector.targetCrashed" for each in told)
        return told
