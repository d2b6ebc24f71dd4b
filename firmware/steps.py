"""What a scan means here, and what "undo" takes back. Nothing but the log decides it, so a restart changes nothing.

Pure: no file, no clock.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .wire.passage import ABSENT, ATELIER_KINDS, ENTER, STATUS_KINDS, STEPS, Passage

FORGET_MS = 90 * 60_000  # longer than any queue: by then a step was missed, and the badge begins anew

_RANK = {kind: at for at, kind in enumerate(STEPS)}
_KINDS = (*STEPS, ABSENT, *ATELIER_KINDS)


@dataclass(frozen=True, slots=True)
class Step:
    """`repeat`: the same step as before once more, so a softer beep."""

    kind: str
    repeat: bool


class Steps:
    """What happened at `atelier` according to one log: scans and presses that were not taken back.

    A badge seen twice within `repeat_ms` of the boot's clock means the same step both times, never where that is 0;
    one not seen for FORGET_MS of it begins anew, so that a missed scan does not shift the meaning of all later ones.
    """

    def __init__(self, atelier: str, repeat_ms: float) -> None:
        self._atelier = atelier
        self._repeat_ms = repeat_ms
        self._live: dict[int, Passage] = {}  # what was not taken back, in the order of the log
        self._of_badge: dict[str, list[Passage]] = {}
        self._unheard: Passage | None = None

    def replay(self, passages: Iterable[Passage], unheard: Passage | None = None) -> None:
        """Take in a log. `unheard`: its newest passage, where the beep was cut off."""
        for passage in passages:
            self.note(passage)
        self._unheard = unheard if unheard and unheard.seq in self._live else None

    def note(self, passage: Passage) -> None:
        """`passage` is in the log now."""
        if passage.of is not None:
            self._take_back(passage.of)
        elif passage.atelier == self._atelier and passage.kind in _KINDS:
            self._unheard = None
            self._live[passage.seq] = passage
            if passage.badge:
                self._of_badge.setdefault(passage.badge, []).append(passage)

    def of(
        self,
        badge: str,
        cycle: Sequence[str],
        boot: str,
        boot_ms: int,
        *,
        repeat_ms: float | None = None,
        called: bool = False,
    ) -> Step:
        """What a scan of `badge` means at this moment, by a scanner whose scans mean `cycle` in turn.

        It is the first step of the cycle that lies beyond the newest thing known of the badge, whoever saw that;
        else the cycle begins anew. `called`: it was called, so it comes in, whatever reads it.
        """
        if called:
            return Step(ENTER, repeat=False)
        before = self._of_badge.get(badge)
        if not before:
            return Step(cycle[0], repeat=False)
        last = before[-1]
        beyond = [kind for kind in cycle if _RANK[kind] > _RANK.get(last.kind, len(_RANK))]
        soon = self._soon(last, boot, boot_ms, self._repeat_ms if repeat_ms is None else repeat_ms)
        if last.kind in cycle and (soon or self._cut_off(badge)):
            return Step(last.kind, repeat=True)
        if last.kind == ENTER and soon and not beyond:  # it was called, and is held there still
            return Step(ENTER, repeat=True)
        if not beyond or (last.boot == boot and boot_ms - last.boot_ms > FORGET_MS):
            return Step(cycle[0], repeat=False)
        return Step(beyond[0], repeat=False)

    def newest(self) -> tuple[Passage, ...]:
        """The newest press or scan that was not taken back, newest passage first; empty where there is none.

        The passages of a press share their moment. With a scan go its repeats.
        """
        if not self._live:
            return ()
        found: list[Passage] = []
        for passage in reversed(self._live.values()):
            if found and (passage.boot, passage.boot_ms) != (found[0].boot, found[0].boot_ms):
                break
            found.append(passage)
        (scan, *others) = found
        if others or not scan.badge:
            return tuple(found)
        for earlier in reversed(self._of_badge[scan.badge][:-1]):
            if earlier.kind != scan.kind or not self._soon(earlier, found[-1].boot, found[-1].boot_ms):
                break
            found.append(earlier)
        return tuple(found)

    def status(self, before_seq: int) -> Passage | None:
        """The newest pause, close or resume that was not taken back, before number `before_seq`."""
        known = (p for p in reversed(self._live.values()) if p.seq < before_seq)
        return next((p for p in known if p.kind in STATUS_KINDS), None)

    def _take_back(self, seq: int) -> None:
        mistaken = self._live.pop(seq, None)
        if mistaken is not None and mistaken.badge:
            self._of_badge[mistaken.badge].remove(mistaken)

    def _cut_off(self, badge: str) -> bool:
        return self._unheard is not None and self._unheard.badge == badge

    def _soon(self, passage: Passage, boot: str, boot_ms: int, within_ms: float | None = None) -> bool:
        most_ms = self._repeat_ms if within_ms is None else within_ms
        return passage.boot == boot and 0 <= boot_ms - passage.boot_ms < most_ms
