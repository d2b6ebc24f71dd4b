"""The route sheet as a pure layout: which blocks come down the paper, for 80 mm and for 58 mm.

All text of a sheet is in letters that its face has, holds no control character, and is already broken into lines that
fit. What is drawn, and with which bytes, is render's business.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from firmware.wire.token import grouped
from kiosk.paper.blocks import (
    CELL_DOTS,
    INDENT,
    Block,
    Code,
    Cut,
    Glyph,
    Rule,
    Sheet,
    Space,
    Text,
    TickRow,
)
from kiosk.paper.face import PrinterFace
from kiosk.paper.keepsake import keepsake
from kiosk.paper.typeset import Setting, typeset
from kiosk.rules.event import MINUTE_MS, Atelier, Event
from kiosk.rules.facts import Advised
from kiosk.rules.party import Nickname, Party
from kiosk.rules.waits import Wait
from kiosk.texts import SOURCE, Texts, texts

FULL_ROWS = 8  # ateliers with their expected wait; further down the day nobody can say
_FIRST_DOTS = {80: 128, 58: 96}
_LINKED_DOTS = 64
_OLDEST = 120  # nobody is turned away for being older than that: no limit to tell


def layout(
    event: Event,
    party: Party,
    route: Iterable[Advised],
    texts: Texts,
    width_mm: int = 80,
    reason: str = "",
    *,
    linked: Sequence[Nickname] = (),
    at_ms: int | None = None,
    keep: bool = True,
) -> Sheet:
    """The sheet of a party that was advised this route, in the words of `texts`.

    `reason`: why it begins where it does, as the code that its advice has. `linked`: the other sheets of the same
    family. `at_ms`: when the route was worked out, where that was later than when the party came. `keep`: with the
    keepsake. A stop at an atelier that the event does not have is left out. Raises ValueError for another paper width.
    """
    stops = tuple(_Stop(event.by_id[stop.atelier], stop) for stop in route if stop.atelier in event.by_id)

    def blocks(setting: Setting) -> Iterator[Block]:
        page = _Page(event, party, texts, width_mm, setting, max(party.came_ms, at_ms or 0))
        yield from page.head(linked)
        yield from page.first(stops[0], reason) if stops else page.free()
        yield from page.list(stops)
        yield from page.foot(stops)
        if keep:
            ateliers = tuple(stop.atelier for stop in stops)
            yield from keepsake(setting, event, party.nickname, ateliers, texts)
        yield Cut()

    return typeset(width_mm, texts.direction == "rtl", blocks)


def of_the_team(event: Event) -> Texts:
    """The words in which a sheet speaks to the team: of the first language of the event that is there for more than
    families.
    """
    return texts(next((language for language in event.languages if texts(language).whole), SOURCE))


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
    """`at_ms`: the moment that the sheet speaks of."""

    event: Event
    party: Party
    texts: Texts
    width_mm: int
    setting: Setting
    at_ms: int

    def head(self, linked: Sequence[Nickname]) -> Iterator[Block]:
        yield from self.setting.centred(self.event.name, bold=True)
        yield from self.setting.centred(self.texts.day(self.event.day))
        yield from self._rule()
        yield Glyph((self.party.nickname.picture,), 192)
        yield Space(12)
        yield from self.setting.large(self.texts.nickname(self.party.nickname), most=4)
        yield Space(8)
        yield from self.setting.centred(self.texts.plural("sheet.people", self.party.size))
        if self.at_ms - self.party.came_ms >= MINUTE_MS:
            yield from self.setting.centred(self.texts.text("sheet.later", clock=self._clock(self.at_ms)))
        if linked:
            names = ", ".join(map(self.texts.nickname, linked))
            pictures = tuple(nickname.picture for nickname in linked)
            most = (self.setting.room * 3 + _LINKED_DOTS) // (4 * _LINKED_DOTS)
            yield Space(12)
            yield Glyph(self._reading(pictures[:most]), _LINKED_DOTS)
            yield Space(4)
            yield from self.setting.centred(self.texts.text("sheet.linked", names=names), bold=True)
        yield from self._rule(4)

    def first(self, stop: _Stop, reason: str) -> Iterator[Block]:
        atelier = stop.atelier
        arrow = "arrow-left" if self.texts.direction == "rtl" else "arrow-right"
        yield from self.setting.centred(self.texts.text("sheet.first"), bold=True, height=2)
        yield Space(12)
        yield Glyph(self._reading(("1", arrow, atelier.icon)), _FIRST_DOTS[self.width_mm])
        yield Space(12)
        yield from self.setting.large(atelier.name(self.texts.language), most=2)
        yield Space(8)
        yield from self.setting.centred(atelier.room, bold=True, height=2)
        yield Space(8)
        yield from self.setting.centred(self._when(stop), bold=True)
        if reason:
            yield from self.setting.centred(self.texts.text(f"reason.{reason}"))
        yield from self._rule(4)

    def free(self) -> Iterator[Block]:
        yield from self.setting.large(self.texts.text("sheet.free"), most=2)
        yield Space(12)
        yield from self.setting.centred(self.texts.text("sheet.free_more"))
        yield from self._rule()

    def list(self, stops: Sequence[_Stop]) -> Iterator[Block]:
        if not stops:
            return
        for line in self.setting.lines(self.texts.text("sheet.list"), bold=True):
            yield Text(line, bold=True)
        yield Space(16)
        for number, stop in enumerate(stops, 1):
            yield self._row(number, stop, onward=number < len(stops))
        yield from self._rule()

    def foot(self, stops: Sequence[_Stop]) -> Iterator[Block]:
        yield from self.setting.centred(self.texts.text("sheet.scan"), bold=True)
        yield Code(self.party.badge)
        yield from self.setting.native(grouped(self.party.badge), height=2, bold=True)
        yield Space(16)
        if stops:
            clock = self._clock(self.at_ms)
            yield from self.setting.centred(self.texts.text("sheet.estimated", clock=clock))
        for words in self._hours():
            yield from self.setting.centred(words)
        yield Space(12)
        yield from self.setting.centred(self.texts.text("sheet.help"))
        if self.setting.drawn:
            yield Space(20)
            yield from self._for_the_team(stops)

    def _rule(self, dots: int = 2) -> Iterator[Block]:
        yield Space(20)
        yield Rule(dots)
        yield Space(20)

    def _row(self, number: int, stop: _Stop, *, onward: bool) -> TickRow:
        indent = INDENT * CELL_DOTS
        atelier = stop.atelier
        name = atelier.name(self.texts.language)
        title = self.texts.text("sheet.step", n=self.texts.number(number), name=name)
        lasts = self.texts.text("sheet.lasts", minutes=self.texts.minutes(atelier.minutes))
        strong = self.setting.lines(title, indent, bold=True)
        details = self.setting.facts((atelier.room, lasts, *self._ages(atelier)), indent)
        if atelier.times_ms:  # it starts without whoever is late
            strong += self.setting.lines(self._when(stop), indent, bold=True)
        elif number <= FULL_ROWS:
            details += self.setting.lines(self._when(stop), indent)
        return TickRow(atelier.icon, strong, details, onward)

    def _ages(self, atelier: Atelier) -> Iterator[str]:
        low, high = atelier.min_age, atelier.max_age
        if low > 0 and high < _OLDEST:
            yield self.texts.text("sheet.age_range", low=self.texts.number(low), high=self.texts.number(high))
        elif low > 0:
            yield self.texts.plural("sheet.age_from", low)
        elif high < _OLDEST:
            yield self.texts.plural("sheet.age_to", high)

    def _when(self, stop: _Stop) -> str:
        if stop.session_ms is not None:
            return self.texts.text("sheet.session", clock=self._clock(stop.session_ms))
        low, high = stop.wait.range_minutes
        return self.texts.text("sheet.wait", range=self.texts.duration_range(low, high))

    def _hours(self) -> Iterator[str]:
        """When the ateliers close, and when they open again, as seen from the moment of the sheet."""
        windows = [w for w in self.event.windows if self.at_ms < w.closes_ms] or self.event.windows[-1:]
        for place, window in enumerate(windows):
            opens, closes = self._clock(window.opens_ms), self._clock(window.closes_ms)
            if place == 0:
                yield self.texts.text("sheet.closes", clock=closes)
            else:
                yield self.texts.text("sheet.reopens", opens=opens, closes=closes)

    def _for_the_team(self, stops: Sequence[_Stop]) -> Iterator[Block]:
        """Nickname and route in a language of the team: whoever helps the family need not read its own."""
        ours = of_the_team(self.event)
        nickname = ours.nickname(self.party.nickname)
        steps = (
            ours.text("sheet.step", n=ours.number(number), name=stop.atelier.name(ours.language))
            for number, stop in enumerate(stops, 1)
        )
        yield from self.setting.native(ours.text("sheet.staff", text=nickname), height=2, bold=True)
        for line in Setting(PrinterFace(), self.setting.room).facts(steps):
            yield from self.setting.native(line)

    def _clock(self, at_ms: int) -> str:
        return self.texts.clock(at_ms, self.event.zone)

    def _reading(self, names: tuple[str, ...]) -> tuple[str, ...]:
        """In the order in which they are read, as seen from left to right."""
        return names[::-1] if self.texts.direction == "rtl" else names
