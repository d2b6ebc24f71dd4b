"""The event as it holds now: as planned, with stations, sessions, places and minutes as they were changed since."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from .event import MINUTE_MS, Atelier, Event, Station
from .facts import AtelierLimited, StationSet


@dataclass(frozen=True, order=True, slots=True)
class Shift:
    """At `at_ms` a session was made `minutes` later: that which was planned for `planned_ms`, or else the nearest to
    then. `digest` tells it from all others.
    """

    at_ms: int
    digest: str
    atelier: str
    minutes: int
    planned_ms: int = 0


def amended(
    planned: Event,
    stations: Iterable[StationSet],
    shifts: Iterable[Shift],
    limits: Iterable[AtelierLimited] = (),
) -> Event:
    """`stations`: what holds of each that was set since the planning, one each; `limits`: by time, the last holds.

    The planned event where nothing is. Shifts count one after the other, by time, so that two of five minutes make ten.
    """
    limited: dict[str, tuple[int | None, int | None]] = {}
    for each in limits:
        places, minutes = limited.get(each.atelier, (None, None))
        limited[each.atelier] = (each.places or places, each.minutes or minutes)
    moved = sessions(planned, shifts)
    standing = tuple(_stations(planned, stations))
    ateliers = tuple(
        _limited(
            replace(atelier, times_ms=tuple(sorted({*moved[atelier.id].values()})))
            if atelier.id in moved
            else atelier,
            *limited.get(atelier.id, (None, None)),
        )
        for atelier in planned.ateliers
    )
    if (standing, ateliers) == (planned.stations, planned.ateliers):
        return planned
    return replace(planned, stations=standing, ateliers=ateliers)


def sessions(planned: Event, shifts: Iterable[Shift]) -> dict[str, dict[int, int]]:
    """Of each atelier that is shifted: when its sessions begin, each by when it was planned to."""
    moved: dict[str, dict[int, int]] = {}
    for shift in sorted(shifts):
        atelier = planned.by_id.get(shift.atelier)
        if atelier is None or not atelier.times_ms:
            continue
        starts = moved.setdefault(atelier.id, {each: each for each in atelier.times_ms})
        meant = shift.planned_ms if shift.planned_ms in starts else _nearest(atelier, starts, shift.at_ms)
        if meant is not None:
            starts[meant] += shift.minutes * MINUTE_MS
    return moved


def planned_start(planned: Event, shifts: Iterable[Shift], atelier: str, start_ms: int) -> int | None:
    """When the session was planned to begin that begins at `start_ms` by now; None where none does."""
    usual = {each: each for each in planned.by_id[atelier].times_ms}
    starts = sessions(planned, shifts).get(atelier, usual)
    return next((each for each, start in starts.items() if start == start_ms), None)


def _limited(atelier: Atelier, places: int | None, minutes: int | None) -> Atelier:
    if places is None and minutes is None:
        return atelier
    places = places or atelier.places
    fill = min(atelier.min_fill, places)
    return replace(atelier, places=places, minutes=minutes or atelier.minutes, min_fill=fill)


def _stations(planned: Event, found: Iterable[StationSet]) -> list[Station]:
    """The planned ones in their order, then those that came since, by name."""
    known = {station.id: station for station in planned.stations}
    for one in sorted(found, key=lambda one: one.station):
        if one.active and one.atelier in planned.by_id:
            known[one.station] = Station(one.station, one.atelier, one.steps, one.buttons, one.label)
        else:
            known.pop(one.station, None)
    return list(known.values())


def _nearest(atelier: Atelier, starts: Mapping[int, int], at_ms: int) -> int | None:
    """By its plan, the session that should have begun half a turn ago at most, or else the next."""
    late = [(start, each) for each, start in starts.items() if 0 <= at_ms - start < atelier.turn_ms // 2]
    coming = [(start, each) for each, start in starts.items() if start > at_ms]
    if not late and not coming:
        return None
    return (max(late) if late else min(coming))[1]
