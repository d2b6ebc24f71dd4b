"""The life of a print job, told truthfully: what is not known to be on paper is never said to be."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Self


class PrintState(StrEnum):
    QUEUED = "queued"  # nothing has gone to the printer
    SENT = "sent"  # bytes may have gone to the printer
    CONFIRMED = "confirmed"  # the printer said that it printed
    UNKNOWN = "unknown"  # it may be on paper: never printed again by itself
    FAILED = "failed"  # given up before anything went to the printer


_NEXT = {
    PrintState.QUEUED: {PrintState.QUEUED, PrintState.SENT, PrintState.FAILED},
    PrintState.SENT: {PrintState.QUEUED, PrintState.SENT, PrintState.CONFIRMED, PrintState.UNKNOWN},
    PrintState.CONFIRMED: set(),
    PrintState.UNKNOWN: set(),
    PrintState.FAILED: set(),
}


@dataclass(frozen=True, slots=True)
class PrintJob:
    """`detail` is a code such as "paper_out", or empty."""

    job: int
    party: int
    asked_ms: int
    state: PrintState = PrintState.QUEUED
    detail: str = ""

    @classmethod
    def asked(cls, job: int, party: int, asked_ms: int) -> Self:
        return cls(job, party, asked_ms)

    def may_move(self, state: PrintState) -> bool:
        return state in _NEXT[self.state]

    def moved(self, state: PrintState | str, detail: str = "") -> "PrintJob":
        """The job in its next state; unchanged where that state cannot follow."""
        state = PrintState(state)
        return replace(self, state=state, detail=detail) if self.may_move(state) else self
