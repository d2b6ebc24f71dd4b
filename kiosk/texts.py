"""The words that users read, by language, from the catalogues in `kiosk/locale`.

A message is asked for by a symbolic key such as "door.welcome". French is the source and the fallback. The
catalogues are the `.po` files themselves, read when first needed: there is no compile step.

A catalogue is whole, or, where its heading says `X-Scope: families`, has the sections of FAMILIES alone: then it is
for the door, the paper and the hall's screen, and never for who works there.

A key that a catalogue lacks is a MissingText warning (an error under the tests) and shows the French words, or
nothing; never the key.
"""

import os
import re
import warnings
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from functools import cache
from io import BytesIO
from itertools import takewhile
from locale import normalize
from pathlib import Path
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_time, format_timedelta
from babel.lists import format_list
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal
from babel.support import Translations

from .rules.party import Nickname

SOURCE = "fr"
CATALOGUES = Path(__file__).with_name("locale")
DOMAIN = "ronde"
FAMILIES = ("common", "picture", "sheet", "advice", "reason", "door", "screen", "fault", "announce")
"""The sections of a catalogue that families read."""

_HEADER = re.compile(r'^"([A-Za-z-]+): (.*)\\n"$', re.MULTILINE)


class MissingText(UserWarning):
    """A catalogue lacks a key that the program uses."""


class Texts:
    """The words of one language. `direction` is "ltr" or "rtl"; `own_name` is what its speakers call it.

    `whole`: for all who use Ronde, not for families alone. `review`: why its words need to be read over, or empty.
    """

    def __init__(self, language: str) -> None:
        self.language = language
        headers = _headers(language)
        self.whole = _whole(headers)
        self.review = headers.get("X-Review", "")
        named = Locale.parse(language, sep="-" if "-" in language else "_")
        self.locale = Locale.parse(headers.get("Language", language), sep="_")
        self.direction: str = self.locale.text_direction
        own_name = named.get_display_name(named) or language
        self.own_name = own_name[:1].upper() + own_name[1:]
        self._messages = _read(language)

    def text(self, key: str, /, **values: object) -> str:
        """The message `key`, with its `{placeholders}` filled from `values`."""
        return self._filled(key, self._messages.gettext(key), values)

    def plural(self, key: str, n: int, /, **values: object) -> str:
        """The message `key` in the form that `n` asks for; `{n}` is filled with the number."""
        return self._filled(key, self._messages.ngettext(key, key, n), {"n": self.number(n), **values})

    def template(self, key: str, /) -> str:
        """The message `key` with its `{placeholders}` left for somebody else to fill."""
        return self._known(key, self._messages.gettext(key))

    def number(self, value: float) -> str:
        return format_decimal(value, locale=self.locale)

    def day(self, day: date) -> str:
        """Such as "samedi 19 novembre 2022"."""
        return format_date(day, "full", locale=self.locale)

    def clock(self, at_ms: int, zone: ZoneInfo) -> str:
        """The hour and minute of a moment, as clocks in `zone` show it: "14 h 30", "14:30"."""
        moment = datetime.fromtimestamp(at_ms / 1000, zone)
        key = "common.clock" if moment.minute else "common.clock_full_hour"
        return format_time(moment.time(), self.text(key), locale=self.locale)

    def minutes(self, minutes: int) -> str:
        """Such as "15 min"."""
        return self.text("common.minutes", n=self.number(minutes))

    def duration_range(self, low: int, high: int) -> str:
        """Between `low` and `high` minutes: "5 à 10 min", "moins de 5 min", "10 min"."""
        if low >= high:
            return self.minutes(high)
        if low <= 0:
            return self.text("common.minutes_under", high=self.number(high))
        return self.text("common.minutes_range", low=self.number(low), high=self.number(high))

    def span(self, ms: int) -> str:
        """How long that is, roughly and without a sign: "40 secondes", "3 heures", "2 ans"."""
        return format_timedelta(timedelta(milliseconds=abs(ms)), locale=self.locale)

    def nickname(self, nickname: Nickname) -> str:
        """Such as "Chat 7"."""
        picture = self.text(f"picture.{nickname.picture}")
        return self.text("common.nickname", picture=picture, number=self.number(nickname.number))

    def one_of(self, choices: Iterable[str]) -> str:
        """Such as "a, b ou c"."""
        return format_list(list(choices), style="or", locale=self.locale)

    def _filled(self, key: str, message: str, values: dict[str, object]) -> str:
        return self._known(key, message).format_map(values)

    def _known(self, key: str, message: str) -> str:
        if message == key:  # what gettext answers for a key that no catalogue has
            warnings.warn(f"no catalogue has the text {key!r}", MissingText, stacklevel=4)
            return ""
        return message


@cache
def languages() -> tuple[str, ...]:
    """The languages that there is a catalogue for: French, then the others by their code."""
    found = {path.parts[-3] for path in CATALOGUES.glob(f"*/LC_MESSAGES/{DOMAIN}.po")}
    return (SOURCE, *sorted(found - {SOURCE}))


@cache
def whole_languages() -> tuple[str, ...]:
    """Those with a whole catalogue, in the same order."""
    return tuple(language for language in languages() if _whole(_headers(language)))


@cache
def texts(language: str) -> Texts:
    """The words of `language`; the French ones when there is no catalogue for it."""
    return Texts(language if language in languages() else SOURCE)


def working(codes: Iterable[str]) -> tuple[Texts, ...]:
    """The words for who works there, where families speak `codes`: the whole ones among them, or the French."""
    return tuple(texts(code) for code in codes if code in whole_languages()) or (texts(SOURCE),)


def spoken() -> Texts:
    """The words of the terminal's language where there is a whole catalogue for it, else the French ones."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if said := os.environ.get(name):
            unsaid = said.partition(".")[0] in ("C", "POSIX")
            return working(() if unsaid else (normalize(said).partition("_")[0],))[0]
    return texts(SOURCE)


class _French(Translations):
    """The French catalogue behind another one: that it is needed at all is worth a warning."""

    def gettext(self, message: str) -> str:
        warnings.warn(f"the text {message!r} is not translated", MissingText, stacklevel=5)
        return super().gettext(message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        warnings.warn(f"the text {msgid1!r} is not translated", MissingText, stacklevel=5)
        return super().ngettext(msgid1, msgid2, n)


def _read(language: str) -> Translations:
    messages = Translations(_compiled(_path(language)), DOMAIN)
    if language != SOURCE:
        messages.add_fallback(_french(_path(SOURCE)))
    return messages


@cache
def _french(path: Path) -> _French:
    """The one that all others share."""
    return _French(_compiled(path), DOMAIN)


def _path(language: str) -> Path:
    return CATALOGUES / language / "LC_MESSAGES" / f"{DOMAIN}.po"


def _headers(language: str) -> dict[str, str]:
    """What stands above the first message of a catalogue."""
    with _path(language).open(encoding="utf-8") as file:
        return dict(_HEADER.findall("".join(takewhile(str.strip, file))))


def _whole(headers: Mapping[str, str]) -> bool:
    return headers.get("X-Scope") != "families"


def _compiled(path: Path) -> BytesIO:
    with path.open("rb") as file:
        catalogue = read_po(file, domain=DOMAIN, abort_invalid=True)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return compiled
