"""One frame of the organisers' screen: the board, the stations, the printer, who calls for help, the announcements.

All of it as plain data, and again in the words of each language that who works there may read; see `told`.
"""

import json
from typing import Any

from kiosk.condition import condition
from kiosk.rules.board import board
from kiosk.rules.ledger import View
from kiosk.rules.printing import PrintState
from kiosk.texts import working

from .live import Frame
from .services import Services
from .told import told

VERSION = 1


def compose(services: Services, number: int) -> Frame:
    view = services.day.view
    now_ms = services.day.clock()
    data: dict[str, Any] = {
        "v": VERSION,
        "board": board(view, now_ms),
        "stations": _stations(services, now_ms),
        "printer": printer(services),
        "scanner": services.scanners.trouble,
        "help": calls(view),
        "announcements": [dict(words.texts) for words in view.announcements_at(now_ms)],
        "journal": services.day.alive,
    }
    shown = {words.language: told(view.event, data, words) for words in working(view.event.languages)}
    events = {language: _event(number, data | {"shown": words}) for language, words in shown.items()}
    return Frame(number, view.version, data, shown, events)


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
