"""Wrong tries, counted by who makes them and in all: after some, the next must wait."""

from collections.abc import Callable
from dataclasses import dataclass

MOST_ADDRESSES = 1000  # more than a hall has; the count in all holds whoever comes with more


@dataclass(frozen=True, slots=True)
class Allowance:
    """`most` tries at once, and one more every `every_s`."""

    most: int
    every_s: float


OWN = Allowance(most=10, every_s=6.0)
ALL = Allowance(most=60, every_s=1.0)


class Tries:
    """Not thread-safe."""

    def __init__(
        self, monotonic_s: Callable[[], float], own: Allowance = OWN, in_all: Allowance = ALL
    ) -> None:
        self._monotonic_s = monotonic_s
        self._own, self._in_all = own, in_all
        self._free_s: dict[str, float] = {}  # when all tries of an address are forgotten
        self._all_free_s = 0.0

    def wait_s(self, address: str) -> float:
        """How long this address has to wait before its next wrong try is looked at; 0 where it need not."""
        now_s = self._monotonic_s()
        own_s = _wait_s(self._free_s.get(address, 0.0), self._own, now_s)
        return max(own_s, _wait_s(self._all_free_s, self._in_all, now_s))

    def note(self, address: str) -> None:
        """This address has tried, and was wrong."""
        now_s = self._monotonic_s()
        self._all_free_s = max(self._all_free_s, now_s) + self._in_all.every_s
        own_s = max(self._free_s.pop(address, 0.0), now_s) + self._own.every_s
        if len(self._free_s) >= MOST_ADDRESSES:
            self._free_s = {who: free_s for who, free_s in self._free_s.items() if free_s > now_s}
        if len(self._free_s) >= MOST_ADDRESSES:
            del self._free_s[next(iter(self._free_s))]
        self._free_s[address] = own_s


def _wait_s(free_s: float, allowed: Allowance, now_s: float) -> float:
    return max(0.0, free_s - now_s - (allowed.most - 1) * allowed.every_s)
