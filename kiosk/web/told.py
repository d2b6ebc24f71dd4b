"""The organisers' numbers in words: what stands on the page when it is first drawn, and what replaces it.

Pure. `texts` are words by the key of the place where they stand; an empty one hides its place. `states` are
codes that colour and picture follow. The page holds the same keys in `data-text`, `data-when`, `data-state`.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from kiosk import condition
from kiosk.paper.printer import DETAILS
from kiosk.rules.event import Event, name_in
from kiosk.rules.party import Nickname
from kiosk.texts import Texts

from . import cards

COUNTED = ("forks", "set_aside", "unknown_badges")
ALARMS = ("journal", "two_devices", "scanner", *COUNTED)
SUBJECTS = (
    "printer",
    "language",
    "family",
    "dreams",
    "apart",
    "sheet",
    "back",
    "guest",
    "people",
    "wishes",
    "replaced",
    "badge",
    "sure",
    "group",
    "notice",
    "unread",
    "error",
)
STATUSES = ("open", "paused", "closed", "before", "after")
PEOPLE = ("on_site", "came", "roaming", "gone")


def told(event: Event, data: Mapping[str, Any], words: Texts) -> dict[str, dict[str, Any]]:
    """`data`: a frame without its words."""
    board = data["board"]
    texts: dict[str, str] = {"clock": words.clock(board["at_ms"], event.zone)}
    states: dict[str, str] = {"floor": "live" if board["came"]["parties"] else "empty"}
    texts["empty"] = "" if board["came"]["parties"] else _empty(event, board["at_ms"], words)
    texts["calm"] = words.text("flow.calm" if _is_on(event, board["at_ms"]) else "flow.calm_closed")
    texts["unready"] = _unready(event, board["at_ms"], data["stations"], words)
    states["unready"] = "some" if texts["unready"] else "none"
    for name in PEOPLE:
        texts[f"{name}.people"] = words.number(board[name]["people"])
        texts[f"{name}.parties"] = words.plural("flow.parties", board[name]["parties"])
    for here in board["ateliers"]:
        key = f"atelier.{here['id']}"
        states[key] = here["status"]
        more = data["cards"][here["id"]]
        told_card = cards.card(event, here, more, board["at_ms"], words)
        texts |= {f"{key}.{name}": text for name, text in told_card.items()}
        there = [each for each in data["stations"] if each["atelier"] == here["id"]]
        states[f"{key}.health"], texts[f"{key}.health"] = cards.health(there, words)
        states[f"{key}.age"] = "old" if more["since_ms"] else "fresh"
    for station in data["stations"]:
        key = f"station.{station['id']}"
        states[key] = station["state"]
        texts[key] = condition.words(station, words)
    well = sum(station["state"] == condition.OK for station in data["stations"])
    texts["stations.well"] = words.plural("flow.stations.well", well) if well else ""
    texts |= printer(event, data["printer"], words)
    states["printer"] = _printer_mood(data["printer"])
    for name in COUNTED:
        texts[f"alarm.{name}"] = words.plural(f"flow.alarm.{name}", board[name]) if board[name] else ""
    texts["alarm.journal"] = "" if data["journal"] else words.text("flow.alarm.journal")
    texts["alarm.two_devices"] = _twins(event, data["stations"], words)
    texts["alarm.scanner"] = (
        words.text("flow.alarm.scanner", trouble=data["scanner"]) if data["scanner"] else ""
    )
    states["alarms"] = (
        "some" if any(text for key, text in texts.items() if key.startswith("alarm.")) else "none"
    )
    texts["compliance"] = (
        words.text("flow.compliance", n=words.number(round(10 * board["compliance"])))
        if board["came"]["parties"]
        else ""
    )
    for here in board["ateliers"]:
        peak = data["peaks"].get(here["id"])
        texts[f"peak.{here['id']}"] = _most(event, peak, words) if peak else ""
    most = data["most"]
    texts["most"] = _most(event, most, words) if most["people"] else ""
    lately = data["arrivals"]
    texts["arrivals"] = words.text(
        "flow.arrivals_now",
        n=words.number(lately["people"]),
        clock=words.clock(lately["from_ms"], event.zone),
    )
    texts["announcements"] = "\n".join(name_in(said, words.language) for said in data["announcements"])
    return {"texts": texts, "states": states}


def _most(event: Event, most: Mapping[str, int], words: Texts) -> str:
    clock = words.clock(most["at_ms"], event.zone)
    return words.text("flow.most", n=words.number(most["people"]), clock=clock)


def _twins(event: Event, stations: Iterable[Mapping[str, Any]], words: Texts) -> str:
    names = [
        event.station_name(station["id"], words.language)
        for station in stations
        if condition.TWINS in station.get("troubles", ())
    ]
    return words.text("flow.alarm.two_devices", stations=", ".join(names)) if names else ""


def printer(event: Event, state: Mapping[str, Any], words: Texts) -> dict[str, str]:
    trouble = state["trouble"]
    code = printer_code(trouble) if trouble else "low" if state["paper"] == "low" else "ok"
    since = ""
    if trouble and code not in ("none", "no_printer"):
        since = words.text("flow.printer.since", clock=words.clock(state["since_ms"], event.zone))
    waiting, unknown = state["waiting"], state["unknown"]
    return {
        "printer": words.text(f"flow.printer.{code}"),
        "printer.since": since,
        "printer.todo": "" if code == "ok" else words.text(f"flow.todo.{code}"),
        "printer.waiting": words.plural("flow.printer.waiting", waiting) if waiting else "",
        "printer.unknown": words.plural("flow.printer.unknown", unknown) if unknown else "",
    }


def printer_code(trouble: str) -> str:
    """Of the words that tell of it."""
    return trouble if trouble in (*DETAILS, "none") else "error"


def _printer_mood(state: Mapping[str, Any]) -> str:
    if state["trouble"]:
        return "bad"
    return "warn" if state["paper"] == "low" else "ok"


def calls(event: Event, asked: Iterable[Mapping[str, Any]], words: Texts) -> list[dict[str, str]]:
    """Who calls for help: the place as a form names it, and what is said of it."""
    return [
        {"place": call["place"], "who": _caller(call, words), "more": _call_more(event, call, words)}
        for call in asked
    ]


def _caller(call: Mapping[str, Any], words: Texts) -> str:
    place = call["place"]
    return words.text("flow.help.at", place=place) if place else words.text("flow.help.at_hub")


def _call_more(event: Event, call: Mapping[str, Any], words: Texts) -> str:
    """About what, for whom, since when; a subject that is none of ours is left out."""
    about = words.text(f"flow.help.about.{call['subject']}") if call["subject"] in SUBJECTS else ""
    whom = words.nickname(Nickname.of(call["sign"])) if call["sign"] else ""
    since = words.text("flow.help.since", clock=words.clock(call["since_ms"], event.zone))
    return " · ".join(filter(None, (about, whom, since)))


def _is_on(event: Event, at_ms: int) -> bool:
    window = event.window_at(at_ms)
    return window is not None and at_ms in window


def _unready(event: Event, at_ms: int, stations: Iterable[Mapping[str, Any]], words: Texts) -> str:
    """Before the doors open: how many stations are to be looked after. Later each says it at its atelier."""
    if at_ms >= event.opens_ms:
        return ""
    waiting = sum(each["state"] != condition.OK for each in stations)
    return words.plural("flow.unready", waiting) if waiting else ""


def _empty(event: Event, at_ms: int, words: Texts) -> str:
    window = event.window_at(at_ms)
    if window is None:
        return words.text("flow.empty_over")
    if _is_on(event, at_ms):
        return words.text("flow.empty_open")
    return words.text("flow.empty_before", clock=words.clock(window.opens_ms, event.zone))
