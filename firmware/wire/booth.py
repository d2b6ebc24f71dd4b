"""The booth: who waits, who is called and who is inside at one atelier, and what a button there comes to.

Hub and station decide by the same rules, so that a press means the same on a screen of the hub, at the station,
and at a station that the network does not reach. A press becomes passages of the parties concerned; nothing else
changes a booth but time.

    waiting ──call──► called ──enter──► inside ──leave──► gone
       └───────────────enter──────────────┘      called ──absent──► gone

Pure: no file, no clock. Moments are milliseconds of the hub's time.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from . import schema, token
from .errors import Malformed
from .passage import ABSENT, ARRIVE, CALL, CLOSE, ENTER, LEAVE, MOST_SHIFT, PAUSE, RESUME, SHIFT, Passage
from .plan import BATCH, CONTINUOUS, SESSION, Plan

WAITING, CALLED, INSIDE = STATES = ("waiting", "called", "inside")

# What may be pressed. The last four name a party.
NEXT, START, DONE = "next", "start", "done"
ACTS = (NEXT, START, DONE, PAUSE, RESUME, CLOSE, SHIFT, CALL, ENTER, LEAVE, ABSENT)

MOST = 128  # parties that are told of in one receipt
TWICE_MS = 3_000  # who was called so recently was called by this very press: it was a double tap
AGAIN_MS = 10_000  # and so was a batch that began so recently: to end it at once would be worse
OVERDUE_TURNS, OVERDUE_MS = 3, 30 * 60_000  # a turn whose end somebody should have seen is over by then
FORGET_MS = 4 * 3_600_000  # nobody queues for longer: a scan was missed

_STATE_AFTER = {ARRIVE: WAITING, CALL: CALLED, ENTER: INSIDE}
_MINUTE_MS = 60_000


@dataclass(frozen=True, slots=True)
class Standing:
    """A party at the booth, in `state` since `since_ms`; `takers` of its people need a place.

    `key_ms` is its place in the queue: the smaller goes first. `estimated`: that moment is a guess, of a clock that
    has met no hub.
    """

    badge: str
    state: str
    since_ms: int
    key_ms: int
    takers: int = 1
    estimated: bool = False

    def to_json(self) -> dict[str, Any]:
        return {
            "badge": self.badge,
            "state": self.state,
            "since_ms": self.since_ms,
            "key_ms": self.key_ms,
            "takers": self.takers,
            "estimated": self.estimated,
        }

    @classmethod
    def from_json(cls, value: Any) -> "Standing":
        """Raises Malformed."""
        fields = schema.mapping(value, "standing")
        state, badge = fields.get("state"), fields.get("badge")
        if state not in STATES:
            raise Malformed(f"state: one of {', '.join(STATES)} is expected")
        if not isinstance(badge, str) or len(badge) != token.LENGTH or badge.strip(token.ALPHABET):
            raise Malformed("badge: a badge is expected")
        return cls(
            badge,
            str(state),
            schema.integer(fields, "since_ms", least=0),
            schema.integer(fields, "key_ms", least=0),
            schema.integer(fields, "takers", least=0, most=1000),
            fields.get("estimated") is True,
        )


@dataclass(frozen=True, slots=True)
class Move:
    """A passage to be: of whom, and of what kind. `by`: minutes, of a SHIFT."""

    kind: str
    badge: str | None = None
    by: int | None = None


@dataclass(frozen=True)
class Booth:
    """`standings`: each badge once, in the order of the queue."""

    plan: Plan
    standings: tuple[Standing, ...] = ()

    @property
    def waiting(self) -> tuple[Standing, ...]:
        return self._in(WAITING)

    @property
    def called(self) -> tuple[Standing, ...]:
        return self._in(CALLED)

    @property
    def inside(self) -> tuple[Standing, ...]:
        """The one who has been inside longest first."""
        return tuple(sorted(self._in(INSIDE), key=lambda one: (one.since_ms, one.key_ms, one.badge)))

    @property
    def taken(self) -> int:
        """Places that are not free: who is called has one. Never more than there are."""
        return min(self.plan.places, sum(self._places(one) for one in (*self.called, *self.inside)))

    @property
    def free(self) -> int:
        return self.plan.places - self.taken

    def of(self, badge: str) -> Standing | None:
        return next((one for one in self.standings if one.badge == badge), None)

    def moved(self, kind: str, badge: str, at_ms: int, takers: int, *, estimated: bool = False) -> "Booth":
        """The booth after this step of this party."""
        before = self.of(badge)
        others = tuple(one for one in self.standings if one.badge != badge)
        state = _STATE_AFTER.get(kind)
        if state is None:
            return replace(self, standings=others) if kind in (LEAVE, ABSENT) else self
        if before is not None and (before.state == state or (kind == CALL and before.state == INSIDE)):
            return self  # said once more
        if before is not None and kind == ARRIVE and before.state == CALLED:
            return self
        key_ms = before.key_ms if before and before.state != INSIDE else at_ms
        return replace(
            self,
            standings=_ordered((*others, Standing(badge, state, at_ms, key_ms, takers, estimated))),
        )

    def settled(self, now_ms: int) -> "Booth":
        """The booth as time alone leaves it."""
        left = tuple(one for one in self.standings if now_ms < self._until_ms(one))
        return self if len(left) == len(self.standings) else replace(self, standings=left)

    def _until_ms(self, one: Standing) -> int:
        if one.state != INSIDE:
            return one.since_ms + FORGET_MS
        turn_ms = self.plan.minutes * _MINUTE_MS
        if self.plan.sees_out:
            return one.since_ms + max(OVERDUE_TURNS * turn_ms, OVERDUE_MS)
        return one.since_ms + turn_ms

    def _in(self, state: str) -> tuple[Standing, ...]:
        return tuple(one for one in self.standings if one.state == state)

    def _places(self, one: Standing) -> int:
        return max(1, min(one.takers, self.plan.places))

    def fitting(self) -> Iterator[Standing]:
        """Who may come in now: in the order of the queue, as many as there are places.

        Turns are taken one person at a time, so a party may begin with a single place; at a table it needs a place
        for each of its people, or all there are. A batch is filled up with whoever fits.
        """
        free = self.free
        for one in self.waiting:
            if free <= 0:
                return
            wants = 1 if self.plan.kind == CONTINUOUS else self._places(one)
            if wants <= free:
                free -= self._places(one)
                yield one
            elif self.plan.kind not in (BATCH, SESSION):
                return


def booth(plan: Plan, standings: Iterable[Standing]) -> Booth:
    return Booth(plan, _ordered(standings))


def moves(
    here: Booth, act: str, now_ms: int, *, badge: str | None = None, by: int | None = None
) -> tuple[Move, ...]:
    """What a press of `act` comes to at `now_ms`; nothing where there is nothing to be done.

    next   whoever was called a while ago has come in; then as many are called as there are places
    start  the batch before has ended; as many of those who wait as there are places are inside
    done   a batch, or a session, ends for all; otherwise one place is free again: that of who has been there longest

    `badge` names the party of a call, an enter, a leave or an absent; `by` the minutes of a shift.
    Raises Malformed where these are missing, or the act is unknown.
    """
    here = here.settled(now_ms)
    match act:
        case "next":
            return (
                *_entering(one for one in here.called if not _just(one, now_ms, TWICE_MS)),
                *_calling(here),
            )
        case "start":
            return _starting(here, now_ms)
        case "done":
            return _ending(here)
        case "pause" | "resume" | "close":
            return (Move(act),)
        case "shift":
            if type(by) is not int or not 0 < abs(by) <= MOST_SHIFT:
                raise Malformed(f"by: minutes from -{MOST_SHIFT} to {MOST_SHIFT} are expected")
            return (Move(SHIFT, by=by),)
        case "call" | "enter" | "leave" | "absent":
            if not badge:
                raise Malformed(f"{act}: whose?")
            return _one(here.of(badge), act)
    raise Malformed(f"act: one of {', '.join(ACTS)} is expected")


def replayed(
    here: Booth, passages: Iterable[tuple[Passage, int, bool]], takers: Mapping[str, int], atelier: str
) -> Booth:
    """The booth after these passages of one log, each with its moment and whether that is an estimate."""
    known = list(passages)
    undone = {passage.of for passage, _, _ in known if passage.of is not None}
    for passage, at_ms, estimated in known:
        if passage.badge and passage.atelier == atelier and passage.seq not in undone:
            here = here.settled(at_ms).moved(
                passage.kind, passage.badge, at_ms, takers.get(passage.badge, 1), estimated=estimated
            )
    return here


def _ordered(standings: Iterable[Standing]) -> tuple[Standing, ...]:
    return tuple(sorted(standings, key=lambda one: (one.key_ms, one.badge)))


def _just(one: Standing, now_ms: int, within_ms: int) -> bool:
    return 0 <= now_ms - one.since_ms < within_ms


def _entering(called: Iterable[Standing]) -> Iterator[Move]:
    return (Move(ENTER, one.badge) for one in called)


def _calling(here: Booth) -> Iterator[Move]:
    return (Move(CALL, one.badge) for one in here.fitting())


def _starting(here: Booth, now_ms: int) -> tuple[Move, ...]:
    if any(_just(one, now_ms, AGAIN_MS) for one in here.inside):
        return ()
    if not here.waiting and not here.called:
        return ()
    emptied = replace(here, standings=tuple(one for one in here.standings if one.state != INSIDE))
    return (
        *(Move(LEAVE, one.badge) for one in here.inside),
        *_entering(emptied.called),
        *(Move(ENTER, one.badge) for one in emptied.fitting()),
    )


def _ending(here: Booth) -> tuple[Move, ...]:
    together = here.plan.kind in (BATCH, SESSION)
    if here.inside:
        return tuple(Move(LEAVE, one.badge) for one in (here.inside if together else here.inside[:1]))
    called = here.called if together else here.called[:1]
    return (*_entering(called), *(Move(LEAVE, one.badge) for one in called))


def _one(one: Standing | None, act: str) -> tuple[Move, ...]:
    """What a press on the card of one party comes to; nothing where it is not there, or that far already."""
    if one is None:
        return ()
    if act == ABSENT:
        return (Move(ABSENT, one.badge),) if one.state != INSIDE else ()
    if act == CALL:
        return (Move(CALL, one.badge),) if one.state == WAITING else ()
    if act == ENTER:
        return (Move(ENTER, one.badge),) if one.state != INSIDE else ()
    return (Move(LEAVE, one.badge),)
