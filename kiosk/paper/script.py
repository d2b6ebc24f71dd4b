"""Any script on paper: text drawn with a font, for what the printer's own letters cannot write.

Pillow shapes and orders text with raqm where Debian's libfribidi0 is installed. Without it, Arabic letters are joined
and put in order here, so that a bare machine writes Arabic right as well.
"""

import logging
import math
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont, features

from kiosk.paper import typeface
from kiosk.paper.letters import NO_BREAK, printable
from kiosk.paper.typeface import dejavu, installed

SCALE = 2
"""How many dots of the paper, both ways, one dot of a letter takes: a quarter of the bytes, and no harder to read than
the printer's own large letters, which are made the same way."""
_JOINERS = "\u200c\u200d"
_LINE = 1.3  # the height of a line, in sizes of the font
_BASE = 0.8  # where the baseline is, from the top of a line
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Script:
    """The fonts of a sheet, as files, the size of its plain text, and whether its lines begin on the right."""

    regular: Path
    bold: Path
    size: int = 16
    rtl: bool = False

    @classmethod
    def of(cls, letters: Iterable[str], size: int = 16, *, rtl: bool = False) -> "Script":
        """DejaVu Sans where it has all these letters, or else the font of this machine that has the most of them.

        Signs and pictures do not count: there is another way to print those, or none.
        """
        wanted = {ord(letter) for letter in letters if unicodedata.category(letter)[0] in "LMN"}
        best, bold = dejavu("DejaVuSans"), dejavu("DejaVuSans-Bold")
        if missing := wanted - typeface.letters(best):
            for font in installed():
                if len(still := wanted - typeface.letters(font)) < len(missing):
                    best, bold, missing = font, _bold(font), still
                if not missing:
                    break
        if unheard := missing - _told:
            _told.update(unheard)
            spelled = "".join(map(chr, sorted(unheard)))
            _log.warning(
                "no font here has %s: they are spelled in other letters; try fonts-noto-core", spelled
            )
        if (wanted - missing) - typeface.letters(bold):
            bold = best
        return cls(best, bold, size, rtl)

    def clean(self, text: str) -> str:
        """`text` on one line, in letters that the font has; any other is spelled as the printer would."""
        known = typeface.letters(self.regular) & typeface.letters(self.bold)
        letters = (self._letter(letter, known) for letter in unicodedata.normalize("NFC", text))
        return "".join(letters).strip(f" {NO_BREAK}")

    def dots(self, text: str, width: int = 1, height: int = 1, *, bold: bool = False) -> int:
        """How wide `text` comes out on paper, when it is multiplied so."""
        left, _, right, _ = _ink(self, text, self._size(width, height), bold)
        return (right - left) * SCALE

    def line(self, text: str, width: int = 1, height: int = 1, *, bold: bool = False) -> Image.Image:
        """Black on white (mode "1"), one dot for SCALE of the paper's; as wide as the ink, and as high as a line."""
        size = self._size(width, height)
        font, ordered, direction = self.put(text, size, bold)
        left, top, right, bottom = _ink(self, text, size, bold)
        high = round(size * _LINE)
        # A tall letter, or a deep one, moves the baseline.
        base = min(max(round(high * _BASE), -top), max(high - bottom, -top))
        picture = Image.new("1", (max(1, right - left), max(high, base + bottom)), 1)
        draw = ImageDraw.Draw(picture)
        draw.text((-left, base), ordered, fill=0, font=font, anchor="ls", direction=direction)
        return picture

    def _size(self, width: int, height: int) -> int:
        """Large text is not multiplied as the printer's is: these letters are as wide as they are high."""
        return round(self.size * (6 + 5 * (width + height)) / 16)

    def put(self, text: str, size: int, bold: bool) -> tuple[ImageFont.FreeTypeFont, str, str | None]:
        """The font, the text as it is to be handed to it, and the direction to be told."""
        font = _font(self.bold if bold else self.regular, size)
        rtl = self.rtl and any(map(_leftward, text))  # a line of Latin alone, of a name, goes its own way
        if _shapes():
            return font, text, "rtl" if rtl else "ltr"
        known = typeface.letters(self.bold if bold else self.regular)
        forms = (form if ord(form) in known else _apart(form) for form in _joined(text, rtl))
        return font, "".join(forms), None

    @staticmethod
    def _letter(letter: str, known: frozenset[int]) -> str:
        if ord(letter) in known and unicodedata.category(letter) not in ("Cc", "Cf", "Zl", "Zp"):
            return letter
        if letter in _JOINERS and ord(letter) in known:
            return letter
        return printable(f"|{letter}|")[1:-1]


@lru_cache(maxsize=4096)  # the sheets of a day say much the same
def _ink(script: Script, text: str, size: int, bold: bool) -> tuple[int, int, int, int]:
    """Left, top, right and bottom of the text, from where its baseline begins."""
    font, ordered, direction = script.put(text, size, bold)
    left, top, right, bottom = font.getbbox(ordered, mode="1", direction=direction, anchor="ls")
    return math.floor(left), math.floor(top), math.ceil(right), math.ceil(bottom)


@cache
def _shapes() -> bool:
    """Whether Pillow itself orders and shapes text."""
    return bool(features.check("raqm"))


@lru_cache(maxsize=512)
def _joined(text: str, rtl: bool) -> str:
    """As it is seen from left to right, each Arabic letter in the form that its neighbours ask for."""
    from arabic_reshaper import ArabicReshaper
    from bidi import get_display

    only_lam_alef = {"support_ligatures": True, "delete_harakat": False, "ARABIC LIGATURE ALLAH": False}
    return str(get_display(ArabicReshaper(only_lam_alef).reshape(text), base_dir="R" if rtl else "L"))


@lru_cache(maxsize=32)
def _font(path: Path, size: int) -> ImageFont.FreeTypeFont:
    engine = ImageFont.Layout.RAQM if _shapes() else ImageFont.Layout.BASIC
    return ImageFont.truetype(str(path), size, layout_engine=engine)


def _apart(form: str) -> str:
    """The letters of a joined form, as they stand from left to right."""
    return unicodedata.normalize("NFKC", form)[::-1]


def _leftward(letter: str) -> bool:
    return unicodedata.bidirectional(letter) in ("R", "AL")


def _bold(font: Path) -> Path:
    """The bold one of the same family, where it is installed."""
    bold = font.with_name(font.name.replace("Regular", "Bold"))
    return bold if bold.exists() else font


_told: set[int] = set()  # letters that no font has, told of once
