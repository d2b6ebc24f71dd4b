"""A passage: one fact logged at a station. This badge, this atelier, this step, this moment.

Passages of one log form a chain: each carries the digest of the one before, so a gap, a change or a second
station with the same identity shows. Their identity everywhere is (station, epoch, seq, digest).
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from sys import intern
from typing import Any

from . import schema, token
from .errors import BadBadge, Malformed

ARRIVE = "arrive"  # joined the queue
CALL = "call"  # was called from the queue
ENTER = "enter"  # took a place
LEAVE = "leave"  # gave it back
ABSENT = "absent"  # was called, and did not come
UNDO = "undo"  # the passage `of` of this log was a mistake
PAUSE = "pause"  # the atelier pauses (no badge)
RESUME = "resume"  # the atelier goes on, or opens again (no badge)
CLOSE = "close"  # the queue takes nobody more (no badge)
SHIFT = "shift"  # the session nearest to now is `by` minutes later (no badge)

STEPS = (ARRIVE, CALL, ENTER, LEAVE)
PARTY_KINDS = (*STEPS, ABSENT, UNDO)
STATUS_KINDS = (PAUSE, RESUME, CLOSE)
ATELIER_KINDS = (*STATUS_KINDS, SHIFT)

MOST_SHIFT = 12 * 60  # minutes

CHAIN_START = "0" * 64


@dataclass(frozen=True, slots=True)
class Passage:
    """`boot_ms` counts from the start of the boot `boot`; `wall_ms`, the wall clock, is for information.

    `by` is written only where there is one, so that the digests of all others are as they were.
    """

    station: str
    epoch: str
    seq: int
    atelier: str
    kind: str
    badge: str | None
    boot: str
    boot_ms: int
    wall_ms: int
    prev: str
    of: int | None = None
    by: int | None = None

    def to_json(self) -> dict[str, Any]:
        fields: dict[str, Any] = {
            "v": schema.VERSION,
            "station": self.station,
            "epoch": self.epoch,
            "seq": self.seq,
            "atelier": self.atelier,
            "kind": self.kind,
            "badge": self.badge,
            "boot": self.boot,
            "boot_ms": self.boot_ms,
            "wall_ms": self.wall_ms,
            "prev": self.prev,
            "of": self.of,
        }
        return fields if self.by is None else fields | {"by": self.by}

    @property
    def digest(self) -> str:
        """SHA-256 over the canonical JSON of the fields above, as 64 hexadecimal digits.

        Spelled out here, since each passage is hashed several times on its way; a test holds it to
        `schema.canonical`. No field holds what JSON has to escape, unless its log is damaged; it then fits nothing.
        """
        badge = "null" if self.badge is None else f'"{self.badge}"'
        of = "null" if self.of is None else self.of
        by = "" if self.by is None else f'"by":{self.by},'
        spelled = (
            f'{{"atelier":"{self.atelier}","badge":{badge},"boot":"{self.boot}","boot_ms":{self.boot_ms},'
            f'{by}"epoch":"{self.epoch}","kind":"{self.kind}","of":{of},"prev":"{self.prev}","seq":{self.seq},'
            f'"station":"{self.station}","v":{schema.VERSION},"wall_ms":{self.wall_ms}}}'
        )
        return hashlib.sha256(spelled.encode("ascii", "backslashreplace")).hexdigest()


def from_json(value: Any) -> Passage:
    """The passage in a JSON object. A kind that is not known here is kept: it is for the rules to judge.

    Words that come in each passage are interned: a day holds many thousands of them.

    Raises Malformed, UnknownVersion.
    """
    fields = schema.versioned(value, "passage")
    of, by = fields.get("of"), fields.get("by")
    return Passage(
        station=intern(schema.text(fields, "station", schema.IDENTIFIER)),
        epoch=intern(schema.text(fields, "epoch", schema.HEX)),
        seq=schema.integer(fields, "seq", least=1),
        atelier=intern(schema.text(fields, "atelier", schema.IDENTIFIER)),
        kind=intern(schema.text(fields, "kind", schema.WORD)),
        badge=_badge(fields),
        boot=schema.text(fields, "boot", schema.HEX),
        boot_ms=schema.integer(fields, "boot_ms", least=0),
        wall_ms=schema.integer(fields, "wall_ms"),
        prev=schema.text(fields, "prev", schema.HEX),
        of=None if of is None else schema.integer(fields, "of", least=1),
        by=None if by is None else schema.integer(fields, "by", least=-MOST_SHIFT, most=MOST_SHIFT),
    )


def _badge(fields: Mapping[str, Any]) -> str | None:
    value = fields.get("badge")
    if value is None or (isinstance(value, str) and token.WRITTEN.fullmatch(value)):
        return value
    try:
        badge = token.parse(value) if isinstance(value, str) else None
    except BadBadge as error:
        raise Malformed(f"badge: {error}") from error
    if badge != value:
        raise Malformed(f"badge: {token.LENGTH} capital letters or null are expected")
    return badge
