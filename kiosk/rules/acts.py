"""The acts of organisers: which hold, and the log of them all. The same facts in any order end the same."""

from dataclasses import dataclass

from .actfacts import Acted, Withdrawn
from .recorded import Fact


@dataclass(frozen=True, slots=True)
class Act:
    """At `at_ms`, `by` did what `fact` says; at `withdrawn_ms`, if ever, `withdrawn_by` took it back."""

    id: str
    by: str
    at_ms: int
    fact: Fact
    withdrawn_by: str = ""
    withdrawn_ms: int | None = None

    @property
    def holds(self) -> bool:
        return self.withdrawn_ms is None


class Acts:
    """`void`: those that were withdrawn."""

    def __init__(self) -> None:
        self.void: set[str] = set()
        self._done: dict[str, tuple[int, Acted]] = {}
        self._forms: dict[str, str] = {}
        self._withdrawn: dict[str, tuple[int, Withdrawn]] = {}

    def add(self, fact: Acted, at_ms: int) -> bool:
        """Whether this act is new."""
        if fact.act in self._done:
            return False
        self._done[fact.act] = (at_ms, fact)
        if fact.form:
            self._forms.setdefault(fact.form, fact.act)
        return True

    def withdraw(self, fact: Withdrawn, at_ms: int) -> Fact | None:
        """What holds no more by that, if anything."""
        first = self._withdrawn.get(fact.act, (at_ms, fact))  # whoever was first, in whatever order they come
        self._withdrawn[fact.act] = min(first, (at_ms, fact), key=lambda each: (each[0], each[1].by))
        self.void.add(fact.act)
        return self._done[fact.act][1].fact if fact.act in self._done else None

    def knows(self, act: str) -> bool:
        return act in self._done

    def of_form(self, form: str) -> Acted | None:
        """What was done by this press, if it came before."""
        return self._done[self._forms[form]][1] if form in self._forms else None

    def log(self) -> tuple[Act, ...]:
        """By time, the latest last."""
        return tuple(self._act(id) for _, id in sorted((at_ms, id) for id, (at_ms, _) in self._done.items()))

    def _act(self, id: str) -> Act:
        at_ms, done = self._done[id]
        if id not in self._withdrawn:
            return Act(id, done.by, at_ms, done.fact)
        withdrawn_ms, withdrawn = self._withdrawn[id]
        return Act(id, done.by, at_ms, done.fact, withdrawn.by, withdrawn_ms)
