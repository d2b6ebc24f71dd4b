"""What to change in an event, tried on the same families: each change is a slightly other event, or another door."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from math import ceil

from ..rules.event import MINUTE_MS, AgeBand, Atelier, Closing, Event, Kind, Window
from .families import draw
from .forecast import SEEDS, Forecast
from .scenario import Habits

BUSY_MINUTES = 4.0  # of wait at its worst: what is quieter than that needs nothing
DOOR_MINUTES = 1.0  # a person: a door that is quicker needs no second kiosk
EARLIER_MINUTES = (15, 30)
EXTRA_TABLE = 4  # seats that one more animator can look after
GAP_MINUTES = 10  # between two sessions of one atelier
MOST_AGE = 12  # no atelier is closed to those who are older than that


@dataclass(frozen=True)
class Change:
    """`code` and `values` say it in words: the message `rehearse.change.<code>`. `atelier`: where, if anywhere;
    `excludes`: the ages that it would shut out of there.
    """

    code: str
    event: Event
    habits: Habits
    atelier: Atelier | None = None
    values: Mapping[str, int] = field(default_factory=dict)
    excludes: tuple[AgeBand, ...] = ()


def changes(forecast: Forecast) -> tuple[Change, ...]:
    """All that is worth trying after this forecast; places first where the waits are longest."""
    event, habits = forecast.event, forecast.scenario.habits
    busy = [atelier for atelier, spot in forecast.by_peak if spot.wait.high >= BUSY_MINUTES]
    found: list[Change] = []
    for atelier in busy:
        found += [_at(event, habits, atelier, *each) for each in _of_atelier(event, atelier)]
    for atelier in forecast.timetabled:
        start_ms = _room_for_a_session(event, atelier)
        if start_ms is not None:
            times_ms = tuple(sorted((*atelier.times_ms, start_ms)))
            more = replace(atelier, times_ms=times_ms)
            found.append(_at(event, habits, atelier, "session", more, {"start_ms": start_ms}))
    found += _openings(forecast)
    if forecast.mean(lambda day: day.door_minutes).mean >= DOOR_MINUTES:
        kiosks = habits.kiosks + 1
        found.append(Change("kiosk", event, replace(habits, kiosks=kiosks), values={"kiosks": kiosks}))
    return tuple(found)


_Found = tuple[str, Atelier, dict[str, int]]


def _of_atelier(event: Event, atelier: Atelier) -> Iterator[_Found]:
    """The changes of one busy atelier: its name in the catalogue, the atelier as it would be, and its figures."""
    places = atelier.places
    yield "place", replace(atelier, places=places + 1), {"places": places + 1}
    yield from _ANIMATOR[atelier.kind](atelier)
    if atelier.kind is Kind.BATCH:
        yield from _batch(atelier)
    youngest = _next_age(event, atelier)
    if youngest is not None:
        yield "age", replace(atelier, min_age=youngest), {"age": youngest}
    if atelier.closing is Closing.DRAIN:
        yield "stop", replace(atelier, closing=Closing.STOP), {}


def _another_post(atelier: Atelier) -> Iterator[_Found]:
    """CONTINUOUS: one more animator minds as many places again as each of them does now, by twos at least."""
    places = atelier.places + max(2, atelier.places // 2)
    yield "posts", replace(atelier, places=places), {"more": places - atelier.places, "places": places}


def _another_table(atelier: Atelier) -> Iterator[_Found]:
    places = atelier.places + max(EXTRA_TABLE, atelier.places // 2)
    yield "table", replace(atelier, places=places), {"more": places - atelier.places, "places": places}


def _larger_batch(atelier: Atelier) -> Iterator[_Found]:
    places = ceil(atelier.places * 1.5)
    yield "batch", replace(atelier, places=places), {"more": places - atelier.places, "places": places}


def _nothing(_: Atelier) -> Iterator[_Found]:
    yield from ()


_ANIMATOR: Mapping[Kind, Callable[[Atelier], Iterator[_Found]]] = {
    Kind.CONTINUOUS: _another_post,
    Kind.TABLE: _another_table,
    Kind.BATCH: _larger_batch,
    Kind.SESSION: _nothing,
}


def _batch(atelier: Atelier) -> Iterator[_Found]:
    for fill in sorted({ceil(atelier.min_fill / 2), min(atelier.places, atelier.min_fill * 2)}):
        if fill != atelier.min_fill:
            yield "fill", replace(atelier, min_fill=fill), {"fill": fill, "before": atelier.min_fill}
    for hold in sorted({atelier.hold_minutes // 2, atelier.hold_minutes * 2 or 5}):
        if hold != atelier.hold_minutes:
            yield "hold", replace(atelier, hold_minutes=hold), {"hold": hold, "before": atelier.hold_minutes}


def _next_age(event: Event, atelier: Atelier) -> int | None:
    """The beginning of the first age band that it admits whole and is not its first."""
    ages = [band.min_age for band in event.bands if atelier.min_age < band.min_age <= atelier.max_age]
    return min((age for age in ages if age <= MOST_AGE), default=None)


def _room_for_a_session(event: Event, atelier: Atelier) -> int | None:
    """The middle of the longest time between sessions that one more fits into; None where none does."""
    pause_ms = GAP_MINUTES * MINUTE_MS
    best: tuple[int, int] | None = None
    for window in event.windows:
        inside = [start for start in sorted(atelier.times_ms) if start in window]
        ends = [window.opens_ms - pause_ms, *(start + atelier.turn_ms for start in inside)]
        begins = [*inside, window.closes_ms + pause_ms]
        for end_ms, begin_ms in zip(ends, begins, strict=True):
            spare_ms = begin_ms - end_ms - atelier.turn_ms - 2 * pause_ms
            if spare_ms >= 0 and (best is None or spare_ms > best[0]):
                start_ms = end_ms + pause_ms + spare_ms // 2
                best = spare_ms, start_ms - start_ms % (5 * MINUTE_MS)
    return best[1] if best else None


def _openings(forecast: Forecast) -> Iterator[Change]:
    """Each window opened earlier, as far as the one before it lets; only where people stand there before it opens.

    Families come when they come: where none is early, nobody would be there any sooner.
    """
    event, habits = forecast.event, forecast.scenario.habits
    came_ms = [family.at_door_ms for family in draw(event, forecast.scenario.crowd, forecast.seed * SEEDS)]
    for place, window in enumerate(event.windows):
        after_ms = event.windows[place - 1].closes_ms if place else 0
        if not any(after_ms <= at_ms < window.opens_ms for at_ms in came_ms):
            continue
        for minutes in EARLIER_MINUTES:
            opens_ms = window.opens_ms - minutes * MINUTE_MS
            if opens_ms <= after_ms:
                continue
            windows = [*event.windows]
            windows[place] = Window(opens_ms, window.closes_ms)
            values = {"opens_ms": opens_ms, "before_ms": window.opens_ms}
            yield Change("earlier", replace(event, windows=tuple(windows)), habits, values=values)


def _at(
    event: Event, habits: Habits, atelier: Atelier, code: str, changed: Atelier, values: dict[str, int]
) -> Change:
    ateliers = tuple(changed if each.id == atelier.id else each for each in event.ateliers)
    excludes = tuple(band for band in event.bands if atelier.admits(band) and not changed.admits(band))
    return Change(code, replace(event, ateliers=ateliers), habits, atelier, values, excludes)
