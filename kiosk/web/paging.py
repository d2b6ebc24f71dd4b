"""One page of many: as much as is seen at once, and where the pages before and after it are."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Leaf(Generic[T]):
    """`number` of `of`, from 1 on."""

    things: tuple[T, ...]
    number: int
    of: int

    @property
    def before(self) -> int | None:
        return self.number - 1 if self.number > 1 else None

    @property
    def after(self) -> int | None:
        return self.number + 1 if self.number < self.of else None


def leaf(things: Sequence[T], most: int, asked: str) -> Leaf[T]:
    """Page `asked`, or the nearest there is; pages are of about the same length, none longer than `most`."""
    of = max(1, -(-len(things) // most))
    length = -(-len(things) // of) or 1
    number = min(max(int(asked), 1), of) if asked.isascii() and asked.isdigit() and len(asked) < 6 else 1
    return Leaf(tuple(things[(number - 1) * length : number * length]), number, of)
