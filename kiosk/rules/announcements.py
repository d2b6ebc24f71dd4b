"""What organisers announce to everybody: words by language, for a while.

Whoever wrote it, and however it came into the journal, what is shown is one line of letters: nothing that drives a
printer or a terminal, and nothing that turns the letters around it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from unicodedata import category

from .facts import Announced

MOST_LETTERS = 300  # in one language
SOURCES = ("fr", "en")  # in the place of a language that it has no words in

_BLANK = frozenset({"Cc", "Zl", "Zp", "Cs", "Co", "Cn"})
_SPACES = re.compile("[^\\S\u00a0\u202f]+")
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069\ufff9-\ufffb]")


@dataclass(frozen=True, slots=True)
class Announcement:
    """Made at `at_ms`, up until `until_ms`. `texts` by language, none of them empty."""

    at_ms: int
    until_ms: int
    texts: Mapping[str, str]

    @classmethod
    def of(cls, fact: Announced, at_ms: int) -> "Announcement":
        texts = {language: shortened(plain(words)) for language, words in fact.texts.items()}
        return cls(at_ms, fact.until_ms, {language: words for language, words in texts.items() if words})

    def said(self, *languages: str) -> tuple[str, str]:
        """The first of these languages that it has words in, else French, English, or any; and the words."""
        for language in (*languages, *SOURCES, *self.texts):
            if language in self.texts:
                return language, self.texts[language]
        return SOURCES[0], ""


def plain(words: str) -> str:
    """On one line, without what is no letter of any script, or turns those around it; what keeps a figure beside its
    unit, or a colon beside its word, stays.
    """
    letters = (" " if category(each) in _BLANK else each for each in _TURNING.sub("", words))
    return _SPACES.sub(" ", "".join(letters)).strip()


def shortened(words: str) -> str:
    """As much of it as is ever shown."""
    return words if len(words) <= MOST_LETTERS else words[: MOST_LETTERS - 1].rstrip() + "…"
