"""What the headings of a list may be: an age band with or without a gender, wishes, the language."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from kiosk.rules.event import AgeBand, Event
from kiosk.rules.party import GENDERS
from kiosk.saying import Saying, say
from kiosk.texts import texts, whole_languages

WISHES, LANGUAGE = "wishes", "language"

_NO_WORD = re.compile(r"[\W_]+")
_LAST_WORD = re.compile(r"(.+?)[\W_]+([^\W_]+)[\W_]*", re.DOTALL)
_FIRST_WORD = re.compile(r"[\W_]*([^\W_]+)[\W_]+(.+)", re.DOTALL)
_FORMULA = ("=", "+", "-", "@")  # how a spreadsheet knows one
MOST_HEADING = 200  # characters
_MOST_LISTED = 24
_SHOWN = 40  # characters of a cell in a message


@dataclass(frozen=True, slots=True)
class Count:
    """A column that says how many of these people come."""

    band: str
    gender: str


Reader = Count | str | None
"""How a column is read: a count, WISHES or LANGUAGE; None where it has no heading, and must stay empty."""


class Columns:
    """What the headings of a table may be."""

    def __init__(self, event: Event) -> None:
        self._event = event
        self._bands = Names({band.id: (band.id, *band.names.values()) for band in event.bands})
        self._genders = Names({gender: all_words(f"badges.gender.{gender}") for gender in GENDERS})
        self._others = Names({name: all_words(f"badges.column.{name}") for name in (WISHES, LANGUAGE)})

    def band(self, heading: str) -> str | None:
        return self._bands.find(heading)

    def knows(self, heading: str) -> bool:
        return self._reader(heading) is not None

    def readers(self, header: Sequence[str]) -> tuple[list[Reader], list[Saying]]:
        """How each column is read, and what is wrong with the headings."""
        readers: list[Reader] = []
        faults: list[Saying] = []
        unknown: list[str] = []
        for heading in header:
            reader = self._reader(heading)
            if reader is None and heading:
                unknown.append(shown(heading))
            elif reader is not None and reader in readers:
                faults.append(say("badges.csv.twice", name=shown(heading)))
            readers.append(reader)
        if unknown:
            faults.append(say("badges.csv.column", names=_listed(unknown), known=_listed(self.shown)))
        if not faults and not any(isinstance(reader, Count) for reader in readers):
            faults.append(say("badges.csv.no_counts", known=_listed(self.shown)))
        return readers, faults

    @property
    def shown(self) -> tuple[str, ...]:
        """The headings of a list: the age bands in the event's first language, and the two others."""
        others = (all_words(f"badges.column.{name}")[0] for name in (WISHES, LANGUAGE))
        return (*map(self._heading, self._event.bands), *others)

    def _heading(self, band: AgeBand) -> str:
        """Its name, unless that could be another's, or a formula."""
        name = band.name(self._event.languages[0])
        return name if self.band(name) == band.id and not name.startswith(_FORMULA) else band.id

    def _reader(self, heading: str) -> Reader:
        if other := self._others.find(heading):
            return other
        if band := self.band(heading):
            return Count(band, "x")
        if len(heading) > MOST_HEADING:
            return None
        for match, of_band, of_gender in (
            (_LAST_WORD.fullmatch(heading), 1, 2),
            (_FIRST_WORD.fullmatch(heading), 2, 1),
        ):
            if match:
                band, gender = self.band(match[of_band]), self._genders.find(match[of_gender])
                if band and gender:
                    return Count(band, gender)
        return None


class Names:
    """Things by what they are called, forgiving about case, accents and signs where that leaves no doubt."""

    def __init__(self, names: Mapping[str, Iterable[str]]) -> None:
        self._exact: dict[str, set[str]] = {}
        self._loose: dict[str, set[str]] = {}
        for thing, called in names.items():
            for name in called:
                self._exact.setdefault(_squeezed(name), set()).add(thing)
                if loose := _loosened(name):
                    self._loose.setdefault(loose, set()).add(thing)

    def find(self, said: str) -> str | None:
        """The one that is meant; None where none is, or more than one may be."""
        for found in (self._exact.get(_squeezed(said), set()), self._loose.get(_loosened(said), set())):
            if len(found) == 1:
                return next(iter(found))
        return None


def all_words(key: str) -> tuple[str, ...]:
    """What the catalogues of who works there say, cut at commas."""
    said = (texts(language).text(key) for language in whole_languages())
    return tuple(word.strip() for each in said for word in each.split(","))


def _squeezed(text: str) -> str:
    return " ".join(text.casefold().split())


def _loosened(text: str) -> str:
    """Without case, accents and signs."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(letter for letter in apart if unicodedata.category(letter)[0] != "M")
    return _NO_WORD.sub(" ", letters).strip()


def shown(text: str) -> str:
    """A cell for a message: on one line, short, and nothing that a terminal obeys."""
    line = "".join(letter if letter.isprintable() else " " for letter in text)
    line = " ".join(line.split())
    return line if len(line) <= _SHOWN else line[:_SHOWN] + "…"


def _listed(names: Sequence[str]) -> str:
    """So many of them that they can be read."""
    more = ("…",) if len(names) > _MOST_LISTED else ()
    return ", ".join((*names[:_MOST_LISTED], *more))
