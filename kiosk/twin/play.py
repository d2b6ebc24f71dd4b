"""One day, played: a scenario, a policy and a seed in; what happened out."""

from collections.abc import Callable
from dataclasses import replace

from ..rules import closing
from ..rules.event import Event, Window
from ..rules.facts import AtelierSet
from ..rules.floor import Floor, Status
from ..rules.view import View
from .diary import FamilyDay, LastCall, Outcome, Sample
from .families import Family, draw
from .hall import Faults, TwinHall
from .policies import BY_NAME, Policy
from .scenario import Crowd, Habits
from .world import World

RONDE = BY_NAME["P8"]
SAMPLE_MINUTES = 5
NO_FAULTS = Faults()


def play(
    event: Event,
    crowd: Crowd,
    habits: Habits,
    seed: int,
    policy: Policy = RONDE,
    *,
    promises: bool = False,
    sampled: bool = False,
    timed: bool = False,
    closes: bool = False,
    faults: Faults = NO_FAULTS,
    families: tuple[Family, ...] | None = None,
    watch: Callable[[View, Floor], None] | None = None,
) -> Outcome:
    """Play a day to its end. The same arguments give the same outcome, but for `decisions_ms`.

    `promises`: note what was expected at each queue. `sampled`: note the floor each five minutes. `closes`: an
    organiser closes each queue at its last call, and opens it again for the next window. `families`: who comes, where
    they are not to be drawn for this event. `watch` is shown what the hub knows each five minutes.
    """
    if families is None:
        families = draw(event, crowd, seed)
    hall = TwinHall(event, policy, promises=promises, timed=timed, faults=faults)
    start_ms = (
        min(event.opens_ms, *(family.at_door_ms for family in families)) if families else event.opens_ms
    )
    world = World(event, families, hall, habits, seed=seed, start_ms=start_ms)
    hall.now = lambda: world.now_ms
    outcome = Outcome(seed)

    def look() -> None:
        floor = hall.ledger.floor(world.now_ms)
        waits = hall.waits(floor)
        outcome.samples.append(
            Sample(
                at_ms=world.now_ms,
                on_site=floor.on_site.people,
                queues={here.atelier.id: here.queued.people for here in floor.ateliers},
                inside={here.atelier.id: here.occupied.people for here in floor.ateliers},
                waits={id: wait.minutes if wait else None for id, wait in waits.items()},
            )
        )

    if closes:
        world.every(1, Closer(world, hall, outcome).look)
    if sampled:
        world.every(SAMPLE_MINUTES, look)
    if watch is not None:
        show = watch
        world.every(SAMPLE_MINUTES, lambda: show(hall.ledger.view(), hall.ledger.floor(world.now_ms)))
    world.run()
    outcome.families = world.days
    outcome.calls = [_kept(call, outcome.families) for call in outcome.calls]
    outcome.decisions_ms = hall.decisions_ms
    return outcome


class Closer:
    """An organiser who closes queues when the forecast says so."""

    def __init__(self, world: World, hall: TwinHall, outcome: Outcome) -> None:
        self._world, self._hall, self._outcome = world, hall, outcome
        self._window: Window | None = None

    def look(self) -> None:
        world, now_ms = self._world, self._world.now_ms
        window = world.event.window_at(now_ms)
        if window is not self._window:
            self._window = window
            for atelier in world.event.ateliers:
                if world.booths[atelier.id].closed:
                    self._set(atelier.id, Status.OPEN)
        floor = self._hall.ledger.floor(now_ms)
        for here in floor.ateliers:
            if here.status is not Status.OPEN or not here.queue:
                continue
            call = closing.last_call(world.event, floor, here)
            if call is not None and call.at_ms <= now_ms:
                self._set(here.atelier.id, Status.CLOSED)
                self._outcome.calls.append(
                    LastCall(here.atelier.id, now_ms, call.by_ms, call.drain.end_ms, call.drain.end_ms)
                )

    def _set(self, atelier: str, status: Status) -> None:
        self._hall.ledger.apply(AtelierSet(atelier, status.value), self._world.now_ms)
        booth = self._world.booths[atelier]
        booth.open_queue() if status is Status.OPEN else booth.close_queue()


def _kept(call: LastCall, families: list[FamilyDay]) -> LastCall:
    """The call with what came: the end of the last turn of those who stood in the queue when it was closed."""
    ends = [
        stand.ended_ms
        for family in families
        for stand in family.stands
        if stand.atelier == call.atelier
        and stand.started_ms is not None
        and stand.ended_ms is not None
        and stand.arrived_ms <= call.at_ms < stand.ended_ms
    ]
    return replace(call, actual_ms=max(ends, default=call.at_ms))
