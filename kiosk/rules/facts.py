"""Facts: what happened, as the journal records it. Never edited; a mistake is mended by another fact.

Each kind of fact is a frozen dataclass with a `KIND` and a JSON form; `read` turns the JSON back. A kind that
this version does not know is read as None, so that an older program can open a newer journal's facts.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, ClassVar, Protocol, TypeVar

from firmware.wire import passage as wire_passage
from firmware.wire import schema
from firmware.wire.anchor import Moment
from firmware.wire.errors import Malformed
from firmware.wire.passage import Passage
from firmware.wire.receipt import CLOSED, OPEN, PAUSED

from .party import GENDERS, Group

STATUSES = (OPEN, PAUSED, CLOSED)
GO, REST, END = VERBS = ("go", "rest", "end")


class Fact(Protocol):
    KIND: ClassVar[str]

    @property
    def key(self) -> str | None:
        """What makes the fact unique: the journal keeps one fact of each key. None: nothing does."""

    def to_json(self) -> dict[str, Any]: ...


FactT = TypeVar("FactT", bound=type)
_READERS: dict[str, Callable[[Mapping[str, Any]], Fact]] = {}


def _recorded(cls: FactT) -> FactT:
    _READERS[cls.KIND] = cls.from_json  # type: ignore[attr-defined]
    return cls


def read(kind: str, body: Any) -> Fact | None:
    """The fact of this kind in a JSON object; None for a kind not known here. Raises Malformed."""
    reader = _READERS.get(kind)
    return reader(schema.mapping(body, kind)) if reader else None


@dataclass(frozen=True, slots=True)
class Advised:
    """One stop of a printed route: expected there at `at_ms`, with so many minutes of waiting."""

    atelier: str
    at_ms: int
    wait_minutes: int

    def to_json(self) -> dict[str, Any]:
        return {"atelier": self.atelier, "at_ms": self.at_ms, "wait_minutes": self.wait_minutes}


@_recorded
@dataclass(frozen=True, slots=True)
class PartyCame:
    """A party checked in at the door; `route` is what its sheet says.

    `form` names the form that was filled in, or is empty: sent twice, by a double tap or because the power was
    cut before the answer, it is still one party.
    """

    KIND: ClassVar[str] = "party"
    party: int
    people: tuple[Group, ...]
    language: str
    wishes: tuple[str, ...]
    route: tuple[Advised, ...]
    form: str = ""

    @property
    def key(self) -> str:
        return f"party/{self.party}"

    def to_json(self) -> dict[str, Any]:
        return {
            "party": self.party,
            "people": [group.to_json() for group in self.people],
            "language": self.language,
            "wishes": list(self.wishes),
            "route": [stop.to_json() for stop in self.route],
            "form": self.form,
        }

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> "PartyCame":
        return cls(
            party=schema.integer(body, "party", least=1),
            people=tuple(_group(value) for value in schema.listing(body, "people", most=500)),
            language=_line(body, "language"),
            wishes=tuple(str(wish) for wish in schema.listing(body, "wishes", most=100)),
            route=tuple(
                Advised(
                    _line(stop, "atelier"),
                    schema.integer(stop, "at_ms"),
                    schema.integer(stop, "wait_minutes"),
                )
                for stop in (
                    schema.mapping(value, "stop") for value in schema.listing(body, "route", most=200)
                )
            ),
            form=_form(body),
        )


@_recorded
@dataclass(frozen=True, slots=True)
class BadgeIssued:
    """A badge became a party's. A second badge for the same party replaces the one before: it was lost."""

    KIND: ClassVar[str] = "badge"
    badge: str
    party: int

    @property
    def key(self) -> str:
        return f"badge/{self.badge}"

    def to_json(self) -> dict[str, Any]:
        return {"badge": self.badge, "party": self.party}

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> "BadgeIssued":
        return cls(_line(body, "badge"), schema.integer(body, "party", least=1))


@_recorded
@dataclass(frozen=True, order=True, slots=True)
class AdviceGiven:
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

    @property
    def key(self) -> None:
        return None

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> "AdviceGiven":
        verb = _line(body, "verb")
        if verb not in VERBS:
            raise Malformed(f"verb: one of {', '.join(VERBS)} is expected, not {verb!r}")
        return cls(
            schema.integer(body, "party", least=1),
            verb,
            _line(body, "atelier"),
            schema.integer(body, "at_ms"),
            schema.integer(body, "wait_minutes", least=0),
            _line(body, "reason"),
            _line(body, "keeps"),
            schema.integer(body, "since_ms"),
            _line(body, "instead_of") if "instead_of" in body else "",
        )


