"""The two clocks of a Pi without a clock battery."""

import time
from pathlib import Path

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


class Clock:
    """Milliseconds since the boot, which never jump, and the wall clock, which may say anything.

    `boot` names the boot that `boot_ms` counts from, as 32 hexadecimal digits. `speed` is how many of its
    milliseconds pass in one of ours: 1, except in a rehearsal.
    """

    speed: float = 1.0

    def __init__(self) -> None:
        self.boot = _BOOT_ID.read_text(encoding="ascii").strip().replace("-", "")

    def boot_ms(self) -> int:
        return time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1_000_000

    def wall_ms(self) -> int:
        return time.time_ns() // 1_000_000
