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
    """One page, and no other: what opens beside it, as keys can make one, is closed as soon as we listen.

    Not thread-safe. Raises Gone from whatever needs it alive.
    """

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
        self._page = ""
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
        told = self.evaluate("location.href")
        return "" if self._crashed else str(told or "")

    def evaluate(self, expression: str, answer_s: float = ANSWER_S) -> Any:
        """What this is on the page, as JSON has it; of a promise, what it brings. None where it fails."""
        asked = {"expression": expression, "returnByValue": True, "awaitPromise": True}
        return self._ask("Runtime.evaluate", asked, answer_s).get("result", {}).get("value")

    def stay(self, longest_s: float) -> None:
        """Listen for so long."""
        deadline = self._monotonic() + longest_s
        while (left_s := deadline - self._monotonic()) > 0:
            self._listen(left_s)

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
        why = "it has opened no page"
        while (left_s := deadline - self._monotonic()) > 0:
            told = self._ask("Target.getTargets", {}, left_s)
            page = next((each["targetId"] for each in told["targetInfos"] if each["type"] == "page"), None)
            if page is not None:
                attached = self._ask("Target.attachToTarget", {"targetId": page, "flatten": True})
                if "sessionId" in attached:
                    self._page, self._session = page, attached["sessionId"]
                    self._ask("Inspector.enable", {})
                    self._send("Target.setDiscoverTargets", {"discover": True})
                    return
                why = (
                    f"{attached.get('message', 'no answer')} (as where a policy forbids its developer tools)"
                )
            self._listen(0.2)
        raise Gone(f"Chromium cannot be driven: {why}")

    def _ask(self, method: str, what: Mapping[str, Any], answer_s: float = ANSWER_S) -> Mapping[str, Any]:
        """Of the page, once there is one. What it answers: a result, or an error with its `message`."""
        asked = self._send(method, what, self._session)
        deadline = self._monotonic() + answer_s
        while (left_s := deadline - self._monotonic()) > 0:
            for told in self._listen(left_s):
                if told.get("id") == asked:
                    answer: Mapping[str, Any] = told.get("result") or told.get("error") or {}
                    return answer
            if self._crashed:
                return {}
        raise Gone(f"Chromium has not answered {method} for {answer_s:.0f} s")

    def _send(self, method: str, what: Mapping[str, Any], session: str = "") -> int:
        """The number of its answer. Without a `session` it is for the browser, not the page."""
        self._asked += 1
        told: dict[str, Any] = {"id": self._asked, "method": method, "params": what}
        if session:
            told["sessionId"] = session
        try:
            os.write(self._tells, json.dumps(told).encode() + b"\0")
        except BrokenPipeError as error:
            raise Gone("Chromium has ended") from error
        return self._asked

    def _listen(self, longest_s: float) -> list[Mapping[str, Any]]:
        """What it says next."""
        if not select.select([self._answers], [], [], longest_s)[0]:
            return []
        heard = os.read(self._answers, 1 << 16)
        if not heard:
            raise Gone("Chromium has ended")
        *whole, self._said = (self._said + heard).split(b"\0")
        told = [json.loads(each) for each in whole]
        for each in told:
            match each.get("method"):
                case "Inspector.targetCrashed":
                    self._crashed = True
                case "Target.targetCreated":
                    opened = each["params"]["targetInfo"]
                    if opened["type"] == "page" and opened["targetId"] != self._page:
                        self._send("Target.closeTarget", {"targetId": opened["targetId"]})
        return told
