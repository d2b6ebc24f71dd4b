"""A print job: one route sheet on its way to paper, and the states that it may take.

    queued ──► sent ──► confirmed   the printer said that it worked through the whole sheet
      │  ▲      │ ├───► unknown     it may hang out of the printer, whole or in part
      │  └──────┘ └───► failed      it cannot be printed at all
      └──────────► cancelled        somebody called it off before anything left

`sent` is recorded before the first byte leaves. It ends there, with the detail HANDED_OVER, for a printer that
cannot answer; found there without it after a crash, nobody knows what is on paper: it becomes `unknown`. Back
from `sent` to `queued` only where it is certain that nothing left. What ended never moves again: a reprint is
another job.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Self

from .doorfacts import Advised, PrintAsked

HANDED_OVER = "handed_over"  # every byte left, to a printer that cannot answer
INTERRUPTED = "interrupted"  # the hub stopped while the sheet was on its way
REPLACED = "replaced"  # cancelled: its party has its code by other means


class PrintState(StrEnum):
    QUEUED = "queued"
    SENT = "sent"
    CONFIRMED = "confirmed"
    UNKNOWN = "unknown"
    FAILED = "failed"
    CANCELLED = "cancelled"


MOVES: Mapping[PrintState, frozenset[PrintState]] = {
    PrintState.QUEUED: frozenset(
        {PrintState.QUEUED, PrintState.SENT, PrintState.FAILED, PrintState.CANCELLED}
    ),
    PrintState.SENT: frozenset(
        {PrintState.QUEUED, PrintState.SENT, PrintState.CONFIRMED, PrintState.UNKNOWN, PrintState.FAILED}
    ),
    PrintState.CONFIRMED: frozenset(),
    PrintState.UNKNOWN: frozenset(),
    PrintState.FAILED: frozenset(),
    PrintState.CANCELLED: frozenset(),
}


@dataclass(frozen=True, slots=True)
class PrintJob:
    """`detail`: a code such as "paper_out", or empty. `asked_ms`: when the sheet was asked for.

    `route` and `reason`: what this sheet says, None for what its party was told when it came. `badge`: with party
    0, the badge that is printed before anybody has come for it.
    """

    job: int
    party: int
    state: PrintState
    detail: str
    asked_ms: int
    route: tuple[Advised, ...] | None = None
    reason: str = ""
    badge: str = ""

    @classmethod
    def asked(cls, fact: PrintAsked, at_ms: int) -> Self:
        queued = PrintState.QUEUED
        return cls(fact.job, fact.party, queued, "", at_ms, fact.route, fact.reason, fact.badge)

    @property
    def ended(self) -> bool:
        """Whether it never moves again."""
        return not MOVES[self.state] or (self.state is PrintState.SENT and self.detail == HANDED_OVER)

    @property
    def interrupted(self) -> bool:
        """Whether it is on its way; at a start, where nothing can be, whether the hub stopped in its middle."""
        return self.state is PrintState.SENT and not self.ended

    def may_move(self, state: str) -> bool:
        return not self.ended and state in MOVES[self.state]

    def moved(self, state: str, detail: str = "") -> Self:
        """The job in another state; itself where `may_move` says no, so that any journal can be folded."""
        return replace(self, state=PrintState(state), detail=detail) if self.may_move(state) else self


def next_queued(jobs: Iterable[PrintJob]) -> PrintJob | None:
    """The one to print next: the first that was asked for."""
    queued = (job for job in jobs if job.state is PrintState.QUEUED)
    return min(queued, key=lambda job: job.job, default=None)


def interrupted(jobs: Iterable[PrintJob]) -> tuple[PrintJob, ...]:
    """Those that the hub stopped in the middle of, in their order."""
    return tuple(sorted((job for job in jobs if job.interrupted), key=lambda job: job.job))


def queued_for(jobs: Iterable[PrintJob], party: int) -> PrintJob | None:
    """The sheet of this party that is still to print. Asking again must not add a second one behind it."""
    return next_queued(job for job in jobs if job.party == party and not job.badge)
