"""What a scan means here: the next step of the badge, in the order that this station is set to.

Nothing but the log decides it, so a restart changes nothing. Pure: no file, no clock.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .wire.passage import UNDO, Passage

FORGET_MS = 90 * 60_000  # longer than any queue: by then a step was missed, and the badge begins anew


@dataclass(frozen=True, slots=True)
class Step:
    """`repeat`: the same step as before once more, so a softer beep."""

    kind: str
    repeat: bool


class Steps:
    """`cycle`: the steps of this station, such as ("arrive", "enter"), gone through again and again.

    A badge seen twice within `repeat_ms` of the boot's clock means the same step both times; one not seen for
    FORGET_MS of it begins the cycle anew, so that a missed scan does not shift the meaning of all later ones.
    """

    def __init__(self, cycle: Sequence[str], atelier: str, repeat_ms: float) -> None:
        self._cycle = tuple(cycle)
        self._atelier = atelier
        self._repeat_ms = repeat_ms
        self._live: dict[int, Passage] = {}  # scans that were not undone, in the order of the log
        self._of_badge: dict[str, list[Passage]] = {}
        self._unheard: Passage | None = None

    def replay(self, passages: Iterable[Passage], unheard: Passage | None = None) -> None:
        """Take in a log. `unheard`: its newest passage, where the beep was cut off."""
        for passage in passages:
            self.note(passage)
        self._unheard = unheard if unheard and unheard.seq in self._live else None

    def note(self, passage: Passage) -> None:
        """`passage` is in the log now."""
        if passage.kind == UNDO:
            self._undo(passage)
        elif passage.kind in self._cycle and passage.badge and passage.atelier == self._atelier:
            self._unheard = None
            self._live[passage.seq] = passage
            self._of_badge.setdefault(passage.badge, []).append(passage)

    def of(self, badge: str, boot: str, boot_ms: int) -> Step:
        """What a scan of `badge` means at this moment."""
        before = self._of_badge.get(badge)
        if not before:
            return Step(self._cycle[0], repeat=False)
        last = before[-1]
        cut_off = self._unheard is not None and self._unheard.badge == badge
        if cut_off or self._close(last, boot, boot_ms):
            return Step(last.kind, repeat=True)
        if last.boot == boot and boot_ms - last.boot_ms > FORGET_MS:
            return Step(self._cycle[0], repeat=False)
        return Step(self._cycle[(self._cycle.index(last.kind) + 1) % len(self._cycle)], repeat=False)

    def last_scan(self) -> tuple[Passage, ...]:
        """The newest scan that was not undone, with its repeats, newest first; empty where there is none."""
        if not self._live:
            return ()
        newest = self._live[next(reversed(self._live))]
        scan = [newest]
        for earlier in reversed(self._of_badge[newest.badge or ""][:-1]):
            if earlier.kind != newest.kind:
                break
            if len(self._cycle) == 1 and not self._close(earlier, scan[-1].boot, scan[-1].boot_ms):
                break
            scan.append(earlier)
        return tuple(scan)

    def _undo(self, passage: Passage) -> None:
        mistaken = self._live.pop(passage.of or 0, None)
        if mistaken is not None and mistaken.badge:
            self._of_badge[mistaken.badge].remove(mistaken)

    def _close(self, passage: Passage, boot: str, boot_ms: int) -> bool:
        return passage.boot == boot and 0 <= boot_ms - passage.boot_ms <= self._repeat_ms
