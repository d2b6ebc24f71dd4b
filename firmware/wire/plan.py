"""The plan: what a station must know of its atelier, and of the words and pictures of its screen.

The hub gives it out whole and signed. A station keeps it on its card, so that it can work, and show its screen, long
after it has met the hub. Each receipt names the digest of the plan that holds; a station that has another asks anew:
so it hears that it was moved to another atelier, or that a time has changed.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from . import passage, schema
from .errors import Malformed

CONTINUOUS, TABLE, BATCH, SESSION = KINDS = ("continuous", "table", "batch", "session")

MOST_BYTES = 256 * 1024
MOST_WORDS, LONGEST_WORDS = 500, 400
MOST_SHAPES, LONGEST_PATH = 200, 20_000
MOST_TIMES = 100

_NAME = re.compile(r"[^\x00-\x1f\x7f-\x9f\ud800-\udfff]{1,120}")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}([_-][A-Za-z0-9]{2,8})*")
_ICON = re.compile(r"[a-z0-9-]{1,60}")
_KEY = re.compile(r"[a-z0-9_.-]{1,60}")
_BOX = re.compile(r"[0-9. -]{1,60}")
_PATH = re.compile(rf"[A-Za-z0-9., -]{{1,{LONGEST_PATH}}}")


@dataclass(frozen=True)
class Plan:
    """`steps`: what the scans of a badge mean here, in turn. `buttons`: entering and leaving are pressed, not scanned.

    `queues`: somebody scans arrivals at this atelier, so there is a queue to call from. `sees_out`: somebody sees
    parties out, by a scan or a button. `times_ms`: the starts of a SESSION as they hold now. `words` and `shapes` are
    those of the screen; a shape is a view box and its paths.
    """

    station: str
    label: str
    event: str
    event_name: str
    language: str
    atelier: str
    name: str
    icon: str
    room: str
    kind: str
    places: int
    minutes: int
    steps: tuple[str, ...]
    buttons: bool = False
    queues: bool = True
    sees_out: bool = True
    times_ms: tuple[int, ...] = ()
    utc_offset_minutes: int = 0
    words: Mapping[str, str] = field(default_factory=dict)
    shapes: Mapping[str, tuple[str, tuple[str, ...]]] = field(default_factory=dict)

    def text(self, key: str, **names: object) -> str:
        """The words of `key`, with names filled in; the key itself where the hub sent none."""
        words = self.words.get(key, key)
        for name, value in names.items():
            words = words.replace(f"{{{name}}}", str(value))
        return words

    def to_json(self) -> dict[str, Any]:
        return {
            "v": schema.VERSION,
            "station": self.station,
            "label": self.label,
            "event": self.event,
            "event_name": self.event_name,
            "language": self.language,
            "atelier": self.atelier,
            "name": self.name,
            "icon": self.icon,
            "room": self.room,
            "kind": self.kind,
            "places": self.places,
            "minutes": self.minutes,
            "steps": list(self.steps),
            "buttons": self.buttons,
            "queues": self.queues,
            "sees_out": self.sees_out,
            "times_ms": list(self.times_ms),
            "utc_offset_minutes": self.utc_offset_minutes,
            "words": dict(self.words),
            "shapes": {name: [box, list(paths)] for name, (box, paths) in self.shapes.items()},
        }

    def encode(self) -> bytes:
        return schema.canonical(self.to_json())

    @cached_property
    def digest(self) -> str:
        """16 hexadecimal digits."""
        return hashlib.sha256(self.encode()).hexdigest()[:16]


def decode(data: bytes) -> Plan:
    """The plan in `data`. Raises Malformed, UnknownVersion."""
    if len(data) > MOST_BYTES:
        raise Malformed(f"plan: {len(data)} bytes, at most {MOST_BYTES} are taken")
    return from_json(schema.read(data))


def from_json(value: Any) -> Plan:
    """Raises Malformed, UnknownVersion."""
    fields = schema.versioned(value, "plan")
    return Plan(
        station=schema.text(fields, "station", schema.IDENTIFIER),
        label=schema.text(fields, "label", _NAME),
        event=schema.text(fields, "event", schema.IDENTIFIER),
        event_name=schema.text(fields, "event_name", _NAME),
        language=schema.text(fields, "language", _LANGUAGE),
        atelier=schema.text(fields, "atelier", schema.IDENTIFIER),
        name=schema.text(fields, "name", _NAME),
        icon=schema.text(fields, "icon", _ICON),
        room=schema.text(fields, "room", _NAME),
        kind=_one_of(fields, "kind", KINDS),
        places=schema.integer(fields, "places", least=1, most=1000),
        minutes=schema.integer(fields, "minutes", least=1, most=24 * 60),
        steps=tuple(_step(step) for step in schema.listing(fields, "steps", most=len(passage.STEPS))),
        buttons=fields.get("buttons") is True,
        queues=fields.get("queues") is True,
        sees_out=fields.get("sees_out") is True,
        times_ms=tuple(
            schema.integer({"times_ms": at_ms}, "times_ms", least=0)
            for at_ms in schema.listing(fields, "times_ms", most=MOST_TIMES)
        ),
        utc_offset_minutes=schema.integer(fields, "utc_offset_minutes", least=-24 * 60, most=24 * 60),
        words=_words(schema.mapping(fields.get("words"), "words")),
        shapes=_shapes(schema.mapping(fields.get("shapes"), "shapes")),
    )


def _one_of(fields: Mapping[str, Any], name: str, choices: tuple[str, ...]) -> str:
    value = fields.get(name)
    if value not in choices:
        raise Malformed(f"{name}: one of {', '.join(choices)} is expected")
    return str(value)


def _step(value: Any) -> str:
    return _one_of({"steps": value}, "steps", passage.STEPS)


def _words(fields: Mapping[str, Any]) -> dict[str, str]:
    if len(fields) > MOST_WORDS:
        raise Malformed(f"words: at most {MOST_WORDS} are expected")
    for key, words in fields.items():
        if not _KEY.fullmatch(key) or not isinstance(words, str) or len(words) > LONGEST_WORDS:
            raise Malformed("words: text by key is expected")
    return {str(key): str(words) for key, words in fields.items()}


def _shapes(fields: Mapping[str, Any]) -> dict[str, tuple[str, tuple[str, ...]]]:
    """Only what can be a drawing: it ends in a page."""
    if len(fields) > MOST_SHAPES:
        raise Malformed(f"shapes: at most {MOST_SHAPES} are expected")
    found = {}
    for name, value in fields.items():
        match value:
            case [str(box), list(paths)] if _ICON.fullmatch(name) and _BOX.fullmatch(box) and len(paths) <= 8:
                if all(isinstance(path, str) and _PATH.fullmatch(path) for path in paths):
                    found[str(name)] = (box, tuple(paths))
                    continue
        raise Malformed("shapes: a view box and paths are expected")
    return found
