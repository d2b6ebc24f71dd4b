"""One frame of the organisers' screen: the board, the stations, the printer, the announcements.

All of it as plain data, and again in words for each language of the event; see `told` for the words.
"""

import json
from typing import Any

from kiosk.rules.board import board
from kiosk.rules.printing import PrintState
from kiosk.texts import texts

from .live import Frame
from .services import Services
from .told import told

VERSION = 1
SILENT_S = 60  # real seconds; a station that is well gives a sign of life every ten
MUCH_BACKLOG = 10


def compose(services: Services, number: int) -> Frame:
    view = services.day.view
    now_ms = services.day.clock()
    data: dict[str, Any] = {
        "v": VERSION,
        "board": board(view, now_ms),
        "stations": _stations(services, now_ms),
        "printer": _printer(services),
        "announcements": [dict(words.texts) for words in view.announcements_at(now_ms)],
        "journal": services.day.alive,
    }
    shown = {language: told(view.event, data, texts(language)) for language in view.event.languages}
    events = {language: _event(number, data | {"shown": words}) for language, words in shown.items()}
    return Frame(number, view.version, data, shown, events)


def _event(number: int, data: dict[str, Any]) -> bytes:
    body = json.dumps(data, separators=(",", ":"))
    return f"id: {number}\nevent: floor\ndata: {body}\n\n".encode("ascii")


def _stations(services: Services, now_ms: int) -> list[dict[str, Any]]:
    seen = services.stations.seen
    return [
        {"id": station.id, "atelier": station.atelier, "state": "never"}
        if (last := seen.get(station.id)) is None
        else {
            "id": station.id,
            "atelier": station.atelier,
            "state": _health(
                silent_s := max(0, round((now_ms - last.at_ms) / 1000 / services.speed)),
                last.health.scanner,
                last.health.backlog,
            ),
            "seen_ms": last.at_ms,
            "silent_s": silent_s,
            "backlog": last.health.backlog,
            "scanner": last.health.scanner,
            "version": last.health.version,
        }
        for station in services.day.event.stations
    ]


def _health(silent_s: int, scanner: bool, backlog: int) -> str:
    if silent_s >= SILENT_S:
        return "silent"
    if not scanner:
        return "no_scanner"
    return "backlog" if backlog >= MUCH_BACKLOG else "ok"


def _printer(services: Services) -> dict[str, Any]:
    state = services.printer()
    jobs = services.day.view.jobs.values()
    return {
        "trouble": state.trouble,
        "since_ms": state.since_ms,
        "paper": state.paper,
        "waiting": sum(job.state is PrintState.QUEUED for job in jobs),
        "unknown": sum(job.state is PrintState.UNKNOWN for job in jobs),
    }
