"""The geometry of printed badges: cards, and the pages that they are cut from. Millimetres; letters in points.

A card of an A4 page has the size of a bank card, as badge holders do. The modules of its QR code are 1.25 mm, on a
roll at least as much, with a quiet zone of four around them.
"""

from dataclasses import dataclass

QUIET_MODULES = 4
MODULES = 21  # a QR code of version 1, which 16 letters fit at level M
POINT_MM = 25.4 / 72


@dataclass(frozen=True, slots=True)
class Box:
    """Millimetres from the upper left corner."""

    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Card:
    """Where things are on a badge; sizes of letters in points, the largest that is tried and the smallest."""

    width: float
    height: float
    title: Box
    picture: Box
    name: Box
    code: Box  # with its quiet zone
    letters: Box
    note: Box
    name_points: tuple[float, float]
    title_points: tuple[float, float]
    letters_points: float
    note_points: float
    title_grey: int = 0  # 0: black, as a printer of labels has nothing else

    @property
    def module_mm(self) -> float:
        return self.code.width / (MODULES + 2 * QUIET_MODULES)


@dataclass(frozen=True, slots=True)
class Paper:
    """A page of `columns` times `rows` cards. More than one are to be cut apart, along marks."""

    card: Card
    width: float
    height: float
    columns: int = 1
    rows: int = 1

    @property
    def places(self) -> int:
        return self.columns * self.rows

    @property
    def left(self) -> float:
        return (self.width - self.columns * self.card.width) / 2

    @property
    def top(self) -> float:
        return (self.height - self.rows * self.card.height) / 2

    def corner(self, place: int) -> tuple[float, float]:
        """The upper left corner of a card by its place on the page, 0, 1, …"""
        row, column = divmod(place, self.columns)
        return self.left + column * self.card.width, self.top + row * self.card.height


def _upright(width: float, picture_mm: float, code_mm: float, points: float) -> Card:
    """A card with all things one under the other."""
    side, inner = 4.0, width - 8.0
    title = Box(side, 4.0, inner, 7.0)
    picture = Box((width - picture_mm) / 2, title.top + title.height + 1.5, picture_mm, picture_mm)
    name = Box(side, picture.top + picture.height + 1.5, inner, points * POINT_MM * 1.45)
    code = Box((width - code_mm) / 2, name.top + name.height, code_mm, code_mm)
    letters = Box(side, code.top + code.height, inner, 4.5)
    note = Box(side, letters.top + letters.height, inner, 4.0)
    height = note.top + note.height + 3.5
    return Card(
        width, height, title, picture, name, code, letters, note, (points, 8.0), (9.0, 6.5), 10.5, 8.0
    )


_BANK_CARD = Card(
    width=85.0,
    height=54.0,
    title=Box(5.0, 3.0, 75.0, 5.0),
    picture=Box(8.5, 10.5, 27.0, 27.0),
    name=Box(3.0, 39.0, 38.0, 11.5),
    code=Box(43.0, 8.0, 36.25, 36.25),
    letters=Box(40.0, 44.25, 42.25, 3.75),
    note=Box(40.0, 48.0, 42.25, 3.5),
    name_points=(21.0, 8.0),
    title_points=(8.5, 6.0),
    letters_points=8.5,
    note_points=7.5,
    title_grey=110,
)
_WIDE, _NARROW = _upright(80.0, 40.0, 43.5, 26.0), _upright(62.0, 34.0, 36.25, 22.0)
PAPERS = {
    "a4": Paper(_BANK_CARD, 210.0, 297.0, columns=2, rows=5),
    "80": Paper(_WIDE, _WIDE.width, _WIDE.height),
    "62": Paper(_NARROW, _NARROW.width, _NARROW.height),
}
"""A4, and rolls by their width in millimetres."""
