"""A receipt: the hub's signed answer to a batch, given after its commit.

It deletes nothing: the station's log is the second memory until the event is closed.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from . import announcement, booth, card, schema, token
from .announcement import Announcement
from .booth import Standing
from .card import Card
from .errors import Malformed

OPEN, PAUSED, CLOSED = "open", "paused", "closed"
MOST_ADVICE = 16
MOST_WAITS = 64
LONGEST = 160  # characters of what is to be shown

_STATUS = re.compile("open|paused|closed")
_BADGE = re.compile(f"[{token.ALPHABET}]{{{token.LENGTH}}}")
_LINE = re.compile(rf"[^\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]{{1,{LONGEST}}}")
_PLACE = re.compile(f"(?:{schema.IDENTIFIER.pattern})?")

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Advice:
    """What the party of a badge is told: `verb` is go, rest or end, `atelier` empty where none is meant.

    `words` are all of it, for people; a station has no words of its own for it.
    """

    badge: str
    verb: str
    atelier: str
    words: str

    def to_json(self) -> dict[str, Any]:
        return {"badge": self.badge, "verb": self.verb, "atelier": self.atelier, "words": self.words}

    @classmethod
    def from_json(cls, fields: Mapping[str, Any]) -> "Advice":
        return cls(
            schema.text(fields, "badge", _BADGE),
            schema.text(fields, "verb", schema.WORD),
            schema.text(fields, "atelier", _PLACE),
            schema.text(fields, "words", _LINE),
        )


@dataclass(frozen=True, slots=True)
class Wait:
    """At an atelier that is open one waits so many minutes now; `name` is for people."""

    atelier: str
    name: str
    low_minutes: int
    high_minutes: int

    def to_json(self) -> dict[str, Any]:
        return {
            "atelier": self.atelier,
            "name": self.name,
            "low_minutes": self.low_minutes,
            "high_minutes": self.high_minutes,
        }

    @classmethod
    def from_json(cls, fields: Mapping[str, Any]) -> "Wait":
        low_minutes = schema.integer(fields, "low_minutes", least=0)
        return cls(
            schema.text(fields, "atelier", schema.IDENTIFIER),
            schema.text(fields, "name", _LINE),
            low_minutes,
            schema.integer(fields, "high_minutes", least=low_minutes),
        )


@dataclass(frozen=True, slots=True)
class Receipt:
    """`held`: passages 1..held of this log are durable at the hub. `now_ms`: the hub's time.

    `hub` is the epoch of the hub's journal; a change means a restore, and the station sends all of its log
    again. `nonce` is the batch's own. `status` is that of the station's atelier, for the panel. `advice`: what
    parties of this batch are told. `board`: the waits now, for when no hub can be asked.

    `plan`: the digest of the plan that holds, empty where there is none. `cards`: those after the first `cards_from`
    of the hub. `standings`: who is at the booth, as far as the hub holds passages; None where it does not say.
    `announcements`: those that are up, the newest last; one that is not among them any more was withdrawn, or is over.
    """

    hub: str
    station: str
    epoch: str
    nonce: str
    held: int
    now_ms: int
    status: str = OPEN
    advice: tuple[Advice, ...] = ()
    board: tuple[Wait, ...] = ()
    plan: str = ""
    cards_from: int = 0
    cards: tuple[Card, ...] = ()
    standings: tuple[Standing, ...] | None = None
    announcements: tuple[Announcement, ...] = ()

    def to_json(self) -> dict[str, Any]:
        told: dict[str, Any] = {
            "advice": [one.to_json() for one in self.advice[:MOST_ADVICE]],
            "board": [one.to_json() for one in self.board[:MOST_WAITS]],
            "plan": self.plan,
            "cards": [one.to_json() for one in self.cards[: card.MOST]],
            "announcements": [one.to_json() for one in self.announcements[-announcement.MOST :]],
        }
        if self.standings is not None:
            told["booth"] = {"standings": [one.to_json() for one in self.standings[: booth.MOST]]}
        return {
            "v": schema.VERSION,
            "hub": self.hub,
            "station": self.station,
            "epoch": self.epoch,
            "nonce": self.nonce,
            "held": self.held,
            "now_ms": self.now_ms,
            "status": self.status,
            **{name: entries for name, entries in told.items() if entries},
            **({"cards_from": self.cards_from} if told["cards"] else {}),
        }

    def encode(self) -> bytes:
        return schema.canonical(self.to_json())


def decode(data: bytes) -> Receipt:
    """The receipt in the body of an answer. Raises Malformed, UnknownVersion."""
    fields = schema.versioned(schema.read(data), "receipt")
    return Receipt(
        hub=schema.text(fields, "hub", schema.HEX),
        station=schema.text(fields, "station", schema.IDENTIFIER),
        epoch=schema.text(fields, "epoch", schema.HEX),
        nonce=schema.text(fields, "nonce", schema.HEX),
        held=schema.integer(fields, "held", least=0),
        now_ms=schema.integer(fields, "now_ms", least=0),
        status=schema.text(fields, "status", _STATUS),
        advice=tuple(_readable(fields, "advice", MOST_ADVICE, _of_mapping(Advice.from_json))),
        board=tuple(_readable(fields, "board", MOST_WAITS, _of_mapping(Wait.from_json))),
        **_told(fields),
    )


def _told(fields: Mapping[str, Any]) -> dict[str, Any]:
    """What a station shows; without it a receipt is as good."""
    plan, cards_from, here = fields.get("plan"), fields.get("cards_from"), fields.get("booth")
    cards = list(_readable(fields, "cards", card.MOST, Card.from_json))
    listed = fields.get("cards")
    whole = isinstance(listed, list) and len(cards) == len(listed)  # a card left out would shift all after it
    return {
        "plan": plan if isinstance(plan, str) and schema.HEX.fullmatch(plan) else "",
        "cards_from": cards_from if whole and type(cards_from) is int and cards_from >= 0 else 0,
        "cards": tuple(cards) if whole and type(cards_from) is int and cards_from >= 0 else (),
        "standings": tuple(_readable(here, "standings", booth.MOST, Standing.from_json))
        if isinstance(here, dict)
        else None,
        "announcements": tuple(_readable(fields, "announcements", announcement.MOST, Announcement.from_json)),
    }


def _of_mapping(read: Callable[[Mapping[str, Any]], T]) -> Callable[[Any], T]:
    return lambda entry: read(schema.mapping(entry, "entry"))


def _readable(fields: Mapping[str, Any], name: str, most: int, read: Callable[[Any], T]) -> Iterator[T]:
    """What can be read of a list that says nothing about passages: for its sake no receipt is refused."""
    listed = fields.get(name)
    for entry in listed[:most] if isinstance(listed, list) else ():
        try:
            yield read(entry)
        except Malformed:
            continue
