"""Cells of a table that may be shown: a count of few people may tell of one of them."""

from collections.abc import Mapping

FEWEST = 5


def shown(cells: Mapping[str, int]) -> dict[str, int | None]:
    """The counts of one row; None for one that is withheld: from one person up to less than FEWEST.

    Where one alone would be withheld, the least of the others is withheld too: it would be known from their sum.
    """
    few = {name for name, count in cells.items() if 0 < count < FEWEST}
    if len(few) == 1:
        others = [name for name in cells if name not in few and cells[name]]
        few |= set(sorted(others, key=lambda name: cells[name])[:1])
    return {name: None if name in few else count for name, count in cells.items()}
