"""How facts are read back: each kind of fact says what it is called in the journal, and how its JSON is read."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Protocol, TypeVar

from firmware.wire import schema
from firmware.wire.errors import Malformed


class Fact(Protocol):
    KIND: ClassVar[str]

    @property
    def key(self) -> str | None:
        """What makes the fact unique: the journal keeps one fact of each key. None: nothing does."""

    def to_json(self) -> dict[str, Any]: ...


class Repeatable:
    """A fact that may be recorded any number of times."""

    __slots__ = ()

    @property
    def key(self) -> None:
        return None


FactT = TypeVar("FactT", bound=type)
_READERS: dict[str, Callable[[Mapping[str, Any]], Fact]] = {}


def recorded(cls: FactT) -> FactT:
    """A kind of fact that the journal may hold: with a KIND and a `from_json`."""
    _READERS[cls.KIND] = cls.from_json  # type: ignore[attr-defined]
    return cls


def read(kind: str, body: Any) -> Fact | None:
    """The fact of this kind in a JSON object; None for a kind not known here. Raises Malformed."""
    reader = _READERS.get(kind)
    return reader(schema.mapping(body, kind)) if reader else None


def line(body: Mapping[str, Any], name: str) -> str:
    """A field of text. Raises Malformed."""
    value = body.get(name)
    if not isinstance(value, str):
        raise Malformed(f"{name}: text is expected")
    return value
