"""Which ateliers are open, paused or closed, by what was said of them last: by stations, and by organisers."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from .floor import Status

Source = tuple[str, str, int, str]
"""Who said it: a passage by its identity, an act by its name, or what was said, where nobody else can be named."""

Saying = tuple[int, str, Status]
"""When it was said, what tells it from all others, and what it was."""

NEVER = (-1, -1)
ACT = "act"  # as the first of a source: an act of an organiser


@dataclass(frozen=True, slots=True)
class Statuses:
    """`said`: the last that was said of each atelier. `ends`: from when on, and until when, their queues take nobody,
    as said last.
    """

    said: Mapping[str, Saying]
    ends: Mapping[str, tuple[int, int]]

    def of(self, atelier: str, now_ms: int) -> Status:
        said_ms, _, status = self.said.get(atelier, (0, "", Status.OPEN))
        end_ms, until_ms = self.ends.get(atelier, NEVER)
        return Status.CLOSED if said_ms <= end_ms <= now_ms < until_ms else status

    def at(self, now_ms: int) -> Mapping[str, Status]:
        """Of the ateliers of which something was said."""
        return {atelier: self.of(atelier, now_ms) for atelier in (*self.said, *self.ends)}

    def says(self, atelier: str, status: Status, now_ms: int) -> bool:
        """Whether this was said of it last, and holds."""
        said = self.said.get(atelier, (0, "", Status.OPEN))[2]
        return said is status is self.of(atelier, now_ms)

    def ends_ms(self, atelier: str, now_ms: int) -> int | None:
        """When its queue will take nobody more; None where nobody said so, or it does not now."""
        end_ms, _ = self.ends.get(atelier, NEVER)
        return end_ms if end_ms > now_ms else None

    def ended_ms(self, atelier: str, now_ms: int) -> int | None:
        """When its queue was closed, as was planned; None where it is open, or somebody closed it by hand."""
        status = self.said.get(atelier, (0, "", Status.OPEN))[2]
        ended = status is Status.OPEN and self.of(atelier, now_ms) is Status.CLOSED
        return self.ends[atelier][0] if ended else None


class Sayings:
    """As they come. `holds` tells of a source whether what it said counts."""

    def __init__(self, holds: Callable[[Source], bool]) -> None:
        self._holds = holds
        self._said: dict[str, dict[Source, Saying]] = {}
        self._ends: dict[str, dict[Source, tuple[int, int, int]]] = {}

    def say(self, atelier: str, source: Source, at_ms: int, status: Status) -> None:
        self._said.setdefault(atelier, {})[source] = (at_ms, source[3], status)

    def end(self, atelier: str, source: Source, said_ms: int, at_ms: int, until_ms: int) -> None:
        """Its queue takes nobody from `at_ms` on until `until_ms`, unless something else is said after that, or another
        end since.
        """
        self._ends.setdefault(atelier, {})[source] = (said_ms, at_ms, until_ms)

    def get(self, atelier: str, source: Source) -> Saying | None:
        return self._said.get(atelier, {}).get(source)

    def of(self, atelier: str) -> Iterator[tuple[Source, Saying]]:
        """All that was said of an atelier and counts."""
        for source, saying in self._said.get(atelier, {}).items():
            if self._holds(source):
                yield source, saying

    def every(self) -> Iterator[tuple[str, Source, Status]]:
        """All that was ever said, counts or not."""
        for atelier, said in self._said.items():
            for source, (_, _, status) in said.items():
                yield atelier, source, status

    def now(self) -> Statuses:
        said = {
            atelier: max(kept) for atelier in self._said if (kept := [each for _, each in self.of(atelier)])
        }
        ends = {
            atelier: max(held)[1:]
            for atelier, ends in self._ends.items()
            if (held := [said for source, said in ends.items() if self._holds(source)])
        }
        return Statuses(said, ends)
