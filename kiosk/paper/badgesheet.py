"""Badges as a PDF: sheets of A4 to cut, or a roll of labels with one badge a page."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from fpdf import FPDF
from fpdf.enums import Align, XPos, YPos
from qrcode import QRCode
from qrcode.constants import ERROR_CORRECT_M

from kiosk.paper.card import POINT_MM, QUIET_MODULES, Box, Paper
from kiosk.paper.glyph import FALLBACK, codepoints, font_file
from kiosk.paper.typeface import dejavu, others
from kiosk.plain import plain

_BLEED_MM = 0.02  # rows of modules overlap by this, or a screen shows hairlines between them
_MARK_MM, _MARK_GAP_MM = 4.0, 1.5
_BLACK, _PALE = 0, 170


@dataclass(frozen=True, slots=True)
class Badge:
    """What one badge shows. `name`: its nickname in words; `note`: a line for the organiser, or empty."""

    letters: str
    picture: str
    name: str
    note: str = ""


def write(
    file: BinaryIO,
    badges: Sequence[Badge],
    paper: Paper,
    title: str,
    language: str,
    drawn: Callable[[], None] = lambda: None,
) -> frozenset[str]:
    """The badges as a PDF; the characters that no font of this machine shows, and that are left out.

    `title`: the name of the event. `language`: that of the words. `drawn` is called after each badge.
    """
    pages = _Pages(paper, title, language, badges)
    for number, badge in enumerate(badges):
        pages.draw(number, badge)
        drawn()
    pages.write(file)
    return pages.lacking


class _Pages:
    def __init__(self, paper: Paper, title: str, language: str, badges: Iterable[Badge]) -> None:
        self._paper = paper
        self._pdf = pdf = FPDF(unit="mm", format=(paper.width, paper.height))
        pdf.set_auto_page_break(False)
        pdf.set_margin(0)
        pdf.c_margin = 0
        pdf.set_title(plain(title))
        pdf.set_lang(language)
        pdf.set_creator("Ronde")
        pdf.add_font("words", "", dejavu("DejaVuSans"))
        pdf.add_font("words", "B", dejavu("DejaVuSans-Bold"))
        pdf.add_font("letters", "", dejavu("DejaVuSansMono-Bold"))
        pdf.add_font("pictures", "", font_file())
        texts = {title, *(badge.name for badge in badges), *(badge.note for badge in badges)}
        fallbacks = []
        for number, font in enumerate(others(texts, dejavu("DejaVuSans"))):
            pdf.add_font(f"other{number}", "", font)
            fallbacks.append(f"other{number}")
        pdf.set_fallback_fonts(fallbacks, exact_match=False)
        pdf.set_text_shaping(True)
        shown = {letter for name in ("words", *fallbacks) for letter in pdf.fonts[name].cmap}
        self.lacking = frozenset(
            letter for text in texts for letter in text if ord(letter) not in shown and not letter.isspace()
        )
        self._title = self._shown(title)

    def draw(self, number: int, badge: Badge) -> None:
        place = number % self._paper.places
        if place == 0:
            self._pdf.add_page()
            self._marks()
        card, (x, y) = self._paper.card, self._paper.corner(place)
        self._lines(self._title, card.title, x, y, card.title_points, most=2, grey=card.title_grey)
        self._picture(badge.picture, card.picture, x, y)
        self._lines(self._shown(badge.name), card.name, x, y, card.name_points, most=2, bold=True)
        self._code(badge.letters, card.code, x, y)
        self._letters(badge.letters, card.letters, x, y)
        if badge.note:
            points = card.note_points
            self._lines(self._shown(badge.note), card.note, x, y, (points, points / 2), most=1, bold=True)

    def write(self, file: BinaryIO) -> None:
        self._pdf.output(file)

    def _marks(self) -> None:
        """Along the margins where to cut, and a small cross where four cards meet."""
        paper, pdf = self._paper, self._pdf
        if paper.places == 1:
            return
        right, bottom = paper.width - paper.left, paper.height - paper.top
        across = [paper.left + column * paper.card.width for column in range(paper.columns + 1)]
        down = [paper.top + row * paper.card.height for row in range(paper.rows + 1)]
        near, far = _MARK_GAP_MM, _MARK_GAP_MM + _MARK_MM
        pdf.set_line_width(0.2)
        pdf.set_draw_color(_BLACK)
        for x in across:
            pdf.line(x, paper.top - far, x, paper.top - near)
            pdf.line(x, bottom + near, x, bottom + far)
        for y in down:
            pdf.line(paper.left - far, y, paper.left - near, y)
            pdf.line(right + near, y, right + far, y)
        pdf.set_draw_color(_PALE)
        for x in across[1:-1]:
            for y in down[1:-1]:
                pdf.line(x - 1.5, y, x + 1.5, y)
                pdf.line(x, y - 1.5, x, y + 1.5)

    def _picture(self, name: str, box: Box, x: float, y: float) -> None:
        """The icon as large as fits, its ink in the middle of the box."""
        pdf, known = self._pdf, codepoints()
        letter = chr(known.get(name, known[FALLBACK]))
        font = pdf.fonts["pictures"].ttfont
        ink, em = font["glyf"][font.getBestCmap()[ord(letter)]], font["head"].unitsPerEm
        width, height = ink.xMax - ink.xMin, ink.yMax - ink.yMin
        scale = min(box.width / width, box.height / height)  # millimetres a unit of the font
        left = x + box.left + (box.width - width * scale) / 2 - ink.xMin * scale
        base = y + box.top + (box.height + height * scale) / 2 + ink.yMin * scale
        pdf.set_font("pictures", "", em * scale / POINT_MM)
        pdf.set_text_color(_BLACK)
        pdf.text(left, base, letter)

    def _code(self, letters: str, box: Box, x: float, y: float) -> None:
        module, pdf = self._paper.card.module_mm, self._pdf
        left, top = x + box.left + QUIET_MODULES * module, y + box.top + QUIET_MODULES * module
        pdf.set_fill_color(_BLACK)
        for row, modules in enumerate(matrix(letters)):
            for start, length in _runs(modules):
                pdf.rect(left + start * module, top + row * module, length * module, module + _BLEED_MM, "F")

    def _letters(self, letters: str, box: Box, x: float, y: float) -> None:
        groups = " ".join(letters[at : at + 4] for at in range(0, len(letters), 4))
        self._pdf.set_font("letters", "", self._paper.card.letters_points)
        self._pdf.set_text_color(_BLACK)
        self._cell(groups, box, x, y)

    def _lines(
        self,
        text: str,
        box: Box,
        x: float,
        y: float,
        points: tuple[float, float],
        most: int,
        *,
        bold: bool = False,
        grey: int = _BLACK,
    ) -> None:
        """Centred, as large as fits on one line or, where that is too small, on `most`."""
        largest, least = points
        self._pdf.set_text_color(grey)
        lines, size = self._fitted(text, box, largest, least, most, "B" if bold else "")
        self._pdf.set_font("words", "B" if bold else "", size)
        height = size * POINT_MM * 1.18
        top = box.top + (box.height - height * len(lines)) / 2
        for place, line in enumerate(lines):
            self._cell(line, Box(box.left, top + place * height, box.width, height), x, y)

    def _fitted(
        self, text: str, box: Box, largest: float, least: float, most: int, style: str
    ) -> tuple[list[str], float]:
        """The lines and their size. What is too long even so ends in "…"."""
        size, words = largest, text.split(" ")
        while True:
            self._pdf.set_font("words", style, size)
            room = max(1, min(most, int(box.height / (size * POINT_MM * 1.18) + 0.01)))
            lines = list(self._broken(words, box.width))
            if len(lines) <= room and all(self._pdf.get_string_width(line) <= box.width for line in lines):
                return lines, size
            if size <= least:
                kept = lines[:room]
                more = len(lines) > room
                return [*kept[:-1], self._shortened(kept[-1], box.width, more)], size
            size = max(least, size - 0.5)

    def _broken(self, words: Sequence[str], width: float) -> Iterator[str]:
        line = ""
        for word in words:
            longer = f"{line} {word}".strip()
            if line and self._pdf.get_string_width(longer) > width:
                yield line
                longer = word
            line = longer
        yield line

    def _shortened(self, line: str, width: float, more: bool) -> str:
        if not more and self._pdf.get_string_width(line) <= width:
            return line
        while line and self._pdf.get_string_width(line + "…") > width:
            line = line[:-1].rstrip()
        return line + "…"

    def _cell(self, text: str, box: Box, x: float, y: float) -> None:
        """A line. What ends in letters of another font leaves the next line its own."""
        self._pdf.set_xy(x + box.left, y + box.top)
        with self._pdf.local_context():
            self._pdf.cell(box.width, box.height, text, align=Align.C, new_x=XPos.LEFT, new_y=YPos.TOP)

    def _shown(self, text: str) -> str:
        return "".join(letter for letter in text if letter not in self.lacking)


def matrix(letters: str) -> list[list[bool]]:
    """The modules of a badge's QR code, row by row, without its quiet zone."""
    code = QRCode(version=1, error_correction=ERROR_CORRECT_M, border=0)
    code.add_data(letters)
    code.make(fit=False)
    return code.get_matrix()


def _runs(modules: Sequence[bool]) -> Iterator[tuple[int, int]]:
    """(start, length) of each stretch of dark modules."""
    start = 0
    for place, dark in enumerate([*modules, False]):
        if not dark:
            if place > start:
                yield start, place - start
            start = place + 1
