"""From the tables of a sound event file to the event of the rules."""

import re
import unicodedata
from datetime import date, time
from zoneinfo import ZoneInfo

from kiosk.rules.alerts import Alerts
from kiosk.rules.event import AgeBand, Atelier, Event, Retention, Station, Window, moment_ms, usual_steps

from .tables import EventTable


def slug(stem: str) -> str:
    """The id of the event in a file named so: "Été à l'Épeule" is "ete-a-l-epeule"."""
    letters = unicodedata.normalize("NFKD", stem.lower())
    plain = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return re.sub(r"[^a-z0-9]+", "-", plain).lstrip("-")[:32].strip("-") or "event"


def planned(table: EventTable, event_id: str) -> Event:
    """The event. Where the file names no station for an atelier there is one, with the atelier's own id."""
    zone = ZoneInfo(table.timezone)

    def at(clock: time) -> int:
        return moment_ms(table.date, clock, zone)

    return Event(
        id=event_id,
        name=table.name,
        organiser=table.organiser,
        day=date(table.date.year, table.date.month, table.date.day),
        timezone=table.timezone,
        windows=tuple(Window(at(each.opens), at(each.closes)) for each in table.sessions),
        languages=tuple(table.languages),
        bands=tuple(AgeBand(each.id, each.names, each.min, each.max) for each in table.age_bands),
        ateliers=tuple(
            Atelier(
                id=each.id,
                names=each.names,
                icon=each.icon,
                room=each.room,
                kind=each.kind,
                places=each.places,
                minutes=each.minutes,
                min_age=each.min_age,
                max_age=each.max_age,
                times_ms=tuple(sorted(map(at, each.times))),
                closing=each.closing,
                returns=each.returns,
                min_fill=each.min_fill,
                hold_minutes=each.hold_minutes,
            )
            for each in table.ateliers
        ),
        stations=_stations(table),
        walking_minutes=table.walking.minutes,
        walks={frozenset(each.rooms): each.minutes for each in table.walking.between},
        away_after_minutes=table.presence.away_after_minutes,
        retention=Retention(table.retention.personal_days, table.retention.passages_days),
        alerts=Alerts(**table.alerts.model_dump()),
    )


def _stations(table: EventTable) -> tuple[Station, ...]:
    """In the order of their ateliers."""
    stations: list[Station] = []
    for atelier in table.ateliers:
        named = [each for each in table.stations if each.atelier == atelier.id]
        stations.extend(Station(each.id, atelier.id, tuple(each.steps), each.buttons) for each in named)
        if not named:
            stations.append(Station(atelier.id, atelier.id, usual_steps(atelier.kind)))
    return tuple(stations)
