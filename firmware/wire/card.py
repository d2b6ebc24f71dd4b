"""A card: the face of a badge. Which picture and number its party has, and how many people it is."""

import re
from dataclasses import dataclass
from typing import Any

from . import schema, token
from .errors import Malformed

MOST = 100  # in one receipt

_PICTURE = re.compile(r"[a-z0-9-]{1,40}")


@dataclass(frozen=True, slots=True)
class Card:
    """`takers`: how many of its people may take part at the atelier of the station that is told."""

    badge: str
    picture: str
    number: int
    people: int
    takers: int

    def to_json(self) -> list[Any]:
        return [self.badge, self.picture, self.number, self.people, self.takers]

    @classmethod
    def from_json(cls, value: Any) -> "Card":
        """Raises Malformed."""
        match value:
            case [str(badge), str(picture), int(), int(), int()] if (
                len(badge) == token.LENGTH and not badge.strip(token.ALPHABET) and _PICTURE.fullmatch(picture)
            ):
                fields = dict(zip(("number", "people", "takers"), value[2:], strict=True))
                return cls(
                    badge,
                    picture,
                    schema.integer(fields, "number", least=1),
                    schema.integer(fields, "people", least=1, most=1000),
                    schema.integer(fields, "takers", least=0, most=1000),
                )
        raise Malformed("card: badge, picture, number, people and takers are expected")
