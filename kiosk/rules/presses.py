"""What was pressed on the hub's own pages: the log of the station `desk`, which no device writes."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from firmware.wire.passage import CLOSE, PAUSE, RESUME, SHIFT, Passage

from .changes import Changes
from .floor import Status
from .statuses import ACT, Sayings

DESK = "desk"  # the id of this station; no other has it
STATUSES = {PAUSE: Status.PAUSED, RESUME: Status.OPEN, CLOSE: Status.CLOSED}
KINDS = {status: kind for kind, status in STATUSES.items()}


@dataclass(frozen=True, slots=True)
class Pressed:
    """Somebody at an atelier paused, reopened or closed it, or moved its session by so many minutes, and it counts."""

    at_ms: int
    station: str
    epoch: str
    seq: int
    atelier: str
    kind: str
    minutes: int = 0


def pressed(ateliers: Iterable[str], said: Sayings, changes: Changes) -> tuple[Pressed, ...]:
    """What was pressed at ateliers of their statuses and sessions, and counts, by time."""
    found = [
        Pressed(at_ms, *source[:3], atelier, KINDS[status])
        for atelier in ateliers
        for source, (at_ms, _, status) in said.of(atelier)
        if source[0] not in ("", ACT)
    ]
    found += [
        Pressed(shift.at_ms, *source[:3], shift.atelier, SHIFT, shift.minutes)
        for source, shift in changes.counting()
        if source[0] not in ("", ACT)
    ]
    return tuple(sorted(found, key=lambda each: (each.at_ms, each.station, each.seq)))


class Presses:
    """Its passages, by the epoch of the hub that wrote them. Those of one press share their moment, and no others."""

    def __init__(self) -> None:
        self._logs: dict[str, dict[int, Passage]] = {}
        self._settled: dict[str, set[int]] = {}
        self._forms: dict[str, list[Passage]] = {}

    def add(self, passage: Passage, form: str = "") -> None:
        """`form`: the press of a page that asked for it, or empty."""
        if passage.station != DESK:
            return
        if form:
            self._forms.setdefault(form, []).append(passage)
        self._logs.setdefault(passage.epoch, {}).setdefault(passage.seq, passage)
        if passage.of is not None:
            self._settled.setdefault(passage.epoch, set()).update((passage.of, passage.seq))

    def of_form(self, form: str) -> tuple[Passage, ...]:
        """What came of this press of a page, in its order; nothing where none was kept."""
        return tuple(sorted(self._forms.get(form, ()), key=lambda passage: passage.seq))

    def last(self, epoch: str) -> Passage | None:
        log = self._logs.get(epoch)
        return log[max(log)] if log else None

    def is_settled(self, epoch: str, seq: int) -> bool:
        """Whether this one was taken back, or took one back: it says nothing any more."""
        return seq in self._settled.get(epoch, ())

    def newest(self, epoch: str, atelier: str) -> tuple[Passage, ...]:
        """The newest press at this atelier that was not taken back, its last passage first."""
        found: list[Passage] = []
        for passage in self._backwards(epoch):
            if passage.atelier == atelier:
                if found and passage.boot_ms != found[0].boot_ms:
                    break
                found.append(passage)
        return tuple(found)

    def newest_of(self, epoch: str, atelier: str, badge: str) -> Passage | None:
        """The newest passage of this badge at this atelier that was not taken back."""
        alike = (passage for passage in self._backwards(epoch) if passage.atelier == atelier)
        return next((passage for passage in alike if passage.badge == badge), None)

    def _backwards(self, epoch: str) -> Iterator[Passage]:
        log = self._logs.get(epoch, {})
        for seq in range(max(log, default=0), 0, -1):
            if seq in log and not self.is_settled(epoch, seq):
                yield log[seq]