@_recorded
@dataclass(frozen=True, slots=True)
class Passed:
    """A passage reached the hub; `moment` is the hub's time for it."""

    KIND: ClassVar[str] = "passage"
    passage: Passage
    moment: Moment
    digest: str

    @property
    def key(self) -> str:
        return passage_key(self.passage.station, self.passage.epoch, self.passage.seq, self.digest)

    def to_json(self) -> dict[str, Any]:
        return self.passage.to_json() | {
            "at_ms": self.moment.at_ms,
            "error_ms": self.moment.error_ms,
            "digest": self.digest,
        }

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
        )


@_recorded
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
            _line(body, "station"),
            _line(body, "epoch"),
            schema.integer(body, "seq", least=1),
            _line(body, "raw"),
            _line(body, "reason"),
            _line(body, "digest"),
        )


@_recorded
@dataclass(frozen=True, slots=True)
class PrintAsked:
    """A route sheet is to be printed: job number `job`, for a party. `form`: as in PartyCame."""

    KIND: ClassVar[str] = "print"
    job: int
    party: int
    form: str = ""

    @property
    def key(self) -> str:
        return f"print/{self.job}"

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> "PrintAsked":
        return cls(schema.integer(body, "job", least=1), schema.integer(body, "party", least=1), _form(body))


@_recorded
@dataclass(frozen=True, slots=True)
class PrintMoved:
    """A print job is now in another state; `detail` is a code such as "paper_out", or empty."""

    KIND: ClassVar[str] = "print-state"
    job: int
    state: str
    detail: str = ""

    @property
    def key(self) -> None:
        return None

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> "PrintMoved":
        return cls(schema.integer(body, "job", least=1), _line(body, "state"), _line(body, "detail"))


@_recorded
@dataclass(frozen=True, slots=True)
class AtelierSet:
    """An organiser opened, paused or closed an atelier."""

    KIND: ClassVar[str] = "atelier"
    atelier: str
    status: str

    @property
    def key(self) -> None:
        return None

    def to_json(self) -> dict[str, Any]:
        return {"atelier": self.atelier, "status": self.status}

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> "AtelierSet":
        status = _line(body, "status")
        if status not in STATUSES:
            raise Malformed(f"status: one of {', '.join(STATUSES)} is expected, not {status!r}")
        return cls(_line(body, "atelier"), status)


@_recorded
@dataclass(frozen=True, slots=True)
class Announced:
    """Words for everybody, by language. `until_ms`: when they go away by themselves."""

    KIND: ClassVar[str] = "announcement"
    texts: Mapping[str, str]
    until_ms: int

    @property
    def key(self) -> None:
        return None

    def to_json(self) -> dict[str, Any]:
        return {"texts": dict(self.texts), "until_ms": self.until_ms}

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> "Announced":
        texts = schema.mapping(body.get("texts"), "texts")
        return cls({str(k): str(v) for k, v in texts.items()}, schema.integer(body, "until_ms"))


@_recorded
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

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> "Struck":
        return cls(_line(body, "station"), _line(body, "epoch"), schema.integer(body, "seq", least=1))


@_recorded
@dataclass(frozen=True, slots=True)
class PartyLeft:
    """A correction: somebody saw this party go home."""

    KIND: ClassVar[str] = "party-left"
    party: int

    @property
    def key(self) -> None:
        return None

    def to_json(self) -> dict[str, Any]:
        return {"party": self.party}

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> "PartyLeft":
        return cls(schema.integer(body, "party", least=1))


def passage_key(station: str, epoch: str, seq: int, digest: str) -> str:
    return f"passage/{station}/{epoch}/{seq}/{digest[:16]}"


def _form(body: Mapping[str, Any]) -> str:
    return _line(body, "form") if "form" in body else ""


def _line(body: Mapping[str, Any], name: str) -> str:
    value = body.get(name)
    if not isinstance(value, str):
        raise Malformed(f"{name}: text is expected")
    return value


def _group(value: Any) -> Group:
    fields = schema.mapping(value, "group")
    gender = _line(fields, "gender")
    if gender not in GENDERS:
        raise Malformed(f"gender: one of {', '.join(GENDERS)} is expected, not {gender!r}")
    return Group(_line(fields, "band"), gender, schema.integer(fields, "count", least=1))
