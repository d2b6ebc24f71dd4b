"""The route sheet as a pure layout: which blocks come down the paper, for 80 mm and for 58 mm.

All text of a sheet is made of characters of code page 1252, holds no control character, and is already broken
into lines that fit. What is drawn, and with which bytes, is render's business.
"""

import re
import textwrap
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from kiosk.paper.letters import NO_BREAK, printable
from kiosk.rules.event import MINUTE_MS, Atelier, Event
from kiosk.rules.facts import Advised
from kiosk.rules.party import Party
from kiosk.rules.waits import Wait
from kiosk.texts import Texts

Align = Literal["left", "center"]

COLUMNS = {80: 48, 58: 32}
"""Characters of font A (12 x 24 dots) across the paper, by its width in millimetres."""
INDENT = 10
"""Columns in front of the text of a TickRow: the box, the icon, and the gaps behind them."""
FULL_ROWS = 8  # ateliers with their expected wait; further down the day nobody can say
BADGE_GROUP = 4
_SPACES = re.compile(f"[ {NO_BREAK}]* [ {NO_BREAK}]*")
_FRENCH_SPACE = re.compile(r"(?<=\S) (?=[:;!?»])|(?<=«) ")


@dataclass(frozen=True, slots=True)
class Text:
    """One line. `width` and `height` (1 to 8) multiply the character."""

    text: str
    width: int = 1
    height: int = 1
    bold: bool = False
    align: Align = "left"


@dataclass(frozen=True, slots=True)
class Rule:
    """A line across the paper."""


@dataclass(frozen=True, slots=True)
class Glyph:
    """Icons side by side, centred, by their names in the icon font; `dots`: the height of each."""

    names: tuple[str, ...]
    dots: int


@dataclass(frozen=True, slots=True)
class Code:
    """A QR code, centred, with its quiet zone."""

    content: str


@dataclass(frozen=True, slots=True)
class TickRow:
    """A box to tick, an icon, and lines beside them: the title in bold, then the details."""

    icon: str
    title: tuple[str, ...]
    details: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Space:
    """Blank paper."""

    dots: int


@dataclass(frozen=True, slots=True)
class Cut:
    """The end of the sheet."""


Block = Text | Rule | Glyph | Code | TickRow | Space | Cut


@dataclass(frozen=True, slots=True)
class Sheet:
    width_mm: int
    blocks: tuple[Block, ...]

    @property
    def lines(self) -> Iterator[str]:
        """Every line of text, from the top; those of tick rows with their indent."""
        for block in self.blocks:
            if isinstance(block, Text):
                yield block.text
            elif isinstance(block, TickRow):
                yield from (" " * INDENT + line for line in (*block.title, *block.details))


def layout(
    event: Event,
    party: Party,
    route: Iterable[Advised],
    texts: Texts,
    width_mm: int = 80,
    reason: str = "",
) -> Sheet:
    """The sheet of a party that came at `party.came_ms` and was advised this route, in the words of `texts`.

    `reason`: why it begins where it does, as the code that its advice has. A stop at an atelier that the event does
    not have is left out. Raises ValueError for another paper width.
    """
    if width_mm not in COLUMNS:
        raise ValueError(f"paper is {' or '.join(map(str, COLUMNS))} mm wide, not {width_mm!r}")
    page = _Page(event, party, texts, COLUMNS[width_mm])
    stops = tuple(_Stop(event.by_id[stop.atelier], stop) for stop in route if stop.atelier in event.by_id)
    return Sheet(
        width_mm,
        (
            *page.head(),
            *(page.first(stops[0], reason) if stops else page.free()),
            *page.list(stops),
            *page.foot(stops),
        ),
    )


@dataclass(frozen=True, slots=True)
class _Stop:
    atelier: Atelier
    advised: Advised

    @property
    def wait(self) -> Wait:
        """At least a minute: nobody promises on paper that there is no queue."""
        at_ms = self.advised.at_ms
        start_ms = at_ms + max(1, self.advised.wait_minutes) * MINUTE_MS
        return Wait(at_ms, start_ms, start_ms)

    @property
    def session_ms(self) -> int | None:
        """The session that was meant: the one nearest to the end of the wait."""
        start_ms = self.advised.at_ms + self.advised.wait_minutes * MINUTE_MS
        return min(self.atelier.times_ms, key=lambda time_ms: abs(time_ms - start_ms), default=None)


