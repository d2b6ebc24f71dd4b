"""The facts of organisers: what they do to the day, each act with who did it, and each to be withdrawn.

What an act does is a fact of its own kind inside `Acted`; it holds unless a `Withdrawn` names the act.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, ClassVar

from firmware.wire import schema
from firmware.wire.errors import Malformed

from .recorded import Fact, Repeatable, line, read, recorded

MOST_SENT = 1000  # parties, at once


@recorded
@dataclass(frozen=True, slots=True)
class Acted:
    """`by` did what `fact` says. `act` names this act, everywhere; `form` the press that asked for it, or is empty."""

    KIND: ClassVar[str] = "act"
    act: str
    by: str
    fact: Fact
    form: str = ""

    @property
    def key(self) -> str:
        return f"act/{self.act}"

    def to_json(self) -> dict[str, Any]:
        said = {"act": self.act, "by": self.by, "does": self.fact.KIND, "body": self.fact.to_json()}
        return said | ({"form": self.form} if self.form else {})

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> "Acted":
        does = line(body, "does")
        fact = read(does, body.get("body"))
        if fact is None or does == cls.KIND:
            raise Malformed(f"does: a kind of fact is expected, not {does!r}")
        form = line(body, "form") if "form" in body else ""
        return cls(schema.text(body, "act", schema.HEX), line(body, "by"), fact, form)


@recorded
@dataclass(frozen=True, slots=True)
class Withdrawn:
    """`by` withdrew this act: it never held."""

    KIND: ClassVar[str] = "withdrawn"
    act: str
    by: str

    @property
    def key(self) -> str:
        return f"withdrawn/{self.act}"

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> "Withdrawn":
        return cls(schema.text(body, "act", schema.HEX), line(body, "by"))


@recorded
@dataclass(frozen=True, slots=True)
class QueueEnds(Repeatable):
    """Nobody joins the queue of this atelier from `at_ms` on; who stands in it then is served."""

    KIND: ClassVar[str] = "queue-ends"
    atelier: str
    at_ms: int

    def to_json(self) -> dict[str, Any]:
        return {"atelier": self.atelier, "ends_ms": self.at_ms}

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> "QueueEnds":
        return cls(line(body, "atelier"), schema.integer(body, "ends_ms"))


@recorded
@dataclass(frozen=True, slots=True)
class SentOn(Repeatable):
    """These parties stood in the queue of this atelier, and were told that it is too late for a turn."""

    KIND: ClassVar[str] = "sent-on"
    atelier: str
    parties: tuple[int, ...]

    def to_json(self) -> dict[str, Any]:
        return {"atelier": self.atelier, "parties": list(self.parties)}

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> "SentOn":
        parties = schema.listing(body, "parties", most=MOST_SENT)
        return cls(
            line(body, "atelier"),
            tuple(schema.integer({"parties": each}, "parties", least=1) for each in parties),
        )


@recorded
@dataclass(frozen=True, slots=True)
class AtelierLimited(Repeatable):
    """An atelier has so many places, or a turn takes so many minutes, from now on; None stays as it was."""

    KIND: ClassVar[str] = "atelier-limited"
    atelier: str
    places: int | None
    minutes: int | None

    def to_json(self) -> dict[str, Any]:
        return {name: value for name, value in asdict(self).items() if value is not None}

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> "AtelierLimited":
        places, minutes = (
            schema.integer(body, name, least=1) if name in body else None for name in ("places", "minutes")
        )
        return cls(line(body, "atelier"), places, minutes)


@recorded
@dataclass(frozen=True, slots=True)
class SessionShifted(Repeatable):
    """The session of this atelier that was to begin at `start_ms` begins `minutes` later, or sooner.

    `planned_ms`: when it was planned to begin, which names it whatever else moves it; 0 where nobody said so.
    """

    KIND: ClassVar[str] = "session-shifted"
    atelier: str
    start_ms: int
    minutes: int
    planned_ms: int = 0

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> "SessionShifted":
        minutes = schema.integer(body, "minutes", least=-720, most=720)
        planned_ms = schema.integer(body, "planned_ms") if "planned_ms" in body else 0
        return cls(line(body, "atelier"), schema.integer(body, "start_ms"), minutes, planned_ms)


@recorded
@dataclass(frozen=True, slots=True)
class Noted(Repeatable):
    """This situation need not be told any more until `until_ms`: somebody saw to it, or put it off."""

    KIND: ClassVar[str] = "noted"
    situation: str
    until_ms: int

    def to_json(self) -> dict[str, Any]:
        return {"situation": self.situation, "until_ms": self.until_ms}

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> "Noted":
        return cls(line(body, "situation"), schema.integer(body, "until_ms"))
