"""Wrong tries at a secret (the PIN, the passphrase, pairing codes), of the last hour.

Guessing is slow: a device has few wrong tries an hour. All devices together have some more; when those are used up,
only who has not been wrong this hour gets a try, one after the other. So nobody is locked out by the wrong tries of
others. A device is told by its address, which is good enough to count by, and for nothing else.
"""

import math
import threading
import time
from collections import deque
from collections.abc import Callable

from .errors import TooManyTries

MOST_A_DEVICE, MOST_IN_ALL = 10, 120  # in an hour
SPACING_S = 5.0  # between two tries, once those in all are used up
HOUR_S = 3600.0


class Tries:
    """Those at one secret. Thread-safe."""

    def __init__(self, monotonic_s: Callable[[], float] = time.monotonic) -> None:
        self._monotonic_s = monotonic_s
        self._lock = threading.Lock()
        self._wrong: deque[tuple[float, str]] = deque()

    def begin(self, device: str) -> None:
        """A try, which counts as wrong until it is `right`. Raises TooManyTries: then it is not to be looked at."""
        with self._lock:
            now_s = self._monotonic_s()
            while self._wrong and now_s - self._wrong[0][0] >= HOUR_S:
                self._wrong.popleft()
            wait_s = self._wait_s(device, now_s)
            if wait_s > 0:
                raise TooManyTries("too many wrong tries: wait a little", math.ceil(wait_s))
            self._wrong.append((now_s, device))

    def right(self, device: str) -> None:
        with self._lock:
            self._wrong = deque(each for each in self._wrong if each[1] != device)

    def _wait_s(self, device: str, now_s: float) -> float:
        own = [at_s for at_s, whose in self._wrong if whose == device]
        if len(own) >= MOST_A_DEVICE:
            return own[0] + HOUR_S - now_s
        if len(self._wrong) < MOST_IN_ALL:
            return 0
        if own:
            return self._wrong[-MOST_IN_ALL][0] + HOUR_S - now_s
        return self._wrong[-1][0] + SPACING_S - now_s
