"""What comes down the paper: a sheet as blocks. Which bytes each of them takes is render's business."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from kiosk.paper.script import Script

Align = Literal["left", "center"]

COLUMNS = {80: 48, 58: 32}
"""Characters of font A (12 x 24 dots) across the paper, by its width in millimetres."""
CELL_DOTS = 12
INDENT = 10
"""Columns beside the text of a TickRow: the box, the icon, and the gaps around them."""


@dataclass(frozen=True, slots=True)
class Text:
    """One line. `width` and `height` (1 to 8) multiply the character; "left" is where lines begin: right in Arabic.

    `native`: in the printer's own letters, whatever the script of the sheet is.
    """

    text: str
    width: int = 1
    height: int = 1
    bold: bool = False
    align: Align = "left"
    native: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """A line across the paper."""

    dots: int = 2


@dataclass(frozen=True, slots=True)
class Tear:
    """Where the paper may be cut with scissors: a dashed line."""


@dataclass(frozen=True, slots=True)
class Glyph:
    """Icons side by side, centred, by their names in the icon font; `dots`: the height of each."""

    names: tuple[str, ...]
    dots: int


@dataclass(frozen=True, slots=True)
class Stamps:
    """Rings side by side, centred, an icon in each: to be stamped or ticked. `dots`: the width of each."""

    icons: tuple[str, ...]
    dots: int


@dataclass(frozen=True, slots=True)
class Code:
    """A QR code, centred, with its quiet zone."""

    content: str


@dataclass(frozen=True, slots=True)
class TickRow:
    """A box to tick, an icon, and lines beside them: `title`, with all that matters as much, in bold, then the details.

    `onward`: an arrow leads from its icon to that of the next row.
    """

    icon: str
    title: tuple[str, ...]
    details: tuple[str, ...]
    onward: bool = False


@dataclass(frozen=True, slots=True)
class Space:
    """Blank paper."""

    dots: int


@dataclass(frozen=True, slots=True)
class Cut:
    """The end of the sheet."""


Block = Text | Rule | Tear | Glyph | Stamps | Code | TickRow | Space | Cut


@dataclass(frozen=True, slots=True)
class Sheet:
    """`script`: how its text is drawn; None where the printer's own letters do."""

    width_mm: int
    blocks: tuple[Block, ...]
    script: Script | None = None

    @property
    def lines(self) -> Iterator[str]:
        """Every line of text, from the top; those of tick rows with their indent."""
        for block in self.blocks:
            if isinstance(block, Text):
                yield block.text
            elif isinstance(block, TickRow):
                yield from (" " * INDENT + line for line in (*block.title, *block.details))
