"""Browsers that watch /flow, reduced to their streams: one thread reads all of them, and notes when each shows what."""

import re
import selectors
import socket
import threading
import time
from collections.abc import Iterator
from types import TracebackType
from typing import Self

PASSAGES = re.compile(rb'"passages":(\d+)')
REQUEST = b"GET /flow/events HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/event-stream\r\n\r\n"
TAIL = 32  # bytes that are kept: a number may come in two parts
LOST_S = 30.0


class Watchers:
    """So many streams of the hub at this port, open from entry to exit."""

    def __init__(self, port: int, count: int) -> None:
        self._sockets = [socket.create_connection(("127.0.0.1", port)) for _ in range(count)]
        self._seen = [-1] * count
        self._seen_s = [0.0] * count
        self._change = threading.Condition()
        self._ended = False
        self._thread = threading.Thread(target=self._read, name="watchers")

    def __enter__(self) -> Self:
        for each in self._sockets:
            each.sendall(REQUEST)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended = True
        self._thread.join()
        for each in self._sockets:
            each.close()

    def passages(self) -> int:
        """As many as all of them show; waits until each showed some."""
        with self._change:
            self._wait_for(0)
            return min(self._seen)

    def showed(self, passages: int) -> Iterator[float]:
        """When each showed so many or more, by `time.perf_counter`, once all of them do."""
        with self._change:
            self._wait_for(passages)
            return iter(list(self._seen_s))

    def _wait_for(self, passages: int) -> None:
        if not self._change.wait_for(lambda: min(self._seen) >= passages, LOST_S):
            raise RuntimeError(f"not every stream of /flow showed {passages} passages within {LOST_S:g} s")

    def _read(self) -> None:
        tails = [b""] * len(self._sockets)
        with selectors.DefaultSelector() as ready:
            for number, each in enumerate(self._sockets):
                ready.register(each, selectors.EVENT_READ, number)
            while not self._ended:
                for key, _ in ready.select(0.1):
                    number = key.data
                    data = self._sockets[number].recv(1 << 16)
                    if not data:
                        ready.unregister(self._sockets[number])
                        continue
                    now_s = time.perf_counter()
                    found = PASSAGES.findall(tails[number] + data)
                    tails[number] = data[-TAIL:]
                    if found and int(found[-1]) > self._seen[number]:
                        with self._change:
                            self._seen[number], self._seen_s[number] = int(found[-1]), now_s
                            self._change.notify_all()
