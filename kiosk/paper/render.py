"""A route sheet as ESC/POS bytes, for printers that understand Epson's commands (203 dpi, font A 12 x 24).

Bytes on the way out come from three places only: commands of this module, pictures, and text that was checked
to hold no control character. The commands are those that cheap printers have too: no page mode, no downloaded
characters. Pictures go at half the resolution that the head has: hardly seen, and slow serial lines are common.
"""

import logging
import os
import shutil
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import qrcode
from PIL import Image

from kiosk.paper.glyph import glyph, strip
from kiosk.paper.letters import CODE_PAGE, printable
from kiosk.paper.sheet import COLUMNS, Code, Cut, Glyph, Rule, Sheet, Space, Text, TickRow

if TYPE_CHECKING:
    from escpos.printer import Dummy

CELL_DOTS = 12
MODULE_DOTS = 10  # of a QR code: 1.25 mm
QUIET_DOTS = 4 * MODULE_DOTS
BOX_COLUMNS = 4
ICON_DOTS = 44

_PROFILE = "TM-T20II"  # 203 dpi, 576 dots, page 16 is CP1252; the widths are ours, not the profile's
_PICA_OFF = b"\x1c."  # FS . — Chinese printers start by taking accents in pairs
_BAND_DOTS = 24
_ROW_LINE_DOTS = 27
_BOX_TOP = b"\xff\xff" + b"\x80" * 20 + b"\xff\xff"
_BOX_BOTTOM = b"\xff\xff" + b"\x01" * 20 + b"\xff\xff"
_TEAR_LINES = 5


@dataclass(frozen=True, slots=True)
class PaperSettings:
    """What the printer can do. `native_qr`: it draws QR codes by itself. `cutter`: it cuts; else paper is fed to
    be torn off."""

    native_qr: bool = True
    cutter: bool = True


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
        for block in self._sheet.blocks:
            match block:
                case Text():
                    self._text(block)
                case TickRow():
                    self._row(block)
                case Space():
                    self._feed(block.dots)
                case Rule():
                    self._image(Image.new("1", (self._dots // 2, 1), 0))
                case Glyph():
                    self._set_align("center")
                    self._image(strip(block.names, block.dots // 2))
                case Code():
                    self._code(block.content)
                case Cut():
                    self._cut()
        return bytes(self._out.output)

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
        """The box and the icon are two lines high, drawn in two bands on the way."""
        self._set_align("left")
        lines = [(text, True) for text in row.title] + [(text, False) for text in row.details]
        lines += [("", False)] * (2 - len(lines))
        self._out._raw(b"\x1b3" + bytes([_BAND_DOTS]))
        for place, (text, bold) in enumerate(lines):
            if place == 1:
                self._out._raw(b"\x1b3" + bytes([_ROW_LINE_DOTS]))
            if place < 2:
                self._columns(0, (_BOX_TOP, _BOX_BOTTOM)[place])
                self._letters(" ")
                self._icon_band(row.icon, place)
                self._letters(" ")
            else:
                self._letters(" " * (2 * BOX_COLUMNS + 2))
            if bold:
                self._out.set(bold=True)
            self._letters(text)
            if bold:
                self._out.set(bold=False)
            self._end_line()
        self._out._raw(b"\x1b2")

    def _icon_band(self, name: str, band: int) -> None:
        size = BOX_COLUMNS * CELL_DOTS
        whole = Image.new("1", (size, size), 1)
        whole.paste(glyph(name, ICON_DOTS), ((size - ICON_DOTS) // 2,) * 2)
        part = whole.crop((0, band * _BAND_DOTS, size, (band + 1) * _BAND_DOTS))
        half = part.resize((size // 2, _BAND_DOTS))
        # Columns from the left, three bytes each, the topmost dot first: the rows of the picture on its side.
        sideways = half.transpose(Image.Transpose.TRANSPOSE)
        self._columns(32, bytes(255 - byte for byte in sideways.tobytes()))

    def _columns(self, mode: int, data: bytes) -> None:
        """ESC *: a picture within the line. Mode 0: 8 dots a column, each 2 x 3; 32: 24 dots, each 2 x 1."""
        columns = len(data) // (1 if mode < 32 else 3)
        self._out._raw(b"\x1b*" + bytes([mode, columns % 256, columns // 256]) + data)

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
            self._image(code.make_image().get_image().convert("1"))
        self._feed(QUIET_DOTS)

    def _image(self, picture: Image.Image) -> None:
        """GS v 0, each dot doubled both ways."""
        self._out.image(picture, high_density_vertical=False, high_density_horizontal=False)

    def _cut(self) -> None:
        if self._settings.cutter:
            self._out.cut(feed=False)  # GS V 66 0: the printer itself feeds as far as its knife is away
        else:
            self._out.print_and_feed(_TEAR_LINES)

    def _feed(self, dots: int) -> None:
        self._out._raw(b"\x1bJ" + bytes([dots]))

    def _set_align(self, align: str) -> None:
        if align != self._align:
            self._align = align
            self._out.set(align=align)

    def _letters(self, text: str) -> None:
        """The one way for text. Whatever a layout holds, no control character passes."""
        lead = len(text) - len(text.lstrip(" "))
        self._out._raw((" " * lead + printable(text)).encode(CODE_PAGE))

    def _end_line(self) -> None:
        self._out._raw(b"\n")
