"""Everything live at one moment: who queues, who is inside, who is roaming, for each atelier and in all.

Counted twice over, in parties and in people: rooms fill with people, queues move by parties.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property

from .event import MINUTE_MS, Atelier, Event
from .facts import Advised
from .journeys import OPEN, WAITING, Journey, State
from .party import Party

ON_THE_WAY_MINUTES = 10  # a party that was sent somewhere and is not seen there by then goes elsewhere


class Status(StrEnum):
    OPEN = "open"
    PAUSED = "paused"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Guest:
    """Whoever carries a badge. `party` is None where nobody has checked it in: it counts as one person."""

    badge: str
    party: Party | None
    journey: Journey
    route: tuple[Advised, ...] = ()
    left_ms: int | None = None

    @property
    def size(self) -> int:
        return self.party.size if self.party else 1

    def takers(self, event: Event, atelier: Atelier) -> int:
        return self.party.takers(event, atelier) if self.party else 1

    @property
    def last_ms(self) -> int:
        """The last sign of life."""
        signs = [stay.last_ms for stay in self.journey.stays]
        signs.append(self.journey.last_ms or 0)
        signs.append(self.party.came_ms if self.party else 0)
        return max(signs)


@dataclass(frozen=True, slots=True)
class Count:
    parties: int = 0
    people: int = 0

    def __add__(self, guest: Guest) -> "Count":
        return Count(self.parties + 1, self.people + guest.size)


@dataclass(frozen=True, slots=True)
class Present:
    """A party at an atelier since `since_ms`; `takers` of its people need a place."""

    guest: Guest
    since_ms: int
    takers: int
    inferred: bool


@dataclass(frozen=True)
class AtelierFloor:
    """`queue`: by arrival. `on_the_way`: sent here by their sheet, not seen since."""

    atelier: Atelier
    status: Status
    queue: tuple[Present, ...]
    inside: tuple[Present, ...]
    on_the_way: tuple[Present, ...]
    done: Count
    left: Count

    @cached_property
    def queued(self) -> Count:
        return count(present.guest for present in self.queue)

    @cached_property
    def occupied(self) -> Count:
        return count(present.guest for present in self.inside)

    @property
    def places_taken(self) -> int:
        """Never more than there are: of a large party at a CONTINUOUS atelier the others look on."""
        return min(self.atelier.places, sum(present.takers for present in self.inside))


@dataclass(frozen=True)
class Floor:
    """`came`: all who checked in. `gone` are presumed so once they were silent for long enough."""

    at_ms: int
    came: Count
    on_site: Count
    roaming: Count
    gone: Count
    ateliers: tuple[AtelierFloor, ...]
    unknown_badges: int

    @cached_property
    def by_id(self) -> Mapping[str, AtelierFloor]:
        return {here.atelier.id: here for here in self.ateliers}


def count(guests: Iterable[Guest]) -> Count:
    total = Count()
    for guest in guests:
        total = total + guest
    return total


def floor(event: Event, guests: Iterable[Guest], statuses: Mapping[str, Status], now_ms: int) -> Floor:
    """The floor at `now_ms`. `statuses`: ateliers that an animator or an organiser paused or closed."""
    queue: dict[str, list[Present]] = {atelier.id: [] for atelier in event.ateliers}
    inside: dict[str, list[Present]] = {atelier.id: [] for atelier in event.ateliers}
    coming: dict[str, list[Present]] = {atelier.id: [] for atelier in event.ateliers}
    done = {atelier.id: Count() for atelier in event.ateliers}
    left = {atelier.id: Count() for atelier in event.ateliers}
    came = on_site = roaming = gone = Count()
    unknown = 0
    for guest in guests:
        guest = replace(guest, journey=guest.journey.at(event, now_ms))
        unknown += guest.party is None
        came += guest
        for stay in guest.journey.stays:
            if stay.state is State.DONE:
                done[stay.atelier] += guest
            elif stay.state is State.LEFT:
                left[stay.atelier] += guest
        now = guest.journey.stays[-1] if guest.journey.stays else None
        if now is not None and now.state in OPEN:
            waiting = now.state in WAITING
            since_ms = now.arrived_ms if waiting or now.entered_ms is None else now.entered_ms
            takers = guest.takers(event, event.by_id[now.atelier])
            present = Present(guest, since_ms, takers, bool(now.inferred))
            (queue if waiting else inside)[now.atelier].append(present)
            on_site += guest
        elif _is_gone(event, guest, now_ms):
            gone += guest
        else:
            on_site += guest
            roaming += guest
            heading = _heading(event, guest, now_ms)
            if heading is not None:
                takers = guest.takers(event, event.by_id[heading])
                coming[heading].append(Present(guest, guest.last_ms, takers, inferred=True))
    return Floor(
        at_ms=now_ms,
        came=came,
        on_site=on_site,
        roaming=roaming,
        gone=gone,
        ateliers=tuple(
            AtelierFloor(
                atelier=atelier,
                status=statuses.get(atelier.id, Status.OPEN),
                queue=_ordered(queue[atelier.id]),
                inside=_ordered(inside[atelier.id]),
                on_the_way=_ordered(coming[atelier.id]),
                done=done[atelier.id],
                left=left[atelier.id],
            )
            for atelier in event.ateliers
        ),
        unknown_badges=unknown,
    )


def _ordered(presents: list[Present]) -> tuple[Present, ...]:
    return tuple(sorted(presents, key=lambda present: (present.since_ms, present.guest.badge)))


def _is_gone(event: Event, guest: Guest, now_ms: int) -> bool:
    last_ms = guest.last_ms
    if guest.left_ms is not None and guest.left_ms >= last_ms:
        return True
    return now_ms - last_ms >= event.away_after_minutes * MINUTE_MS


def _heading(event: Event, guest: Guest, now_ms: int) -> str | None:
    """Where its sheet sends a roaming party next, for as long as it may be on its way there."""
    if now_ms - guest.last_ms > ON_THE_WAY_MINUTES * MINUTE_MS:
        return None
    been = {stay.atelier for stay in guest.journey.stays}
    return next(
        (stop.atelier for stop in guest.route if stop.atelier not in been and stop.atelier in event.by_id),
        None,
    )
