"""Asking a running agent how it is and what it has logged: a Unix socket beside the log.

The log itself cannot be opened by a second program, on purpose, so the agent reads it out. One word is asked,
"status" or "log", and JSON lines are answered.
"""

import contextlib
import json
import os
import socket
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

NAME = "station.sock"

_PATIENCE_S = 5.0


class Desk(threading.Thread):
    """Answers in `folder`. `answers` gives, for each word, the objects to answer. `start()` it, `stop()` it."""

    def __init__(self, folder: Path, answers: Mapping[str, Callable[[], Iterable[Any]]]) -> None:
        super().__init__(name="desk", daemon=True)
        self._path = folder / NAME
        self._answers = answers
        self._stopping = threading.Event()
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            self._path.unlink(
                missing_ok=True
            )  # left by a killed agent: the log's lock says there is no other
            with _near(self._path) as address:
                self._listener.bind(address)
            self._path.chmod(0o600)
            self._listener.listen(4)
        except OSError:
            self._listener.close()
            raise

    def run(self) -> None:
        while True:
            channel, _ = self._listener.accept()
            with channel, contextlib.suppress(OSError):  # who asked may hang up at any moment
                if self._stopping.is_set():
                    return
                channel.settimeout(_PATIENCE_S)
                self._answer(channel)

    def stop(self) -> None:
        self._stopping.set()
        if self.is_alive():
            with (
                contextlib.suppress(
                    OSError
                ),  # the file was taken away: the thread is a daemon, and ends with us
                socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as caller,
                _near(self._path) as address,
            ):
                caller.connect(address)  # a call that only wakes it
                self.join()
        self._listener.close()
        self._path.unlink(missing_ok=True)

    def _answer(self, channel: socket.socket) -> None:
        with channel.makefile("rwb") as stream:
            word = stream.readline(64).decode("ascii", "replace").strip()
            for value in self._answers.get(word, tuple)():
                stream.write(json.dumps(value).encode() + b"\n")
            stream.write(b"\n")  # the end, told apart from an agent that died half-way
            stream.flush()


def ask(folder: Path, word: str) -> Iterator[Any]:
    """The objects that the agent on `folder` answers to `word`.

    Raises ConnectionError where no agent runs there, or where it stopped half-way.
    """
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as channel:
        channel.settimeout(_PATIENCE_S)
        try:
            with _near(folder / NAME) as address:
                channel.connect(address)
        except FileNotFoundError as error:
            raise ConnectionRefusedError(str(folder)) from error
        with channel.makefile("rwb") as stream:
            stream.write(word.encode() + b"\n")
            stream.flush()
            for line in stream:
                if line == b"\n":
                    return
                yield json.loads(line)
    raise ConnectionResetError(str(folder))


@contextlib.contextmanager
def _near(path: Path) -> Iterator[str]:
    """An address for `path` that is short enough for a socket, however deep the folder lies."""
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{folder}/{path.name}"
    finally:
        os.close(folder)
