"""The keepsake at the end of a route sheet: to be torn off, stamped at each atelier, and taken home."""

from collections.abc import Iterator, Sequence
from itertools import islice

from kiosk.paper.blocks import Block, Glyph, Rule, Space, Stamps, Tear
from kiosk.paper.typeset import Setting
from kiosk.rules.event import Atelier, Event
from kiosk.rules.party import Nickname
from kiosk.texts import Texts

_RING_DOTS = 104  # 13 mm: the stamps of offices and schools fit
_RING_GAP_DOTS = 10
_PICTURE_DOTS = 176


def keepsake(
    setting: Setting, event: Event, nickname: Nickname, ateliers: Sequence[Atelier], texts: Texts
) -> Iterator[Block]:
    """Event, date, picture, and a ring for each of these ateliers, in their order."""
    yield Space(24)
    yield from setting.centred(texts.text("sheet.keep"))
    yield Tear()
    yield Space(28)
    yield from setting.centred(event.name, bold=True, height=2)
    yield from setting.centred(texts.day(event.day))
    yield Space(20)
    yield Glyph((nickname.picture,), _PICTURE_DOTS)
    yield Space(12)
    yield from setting.large(texts.nickname(nickname), most=3)
    yield Space(16)
    if ateliers:
        yield from setting.centred(texts.text("sheet.stamps"))
        yield Space(12)
        yield from _rings(setting, [atelier.icon for atelier in ateliers], rtl=texts.direction == "rtl")
        yield Space(6)
    yield Rule(4)


def _rings(setting: Setting, icons: Sequence[str], *, rtl: bool) -> Iterator[Block]:
    most = (setting.room + _RING_GAP_DOTS) // (_RING_DOTS + _RING_GAP_DOTS)
    rest = iter(icons)
    for count in _shared(len(icons), most):
        row = tuple(islice(rest, count))
        yield Stamps(row[::-1] if rtl else row, _RING_DOTS)
        yield Space(10)


def _shared(count: int, most: int) -> list[int]:
    """`count` in as few rows of at most `most` as there need be, all about as long."""
    rows = -(-count // most)
    return [count // rows + (row < count % rows) for row in range(rows)]
