"""A batch: consecutive passages of one log on their way to the hub, or none of them as a sign of life.

A passage that cannot be read does not hold up those behind it: it travels on as `Garbled`, keeps its place in
the sequence, and the hub sets it aside.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from . import anchor, passage, schema
from .anchor import Anchor
from .errors import Malformed, UnknownVersion
from .passage import Passage

MOST_PASSAGES = 200
MOST_BYTES = 256 * 1024

NO_HUB = "0" * 16  # the hub's epoch, to a station that has met none


@dataclass(frozen=True, slots=True)
class Health:
    """What the station knows of itself when it sends; None of what it cannot know.

    `scanner`: whether each scanner that it is set to is there. `up_s`: since its boot. `last_scan_s`: since the last
    passage of this boot. `wall_offset_ms`: how far its wall clock is ahead of the hub's time, `clock_error_ms` how
    well it knows that. `undervoltage`: since the boot, or now. `trouble`: what an animator reads on it now, if
    anything.
    """

    backlog: int
    scanner: bool
    version: str
    up_s: int | None = None
    last_scan_s: int | None = None
    wall_offset_ms: int | None = None
    clock_error_ms: int | None = None
    temperature_c: int | None = None
    undervoltage: bool | None = None
    free_mib: int | None = None
    trouble: str = ""

    def to_json(self) -> dict[str, Any]:
        known = {name: getattr(self, name) for name in (*_MEASURES, "undervoltage")}
        return {
            "backlog": self.backlog,
            "scanner": self.scanner,
            "version": self.version,
            **{name: value for name, value in known.items() if value is not None},
            **({"trouble": self.trouble} if self.trouble else {}),
        }


_MEASURES = ("up_s", "last_scan_s", "wall_offset_ms", "clock_error_ms", "temperature_c", "free_mib")
LONGEST_TROUBLE = 300


@dataclass(frozen=True, slots=True)
class Garbled:
    """A passage that could not be read: its place in the log, its JSON as it came, and why."""

    seq: int
    raw: str
    reason: str

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.raw.encode("ascii")).hexdigest()


@dataclass(frozen=True, slots=True)
class Batch:
    """`first` is the sequence number of the first passage; `boot`, `boot_ms`, `wall_ms` stamp the sending.

    `cards`: how many of the hub's cards the station has.
    """

    station: str
    epoch: str
    hub: str
    nonce: str
    boot: str
    boot_ms: int
    wall_ms: int
    first: int
    passages: tuple[Passage | Garbled, ...]
    anchors: tuple[Anchor, ...]
    health: Health
    cards: int = 0

    def to_json(self) -> dict[str, Any]:
        return {
            "v": schema.VERSION,
            "station": self.station,
            "epoch": self.epoch,
            "hub": self.hub,
            "nonce": self.nonce,
            "boot": self.boot,
            "boot_ms": self.boot_ms,
            "wall_ms": self.wall_ms,
            "first": self.first,
            "passages": [
                p.to_json() if isinstance(p, Passage) else schema.read(p.raw) for p in self.passages
            ],
            "anchors": [a.to_json() for a in self.anchors],
            "health": self.health.to_json(),
            **({"cards": self.cards} if self.cards else {}),
        }

    def encode(self) -> bytes:
        return schema.canonical(self.to_json())


def decode(data: bytes) -> Batch:
    """The batch in the body of a post. Raises Malformed, UnknownVersion."""
    if len(data) > MOST_BYTES:
        raise Malformed(f"batch: {len(data)} bytes, at most {MOST_BYTES} are taken")
    fields = schema.versioned(schema.read(data), "batch")
    first = schema.integer(fields, "first", least=1)
    station = schema.text(fields, "station", schema.IDENTIFIER)
    epoch = schema.text(fields, "epoch", schema.HEX)
    return Batch(
        station=station,
        epoch=epoch,
        hub=schema.text(fields, "hub", schema.HEX),
        nonce=schema.text(fields, "nonce", schema.HEX),
        boot=schema.text(fields, "boot", schema.HEX),
        boot_ms=schema.integer(fields, "boot_ms", least=0),
        wall_ms=schema.integer(fields, "wall_ms"),
        first=first,
        passages=tuple(
            _passage(value, station, epoch, seq)
            for seq, value in enumerate(schema.listing(fields, "passages", most=MOST_PASSAGES), start=first)
        ),
        anchors=tuple(
            anchor.from_json(value)
            for value in schema.listing(fields, "anchors", most=anchor.MOST_IN_A_BATCH)
        ),
        health=_health(schema.mapping(fields.get("health"), "health")),
        cards=_measure(fields, "cards") or 0,
    )


def _passage(value: Any, station: str, epoch: str, seq: int) -> Passage | Garbled:
    try:
        found = passage.from_json(value)
        if (found.station, found.epoch, found.seq) != (station, epoch, seq):
            raise Malformed(f"passage: not number {seq} of the log {station}/{epoch}")
    except (Malformed, UnknownVersion) as error:
        return Garbled(seq, schema.canonical(value).decode("ascii"), str(error))
    return found


def _health(fields: Mapping[str, Any]) -> Health:
    version = fields.get("version")
    return Health(
        backlog=schema.integer(fields, "backlog", least=0),
        scanner=fields.get("scanner") is True,
        version=version if isinstance(version, str) and len(version) <= 32 else "",
        undervoltage=under if isinstance(under := fields.get("undervoltage"), bool) else None,
        trouble=trouble if isinstance(trouble := fields.get("trouble"), str) and _plain(trouble) else "",
        **{name: _measure(fields, name) for name in _MEASURES},
    )


def _plain(words: str) -> bool:
    return len(words) <= LONGEST_TROUBLE and all(
        char.isprintable() or char in "\u00a0\u202f" for char in words
    )


def _measure(fields: Mapping[str, Any], name: str) -> int | None:
    """For the sake of what only informs, no batch is refused."""
    value = fields.get(name)
    return value if type(value) is int and abs(value) <= schema.BIGGEST_INTEGER else None
