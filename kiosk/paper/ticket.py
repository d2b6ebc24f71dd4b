"""What an ESC/POS byte stream puts on paper, as a model: lines of text, QR codes, images. Standard library only.

It prints what our own tickets use and the usual rest: styles, code pages, alignment, QR, raster images.
"""

from dataclasses import dataclass, field, replace
from typing import Literal

from kiosk.paper.commands import Command

Align = Literal["left", "center", "right"]

CODE_PAGES = {
    0: "cp437",
    2: "cp850",
    3: "cp860",
    4: "cp863",
    5: "cp865",
    16: "cp1252",
    18: "cp852",
    19: "cp858",
}
"""ESC t numbers, as on Epson printers."""
LINE_DOTS = 30


@dataclass(frozen=True, slots=True)
class Style:
    """How characters look. `width` and `height` multiply the cell of the font (A 12 x 24, B 9 x 17 dots)."""

    width: int = 1
    height: int = 1
    bold: bool = False
    underline: bool = False
    reverse: bool = False
    font: Literal["A", "B"] = "A"


@dataclass(frozen=True, slots=True)
class Run:
    """Characters of one style."""

    text: str
    style: Style


@dataclass(frozen=True, slots=True)
class Columns:
    """A picture within a line (ESC *): columns from the left, the topmost dot first, 1 is black."""

    bits: bytes
    height: int
    scale_x: int = 1
    scale_y: int = 1


@dataclass(frozen=True, slots=True)
class Line:
    """One printed line; no runs is an empty one. `spacing` in dots."""

    runs: tuple[Run | Columns, ...]
    align: Align = "left"
    spacing: int = LINE_DOTS

    @property
    def text(self) -> str:
        return "".join(run.text for run in self.runs if isinstance(run, Run))


@dataclass(frozen=True, slots=True)
class Feed:
    """Blank paper."""

    dots: int


@dataclass(frozen=True, slots=True)
class QrCode:
    """A QR code that the printer draws by itself. `correction` is L, M, Q or H."""

    payload: bytes
    module_dots: int
    correction: str
    align: Align


@dataclass(frozen=True, slots=True)
class Raster:
    """A picture, one bit a dot, 1 is black, rows padded to whole bytes."""

    width_bytes: int
    height: int
    bits: bytes
    align: Align
    scale_x: int = 1
    scale_y: int = 1


Element = Line | Feed | QrCode | Raster


@dataclass(frozen=True, slots=True)
class Ticket:
    """What came off at a cut. `raw` are the bytes since the cut before it, without requests for status."""

    number: int
    raw: bytes
    elements: tuple[Element, ...]

    @property
    def text(self) -> str:
        """The printed lines, joined by newlines."""
        return "\n".join(element.text for element in self.elements if isinstance(element, Line))

    @property
    def qr_payloads(self) -> tuple[str, ...]:
        """What the native QR codes hold, in order."""
        return tuple(e.payload.decode("utf-8", "replace") for e in self.elements if isinstance(e, QrCode))


def _little(data: bytes) -> int:
    return int.from_bytes(data, "little")


_CORRECTIONS = {48: "L", 49: "M", 50: "Q", 51: "H"}
_RASTER_SCALES = {0: (1, 1), 1: (2, 1), 2: (1, 2), 3: (2, 2)}
_COLUMN_MODES = {0: (8, 2, 3), 1: (8, 1, 3), 32: (24, 2, 1), 33: (24, 1, 1)}
"""ESC * m: dots in a column, and how wide and how high each is."""
_ALIGNS: tuple[Align, Align, Align] = ("left", "center", "right")


