"""The afternoon of one atelier, for its organisers: who queues, who is inside, and its pace beside the plan. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from kiosk.rules.event import MINUTE_MS, Event
from kiosk.rules.floor import Present
from kiosk.rules.history import QUARTER_MS, AtelierHistory, Pace
from kiosk.texts import Texts

DASH = "—"
PACES = 6  # quarters of an hour
FEW = 10


@dataclass(frozen=True, slots=True)
class There:
    """A party in the queue or inside. `party`: its number, 0 for a badge that nobody has checked in."""

    party: int
    picture: str
    name: str
    people: str
    since: str


@dataclass(frozen=True, slots=True)
class Quarter:
    """`busy`: somebody was waiting all the time."""

    clock: str
    people: str
    turn: str
    busy: bool


def there(presents: Iterable[Present], now_ms: int, words: Texts) -> list[There]:
    """In their order, by name-picture."""
    return [_there(present, now_ms, words) for present in presents]


def paces(event: Event, past: AtelierHistory, words: Texts) -> list[Quarter]:
    """The latest quarters of an hour, the latest first."""
    return [
        Quarter(
            words.clock(each.from_ms, event.zone),
            _an_hour(each, words),
            DASH if each.turn_minutes is None else words.minutes(round(each.turn_minutes)),
            each.busy,
        )
        for each in reversed(past.paces[-PACES:])
    ]


def planned(past: AtelierHistory, words: Texts) -> str:
    """The pace that was planned, in a sentence; empty for what has its timetable."""
    an_hour = past.planned_an_hour
    if an_hour is None:
        return ""
    return words.text(
        "flow.pace.planned", n=words.number(_rounded(an_hour)), minutes=words.minutes(past.atelier.minutes)
    )


def _an_hour(pace: Pace, words: Texts) -> str:
    """Of a quarter that is not over, by the part of it that is."""
    if pace.people_an_hour is None:
        return DASH
    said = words.number(_rounded(pace.people_an_hour))
    return said if pace.until_ms - pace.from_ms >= QUARTER_MS else words.text("flow.about", n=said)


def _rounded(an_hour: float) -> float:
    """Of a few, a half is worth saying."""
    return round(an_hour, 1) if an_hour < FEW else round(an_hour)


def _there(present: Present, now_ms: int, words: Texts) -> There:
    party = present.guest.party
    minutes = words.minutes(max(0, now_ms - present.since_ms) // MINUTE_MS)
    return There(
        party.number if party else 0,
        party.nickname.picture if party else "id-badge",
        words.nickname(party.nickname) if party else words.text("flow.unknown_badge"),
        words.plural("act.people", present.guest.size),
        words.text("flow.since", n=words.text("flow.about", n=minutes) if present.inferred else minutes),
    )
