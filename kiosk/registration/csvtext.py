"""The bytes of a CSV file as rows of cells, whichever spreadsheet wrote them."""

import csv
import io
import re
from collections.abc import Callable, Iterator

from kiosk.errors import Refused
from kiosk.saying import say

MOST_BYTES = 2_000_000
SEPARATORS = ";,\t"

_BLANK = f"{SEPARATORS} "
_NO_CSV = (
    b"PK\x03\x04",
    b"\xd0\xcf\x11\xe0",
    b"%PDF",
    b"{\\rtf",
)  # how spreadsheets and texts of offices begin
_SEP_LINE = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)  # for Excel, which does not count it as a row


class Torn(Exception):
    """A quotation mark is opened and not closed, or a row cannot be cut into cells."""

    def __init__(self, row: int) -> None:
        super().__init__()
        self.row = row


def decoded(data: bytes) -> str:
    """Raises Refused."""
    if len(data) > MOST_BYTES:
        raise Refused(say("badges.csv.large"))
    if data.startswith(_NO_CSV):
        raise Refused(say("badges.csv.spreadsheet"))
    marked = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "cp1252"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            break
        return text
    raise Refused(say("badges.csv.encoding"))


def records(text: str, knows: Callable[[str], bool]) -> Iterator[tuple[int, list[str]]]:
    """Each row that is not empty, with its number as spreadsheets show it. `knows`: a heading. Raises Torn."""
    said = _SEP_LINE.match(text)
    rest = text[said.end() :] if said else text
    number = 0
    try:
        separator = said[1] if said else _separator(rest, knows)
        for cells in csv.reader(io.StringIO(rest, newline=""), delimiter=separator, strict=True):
            number += 1
            trimmed = [cell.strip() for cell in cells]
            if any(trimmed):
                yield number, trimmed
    except (csv.Error, ValueError, TypeError) as error:
        raise Torn(number + 1) from error


def _separator(text: str, knows: Callable[[str], bool]) -> str:
    """The one by which most headings are known; among equals the one that makes the most columns."""

    def known(separator: str) -> tuple[int, int]:
        try:
            rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
            header = next((row for row in rows if any(cell.strip().strip(_BLANK) for cell in row)), [])
        except csv.Error:
            return -1, 0
        return sum(map(knows, header)), len(header)

    return max(SEPARATORS, key=known)
