"""What the passages of one party amount to: a list of stays, each queued → called → in → done, or left.

The journey is a function of the *set* of steps: order of delivery and duplicates change nothing. Scans get
missed, so a scan at another atelier closes the stay before it, time closes what nobody closed, and whatever
no scan has said is marked as inferred.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from operator import attrgetter

from firmware.wire.passage import ABSENT, ARRIVE, CALL, ENTER, LEAVE, STEPS, UNDO

from .event import MINUTE_MS, Atelier, Closing, Event, Kind

OVERDUE_TURNS = 3  # a turn without its end is over after so many turns,
OVERDUE_MINUTES = 30  # but not before so long
GRACE_MINUTES = {Closing.DRAIN: 60, Closing.STOP: 15}  # for a queue, after the doors have closed
TWO_PLACES_MS = 20_000  # nobody walks from one atelier to the next faster than this


_NO_ARRIVAL, _END_ONLY = frozenset((ARRIVE,)), frozenset((ARRIVE, ENTER))

# Where a step stands among the others: by time, then by identity.
_PLACE = attrgetter("at_ms", "station", "epoch", "seq", "digest")


class State(StrEnum):
    QUEUED = "queued"
    CALLED = "called"
    IN = "in"
    DONE = "done"
    LEFT = "left"  # gave up before a turn


WAITING = frozenset((State.QUEUED, State.CALLED))
OPEN = WAITING | {State.IN}


@dataclass(frozen=True, slots=True)
class Step:
    """A passage of a party as the rules see it: dated, without its chain. `digest` tells it from all others."""

    station: str
    epoch: str
    seq: int
    digest: str
    atelier: str
    kind: str
    at_ms: int
    estimated: bool = False
    of: int | None = None

    def earlier_than(self, other: "Step") -> bool:
        """Of two moments for one passage the earlier holds; of two alike, the one that is no estimate."""
        return (self.at_ms, self.estimated) < (other.at_ms, other.estimated)


@dataclass(frozen=True, slots=True)
class Stay:
    """One visit to an atelier. `inferred` names the moments that no scan gave: arrive, enter, leave."""

    atelier: str
    state: State
    arrived_ms: int
    called_ms: int | None = None
    entered_ms: int | None = None
    left_ms: int | None = None
    inferred: frozenset[str] = frozenset()

    @property
    def seen_ms(self) -> int:
        """The first scan of it: where only leaving is scanned, the end."""
        if self.left_ms is not None and self.called_ms is None and self.inferred >= _END_ONLY:
            return self.left_ms
        return self.arrived_ms

    @property
    def last_ms(self) -> int:
        return max(self.arrived_ms, self.called_ms or 0, self.entered_ms or 0, self.left_ms or 0)


@cache
def _one(inferred: frozenset[str]) -> frozenset[str]:
    """The one of its kind: there are few such sets, and thousands of stays."""
    return inferred


@dataclass(frozen=True, slots=True)
class Journey:
    """`repeats`: scans that said nothing new. `doubled_ms`: when the badge was last at two ateliers at once."""

    stays: tuple[Stay, ...] = ()
    last_ms: int | None = None
    repeats: int = 0
    doubled_ms: int | None = None
    estimated: bool = False

    @property
    def two_places(self) -> bool:
        return self.doubled_ms is not None

    def at(self, event: Event, now_ms: int) -> "Journey":
        """The journey as time alone leaves it at `now_ms`, without another scan."""
        if not self.stays:
            return self
        last = settle(event, self.stays[-1], now_ms)
        return self if last is self.stays[-1] else replace(self, stays=(*self.stays[:-1], last))

    @property
    def visited(self) -> frozenset[str]:
        """Ateliers where the party has had its turn, or is having it."""
        return frozenset(stay.atelier for stay in self.stays if stay.state in (State.IN, State.DONE))


def fold(event: Event, steps: Iterable[Step], seen_off_ms: int | None = None) -> Journey:
    """The journey that the steps of one party amount to. Ateliers unknown to the event are passed over.

    `seen_off_ms`: when somebody saw the party go home; what was open then is closed, if no step came after.
    """
    stays: list[Stay] = []
    repeats = 0
    doubled_ms: int | None = None
    estimated = False
    last: Step | None = None
    for step in valid(event, steps):
        estimated = estimated or step.estimated
        if stays:
            stays[-1] = settle(event, stays[-1], step.at_ms)
        if step.kind == ABSENT:  # no sign of life
            repeats += not _give_up(stays, step)
            continue
        if last and last.atelier != step.atelier and not (last.estimated or step.estimated):
            doubled_ms = step.at_ms if step.at_ms - last.at_ms < TWO_PLACES_MS else doubled_ms
        last = step
        repeats += not _take(event, stays, step)
    if last and seen_off_ms is not None and last.at_ms <= seen_off_ms:
        stays[-1:] = [settle(event, stay, seen_off_ms) for stay in stays[-1:]]
        _move_on(event, stays, seen_off_ms)
    return Journey(tuple(stays), last.at_ms if last else None, repeats, doubled_ms, estimated)


def valid(event: Event, steps: Iterable[Step]) -> list[Step]:
    """Each step once, in order, without those that were undone."""
    unique: dict[str, Step] = {}
    for step in steps:
        known = unique.get(step.digest)
        if known is None or step.earlier_than(known):
            unique[step.digest] = step
    undone: set[tuple[str, str, int]] = set()
    undos = [step for step in unique.values() if step.kind == UNDO and step.of and step.of < step.seq]
    for step in sorted(undos, key=lambda step: -step.seq):
        if step.of and (step.station, step.epoch, step.seq) not in undone:
            undone.add((step.station, step.epoch, step.of))
    return sorted(
        (
            step
            for step in unique.values()
            if step.kind in (*STEPS, ABSENT)
            and step.atelier in event.by_id
            and (step.station, step.epoch, step.seq) not in undone
        ),
        key=_PLACE,
    )


def taken_back(steps: Iterable[Step]) -> list[tuple[int, int]]:
    """From when until when something held that was undone: what was told then was told by mistake."""
    known = list(steps)
    return sorted(
        (step.at_ms, undo.at_ms)
        for undo in known
        if undo.kind == UNDO
        for step in known
        if (step.station, step.epoch, step.seq) == (undo.station, undo.epoch, undo.of)
        if step.at_ms <= undo.at_ms
    )


def _take(event: Event, stays: list[Stay], step: Step) -> bool:
    """Take one step further; False where it said nothing new."""
    atelier = event.by_id[step.atelier]
    at_ms = step.at_ms
    here = _resumable(event, stays, step)
    if here is None:
        if step.kind == LEAVE and stays and _already_out(atelier, stays[-1], at_ms):
            return False
        _move_on(event, stays, at_ms)
        stays.append(_opened(atelier, step, stays[-1] if stays else None))
        return True

    stay = stays[here]
    if step.kind == LEAVE:
        if _too_late(atelier, stay, at_ms):
            return False
        stays[here] = _ended(atelier, stay, at_ms)
    elif stay.state is State.IN:
        if not _another_turn(atelier, stay, step):
            return False
        _move_on(event, stays, at_ms)
        stays.append(_opened(atelier, step, stays[-1]))
    elif step.kind == CALL:
        if stay.state is not State.QUEUED:
            return False
        stays[here] = replace(stay, state=State.CALLED, called_ms=at_ms)
    elif step.kind == ENTER:
        if here != len(stays) - 1:
            _move_on(event, stays, at_ms)
        del stays[here]
        stays.append(
            replace(
                stay,
                state=State.IN,
                entered_ms=at_ms,
                left_ms=None,
                inferred=_one(stay.inferred - {ENTER, LEAVE}),
            )
        )
    else:
        return False
    return True


def _give_up(stays: list[Stay], step: Step) -> bool:
    """It was called and did not come; False where it was not waiting there."""
    if not stays or stays[-1].atelier != step.atelier or stays[-1].state not in WAITING:
        return False
    stays[-1] = replace(stays[-1], state=State.LEFT, left_ms=step.at_ms)
    return True


def _already_out(atelier: Atelier, stay: Stay, at_ms: int) -> bool:
    """Whether this scan out says again what the last one said: no turn fits in between."""
    return stay.atelier == atelier.id and stay.left_ms is not None and at_ms - stay.left_ms < atelier.turn_ms


def _another_turn(atelier: Atelier, stay: Stay, step: Step) -> bool:
    """Whether somebody who is inside has come again, rather than been scanned twice.

    Two stations of one atelier may be seconds apart: a scan of arrival just after that of entering is the same
    visit.
    """
    if atelier.kind is Kind.SESSION:
        return False
    inside_ms = step.at_ms - (stay.entered_ms or 0)
    if step.kind == ARRIVE:
        return 2 * inside_ms >= atelier.turn_ms
    return step.kind == ENTER and atelier.returns and inside_ms >= atelier.turn_ms


def _too_late(atelier: Atelier, stay: Stay, at_ms: int) -> bool:
    """Whether this scan out comes when its turn has been over for long: it says nothing of when it ended."""
    over = stay.state is State.DONE and stay.entered_ms is not None
    return over and at_ms - (stay.entered_ms or 0) >= _overdue_ms(atelier)


def _overdue_ms(atelier: Atelier) -> int:
    return max(OVERDUE_TURNS * atelier.turn_ms, OVERDUE_MINUTES * MINUTE_MS)


def _turn_end_ms(atelier: Atelier, entered_ms: int) -> int:
    """When a turn is over by itself; a session ends by its timetable, for who came late too."""
    if atelier.kind is Kind.SESSION:
        start_ms = atelier.next_session_ms(entered_ms - atelier.turn_ms // 2)
        return (entered_ms if start_ms is None else start_ms) + atelier.turn_ms
    return entered_ms + atelier.turn_ms


def _resumable(event: Event, stays: list[Stay], step: Step) -> int | None:
    """Which stay this step goes on with: the open one, or one that nothing but inference has closed."""
    if not stays:
        return None
    last = len(stays) - 1
    if stays[last].atelier == step.atelier and stays[last].state in OPEN:
        return last
    if step.kind == ARRIVE:
        return None
    for index in range(last, -1, -1):
        stay = stays[index]
        if stay.atelier != step.atelier:
            continue
        if LEAVE not in stay.inferred:
            return None
        if step.kind == LEAVE and stay.state is State.DONE:
            return index
        same_window = event.window_at(stay.arrived_ms) == event.window_at(step.at_ms)
        return index if stay.state is State.LEFT and (index == last or same_window) else None
    return None


def _move_on(event: Event, stays: list[Stay], at_ms: int) -> None:
    """Close the open stay: the party shows up elsewhere."""
    if stays and stays[-1].state in OPEN:
        stays[-1] = _gone_from(event, stays[-1], at_ms)


def _gone_from(event: Event, stay: Stay, at_ms: int) -> Stay:
    atelier = event.by_id[stay.atelier]
    inferred = _one(stay.inferred | {LEAVE})
    if stay.state is State.IN:
        assert stay.entered_ms is not None
        return replace(
            stay,
            state=State.DONE,
            left_ms=max(stay.entered_ms, min(at_ms, _turn_end_ms(atelier, stay.entered_ms))),
            inferred=inferred,
        )
    unseen_turn = atelier.kind is not Kind.SESSION and ENTER not in event.steps_at[atelier.id]
    if unseen_turn and at_ms - stay.arrived_ms >= atelier.turn_ms:
        entered_ms = at_ms - atelier.turn_ms
        return replace(
            stay, state=State.DONE, entered_ms=entered_ms, left_ms=at_ms, inferred=inferred | {ENTER}
        )
    return replace(stay, state=State.LEFT, left_ms=at_ms, inferred=inferred)


def _opened(atelier: Atelier, step: Step, before: Stay | None) -> Stay:
    """The stay that begins with this step, whatever step it is."""
    at_ms = step.at_ms
    if step.kind == ARRIVE:
        return Stay(atelier.id, State.QUEUED, at_ms)
    if step.kind == CALL:
        return Stay(atelier.id, State.CALLED, at_ms, called_ms=at_ms, inferred=_NO_ARRIVAL)
    if step.kind == ENTER:
        return Stay(atelier.id, State.IN, at_ms, entered_ms=at_ms, inferred=_NO_ARRIVAL)
    entered_ms = at_ms - atelier.turn_ms
    if before is not None:
        entered_ms = min(at_ms, max(entered_ms, before.last_ms))
    return Stay(
        atelier.id,
        State.DONE,
        entered_ms,
        entered_ms=entered_ms,
        left_ms=at_ms,
        inferred=_END_ONLY,
    )


def _ended(atelier: Atelier, stay: Stay, at_ms: int) -> Stay:
    """The stay closed by a scan out: of the queue within half a turn is giving up; later, a turn unseen.

    Before a session starts nobody has had a turn of it.
    """
    inferred = _one(stay.inferred - {LEAVE})
    if stay.entered_ms is not None:
        return replace(stay, state=State.DONE, left_ms=max(at_ms, stay.entered_ms), inferred=inferred)
    since_ms = stay.called_ms or stay.arrived_ms
    if atelier.kind is Kind.SESSION or 2 * (at_ms - since_ms) < atelier.turn_ms:
        return replace(stay, state=State.LEFT, left_ms=at_ms, inferred=inferred)
    entered_ms = max(since_ms, at_ms - atelier.turn_ms)
    return replace(stay, state=State.DONE, entered_ms=entered_ms, left_ms=at_ms, inferred=inferred | {ENTER})


def settle(event: Event, stay: Stay, now_ms: int) -> Stay:
    """What time alone has made of an open stay at `now_ms`; the stay itself where nothing has changed."""
    if stay.state not in OPEN:
        return stay
    atelier = event.by_id[stay.atelier]
    window = event.window_at(stay.arrived_ms)
    closes_ms = window.closes_ms if window else stay.arrived_ms
    if atelier.kind is Kind.SESSION:
        stay = _seated(atelier, stay, min(now_ms, closes_ms))
    if stay.state is State.IN:
        assert stay.entered_ms is not None
        end_ms = _turn_end_ms(atelier, stay.entered_ms)
        seen_out = LEAVE in event.steps_at[atelier.id] and atelier.kind is not Kind.SESSION
        if now_ms >= (stay.entered_ms + _overdue_ms(atelier) if seen_out else end_ms):
            return replace(stay, state=State.DONE, left_ms=end_ms, inferred=stay.inferred | {LEAVE})
        return stay
    if now_ms >= closes_ms + GRACE_MINUTES[atelier.closing] * MINUTE_MS:
        return _gone_from(event, stay, max(closes_ms, stay.arrived_ms))
    return stay


def _seated(atelier: Atelier, stay: Stay, now_ms: int) -> Stay:
    """A party at a timetabled atelier sits down when its session starts, or at once if a little late."""
    if stay.state is State.IN:
        return stay
    latest_ms = stay.arrived_ms - atelier.turn_ms // 2
    start_ms = atelier.next_session_ms(latest_ms)
    if start_ms is None or now_ms < start_ms:
        return stay
    entered_ms = max(start_ms, stay.arrived_ms)
    return replace(stay, state=State.IN, entered_ms=entered_ms, inferred=stay.inferred | {ENTER})


def changes_ms(event: Event, stay: Stay, now_ms: int) -> int:
    """The first moment after `now_ms` at which time alone may change this open stay."""
    atelier = event.by_id[stay.atelier]
    window = event.window_at(stay.arrived_ms)
    closes_ms = window.closes_ms if window else stay.arrived_ms
    moments = [closes_ms, closes_ms + GRACE_MINUTES[atelier.closing] * MINUTE_MS]
    if stay.entered_ms is not None:
        moments += [_turn_end_ms(atelier, stay.entered_ms), stay.entered_ms + _overdue_ms(atelier)]
    if atelier.kind is Kind.SESSION:
        moments += [*atelier.times_ms, *(start + atelier.turn_ms for start in atelier.times_ms)]
    return min((moment for moment in moments if moment > now_ms), default=1 << 62)
