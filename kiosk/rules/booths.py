"""Who is at an atelier, as its station and its animator's screen are told: see `firmware.wire.booth`."""

from firmware.wire.booth import CALLED, INSIDE, WAITING, Standing

from .floor import AtelierFloor, Present
from .journeys import State

_STATES = {State.QUEUED: WAITING, State.CALLED: CALLED, State.IN: INSIDE}


def standings(here: AtelierFloor) -> tuple[Standing, ...]:
    """Those inside, then the queue in its order."""
    return tuple(_standing(present) for present in (*here.inside, *here.queue))


def _standing(present: Present) -> Standing:
    stay = present.guest.stay
    assert stay is not None
    moments = {State.CALLED: stay.called_ms, State.IN: stay.entered_ms}
    since_ms = moments.get(stay.state)
    return Standing(
        badge=present.guest.badge,
        state=_STATES[stay.state],
        since_ms=stay.arrived_ms if since_ms is None else since_ms,
        key_ms=max(0, present.key_ms),
        takers=present.takers,
        estimated=present.guest.journey.estimated,
    )
