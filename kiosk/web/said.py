"""What is announced, on the door's first page: each in the language that is being shown, and gone when it is over.

The page hears by /door/events, on which it hears of scans too, that something else is announced, and fetches
/door/said. The steps behind it show nothing of it: each of them has its whole display for one question.
"""

import hashlib
import json
from dataclasses import dataclass

from flask import Blueprint, render_template

from kiosk.texts import texts

from .services import Services

MOST = 4  # that take turns
LONG_LETTERS = 120  # more are written smaller


@dataclass(frozen=True, slots=True)
class Said:
    """`left_ms`: until it is over. `wordings`: for each language of the event, the one that it is said in, and how."""

    left_ms: int
    wordings: tuple[tuple[str, str, str], ...]

    @property
    def is_long(self) -> bool:
        return any(len(words) > LONG_LETTERS for _, _, words in self.wordings)


def register(door: Blueprint, services: Services) -> None:
    """Add it to the pages of the door."""

    @door.context_processor
    def announced() -> dict[str, object]:
        return {
            "announced": lambda: said(services),
            "announced_digest": lambda: digest(services),
            "direction": lambda language: texts(language).direction,
        }

    @door.get("/said", endpoint="said")
    def fetch() -> str:
        return render_template("door/said.html")


def said(services: Services) -> tuple[Said, ...]:
    """What is up, the newest first."""
    now_ms, languages = services.day.clock(), services.day.event.languages
    newest = services.day.view.announcements_at(now_ms)[-MOST:]
    speed = services.speed
    return tuple(
        Said(
            max(1, round((each.until_ms - now_ms) / speed)),
            tuple((language, *each.said(language)) for language in languages),
        )
        for each in reversed(newest)
    )


def digest(services: Services) -> str:
    """Another one whenever something else is up; "" where nothing is."""
    now_ms = services.day.clock()
    up = [
        [each.at_ms, each.until_ms, *each.texts.items()]
        for each in services.day.view.announcements_at(now_ms)
    ]
    return hashlib.sha256(json.dumps(up).encode()).hexdigest()[:16] if up else ""
