"""Something that organisers should do now: why, how soon, and the one act that mends it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum


class Urgency(IntEnum):
    NOW = 0
    SOON = 1
    LATER = 2


@dataclass(frozen=True, slots=True)
class Remedy:
    """What the button does. `kind`: end-queue, send-on, announce, limit, reissue, help, go. The rest as far as it
    applies.
    """

    kind: str
    atelier: str = ""
    at_ms: int = 0
    places: int = 0
    party: int = 0
    place: str = ""
    parties: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Situation:
    """`kind` says which it is, and is the code of its words; `values` go into them. Moments among them end in `_ms`.

    `held_ms`: of what wavers, when it last was so beyond doubt.
    """

    key: str
    kind: str
    urgency: Urgency
    since_ms: int
    remedy: Remedy
    values: Mapping[str, int | str] = field(default_factory=dict)
    held_ms: int = 0
