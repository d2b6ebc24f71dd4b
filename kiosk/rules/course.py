"""A number over the day: how many parties and people there were, from each moment to the next."""

from bisect import bisect_right
from dataclasses import dataclass

from .floor import Count


@dataclass(frozen=True, slots=True)
class Course:
    """How many over the day: at each of `moments` it became `counts`, and is known up to `until_ms`."""

    moments: tuple[int, ...]
    counts: tuple[Count, ...]
    until_ms: int

    def at(self, at_ms: int) -> Count | None:
        """None where it is not known: later than `until_ms`."""
        if at_ms > self.until_ms:
            return None
        place = bisect_right(self.moments, at_ms)
        return self.counts[place - 1] if place else Count()

    @property
    def most(self) -> tuple[int, Count] | None:
        """When there were most people, for the first time, and how many; None where there never was anybody."""
        best = max(self.counts, key=lambda count: count.people, default=Count())
        return (self.moments[self.counts.index(best)], best) if best.people else None

    def least(self, from_ms: int, until_ms: int) -> Count:
        """The fewest people at any moment from `from_ms` on, before `until_ms`."""
        first = bisect_right(self.moments, from_ms)
        held = self.counts[max(0, first - 1) : max(first, bisect_right(self.moments, until_ms - 1))]
        return min(held if first else (Count(), *held), key=lambda count: count.people)


class Changes:
    """Who came and went, to be put in order."""

    def __init__(self) -> None:
        self._by_moment: dict[int, list[int]] = {}

    def add(self, at_ms: int, parties: int, people: int) -> None:
        held = self._by_moment.setdefault(at_ms, [0, 0])
        held[0] += parties
        held[1] += people

    def course(self, until_ms: int) -> Course:
        moments: list[int] = []
        counts: list[Count] = []
        parties = people = 0
        for at_ms in sorted(self._by_moment):
            if at_ms > until_ms:
                break
            more = self._by_moment[at_ms]
            if more[0] or more[1]:
                parties += more[0]
                people += more[1]
                moments.append(at_ms)
                counts.append(Count(parties, people))
        return Course(tuple(moments), tuple(counts), until_ms)
