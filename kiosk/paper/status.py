"""What a printer's status bytes mean. Pure: bytes in, a PrinterStatus out.

Layouts: Epson ESC/POS, DLE EOT n (answered at once, out of order) and GS r 1 (answered in turn, after
everything before it was processed). Fixed bits tell the two apart, and from noise.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

Paper = Literal["ok", "low", "out", "unknown"]
Cover = Literal["closed", "open", "unknown"]

REALTIME_REQUESTS = {n: bytes([0x10, 0x04, n]) for n in (1, 2, 3, 4)}
"""DLE EOT: 1 printer, 2 cause of offline, 3 cause of error, 4 roll paper sensor."""
PAPER_REQUEST = b"\x1d\x72\x01"
"""GS r 1: the roll paper sensor, answered in turn."""


@dataclass(frozen=True, slots=True)
class PrinterStatus:
    """What the printer said of itself. What it did not say is "unknown", never good news.

    `configured`: there is a printer at all. `reached`: the way to it opens. `answered`: it answered at least
    once. `online`: it says that it can print (for a printer that cannot answer: it can be reached, nothing
    more is known).
    """

    online: bool
    paper: Paper
    cover: Cover
    error: bool
    answered: bool
    reached: bool = True
    configured: bool = True

    @property
    def trouble(self) -> str:
        """Why a ticket should not be sent now, as a code; "" when nothing speaks against it."""
        if not self.configured:
            return "no_printer"
        if not self.reached:
            return "unreachable"
        if not self.answered:
            return "" if self.online else "no_answer"
        return self.halt or ("" if self.online else "offline")

    @property
    def halt(self) -> str:
        """What surely stops printing, as a code; "" when nothing is known to."""
        if self.paper == "out":
            return "paper_out"
        if self.cover == "open":
            return "cover_open"
        return "error" if self.error else ""


SILENT = PrinterStatus(online=False, paper="unknown", cover="unknown", error=False, answered=False)
UNREACHABLE = PrinterStatus(
    online=False, paper="unknown", cover="unknown", error=False, answered=False, reached=False
)
ABSENT = replace(UNREACHABLE, configured=False)
ONE_WAY = PrinterStatus(online=True, paper="unknown", cover="unknown", error=False, answered=False)


def is_realtime_reply(byte: int) -> bool:
    """Whether the fixed bits (0xx1xx10) are those of an answer to DLE EOT."""
    return byte & 0x93 == 0x12


def is_paper_reply(byte: int) -> bool:
    """Whether the fixed bits (0xx0xxxx) are those of an answer to GS r."""
    return byte & 0x90 == 0


def parse_realtime(replies: Mapping[int, int]) -> PrinterStatus:
    """The status told by answers to DLE EOT, keyed by n. Bytes with wrong fixed bits count as no answer."""
    good = {n: byte for n, byte in replies.items() if is_realtime_reply(byte)}
    if not good:
        return SILENT
    paper: Paper = "unknown"
    if (roll := good.get(4)) is not None:
        paper = "out" if roll & 0x60 else "low" if roll & 0x0C else "ok"
    cover: Cover = "unknown"
    cause = good.get(2)
    if cause is not None:
        cover = "open" if cause & 0x04 else "closed"
        if cause & 0x20:
            paper = "out"
    error = bool((cause or 0) & 0x40) or bool(good.get(3, 0) & 0x6C)
    online = 1 in good and not good[1] & 0x08
    return PrinterStatus(online=online, paper=paper, cover=cover, error=error, answered=True)


def parse_paper(byte: int) -> Paper:
    """The roll paper sensor as told by GS r 1."""
    if not is_paper_reply(byte):
        return "unknown"
    return "out" if byte & 0x0C else "low" if byte & 0x03 else "ok"


@dataclass(slots=True)
class ReplySorter:
    """Sorts the incoming bytes: real-time answers, answers in turn, and what is neither.

    Some printers report by themselves (Automatic Status Back: a byte 0xx1xx00 and three more, which look
    like answers in turn): those four are dropped whole, so that none is taken for a confirmation.
    """

    _skip: int = field(default=0)

    def sort(self, data: bytes) -> tuple[bytes, bytes]:
        """(real-time answers, answers in turn) among `data`; keeps its place between calls."""
        realtime, in_turn = bytearray(), bytearray()
        for byte in data:
            if self._skip:
                self._skip -= 1
            elif byte & 0x93 == 0x10:
                self._skip = 3
            elif is_realtime_reply(byte):
                realtime.append(byte)
            elif is_paper_reply(byte):
                in_turn.append(byte)
        return bytes(realtime), bytes(in_turn)
