"""One frame of the organisers' screen: the board, the stations, the printer, who calls for help, the announcements.

All of it as plain data, and again in the words of each language that who works there may read; see `told`.
"""

import json
from typing import Any

from kiosk.condition import SILENT_S, condition
from kiosk.rules.board import board
from kiosk.rules.ledger import View
from kiosk.rules.printing import PrintState
from kiosk.rules.situations import PrinterSign, StationSign, situations
from kiosk.rules.situations import told as unnoted
from kiosk.signs import Seen
from kiosk.texts import working

from . import log, todo
from .live import Frame
from .progress import NO_PRINTER
from .services import Services
from .told import told

VERSION = 1


class Composer:
    """Makes one frame after the other; not thread-safe. What was told a moment ago, it remembers."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._told: frozenset[str] = frozenset()

    def __call__(self, number: int) -> Frame:
        services = self._services
        view = services.day.view
        now_ms = services.day.clock()
        floor = view.floor(now_ms)
        found = situations(view, floor, station_signs(services, now_ms), printer_sign(services), self._told)
        self._told = frozenset(each.key for each in found)
        data: dict[str, Any] = {
            "v": VERSION,
            "board": board(view, now_ms, floor),
            "stations": _stations(services, now_ms),
            "printer": printer(services),
            "scanner": services.scanners.trouble,
            "help": calls(view),
            "announcements": [dict(words.texts) for words in view.announcements_at(now_ms)],
            "journal": services.day.alive,
        }
        open_now = unnoted(found, view.notes, now_ms)
        shown = {
            words.language: told(view.event, data, words)
            | {
                "tasks": todo.tasks(view, open_now, words),
                "lately": log.lately(view, now_ms, words),
            }
            for words in working(view.event.languages)
        }
        events = {language: _event(number, data | {"shown": words}) for language, words in shown.items()}
        return Frame(number, view.version, data, shown, events)


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
