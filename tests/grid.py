"""Which cases are tried of several things that vary: `RONDE_LONG=1` all of them, otherwise a chosen few."""

import os
from collections.abc import Sequence
from itertools import combinations, product
from typing import Any

LONG = os.environ.get("RONDE_LONG") == "1"

Case = tuple[Any, ...]


def each(*axes: Sequence[Any]) -> list[Case]:
    """Each value of each axis once at least: where a fault lies in one of them, whatever the others are."""
    if LONG:
        return list(product(*axes))
    return [tuple(axis[place % len(axis)] for axis in axes) for place in range(max(map(len, axes)))]


def pairs(*axes: Sequence[Any]) -> list[Case]:
    """Each value of each axis with each of every other: where two of them together make a fault."""
    cases = list(product(*axes))
    if LONG:
        return cases
    chosen, seen = [], set[Any]()
    while left := [case for case in cases if not _pairs(case) <= seen]:
        chosen.append(max(left, key=lambda case: len(_pairs(case) - seen)))
        seen |= _pairs(chosen[-1])
    return chosen


def _pairs(case: Case) -> set[Any]:
    return set(combinations(enumerate(case), 2))
