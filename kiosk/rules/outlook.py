"""What the wait will be in half an hour: a forecast, and told as a range.

Three answers are weighed. The wait as it is now. The queue played forward as in `waits`, with as many newcomers as came
lately; that knows this atelier, and overdoes it: families look at a queue before they join it, and are told of others.
And the crowd: what everybody would wait if all on site stood in queues alike; that knows how full the day is. The
weights, and how far it is off, are those of rehearsed days: `ronde bench outlook`, and docs/routes.md.

What is planned by then is minded: a queue that will be closed, the end of the doors, a session that is full. Where
nobody can say, nothing is said.
"""

from dataclasses import dataclass

from .event import MINUTE_MS, Event, Kind
from .floor import INFLOW_MINUTES, AtelierFloor, Floor, Status
from .learned import stays_on
from .places import Places
from .view import View
from .waits import Projection, expected, range_minutes

AHEAD_MINUTES = 30
SOONEST_MINUTES = 10  # after the doors opened: before that nobody knows how many come
NOW_SHARE, QUEUE_SHARE, CROWD_SHARE = 0.2, 0.42, 0.2  # of each answer, so much
SPREAD_MINUTES, SPREAD_SHARE, MOST_SPREAD_MINUTES = (
    5.0,
    0.6,
    11.0,
)  # of a forecast: it grows with it, up to a point


@dataclass(frozen=True, slots=True)
class Outlook:
    """Of one person who comes at `at_ms`. `minutes`: the wait to expect, None where nobody can say. `over`: no turn is
    to be had by then. `session_ms`: when the session begins that the wait is for, which is no estimate.
    """

    at_ms: int
    minutes: float | None = None
    over: bool = False
    session_ms: int | None = None

    @property
    def range_minutes(self) -> tuple[int, int] | None:
        """As a wait is told to people, and wider: three times in four it comes to be in there."""
        if self.minutes is None:
            return None
        if self.session_ms is not None:
            return range_minutes(self.minutes)
        spread = min(MOST_SPREAD_MINUTES, SPREAD_MINUTES + SPREAD_SHARE * self.minutes)
        return range_minutes(max(1.0, self.minutes), spread)


def outlooks(view: View, floor: Floor) -> dict[str, Outlook]:
    """By atelier, AHEAD_MINUTES from the floor's moment on. `floor`: of the view."""
    crowd = _crowd_minutes(floor)
    return {
        here.atelier.id: _Ahead(view.event, floor, here).outlook(
            crowd, view.statuses.ends_ms(here.atelier.id, floor.at_ms)
        )
        for here in floor.ateliers
    }


class _Ahead(Projection):
    """A projection with those who will come, too."""

    def __init__(self, event: Event, floor: Floor, here: AtelierFloor) -> None:
        super().__init__(event, floor, here)
        self._inflow = _inflow(event, floor, here)

    def outlook(self, crowd_minutes: float, ends_ms: int | None) -> Outlook:
        """`ends_ms`: when its queue will be closed, where that is planned."""
        window, here = self._window, self.here
        then_ms = self.now_ms + AHEAD_MINUTES * MINUTE_MS
        ends = ends_ms is not None and ends_ms <= then_ms
        if window is None or here.status is Status.CLOSED or ends or then_ms >= window.closes_ms:
            return Outlook(then_ms, over=True)
        if here.status is not Status.OPEN or self._inflow is None:
            return Outlook(then_ms)
        wait = self.wait(then_ms, 1)
        if wait is None:
            return Outlook(then_ms, over=True)
        if here.atelier.kind is Kind.SESSION:
            return Outlook(then_ms, wait.minutes, session_ms=wait.start_ms)
        now = expected(self.event, self._floor, here, self.now_ms, 1)
        now_minutes = wait.minutes if now is None else now.minutes
        return Outlook(
            then_ms, NOW_SHARE * now_minutes + QUEUE_SHARE * wait.minutes + CROWD_SHARE * crowd_minutes
        )

    def _ahead(self, at_ms: int) -> Places:
        """With those who were told to come, and as many others as are to be expected."""
        places = super()._ahead(at_ms).copy()
        told = sum(each.takers for each in self._coming if each.since_ms <= at_ms) * self._floor.compliance
        many = round(max(0.0, (self._inflow or 0.0) * (at_ms - self.now_ms) / MINUTE_MS - told))
        for place in range(many):
            since_ms = self.now_ms + (place + 0.5) / many * (at_ms - self.now_ms)
            start, _ = places.turn(since_ms, 1)
            places.seat(since_ms, 1, stays_on(start - since_ms, self._floor.impatience))
        return places


def _inflow(event: Event, floor: Floor, here: AtelierFloor) -> float | None:
    """People a minute who came for a place lately; None where the doors have not been open for long enough."""
    if here.atelier.kind is Kind.SESSION:
        return 0.0
    window = event.window_at(floor.at_ms)
    open_minutes = (floor.at_ms - window.opens_ms) / MINUTE_MS if window else 0.0
    if open_minutes < SOONEST_MINUTES:
        return None
    return here.inflow(floor.at_ms) * INFLOW_MINUTES / min(INFLOW_MINUTES, open_minutes)


def _crowd_minutes(floor: Floor) -> float:
    """What everybody would wait, if all on site were shared out among the queues that are open."""
    queues = [
        here
        for here in floor.ateliers
        if here.status is Status.OPEN and here.atelier.kind is not Kind.SESSION
    ]
    a_minute = sum(here.atelier.places * MINUTE_MS / here.turn_ms for here in queues)
    standing = floor.on_site.people - sum(here.atelier.places for here in queues)
    return max(0.0, standing / a_minute) if a_minute else 0.0
