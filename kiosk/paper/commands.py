"""The grammar of ESC/POS: a byte stream cut into commands, however its bytes were split on the way.

It knows the lengths of the usual commands, so that one that prints nothing here is skipped whole.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Command:
    """One step of the stream: a command with its parameters and data, or text (name "")."""

    name: str
    raw: bytes
    data: bytes = b""


def _little(data: bytes) -> int:
    return int.from_bytes(data, "little")


def _until_zero(rest: bytes) -> int:
    end = rest.find(0)
    return -1 if end < 0 else end + 1


def _sized(at: int) -> Callable[[bytes], int]:
    return lambda rest: -1 if len(rest) < at + 2 else at + 2 + _little(rest[at : at + 2])


def _raster(rest: bytes) -> int:
    return -1 if len(rest) < 5 else 5 + _little(rest[1:3]) * _little(rest[3:5])


def _columns(rest: bytes) -> int:
    return -1 if len(rest) < 3 else 3 + _little(rest[1:3]) * (3 if rest[0] in (32, 33) else 1)


def _cut(rest: bytes) -> int:
    return -1 if not rest else 2 if rest[0] in (65, 66, 97, 98, 103, 104) else 1


def _barcode(rest: bytes) -> int:
    if not rest:
        return -1
    if rest[0] <= 6:
        end = _until_zero(rest[1:])
        return -1 if end < 0 else 1 + end
    return -1 if len(rest) < 2 else 2 + rest[1]


def _graphics(rest: bytes) -> int:
    return -1 if len(rest) < 4 else 4 + _little(rest[:4])


# Bytes that follow each command: a number, or a function of what follows (-1: more must come first).
_LENGTHS: dict[bytes, int | Callable[[bytes], int]] = {
    **{bytes([byte]): 0 for byte in (0x09, 0x0A, 0x0D)},
    **{b"\x10" + bytes([byte]): 1 for byte in (0x04, 0x05)},
    b"\x10\x14": lambda rest: -1 if not rest else 1 + {1: 2, 2: 2, 3: 5, 7: 1, 8: 7}.get(rest[0], 0),
    **{b"\x1b" + bytes([byte]): 0 for byte in b"@2LSim<v"},
    **{b"\x1b" + bytes([byte]): 1 for byte in b"!-3EGJMRTUVadtr{ =u"},
    **{b"\x1b" + bytes([byte]): 2 for byte in b"$\\c"},
    b"\x1bp": 3,
    b"\x1bW": 8,
    b"\x1bD": _until_zero,
    b"\x1b*": _columns,
    b"\x1b(": _sized(1),
    **{b"\x1c" + bytes([byte]): 0 for byte in b".&"},
    **{b"\x1c" + bytes([byte]): 1 for byte in b"!-CW"},
    b"\x1cp": 2,
    b"\x1c(": _sized(1),
    **{b"\x1d" + bytes([byte]): 1 for byte in b"!BHIabfhrwTE/"},
    **{b"\x1d" + bytes([byte]): 2 for byte in b"$LPW\\"},
    b"\x1dV": _cut,
    b"\x1dk": _barcode,
    b"\x1dv0": _raster,
    b"\x1d(": _sized(1),
    b"\x1d8L": _graphics,
    b"\x1d*": lambda rest: -1 if len(rest) < 2 else 2 + rest[0] * rest[1] * 8,
}
_PREFIXES = {command[:size] for command in _LENGTHS for size in range(1, len(command))}


@dataclass(slots=True)
class Tokenizer:
    """Cuts a stream into commands; keeps an unfinished one until its rest comes."""

    _pending: bytearray = field(default_factory=bytearray)
    _needed: int = 0

    @property
    def missing(self) -> int:
        """So many bytes at least must come before the next command is whole; 0 where nothing is known of it."""
        return max(0, self._needed - len(self._pending))

    def feed(self, data: bytes) -> Iterator[Command]:
        self._pending += data
        while self._pending and len(self._pending) >= self._needed:
            size, name = self._next()
            if size < 0:
                self._needed = max(self._needed, len(self._pending) + 1)
                return
            raw = bytes(self._pending[:size])
            del self._pending[:size]
            self._needed = 0
            yield Command(name, raw, raw[len(name.encode("latin-1")) :])

    def _next(self) -> tuple[int, str]:
        """(bytes of the next step or -1, its name)."""
        stream = self._pending
        if stream[0] >= 0x20:
            end = next((i for i, byte in enumerate(stream) if byte < 0x20), len(stream))
            return end, ""
        if bytes(stream[:3]) in _PREFIXES and len(stream) < 3:
            return -1, ""
        for size in (3, 2, 1):
            prefix = bytes(stream[:size])
            if prefix in _LENGTHS and len(prefix) == size:
                length = _LENGTHS[prefix]
                follows = length if isinstance(length, int) else length(bytes(stream[size:]))
                if follows < 0 or size + follows > len(stream):
                    self._needed = size + max(0, follows)
                    return -1, ""
                return size + follows, prefix.decode("latin-1")
        # Nothing known: a command letter is skipped with its prefix, any other control byte alone.
        return (min(2, len(stream)) if stream[0] in (0x1B, 0x1C, 0x1D) else 1), "?"
