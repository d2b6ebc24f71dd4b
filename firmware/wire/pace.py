"""What time it is on a rehearsed day, as all processes that play it share it: a page of memory, in a file.

The day runs `speed` times as fast as ours while it is within what was allowed, and beyond that no faster than ours. Who
plays the day allows as much of it as has been played: a busy machine makes the day longer, and nobody in it late.
"""

import mmap
import struct
import time
import zlib
from pathlib import Path
from typing import Self

_FIELDS = struct.Struct("<dqd")  # at this moment of the day, that of ours (ns of the machine), allowed until
_SUM = struct.Struct("<I")
_SIZE = _FIELDS.size + _SUM.size


class Pace:
    """The day's time, read from the file that a Pacer made. Raises OSError, ValueError where it is none."""

    def __init__(self, path: Path, speed: float) -> None:
        with path.open("rb") as file:
            self._page = mmap.mmap(file.fileno(), _SIZE, access=mmap.ACCESS_READ)
        self._speed = speed
        self._slow = min(1.0, speed)

    def __call__(self) -> float:
        """Milliseconds, as those of `day_ms`."""
        at_ms, at_ns, until_ms = self._read()
        passed_ms = max(0, time.monotonic_ns() - at_ns) / 1e6
        free_ms = at_ms + passed_ms * self._speed
        if free_ms <= until_ms:
            return free_ms
        return until_ms + (free_ms - until_ms) / self._speed * self._slow

    def close(self) -> None:
        self._page.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _read(self) -> tuple[float, int, float]:
        """As they were written together: whoever reads amid a write looks again."""
        while True:
            whole = self._page[:_SIZE]
            if zlib.crc32(whole[: _FIELDS.size]) == _SUM.unpack_from(whole, _FIELDS.size)[0]:
                return _FIELDS.unpack_from(whole)


class Pacer(Pace):
    """Makes the file at `path`: it is `day_ms` now, and no more than that is allowed. There is one for a day."""

    def __init__(self, path: Path, day_ms: float, speed: float) -> None:
        path.write_bytes(_packed(day_ms, time.monotonic_ns(), day_ms))
        super().__init__(path, speed)
        self._page.close()
        with path.open("r+b") as file:
            self._page = mmap.mmap(file.fileno(), _SIZE)

    def allow(self, until_ms: float) -> None:
        """Let the day run fast until then, from where it is: it neither jumps nor goes back. What was allowed stays."""
        at_ms, at_ns, allowed_ms = self._read()
        now_ns = time.monotonic_ns()
        now_ms = self()
        if now_ms > allowed_ms:
            at_ms, at_ns = now_ms, now_ns
        self._page[:_SIZE] = _packed(at_ms, at_ns, max(until_ms, allowed_ms, now_ms))


def _packed(at_ms: float, at_ns: int, until_ms: float) -> bytes:
    fields = _FIELDS.pack(at_ms, at_ns, until_ms)
    return fields + _SUM.pack(zlib.crc32(fields))
