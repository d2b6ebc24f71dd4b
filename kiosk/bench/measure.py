"""One measured figure, and how figures are taken."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Figure:
    """`value` in `unit`; `bar`: what it has to reach, at most or at least as `most` says. None: nothing to reach."""

    name: str
    value: float
    unit: str
    bar: float | None = None
    most: bool = True

    @property
    def reached(self) -> bool | None:
        if self.bar is None:
            return None
        return self.value <= self.bar if self.most else self.value >= self.bar

    def to_json(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "value": round(self.value, 3),
            "unit": self.unit,
            "bar": self.bar,
            "reached": self.reached,
        }


def percentile(samples: Sequence[float], share: float) -> float:
    """The smallest sample that at least `share` of all do not exceed (nearest rank)."""
    ordered = sorted(samples)
    return ordered[min(len(ordered) - 1, max(0, -(-int(share * 1000) * len(ordered) // 1000) - 1))]


def timed(work: Callable[[], object], times: int) -> list[float]:
    """Milliseconds of each of so many runs."""
    samples = []
    for _ in range(times):
        begun = time.perf_counter()
        work()
        samples.append((time.perf_counter() - begun) * 1000)
    return samples
