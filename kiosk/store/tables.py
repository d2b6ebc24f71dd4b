"""sqlite-utils, without the numpy that it loads wherever it finds one: 11 MB for columns that no journal has."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def _without(name: str) -> Iterator[None]:
    """Have who looks for this package find none, unless it is loaded already."""
    if name in sys.modules:
        yield
        return
    sys.modules[name] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        del sys.modules[name]


with _without("numpy"):
    from sqlite_utils import Database as Database
    from sqlite_utils import Migrations as Migrations
