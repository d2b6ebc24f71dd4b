"""Whether a scanner is set as it must be, told from what it sends. Pure."""

import string

from . import messages
from .config import SERIAL, ScannerSettings
from .lines import is_badge
from .wire import enrolment, token

_ODD_LEAST = 3  # bytes that are no text, before the speed is doubted: a plug that goes in crackles too
_ODD_SHARE = 4  # … and one of so many
_NUMBERS_LEAST = 3  # lines of digits before the scanner is doubted: a child may scan a bottle
_DECIMAL = string.digits
_HEXADECIMAL = string.hexdigits
_SURE = 4  # characters: less says nothing


class Mode:
    """`trouble`: which setting of the scanner to change, in words; "" while nothing is wrong."""

    def __init__(self, settings: ScannerSettings) -> None:
        self._settings = settings
        self._numbers = 0  # lines in a row that were digits only
        self.trouble = ""

    def understood(self) -> None:
        """A line was ours."""
        self._numbers = 0
        self.trouble = ""

    def refused(self, line: str, plain: str) -> None:
        """A line was not ours. `plain`: the same as text."""
        sent = "".join(plain.split())
        if self._settings.kind == SERIAL and (trouble := self._garbled(line)):
            self.trouble = trouble
        elif len(sent) >= _SURE:
            self._numbers = self._numbers + 1 if sent.isdigit() else 0
            self.trouble = self._of_text(sent)

    def _garbled(self, line: str) -> str:
        if not line.isascii() and is_badge("".join(chr(ord(each) & 0x7F) for each in line)):
            return messages.SCANNER_PARITY
        odd = sum(not each.isprintable() or not each.isascii() for each in line)
        if odd < _ODD_LEAST or odd * _ODD_SHARE < len(line) or _is_utf8(line):
            return ""
        return messages.SCANNER_SPEED.format(baud=self._settings.baud)

    def _of_text(self, sent: str) -> str:
        if any(is_badge(letters) for letters in _spelled(sent)):
            return messages.SCANNER_SPELLS
        if self._numbers >= _NUMBERS_LEAST:
            return messages.SCANNER_NUMBERS
        head = sent[: len(enrolment.PREFIX)].upper()
        if head == enrolment.PREFIX and sent in (sent.lower(), sent.upper()):
            return messages.SCANNER_CASE
        if self._settings.kind != SERIAL and head.startswith("RONDE"):
            return messages.SCANNER_LAYOUT
        return ""


def _is_utf8(line: str) -> bool:
    """Whether it is somebody's text, with accents: a code that is not ours, read well."""
    try:
        return line.encode("latin-1").decode("utf-8").isprintable()
    except UnicodeDecodeError:
        return False


def _spelled(sent: str) -> list[str]:
    """What `sent` says if it gives each letter's number: of two hexadecimal digits, or three or four decimal ones."""
    found = []
    for digits, base, allowed in ((2, 16, _HEXADECIMAL), (3, 10, _DECIMAL), (4, 10, _DECIMAL)):
        if len(sent) == digits * token.LENGTH and not sent.strip(allowed):
            numbers = [int(sent[at : at + digits], base) for at in range(0, len(sent), digits)]
            found.append("".join(map(chr, numbers)))
    return found
