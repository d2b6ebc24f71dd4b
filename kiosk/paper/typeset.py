"""Text set into lines that fit the paper, in the printer's own letters where those can write all of it."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from kiosk.paper.blocks import CELL_DOTS, COLUMNS, Block, Sheet, Text
from kiosk.paper.face import DrawnFace, Face, PrinterFace
from kiosk.paper.letters import NO_BREAK
from kiosk.paper.script import Script

_SIZES = {
    80: 16,
    58: 14,
}  # of plain text that is drawn: a line holds about as much as one of the printer's own
_SPACES = re.compile(f"[ {NO_BREAK}]* [ {NO_BREAK}]*")
_TIED_SPACE = re.compile(r"(?<=\S) (?=[:;!?»·])|(?<=«) ")


@dataclass(frozen=True, slots=True)
class Setting:
    """How the text of one sheet is set: the face, and the dots across the paper."""

    face: Face
    room: int

    @property
    def drawn(self) -> bool:
        return self.face.script is not None

    def centred(self, text: str, *, bold: bool = False, width: int = 1, height: int = 1) -> Iterator[Text]:
        measure = Measure(self.face, self.room, width, height, bold)
        return (Text(line, width, height, bold, "center") for line in measure.balanced(text))

    def large(self, text: str, most: int) -> Iterator[Text]:
        """Centred and bold, as large as lets the longest word and, above twice the size, the line whole."""
        sizes = (Measure(self.face, self.room, size, size, True) for size in range(most, 1, -1))
        fitting = (measure for measure in sizes if measure.holds(text, whole=measure.width > 2))
        size = next((measure.width for measure in fitting), 1)
        return self.centred(text, bold=True, width=size, height=max(size, 2))

    def lines(self, text: str, indent: int = 0, *, bold: bool = False) -> tuple[str, ...]:
        return tuple(Measure(self.face, self.room - indent, bold=bold).wrapped(text))

    def facts(self, facts: Iterable[str], indent: int = 0) -> tuple[str, ...]:
        """Side by side as far as a line goes: "Salle 2 · dès 8 ans". A line breaks between two of them if it can."""
        measure = Measure(self.face, self.room - indent)
        lines: list[str] = []
        for fact in facts:
            broken = measure.wrapped(fact)
            if lines and len(broken) == 1 and measure.fits(joined := f"{lines[-1]} · {broken[0]}"):
                lines[-1] = joined
            else:
                lines += broken
        return tuple(lines)

    def native(self, text: str, *, height: int = 1, bold: bool = False) -> Iterator[Text]:
        """Centred, in the printer's own letters: what the team reads too, whatever the family's script is."""
        measure = Measure(PrinterFace(), self.room)
        return (Text(line, 1, height, bold, "center", native=True) for line in measure.balanced(text))


def typeset(width_mm: int, rtl: bool, compose: Callable[[Setting], Iterable[Block]]) -> Sheet:
    """The sheet of these blocks. Where the printer lacks a letter of any, all text is drawn: one face a sheet.

    Raises ValueError for another paper width.
    """
    if width_mm not in COLUMNS:
        raise ValueError(f"paper is {' or '.join(map(str, COLUMNS))} mm wide, not {width_mm!r}")
    room = COLUMNS[width_mm] * CELL_DOTS
    face = PrinterFace()
    blocks = tuple(compose(Setting(face, room)))
    if not face.loses and not rtl:
        return Sheet(width_mm, blocks)
    script = Script.of(face.letters, _SIZES[width_mm], rtl=rtl)
    return Sheet(width_mm, tuple(compose(Setting(DrawnFace(script), room))), script)


@dataclass(frozen=True, slots=True)
class Measure:
    """Breaks text into lines of at most `room` dots, in one face and size."""

    face: Face
    room: int
    width: int = 1
    height: int = 1
    bold: bool = False

    def holds(self, text: str, *, whole: bool) -> bool:
        """Whether no word is broken, nor, for `whole`, the text."""
        words = self._words(text)
        return all(map(self.fits, [" ".join(words)] if whole else words))

    def fits(self, text: str) -> bool:
        return self.face.dots(text, self.width, self.height, self.bold) <= self.room

    def wrapped(self, text: str) -> list[str]:
        """On words; a word that is longer than the line goes on in the next."""
        return [line.replace(NO_BREAK, " ") for line in self._broken(self._words(text))]

    def balanced(self, text: str) -> list[str]:
        """As `wrapped`, with lines of about the same length."""
        words = self._words(text)
        lines = list(self._broken(words))
        narrow, wide = self.room // 2, self.room
        while wide - narrow > CELL_DOTS // 2:
            middle = (narrow + wide) // 2
            tried = replace(self, room=middle)
            fewer = list(tried._broken(words)) if all(map(tried.fits, words)) else []
            if len(fewer) == len(lines):
                lines, wide = fewer, middle
            else:
                narrow = middle
        return [line.replace(NO_BREAK, " ") for line in lines]

    def _words(self, text: str) -> list[str]:
        """The text in the letters that there are, with French punctuation tied to its word."""
        tied = _TIED_SPACE.sub(NO_BREAK, _SPACES.sub(" ", self.face.clean(text)))
        return [word for word in tied.split(" ") if word]

    def _broken(self, words: list[str]) -> Iterator[str]:
        line = ""
        for word in words:
            if line and self.fits(f"{line} {word}"):
                line = f"{line} {word}"
                continue
            if line:
                yield line
            line = word
            while len(line) > 1 and not self.fits(line):
                most = next(
                    size for size in range(len(line) - 1, 0, -1) if size == 1 or self.fits(line[:size])
                )
                yield line[:most]
                line = line[most:]
        if line:
            yield line
