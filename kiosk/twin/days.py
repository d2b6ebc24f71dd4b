"""A played day, as much of it as a forecast needs: small enough to be sent from one process to another."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import chain

from ..errors import Refused
from ..rules.event import MINUTE_MS, Event, Kind
from ..saying import say
from .diary import FamilyDay, Outcome
from .families import Family, draw
from .measures import Measures, measure
from .play import SAMPLE_MINUTES, play
from .policies import BY_NAME
from .scenario import Crowd, Habits
from .world import CHECK_IN_EACH_MS, CHECK_IN_MS

SLOT_MS = SAMPLE_MINUTES * MINUTE_MS
REFUSALS = SENT_ON, GAVE_UP, NO_TIME, PUT_OFF = ("sent-on", "gave-up", "no-time", "put-off")
IN_VAIN = frozenset((SENT_ON, GAVE_UP, NO_TIME))  # to see a queue and to do something else is no great loss


@dataclass(frozen=True, slots=True)
class Task:
    """A day to play. `drawn_for`: the event whose families come, where it is another one than theirs.

    `closes`: the organiser closes each queue at its last call. `sampled`: look at the floor each five minutes.
    """

    event: Event
    crowd: Crowd
    habits: Habits
    seed: int
    drawn_for: Event | None = None
    closes: bool = False
    sampled: bool = False
    policy: str = "P8"


@dataclass(frozen=True, slots=True)
class Call:
    """The queue of an atelier had to be closed at `at_ms`, in the opening window numbered `window`."""

    atelier: str
    window: int
    at_ms: int


@dataclass(frozen=True, slots=True)
class End:
    """The last turn of a window was over so many minutes after its closing, at `atelier`."""

    minutes: float
    atelier: str


@dataclass(frozen=True, slots=True)
class Day:
    """`door_minutes`: a person, before the check-in began. `refused`: families, by why they had no turn and by atelier.

    `met`: families that met each kind of refusal at least once; `vain`: any of IN_VAIN. `few`: had one visit at most.
    `ends`: the last turn of each window, by its number. `on_site` and `waits`: by five minutes from the opening, where
    the day was sampled; a wait, in minutes, where one is told. `seated`: people at each session, by its atelier and
    start.
    """

    seed: int
    families: int
    people: int
    shut_out: int
    door_minutes: float
    measures: Measures
    refused: Mapping[tuple[str, str], int]
    met: Mapping[str, int]
    vain: int
    few: int
    ends: Mapping[int, End]
    calls: tuple[Call, ...] = ()
    on_site: Mapping[int, int] = field(default_factory=dict)
    waits: Mapping[str, Mapping[int, float]] = field(default_factory=dict)
    seated: Mapping[tuple[str, int], int] = field(default_factory=dict)

    @property
    def lost_minutes(self) -> float:
        """A person: at the door, in queues, and with nothing to do."""
        return self.door_minutes + self.measures.lost

    def end_minutes(self, window: int) -> float:
        """After the closing of this window until all was over; 0 where nothing went on."""
        end = self.ends.get(window)
        return max(0.0, end.minutes) if end else 0.0

    @property
    def left_out(self) -> int:
        """Families that had one visit at most, or none since they came too late."""
        return self.few + self.shut_out


def played(task: Task) -> Day:
    """Play the day of this task. Raises Refused where nobody gets in."""
    drawn = draw(task.drawn_for or task.event, task.crowd, task.seed)
    outcome = play(
        task.event,
        task.crowd,
        task.habits,
        task.seed,
        BY_NAME[task.policy],
        closes=task.closes,
        sampled=task.sampled,
        families=drawn,
    )
    if not outcome.families:
        raise Refused(say("error.nobody_comes"))
    return summary(task.event, drawn, outcome)


def summary(event: Event, drawn: tuple[Family, ...], outcome: Outcome) -> Day:
    families = outcome.families
    refusals = [_refusals(family) for family in families]
    slots = {(sample.at_ms - event.opens_ms) // SLOT_MS: sample for sample in outcome.samples}
    slots = {slot: sample for slot, sample in slots.items() if slot >= 0}
    return Day(
        seed=outcome.seed,
        families=len(families),
        people=outcome.people,
        shut_out=len(drawn) - len(families),
        door_minutes=_door_minutes(event, drawn, families),
        measures=measure(event, outcome),
        refused=Counter(chain.from_iterable(refusals)),
        met=Counter(why for own in refusals for why in {why for why, _ in own}),
        vain=sum(any(why in IN_VAIN for why, _ in own) for own in refusals),
        few=sum(len(set(family.visits)) <= 1 for family in families),
        ends=_ends(event, families),
        calls=tuple(
            Call(call.atelier, event.windows.index(window), call.at_ms)
            for call in outcome.calls
            if (window := event.window_at(call.at_ms)) is not None
        ),
        on_site={slot: sample.on_site for slot, sample in slots.items()},
        waits={
            atelier.id: {
                slot: wait for slot, sample in slots.items() if (wait := sample.waits[atelier.id]) is not None
            }
            for atelier in event.ateliers
            if atelier.kind is not Kind.SESSION
        },
        seated=_seated(event, families),
    )


def _door_minutes(event: Event, drawn: tuple[Family, ...], families: list[FamilyDay]) -> float:
    """A person, from being there with the doors open to the beginning of the check-in: first come, first served."""
    waited_ms = people = 0
    for family, day in zip(drawn, sorted(families, key=lambda day: day.came_ms), strict=False):
        window = event.window_at(family.at_door_ms)
        if window is not None:
            check_in_ms = CHECK_IN_MS + CHECK_IN_EACH_MS * min(family.size, 6)
            stood_ms = day.came_ms - check_in_ms - max(family.at_door_ms, window.opens_ms)
            waited_ms += max(0, stood_ms) * family.size
            people += family.size
    return waited_ms / max(1, people) / MINUTE_MS


def _refusals(family: FamilyDay) -> set[tuple[str, str]]:
    """Each kind of refusal that a family met, with the atelier where it did."""
    queued = {
        (SENT_ON if stand.sent_on else GAVE_UP, stand.atelier)
        for stand in family.stands
        if stand.started_ms is None
    }
    return queued | {(NO_TIME if each.hopeless else PUT_OFF, each.atelier) for each in family.refusals}


def _ends(event: Event, families: list[FamilyDay]) -> dict[int, End]:
    last: dict[int, End] = {}
    for family in families:
        for stand in family.stands:
            window = event.window_at(stand.arrived_ms)
            if stand.started_ms is not None and stand.ended_ms is not None and window is not None:
                place = event.windows.index(window)
                minutes = (stand.ended_ms - window.closes_ms) / MINUTE_MS
                if place not in last or minutes > last[place].minutes:
                    last[place] = End(minutes, stand.atelier)
    return last


def _seated(event: Event, families: list[FamilyDay]) -> Counter[tuple[str, int]]:
    seated: Counter[tuple[str, int]] = Counter()
    for family in families:
        for stand in family.stands:
            if stand.started_ms is not None and event.by_id[stand.atelier].kind is Kind.SESSION:
                seated[stand.atelier, stand.started_ms] += stand.people
    return seated
