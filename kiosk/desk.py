"""The desk: a station that is no device. What is pressed on the hub's page of an atelier becomes its passages.

They are decided inside the day's one writer, by the same rules as at a station (`firmware.wire.booth`), on the booth as
all that the hub holds leaves it. So two pages that are pressed at once are pressed one after the other. All passages
of one press are kept together, with the advice that follows from them.
"""

import secrets
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from firmware.wire import booth, screen, token
from firmware.wire.anchor import Moment
from firmware.wire.booth import CALLED, INSIDE, WAITING, Booth, Move, Standing
from firmware.wire.passage import (
    ARRIVE,
    CHAIN_START,
    CLOSE,
    ENTER,
    PAUSE,
    RESUME,
    SHIFT,
    STATUS_KINDS,
    STEPS,
    UNDO,
    Passage,
)
from firmware.wire.plan import Plan

from .day import Day
from .errors import UnknownAtelier
from .plans import plan
from .rules import booths, counsel
from .rules.event import Event
from .rules.facts import Fact, Passed
from .rules.floor import Status
from .rules.ledger import Ledger
from .rules.presses import DESK
from .store.writer import Decision
from .texts import working

AGAIN_MS = 10_000  # the same letters so soon are the same scan

_KNOWN = {WAITING: ARRIVE, INSIDE: ENTER}
_PRESSED = {Status.OPEN: RESUME, Status.PAUSED: PAUSE, Status.CLOSED: CLOSE}


@dataclass(frozen=True, slots=True)
class Press:
    """What came of a press: its passages, none where there was nothing to be done. `tone`: as in `wire.screen`."""

    tone: str
    at_ms: int
    passages: tuple[Passage, ...] = ()


_Moves = Sequence[tuple[Move, int | None]]  # each with the number of the passage that it takes back, if any
_Deciding = Callable[[Ledger, Booth, int], Press | _Moves]


class Desk:
    """Thread-safe. `boot` tells this run of the hub from others.

    A press may come again, because its answer was lost: what has the `form` of one before, which the journal keeps,
    does nothing more, and is answered as that was.
    """

    def __init__(self, day: Day, boot: str | None = None) -> None:
        self._day = day
        self._boot = boot or secrets.token_hex(8)
        self._words = working(day.event.languages)[0]
        self._plans: dict[str, tuple[Event, Plan]] = {}
        self._last: dict[str, Press] = {}
        self._undoable: frozenset[str] = day.decide(self._looked_through)

    # What is known

    def plan(self, atelier: str, event: Event | None = None) -> Plan:
        """That of the atelier's page, as the event holds now. Raises UnknownAtelier."""
        event = event or self._day.event
        if atelier not in event.by_id:
            raise UnknownAtelier(f"no atelier {atelier!r}: one of {', '.join(event.by_id)} is expected")
        known = self._plans.get(atelier)
        if known is None or known[0] is not event:
            known = self._plans[atelier] = (event, plan(event, event.one_more(DESK, atelier), self._words))
        return known[1]

    def last(self, atelier: str) -> Press | None:
        """The last press at this atelier since the hub started that came to something."""
        return self._last.get(atelier)

    def can_undo(self, atelier: str) -> bool:
        return atelier in self._undoable

    # What is pressed

    def press(
        self,
        atelier: str,
        act: str,
        *,
        badge: str | None = None,
        ref: str | None = None,
        by: int | None = None,
        form: str = "",
    ) -> Press:
        """One of `booth.ACTS`. `ref` names a party as the page does, in the place of its badge.

        Raises UnknownAtelier; Malformed where the act is none, or lacks what it needs.
        """

        def pressed(ledger: Ledger, here: Booth, now_ms: int) -> _Moves:
            if act in STATUS_KINDS and _holds(ledger.floor(now_ms).by_id[atelier].status, act):
                return ()
            whose = _named(here, ref) if ref else badge
            if ref and not whose:
                return ()
            return [(move, None) for move in booth.moves(here, act, now_ms, badge=whose, by=by)]

        return self._day.decide(self._work(atelier, form, pressed))

    def scan(self, atelier: str, letters: str, form: str = "") -> Press:
        """The letters of a badge, typed by hand, as if it had been scanned. Typed twice they are one scan.

        Raises UnknownAtelier; BadBadge where they are none, ForeignBadge where they are of another event.
        """
        badge = token.verify(self._day.event_key, letters)

        def scanned(ledger: Ledger, here: Booth, now_ms: int) -> _Moves | Press:
            before = ledger.presses.newest_of(self._day.epoch, atelier, badge)
            standing = here.of(_carried(ledger, badge))
            soon = before is not None and now_ms - before.boot_ms < AGAIN_MS
            if before and soon and _is_again(here.plan.steps, before.kind, standing):
                return Press(screen.REPEAT, now_ms, (before,))
            return [(Move(_step(here.plan.steps, standing), badge), None)]

        return self._day.decide(self._work(atelier, form, scanned))

    def undo(self, atelier: str, form: str = "") -> Press:
        """Take back the newest press or scan at this atelier, as a whole. Raises UnknownAtelier."""

        def taken_back(ledger: Ledger, here: Booth, now_ms: int) -> _Moves:
            newest = ledger.presses.newest(self._day.epoch, atelier)
            return [(_opposite(ledger, passage), passage.seq) for passage in newest]

        return self._day.decide(self._work(atelier, form, taken_back))

    # Inside the writer

    def _work(self, atelier: str, form: str, deciding: _Deciding) -> Callable[[Ledger, int], Decision[Press]]:
        self.plan(atelier)

        def work(ledger: Ledger, now_ms: int) -> Decision[Press]:
            before = ledger.presses.of_form(form)
            if before:
                return Decision((), lambda: Press(_tone(before), before[0].boot_ms, before))
            here = booth.booth(
                self.plan(atelier, ledger.event), booths.standings(ledger.floor(now_ms).by_id[atelier])
            )
            decided = deciding(ledger, here, now_ms)
            if isinstance(decided, Press):
                return Decision((), lambda: decided)
            if not decided:
                return Decision((), lambda: Press(screen.NOTHING, now_ms))
            passed = self._passed(ledger, atelier, decided, now_ms, form)
            passages = tuple(fact.passage for fact in passed)
            press = Press(_tone(passages), passed[0].moment.at_ms, passages)
            return Decision(_with_advice(ledger, passed), lambda: self._noted(ledger, atelier, press))

        return work

    def _passed(self, ledger: Ledger, atelier: str, decided: _Moves, now_ms: int, form: str) -> list[Passed]:
        """The next passages of the log. No two presses share a moment: it tells them apart, and orders them."""
        last = ledger.presses.last(self._day.epoch)
        at_ms = max(now_ms, last.boot_ms + 1) if last else now_ms
        seq, prev = (last.seq, last.digest) if last else (0, CHAIN_START)
        passed: list[Passed] = []
        for place, (move, of) in enumerate(decided, start=1):
            written = Passage(
                station=DESK,
                epoch=self._day.epoch,
                seq=seq + place,
                atelier=atelier,
                kind=move.kind,
                badge=move.badge,
                boot=self._boot,
                boot_ms=at_ms,
                wall_ms=at_ms,
                prev=prev,
                of=of,
                by=move.by,
            )
            prev = written.digest
            passed.append(Passed(written, Moment(at_ms, 0), prev, form))
        return passed

    def _noted(self, ledger: Ledger, atelier: str, press: Press) -> Press:
        """What was kept is known to the pages from now on."""
        self._last[atelier] = press
        more = bool(ledger.presses.newest(self._day.epoch, atelier))
        self._undoable = self._undoable | {atelier} if more else self._undoable - {atelier}
        return press

    def _looked_through(self, ledger: Ledger, now_ms: int) -> Decision[frozenset[str]]:
        ids = (id for id in ledger.event.by_id if ledger.presses.newest(self._day.epoch, id))
        found = frozenset(ids)
        return Decision((), lambda: found)


