"""The collector of cycles, told where to look: what facts become holds none, and what a program is made of stays."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


def settle() -> None:
    """All that is there now is there to stay: look through what comes after it only."""
    gc.collect()
    gc.freeze()


@contextmanager
def paused() -> Iterator[None]:
    """While many facts are read."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()
