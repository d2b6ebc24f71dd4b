"""The hall's screen, for a television at ten metres: where it is calm, who is called where, what comes next.

What stands on it is drawn here, once for each language of the event, and sent whole to all who watch; the page
only puts it up. The first language of the event comes back after each of the others: most in the hall read it, and
nobody waits for it longer than for one page. What is announced stands in it always. Of people it knows nicknames alone.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from flask import Blueprint, Flask, Response, current_app, g, make_response, render_template
from jinja2 import Template

from kiosk import phrases
from kiosk.glyphs import shape
from kiosk.rules.announcements import Announcement
from kiosk.rules.board import board, session_ms
from kiosk.rules.calls import Call, Keeping, calls, keepings
from kiosk.rules.event import Atelier, Event
from kiosk.rules.floor import Floor
from kiosk.rules.party import PICTURES
from kiosk.texts import Texts, texts

from . import seats
from .live import Frame, Live
from .services import Services
from .stream import stream

T = TypeVar("T")

CHANNEL = "screen"
CARDS = 7  # on one page, one below the other
CALLS, CALLS_BESIDE_KEPT = 5, 3
SHORT_WAIT, LONG_WAIT = 11, 15  # letters; more are written smaller
KEPT = 3
SESSIONS = 2
BOTH_LETTERS = 200  # of an announcement in two languages
CALM_MINUTES, LONG_MINUTES = 5, 15
ICONS = ("leaf", "clock", "hourglass-half", "circle-pause", "circle-xmark", "moon", "bell", "bookmark", "bullhorn",
         "calendar", "arrow-right", "receipt", "location-dot")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Card:
    """`mood`: calm, some, long, session, paused, closed, before or after. `last`: when its queue will be closed."""

    atelier: Atelier
    tint: int
    mood: str
    words: str
    minutes: float
    last: str = ""

    @property
    def letters(self) -> str:
        """How large its words may be: short, long or longest."""
        count = len(self.words)
        return "short" if count <= SHORT_WAIT else "long" if count <= LONG_WAIT else "longest"


@dataclass(frozen=True, slots=True)
class Scene:
    """All that the screen shows in one language; what does not fit at once is in pages, shown in turn.

    `announcements`: each as what is said of it, in pairs of a language and words.
    """

    clock: str
    notice: str
    pages: tuple[tuple[Card, ...], ...]
    calls: tuple[tuple[Call, ...], ...]
    kept: tuple[tuple[tuple[Keeping, str], ...], ...]
    sessions: tuple[tuple[str, Atelier], ...]
    announcements: tuple[tuple[tuple[str, str], ...], ...]


def live(app: Flask, services: Services, most: int) -> Live:
    """What all screens watch."""
    template = app.jinja_env.get_template("hall.html")
    return Live(
        lambda number: _compose(services, template, number),
        lambda: services.day.view.version,
        services.day.changed,
        most=most,
    )


def pages(services: Services) -> Blueprint:
    screen = Blueprint("screen", __name__, url_prefix="/screen")
    event = services.day.event

    @screen.get("")
    def show() -> Response:
        g.words = texts(event.languages[0])
        names = dict.fromkeys((*ICONS, *PICTURES, *(atelier.icon for atelier in event.ateliers)))
        answer = make_response(
            render_template(
                "screen.html",
                hall=_live().frame().shown[event.languages[0]],
                languages=[texts(code) for code in event.languages],
                symbols=[(name, *shape(name)) for name in names],
            )
        )
        seats.keep(answer, services, screen.url_prefix or "/")
        return answer

    @screen.get("/events")
    def events() -> Response:
        return stream(_live(), CHANNEL, since_ms=seats.since_ms(services), or_once=True)

    return screen


def _live() -> Live:
    found: Live = current_app.extensions[CHANNEL]
    return found


def _compose(services: Services, template: Template, number: int) -> Frame:
    view = services.day.view
    now_ms = services.day.clock()
    floor = view.floor(now_ms)
    numbers = board(view, now_ms, floor)
    said = view.announcements_at(now_ms)
    ends = {
        atelier.id: end_ms
        for atelier in view.event.ateliers
        if (end_ms := view.statuses.ends_ms(atelier.id, now_ms)) is not None
    }
    drawn = {}
    for language in view.event.languages:
        words = texts(language)
        drawn[language] = template.render(
            scene=scene(view.event, floor, numbers, said, words, ends),
            words=words,
            event=view.event,
            text=words.text,
            direction=_direction,
        )
    sent = {
        "pages": [
            {"language": language.replace("_", "-"), "direction": texts(language).direction, "html": html}
            for language, html in drawn.items()
        ]
    }
    body = json.dumps(sent, separators=(",", ":"))
    event = f"id: {number}\nevent: hall\ndata: {body}\n\n".encode("ascii")
    return Frame(number, view.version, {}, drawn, {CHANNEL: event})


def scene(
    event: Event,
    floor: Floor,
    numbers: Mapping[str, Any],
    said: Sequence[Announcement],
    words: Texts,
    ends: Mapping[str, int],
) -> Scene:
    """`ends`: when queues will be closed, by atelier."""
    now_ms = floor.at_ms
    cards = sorted(
        (
            replace(
                card(event, here, place, now_ms, words),
                last=_last(event, here, ends.get(here["id"]), words),
            )
            for place, here in enumerate(numbers["ateliers"])
        ),
        key=lambda card: card.minutes,
    )
    kept = [(one, _about(event, one.start_ms, words)) for one in keepings(event, floor)]
    sessions = sorted(
        (start_ms, place)
        for place, atelier in enumerate(event.ateliers)
        for start_ms in atelier.times_ms
        if start_ms >= now_ms
    )
    return Scene(
        clock=words.clock(now_ms, event.zone),
        notice=_notice(event, now_ms, words),
        pages=_paged(cards, CARDS),
        calls=_paged(calls(floor), CALLS_BESIDE_KEPT if kept else CALLS),
        kept=_paged(kept, KEPT),
        sessions=tuple(
            (words.clock(start_ms, event.zone), event.ateliers[place])
            for start_ms, place in sessions[:SESSIONS]
        ),
        announcements=tuple(_wordings(event, each, words.language) for each in said),
    )


def card(event: Event, here: Mapping[str, Any], place: int, now_ms: int, words: Texts) -> Card:
    """The calm ones come first: a long wait is as good as closed to who looks for a place."""
    atelier = event.by_id[here["id"]]
    wait, status, tint = here["wait"], here["status"], place % 4
    if status != "open":
        window = event.window_at(now_ms)
        opens = words.clock(window.opens_ms, event.zone) if window else ""
        return Card(atelier, tint, status, words.text(f"common.status.{status}", clock=opens), 10_000)
    start_ms = session_ms(event, here, now_ms)
    if start_ms is not None and wait is not None:
        clock = words.clock(start_ms, event.zone)
        return Card(atelier, tint, "session", words.text("screen.session", clock=clock), wait["minutes"])
    if wait is None:
        return Card(atelier, tint, "closed", words.text("screen.full"), 5_000)
    if not here["queue_is_seen"]:
        return Card(atelier, tint, "some", words.text("common.status.open", clock=""), 1_000)
    low, high = wait["low_minutes"], wait["high_minutes"]
    mood = "calm" if high <= CALM_MINUTES else "some" if high <= LONG_MINUTES else "long"
    return Card(atelier, tint, mood, _wait(low, high, words), high)


def _wait(low: int, high: int, words: Texts) -> str:
    """A range with both its ends, which is shorter than what is told elsewhere, and read from further away."""
    if 0 == low < high:
        return words.text("common.minutes_range", low=words.number(low), high=words.number(high))
    return phrases.waited(low, high, words)


def _wordings(event: Event, said: Announcement, language: str) -> tuple[tuple[str, str], ...]:
    """In this language, and beside it in the first of the event where both leave the ateliers their room."""
    here, first = said.said(language, event.languages[0]), said.said(event.languages[0])
    both = tuple(dict((here, first)).items())
    return both if sum(len(words) for _, words in both) <= BOTH_LETTERS else (here,)


def _last(event: Event, here: Mapping[str, Any], ends_ms: int | None, words: Texts) -> str:
    if ends_ms is None or here["status"] != "open":
        return ""
    return words.text("screen.last", clock=words.clock(ends_ms, event.zone))


def _paged(things: Sequence[T], most: int) -> tuple[tuple[T, ...], ...]:
    """In pages of `most` at most, all about as long."""
    per_page = -(-len(things) // max(1, -(-len(things) // most))) or 1
    return tuple(tuple(things[at : at + per_page]) for at in range(0, len(things), per_page))


def _direction(language: str) -> str:
    return texts(language).direction


def _about(event: Event, at_ms: int, words: Texts) -> str:
    return words.text("screen.about", clock=words.clock(phrases.about(at_ms), event.zone))


def _notice(event: Event, now_ms: int, words: Texts) -> str:
    window = event.window_at(now_ms)
    if window is None:
        return words.text("screen.after")
    if now_ms in window:
        return ""
    return words.text("screen.before", clock=words.clock(window.opens_ms, event.zone))
