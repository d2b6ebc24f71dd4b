"""The calls for a volunteer that nobody has answered yet."""

from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass

from .doorfacts import HelpAsked, HelpGiven


@dataclass(frozen=True, slots=True)
class Help:
    """Somebody at `place` waits for a volunteer since `since_ms`. `subject`, `party`: what was said last of it."""

    place: str
    subject: str
    party: int
    since_ms: int


_Said = tuple[int, int, str, int, str]  # when; 1 for an answer; what about, and whom; by which act


class HelpCalls:
    """`void`: the acts that were withdrawn."""

    def __init__(self, void: Set[str]) -> None:
        self._void = void
        self._said: dict[str, set[_Said]] = {}

    def ask(self, fact: HelpAsked, at_ms: int) -> None:
        self._said.setdefault(fact.place, set()).add((at_ms, 0, fact.subject, fact.party, ""))

    def give(self, fact: HelpGiven, at_ms: int, act: str = "") -> None:
        self._said.setdefault(fact.place, set()).add((at_ms, 1, "", 0, act))

    def open(self) -> tuple[Help, ...]:
        """Who waits longest first."""
        calls = (_open(place, sorted(self._held(said))) for place, said in self._said.items())
        return tuple(sorted((call for call in calls if call), key=lambda call: (call.since_ms, call.place)))

    def _held(self, said: Iterable[_Said]) -> Iterator[_Said]:
        return (each for each in said if each[-1] not in self._void)


def _open(place: str, said: Iterable[_Said]) -> Help | None:
    found: Help | None = None
    for at_ms, given, subject, party, _ in said:
        found = None if given else Help(place, subject, party, found.since_ms if found else at_ms)
    return found
