"""One ticket to one printer, and the truth about what became of it.

waiting     nothing of the ticket left; it may be tried again
confirmed   the printer answered after it had worked through the whole ticket
sent        the printer cannot answer; every byte left
unknown     bytes left and then something went wrong: it may hang out of the printer, whole or in part;
            never to be printed again unless somebody asks for it
failed      it cannot be printed at all (no printer is configured)
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from kiosk.errors import PrinterError, PrinterStalled, PrinterUnreachable
from kiosk.paper.conversation import Conversation, Patience
from kiosk.paper.status import ABSENT, ONE_WAY, SILENT, UNREACHABLE, Paper, PrinterStatus, parse_paper
from kiosk.paper.transport import PrinterSettings, Transport, open_transport

State = Literal["confirmed", "sent", "unknown", "failed", "waiting"]
Opener = Callable[[PrinterSettings, float], Transport]

DETAILS = (
    "",
    "paper_out",
    "cover_open",
    "error",
    "offline",
    "unreachable",
    "stalled",
    "no_answer",
    "no_printer",
)
"""Every code that `Outcome.detail` or `PrinterStatus.trouble` may carry; the catalogue has a text for each."""

_CLOSE_COMMAND = b"\0"
_CUT_OFF = b"\x1b\x40\x1d\x56\x42\x00"  # ESC @, then feed and cut


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a ticket: the state, a code from DETAILS, and the paper as last heard."""

    state: State
    detail: str = ""
    paper: Paper = "unknown"


class Printer:
    """A printer as the spooler knows it. One conversation at a time, each on a connection of its own.

    No method raises for anything that a printer does; `print` refuses an empty ticket (ValueError).
    """

    def __init__(
        self,
        settings: PrinterSettings,
        opener: Opener = open_transport,
        patience: Patience | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.settings = settings
        self._opener = opener
        self._patience = patience or Patience()
        self._clock = clock
        self._talking = threading.Lock()
        self._last = SILENT
        self._settled = False  # no answer to an earlier ticket can still arrive
        self._port_tells = False  # whether its port can be believed about paper
        self._torn_bytes = 0  # length of a ticket of which perhaps only a part arrived

    def status(self, deadline_s: float = 3.0) -> PrinterStatus:
        """Ask the printer how it is, within `deadline_s` seconds. While it prints: what was heard last."""
        if self.settings.kind == "none":
            return ABSENT
        end = self._clock() + deadline_s
        if not self._talking.acquire(timeout=deadline_s):
            return self._last
        try:
            left_s = max(0.0, end - self._clock())
            with self._opener(self.settings, min(left_s, self._patience.open_s)) as transport:
                if not self.settings.answers:
                    self._last = ONE_WAY
                else:
                    talk = Conversation(transport, self._patience, self._clock, self._port_tells)
                    self._last = talk.ask(max(0.0, end - self._clock()))
        except PrinterError as error:
            self._last = _silence(error)
        finally:
            self._talking.release()
        return self._last

    def print(self, ticket: bytes) -> Outcome:
        """Put one ticket on paper, at most once, and say what became of it."""
        if not ticket:
            raise ValueError("the ticket is empty; there is nothing to print")
        if self.settings.kind == "none":
            return Outcome("failed", "no_printer")
        with self._talking:
            try:
                transport = self._opener(self.settings, self._patience.open_s)
            except PrinterError:
                self._last = UNREACHABLE
                return Outcome("waiting", "unreachable")
            with transport:
                talk = Conversation(transport, self._patience, self._clock, self._port_tells)
                outcome = self._prepare(talk) or self._send(talk, ticket)
                self._port_tells = talk.port_tells
                return outcome

    def torn(self, ticket: bytes) -> None:
        """Of this one perhaps only a part has left: by a hub that was killed, or lost its power, meanwhile."""
        self._torn_bytes = max(self._torn_bytes, len(ticket))

    def _prepare(self, talk: Conversation) -> Outcome | None:
        """All that comes before the first byte of the ticket; an outcome when it must wait."""
        if not self.settings.answers:
            self._last = ONE_WAY
            return None
        try:
            self._last = talk.ask(4 * self._patience.ask_s)
            if not self._last.trouble and not self._settled:
                self._settle(talk)
        except PrinterError as error:
            self._last = _silence(error)
            return Outcome("waiting", _code(error))
        if self._last.trouble or not self._settled:
            return Outcome("waiting", self._last.trouble or "no_answer", self._last.paper)
        return None

    def _settle(self, talk: Conversation) -> None:
        """Make sure that no answer to an earlier ticket can be taken for one to this.

        A request in turn is answered after all that the printer still holds, right behind any answer owed
        from before; then there is silence. Zeros end whatever command a torn ticket left open, and the cut
        takes what there is of it off the next family's paper.
        """
        talk.send(bytes(self._torn_bytes) + _CUT_OFF if self._torn_bytes else _CLOSE_COMMAND)
        self._torn_bytes = 0
        if talk.answer_in_turn() is not None:
            talk.hush()
            self._settled = True
        self._last = talk.status

    def _send(self, talk: Conversation, ticket: bytes) -> Outcome:
        all_left = False
        try:
            talk.send(ticket)
            all_left = True
            if not self.settings.answers:
                return Outcome("sent")
            self._settled = False
            return self._confirm(talk)
        except PrinterError as error:
            if not all_left and not error.written:
                self._last = _silence(error)
                return Outcome("waiting", _code(error))
            self._settled = False
            self._torn_bytes = len(ticket)
            stalled = isinstance(error, PrinterStalled)
            self._last = talk.ask_why() if stalled and self.settings.answers else _silence(error)
            return Outcome("unknown", self._last.halt or _code(error), self._last.paper)

    def _confirm(self, talk: Conversation) -> Outcome:
        answer = talk.answer_in_turn()
        self._last = talk.status
        if answer is None:
            return Outcome("unknown", self._last.halt or "no_answer", self._last.paper)
        self._settled = True
        paper = parse_paper(answer)
        if paper == "out":
            return Outcome("unknown", "paper_out", paper)
        return Outcome("confirmed", "", paper)


def _silence(error: PrinterError) -> PrinterStatus:
    return UNREACHABLE if isinstance(error, PrinterUnreachable) else SILENT


def _code(error: PrinterError) -> str:
    return "stalled" if isinstance(error, PrinterStalled) else "unreachable"
