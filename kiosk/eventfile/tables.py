"""The tables of an event file and what each key may hold; what keys say about each other is in `agreement`.

Each field carries an `Allowed`: the words of the catalogue for what it takes.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Annotated, Any, get_args, get_origin

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from firmware.wire.passage import STEPS
from firmware.wire.schema import IDENTIFIER
from kiosk.rules.alerts import Alerts
from kiosk.rules.event import Closing, Kind, Retention

OLDEST = 150
MOST_ATELIERS = 100
_CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")


@dataclass(frozen=True, slots=True)
class Allowed:
    """What a key takes: a message of the catalogue, and what goes into it."""

    key: str
    values: Mapping[str, Any] = field(default_factory=dict)
    choices: tuple[str, ...] = ()


def clock(value: object) -> time:
    """The time of day in a TOML local time or a text such as "10:00". Raises ValueError."""
    if isinstance(value, time):
        if value.second or value.microsecond:
            raise ValueError("to the minute")
        return value
    match = _CLOCK.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise ValueError("not a time of day")
    return time(int(match[1]), int(match[2]))


def _day(value: object) -> object:
    if isinstance(value, datetime):
        raise ValueError("a date alone")
    return value


def _identifier(value: str) -> str:
    if not IDENTIFIER.fullmatch(value):
        raise ValueError("not an identifier")
    return value


def _line(value: str) -> str:
    """One line that can be shown and printed as it is: nothing that steers a terminal or turns text round."""
    if not value.strip() or any(unicodedata.category(letter)[0] == "C" for letter in value):
        raise ValueError("not a line of text")
    return value.strip()


def _line_of(most: int) -> tuple[Any, ...]:
    return (
        Field(min_length=1, max_length=most),
        AfterValidator(_line),
        Allowed("check.allowed.line", {"most": most}),
    )


def _whole(low: int, high: int) -> tuple[Any, ...]:
    return Field(ge=low, le=high), Allowed("check.allowed.whole", {"low": low, "high": high})


def _choice(choices: Iterable[str]) -> tuple[Any, ...]:
    return Field(strict=False), Allowed("check.allowed.one_of", choices=tuple(map(str, choices)))


def _tables(most: int) -> Allowed:
    return Allowed("check.allowed.tables", {"most": most})


def _some_tables(most: int) -> Allowed:
    return Allowed("check.allowed.some_tables", {"most": most})


def _step(value: str) -> str:
    if value not in STEPS:
        raise ValueError("not a step")
    return value


Clock = Annotated[time, BeforeValidator(clock), Allowed("check.allowed.clock")]
Identifier = Annotated[str, AfterValidator(_identifier), Allowed("check.allowed.identifier")]
Names = Annotated[
    dict[str, Annotated[str, *_line_of(60)]], Field(max_length=50), Allowed("check.allowed.names")
]
Age = Annotated[int, *_whole(0, OLDEST)]


class Table(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class SessionTable(Table):
    opens: Clock
    closes: Clock


class AgeBandTable(Table):
    id: Identifier
    names: Names
    min: Age
    max: Age = OLDEST


class AtelierTable(Table):
    id: Identifier
    names: Names
    icon: Annotated[str, Field(pattern=r"^[a-z0-9-]{1,60}$"), Allowed("check.allowed.icon")]
    room: Annotated[str, *_line_of(40)]
    kind: Annotated[Kind, *_choice(Kind)]
    places: Annotated[int, *_whole(1, 1000)]
    minutes: Annotated[int, *_whole(1, 480)]
    min_age: Age = 0
    max_age: Age = OLDEST
    times: Annotated[list[Clock], Field(max_length=100), Allowed("check.allowed.clocks")] = []
    closing: Annotated[Closing, *_choice(Closing)] = Closing.STOP
    returns: Annotated[bool, Allowed("check.allowed.truth")] = False
    min_fill: Annotated[int, *_whole(1, 1000)] = 1
    hold_minutes: Annotated[int, *_whole(0, 120)] = 0


class StationTable(Table):
    id: Identifier
    atelier: Identifier
    steps: Annotated[
        list[Annotated[str, AfterValidator(_step)]],
        Field(min_length=1, max_length=len(STEPS)),
        Allowed("check.allowed.steps", {"steps": ", ".join(STEPS)}),
    ]
    buttons: Annotated[bool, Allowed("check.allowed.truth")] = False


class WalkTable(Table):
    rooms: Annotated[
        list[Annotated[str, *_line_of(40)]],
        Field(min_length=2, max_length=2),
        Allowed("check.allowed.two_rooms"),
    ]
    minutes: Annotated[int, *_whole(0, 60)]


class WalkingTable(Table):
    minutes: Annotated[int, *_whole(0, 60)] = 2
    between: Annotated[list[WalkTable], Field(max_length=5000), _tables(5000)] = []


class PresenceTable(Table):
    away_after_minutes: Annotated[int, *_whole(5, 600)] = 45


class RetentionTable(Table):
    personal_days: Annotated[int, *_whole(0, 30)] = Retention().personal_days
    passages_days: Annotated[int, *_whole(0, 30)] = Retention().passages_days


class AlertsTable(Table):
    close_notice_minutes: Annotated[int, *_whole(0, 120)] = Alerts().close_notice_minutes
    silent_minutes: Annotated[int, *_whole(1, 120)] = Alerts().silent_minutes
    calm_minutes: Annotated[int, *_whole(0, 60)] = Alerts().calm_minutes
    long_minutes: Annotated[int, *_whole(5, 240)] = Alerts().long_minutes
    overdue_minutes: Annotated[int, *_whole(1, 120)] = Alerts().overdue_minutes
    stall_turns: Annotated[int, *_whole(1, 20)] = Alerts().stall_turns
    snooze_minutes: Annotated[int, *_whole(1, 120)] = Alerts().snooze_minutes


class EventTable(Table):
    """The whole file."""

    name: Annotated[str, *_line_of(80)]
    organiser: Annotated[str, *_line_of(80)]
    date: Annotated[date, BeforeValidator(_day), Allowed("check.allowed.date")]
    timezone: Annotated[str, Allowed("check.allowed.timezone")] = "Europe/Paris"
    languages: Annotated[list[str], Field(min_length=1, max_length=50), Allowed("check.allowed.languages")]
    sessions: Annotated[list[SessionTable], Field(min_length=1, max_length=24), _some_tables(24)]
    age_bands: Annotated[list[AgeBandTable], Field(min_length=1, max_length=20), _some_tables(20)]
    ateliers: Annotated[
        list[AtelierTable], Field(min_length=1, max_length=MOST_ATELIERS), _some_tables(MOST_ATELIERS)
    ]
    stations: Annotated[list[StationTable], Field(max_length=500), _tables(500)] = []
    walking: WalkingTable = WalkingTable()
    presence: PresenceTable = PresenceTable()
    retention: RetentionTable = RetentionTable()
    alerts: AlertsTable = AlertsTable()


def table_of(path: tuple[str | int, ...]) -> type[Table] | None:
    """The model of the table at `path`; None when `path` is no table of the format."""
    model: type[Table] | None = EventTable
    for part in path:
        if isinstance(part, str):
            info = model.model_fields.get(part) if model else None
            model = _model_in(info.annotation) if info else None
    return model


def repeats(path: tuple[str | int, ...]) -> bool:
    """Whether the table at `path` is one of several, with two brackets in its heading."""
    outer = table_of(path[:-1])
    info = outer.model_fields.get(str(path[-1])) if outer else None
    return info is not None and get_origin(info.annotation) is list and table_of(path) is not None


def allowed_at(path: tuple[str | int, ...]) -> Allowed:
    """What the format takes at `path`; inside a list or a set of names, what it takes there if it says so."""
    keys = [part for part in path if isinstance(part, str)]
    for depth in range(len(keys), 0, -1):
        outer = table_of(tuple(keys[: depth - 1]))
        info = outer.model_fields.get(keys[depth - 1]) if outer else None
        if info:
            words = (info.metadata, *map(_metadata, get_args(info.annotation)))
            found = [word for each in words for word in each if isinstance(word, Allowed)]
            if not found or (_model_in(info.annotation) and path and isinstance(path[-1], int)):
                break
            return found[-1] if depth < len(keys) else found[0]
    return Allowed("check.allowed.table")


def _metadata(annotation: Any) -> tuple[Any, ...]:
    return getattr(annotation, "__metadata__", ())


def _model_in(annotation: Any) -> type[Table] | None:
    if isinstance(annotation, type) and issubclass(annotation, Table):
        return annotation
    return next((model for part in get_args(annotation) if (model := _model_in(part))), None)
