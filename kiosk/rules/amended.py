"""The event as it holds now: as planned, with stations, sessions, places and minutes as they were changed since."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from .event import MINUTE_MS, Atelier, Event, Station
from .facts import AtelierLimited, StationSet


@dataclass(frozen=True, order=True, slots=True)
class Shift:
    """At `at_ms` the session nearest to then was made `minutes` later; `digest` tells it from all others."""

    at_ms: int
    digest: str
    atelier: str
    minutes: int


def amended(
    planned: Event,
    stations: Iterable[StationSet],
    shifts: Iterable[Shift],
    limits: Iterable[AtelierLimited] = (),
) -> Event:
    """`stations`: what holds of each that was set since the planning, one each; `limits`: so too of each atelier.

    The planned event where nothing is. Shifts count one after the other, by time, so that two of five minutes make ten.
    """
    limited = {each.atelier: each for each in limits}
    times = {atelier.id: atelier.times_ms for atelier in planned.ateliers}
    for shift in sorted(shifts):
        if times.get(shift.atelier):
            times[shift.atelier] = _shifted(planned.by_id[shift.atelier], times[shift.atelier], shift)
    standing = tuple(_stations(planned, stations))
    ateliers = tuple(
        _limited(replace(atelier, times_ms=times[atelier.id]), limited.get(atelier.id))
        for atelier in planned.ateliers
    )
    if (standing, ateliers) == (planned.stations, planned.ateliers):
        return planned
    return replace(planned, stations=standing, ateliers=ateliers)


def _limited(atelier: Atelier, limit: AtelierLimited | None) -> Atelier:
    if limit is None:
        return atelier
    fill = min(atelier.min_fill, limit.places)
    return replace(atelier, places=limit.places, minutes=limit.minutes, min_fill=fill)


def _stations(planned: Event, found: Iterable[StationSet]) -> list[Station]:
    """The planned ones in their order, then those that came since, by name."""
    known = {station.id: station for station in planned.stations}
    for one in sorted(found, key=lambda one: one.station):
        if one.active and one.atelier in planned.by_id:
            known[one.station] = Station(one.station, one.atelier, one.steps, one.buttons, one.label)
        else:
            known.pop(one.station, None)
    return list(known.values())


def _shifted(atelier: Atelier, times_ms: tuple[int, ...], shift: Shift) -> tuple[int, ...]:
    """The session that is meant is the one that should have begun half a turn ago at most, or else the next."""
    late = [start for start in times_ms if 0 <= shift.at_ms - start < atelier.turn_ms // 2]
    coming = [start for start in times_ms if start > shift.at_ms]
    if not late and not coming:
        return times_ms
    meant = max(late) if late else min(coming)
    moved = meant + shift.minutes * MINUTE_MS
    return tuple(sorted({moved, *(start for start in times_ms if start != meant)}))
