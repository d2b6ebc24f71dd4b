"""A new enrolment for a station that its hub refuses: had with a scanned code, while scans go on being kept."""

import threading
from collections.abc import Callable
from dataclasses import dataclass

from .config import Config
from .errors import StationError

Become = Callable[[str], Config]


@dataclass(frozen=True, slots=True)
class Renewed:
    """What became of a code: the settings to go on with, or else why there are none."""

    config: Config | None
    problem: str = ""


class Renewal:
    """`become` makes settings of a code, or raises StationError. `on_end` is called on a thread of its own."""

    def __init__(self, become: Become, on_end: Callable[[Renewed], None]) -> None:
        self._become = become
        self._on_end = on_end
        self._asking: threading.Thread | None = None

    def begin(self, text: str) -> None:
        """With the code of this line; one at a time."""
        if self._asking is None or not self._asking.is_alive():
            self._asking = threading.Thread(target=self._ask, args=(text,), name="renewal", daemon=True)
            self._asking.start()

    def _ask(self, text: str) -> None:
        try:
            found = Renewed(self._become(text))
        except StationError as error:
            found = Renewed(None, str(error))
        self._on_end(found)