@dataclass(frozen=True, slots=True)
class _Page:
    event: Event
    party: Party
    texts: Texts
    columns: int

    def head(self) -> Iterator[Block]:
        yield from self._centred(self.event.name, bold=True)
        yield from self._centred(self.texts.day(self.event.day))
        yield Space(16)
        yield Rule()
        yield Space(20)
        yield Glyph((self.party.nickname.picture,), 160)
        yield Space(12)
        yield from self._large(self.texts.nickname(self.party.nickname), most=4)
        yield Space(8)
        yield from self._centred(self.texts.plural("sheet.people", self.party.size))
        yield Space(20)
        yield Rule()
        yield Space(20)

    def first(self, stop: _Stop, reason: str) -> Iterator[Block]:
        atelier = stop.atelier
        yield from self._centred(self.texts.text("sheet.first"), bold=True)
        yield Space(12)
        yield Glyph(("arrow-right", atelier.icon), 96)
        yield Space(12)
        yield from self._large(self._named(atelier.names), most=2)
        yield Space(8)
        yield from self._centred(atelier.room, bold=True, height=2)
        yield Space(8)
        yield from self._centred(self._when(stop))
        if reason:
            yield from self._centred(self.texts.text(f"reason.{reason}"))
        yield Space(20)
        yield Rule()
        yield Space(20)

    def free(self) -> Iterator[Block]:
        yield from self._large(self.texts.text("sheet.free"), most=2)
        yield Space(12)
        yield from self._centred(self.texts.text("sheet.free_more"))
        yield Space(20)
        yield Rule()
        yield Space(20)

    def list(self, stops: tuple[_Stop, ...]) -> Iterator[Block]:
        if not stops:
            return
        heading = printable(self.texts.text("sheet.list")), printable(self.texts.text("sheet.duration"))
        yield from (Text(line, bold=True) for line in _two_columns(*heading, self.columns))
        yield Space(16)
        for number, stop in enumerate(stops, 1):
            yield self._row(number, stop)
            yield Space(16)
        yield Rule()
        yield Space(20)

    def foot(self, stops: tuple[_Stop, ...]) -> Iterator[Block]:
        badge = self.party.badge
        groups = [badge[start : start + BADGE_GROUP] for start in range(0, len(badge), BADGE_GROUP)]
        yield from self._centred(self.texts.text("sheet.scan"), bold=True)
        yield Code(badge)
        yield from self._centred(" ".join(groups), bold=True, height=2)
        yield Space(20)
        if stops:
            clock = self.texts.clock(self.party.came_ms, self.event.zone)
            yield from self._centred(self.texts.text("sheet.estimated", clock=clock))
        for words in self._hours():
            yield from self._centred(words)
        yield Space(12)
        yield from self._centred(self.texts.text("sheet.help"))
        yield Cut()

    def _row(self, number: int, stop: _Stop) -> TickRow:
        columns = self.columns - INDENT
        atelier = stop.atelier
        title = self.texts.text("sheet.step", n=self.texts.number(number), name=self._named(atelier.names))
        minutes = printable(self.texts.minutes(atelier.minutes))
        details = list(_two_columns(printable(atelier.room), minutes, columns))
        if number <= FULL_ROWS or atelier.times_ms:
            details += _wrapped(self._when(stop), columns)
        return TickRow(atelier.icon, tuple(_wrapped(title, columns)), tuple(details))

    def _when(self, stop: _Stop) -> str:
        if stop.session_ms is not None:
            return self.texts.text("sheet.session", clock=self.texts.clock(stop.session_ms, self.event.zone))
        low, high = stop.wait.range_minutes
        return self.texts.text("sheet.wait", range=self.texts.duration_range(low, high))

    def _hours(self) -> Iterator[str]:
        """When the ateliers close, and when they open again, as seen from when the party came."""
        clock = self.texts.clock
        windows = [w for w in self.event.windows if self.party.came_ms < w.closes_ms] or self.event.windows[
            -1:
        ]
        for place, window in enumerate(windows):
            opens, closes = clock(window.opens_ms, self.event.zone), clock(window.closes_ms, self.event.zone)
            if place == 0:
                yield self.texts.text("sheet.closes", clock=closes)
            else:
                yield self.texts.text("sheet.reopens", opens=opens, closes=closes)

    def _named(self, names: Mapping[str, str]) -> str:
        wanted = (self.texts.language, *self.event.languages, *names)
        return next((names[language] for language in wanted if names.get(language)), "")

    def _large(self, text: str, most: int) -> Iterator[Text]:
        """Centred and bold, as large as lets the longest word and, above twice the size, the line whole."""
        text = printable(text)
        longest = max((len(word) for word in text.split(" ")), default=0)
        fits = (
            size for size in range(most, 1, -1) if (len(text) if size > 2 else longest) * size <= self.columns
        )
        size = next(fits, 1)
        yield from self._centred(text, bold=True, width=size, height=max(size, 2))

    def _centred(self, text: str, *, bold: bool = False, width: int = 1, height: int = 1) -> Iterator[Text]:
        for line in _balanced(text, self.columns // width):
            yield Text(line, width, height, bold, "center")


def _wrapped(text: str, columns: int) -> list[str]:
    """On words; a word that is longer than the line goes on in the next."""
    lines = textwrap.wrap(_kept_together(text), columns, break_on_hyphens=False)
    return [line.replace(NO_BREAK, " ") for line in lines]


def _balanced(text: str, columns: int) -> list[str]:
    """As `_wrapped`, with lines of about the same length."""
    count = len(_wrapped(text, columns))
    longest = max(len(word) for word in _kept_together(text).split(" "))
    least = min(columns, max(longest, columns // 2))
    tried = (_wrapped(text, fewer) for fewer in range(least, columns + 1))
    return next(lines for lines in tried if len(lines) == count)


def _kept_together(text: str) -> str:
    """The text in the printer's letters, with French punctuation tied to its word."""
    return _FRENCH_SPACE.sub(NO_BREAK, _SPACES.sub(" ", printable(text)))


def _two_columns(left: str, right: str, columns: int) -> Iterator[str]:
    """`left` broken into lines, with `right` at the right edge of the first."""
    room = columns - len(right) - 2
    if room < columns // 3:
        yield from _wrapped(left, columns)
        yield from (line.rjust(columns) for line in _wrapped(right, columns))
        return
    first, *rest = _wrapped(left, room) or [""]
    yield first + right.replace(NO_BREAK, " ").rjust(columns - len(first))
    yield from rest
