"""A route sheet as ESC/POS bytes, for printers that understand Epson's commands (203 dpi, font A 12 x 24).

Bytes on the way out come from three places only: commands of ours, pictures, and text that was checked to hold no
control character. The commands are those that cheap printers have too: no page mode, no downloaded characters. Icons
go at half the resolution that the head has: hardly seen, and slow serial lines are common.
"""

import logging
import os
import shutil
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import qrcode
from PIL import Image, ImageDraw

from kiosk.paper import dots
from kiosk.paper.blocks import (
    CELL_DOTS,
    COLUMNS,
    INDENT,
    Code,
    Cut,
    Glyph,
    Rule,
    Sheet,
    Space,
    Stamps,
    Tear,
    Text,
    TickRow,
)
from kiosk.paper.glyph import glyph, strip
from kiosk.paper.letters import CODE_PAGE, printable
from kiosk.paper.script import SCALE, Script

if TYPE_CHECKING:
    from escpos.printer import Dummy

MODULE_DOTS = 10  # of a QR code: 1.25 mm
QUIET_DOTS = 4 * MODULE_DOTS
BOX_DOTS = 48
ICON_DOTS = 44

_PROFILE = "TM-T20II"  # 203 dpi, 576 dots, page 16 is CP1252; the widths are ours, not the profile's
_PICA_OFF = b"\x1c."  # FS . — Chinese printers start by taking accents in pairs
_BAND_DOTS = 24
_ROW_LINE_DOTS = 27
_BOX_TOP = b"\xff\xff" + b"\x80" * 20 + b"\xff\xff"
_BOX_BOTTOM = b"\xff\xff" + b"\x01" * 20 + b"\xff\xff"
_ONWARD_DOTS = 24  # the arrow from one row to the next
_ROW_GAP_DOTS = 16
_DASH_DOTS = 16
_TEAR_LINES = 5


@dataclass(frozen=True, slots=True)
class PaperSettings:
    """What the printer can do, and what its sheets have.

    `native_qr`: it draws QR codes by itself. `cutter`: it cuts; else paper is fed to be torn off. `keepsake`: a sheet
    ends with a part to take home.
    """

    native_qr: bool = True
    cutter: bool = True
    keepsake: bool = True


def render(sheet: Sheet, settings: PaperSettings | None = None) -> bytes:
    """The bytes to send for one sheet. They start with a reset: what was sent before does not matter."""
    return _Pen(sheet, settings or PaperSettings()).write()


@cache
def escpos() -> Any:
    """python-escpos's printers, imported when first needed: it takes a while. Call early to have that behind.

    Importing it leaves a folder with a cache in the temporary directory, and a handler on the root logger;
    both are taken away again.
    """
    handlers = list(logging.root.handlers)
    chosen = os.environ.pop("ESCPOS_CAPABILITIES_PICKLE_DIR", None)
    try:
        from escpos import capabilities, printer
    finally:
        if chosen is not None:
            os.environ["ESCPOS_CAPABILITIES_PICKLE_DIR"] = chosen
    shutil.rmtree(capabilities.pickle_dir, ignore_errors=True)
    for handler in set(logging.root.handlers) - set(handlers):
        logging.root.removeHandler(handler)
    return printer


