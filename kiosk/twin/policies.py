"""Ways to send families round, to be compared on the same days: small functions from a situation to advice.

A policy of your own is a function `live(now: Situation) -> Advice` in a file of its own; docs/routes.md shows one.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from runpy import run_path

from ..errors import Refused
from ..rules.event import Event
from ..rules.facts import END, GO, REST, Advised
from ..rules.floor import Floor
from ..rules.party import takers
from ..rules.routes import MOST_STOPS, WEIGHTS, Advice, Wanderer, advise
from ..rules.waits import projections
from ..saying import say


@dataclass(frozen=True, slots=True)
class Situation:
    """`party` is free at `from_ms` and asks where to go; it was the `number`-th to check in.

    `most_stops`: how many of its stops anybody will look at.
    """

    event: Event
    floor: Floor
    party: Wanderer
    from_ms: int
    number: int
    most_stops: int = MOST_STOPS


Advisor = Callable[[Situation], Advice]


@dataclass(frozen=True, slots=True)
class Policy:
    """`sheet`: what is printed at check-in. `live`: what is told at each scan, where anything is.

    `board`: whether the waits hang on a wall for all to see.
    """

    name: str
    title: str
    sheet: Advisor
    live: Advisor | None = None
    board: bool = False

    @property
    def advises(self) -> bool:
        return self.live is not None

    def welcome(self, now: Situation) -> Advice:
        return _checked(self.name, self.sheet(now))

    def advise(self, now: Situation) -> Advice:
        assert self.live is not None
        return _checked(self.name, self.live(now))


def _checked(name: str, told: object) -> Advice:
    if not isinstance(told, Advice):
        raise Refused(say("error.policy_told", name=name, told=repr(told)))
    return told


def nothing(now: Situation) -> Advice:
    return Advice(END, now.from_ms)


def same_sheet(now: Situation) -> Advice:
    """Every family the same order: that of the event file."""
    return _sheet(now, 0)


def rotated(now: Situation) -> Advice:
    """The same order, begun one atelier further for each family."""
    return _sheet(now, (now.number - 1) % max(1, len(now.event.ateliers)))


def by_capacity(now: Situation) -> Advice:
    """The same order, begun where a share of families is sent that fits what each atelier can take."""
    rates = [atelier.places / atelier.minutes for atelier in now.event.ateliers]
    spot, passed = (now.number * 0.6180339887498949) % 1.0 * sum(rates), 0.0
    for start, rate in enumerate(rates):
        passed += rate
        if spot < passed:
            return _sheet(now, start)
    return _sheet(now, 0)


def least_wait_at_print(now: Situation) -> Advice:
    """By the wait when it is printed, the shortest first."""
    queues = projections(now.event, now.floor)
    waits = {
        id: wait.minutes
        for id, queue in queues.items()
        if (wait := queue.wait(now.from_ms, max(1, _takers(now, id)))) is not None
    }
    return _told(now, sorted(_fitting(now), key=lambda id: waits.get(id, 1e9)))


def least_wait(now: Situation) -> Advice:
    """To the shortest wait of all that is left, at each scan."""
    queues = projections(now.event, now.floor, now.party.badge)
    best: tuple[float, str] | None = None
    for id in _fitting(now):
        if id in now.party.refused:
            continue
        there_ms = now.from_ms + now.event.walk_ms(now.party.room, now.event.by_id[id].room)
        wait = queues[id].wait(there_ms, _takers(now, id))
        if wait is not None and (best is None or wait.minutes < best[0]):
            best = (wait.minutes, id)
    if best is None:
        return Advice(REST, now.from_ms + 4 * 60_000) if now.party.refused else Advice(END, now.from_ms)
    return _told(now, [best[1]])


def look_ahead(now: Situation) -> Advice:
    """Two stops of look-ahead, at each scan; nobody's place is kept."""
    return advise(now.event, now.floor, now.party, now.from_ms, _STANDING, now.most_stops)


def ronde(now: Situation) -> Advice:
    """What Ronde does: look-ahead, and one kept place a family."""
    return advise(now.event, now.floor, now.party, now.from_ms, most_stops=now.most_stops)


_STANDING = replace(WEIGHTS, keep_compliance=2.0)

POLICIES = (
    Policy("P0", "no sheet", nothing),
    Policy("P0d", "a board with the waits", nothing, board=True),
    Policy("P1", "the same sheet for all", same_sheet),
    Policy("P2", "rotated sheets", rotated),
    Policy("P2c", "sheets begun by capacity", by_capacity),
    Policy("P3", "least wait at print", least_wait_at_print),
    Policy("P4", "least wait at each scan", least_wait_at_print, least_wait),
    Policy("P7", "look-ahead", look_ahead, look_ahead),
    Policy("P8", "Ronde: look-ahead, a place kept", ronde, ronde),
)
BY_NAME = {policy.name: policy for policy in POLICIES}


def named(name_or_file: str) -> Policy:
    """A policy by its name, or that of a Python file: its functions `live` and, if it prints another sheet, `sheet`.

    Raises Refused.
    """
    if name_or_file in BY_NAME:
        return BY_NAME[name_or_file]
    path = Path(name_or_file)
    if path.suffix != ".py" or not path.is_file():
        raise Refused(say("error.no_policy", name=name_or_file, known=", ".join(BY_NAME)))
    try:
        found = run_path(str(path))
    except SyntaxError as error:
        raise Refused(
            say("error.policy_syntax", path=path, line=error.lineno or 0, cause=error.msg)
        ) from error
    live = found.get("live")
    if not callable(live):
        raise Refused(say("error.policy_file", path=path))
    return Policy(
        path.stem, (live.__doc__ or path.stem).strip().splitlines()[0], found.get("sheet", live), live
    )


def _takers(now: Situation, atelier: str) -> int:
    return takers(now.event, now.event.by_id[atelier], now.party.people)


def _fitting(now: Situation) -> list[str]:
    return [
        atelier.id
        for atelier in now.event.ateliers
        if atelier.id not in now.party.visited and _takers(now, atelier.id)
    ]


def _sheet(now: Situation, start: int) -> Advice:
    ids = [atelier.id for atelier in now.event.ateliers]
    fitting = set(_fitting(now))
    return _told(now, [id for id in ids[start:] + ids[:start] if id in fitting])


def _told(now: Situation, order: list[str]) -> Advice:
    if not order:
        return Advice(END, now.from_ms)
    return Advice(GO, now.from_ms, tuple(Advised(id, now.from_ms, 0) for id in order))
