"""What is held of each station's log, and what in it contradicts itself."""

from collections.abc import Collection
from dataclasses import dataclass, field

from firmware.wire.passage import CHAIN_START

SHORT = 16  # digits of a digest that tell two passages with the same number apart


@dataclass(slots=True)
class Log:
    """What is held of one station's log. `prefix`: 1..prefix are all here.

    `last_seq`: the highest number held. `forks`: numbers that came with two contents; `breaks`: passages that do
    not follow the one before them. Both mean that two stations write under one identity.
    """

    prefix: int = 0
    last_seq: int = 0
    last_at_ms: int | None = None
    forks: int = 0
    breaks: int = 0
    _digests: "_Strings" = field(default_factory=dict)
    _prevs: "_Strings" = field(default_factory=dict)

    def holds(self, seq: int, digest: str) -> bool:
        return seq in self._digests and digest[:SHORT] in _strings(self._digests, seq)

    def has(self, seq: int) -> bool:
        return seq in self._digests

    def add(self, seq: int, digest: str, prev: str | None, at_ms: int | None) -> bool:
        """Note that this number is held; False where it was before. `prev`: None where nobody could read it.

        Digests come shortened, to tell apart and to save memory.
        """
        if self.holds(seq, digest):
            return False
        self.forks += self.has(seq)
        self.breaks -= self._breaks(seq) + self._breaks(seq + 1)
        _note(self._digests, seq, digest)
        if prev is not None:
            held = self._digests.get(seq - 1)  # nearly always the same text: then it is kept once
            _note(self._prevs, seq, held if isinstance(held, str) and held == prev else prev)
        self.breaks += self._breaks(seq) + self._breaks(seq + 1)
        while self.prefix + 1 in self._digests:
            self.prefix += 1
        self.last_seq = max(seq, self.last_seq)
        if at_ms is not None:
            self.last_at_ms = max(at_ms, self.last_at_ms or at_ms)
        return True

    def _breaks(self, seq: int) -> int:
        """How many digests the passages `seq` name before them that are not the one held."""
        named = self._prevs.get(seq)
        if named is None or (isinstance(named, str) and named == self._digests.get(seq - 1)):
            return 0  # it names none, or that one: so it nearly always is
        if seq != 1 and seq - 1 not in self._prevs:
            return 0
        before = {CHAIN_START[:SHORT], *_strings(self._digests, seq - 1)}
        return sum(prev not in before for prev in _strings(self._prevs, seq))


_Strings = dict[int, str | frozenset[str]]  # mostly one of a number, so no set for that: there are many


def _strings(held: _Strings, seq: int) -> Collection[str]:
    known = held.get(seq, frozenset())
    return (known,) if isinstance(known, str) else known


def _note(held: _Strings, seq: int, value: str) -> None:
    known = held.setdefault(seq, value)
    if known != value:
        held[seq] = frozenset((*_strings(held, seq), value))
