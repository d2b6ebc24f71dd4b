"""Waiting for what happens in its own time: until it is so, never for so long."""

import threading
import time
from collections.abc import Callable
from typing import TypeVar

PATIENCE_S = 60.0
LOOK_S = 0.01

Met = TypeVar("Met")


def until(condition: Callable[[], Met], what: str = "the condition", patience_s: float = PATIENCE_S) -> Met:
    """The first true value of `condition`; fails after `patience_s`."""
    deadline_s = time.monotonic() + patience_s
    pause = threading.Event()
    while not (met := condition()):
        assert time.monotonic() < deadline_s, f"{what} did not come true in {patience_s} s"
        pause.wait(LOOK_S)
    return met
