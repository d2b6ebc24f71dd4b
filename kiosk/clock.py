"""The hub's time, in milliseconds since the Unix epoch. Injected wherever time matters."""

import time
from dataclasses import dataclass, field

from firmware.wire.pace import Pace


class HubClock:
    """Real time that never runs backwards while the hub runs, whatever is done to the wall clock."""

    def __init__(self) -> None:
        self._offset_ms = time.time_ns() // 1_000_000 - self._since_boot_ms()

    def __call__(self) -> int:
        return self._since_boot_ms() + self._offset_ms

    def not_before(self, at_ms: int) -> None:
        """The journal has seen `at_ms`: a Pi without a clock battery that believes less is put right."""
        self._offset_ms += max(0, at_ms - self())

    @staticmethod
    def _since_boot_ms() -> int:
        return time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1_000_000


@dataclass(frozen=True, slots=True)
class DayClock:
    """A rehearsed day: at the real moment `real_ms` it is `day_ms`, and time runs `speed` times as fast; or as `pace`
    says, where the processes of a rehearsal share one."""

    day_ms: int
    real_ms: int = field(default_factory=lambda: time.time_ns() // 1_000_000)
    speed: float = 1.0
    pace: Pace | None = None

    def __call__(self) -> int:
        if self.pace is not None:
            return round(self.pace())
        return self.day_ms + round((time.time_ns() / 1_000_000 - self.real_ms) * self.speed)

    def not_before(self, at_ms: int) -> None:
        """A rehearsed day takes its time from nowhere else."""
