"""One afternoon played twice, by the same families: without advice, and with it."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from ..rules.event import MINUTE_MS, Event, Kind, Window
from ..texts import Texts
from . import charts
from .diary import Outcome
from .play import play
from .policies import BY_NAME
from .scenario import Scenario

WITHOUT, WITH = "P0", "P8"
SEEDS = 15  # the afternoon shown is the middle one of so many: neither the best nor the worst


@dataclass(frozen=True)
class Afternoon:
    """`without` and `with_advice`: the same families on one window of the event."""

    event: Event
    window: Window
    seed: int
    without: Outcome
    with_advice: Outcome


def afternoon(event: Event, scenario: Scenario, seeds: int = SEEDS) -> Afternoon:
    """The last window of the event, on the day of so many whose gain is in the middle."""
    window = event.windows[-1]
    days = [
        Afternoon(event, window, seed, *(_played(event, scenario, seed, name) for name in (WITHOUT, WITH)))
        for seed in range(seeds)
    ]
    days.sort(key=lambda day: standing(day.without, window) - standing(day.with_advice, window))
    return days[len(days) // 2]


def standing(outcome: Outcome, window: Window) -> float:
    """Minutes in queues that began in this window, for each person who came in it."""
    families = [family for family in outcome.families if family.came_ms in window]
    stood_ms = sum(
        stand.standing_ms * family.size
        for family in families
        for stand in family.stands
        if stand.arrived_ms in window
    )
    return stood_ms / MINUTE_MS / max(1, sum(family.size for family in families))


def queues(event: Event, outcome: Outcome, window: Window) -> Mapping[str, list[tuple[int, int]]]:
    """People who stand in each queue, minute by minute, as they themselves would count."""
    moments = range(window.opens_ms, window.closes_ms + 1, MINUTE_MS)
    counts = {
        atelier.id: dict.fromkeys(moments, 0)
        for atelier in event.ateliers
        if atelier.kind is not Kind.SESSION
    }
    for family in outcome.families:
        for stand in family.stands:
            until_ms = stand.started_ms if stand.started_ms is not None else stand.ended_ms
            if stand.atelier in counts and until_ms is not None:
                for at_ms in moments:
                    if stand.arrived_ms <= at_ms < until_ms:
                        counts[stand.atelier][at_ms] += stand.people
    return {id: _changes(list(own.items())) for id, own in counts.items()}


def _changes(counted: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The first and the last moment, and those between at which the count changes."""
    changed = [now for before, now in pairwise(counted[:-1]) if now[1] != before[1]]
    return [counted[0], *changed, counted[-1]]


def picture(day: Afternoon, words: Texts) -> str:
    """Both sides as one SVG file."""
    text = words.text
    sides = {}
    for key, outcome in (("without", day.without), ("with", day.with_advice)):
        minutes = words.minutes(round(standing(outcome, day.window)))
        lines = text(f"rehearse.versus.{key}"), text("rehearse.versus.minutes", minutes=minutes)
        sides[lines] = queues(day.event, outcome, day.window)
    return charts.versus(
        day.event,
        day.window,
        sides,
        words,
        text("rehearse.versus.title"),
        text("rehearse.versus.said", sides=text("common.then").join(map(" ".join, sides))),
        text("rehearse.versus.unit"),
    )


def _played(event: Event, scenario: Scenario, seed: int, policy: str) -> Outcome:
    return play(event, scenario.crowd, scenario.habits, seed, BY_NAME[policy])
