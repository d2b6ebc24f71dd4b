"""What was struck: passages that somebody said were wrong, and what they had said."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from firmware.wire.passage import SHIFT

from .changes import Changes
from .facts import Named
from .journeys import Step
from .presses import KINDS
from .statuses import Sayings


@dataclass(frozen=True, slots=True)
class Wrong:
    """`badge`: whose it was, or empty where something was pressed for the whole atelier; then `minutes`: of a shift."""

    atelier: str
    kind: str
    badge: str = ""
    minutes: int = 0


class Strikes:
    """`void`: the acts that were withdrawn. `now`: the passages that count no more."""

    def __init__(self, void: Collection[str]) -> None:
        self._void = void
        self._said: set[tuple[Named, str]] = set()
        self.ever: set[Named] = set()
        self.now: set[Named] = set()
        self._wrong: Mapping[Named, Wrong] | None = {}

    def strike(self, named: Named, act: str) -> None:
        self._said.add((named, act))
        self.ever.add(named)
        self._wrong = None
        self.look()

    def look(self) -> None:
        """Something was withdrawn: which are struck is another matter than before."""
        self.now = {named for named, act in self._said if act not in self._void}

    def came(self, named: Named) -> None:
        """This passage is known from now on."""
        if named in self.ever:
            self._wrong = None

    def wrong(
        self, steps: Mapping[str, Mapping[str, Step]], said: Sayings, changes: Changes
    ) -> Mapping[Named, Wrong]:
        """What was ever struck, as far as it is known, by what is known of badges and of ateliers."""
        if self._wrong is None:
            self._wrong = dict(self._found(steps, said, changes))
        return self._wrong

    def _found(
        self, steps: Mapping[str, Mapping[str, Step]], said: Sayings, changes: Changes
    ) -> Iterator[tuple[Named, Wrong]]:
        for badge, scanned in steps.items():
            for step in scanned.values():
                if (named := (step.station, step.epoch, step.seq)) in self.ever:
                    yield named, Wrong(step.atelier, step.kind, badge)
        for atelier, source, status in said.every():
            if source[:3] in self.ever:
                yield source[:3], Wrong(atelier, KINDS[status])
        for source, shift in changes.every_shift():
            if source[:3] in self.ever:
                yield source[:3], Wrong(shift.atelier, SHIFT, minutes=shift.minutes)
