"""One edition of the event day, as planned: when the doors are open, and the ateliers.

Moments are whole milliseconds since the Unix epoch; durations say their unit in their name.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum
from functools import cached_property
from zoneinfo import ZoneInfo

from firmware.wire.passage import ARRIVE, ENTER, LEAVE, STEPS

from .alerts import ALERTS, Alerts

MINUTE_MS = 60_000
HOUR_MS = 60 * MINUTE_MS


class Kind(StrEnum):
    CONTINUOUS = "continuous"  # places taken one person at a time (a headset, an arcade cabinet)
    TABLE = "table"  # seats that a party takes together and gives back together
    BATCH = "batch"  # everybody starts and ends together, once enough have come
    SESSION = "session"  # starts and ends by its timetable


class Closing(StrEnum):
    DRAIN = "drain"  # at the end everybody in the queue still gets a turn
    STOP = "stop"  # at the end it stops; who still queues is sent on in time


@dataclass(frozen=True, slots=True)
class Window:
    """From `opens_ms`, up to but without `closes_ms`."""

    opens_ms: int
    closes_ms: int

    def __contains__(self, at_ms: int) -> bool:
        return self.opens_ms <= at_ms < self.closes_ms


@dataclass(frozen=True, slots=True)
class AgeBand:
    """People from `min_age` to `max_age` years, both included."""

    id: str
    names: Mapping[str, str]
    min_age: int
    max_age: int

    def name(self, language: str) -> str:
        return name_in(self.names, language)


@dataclass(frozen=True, slots=True)
class Station:
    """A station at an atelier, and the steps that its scans mean, in their order.

    `buttons`: entering and leaving are pressed there (Next or Start, and Done), not scanned. `label`: for people.
    """

    id: str
    atelier: str
    steps: tuple[str, ...]
    buttons: bool = False
    label: str = ""

    @property
    def seen(self) -> frozenset[str]:
        """The steps that it tells of, by scans or by buttons."""
        return frozenset((*self.steps, ENTER, LEAVE) if self.buttons else self.steps)


@dataclass(frozen=True, slots=True)
class Atelier:
    """`places`: people at a time. `minutes`: what one turn takes. `times_ms`: starts of a SESSION.

    `min_fill` and `hold_minutes` are of a BATCH: it starts when full, or once `min_fill` people are there and
    the first of them has been held `hold_minutes`.
    """

    id: str
    names: Mapping[str, str]
    icon: str
    room: str
    kind: Kind
    places: int
    minutes: int
    min_age: int = 0
    max_age: int = 150
    times_ms: tuple[int, ...] = ()
    closing: Closing = Closing.STOP
    returns: bool = False
    min_fill: int = 1
    hold_minutes: int = 0

    def name(self, language: str) -> str:
        return name_in(self.names, language)

    @property
    def turn_ms(self) -> int:
        return self.minutes * MINUTE_MS

    def admits(self, band: AgeBand) -> bool:
        """Whether anybody of this band is of an age to take part."""
        return band.min_age <= self.max_age and band.max_age >= self.min_age

    def next_session_ms(self, at_ms: int) -> int | None:
        """The start of the session that somebody who comes at `at_ms` can still take."""
        return min((start for start in self.times_ms if start >= at_ms), default=None)

    def session_about_ms(self, at_ms: int) -> int | None:
        """The start of the session that is the nearest to a moment as it is told."""
        return min(self.times_ms, key=lambda start: abs(start - at_ms), default=None)


@dataclass(frozen=True, slots=True)
class Retention:
    """For how many days after the event what is personal, and what is pseudonymous, is kept."""

    personal_days: int = 7
    passages_days: int = 30

    @property
    def days(self) -> int:
        """When all goes: passages lead back to people for as long as a sheet with its badge exists."""
        return min(self.personal_days, self.passages_days)


@dataclass(frozen=True)
class Event:
    id: str
    name: str
    organiser: str
    day: date
    timezone: str
    windows: tuple[Window, ...]
    languages: tuple[str, ...]
    bands: tuple[AgeBand, ...]
    ateliers: tuple[Atelier, ...]
    stations: tuple[Station, ...]
    walking_minutes: int = 2
    walks: Mapping[frozenset[str], int] = field(default_factory=dict)  # minutes between two rooms
    away_after_minutes: int = 45
    retention: Retention = Retention()
    alerts: Alerts = ALERTS

    @cached_property
    def by_id(self) -> Mapping[str, Atelier]:
        return {atelier.id: atelier for atelier in self.ateliers}

    @cached_property
    def bands_by_id(self) -> Mapping[str, AgeBand]:
        return {band.id: band for band in self.bands}

    @cached_property
    def steps_at(self) -> Mapping[str, frozenset[str]]:
        """The steps that are seen at each atelier, by any of its stations."""
        return {
            atelier.id: frozenset(
                step for station in self.stations if station.atelier == atelier.id for step in station.seen
            )
            for atelier in self.ateliers
        }

    def sees_queue(self, atelier: str) -> bool:
        """Whether whoever joins the queue of this atelier is scanned."""
        return ARRIVE in self.steps_at[atelier]

    def one_more(self, id: str, atelier: str) -> Station:
        """A station that joins those at this atelier: scans and buttons mean there what they mean at the others."""
        there = [each for each in self.stations if each.atelier == atelier]
        scanned = {step for each in there for step in each.steps}
        steps = tuple(step for step in STEPS if step in scanned) or usual_steps(self.by_id[atelier].kind)
        return Station(id, atelier, steps, any(each.buttons for each in there))

    def station_name(self, id: str, language: str) -> str:
        """What people call a station: its label, or the atelier where it stands, with its id where that is another."""
        station = next((each for each in self.stations if each.id == id), None)
        if station is None or station.label:
            return station.label if station else id
        atelier = self.by_id[station.atelier].name(language)
        return atelier if station.id == station.atelier else f"{atelier} · {id}"

    @cached_property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @property
    def opens_ms(self) -> int:
        return self.windows[0].opens_ms

    @property
    def closes_ms(self) -> int:
        return self.windows[-1].closes_ms

    def at(self, clock: time) -> int:
        """The moment when the clocks of the hall show `clock` on the day of the event."""
        return moment_ms(self.day, clock, self.zone)

    def local(self, at_ms: int) -> datetime:
        return datetime.fromtimestamp(at_ms / 1000, self.zone)

    def hours(self, from_ms: int, until_ms: int, step: int = 1) -> range:
        """The full hours of the clocks there from `from_ms` on, before `until_ms`: each, or each second one."""
        clock = self.local(from_ms)
        past_ms = clock.minute * MINUTE_MS + clock.second * 1000 + clock.microsecond // 1000
        return range(from_ms + -past_ms % HOUR_MS, until_ms, step * HOUR_MS)

    def window_at(self, at_ms: int) -> Window | None:
        """The opening window that holds `at_ms`, or else the next one; None when the day is over."""
        for window in self.windows:
            if at_ms < window.closes_ms:
                return window
        return None

    def opens_after(self, at_ms: int) -> int | None:
        """When the doors open next; None when they do not any more."""
        return min((window.opens_ms for window in self.windows if window.opens_ms > at_ms), default=None)

    def walk_ms(self, from_room: str | None, to_room: str) -> int:
        if from_room == to_room:
            return 0
        pair = frozenset((from_room or "", to_room))
        return self.walks.get(pair, self.walking_minutes) * MINUTE_MS


def usual_steps(kind: Kind) -> tuple[str, ...]:
    """What the scans of a station mean where nobody says it."""
    return (ARRIVE,) if kind is Kind.SESSION else (ARRIVE, ENTER, LEAVE)


def name_in(names: Mapping[str, str], language: str) -> str:
    """The words in `language`; where there are none the French, which each event's names have, or any."""
    return names.get(language) or names.get("fr") or next(iter(names.values()), "")


def moment_ms(day: date, clock: time, zone: ZoneInfo) -> int:
    return round(datetime.combine(day, clock, zone).timestamp() * 1000)
