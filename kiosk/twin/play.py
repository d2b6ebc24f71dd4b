"""One day, played: a scenario, a policy and a seed in; what happened out."""

from dataclasses import replace

from ..rules.event import MINUTE_MS, Event
from .diary import Outcome, Sample
from .families import draw
from .hall import Faults, TwinHall
from .policies import BY_NAME, Policy
from .scenario import Crowd, Habits
from .world import World

RONDE = BY_NAME["P8"]
SAMPLE_MINUTES = 5


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
    faults: Faults = Faults(),
) -> Outcome:
    """Play a day to its end. The same arguments give the same outcome, but for `decisions_ms`.

    `promises`: note what was expected at each queue. `sampled`: note the floor each five minutes.
    """
    families = draw(event, crowd, seed)
    hall = TwinHall(event, policy, promises=promises, timed=timed, faults=faults)
    start_ms = min(event.opens_ms, *(family.at_door_ms for family in families)) if families else event.opens_ms
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

    if sampled:
        world.every(SAMPLE_MINUTES, look)
    world.run()
    outcome.families = world.days
    outcome.decisions_ms = hall.decisions_ms
    return outcome


__all__ = ["MINUTE_MS", "RONDE", "play", "replace"]
