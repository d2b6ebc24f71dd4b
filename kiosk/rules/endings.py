"""How those who are at an atelier now are served to the last: played many times, since nobody knows who will give up.

Each time everybody in the queue has a patience of their own, drawn as the day has shown people to be; who is out of it
by their turn has gone, and the next goes in. The draws of a place in the queue are always the same ones, so that what
is told wavers only with what happens.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from random import Random

from .event import MINUTE_MS, Kind
from .floor import LATELY_MS, AtelierFloor, Floor, Present
from .learned import stays_on
from .places import PLACES, Places

DRAWS = 41
CALLED_MS = 2 * MINUTE_MS  # after a place came free, who is there has been called in
UNSEEN_MINUTES = 8  # who gave up is seen elsewhere, or overtaken, so much later
# Of the impatience that scans show: who goes home out of a queue is never seen to.
GONE_HOME, SURE = 1.6, 0.11


@dataclass(frozen=True, slots=True)
class Ending:
    """One way in which it may go: the last would be out at `end_ms`, and the `places` as they come free.

    `begins`: of each in the queue, when its turn begins; None where it has given up by then. `ends`: when the last
    would be out if only so many of the queue were served, from none on.
    """

    end_ms: int
    places: Places
    begins: tuple[float | None, ...] = ()
    ends: tuple[float, ...] = ()

    def more(self, at_ms: int, together: int) -> Iterator[tuple[int, int]]:
        """People who come now as well, so many at a time: how many they are, and when the last of them would be out."""
        places, people = self.places.copy(), 0
        while True:
            places.seat(at_ms, together, 1.0)
            people += together
            yield people, round(places.empty_ms())


def endings(floor: Floor, here: AtelierFloor, from_ms: int) -> list[Ending]:
    """DRAWS of them, by their ends. Nobody is served before `from_ms`."""
    start: Places = PLACES[here.atelier.kind](here, from_ms)
    start.close()
    shown = floor.impatience
    factor = min(max(1.0, shown), max(shown / 4, GONE_HOME * shown - SURE))
    queue = [(present, *_left(floor, present, factor)) for present in standing(here, floor.at_ms)]
    found = []
    for draw in range(DRAWS):
        places = start.copy()
        begins: list[float | None] = []
        ends = [places.empty_ms()]
        for place, (present, since_ms, was) in enumerate(queue):
            begin, _ = places.turn(since_ms, present.takers)
            stays = stays_on(begin - since_ms, factor) >= _patience(place)[draw] * was
            if stays:
                places.seat(since_ms, present.takers, 1.0)
            begins.append(begin if stays else None)
            ends.append(places.empty_ms())
        found.append(Ending(round(ends[-1]), places, tuple(begins), tuple(ends)))
    return sorted(found, key=lambda each: each.end_ms)


def standing(here: AtelierFloor, now_ms: int) -> list[Present]:
    """Those in the queue, in its order, who may be there.

    Whoever came before somebody who was served has gone, and so has whoever does not take a place that is free.
    """
    queue = [each for each in here.queue if each.takers and each.since_ms >= here.served_ms]
    if here.atelier.kind is Kind.BATCH or not CALLED_MS <= now_ms - here.freed_ms < LATELY_MS:
        return queue
    most = 1 if here.atelier.kind is Kind.CONTINUOUS else here.atelier.places
    room = here.atelier.places - here.places_taken
    while queue and min(queue[0].takers, most) <= room and now_ms - queue[0].since_ms >= CALLED_MS:
        queue.pop(0)
    return queue


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
