"""Finding families by what is on their sheet: a picture and a number, typed in any language of who works here, or the
picture alone.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping

from kiosk.rules.floor import Floor
from kiosk.rules.party import PICTURES, Nickname, Party
from kiosk.texts import Texts

from . import shelf

MOST_SAID = 60
_SAID = re.compile(r"(\D*?)\W*(\d{0,5})\W*")


def found(fields: Mapping[str, str], parties: Mapping[int, Party], spoken: Iterable[Texts]) -> list[Party]:
    """Those that a form names, by their numbers: one, if it says a number, or all of one picture."""
    said = fields.get("said", "")[:MOST_SAID]
    wanted = shelf.nickname(fields) or nickname(said, spoken)
    if wanted is None:
        picture = fields.get("picture", "") or picture_of(said, spoken)
        matching = [each for each in parties.values() if each.nickname.picture == picture]
    else:
        matching = [each for each in parties.values() if each.nickname == wanted]
    return sorted(matching, key=lambda each: each.nickname.number)


def nickname(said: str, spoken: Iterable[Texts]) -> Nickname | None:
    """ "chat 7", "Étoile n° 2": the picture in any of these languages, and the number."""
    match = _SAID.fullmatch(_plain(said))
    if match is None or not match[2].isascii() or not match[2]:
        return None
    picture = _picture(match[1], spoken)
    return Nickname(picture, int(match[2])) if picture else None


def picture_of(said: str, spoken: Iterable[Texts]) -> str:
    """The picture alone; empty where it is none, or more than one."""
    return _picture(_plain(said), spoken)


def whereabouts(floor: Floor, party: Party, words: Texts) -> str:
    """Where a family is, as far as its scans tell; empty once it has gone, and between two ateliers."""
    for here in floor.ateliers:
        for name, there in (("queue", here.queue), ("inside", here.inside)):
            for present in there:
                if present.guest.party is not None and present.guest.party.number == party.number:
                    minutes = words.minutes(max(0, floor.at_ms - present.since_ms) // 60_000)
                    atelier = here.atelier.name(words.language)
                    return words.text(f"act.where.{name}", atelier=atelier, minutes=minutes)
    return ""


def _picture(said: str, spoken: Iterable[Texts]) -> str:
    """By its name, or by the beginning of one that no other has."""
    wanted = re.sub(r"\W+(n|no|nr)?$", "", said).strip()
    if not wanted:
        return ""
    names = [(_plain(words.text(f"picture.{each}")), each) for words in spoken for each in PICTURES]
    whole = {each for name, each in names if name == wanted}
    matching = whole or {each for name, each in names if name.startswith(wanted)}
    return matching.pop() if len(matching) == 1 else ""


def _plain(said: str) -> str:
    """Without accents and capitals, on one line."""
    letters = unicodedata.normalize("NFKD", said.casefold())
    return " ".join("".join(each for each in letters if not unicodedata.combining(each)).split())
