"""Facts: what happened, as the journal records it. Never edited; a mistake is mended by another fact.

Those of the door are in `doorfacts`, those of organisers in `actfacts`. Each kind of fact is a frozen dataclass with a
`KIND` and a JSON form; `read` turns the JSON back. A kind that this version does not know is read as None, so that an
older program can open a newer journal's facts.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, ClassVar

from firmware.wire import passage as wire_passage
from firmware.wire import schema
from firmware.wire.anchor import Moment
from firmware.wire.errors import Malformed
from firmware.wire.passage import STEPS, Passage
from firmware.wire.receipt import CLOSED, OPEN, PAUSED

from .actfacts import Acted as Acted
from .actfacts import AtelierLimited as AtelierLimited
from .actfacts import Noted as Noted
from .actfacts import QueueEnds as QueueEnds
from .actfacts import SentOn as SentOn
from .actfacts import SessionShifted as SessionShifted
from .actfacts import Withdrawn as Withdrawn
from .doorfacts import Advised as Advised
from .doorfacts import BadgeIssued as BadgeIssued
from .doorfacts import BadgePrinted as BadgePrinted
from .doorfacts import HelpAsked as HelpAsked
from .doorfacts import HelpGiven as HelpGiven
from .doorfacts import PartyCame as PartyCame
from .doorfacts import PartyChanged as PartyChanged
from .doorfacts import PartyLeft as PartyLeft
from .doorfacts import PartyUndone as PartyUndone
from .doorfacts import PrintAsked as PrintAsked
from .doorfacts import PrintMoved as PrintMoved
from .recorded import Fact as Fact
from .recorded import Repeatable, line, recorded
from .recorded import read as read

STATUSES = (OPEN, PAUSED, CLOSED)
GO, REST, END = VERBS = ("go", "rest", "end")


Named = tuple[str, str, int]
"""A passage by its station, the epoch of its log, and its number there."""


@recorded
@dataclass(frozen=True, order=True, slots=True)
class AdviceGiven(Repeatable):
    """A party was told to go to `atelier` (GO), to rest a little (REST), or that nothing is left for it (END).

    `at_ms`: when it should be there, or look again. `keeps`: the atelier where its place in the queue is kept
    since `since_ms`, or empty. `instead_of`: the atelier that it was sent to before and did not want, or empty.
    """

    KIND: ClassVar[str] = "advice"
    party: int
    verb: str
    atelier: str
    at_ms: int
    wait_minutes: int
    reason: str
    keeps: str = ""
    since_ms: int = 0
    instead_of: str = ""

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> "AdviceGiven":
        verb = line(body, "verb")
        if verb not in VERBS:
            raise Malformed(f"verb: one of {', '.join(VERBS)} is expected, not {verb!r}")
        return cls(
            schema.integer(body, "party", least=1),
            verb,
            line(body, "atelier"),
            schema.integer(body, "at_ms"),
            schema.integer(body, "wait_minutes", least=0),
            line(body, "reason"),
            line(body, "keeps"),
            schema.integer(body, "since_ms"),
            line(body, "instead_of") if "instead_of" in body else "",
        )


@recorded
@dataclass(frozen=True, slots=True)
class Passed:
    """A passage reached the hub; `moment` is the hub's time for it. `form`: the press of the hub's own page of an
    atelier that asked for it, or empty.
    """

    KIND: ClassVar[str] = "passage"
    passage: Passage
    moment: Moment
    digest: str
    form: str = ""

    @property
    def key(self) -> str:
        return passage_key(self.passage.station, self.passage.epoch, self.passage.seq, self.digest)

    def to_json(self) -> dict[str, Any]:
        fields = self.passage.to_json() | {
            "at_ms": self.moment.at_ms,
            "error_ms": self.moment.error_ms,
            "digest": self.digest,
        }
        return fields | ({"form": self.form} if self.form else {})

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> "Passed":
        error_ms = body.get("error_ms")
        return cls(
            wire_passage.from_json(body),
            Moment(
                schema.integer(body, "at_ms"),
                None if error_ms is None else schema.integer(body, "error_ms", least=0),
            ),
            schema.text(body, "digest", schema.HEX),
            line(body, "form") if "form" in body else "",
        )


@recorded
@dataclass(frozen=True, slots=True)
class SetAside:
    """An authentic passage that could not be read: kept as it came, counted, never folded."""

    KIND: ClassVar[str] = "set-aside"
    station: str
    epoch: str
    seq: int
    raw: str
    reason: str
    digest: str

    @property
    def key(self) -> str:
        return passage_key(self.station, self.epoch, self.seq, self.digest)

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> "SetAside":
        return cls(
            line(body, "station"),
            line(body, "epoch"),
            schema.integer(body, "seq", least=1),
            line(body, "raw"),
            line(body, "reason"),
            line(body, "digest"),
        )


@recorded
@dataclass(frozen=True, slots=True)
class AtelierSet(Repeatable):
    """An organiser opened, paused or closed an atelier."""

    KIND: ClassVar[str] = "atelier"
    atelier: str
    status: str

    def to_json(self) -> dict[str, Any]:
        return {"atelier": self.atelier, "status": self.status}

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> "AtelierSet":
        status = line(body, "status")
        if status not in STATUSES:
            raise Malformed(f"status: one of {', '.join(STATUSES)} is expected, not {status!r}")
        return cls(line(body, "atelier"), status)


@recorded
@dataclass(frozen=True, slots=True)
class Announced(Repeatable):
    """Words for everybody, by language. `until_ms`: when they go away by themselves.

    `answers`: the situation that they see to, which need not be told while they are up; or empty.
    """

    KIND: ClassVar[str] = "announcement"
    texts: Mapping[str, str]
    until_ms: int
    answers: str = ""

    def to_json(self) -> dict[str, Any]:
        return {"texts": dict(self.texts), "until_ms": self.until_ms, "answers": self.answers}

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> "Announced":
        texts = schema.mapping(body.get("texts"), "texts")
        answers = line(body, "answers") if "answers" in body else ""
        return cls({str(k): str(v) for k, v in texts.items()}, schema.integer(body, "until_ms"), answers)


@recorded
@dataclass(frozen=True, slots=True)
class Struck:
    """A correction: this passage was wrong, and is folded no more."""

    KIND: ClassVar[str] = "struck"
    station: str
    epoch: str
    seq: int

    @property
    def key(self) -> str:
        return f"struck/{self.station}/{self.epoch}/{self.seq}"

    @property
    def named(self) -> Named:
        return self.station, self.epoch, self.seq

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> "Struck":
        return cls(line(body, "station"), line(body, "epoch"), schema.integer(body, "seq", least=1))


@recorded
@dataclass(frozen=True, slots=True)
class StationSet(Repeatable):
    """A station stands at this atelier from now on, and its scans mean these steps. Not `active`: it was revoked.

    `buttons`: entering and leaving are pressed there, not scanned. `label`: its name for people, or empty.
    """

    KIND: ClassVar[str] = "station"
    station: str
    atelier: str
    steps: tuple[str, ...]
    buttons: bool = False
    label: str = ""
    active: bool = True

    def to_json(self) -> dict[str, Any]:
        return asdict(self) | {"steps": list(self.steps)}

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> "StationSet":
        steps = tuple(str(step) for step in schema.listing(body, "steps", most=len(STEPS)))
        if not steps or not set(steps) <= set(STEPS):
            raise Malformed(f"steps: some of {', '.join(STEPS)} are expected")
        return cls(
            schema.text(body, "station", schema.IDENTIFIER),
            line(body, "atelier"),
            steps,
            body.get("buttons") is True,
            line(body, "label"),
            body.get("active") is True,
        )


def passage_key(station: str, epoch: str, seq: int, digest: str) -> str:
    return f"passage/{station}/{epoch}/{seq}/{digest[:16]}"
