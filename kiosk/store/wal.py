"""The write-ahead log that a killed hub leaves: whether it breaks off where a power cut cannot have broken it.

SQLite takes such a log up to the first frame whose checksum is wrong, and says nothing of what stands behind.
That is right after a power cut: what may be missing is the last transaction, and nobody was answered. But each
transaction is synced before the next begins. A commit behind the break with another frame behind it means that
the log was damaged later, and that what was promised is lost.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_HEADER = struct.Struct(">8I")  # magic, version, page size, checkpoints, two salts, two checksums
_FRAME = struct.Struct(">6I")  # page, pages after a commit else 0, two salts, two checksums
_MAGIC = 0x377F0682  # and one more where checksums are counted in big-endian words
_WORD = 0xFFFFFFFF


@dataclass(frozen=True, slots=True)
class _Frame:
    commits: bool
    salts: tuple[int, int]
    sound: bool


def is_broken(path: Path) -> bool:
    """Whether the log of the database at `path` lost more than a power cut takes. Raises OSError."""
    log = path.with_name(path.name + "-wal")
    data = log.read_bytes() if log.exists() else b""
    if len(data) < _HEADER.size + _FRAME.size:
        return False
    magic, _, page_size, _, *salts, first, second = _HEADER.unpack_from(data)
    order = ">" if magic & 1 else "<"
    own = (salts[0], salts[1])
    if magic & ~1 != _MAGIC or _summed(data[:24], order, (0, 0)) != (first, second):
        # The header is written anew, with other salts, before old frames are written over.
        told = _FRAME.unpack_from(data, _HEADER.size)[2:4]
        return own[0] == told[0] or own[1] == told[1]
    breaks = False
    committed_behind = False
    for frame in _frames(data, page_size, order, own, (first, second)):
        if committed_behind and frame.salts == own:
            return True
        breaks = breaks or not frame.sound
        committed_behind = committed_behind or (breaks and frame.commits and frame.salts == own)
    return False


def _frames(
    data: bytes, page_size: int, order: str, own: tuple[int, int], sums: tuple[int, int]
) -> Iterator[_Frame]:
    """The frames in their order; `sound` as long as none before was broken."""
    sound = True
    for at in range(_HEADER.size, len(data) - _FRAME.size - page_size + 1, _FRAME.size + page_size):
        _, pages, salt, other_salt, first, second = _FRAME.unpack_from(data, at)
        salts = (salt, other_salt)
        if sound:
            page = data[at + _FRAME.size : at + _FRAME.size + page_size]
            sums = _summed(data[at : at + 8] + page, order, sums)
            sound = salts == own and sums == (first, second)
        yield _Frame(pages > 0, salts, sound)


def _summed(data: bytes, order: str, sums: tuple[int, int]) -> tuple[int, int]:
    """SQLite's checksum of 32-bit words, carried on from `sums`."""
    first, second = sums
    words = iter(struct.unpack(f"{order}{len(data) // 4}I", data))
    for one, other in zip(words, words, strict=True):
        first = (first + one + second) & _WORD
        second = (second + other + first) & _WORD
    return first, second
