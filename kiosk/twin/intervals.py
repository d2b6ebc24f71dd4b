"""What many days say together: where most of them lie, and how sure the mean of them is."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import fmean, stdev

LOW, HIGH = 0.1, 0.9
_Z = 1.959964


@dataclass(frozen=True, slots=True)
class Band:
    """Eight days in ten lie between `low` and `high`, half of them below `mid`."""

    low: float
    mid: float
    high: float


@dataclass(frozen=True, slots=True)
class Interval:
    """The mean of `count` days, and between what it is known to lie, at 95 %."""

    mean: float
    low: float
    high: float
    count: int

    @property
    def sure(self) -> bool:
        """Whether it is known to be more than nothing, or less."""
        return self.low > 0 or self.high < 0


def quantile(ordered: Sequence[float], share: float) -> float:
    """The value that `share` of the ordered values lie below, between two of them where need be."""
    place = share * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (place - below) * (ordered[above] - ordered[below])


def band(values: Sequence[float]) -> Band:
    """Raises ValueError where there are none."""
    if not values:
        raise ValueError("no day: there is no band of them")
    ordered = sorted(values)
    return Band(quantile(ordered, LOW), quantile(ordered, 0.5), quantile(ordered, HIGH))


def interval(values: Sequence[float]) -> Interval:
    """Student's interval of the mean. Raises ValueError where there are none."""
    if not values:
        raise ValueError("no day: there is no mean of them")
    mean = fmean(values)
    if len(values) < 2:
        return Interval(mean, float("-inf"), float("inf"), len(values))
    margin = _student(len(values) - 1) * stdev(values) / sqrt(len(values))
    return Interval(mean, mean - margin, mean + margin, len(values))


def _student(freedom: int) -> float:
    """The 97.5 % quantile of Student's t, by its expansion about the normal one; exact for few degrees."""
    few = {1: 12.706, 2: 4.303, 3: 3.182, 4: 2.776}
    if freedom in few:
        return few[freedom]
    z, v = _Z, float(freedom)
    first, second = (z**3 + z) / 4, (5 * z**5 + 16 * z**3 + 3 * z) / 96
    third = (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384
    return z + first / v + second / v**2 + third / v**3
