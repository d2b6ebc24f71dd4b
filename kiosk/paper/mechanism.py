"""How a thermal printer behaves between its plug and its paper: buffer, sensors, answers. No sockets, no threads.

- answers to DLE EOT are given on reception, even while printing is stopped and even inside an image
- GS r is answered in turn, once all before it is on paper
- out of paper or with the cover open it keeps what it was sent; a new roll or a closed cover prints the rest
- without power it forgets its buffer and its settings; what hangs out of the slot stays there
- a cut sets free all the paper since the cut before it, whoever sent it
"""

from collections import deque
from dataclasses import dataclass, field
from typing import Literal

from kiosk.paper.commands import Command, Tokenizer
from kiosk.paper.ticket import Strip, Ticket

_DLE, _DLE_EOT = b"\x10", b"\x10\x04"


@dataclass(frozen=True, slots=True)
class Answer:
    """One status byte, for the connection that asked."""

    source: int
    byte: int


@dataclass(slots=True)
class Mechanism:
    """The printer's insides. `paper_bytes`: the roll ends after so many printed bytes (None: it does not).

    `power_bytes`: the power fails after so many received bytes, requests for real-time status aside.
    """

    paper: Literal["ok", "low", "out"] = "ok"
    cover_open: bool = False
    powered: bool = True
    paper_bytes: int | None = None
    power_bytes: int | None = None
    held_bytes: int = 0
    cut_count: int = 0
    _tokenizer: Tokenizer = field(default_factory=Tokenizer)
    _strip: Strip = field(default_factory=Strip)
    _held: deque[tuple[Command, int]] = field(default_factory=deque)
    _tail: bytes = b""
    _answers: list[Answer] = field(default_factory=list)
    _tickets: list[Ticket] = field(default_factory=list)

    @property
    def stopped(self) -> bool:
        """Whether printing is stopped, for want of paper or by the cover."""
        return self.paper == "out" or self.cover_open

    def receive(self, data: bytes, source: int) -> None:
        """Take in bytes. What the printer says and cuts is fetched with `take_answers` and `take_tickets`."""
        at = 0
        while at < len(data) and self.powered:
            end = at + self._at_once(data, at)
            self._take(data[at:end], source)
            at = end

    def run(self) -> None:
        """Print what is held, as far as paper and cover allow."""
        while self._held and self.powered and not self.stopped:
            command, source = self._held.popleft()
            self.held_bytes -= len(command.raw)
            if command.name == "\x1dr":
                self._answer_in_turn(command.data[0], source)
            elif self._strip.put(command):
                self.cut_count += 1
                self._tickets.append(self._strip.tear_off(self.cut_count))
            if self.paper_bytes is not None:
                self.paper_bytes -= len(command.raw)
                if self.paper_bytes <= 0:
                    self.paper, self.paper_bytes = "out", None

    def lose_power(self) -> None:
        """Off: the buffer is lost, the paper stays as it is."""
        self.powered, self.power_bytes = False, None
        self._tokenizer = Tokenizer()
        self._strip.reset()
        self._held.clear()
        self._answers.clear()
        self.held_bytes, self._tail = 0, b""

    def take_answers(self) -> list[Answer]:
        """The answers given since the last call."""
        answers, self._answers = self._answers, []
        return answers

    def take_tickets(self) -> list[Ticket]:
        """The tickets cut since the last call."""
        tickets, self._tickets = self._tickets, []
        return tickets

    def _at_once(self, data: bytes, at: int) -> int:
        """How many bytes may be taken together, since before the last of them nothing can come of any."""
        if self.power_bytes is not None or _DLE in self._tail[-2:]:
            return 1
        asks = data.find(_DLE, at)
        return max(1, min(self._tokenizer.missing, (len(data) if asks < 0 else asks) - at))

    def _take(self, taken: bytes, source: int) -> None:
        self._tail = (self._tail + taken)[-3:]
        asked = self._tail[:-1] == _DLE_EOT and self._tail[-1] in (1, 2, 3, 4)
        if asked:
            self._answers.append(Answer(source, self._realtime(self._tail[-1])))
        self.held_bytes += len(taken)
        for command in self._tokenizer.feed(taken):
            if command.name == "\x10\x04":
                self.held_bytes -= len(command.raw)
            else:
                self._held.append((command, source))
        self.run()
        if self.power_bytes is not None:
            self.power_bytes += 2 if asked else -1
            maybe_asking = self._tail.endswith((_DLE, _DLE_EOT))
            if self.power_bytes <= 0 and not maybe_asking:
                self.lose_power()

    def _realtime(self, n: int) -> int:
        out = self.paper == "out"
        match n:
            case 1:
                return 0x12 | (0x08 if self.stopped else 0)
            case 2:
                return 0x12 | (0x04 if self.cover_open else 0) | (0x20 if out else 0)
            case 4:
                return 0x12 | (0x0C if self.paper != "ok" else 0) | (0x60 if out else 0)
            case _:
                return 0x12

    def _answer_in_turn(self, n: int, source: int) -> None:
        if n in (1, 49):
            self._answers.append(Answer(source, 0x03 if self.paper == "low" else 0))
        elif n in (2, 50):
            self._answers.append(Answer(source, 0))