def _tone(passages: Sequence[Passage]) -> str:
    """As it sounds where they came of a press."""
    return screen.UNDONE if passages[0].of is not None else screen.KEPT


def _with_advice(ledger: Ledger, passed: Sequence[Passed]) -> Iterator[Fact]:
    yield from passed
    badges = [fact.passage.badge for fact in passed if fact.passage.badge]
    yield from counsel.after_scans(ledger, badges, passed[0].moment.at_ms)


def _holds(status: Status, act: str) -> bool:
    """Whether the atelier is so already; one that is closed does not pause."""
    return _PRESSED[status] == act or (status is Status.CLOSED and act == PAUSE)


def _named(here: Booth, ref: str) -> str | None:
    return next((one.badge for one in here.standings if screen.ref(one.badge) == ref), None)


def _carried(ledger: Ledger, badge: str) -> str:
    """The badge that the party of this one carries by now."""
    party = ledger.register.badges.get(badge)
    return ledger.guest_of(party).badge if party is not None and ledger.register.is_here(party) else badge


def _step(steps: Sequence[str], here: Standing | None) -> str:
    """The first of the steps beyond where the party is; it begins anew where there is none."""
    if here is not None and here.state == CALLED:
        return ENTER
    return next(_beyond(steps, _KNOWN[here.state]), steps[0]) if here else steps[0]


def _is_again(steps: Sequence[str], kind: str, here: Standing | None) -> bool:
    """Whether a scan says once more what was kept just now of this party."""
    if here is not None and here.state == CALLED:
        return False
    return kind in steps or (kind == ENTER and not any(_beyond(steps, ENTER)))


def _beyond(steps: Sequence[str], kind: str) -> Iterator[str]:
    return (step for step in steps if STEPS.index(step) > STEPS.index(kind))


def _opposite(ledger: Ledger, passage: Passage) -> Move:
    if passage.kind == SHIFT and passage.by:
        return Move(SHIFT, by=-passage.by)
    if passage.kind in STATUS_KINDS:
        return Move(_PRESSED[ledger.status_without(passage)])
    return Move(UNDO, passage.badge)
