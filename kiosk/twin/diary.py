"""What happened to each family on one played day: only what the families themselves would know."""

from dataclasses import dataclass, field

from ..rules.event import MINUTE_MS


@dataclass(slots=True)
class Stand:
    """Once in a queue: `people` of the family wanted a place. `started_ms`: None for who gave up or was sent on.

    `ended_ms`: when the turn was over, or the queue was left. `promised_ms`: when the hub expected the turn to begin,
    as the family joined; None where it expected none, or was not asked.
    """

    atelier: str
    people: int
    arrived_ms: int
    promised_ms: int | None = None
    started_ms: int | None = None
    ended_ms: int | None = None
    sent_on: bool = False

    @property
    def standing_ms(self) -> int:
        end_ms = self.started_ms if self.started_ms is not None else self.ended_ms
        return 0 if end_ms is None else end_ms - self.arrived_ms


@dataclass(frozen=True, slots=True)
class Refusal:
    """A family came, looked at the queue, and went on. `hopeless`: there was no time left for it."""

    atelier: str
    at_ms: int
    people: int
    hopeless: bool


@dataclass(slots=True)
class FamilyDay:
    """`sitting_ms`: told to rest, or nothing to do. `left_ms`: when it went home."""

    party: int
    size: int
    wishes: tuple[str, ...]
    came_ms: int
    left_ms: int = 0
    sitting_ms: int = 0
    advised: int = 0
    followed: int = 0
    stands: list[Stand] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)

    @property
    def standing_minutes(self) -> float:
        return sum(stand.standing_ms for stand in self.stands) / MINUTE_MS

    @property
    def visits(self) -> list[str]:
        """The ateliers where it had a turn, in order; twice where it came back."""
        return [stand.atelier for stand in self.stands if stand.started_ms is not None]


@dataclass(frozen=True, slots=True)
class Sample:
    """The floor at a moment. By atelier: people who queue, people inside, and the wait told, in minutes."""

    at_ms: int
    on_site: int
    queues: dict[str, int]
    inside: dict[str, int]
    waits: dict[str, float | None]


@dataclass(frozen=True, slots=True)
class LastCall:
    """A queue was closed at `at_ms` for its last turn to be over by `by_ms`; when it was promised to be, and was."""

    atelier: str
    at_ms: int
    by_ms: int
    promised_ms: int
    actual_ms: int


@dataclass(slots=True)
class Outcome:
    """One played day. `decisions_ms`: what each piece of advice took to work out, where that was timed."""

    seed: int
    families: list[FamilyDay] = field(default_factory=list)
    samples: list[Sample] = field(default_factory=list)
    calls: list[LastCall] = field(default_factory=list)
    decisions_ms: list[float] = field(default_factory=list)

    @property
    def people(self) -> int:
        return sum(family.size for family in self.families)
