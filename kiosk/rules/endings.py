"""How those who are at an atelier now are served to the last: played many times, since nobody knows who will give up.

Each time everybody in the queue has a patience of their own, drawn as the day has shown people to be; who is out of it
by their turn has gone, and the next goes in. The draws of a place in the queue are always the same ones, so that what
is told wavers only with what happens.
"""

from functools import cache
from random import Random

from .event import MINUTE_MS
from .floor import AtelierFloor, Floor, Present
from .learned import stays_on
from .places import PLACES, Places

DRAWS = 41
UNSEEN_MINUTES = 8  # who gave up is seen elsewhere, or overtaken, so much later
# Of the impatience that scans show: who goes home out of a queue is never seen to.
GONE_HOME, SURE = 1.6, 0.11


def ends_ms(floor: Floor, here: AtelierFloor, from_ms: int) -> list[int]:
    """When the last of those who are there would be out, DRAWS times, in order. Nobody is served before `from_ms`."""
    start: Places = PLACES[here.atelier.kind](here, from_ms)
    start.close()
    factor = max(floor.impatience / 4, GONE_HOME * floor.impatience - SURE)
    queue = [(present, *_left(floor, present, factor)) for present in standing(here)]
    ends = []
    for draw in range(DRAWS):
        places = start.copy()
        for place, (present, since_ms, was) in enumerate(queue):
            begins, _ = places.turn(since_ms, present.takers)
            if stays_on(begins - since_ms, factor) >= _patience(place)[draw] * was:
                places.seat(since_ms, present.takers, 1.0)
        ends.append(round(places.empty_ms()))
    return sorted(ends)


def standing(here: AtelierFloor) -> list[Present]:
    """Those in the queue, in its order, who may be there: whoever came before somebody who was served has gone."""
    return [each for each in here.queue if each.takers and each.since_ms >= here.served_ms]


def _left(floor: Floor, present: Present, factor: float) -> tuple[int, float]:
    """Since when it stands there, and what was the chance to be patient until it would have been missed."""
    waited_ms = floor.at_ms - present.since_ms - UNSEEN_MINUTES * MINUTE_MS
    return present.since_ms, stays_on(max(0, waited_ms), factor)


@cache
def _patience(place: int) -> tuple[float, ...]:
    """One draw for each time, spread evenly between 0 and 1."""
    chance = Random(place)
    draws = [(draw + chance.random()) / DRAWS for draw in range(DRAWS)]
    chance.shuffle(draws)
    return tuple(draws)
