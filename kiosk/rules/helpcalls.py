"""The calls for a volunteer that nobody has answered yet."""

from collections.abc import Iterable
from dataclasses import dataclass

from .doorfacts import HelpAsked, HelpGiven


@dataclass(frozen=True, slots=True)
class Help:
    """Somebody at `place` waits for a volunteer since `since_ms`. `subject`, `party`: what was said last of it."""

    place: str
    subject: str
    party: int
    since_ms: int


class HelpCalls:
    def __init__(self) -> None:
        self._said: dict[str, set[tuple[int, int, str, int]]] = {}

    def ask(self, fact: HelpAsked, at_ms: int) -> None:
        self._said.setdefault(fact.place, set()).add((at_ms, 0, fact.subject, fact.party))

    def give(self, fact: HelpGiven, at_ms: int) -> None:
        self._said.setdefault(fact.place, set()).add((at_ms, 1, "", 0))

    def open(self) -> tuple[Help, ...]:
        """Who waits longest first."""
        calls = (_open(place, sorted(said)) for place, said in self._said.items())
        return tuple(sorted((call for call in calls if call), key=lambda call: (call.since_ms, call.place)))


def _open(place: str, said: Iterable[tuple[int, int, str, int]]) -> Help | None:
    found: Help | None = None
    for at_ms, given, subject, party in said:
        found = None if given else Help(place, subject, party, found.since_ms if found else at_ms)
    return found
