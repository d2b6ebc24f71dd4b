"""One frame of the organisers' screen: the board, the stations, the printer, who calls for help, the announcements.

All of it as plain data, and again in the words of each language that who works there may read; see `told`.
"""

import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kiosk.condition import SILENT_S, condition
from kiosk.rules.board import board
from kiosk.rules.event import MINUTE_MS
from kiosk.rules.floor import Floor
from kiosk.rules.history import QUARTER_MS, History, history
from kiosk.rules.ledger import View
from kiosk.rules.outlook import outlooks
from kiosk.rules.printing import PrintState
from kiosk.rules.situations import PrinterSign, Situation, StationSign, Urgency, situations
from kiosk.rules.situations import told as unnoted
from kiosk.signs import Seen
from kiosk.texts import Texts, working

from . import cards, log, sketch, todo
from .live import Frame
from .progress import NO_PRINTER
from .services import Services
from .silence import silent
from .told import told

VERSION = 1
TREND_MINUTES = (60, 30)  # ago: the two ends of the first half of a trend
COURSE_S, LEAST_COURSE_S = 15.0, 2.0  # between two looks at the day so far, by a real clock and by a fast one


class Composer:
    """Makes one frame after the other; not thread-safe. What was told a moment ago, it remembers."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._told: dict[str, int] = {}
        self._courses = Courses(services.speed)

    def __call__(self, number: int) -> Frame:
        services = self._services
        view = services.day.view
        now_ms = services.day.clock()
        floor = view.floor(now_ms)
        found = situations(view, floor, station_signs(services, now_ms), printer_sign(services), self._told)
        self._told = {each.key: each.held_ms for each in found}
        quiet = silent(services, now_ms)
        past, drawn = self._courses.of(view, now_ms, quiet)
        data: dict[str, Any] = {
            "v": VERSION,
            "board": board(view, now_ms, floor),
            "cards": _cards(view, floor, past, quiet),
            "most": _most(past, floor),
            "peaks": _peaks(past),
            "arrivals": _lately(view, now_ms),
            "stations": _stations(services, now_ms),
            "printer": printer(services),
            "scanner": services.scanners.trouble,
            "help": calls(view),
            "announcements": [dict(words.texts) for words in view.announcements_at(now_ms)],
            "journal": services.day.alive,
        }
        open_now = unnoted(found, view.notes, now_ms)
        shown = {
            words.language: _shown(view, data, open_now, drawn.number, words)
            for words in working(view.event.languages)
        }
        # The drawings are large and change slowly: a page asks for them where they are others than it has.
        events = {language: _event(number, data | {"shown": words}) for language, words in shown.items()}
        return Frame(number, view.version, data | {"lines": drawn.lines}, shown, events)


def _shown(
    view: View, data: Mapping[str, Any], found: Sequence[Situation], drawn: int, words: Texts
) -> dict[str, Any]:
    """A frame in the words of one language."""
    shown = told(view.event, data, words)
    more = sum(each.urgency is not Urgency.NOW for each in found[todo.FIRST :])
    shown["states"]["tasks"] = "some" if found else "none"
    shown["texts"]["tasks.count"] = words.number(len(found)) if found else ""
    moods = cards.moods(view.event, data, shown["states"], todo.watched(found))
    shown["states"] |= {f"atelier.{id}.mood": mood for id, mood in moods.items()}
    for mood in cards.SIFTED:
        shown["texts"][f"mood.{mood}"] = words.number(list(moods.values()).count(mood))
    shown["texts"]["more"] = words.plural("flow.tasks_more", more) if more > 0 else ""
    return shown | {
        "tasks": todo.tasks(view, found, words),
        "lately": log.lately(view, data["board"]["at_ms"], words),
        "drawn": drawn,
    }


@dataclass(frozen=True, slots=True)
class Drawn:
    """The drawings of the page; `number` tells them from those before."""

    number: int
    lines: Mapping[str, str]


class Courses:
    """The day so far, looked at every few seconds: nobody sees a line move faster."""

    def __init__(self, speed: float, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._every_s = max(LEAST_COURSE_S, COURSE_S / speed)
        self._monotonic = monotonic
        self._looked_s = float("-inf")
        self._kept: tuple[History, Drawn] | None = None

    def of(self, view: View, now_ms: int, quiet: Mapping[str, int]) -> tuple[History, Drawn]:
        now_s = self._monotonic()
        kept = self._kept
        if kept is None or now_s - self._looked_s >= self._every_s:
            self._looked_s = now_s
            past = history(view, now_ms, quiet)
            lines = sketch.lines(view.event, past) | sketch.figures(view.event, past)
            same = kept is not None and kept[1].lines == lines
            number = kept[1].number + (not same) if kept else 1
            self._kept = kept = past, Drawn(number, lines)
        return kept


def _cards(view: View, floor: Floor, past: History, quiet: Mapping[str, int]) -> dict[str, Any]:
    """Of each atelier: the wait in half an hour, when its queue closes, what is estimated, since when it is silent,
    and how many were in its queue an hour and half an hour ago.
    """
    ahead = outlooks(view, floor)
    return {
        id: {
            "low_minutes": ahead[id].range_minutes[0] if ahead[id].range_minutes else None,
            "high_minutes": ahead[id].range_minutes[1] if ahead[id].range_minutes else None,
            "over": ahead[id].over,
            "session_ms": ahead[id].session_ms,
            "ends_ms": view.statuses.ends_ms(id, floor.at_ms),
            "queue_estimated": any(present.inferred for present in here.queue),
            "inside_estimated": any(present.inferred for present in here.inside),
            "since_ms": quiet.get(id),
            "trend": [_queued(past, id, floor.at_ms - minutes * MINUTE_MS) for minutes in TREND_MINUTES],
        }
        for id, here in floor.by_id.items()
    }


def _queued(past: History, atelier: str, at_ms: int) -> int | None:
    here = past.ateliers.get(atelier)
    count = here.queue.at(at_ms) if here else None
    return count.people if count else None


def _most(past: History, floor: Floor) -> dict[str, int]:
    """The most people on site so far, and when; the day so far may have been looked at a moment ago."""
    most = past.on_site.most
    if most is None or most[1].people < floor.on_site.people:
        return {"people": floor.on_site.people, "at_ms": floor.at_ms}
    return {"people": most[1].people, "at_ms": most[0]}


def _peaks(past: History) -> dict[str, dict[str, int]]:
    """Of each atelier that had a queue: when it was the longest, and how long."""
    return {
        id: {"people": most[1].people, "at_ms": most[0]}
        for id, here in past.ateliers.items()
        if (most := here.queue.most)
    }


def _lately(view: View, now_ms: int) -> dict[str, int]:
    """Who came in the quarter of an hour, by the clock, that is not over."""
    from_ms = now_ms // QUARTER_MS * QUARTER_MS
    people = sum(party.size for party in view.parties.values() if from_ms <= party.came_ms <= now_ms)
    return {"people": people, "from_ms": from_ms}


def station_signs(services: Services, now_ms: int) -> list[StationSign]:
    """When each was heard of last; one that is well has just been: by a fast clock its signs of life are far apart."""
    seen, speed = services.stations.seen, services.speed
    return [
        StationSign(station.id, station.atelier, _heard_ms(seen.get(station.id), now_ms, speed))
        for station in services.day.event.stations
    ]


def _heard_ms(seen: Seen | None, now_ms: int, speed: float) -> int | None:
    if seen is None:
        return None
    return seen.at_ms if now_ms - seen.at_ms >= SILENT_S * 1000 * speed else now_ms


def printer_sign(services: Services) -> PrinterSign:
    """Where there is none by design, that is no trouble."""
    state, waiting = services.printer(), printer(services)["waiting"]
    trouble = "" if state.trouble in NO_PRINTER else state.trouble
    return PrinterSign(trouble, state.since_ms, state.paper == "low", waiting)


def _event(number: int, data: dict[str, Any]) -> bytes:
    body = json.dumps(data, separators=(",", ":"))
    return f"id: {number}\nevent: floor\ndata: {body}\n\n".encode("ascii")


def _stations(services: Services, now_ms: int) -> list[dict[str, Any]]:
    seen, twins = services.stations.seen, services.stations.twins
    return [
        {"id": station.id, "label": station.label, "atelier": station.atelier}
        | condition(seen.get(station.id), now_ms, speed=services.speed, twins=station.id in twins)
        for station in services.day.event.stations
    ]


def printer(services: Services) -> dict[str, Any]:
    state = services.printer()
    jobs = services.day.view.jobs.values()
    return {
        "trouble": state.trouble,
        "since_ms": state.since_ms,
        "paper": state.paper,
        "waiting": sum(job.state is PrintState.QUEUED for job in jobs),
        "unknown": sum(job.state is PrintState.UNKNOWN for job in jobs),
    }


def calls(view: View) -> list[dict[str, Any]]:
    """The open calls for help. `sign`: the number of the caller's nickname, 0 where nobody knows who calls."""
    parties = view.parties
    return [
        {
            "place": call.place,
            "subject": call.subject,
            "sign": (parties[call.party].sign or call.party) if call.party in parties else 0,
            "since_ms": call.since_ms,
        }
        for call in view.help
    ]
