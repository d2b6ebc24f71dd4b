"""What is announced, as the screen of a station is told it: in the language of that screen, and in French beside it."""

from firmware.wire import announcement as wire_announcement
from firmware.wire.announcement import Announcement

from .rules.ledger import View
from .texts import SOURCE


def announced(view: View, now_ms: int, language: str) -> tuple[Announcement, ...]:
    """The newest of those that are up, the newest last."""
    newest = view.announcements_at(now_ms)[-wire_announcement.MOST :]
    return tuple(
        Announcement(
            max(0, each.at_ms), each.until_ms, tuple(dict((each.said(language), each.said(SOURCE))).items())
        )
        for each in newest
    )
