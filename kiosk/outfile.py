"""A file that a command writes: claimed before the work that fills it, and there whole or not at all."""

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from .errors import Refused, RondeError
from .saying import say, why

STANDARD_OUTPUT = Path("-")


@contextmanager
def claimed(path: Path, *, force: bool = False) -> Iterator[BinaryIO]:
    """A file to fill, which is at `path` once the block has ended well; `-`: the standard output.

    Raises Refused where it cannot be written, before the block is entered if that can be known; and where there is
    a file of this name already, unless `force` is given.
    """
    if path == STANDARD_OUTPUT:
        yield from _to_standard_output()
        return
    place = path.resolve()
    if place.exists() and not place.is_file():
        raise Refused(say("badges.no_file", path=path))
    if place.exists() and not force:
        raise Refused(say("badges.exists", path=path))
    try:
        folder = tempfile.TemporaryDirectory(dir=place.parent, prefix=".ronde-")
    except OSError as error:
        raise Refused(say("error.no_folder_to_write", path=path, folder=path.parent)) from error
    with folder as beside:
        whole = Path(beside) / place.name
        try:
            with whole.open("wb") as file:
                yield file
            whole.replace(place)
        except RondeError:
            raise
        except OSError as error:
            raise Refused(say("error.unwritten", path=path, reason=why(error))) from error


def _to_standard_output() -> Iterator[BinaryIO]:
    if sys.stdout.isatty():
        raise Refused(say("badges.terminal"))
    try:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
    except OSError as error:
        raise Refused(say("error.unwritten", path=STANDARD_OUTPUT, reason=why(error))) from error
