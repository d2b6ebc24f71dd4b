"""A whole day of stand-in families against the real parts, and whether the hub says what the families know."""

import threading
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self

from .. import eventfile
from ..errors import HubAway
from ..rules.event import MINUTE_MS, Event
from ..twin.families import Family, draw
from ..twin.scenario import ROUBAIX, Habits
from ..twin.world import World
from .hall import RealHall
from .stage import Ports, Stage, StageError, wait_for
from .truth import MARGIN_MS, Difference, Truth, compare

EARLY_MS = 10 * MINUTE_MS  # the day begins so long before the doors open
LEAD_MS = MINUTE_MS  # and the clock stands so long before that, while all is started
LOOK_MINUTES = 30
LOOK_S = 30.0  # the longest that a look waits for passages on their way
DRAIN_S = 60.0


@dataclass(frozen=True, slots=True)
class Look:
    """What was found at a moment of the day. `at_ms`: the hub's time of its board."""

    at_ms: int
    differences: tuple[Difference, ...]


def coming(event: Event, people: int, seed: int, from_ms: int | None = None) -> tuple[Family, ...]:
    """Who comes on a day that begins at `from_ms`, or else before the doors open."""
    families = draw(event, replace(ROUBAIX, people=people), seed)
    return tuple(family for family in families if from_ms is None or family.at_door_ms >= from_ms)


class Rehearsal:
    """Made in `folder`, `start`ed, `play`ed, `close`d. A context manager. `stop` ends it with Stopped.

    `from_ms`: the day begins then, and families that would have come before do not come.
    Raises EventFileError, StageError, ValueError.
    """

    def __init__(
        self,
        event_file: Path,
        folder: Path,
        *,
        speed: float = 60.0,
        seed: int = 0,
        people: int = ROUBAIX.people,
        compliance: float = 0.7,
        missed: float = 0.0,
        ports: Ports | None = None,
        from_ms: int | None = None,
        stop: threading.Event | None = None,
    ) -> None:
        self.event = eventfile.load(event_file)
        begins_ms = self.event.opens_ms - EARLY_MS if from_ms is None else from_ms
        self.families = coming(self.event, people, seed, from_ms)
        self.begins_ms = begins_ms
        self.missed = missed
        self.looks: list[Look] = []
        self.board: dict[str, Any] = {}
        self.journeys: list[dict[str, Any]] = []
        self.stage = Stage(
            event_file,
            self.event,
            folder,
            day_ms=begins_ms - LEAD_MS,
            speed=speed,
            seed=seed,
            ports=ports,
            stop=stop,
        )
        self.hall = RealHall(self.stage, listening=compliance > 0)
        self.truth = Truth(self.event)
        self.world = World(
            self.event,
            self.families,
            self.hall,
            Habits(compliance=compliance, missed=missed, tries_again=False),
            seed=seed,
            start_ms=begins_ms,
            witness=self.truth,
        )
        self.world.every(LOOK_MINUTES, self._look)

    def start(self) -> None:
        self.stage.start()

    def play(self, until_ms: int | None = None) -> list[Difference]:
        """The day, to its end or to `until_ms`; then where hub and families differ once all scans have come.

        What could still change by time alone is waited for, unless the day was cut short.
        """
        self.world.run(until_ms)
        self._wait_for_passages(DRAIN_S)
        if until_ms is None:
            self.hall.wait_until(self.truth.certain_from_ms(self._margin_ms))
        if not wait_for(self._asked, DRAIN_S, self.stage.stop):
            raise StageError(f"the hub does not say how the day ended:\n{self.stage.complaints()}")
        return compare(self.truth, self.board, self.journeys, self._margin_ms)

    def close(self) -> None:
        """End everything. May be called twice."""
        self.hall.close()
        self.stage.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def _margin_ms(self) -> int:
        """A scan was made at most so much later than the world thinks."""
        return MARGIN_MS + self.hall.tally.most_behind_ms

    def _look(self) -> None:
        """Compare in the middle of the day, if the hub has heard all; else it is no moment to compare."""
        if any(self.stage.relay.is_cut(station) for station in self.stage.posts):
            return
        board = self._wait_for_passages(LOOK_S)
        if board is not None:
            found = compare(self.truth, board, None, self._margin_ms)
            self.looks.append(Look(board["at_ms"], tuple(found)))

    def _asked(self) -> bool:
        try:
            told = self.stage.journeys()
        except HubAway:
            self.stage.mend()
            return False
        self.board, self.journeys = told["board"], told["journeys"]
        return True

    def _wait_for_passages(self, timeout_s: float) -> dict[str, Any] | None:
        """The board once it holds every passage that a station said it kept; None where it does not in time."""
        board: dict[str, Any] = {}
        kept = sum(post.kept for post in self.stage.posts.values())

        def all_there() -> bool:
            try:
                board.update(self.stage.board())
            except OSError:
                self.stage.mend()
            return bool(board) and board["passages"] >= kept

        return board if wait_for(all_there, timeout_s, self.stage.stop) else None
