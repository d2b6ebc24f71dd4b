"""Those who watch a hub for hours: streams that are read as browsers read them, well and badly, in one thread.

A stream that ends is opened again as a browser does, some seconds later.
"""

import random
import re
import select
import socket
import struct
import threading
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Self

AGAIN_S = 2.0  # what the hub tells browsers (`retry`)
LOOK_S = 0.2
TAIL = 48  # bytes that are kept: a number may come in two parts
_NUMBER = re.compile(rb"id: (\d+)\n")
_PASSAGES = re.compile(rb'"passages":(\d+)')
_RESET = struct.pack("ii", 1, 0)  # SO_LINGER: closing is a reset, as from a telephone that has gone


@dataclass(frozen=True, slots=True)
class Habit:
    """How one watches. `stays_s`: then the stream is closed, 0 for never. `sleeps_s`: how long nothing is read after
    each minute of reading. `slow_bytes`: no more than that a turn, and as little room in the socket."""

    name: str
    path: str
    stays_s: float = 0.0
    sleeps_s: float = 0.0
    slow_bytes: int = 0


class _Viewer:
    def __init__(self, habit: Habit, port: int, draw: random.Random) -> None:
        self.habit = habit
        self._port = port
        self._draw = draw
        self.socket: socket.socket | None = None
        self.due_s = 0.0  # nothing is read or opened before
        self._until_s = self._awake_until_s = 0.0
        self._tail = b""
        self._answered = False
        self._number = 0
        self.passages = -1
        self.frames = self.opened = self.lost = self.turned_away = self.backwards = 0

    def turn(self, now_s: float) -> None:
        """Open the stream, or end it where it is time; may wait until `due_s` then."""
        if self.socket is None:
            self._open(now_s)
        elif self.habit.stays_s and now_s >= self._until_s:
            self._close(now_s, abrupt=self._draw.random() < 0.5)

    def read(self, now_s: float) -> None:
        assert self.socket is not None
        try:
            data = self.socket.recv(self.habit.slow_bytes or 1 << 17)
        except OSError:
            data = b""
        if not data:
            self.lost += 1
            self._close(now_s)
            return
        if not self._answered:
            self._answered = True
            if not data.startswith(b"HTTP/1.1 200"):
                self.turned_away += 1
                self._close(now_s)
                return
        self._note(self._tail + data)
        if self.habit.slow_bytes:
            self.due_s = now_s + LOOK_S
        if self.habit.sleeps_s and now_s >= self._awake_until_s:
            self.due_s = now_s + self.habit.sleeps_s
            self._awake_until_s = self.due_s + 60

    def end(self) -> None:
        if self.socket is not None:
            self.socket.close()
            self.socket = None

    def _open(self, now_s: float) -> None:
        made = socket.socket()
        if self.habit.slow_bytes or self.habit.sleeps_s:
            made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        made.settimeout(10)
        try:
            made.connect(("127.0.0.1", self._port))
            made.sendall(
                f"GET {self.habit.path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/event-stream\r\n\r\n".encode()
            )
        except OSError:
            made.close()
            self._later(now_s)
            return
        self.socket, self._answered, self._tail, self._number = made, False, b"", 0
        self.opened += 1
        self._until_s = now_s + self.habit.stays_s * self._draw.uniform(0.5, 1.5)
        self._awake_until_s = now_s + 60

    def _close(self, now_s: float, abrupt: bool = False) -> None:
        assert self.socket is not None
        if abrupt:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        self.end()
        self._later(now_s)

    def _later(self, now_s: float) -> None:
        self.due_s = now_s + AGAIN_S * self._draw.uniform(1, 2)

    def _note(self, data: bytes) -> None:
        end = 0
        for found in _NUMBER.finditer(data):
            number, end = int(found[1]), found.end()
            self.frames += 1
            self.backwards += number <= self._number
            self._number = number
        for found in _PASSAGES.finditer(data):
            self.passages, end = int(found[1]), max(end, found.end())
        self._tail = data[end:][-TAIL:]


class Audience:
    """Everybody with these habits, at the hub of this port, from entry to exit."""

    def __init__(self, port: int, habits: Iterable[Habit], seed: int) -> None:
        draw = random.Random(seed)
        self._viewers = [_Viewer(habit, port, random.Random(draw.random())) for habit in habits]
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="audience")

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self._thread.join()

    @property
    def open(self) -> int:
        return sum(viewer.socket is not None for viewer in self._viewers)

    @property
    def frames(self) -> int:
        return sum(viewer.frames for viewer in self._viewers)

    def passages(self, name: str) -> set[int]:
        """How many passages those with this habit were shown last."""
        return {viewer.passages for viewer in self._viewers if viewer.habit.name == name}

    def counts(self) -> Mapping[str, Mapping[str, int]]:
        """By habit: how many there are, what they read, and how often a stream was opened, or ended by the hub.

        `backwards`: frames that came after a newer one.
        """
        told: dict[str, dict[str, int]] = {}
        for viewer in self._viewers:
            sums = told.setdefault(viewer.habit.name, {})
            sums["viewers"] = sums.get("viewers", 0) + 1
            for name in ("frames", "opened", "lost", "turned_away", "backwards"):
                sums[name] = sums.get(name, 0) + getattr(viewer, name)
        return told

    def _run(self) -> None:
        try:
            while not self._ended.is_set():
                now_s = time.monotonic()
                awake = []
                for viewer in self._viewers:
                    if now_s >= viewer.due_s:
                        viewer.turn(now_s)
                    if viewer.socket is not None and now_s >= viewer.due_s:
                        awake.append(viewer)
                self._read(awake)
        finally:
            for viewer in self._viewers:
                viewer.end()

    def _read(self, awake: list[_Viewer]) -> None:
        by_socket = {viewer.socket: viewer for viewer in awake}
        if not by_socket:
            self._ended.wait(LOOK_S)
            return
        ready, _, _ = select.select(list(by_socket), [], [], LOOK_S)
        for each in ready:
            by_socket[each].read(time.monotonic())
