"""What organisers should do now, in words: an instruction, its reason with numbers, and the one button that does it.

Pure. What is to be done is found by kiosk.rules.situations; here it is only said.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from firmware.wire import screen
from kiosk.rules.event import Event
from kiosk.rules.situations import Remedy, Situation, Urgency
from kiosk.rules.view import View
from kiosk.texts import Texts

from . import told
from .apart import apart

ASKED = frozenset({"reissue"})  # what cannot be taken back once it is done, and is asked about before
# Who goes there has put it off with that.
PUT_OFF = frozenset({"end-queue", "send-on", "announce", "limit", "reissue"})
GOING = frozenset(
    {"printer", "paper-low", "silent", "network", "stalled", "overdue"}
)  # where somebody goes to look
STANDS = frozenset(
    {"help", "printer", "silent", "network", "crowded", "stalled", "too-few", "overdue"}
)  # since a moment that tells something
MOST_KEY = 200
MOST_NAMES = 5
FIRST = 4  # so many are in sight; what is urgent always is
GLYPHS = {
    "help": "hand",
    "printer": "print",
    "paper-low": "receipt",
    "silent": "tower-broadcast",
    "network": "wifi",
    "crowded": "people-group",
    "close": "door-closed",
    "move": "clock",
    "reopen": "door-open",
    "late": "person-walking-arrow-right",
    "stalled": "hourglass-half",
    "too-few": "user-plus",
    "long": "users-line",
    "send": "signs-post",
    "overdue": "person-circle-question",
    "two-places": "clone",
}
URGENCIES = tuple(each.name.lower() for each in Urgency)
FIELDS = ("atelier", "at_ms", "places", "party", "carries", "place", "parties")
BLANK: Mapping[str, Any] = {
    **dict.fromkeys(("key", "kind", "urgency", "since", "asks", "what", "why", "button"), ""),
    "later": False,
    "remedy": dict.fromkeys(("kind", *FIELDS), ""),
}
"""A task without words, for a page to make others of."""


def tasks(view: View, found: Iterable[Situation], words: Texts) -> list[dict[str, Any]]:
    """In the order of `found`. `remedy`: what the form of its button holds; `asks`: a question before it, if any."""
    return [_task(view, each, words) for each in found]


def watched(found: Iterable[Situation]) -> set[str]:
    """The ateliers that somebody has to look after; where there is room, nobody has to."""
    return {str(each.values.get("atelier", "")) for each in found if each.kind != "send"}


def is_key(said: str) -> bool:
    """Whether this may name a situation."""
    return said.partition("/")[0] in GLYPHS and len(said) <= MOST_KEY and said.isprintable()


def goes(key: str) -> bool:
    """Whether who puts this off goes there to look."""
    return key.partition("/")[0] in GOING


def named(key: str, event: Event, words: Texts) -> str:
    """What a situation was about, by its key alone: it may be over."""
    kind, *rest = key.split("/")
    if kind not in GLYPHS:
        return ""
    about = next((event.by_id[part].name(words.language) for part in rest if part in event.by_id), "")
    return " · ".join(filter(None, (words.text(f"situation.{kind}.name"), about)))


def _task(view: View, situation: Situation, words: Texts) -> dict[str, Any]:
    remedy = situation.remedy
    said = _said(view, situation, words)
    return {
        "key": situation.key,
        "kind": situation.kind,
        "urgency": situation.urgency.name.lower(),
        "since": words.text("flow.help.since", clock=words.clock(situation.since_ms, view.event.zone))
        if situation.kind in STANDS
        else "",
        "asks": words.text(f"act.asks.{remedy.kind}") if remedy.kind in ASKED else "",
        "later": remedy.kind in PUT_OFF,
        "remedy": _form(view, remedy),
        **_words(view, situation, said, words),
    }


def _form(view: View, remedy: Remedy) -> dict[str, str]:
    """`carries`: the badge of the party, as it was when this was shown."""
    known = view.parties.get(remedy.party)
    return {
        "kind": remedy.kind,
        "atelier": remedy.atelier,
        "at_ms": str(remedy.at_ms),
        "places": str(remedy.places),
        "party": str(remedy.party),
        "carries": screen.ref(known.badge) if known else "",
        "place": remedy.place,
        "parties": " ".join(map(str, remedy.parties)),
    }


def _words(view: View, situation: Situation, said: Mapping[str, str], words: Texts) -> dict[str, str]:
    """`what` to do, `why`, and the words of its button."""
    kind, values = situation.kind, situation.values
    button = words.text("act.go")
    if kind == "help":
        sign = view.parties[party].nickname if (party := situation.remedy.party) in view.parties else None
        subject = str(values["subject"])
        about = words.text(f"flow.help.about.{subject}") if subject in told.SUBJECTS else ""
        place = str(values["place"])
        what = words.text("flow.help.at", place=place) if place else words.text("flow.help.at_hub")
        more = " · ".join(filter(None, (about, words.nickname(sign) if sign else "")))
        return {"what": what, "why": more, "button": button}
    if kind == "printer":
        code = told.printer_code(str(values["trouble"]))
        waiting = int(values["waiting"])
        why = words.text(f"flow.todo.{code}")
        if waiting:
            why += " " + words.plural("flow.printer.waiting", waiting)
        trouble = words.text(f"flow.printer.{code}")
        what = words.text("situation.printer", trouble=trouble[:1].lower() + trouble[1:])
        return {"what": what, "why": why, "button": button}
    if kind == "paper-low":
        return {"what": words.text("flow.printer.low"), "why": words.text("flow.todo.low"), "button": button}
    code = kind
    if kind == "close" and situation.urgency is Urgency.NOW:
        code = "close-now"
    why = words.text(f"situation.{code}.why", **said)
    if "to" in said:
        why += " " + words.text(f"situation.{code}.to", **said)
    if situation.remedy.kind != "go":
        button = words.text(f"situation.{code}.do", **said)
    return {
        "what": words.text(f"situation.{code}", **said),
        "why": why,
        "button": button,
    }


def _said(view: View, situation: Situation, words: Texts) -> dict[str, str]:
    """The values of a situation as they stand in sentences."""
    event = view.event
    said = {"places_then": words.number(situation.remedy.places)}
    for name, value in situation.values.items():
        if name.endswith("_ms"):
            said[name.removesuffix("_ms")] = words.clock(int(value), event.zone)
        elif name == "told":
            said[name] = words.minutes(int(value)) if value else words.text("advice.at_once")
        elif name in ("minutes", "late"):
            said[name] = words.minutes(int(value))
        elif name in ("atelier", "from", "to"):
            said[name] = apart(event.by_id[str(value)].name(words.language), words)
        elif name == "party":
            party = view.parties.get(int(value))
            said[name] = words.nickname(party.nickname) if party else ""
        elif name == "station":
            label = next((each.label for each in event.stations if each.id == value), "")
            said[name] = label or str(value)
        elif isinstance(value, int):
            said[name] = words.number(value)
    if "places" in situation.values:
        said["for_places"] = words.plural("flow.places", int(situation.values["places"]))
    if situation.remedy.parties:
        known = [view.parties[each] for each in situation.remedy.parties if each in view.parties]
        said["names"] = _names([words.nickname(party.nickname) for party in known], words)
    if "low_minutes" in situation.values:
        low, high = (int(situation.values[name]) for name in ("low_minutes", "high_minutes"))
        said["range"] = words.duration_range(low, high)
    if situation.kind in ("silent", "network"):
        said["clock"] = words.clock(situation.since_ms, event.zone)
    return said


def _names(names: Sequence[str], words: Texts) -> str:
    """Of the last in a queue, in its order: where they are many, from whom to whom."""
    if len(names) <= MOST_NAMES:
        return ", ".join(names)
    return words.text("situation.late.many", n=words.number(len(names)), first=names[0], last=names[-1])