class _Pen:
    def __init__(self, sheet: Sheet, settings: PaperSettings) -> None:
        self._sheet = sheet
        self._settings = settings
        self._dots = COLUMNS[sheet.width_mm] * CELL_DOTS
        self._out: Dummy = escpos().Dummy(profile=_PROFILE)
        self._align = "left"

    def write(self) -> bytes:
        self._out.hw("INIT")
        self._out._raw(_PICA_OFF)
        self._out.charcode("CP1252")  # after the reset, which forgets it
        script = self._sheet.script
        for block in self._sheet.blocks:
            match block:
                case Text() if script is None or block.native:
                    self._text(block)
                case Text():
                    self._drawn(block, script)
                case TickRow() if script is None:
                    self._row(block)
                case TickRow():
                    self._drawn_row(block, script)
                case Space():
                    self._feed(block.dots)
                case Rule():
                    self._put(Image.new("1", (self._dots // 2, max(1, block.dots // 2)), 0))
                case Tear():
                    self._put(_dashes(self._dots // SCALE), "left")
                case Glyph():
                    self._put(strip(block.names, block.dots // 2))
                case Stamps():
                    self._put(_rings(block))
                case Code():
                    self._code(block.content)
                case Cut():
                    self._cut()
        return bytes(self._out.output)

    # In the printer's own letters

    def _text(self, line: Text) -> None:
        self._set_align(line.align)
        large = line.width > 1 or line.height > 1
        if large:
            self._out.set(custom_size=True, width=line.width, height=line.height)
        if line.bold:
            self._out.set(bold=True)
        self._letters(line.text)
        if line.bold:
            self._out.set(bold=False)
        self._end_line()
        if large:
            self._out.set(custom_size=True, width=1, height=1)

    def _row(self, row: TickRow) -> None:
        """The box and the icon are two lines high, drawn in two bands on the way; the arrow is a line of its own."""
        self._set_align("left")
        lines = [(text, True) for text in row.title] + [(text, False) for text in row.details]
        lines += [("", False)] * (2 - len(lines))
        icon = Image.new("1", (BOX_DOTS, BOX_DOTS), 1)
        icon.paste(glyph(row.icon, ICON_DOTS), ((BOX_DOTS - ICON_DOTS) // 2,) * 2)
        bands = list(dots.columns(icon.resize((BOX_DOTS // 2, BOX_DOTS))))
        self._spacing(_BAND_DOTS)
        for place, (text, bold) in enumerate(lines):
            if place == 1:
                self._spacing(_ROW_LINE_DOTS)
            if place < 2:
                box = (_BOX_TOP, _BOX_BOTTOM)[place]
                self._out._raw(b"\x1b*\x00" + bytes([len(box), 0]) + box)  # 8 dots a column, each 2 x 3
                self._letters(" ")
                self._out._raw(bands[place])
                self._letters(" ")
            else:
                self._letters(" " * INDENT)
            if bold:
                self._out.set(bold=True)
            self._letters(text)
            if bold:
                self._out.set(bold=False)
            self._end_line()
        if row.onward:
            self._spacing(_ONWARD_DOTS)
            self._letters(" " * (INDENT // 2 + 1))
            arrow = glyph("arrow-down", _ONWARD_DOTS).resize((_ONWARD_DOTS // 2, _ONWARD_DOTS))
            self._out._raw(b"".join(dots.columns(arrow)))
            self._end_line()
        self._out._raw(b"\x1b2")
        self._feed(_ROW_GAP_DOTS // 2)

    # Drawn

    def _drawn(self, line: Text, script: Script) -> None:
        side: dots.Side = "center" if line.align == "center" else self._start
        self._put(script.line(line.text, line.width, line.height, bold=line.bold), side)

    def _drawn_row(self, row: TickRow, script: Script) -> None:
        """Box, icon and text as one picture, and their mirror image where lines begin on the right."""
        lines = [script.line(text, bold=bold) for text, bold in _bold_first(row)]
        height = max(BOX_DOTS // SCALE, sum(line.height for line in lines))
        arrow = _ONWARD_DOTS // SCALE if row.onward else 0
        picture = Image.new("1", (self._dots // SCALE, height + arrow), 1)

        def put(part: Image.Image, left_dots: int, top: int) -> None:
            left = left_dots // SCALE
            picture.paste(part, (picture.width - left - part.width if script.rtl else left, top))

        put(_box(), 0, 2)
        put(glyph(row.icon, ICON_DOTS // SCALE), BOX_DOTS + CELL_DOTS, 3)
        top = 0
        for line in lines:
            put(line, INDENT * CELL_DOTS, top)
            top += line.height
        if row.onward:
            middle = BOX_DOTS + CELL_DOTS + ICON_DOTS // 2
            put(glyph("arrow-down", arrow), middle - _ONWARD_DOTS // 2, height)
        self._put(picture, self._start)
        self._feed(_ROW_GAP_DOTS // 2)

    @property
    def _start(self) -> dots.Side:
        return "right" if self._sheet.script and self._sheet.script.rtl else "left"

    # For both

    def _code(self, content: str) -> None:
        from escpos.constants import QR_ECLEVEL_M

        self._feed(QUIET_DOTS)
        self._set_align("center")
        if self._settings.native_qr:
            # Its own center=True is refused for native codes: ours is the ESC a before it.
            self._out.qr(content, ec=QR_ECLEVEL_M, size=MODULE_DOTS, native=True)
        else:
            code = qrcode.QRCode(
                error_correction=qrcode.constants.ERROR_CORRECT_M, box_size=MODULE_DOTS // 2, border=0
            )
            code.add_data(content)
            self._put(code.make_image().get_image().convert("1"))
        self._feed(QUIET_DOTS)

    def _put(self, picture: Image.Image, side: dots.Side = "center") -> None:
        """A picture, each dot doubled both ways."""
        self._set_align(side)
        self._out._raw(dots.pictured(picture, side))

    def _cut(self) -> None:
        if self._settings.cutter:
            self._out.cut(feed=False)  # GS V 66 0: the printer itself feeds as far as its knife is away
        else:
            self._out.print_and_feed(_TEAR_LINES)

    def _feed(self, height: int) -> None:
        self._out._raw(dots.feed(height))

    def _spacing(self, height: int) -> None:
        self._out._raw(b"\x1b3" + bytes([height]))

    def _set_align(self, side: str) -> None:
        if side != self._align:
            self._align = side
            self._out._raw(dots.align(side))

    def _letters(self, text: str) -> None:
        """The one way for text. Whatever a layout holds, no control character passes."""
        lead = len(text) - len(text.lstrip(" "))
        self._out._raw((" " * lead + printable(text)).encode(CODE_PAGE))

    def _end_line(self) -> None:
        self._out._raw(b"\n")


def _bold_first(row: TickRow) -> list[tuple[str, bool]]:
    return [(text, True) for text in row.title] + [(text, False) for text in row.details]


@cache
def _box() -> Image.Image:
    size = BOX_DOTS // SCALE
    box = Image.new("1", (size, size), 1)
    ImageDraw.Draw(box).rectangle((0, 0, size - 1, size - 1), outline=0)
    return box


def _dashes(width: int) -> Image.Image:
    """Scissors, and dashes beside them, at half the resolution."""
    scissors = glyph("scissors", 2 * _DASH_DOTS // 2)
    line = Image.new("1", (width, scissors.height), 1)
    line.paste(scissors, (0, 0))
    draw = ImageDraw.Draw(line)
    middle = scissors.height // 2
    for left in range(scissors.width + _DASH_DOTS // 2, width, _DASH_DOTS):
        draw.line((left, middle, min(width - 1, left + _DASH_DOTS // 2), middle), fill=0)
    return line


def _rings(stamps: Stamps) -> Image.Image:
    """At half the resolution."""
    size, gap = stamps.dots // 2, stamps.dots // 20
    whole = Image.new("1", (len(stamps.icons) * (size + gap) - gap, size), 1)
    draw = ImageDraw.Draw(whole)
    icon = size // 2
    for place, name in enumerate(stamps.icons):
        left = place * (size + gap)
        draw.ellipse((left, 0, left + size - 1, size - 1), outline=0, width=1)
        whole.paste(glyph(name, icon), (left + (size - icon) // 2, (size - icon) // 2))
    return whole
