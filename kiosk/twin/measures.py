"""What a played day was like, in figures: minutes a person, shares of families, indices of fairness."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from statistics import fmean

from ..rules.event import MINUTE_MS, Event, Kind
from .diary import Outcome

Minutes = float
Share = float


@dataclass(frozen=True, slots=True)
class Measures:
    """Of one day. `standing`, `sitting`, `lost`: minutes a person; lost is the sum of both.

    `p95`: standing that one person in twenty goes beyond. `visits`: ateliers a person had a turn at, each counted once.
    `top_wish`: families that had their favourite. `few`: families with one visit at most. `busy`: the share of opening
    time for which the places of the scarcest atelier were in use. `overrun`: minutes after closing until the last turn
    was over.
    `gini`: of standing (0: all alike); `jain`: of visits (1: all alike).
    """

    standing: Minutes
    sitting: Minutes
    lost: Minutes
    p95: Minutes
    visits: float
    top_wish: Share
    few: Share
    busy: Share
    overrun: Minutes
    gini: float
    jain: float
    gave_up: Share
    followed: Share


NAMES = tuple(field.name for field in fields(Measures))


def measure(event: Event, outcome: Outcome) -> Measures:
    """Raises ValueError where nobody came."""
    families = outcome.families
    if not families:
        raise ValueError("nobody came: there is nothing to measure")
    people = outcome.people
    standing = sum(family.standing_minutes * family.size for family in families) / people
    sitting = sum(family.sitting_ms * family.size for family in families) / people / MINUTE_MS
    visits = [len(set(family.visits)) for family in families]
    wishing = [family for family in families if family.wishes]
    stands = [stand for family in families for stand in family.stands]
    advised = sum(family.advised for family in families)
    return Measures(
        standing=standing,
        sitting=sitting,
        lost=standing + sitting,
        p95=_beyond(0.95, [(family.standing_minutes, family.size) for family in families]),
        visits=sum(many * family.size for many, family in zip(visits, families, strict=True)) / people,
        top_wish=fmean(family.wishes[0] in family.visits for family in wishing) if wishing else 1.0,
        few=fmean(many <= 1 for many in visits),
        busy=_busy(event, outcome),
        overrun=_overrun(event, outcome),
        gini=gini([family.standing_minutes for family in families]),
        jain=jain(visits),
        gave_up=fmean(stand.started_ms is None for stand in stands) if stands else 0.0,
        followed=sum(family.followed for family in families) / advised if advised else 1.0,
    )


def gini(values: Sequence[float]) -> float:
    """The Gini coefficient: half the mean difference between two of them, over their mean."""
    ordered, total = sorted(values), sum(values)
    if not total:
        return 0.0
    weighted = sum(place * value for place, value in enumerate(ordered, 1))
    return 2 * weighted / (len(ordered) * total) - (len(ordered) + 1) / len(ordered)


def jain(values: Sequence[float]) -> float:
    """Jain's index: the square of the sum over so many times the sum of the squares."""
    squares = sum(value * value for value in values)
    return sum(values) ** 2 / (len(values) * squares) if squares else 1.0


def _beyond(share: float, weighted: list[tuple[float, int]]) -> float:
    left = (1 - share) * sum(weight for _, weight in weighted)
    for value, weight in sorted(weighted, reverse=True):
        left -= weight
        if left < 0:
            return value
    return 0.0


def _busy(event: Event, outcome: Outcome) -> float:
    """Of the atelier whose places were in use most, counted in turns of one person."""
    open_ms = sum(window.closes_ms - window.opens_ms for window in event.windows)
    used: dict[str, float] = {}
    for family in outcome.families:
        for stand in family.stands:
            if stand.started_ms is None or stand.ended_ms is None:
                continue
            atelier = event.by_id[stand.atelier]
            if atelier.kind is Kind.CONTINUOUS:
                turns = -(-stand.people // atelier.places)
                held_ms = (stand.ended_ms - stand.started_ms) / turns * stand.people
                used[atelier.id] = used.get(atelier.id, 0.0) + held_ms
    return max(
        (min(1.0, held / (open_ms * event.by_id[id].places)) for id, held in used.items()), default=0.0
    )


def _overrun(event: Event, outcome: Outcome) -> float:
    """The most that any window was overrun."""
    most = 0
    for family in outcome.families:
        for stand in family.stands:
            window = event.window_at(stand.arrived_ms)
            if stand.started_ms is not None and stand.ended_ms is not None and window is not None:
                most = max(most, stand.ended_ms - window.closes_ms)
    return most / MINUTE_MS
