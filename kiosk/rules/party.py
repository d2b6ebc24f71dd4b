"""A party: people who move together, with one badge and one route sheet. No name, by design."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from .event import Atelier, Event

GENDERS = ("f", "m", "x")  # x: not said

# The pictures of nicknames: what a child of six can name. Each has a glyph and a word in each language.
PICTURES = (
    "cat", "rocket", "fish", "star", "horse", "apple-whole", "frog", "moon", "dog", "guitar", "hippo", "sun",
    "dove", "key", "dragon", "bell", "cow", "carrot", "otter", "tree", "kiwi-bird", "umbrella", "shrimp",
    "snowman", "crow", "leaf", "gift", "bicycle", "paw", "crown", "feather", "lemon",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Nickname:
    """A picture and a number: "Chat 7"."""

    picture: str
    number: int

    @classmethod
    def of(cls, party: int) -> Self:
        """The nickname of party number `party` (1, 2, …): neighbours differ in picture, no two are alike."""
        number, picture = divmod(party - 1, len(PICTURES))
        return cls(PICTURES[picture], number + 1)


@dataclass(frozen=True, slots=True)
class Group:
    """`count` people of one age band and gender."""

    band: str
    gender: str
    count: int

    def to_json(self) -> dict[str, Any]:
        return {"band": self.band, "gender": self.gender, "count": self.count}


@dataclass(frozen=True, slots=True)
class Party:
    """`number` is unique on this hub. `wishes`: atelier ids, the dearest first.

    `sign`: the number of its nickname, where it carries a badge that had one before it came. `linked`: the other
    parties of one family that goes separate ways.
    """

    number: int
    badge: str
    people: tuple[Group, ...]
    language: str
    came_ms: int
    wishes: tuple[str, ...] = ()
    sign: int = 0
    linked: tuple[int, ...] = ()

    @property
    def nickname(self) -> Nickname:
        return Nickname.of(self.sign or self.number)

    @property
    def size(self) -> int:
        return sum(group.count for group in self.people)

    def takers(self, event: Event, atelier: Atelier) -> int:
        """How many of the party are of an age to take part: the places it needs."""
        return takers(event, atelier, self.people)


def takers(event: Event, atelier: Atelier, people: tuple[Group, ...]) -> int:
    bands: Mapping[str, Any] = event.bands_by_id
    return sum(group.count for group in people if group.band in bands and atelier.admits(bands[group.band]))
