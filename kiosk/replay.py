"""Facts from a file, folded into the floor: the auditor's tool. docs/formats.md describes the file.

One JSON object a line: a passage, in the form of the wire or short, or a party. A line that cannot be read is
told with its number and left out; order and duplicates change nothing.
"""

import dataclasses
import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from firmware.wire import passage as wire_passage
from firmware.wire import schema
from firmware.wire.anchor import Moment
from firmware.wire.errors import Malformed

from . import collector
from .errors import Refused
from .rules import facts
from .rules.event import Event
from .rules.facts import AdviceGiven, Fact, PartyCame, Passed
from .rules.ledger import Ledger, View
from .saying import say

_EXPORTED = frozenset(
    (
        *("party", "party-changed", "party-undone", "party-left", "badge", "badge-printed"),
        *("struck", "atelier", "station", "set-aside", "act", "withdrawn"),
    )
)
_UNKNOWN = "0" * 16
_WHOLE = {"v"} | {
    field.name for field in dataclasses.fields(wire_passage.Passage) if field.default is dataclasses.MISSING
}
_LATEST_MS = 253_402_214_400_000  # the last day of the year 9999: what calendars can say


@dataclass(frozen=True, slots=True)
class Unread:
    """A line that was left out: its number from 1, and why."""

    line: int
    reason: str


@dataclass(frozen=True)
class Replay:
    """`at_ms`: the moment that the view is of."""

    view: View
    at_ms: int
    unread: tuple[Unread, ...]


def replay(event: Event, lines: Iterable[str], at_ms: int | None = None) -> Replay:
    """Fold what had happened by `at_ms`, or all there is."""
    with collector.paused():
        told, unread = _told(event, lines)
        if at_ms is None:
            at_ms = max((moment for moment, _ in told), default=event.opens_ms)
        ledger = Ledger(event)
        for moment, fact in sorted(told, key=_order):
            if moment <= at_ms:
                ledger.apply(fact, moment)
        return Replay(ledger.view(), at_ms, tuple(unread))


def _told(event: Event, lines: Iterable[str]) -> tuple[list[tuple[int, Fact]], list[Unread]]:
    """The facts of the lines with their moments, and the lines that hold none."""
    told: list[tuple[int, Fact]] = []
    unread: list[Unread] = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            told += _read(event, line)
        except Malformed as error:
            unread.append(Unread(number, str(error)))
    return told, unread


def moment_of(event: Event, text: str) -> int:
    """The moment that "15:30", "15:30:00" on the day of the event, or an ISO date and time, means.

    Raises Refused.
    """
    try:
        if "T" in text or "-" in text:
            moment = datetime.fromisoformat(text)
            return round((moment if moment.tzinfo else moment.replace(tzinfo=event.zone)).timestamp() * 1000)
        return event.at(time.fromisoformat(text.zfill(5)))
    except (ValueError, OverflowError) as error:
        raise Refused(say("error.no_time", text=text, day=event.day)) from error


def exported(entries: Iterable[tuple[int, Fact]]) -> Iterator[dict[str, Any]]:
    """The facts of a journal that `replay` reads, as JSON objects."""
    for at_ms, fact in entries:
        if isinstance(fact, Passed):
            yield fact.to_json()
        elif isinstance(fact, AdviceGiven):
            yield fact.to_json() | {"fact": fact.KIND, "at_ms": at_ms, "for_ms": fact.at_ms}
        elif fact.KIND in _EXPORTED:
            yield {"fact": fact.KIND, "at_ms": at_ms} | fact.to_json()


def _read(event: Event, line: str) -> list[tuple[int, Fact]]:
    fields = schema.mapping(schema.read(line), "line")
    kind = fields.get("fact", Passed.KIND)
    at_ms = _at_ms(event, fields)
    if kind == Passed.KIND:
        return [_passed(fields, at_ms)]
    if at_ms is None:
        raise Malformed('a moment is missing: "at_ms" or "at"')
    if kind == PartyCame.KIND:
        return _came(fields, at_ms)
    if kind == AdviceGiven.KIND:
        fields = fields | {"at_ms": fields.get("for_ms")}
    fact = facts.read(str(kind), fields)
    if fact is None:
        raise Malformed(f"no such fact: {kind!r}")
    return [(at_ms, fact)]


def _at_ms(event: Event, fields: Mapping[str, Any]) -> int | None:
    if "at_ms" in fields:
        return schema.integer(fields, "at_ms", least=0, most=_LATEST_MS)
    if "at" in fields:
        try:
            at_ms = moment_of(event, str(fields["at"]))
        except Refused as error:
            raise Malformed(f"at: {error}") from error
        return schema.integer({"at": at_ms}, "at", least=0, most=_LATEST_MS)
    return None


def _order(entry: tuple[int, Fact]) -> tuple[int, str]:
    """By time; facts of one moment that could contradict each other in an order that the file does not give."""
    at_ms, fact = entry
    return at_ms, "" if isinstance(fact, Passed) else schema.canonical([fact.KIND, fact.to_json()]).decode()


def _passed(fields: Mapping[str, Any], at_ms: int | None) -> tuple[int, Fact]:
    """A passage, whole or short; what a short one lacks is filled in, its number drawn from its content."""
    estimated = fields.get("error_ms", 0) is None
    if at_ms is None:
        at_ms, estimated = schema.integer(fields, "wall_ms", least=0, most=_LATEST_MS), True
    passage = wire_passage.from_json(fields if fields.keys() >= _WHOLE else _filled(fields, at_ms))
    return at_ms, Passed(passage, Moment(at_ms, None if estimated else 0), passage.digest)


def _filled(fields: Mapping[str, Any], at_ms: int) -> dict[str, Any]:
    content = hashlib.sha256(schema.canonical(dict(fields))).hexdigest()
    return {
        "v": schema.VERSION,
        "station": fields.get("atelier"),
        "epoch": _UNKNOWN,
        "seq": 1 + int(content[:12], 16),
        "badge": None,
        "boot": _UNKNOWN,
        "boot_ms": 0,
        "wall_ms": at_ms,
        "prev": wire_passage.CHAIN_START,
        "of": None,
    } | dict(fields)


def _came(fields: Mapping[str, Any], at_ms: int) -> list[tuple[int, Fact]]:
    """A party; with a badge on the same line, that badge is its own."""
    filled = {"language": "fr", "wishes": [], "route": []} | dict(fields)
    told: list[tuple[int, Fact]] = [(at_ms, PartyCame.from_json(filled))]
    if "badge" in fields:
        told.append((at_ms, facts.BadgeIssued.from_json(filled)))
    return told
