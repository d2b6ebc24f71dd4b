"""The floors of views, one after the other, as those who read them ask."""

import threading
from collections.abc import Mapping

from .event import Event
from .floor import Floor, Status
from .guest import Guest
from .roll import Roll


class Floors:
    """Each is a function of what is asked for. But readers ask several times a second, and few guests are others than a
    moment ago: only those are looked at anew. Thread-safe.
    """

    def __init__(self) -> None:
        self._asking = threading.Lock()
        self._roll: Roll | None = None
        self._guests: Mapping[str, Guest] = {}

    def of(
        self, event: Event, guests: Mapping[str, Guest], statuses: Mapping[str, Status], now_ms: int
    ) -> Floor:
        """`guests`: a mapping that is never changed. `statuses`: as in Roll.at."""
        with self._asking:
            roll, before, self._roll = self._roll, self._guests, None
            if roll is None or roll.event is not event:
                roll, before = Roll(event, now_ms), {}
            if guests is not before:
                for key in before.keys() - guests.keys():
                    roll.put(key, None)
                for key, guest in guests.items():
                    if before.get(key) is not guest:
                        roll.put(key, guest)
            floor = roll.at(now_ms, statuses)
            self._roll, self._guests = roll, guests
            return floor
