"""How far the beeps got: the number of the last passage that was signalled, in a small file beside the log.

It is written after the beep and without waiting for the disk, because it costs the family time. It survives
the death of the process, not always a power cut; whoever reads it must not trust it across boots.
"""

import os
from pathlib import Path

_FORM = "{epoch} {seq:020d}\n"


class Heard:
    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    def read(self, epoch: str) -> int | None:
        """The last signalled passage of the log `epoch`, or None where the file speaks of none or another."""
        known, seq = self._words()
        return seq if known == epoch else None

    @property
    def any(self) -> int:
        """The last signalled passage of whatever log it was."""
        return self._words()[1]

    def clear(self) -> None:
        os.ftruncate(self._file, 0)

    def mark(self, epoch: str, seq: int) -> None:
        os.pwrite(self._file, _FORM.format(epoch=epoch, seq=seq).encode("ascii"), 0)

    def close(self) -> None:
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    def _words(self) -> tuple[str, int]:
        words = os.pread(self._file, 128, 0).decode("ascii", "replace").split()
        if len(words) != 2 or not words[1].isdecimal():
            return "", 0
        return words[0], int(words[1])
