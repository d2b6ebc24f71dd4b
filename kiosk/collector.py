"""The collector of cycles, told where to look: what facts become holds none, and what a program is made of stays."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

YOUNG = 10_000  # objects that are new, before they are looked through: a request and a frame leave far fewer


def settle() -> None:
    """All that is there now is there to stay: look through what comes after it only, and not at every turn."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG)


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
