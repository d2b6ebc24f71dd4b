"""A conversation with a printer over an open transport: requests out, answers sorted as they come."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace

from kiosk.errors import PrinterError, PrinterStalled
from kiosk.paper.status import (
    PAPER_REQUEST,
    REALTIME_REQUESTS,
    SILENT,
    PrinterStatus,
    ReplySorter,
    parse_realtime,
)
from kiosk.paper.transport import Transport

_CHUNK_BYTES = 1024
_SILENT_BYTES_PER_S = 10_000  # a long ticket ahead of a request delays its answer


@dataclass(frozen=True, slots=True)
class Patience:
    """How long each step may take, in seconds.

    open: to connect · ask: for each real-time answer before the ticket · stall: without one chunk being
    taken · confirm: for the answer after the ticket · watch: between two looks at the printer meanwhile ·
    silence: of a printer that was asked how it is while it prints · quiet: silence that proves that no
    earlier answer is still to come.
    """

    open_s: float = 2.0
    ask_s: float = 0.8
    stall_s: float = 5.0
    confirm_s: float = 20.0
    watch_s: float = 0.3
    silence_s: float = 4.0
    quiet_s: float = 0.15


class Conversation:
    """Every method may raise PrinterUnreachable or PrinterStalled unless it says otherwise."""

    def __init__(
        self, transport: Transport, patience: Patience, clock: Callable[[], float], port_tells: bool = False
    ) -> None:
        """`port_tells`: the port is known not to say that paper is out while the printer is well."""
        self.in_turn: deque[int] = deque()
        """Answers in turn that nobody has taken yet."""
        self._transport = transport
        self._patience = patience
        self._clock = clock
        self._sorter = ReplySorter()
        self._asked: deque[int] = deque()
        self._asked_at = 0.0
        self._heard: dict[int, int] = {}
        self._sent_bytes = 0
        self._is_out = False
        self.port_tells = port_tells

    @property
    def status(self) -> PrinterStatus:
        """What the printer has said of itself so far, or its port for it."""
        heard = parse_realtime(self._heard)
        return replace(heard, online=False, paper="out", answered=True) if self._is_out else heard

    def ask(self, within_s: float) -> PrinterStatus:
        """DLE EOT 1 to 4, one after the other. Silence ends it: what follows stays unknown."""
        end = self._clock() + within_s
        try:
            for n in REALTIME_REQUESTS:
                if not self._ask(n, min(end, self._clock() + self._patience.ask_s)):
                    break
        except PrinterStalled:
            if not self._port_says_out():
                raise
        self._is_out = not self._heard and self._port_says_out()
        return self.status

    def send(self, data: bytes) -> None:
        """Write in chunks, each with a deadline of its own: slow is not stalled.

        The errors carry the bytes of `data` that had left.
        """
        self.port_tells = not self._transport.is_out_of_paper()
        for start in range(0, len(data), _CHUNK_BYTES):
            chunk = data[start : start + _CHUNK_BYTES]
            try:
                self._transport.write(chunk, self._patience.stall_s)
            except PrinterError as error:
                error.written += start
                raise
        self._sent_bytes += len(data)

    def answer_in_turn(self) -> int | None:
        """Ask in turn, and wait until the printer has worked through all that it holds.

        None when no answer came before the deadline, or when the printer said why none will; then `status`
        tells. An answer that arrived before the request is not one to it.
        """
        self.pump(0)
        self.in_turn.clear()
        self._transport.write(PAPER_REQUEST, self._patience.stall_s)
        end = self._clock() + self._patience.confirm_s
        silence_s = self._patience.silence_s + self._sent_bytes / _SILENT_BYTES_PER_S
        next_look = self._clock() + self._patience.watch_s
        while not self.in_turn:
            now = self._clock()
            silent = bool(self._asked) and now - self._asked_at >= self._patience.watch_s
            self._is_out = silent and self._port_says_out()
            if now >= end or self.status.halt or (self._asked and now - self._asked_at >= silence_s):
                return None
            if now >= next_look and not self._asked:
                next_look = now + self._patience.watch_s
                for n in (2, 4):
                    if n in self._heard:  # only what this printer is known to answer
                        self._request(n, self._patience.ask_s)
            self.pump(min(self._patience.watch_s, end - now))
        return self.in_turn[0]

    def hush(self) -> None:
        """Take in answers until none has come for a while."""
        while self.in_turn:
            self.in_turn.clear()
            self.pump(self._patience.quiet_s)

    def ask_why(self) -> PrinterStatus:
        """After a stall: what stops it, if its port says so or the printer still listens. Raises nothing."""
        self._heard.clear()
        self._is_out = self._port_says_out()
        if self._is_out:
            return self.status
        try:
            for n in (2, 4):
                if not self._ask(n, self._clock() + self._patience.ask_s):
                    break
        except PrinterError:
            return SILENT
        return self.status

    def pump(self, wait_s: float) -> None:
        """Take in what has arrived; wait for at most `wait_s` when nothing has."""
        realtime, in_turn = self._sorter.sort(self._transport.read(256, max(0.0, wait_s)))
        self.in_turn.extend(in_turn)
        for byte in realtime:
            if self._asked:  # real-time answers come in the order of the requests
                self._heard[self._asked.popleft()] = byte

    def _port_says_out(self) -> bool:
        return self.port_tells and self._transport.is_out_of_paper()

    def _ask(self, n: int, end: float) -> bool:
        self._request(n, max(0.0, end - self._clock()))
        while self._asked:
            if (left := end - self._clock()) <= 0:
                return False
            self.pump(left)
        return True

    def _request(self, n: int, deadline_s: float) -> None:
        self._transport.write(REALTIME_REQUESTS[n], deadline_s)
        self._asked.append(n)
        self._asked_at = self._clock()
