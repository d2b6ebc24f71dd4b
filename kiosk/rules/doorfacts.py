"""The facts of the door: who came, with which badge, what is to be printed for them, and who called for help."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, ClassVar

from firmware.wire import schema
from firmware.wire.errors import Malformed

from .party import GENDERS, Group
from .recorded import Repeatable, line, recorded


@dataclass(frozen=True, slots=True)
class Advised:
    """One stop of a printed route: expected there at `at_ms`, with so many minutes of waiting."""

    atelier: str
    at_ms: int
    wait_minutes: int

    def to_json(self) -> dict[str, Any]:
        return {"atelier": self.atelier, "at_ms": self.at_ms, "wait_minutes": self.wait_minutes}


@recorded
@dataclass(frozen=True, slots=True)
class PartyCame:
    """A party checked in at the door; `route` is what its sheet says.

    `form` names the form that was filled in, or is empty: sent twice, by a double tap or because the power was
    cut before the answer, it is still one party. `linked`: the party that it came with, one family that goes
    separate ways; 0 for none.
    """

    KIND: ClassVar[str] = "party"
    party: int
    people: tuple[Group, ...]
    language: str
    wishes: tuple[str, ...]
    route: tuple[Advised, ...]
    form: str = ""
    linked: int = 0

    @property
    def key(self) -> str:
        return f"party/{self.party}"

    def to_json(self) -> dict[str, Any]:
        return {
            "party": self.party,
            "people": _people_json(self.people),
            "language": self.language,
            "wishes": list(self.wishes),
            "route": _route_json(self.route),
            "form": self.form,
            "linked": self.linked,
        }

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> "PartyCame":
        return cls(
            party=schema.integer(body, "party", least=1),
            people=_people(body),
            language=line(body, "language"),
            wishes=_wishes(body),
            route=_route(body),
            form=_optional(body, "form"),
            linked=schema.integer(body, "linked", least=0) if "linked" in body else 0,
        )


@recorded
@dataclass(frozen=True, slots=True)
class PartyChanged(Repeatable):
    """A party is these people from now on, and dreams of these ateliers."""

    KIND: ClassVar[str] = "party-changed"
    party: int
    people: tuple[Group, ...]
    wishes: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        return {"party": self.party, "people": _people_json(self.people), "wishes": list(self.wishes)}

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> "PartyChanged":
        return cls(schema.integer(body, "party", least=1), _people(body), _wishes(body))


@recorded
@dataclass(frozen=True, slots=True)
class PartyUndone:
    """A correction: this party was checked in by mistake, and never came."""

    KIND: ClassVar[str] = "party-undone"
    party: int

    @property
    def key(self) -> str:
        return f"undone/{self.party}"

    def to_json(self) -> dict[str, Any]:
        return {"party": self.party}

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> "PartyUndone":
        return cls(schema.integer(body, "party", least=1))


@recorded
@dataclass(frozen=True, slots=True)
class PartyLeft(Repeatable):
    """A correction: somebody saw this party go home."""

    KIND: ClassVar[str] = "party-left"
    party: int

    def to_json(self) -> dict[str, Any]:
        return {"party": self.party}

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> "PartyLeft":
        return cls(schema.integer(body, "party", least=1))


@recorded
@dataclass(frozen=True, slots=True)
class BadgePrinted:
    """A badge was made before anybody came for it. Its nickname is that of number `sign`.

    `people`, `wishes` and `language`: who is expected to come for it, as far as they said; empty for anybody.
    `row`: where they stand in the organiser's own list, 0 for nowhere.
    """

    KIND: ClassVar[str] = "badge-printed"
    badge: str
    sign: int
    people: tuple[Group, ...] = ()
    wishes: tuple[str, ...] = ()
    language: str = ""
    row: int = 0

    @property
    def key(self) -> str:
        return f"badge-printed/{self.badge}"

    def to_json(self) -> dict[str, Any]:
        return {
            "badge": self.badge,
            "sign": self.sign,
            "people": _people_json(self.people),
            "wishes": list(self.wishes),
            "language": self.language,
            "row": self.row,
        }

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> "BadgePrinted":
        return cls(
            line(body, "badge"),
            schema.integer(body, "sign", least=1),
            _people(body),
            _wishes(body),
            line(body, "language"),
            schema.integer(body, "row", least=0) if "row" in body else 0,
        )


@recorded
@dataclass(frozen=True, slots=True)
class BadgeIssued:
    """A badge became a party's. A second badge for the same party replaces the one before: it was lost.

    It is the first party's that took it, unless that one was checked in by mistake.
    """

    KIND: ClassVar[str] = "badge"
    badge: str
    party: int

    @property
    def key(self) -> str:
        return f"badge/{self.badge}/{self.party}"

    def to_json(self) -> dict[str, Any]:
        return {"badge": self.badge, "party": self.party}

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> "BadgeIssued":
        return cls(line(body, "badge"), schema.integer(body, "party", least=1))


@recorded
@dataclass(frozen=True, slots=True)
class PrintAsked:
    """A route sheet is to be printed: job number `job`, for a party. `form`: as in PartyCame.

    `route` and `reason`: what this sheet says, where that is no longer what the party was told when it came.
    With `party` 0 it is a badge made before anybody came: `badge`.
    """

    KIND: ClassVar[str] = "print"
    job: int
    party: int
    form: str = ""
    route: tuple[Advised, ...] | None = None
    reason: str = ""
    badge: str = ""

    @property
    def key(self) -> str:
        return f"print/{self.job}"

    def to_json(self) -> dict[str, Any]:
        return {
            "job": self.job,
            "party": self.party,
            "form": self.form,
            "route": None if self.route is None else _route_json(self.route),
            "reason": self.reason,
            "badge": self.badge,
        }

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> "PrintAsked":
        return cls(
            schema.integer(body, "job", least=1),
            schema.integer(body, "party", least=0),
            _optional(body, "form"),
            None if body.get("route") is None else _route(body),
            _optional(body, "reason"),
            _optional(body, "badge"),
        )


@recorded
@dataclass(frozen=True, slots=True)
class PrintMoved(Repeatable):
    """A print job is now in another state; `detail` is a code such as "paper_out", or empty."""

    KIND: ClassVar[str] = "print-state"
    job: int
    state: str
    detail: str = ""

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> "PrintMoved":
        return cls(schema.integer(body, "job", least=1), line(body, "state"), line(body, "detail"))


@recorded
@dataclass(frozen=True, slots=True)
class HelpAsked(Repeatable):
    """Somebody at `place` calls a volunteer. `subject`: a code such as "printer", or empty; `party`: 0 if unknown."""

    KIND: ClassVar[str] = "help"
    place: str
    subject: str
    party: int = 0

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> "HelpAsked":
        return cls(line(body, "place"), line(body, "subject"), schema.integer(body, "party", least=0))


@recorded
@dataclass(frozen=True, slots=True)
class HelpGiven(Repeatable):
    """Somebody went to `place`, or the call from there was taken back."""

    KIND: ClassVar[str] = "help-given"
    place: str

    def to_json(self) -> dict[str, Any]:
        return {"place": self.place}

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> "HelpGiven":
        return cls(line(body, "place"))


def _optional(body: Mapping[str, Any], name: str) -> str:
    return line(body, name) if name in body else ""


def _people_json(people: tuple[Group, ...]) -> list[dict[str, Any]]:
    return [group.to_json() for group in people]


def _people(body: Mapping[str, Any]) -> tuple[Group, ...]:
    return tuple(_group(value) for value in schema.listing(body, "people", most=500))


def _group(value: Any) -> Group:
    fields = schema.mapping(value, "group")
    gender = line(fields, "gender")
    if gender not in GENDERS:
        raise Malformed(f"gender: one of {', '.join(GENDERS)} is expected, not {gender!r}")
    return Group(line(fields, "band"), gender, schema.integer(fields, "count", least=1))


def _wishes(body: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(str(wish) for wish in schema.listing(body, "wishes", most=100))


def _route_json(route: tuple[Advised, ...]) -> list[dict[str, Any]]:
    return [stop.to_json() for stop in route]


def _route(body: Mapping[str, Any]) -> tuple[Advised, ...]:
    stops = (schema.mapping(value, "stop") for value in schema.listing(body, "route", most=200))
    return tuple(
        Advised(line(stop, "atelier"), schema.integer(stop, "at_ms"), schema.integer(stop, "wait_minutes"))
        for stop in stops
    )
