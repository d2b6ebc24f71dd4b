"""The badges that were printed before anybody came, as a volunteer takes one from the box: by its picture and number,
or by its letters.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from firmware.wire import token
from firmware.wire.errors import BadBadge
from kiosk.day import Day
from kiosk.errors import Refused
from kiosk.rules.facts import BadgePrinted
from kiosk.rules.party import PICTURES, Nickname


class NotOnShelf(Refused):
    """No such badge lies in the box. `key`: of the words that say why."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


@dataclass(frozen=True, slots=True)
class Shelf:
    """`numbers`: by picture, those that are left. `next`: what lies on top, where they are given in their order."""

    numbers: Mapping[str, tuple[int, ...]]
    next: Nickname | None


def shelf(blank: Mapping[str, BadgePrinted], last: int) -> Shelf:
    """`last`: the sign of the badge that was given last, 0 where none was. Who is expected takes no other."""
    numbers: dict[str, list[int]] = {}
    free: list[int] = []
    for fact in sorted(blank.values(), key=lambda fact: fact.sign):
        nickname = Nickname.of(fact.sign)
        numbers.setdefault(nickname.picture, []).append(nickname.number)
        if not fact.people:
            free.append(fact.sign)
    following = next((sign for sign in free if sign > last), free[0] if free else 0)
    left = {picture: tuple(numbers[picture]) for picture in PICTURES if picture in numbers}
    return Shelf(left, Nickname.of(following) if following else None)


def named(day: Day, fields: Mapping[str, str]) -> str:
    """The badge that these fields of a form name, whether or not it is still to be had. Raises NotOnShelf."""
    letters = fields.get("letters", "").strip()
    if letters:
        try:
            badge = token.verify(day.event_key, letters)
        except BadBadge as error:
            raise NotOnShelf("express.shelf.unreadable") from error
        if badge not in day.view.blank and badge not in day.view.badges:
            raise NotOnShelf("express.shelf.unreadable")
        return badge
    wanted = nickname(fields)
    if wanted is None:
        raise NotOnShelf(lacking(fields))
    for fact in day.view.blank.values():
        if Nickname.of(fact.sign) == wanted:
            return fact.badge
    for party in day.view.parties.values():
        if party.nickname == wanted:
            return party.badge
    raise NotOnShelf("express.shelf.none")


def nickname(fields: Mapping[str, str]) -> Nickname | None:
    """The picture and number that a form says, or that stand on the button which was pressed."""
    picture, number = fields.get("picture", ""), fields.get("number", "").strip()
    if "next" in fields:
        picture, _, number = fields["next"].partition(" ")
    if picture not in PICTURES or not _is_number(number):
        return None
    return Nickname(picture, int(number))


def lacking(fields: Mapping[str, str]) -> str:
    """The key of the words that say what these fields of a form lack of a nickname."""
    if fields.get("picture", "") in PICTURES:
        return "express.lacking.number"
    return (
        "express.lacking.picture" if _is_number(fields.get("number", "").strip()) else "express.shelf.which"
    )


def _is_number(said: str) -> bool:
    return said.isascii() and said.isdigit() and len(said) <= 5
