"""The counter: what is scanned or pressed here becomes passages, committed before anything is answered.

A scan is checked offline. A press is worked out on the booth as this station knows it. All passages of one scan or
press are committed at once, or none. Of a code that is refused nothing is kept.
"""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from . import messages
from .attendance import Attendance
from .clock import Clock
from .errors import OutboxFull
from .memory import Told
from .outbox import Entry, Outbox
from .signals import LEFT, LEFT_HOLD, RIGHT, RIGHT_HOLD
from .steps import Steps
from .wire import booth, screen, token
from .wire.booth import DONE, NEXT, START
from .wire.errors import BadBadge, ForeignBadge
from .wire.passage import CLOSE, PAUSE, RESUME, SHIFT, STATUS_KINDS, UNDO, Passage
from .wire.plan import Plan
from .wire.receipt import CLOSED, OPEN, PAUSED
from .wire.screen import KEPT, NOTHING, REFUSED, REPEAT, UNDONE

FOREIGN = "foreign badge"
NOT_A_BADGE = "not a badge"
DISK_FULL = "disk full"
NOTHING_TO_UNDO = "nothing to undo"
ATELIER_CLOSED = "atelier closed"

WORDS = {  # what a screen says of each
    FOREIGN: "refused.foreign",
    NOT_A_BADGE: "refused.unreadable",
    DISK_FULL: "refused.disk",
    NOTHING_TO_UNDO: "refused.nothing",
    ATELIER_CLOSED: "status.closed",
}

_STATUS = {PAUSE: PAUSED, RESUME: OPEN, CLOSE: CLOSED}

