"""What was struck: passages that somebody said were wrong, and what they had said."""

from dataclasses import dataclass

Named = tuple[str, str, int]
"""A passage by its station, the epoch of its log, and its number there."""


@dataclass(frozen=True, slots=True)
class Wrong:
    """`badge`: whose it was, or empty where something was pressed for the whole atelier; then `minutes`: of a shift."""

    atelier: str
    kind: str
    badge: str = ""
    minutes: int = 0
