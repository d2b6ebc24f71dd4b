"""Where a party should go, and in which order: the least expected wait among what remains.

A plan is a pure function of event, floor and party, so the same facts always give the same sheet. Parties
that were sent somewhere count there before they arrive (floor.on_the_way): without that, everybody who checks
in within the same minute would be sent to the same empty atelier.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from .event import MINUTE_MS, Atelier, Event, Kind
from .facts import Advised
from .floor import AtelierFloor, Floor
from .party import Group, takers
from .waits import Wait, expected

WISH_MINUTES = (12, 8, 4)  # of waiting that the first, second and third wish are worth


@dataclass(frozen=True, slots=True)
class Wanderer:
    """What a plan needs to know of a party. `room`: where it stands, None at the door."""

    people: tuple[Group, ...]
    wishes: tuple[str, ...] = ()
    visited: Collection[str] = ()
    room: str | None = None


@dataclass(frozen=True, slots=True)
class _Option:
    here: AtelierFloor
    wait: Wait
    takers: int

    @property
    def atelier(self) -> Atelier:
        return self.here.atelier


def plan(event: Event, floor: Floor, party: Wanderer, now_ms: int) -> tuple[Advised, ...]:
    """The stops of a route sheet printed at `now_ms`, in order; empty where nothing is left that fits.

    Each stop is open, admits somebody of the party, and is reached before the doors close: a sheet printed
    before the lunch break says nothing of the afternoon. No atelier comes twice.
    """
    window = event.window_at(now_ms)
    if window is None:
        return ()
    left = [here for here in floor.ateliers if here.atelier.id not in party.visited]
    stops: list[Advised] = []
    at_ms, room = max(now_ms, window.opens_ms), party.room
    while options := [
        option for here in left if (option := _option(event, here, party, room, at_ms, now_ms))
    ]:
        chosen = min(options, key=_dislike(event, party, options, at_ms))
        stops.append(Advised(chosen.atelier.id, chosen.wait.at_ms, round(chosen.wait.minutes)))
        at_ms, room = _end_ms(chosen), chosen.atelier.room
        left = [here for here in left if here is not chosen.here]
    return tuple(stops)


def _option(
    event: Event, here: AtelierFloor, party: Wanderer, room: str | None, at_ms: int, now_ms: int
) -> _Option | None:
    needed = takers(event, here.atelier, party.people)
    there_ms = at_ms + event.walk_ms(room, here.atelier.room)
    if event.window_at(there_ms) is not event.window_at(now_ms):
        return None
    wait = expected(event, here, there_ms, needed, now_ms)
    return None if wait is None else _Option(here, wait, needed)


def _end_ms(option: _Option) -> int:
    atelier = option.atelier
    turns = -(-option.takers // atelier.places) if atelier.kind is Kind.CONTINUOUS else 1
    return option.wait.start_ms + turns * atelier.turn_ms


def _dislike(
    event: Event, party: Wanderer, options: list[_Option], at_ms: int
) -> Callable[[_Option], tuple[bool, float, int, int]]:
    """A key that sorts options, the best first: keep what would be missed, then wait little, then wishes."""
    last_chances = {
        option.atelier.id: option.wait.start_ms
        for option in options
        if option.atelier.kind is Kind.SESSION and option.wait.start_ms == option.atelier.times_ms[-1]
    }
    order = [atelier.id for atelier in event.ateliers]

    def key(option: _Option) -> tuple[bool, float, int, int]:
        end_ms = _end_ms(option)
        misses = any(
            id != option.atelier.id and option.wait.start_ms < start_ms < end_ms
            for id, start_ms in last_chances.items()
        )
        rank = (
            party.wishes.index(option.atelier.id) if option.atelier.id in party.wishes else len(WISH_MINUTES)
        )
        worth = WISH_MINUTES[rank] if rank < len(WISH_MINUTES) else 0
        minutes = (option.wait.start_ms - at_ms) / MINUTE_MS
        return (misses, minutes - worth, rank, order.index(option.atelier.id))

    return key
