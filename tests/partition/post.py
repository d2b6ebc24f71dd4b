"""A station of the hall, as a machine of its own: its process, its scanner, and what its panel said."""

import json
import os
import signal
import subprocess
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from firmware import logfile
from firmware.standin import PtyScanner
from firmware.wire.passage import Passage
from kiosk import eventfile

from ..patience import PATIENCE_S

ROOT = Path(eventfile.__file__).parents[2]

_BEEPS = ("kept", "repeat")
_ANSWERS = (*_BEEPS, "refused", "nothing")


@dataclass(frozen=True, slots=True)
class Beep:
    """A passage, as the panel told it; `at_ms`: what time it was by the station's wall clock."""

    badge: str | None
    kind: str
    seq: int
    at_ms: int


class Post:
    """A station: its scanner, its buttons, and what its panel says.

    `command` runs the agent, once for each `start`. `buttons`: who enters and leaves there is pressed, not scanned.
    """

    def __init__(self, id: str, folder: Path, command: Sequence[str], *, buttons: bool = False) -> None:
        self.id = id
        self.buttons = buttons
        self.folder = folder
        self.scanner = PtyScanner(folder / "scanner")
        self.beeps: list[Beep] = []
        self.answers = 0  # signals that answer a scan or a press
        self.backlog = 0
        self.most_backlog = 0
        self._command = command
        self._change = threading.Condition()
        self._sees = False
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def config(self) -> Path:
        return self.folder / "station.toml"

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def errors(self) -> Path:
        return self.folder / "stderr"

    @property
    def alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        with self.errors.open("ab") as errors:
            self._process = subprocess.Popen(
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                env=environment(),
            )
        self._reader = threading.Thread(target=self._listen, args=(self._process,))
        self._reader.start()

    def ready(self) -> None:
        """Wait until it has its scanner."""
        self.wait_for(lambda: self._sees, "its scanner")

    def scan(self, badge: str) -> Beep:
        """Hold a badge under the scanner until it beeps. Raises ChildProcessError where the agent ends instead."""
        heard, answers = len(self.beeps), self.answers
        self.scanner.scan(badge)
        self.wait_for(lambda: self.answers > answers, f"an answer to {badge}")
        assert len(self.beeps) == heard + 1, f"{self.id}: {badge} was refused"
        assert self.beeps[-1].badge == badge
        return self.beeps[-1]

    def press(self, word: str) -> list[Beep]:
        """Press a button until the panel answers: the passages that it came to, none where there was nothing to do."""
        heard, answers = len(self.beeps), self.answers
        assert self._process is not None and self._process.stdin is not None
        self._process.stdin.write(f"{word}\n".encode())
        self._process.stdin.flush()
        self.wait_for(lambda: self.answers > answers, f"an answer to {word}")
        return self.beeps[heard:]

    def wait_for(self, condition: Callable[[], bool], what: str, patience_s: float = PATIENCE_S) -> None:
        """Until something that it said makes the condition true. Raises ChildProcessError where it has ended."""
        with self._change:
            self._change.wait_for(lambda: condition() or not self.alive, patience_s)
        if not condition():
            said = f"{self.id}: no {what}\n{self.errors.read_text()[-2000:]}"
            assert not self.alive, said
            raise ChildProcessError(said)

    def logs(self) -> list[list[Passage]]:
        """Its log, and those before it that were set aside; the agent has stopped."""
        return [list(logfile.read_stopped(path)) for path in sorted(self.data.glob("passages*.sqlite"))]

    def kill(self) -> None:
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        self._end(signal.SIGTERM)

    def close(self) -> None:
        """May be called twice."""
        self.stop()
        self.scanner.close()

    def _end(self, number: int) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        assert process.stdin is not None and process.stdout is not None
        process.send_signal(number)
        reap(process)
        self._reader.join()
        process.stdin.close()
        process.stdout.close()

    def _listen(self, process: "subprocess.Popen[bytes]") -> None:
        """What is written at once, as the passages of one press are, is taken in at once."""
        assert process.stdout is not None
        pending = b""
        while read := os.read(process.stdout.fileno(), 1 << 16):
            *lines, pending = (pending + read).split(b"\n")
            with self._change:
                for line in lines:
                    self._take(json.loads(line))
                self._change.notify_all()
        process.wait()
        with self._change:
            self._sees = False
            self._change.notify_all()

    def _take(self, told: dict[str, Any]) -> None:
        self.answers += told["signal"] in _ANSWERS
        if told["signal"] in _BEEPS:
            self.beeps.append(Beep(told["badge"], told["kind"], told["seq"], told["at_ms"]))
        elif told["signal"] == "backlog":
            self.backlog = told["count"]
            self.most_backlog = max(self.most_backlog, self.backlog)
        elif told["signal"] == "scanner":
            self._sees = told["present"]


def environment() -> dict[str, str]:
    """Of processes that import what the tests import, from wherever they run."""
    paths = [str(ROOT), *filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))]
    return os.environ | {"PYTHONPATH": os.pathsep.join(paths)}


def reap(process: "subprocess.Popen[bytes]") -> None:
    try:
        process.wait(PATIENCE_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        raise
