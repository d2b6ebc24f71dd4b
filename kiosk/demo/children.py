"""The processes of a rehearsal. Whatever becomes of this one, none of them outlives it."""

import contextlib
import ctypes
import os
import signal
import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None, use_errno=True)


class Child:
    """A running process, in a group of its own. Each line of its output goes to `on_line`; None is its end."""

    def __init__(self, process: "subprocess.Popen[str]", on_line: Callable[[str | None], None]) -> None:
        self.process = process
        self._on_line = on_line
        self._reader = threading.Thread(target=self._read, name=f"output of {process.pid}", daemon=True)
        self._reader.start()

    @property
    def alive(self) -> bool:
        return self.process.poll() is None

    def signal(self, number: int) -> None:
        """Nothing happens where it has ended."""
        if self.alive:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, number)

    def kill(self) -> None:
        """SIGKILL, and wait until it is gone and all its output was read."""
        self.signal(signal.SIGKILL)
        self.wait(None)

    def wait(self, timeout_s: float | None) -> bool:
        """Whether it has ended by then, and all its output was read."""
        try:
            self.process.wait(timeout_s)
        except subprocess.TimeoutExpired:
            return False
        self._reader.join()
        return True

    def _read(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as lines:
            for line in lines:
                self._on_line(line)
        self._on_line(None)


class Children:
    """Starts processes, and ends all of them on `close`.

    The kernel kills them when the thread that made them ends, so one thread makes them all and lives until then.
    """

    def __init__(self) -> None:
        self._maker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="children")
        self._all: list[Child] = []
        self._closed = False

    def start(
        self,
        arguments: Sequence[str],
        log: Path,
        environment: Mapping[str, str],
        on_line: Callable[[str | None], None],
    ) -> Child:
        """Run `arguments`; what it says on its error channel is added to the file `log`. Raises OSError."""
        child = self._maker.submit(self._start, arguments, log, environment, on_line).result()
        self._all = [other for other in self._all if other.alive] + [child]
        return child

    def close(self, patience_s: float = 5.0) -> None:
        """Ask each to end, and end by force what has not after `patience_s`. May be called twice."""
        if self._closed:
            return
        self._closed = True
        for child in self._all:
            child.signal(signal.SIGTERM)
        for child in self._all:
            if not child.wait(patience_s):
                child.kill()
        self._maker.shutdown()

    @staticmethod
    def _start(
        arguments: Sequence[str],
        log: Path,
        environment: Mapping[str, str],
        on_line: Callable[[str | None], None],
    ) -> Child:
        parent = os.getpid()

        def tie() -> None:
            _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
            if os.getppid() != parent:
                os._exit(1)  # it died before we could be tied to it

        with log.open("ab") as errors:
            process = subprocess.Popen(
                arguments,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=errors,
                env=dict(environment),
                text=True,
                encoding="utf-8",
                start_new_session=True,
                preexec_fn=tie,
            )
        return Child(process, on_line)
