"""An announcement: words for everybody in the hall, as a receipt tells them to a station's screen."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from . import schema
from .errors import Malformed

MOST = 4  # at once
MOST_LANGUAGES = 4  # of one
LONGEST = 300  # characters in one language

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}([_-][A-Za-z0-9]{2,8})*")
# No control characters, and none that would turn the letters around them.
_LINE = re.compile(
    rf"[^\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]{{1,{LONGEST}}}"
)


@dataclass(frozen=True, slots=True)
class Announcement:
    """Made at `at_ms`, up until `until_ms`, both of the hub's time.

    `words`: pairs of a language and what is said in it, that of the station's screen first.
    """

    at_ms: int
    until_ms: int
    words: tuple[tuple[str, str], ...]

    def to_json(self) -> dict[str, Any]:
        return {
            "at_ms": self.at_ms,
            "until_ms": self.until_ms,
            "words": [[language, said] for language, said in self.words[:MOST_LANGUAGES]],
        }

    @classmethod
    def from_json(cls, value: Any) -> "Announcement":
        """Raises Malformed."""
        fields = schema.mapping(value, "announcement")
        words = schema.listing(fields, "words", most=MOST_LANGUAGES)
        if not words:
            raise Malformed("words: an announcement says something")
        return cls(
            schema.integer(fields, "at_ms", least=0),
            schema.integer(fields, "until_ms", least=0),
            tuple(_wording(pair) for pair in words),
        )


def _wording(pair: Any) -> tuple[str, str]:
    match pair:
        case [str(), str()]:
            fields: Mapping[str, Any] = {"language": pair[0], "words": pair[1]}
            return schema.text(fields, "language", _LANGUAGE), schema.text(fields, "words", _LINE)
    raise Malformed("words: a language and what is said in it are expected")
