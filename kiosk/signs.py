"""Signs of life: what each station last said of itself, and whether two devices say they are the same one.

They are kept in memory only: they are about now.
"""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from firmware.wire.batch import Batch, Health

TWINS_S = 180.0  # so long two devices are told of after the last thing that only two can do


@dataclass(frozen=True, slots=True)
class Seen:
    """The last sign of life of a station. `boot` and `boot_ms` stamp it, so that a replayed one is told.

    `since_ms`: the first of that boot.
    """

    station: str
    at_ms: int
    boot: str
    boot_ms: int
    health: Health
    since_ms: int


@dataclass(slots=True)
class _Life:
    last: Seen | None = None
    boots: dict[str, Seen] = field(default_factory=dict)  # the last sign of each
    torn: dict[str, int] = field(default_factory=dict)  # by log
    twins_s: float | None = None  # when two were last at work


class Signs:
    """Thread-safe."""

    def __init__(self, monotonic_s: Callable[[], float] = time.monotonic) -> None:
        self._monotonic_s = monotonic_s
        self._lock = threading.Lock()
        self._lives: dict[str, _Life] = {}

    def note(self, batch: Batch, at_ms: int, torn: int) -> None:
        """This batch came; `torn` passages of its log contradict others of it.

        A boot that speaks again after another one has spoken is a second device: one device never goes back to a boot
        before. So is a log that tears.
        """
        with self._lock:
            life = self._lives.setdefault(batch.station, _Life())
            if torn > life.torn.get(batch.epoch, torn):
                life.twins_s = self._monotonic_s()
            life.torn[batch.epoch] = max(torn, life.torn.get(batch.epoch, 0))
            known = life.boots.get(batch.boot)
            if known and batch.boot_ms <= known.boot_ms:
                return  # played again, or overtaken
            if known and life.last and life.last.boot != batch.boot:
                life.twins_s = self._monotonic_s()
            since_ms = known.since_ms if known else at_ms
            seen = Seen(batch.station, at_ms, batch.boot, batch.boot_ms, batch.health, since_ms)
            life.boots[batch.boot] = life.last = seen

    def forget(self, station: str) -> None:
        """Another device has this name from now on, or none."""
        with self._lock:
            self._lives.pop(station, None)

    @property
    def seen(self) -> Mapping[str, Seen]:
        """The last sign of life of each station that gave one since the hub started."""
        with self._lock:
            return {station: life.last for station, life in self._lives.items() if life.last}

    @property
    def twins(self) -> frozenset[str]:
        """The stations that two devices say they are, now or some minutes ago."""
        since_s = self._monotonic_s() - TWINS_S
        with self._lock:
            return frozenset(
                station
                for station, life in self._lives.items()
                if life.twins_s is not None and life.twins_s > since_s
            )