_log = logging.getLogger("ronde.station")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a scan or press came to: one of the tones of `wire.screen`, with what was kept, or why nothing was."""

    tone: str
    passages: tuple[Passage, ...] = ()
    reason: str = ""


class Counter:
    """Used by one thread. `steps`: what scans mean here until a plan says otherwise."""

    def __init__(
        self,
        outbox: Outbox,
        clock: Clock,
        attendance: Attendance,
        event_key: bytes,
        *,
        atelier: str,
        steps: Sequence[str],
        repeat_ms: float,
    ) -> None:
        self.plan: Plan | None = None
        self.atelier = atelier
        self.steps = tuple(steps)
        self.status = OPEN
        self._outbox = outbox
        self._clock = clock
        self._attendance = attendance
        self._event_key = event_key
        self._repeat_ms = repeat_ms
        self._replay(outbox.passages())

    @property
    def can_undo(self) -> bool:
        return bool(self._done.newest())

    # -- what the hub says

    def take(self, told: Told) -> bool:
        """Go by the hub's plan. Returns whether this is another atelier now; the log goes on."""
        self.plan = plan = told.plan
        self._attendance.take(told)
        if plan is None:
            return False
        self.steps = plan.steps or self.steps
        if plan.atelier == self.atelier:
            return False
        self.atelier = plan.atelier
        self.status = OPEN
        self._replay(self._outbox.passages())
        return True

    def hear_status(self, status: str, held: int) -> None:
        """What the hub says of the atelier, where it has heard our own word by now."""
        if held >= self._status_seq:
            self.status = status

    # -- a badge

    def scan(self, text: str, steps: Sequence[str] = (), repeat_ms: float | None = None) -> Outcome:
        """`steps`: those of the scanner, where it has its own."""
        try:
            badge = token.verify(self._event_key, text)
        except ForeignBadge:
            return self._refuse(FOREIGN, messages.CODE_REFUSED.format(reason=messages.REFUSED_FOREIGN))
        except BadBadge:
            return self._refuse(NOT_A_BADGE, messages.CODE_REFUSED.format(reason=messages.REFUSED_UNREADABLE))
        here = self._attendance.booth()
        standing = here.of(badge) if here else None
        step = self._done.of(
            badge,
            steps or self.steps,
            self._clock.boot,
            self._clock.boot_ms(),
            repeat_ms=repeat_ms,
            called=standing is not None and standing.state == booth.CALLED,
        )
        return self._commit([Entry(step.kind, badge)], REPEAT if step.repeat else KEPT)

    # -- a press

    def press(self, word: str) -> Outcome:
        """A button, by the word that the panel has for it; or an act by its own name."""
        here = self._attendance.booth()
        large = screen.buttons(here.plan) if here else ()
        if word in (LEFT, RIGHT):
            mine, other = ((NEXT, START), UNDO) if word == LEFT else ((DONE,), PAUSE)
            word = next((act for act in large if act in mine), other)
        match {LEFT_HOLD: UNDO, RIGHT_HOLD: PAUSE}.get(word, word):
            case "undo":
                return self._undo()
            case "pause":
                return self._say(RESUME if self.status == PAUSED else PAUSE)
            case act:
                return self.act(act)

    def act(self, act: str, *, badge: str | None = None, by: int | None = None) -> Outcome:
        """An act of a screen. Raises Malformed where it is none, or names no party where it must."""
        if act == UNDO:
            return self._undo()
        if act in STATUS_KINDS:
            return self._say(act)
        here = self._attendance.booth()
        if here is None:
            return Outcome(NOTHING)
        moves = booth.moves(here, act, self._attendance.now.at_ms, badge=badge, by=by)
        if not moves:
            return Outcome(NOTHING)
        return self._commit([Entry(move.kind, move.badge, by=move.by) for move in moves], KEPT)

    def _say(self, kind: str) -> Outcome:
        """How the atelier is from now on."""
        if _STATUS[kind] == self.status:
            return Outcome(NOTHING)
        if kind == PAUSE and self.status == CLOSED:
            return self._refuse(ATELIER_CLOSED, "")
        return self._commit([Entry(kind)], KEPT)

    def _undo(self) -> Outcome:
        mistaken = self._done.newest()
        if not mistaken:
            return self._refuse(NOTHING_TO_UNDO, "")
        return self._commit([self._opposite(passage) for passage in mistaken], UNDONE)

    def _opposite(self, passage: Passage) -> Entry:
        """What takes this one back. `of` says so of all, also where another kind than UNDO does it."""
        if passage.badge:
            return Entry(UNDO, passage.badge, of=passage.seq)
        if passage.kind == SHIFT:
            return Entry(SHIFT, of=passage.seq, by=-(passage.by or 0))
        before = self._done.status(passage.seq)
        usual = PAUSE if passage.kind == RESUME else RESUME
        return Entry(before.kind if before else usual, of=passage.seq)

    # -- common to all

    def _commit(self, entries: Sequence[Entry], tone: str) -> Outcome:
        """Where the card is full, with the room of the ballast."""
        for _ in range(2):
            try:
                made = self._outbox.commit(
                    entries,
                    self.atelier,
                    boot=self._clock.boot,
                    boot_ms=self._clock.boot_ms(),
                    wall_ms=self._clock.wall_ms(),
                )
            except OutboxFull as full:
                if not self._outbox.ballast.free():
                    return self._refuse(DISK_FULL, str(full))
            else:
                for passage in made:
                    self._note(passage)
                self._attendance.note(made)
                return Outcome(tone, tuple(made))
        return self._refuse(DISK_FULL, messages.OUTBOX_FULL.format(folder=self._outbox.folder))

    def _replay(self, passages: Iterable[Passage]) -> None:
        known = list(passages)
        self._status_seq = 0  # the newest of ours that says how the atelier is
        self._done = Steps(self.atelier, self._repeat_ms)
        self._done.replay(known, self._outbox.unheard(self._clock.boot))
        for passage in known:
            self._note_status(passage)

    def _note(self, passage: Passage) -> None:
        self._done.note(passage)
        self._note_status(passage)

    def _note_status(self, passage: Passage) -> None:
        if passage.kind in _STATUS and passage.atelier == self.atelier:
            self.status = _STATUS[passage.kind]
            self._status_seq = passage.seq

    def _refuse(self, reason: str, message: str) -> Outcome:
        if message:
            _log.warning(message)
        return Outcome(REFUSED, reason=reason)