@dataclass(slots=True)
class Strip:
    """The paper that hangs out of the printer, and the settings that the next bytes meet."""

    elements: list[Element] = field(default_factory=list)
    raw: bytearray = field(default_factory=bytearray)
    _runs: list[Run | Columns] = field(default_factory=list)
    _style: Style = field(default_factory=Style)
    _align: Align = "left"
    _code_page: str = "cp437"
    _spacing: int = LINE_DOTS
    _qr: bytes = b""
    _module_dots: int = 3
    _correction: str = "L"

    def put(self, command: Command) -> bool:
        """Print one step; True when it is a cut."""
        self.raw += command.raw
        data = command.data
        first = data[0] if data else 0
        match command.name:
            case "":
                self._type(command.raw.decode(self._code_page, "replace"))
            case "\t":
                column = sum(len(run.text) for run in self._runs if isinstance(run, Run))
                self._type(" " * (8 - column % 8))
            case "\n":
                self._end_line()
            case "\x1bd":
                self._end_line() if self._runs else None
                if first:
                    self.elements.append(Feed(first * self._spacing))
            case "\x1bJ":
                self._end_line() if self._runs else None
                self.elements.append(Feed(first))
            case "\x1b@":
                self.reset()
            case "\x1b!":
                self._style = Style(
                    width=2 if first & 0x20 else 1,
                    height=2 if first & 0x10 else 1,
                    bold=bool(first & 0x08),
                    underline=bool(first & 0x80),
                    font="B" if first & 1 else "A",
                )
            case "\x1d!":
                self._style = replace(self._style, width=(first >> 4 & 7) + 1, height=(first & 7) + 1)
            case "\x1bE" | "\x1bG":
                self._style = replace(self._style, bold=bool(first & 1))
            case "\x1b-":
                self._style = replace(self._style, underline=first % 48 > 0)
            case "\x1bM":
                self._style = replace(self._style, font="B" if first % 48 == 1 else "A")
            case "\x1dB":
                self._style = replace(self._style, reverse=bool(first & 1))
            case "\x1ba" if first % 48 < 3 and not self._runs:
                self._align = _ALIGNS[first % 48]
            case "\x1bt":
                self._code_page = CODE_PAGES.get(first, "cp437")
            case "\x1b2":
                self._spacing = LINE_DOTS
            case "\x1b3":
                self._spacing = first
            case "\x1d(" if first == 0x6B:
                self._two_dimensional(data[3:])
            case "\x1b*" if first in _COLUMN_MODES:
                self._runs.append(Columns(data[3:], *_COLUMN_MODES[first]))
            case "\x1dv0":
                scale = _RASTER_SCALES.get(first % 48, (1, 1))
                self._block(Raster(_little(data[1:3]), _little(data[3:5]), data[5:], self._align, *scale))
            case "\x1dV" | "\x1bi" | "\x1bm":
                self._end_line() if self._runs else None
                return True
        return False

    def tear_off(self, number: int) -> Ticket:
        """The ticket that the cut set free; the strip starts anew."""
        ticket = Ticket(number, bytes(self.raw), tuple(self.elements))
        self.elements.clear()
        self.raw.clear()
        return ticket

    def reset(self) -> None:
        """ESC @, or power coming back: the settings of a printer just switched on. The paper stays."""
        self._runs.clear()
        self._style = Style()
        self._align, self._code_page, self._spacing = "left", "cp437", LINE_DOTS
        self._qr, self._module_dots, self._correction = b"", 3, "L"

    def _type(self, text: str) -> None:
        last = self._runs[-1] if self._runs else None
        if isinstance(last, Run) and last.style == self._style:
            self._runs.pop()
            text = last.text + text
        self._runs.append(Run(text, self._style))

    def _end_line(self) -> None:
        self.elements.append(Line(tuple(self._runs), self._align, self._spacing))
        self._runs.clear()

    def _block(self, element: QrCode | Raster) -> None:
        if self._runs:
            self._end_line()
        self.elements.append(element)

    def _two_dimensional(self, data: bytes) -> None:
        if len(data) < 3 or data[0] != 49:  # 49: QR code
            return
        function, argument = data[1], data[2]
        if function == 67:
            self._module_dots = max(1, min(16, argument))
        elif function == 69:
            self._correction = _CORRECTIONS.get(argument, "L")
        elif function == 80:
            self._qr = data[3:]
        elif function == 81 and self._qr:
            self._block(QrCode(self._qr, self._module_dots, self._correction, self._align))
