"""From what a scanner sends to clean lines: a badge, or the code that enrols a station. Pure: no device, no clock."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from .wire import enrolment, pairing, token
from .wire.errors import WireError

LONGEST_LINE = 512

_SILENCE_S = 0.1  # enough to end a line that is a whole badge
_STALE_S = 1.0  # enough to end any line

_FRAME = 4  # control characters that a scanner may send around a code
_CONTROLS = dict.fromkeys((*range(32), 127))
_BLANKS = str.maketrans("", "", " -")
_AIM = re.compile(r"\][A-Za-z][0-9A-Za-z]")  # the kind of code, as ISO/IEC 15424 has it: ]Q1 for a QR code
_AIM_LENGTH = 3

Layout = Mapping[int, str]


class Lines:
    """Characters in, lines out: ended by CR, LF or CRLF, or by silence where a scanner sends no end.

    After a short silence only what is `whole` counts as a line, so a stutter in the middle of one does no harm; after
    a long one whatever is there does, so that it is refused aloud rather than kept. Of a line beyond `longest` only
    its beginning is given, once. A few characters that nobody sees are no line.
    """

    def __init__(self, whole: Callable[[str], bool], longest: int = LONGEST_LINE) -> None:
        self._whole = whole
        self._longest = longest
        self._pending: list[str] = []

    def feed(self, text: str) -> Iterator[str]:
        for character in text:
            if character in "\r\n":
                yield from self._end()
            elif len(self._pending) <= self._longest:
                self._pending.append(character)

    def silence(self, seconds: float) -> Iterator[str]:
        """Nothing has come for so long."""
        if seconds >= _STALE_S or (self._pending and seconds >= _SILENCE_S and self._whole(self._text())):
            yield from self._end()

    def _end(self) -> Iterator[str]:
        text = self._text()
        self._pending.clear()
        if len(text) > _FRAME or text.translate(_CONTROLS).strip():
            yield text

    def _text(self) -> str:
        return "".join(self._pending)


class Codes:
    """Finds what is ours in a line, whatever the scanner is set to put around it or to make of it.

    Control characters, blanks, the kind of code (AIM) and `prefix` are taken away, small letters forgiven. `layouts`:
    what a scanner that types may have been set to; the first gives the text of what is not ours.
    """

    def __init__(self, prefix: str = "", layouts: Sequence[Layout] = ({},)) -> None:
        self._prefix = prefix.strip().upper()
        self._layouts = layouts

    def of(self, line: str) -> tuple[str, ...]:
        """The badges or the enrolment in `line`, as they ought to be written; none: it is not ours.

        Several badges where a scanner that sends no end was faster than we were.
        """
        for layout in self._layouts:
            text = line.translate(layout).translate(_CONTROLS).strip()
            found = self._badges(text) or self._enrolment(text)
            if found:
                return found
        return ()

    def whole(self, line: str) -> bool:
        """Whether `line` is badges by its form, so that no more of it can be on its way."""
        return bool(self._badges(line.translate(self._layouts[0]).translate(_CONTROLS)))

    def plain(self, line: str) -> str:
        """`line` as it came; what is not ASCII is replaced."""
        return "".join(each if each.isascii() else "\ufffd" for each in line.translate(self._layouts[0]))

    def _badges(self, text: str) -> tuple[str, ...]:
        found = []
        rest = text.translate(_BLANKS)
        prefix = self._prefix.translate(_BLANKS)
        while rest:
            for start in (_bare(rest, prefix), rest):
                if is_badge(start[: token.LENGTH]):
                    break
            else:
                return ()
            found.append(token.parse(start[: token.LENGTH]))
            rest = start[token.LENGTH :]
        return tuple(found)

    def _enrolment(self, text: str) -> tuple[str, ...]:
        for start in (_bare(text, self._prefix), text):
            head, rest = start[: len(pairing.PREFIX)].upper(), start[len(pairing.PREFIX) :]
            if head == pairing.PREFIX:
                code, _, hub = rest.partition(".")
                if _takes(pairing.invitation, line := f"{head}{code.upper()}.{hub.lower()}"):
                    return (pairing.invitation(line).encode(),)
            elif head == enrolment.PREFIX:  # its small letters matter
                for line in (start, start.swapcase()):
                    if _takes(enrolment.decode, line):
                        return (line,)
        return ()


def is_badge(text: str) -> bool:
    """Whether `text` is one badge by its form."""
    return _takes(token.parse, text)


def _bare(text: str, prefix: str) -> str:
    """`text` without `prefix` and the kind of code, in whichever order they stand before it."""
    text = text[_AIM_LENGTH:] if _AIM.match(text) else text
    if prefix and text.upper().startswith(prefix):
        text = text[len(prefix) :]
    return text[_AIM_LENGTH:] if _AIM.match(text) else text


def _takes(read: Callable[[str], object], text: str) -> bool:
    try:
        read(text)
    except WireError:
        return False
    return True
