"""A badge on paper before anybody has come for it: for pre-registration, and for when the printer is away later."""

from collections.abc import Iterator

from firmware.wire.token import grouped
from kiosk.paper.blocks import Block, Code, Cut, Glyph, Rule, Sheet, Space
from kiosk.paper.typeset import Setting, typeset
from kiosk.rules.event import Event
from kiosk.rules.party import Nickname
from kiosk.texts import Texts


def slip(event: Event, badge: str, nickname: Nickname, texts: Texts, width_mm: int = 80) -> Sheet:
    """The event, the picture and its number, the code, and what to do with it. Raises ValueError as `layout` does."""

    def blocks(setting: Setting) -> Iterator[Block]:
        yield from setting.centred(event.name, bold=True)
        yield from setting.centred(texts.day(event.day))
        yield Space(16)
        yield Rule()
        yield Space(20)
        yield Glyph((nickname.picture,), 240)
        yield Space(12)
        yield from setting.large(texts.nickname(nickname), most=4)
        yield Code(badge)
        yield from setting.native(grouped(badge), height=2, bold=True)
        yield Space(12)
        yield from setting.centred(texts.text("sheet.slip"), bold=True)
        yield Cut()

    return typeset(width_mm, texts.direction == "rtl", blocks)
