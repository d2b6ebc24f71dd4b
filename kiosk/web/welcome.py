"""The end of the way through the door: what a family said becomes a party, or two, with a sheet each."""

from flask import abort, session
from werkzeug.wrappers import Response as Answer

from kiosk.errors import Refused
from kiosk.reception import CheckedIn
from kiosk.rules.event import Event
from kiosk.rules.party import Group

from .family import Family, grouped
from .services import Services
from .visit import go, has_printer

MANY = 30  # a class, and who comes with it; of more it is asked whether they are that many
APART = "apart"


def is_many(said: Family) -> bool:
    return said.size > MANY


def welcome(services: Services, said: Family, at: str, *, sure: str = "") -> Answer:
    """Check it in; sent twice, it is the same party. With a badge that it brought no paper is waited for.

    `at`: the step that it comes from. `sure`: how many it said again that they are; many are asked before.
    """
    if is_many(said) and sure != str(said.size):
        return go("sure", at=at)
    event, blank = services.day.event, session.get("blank", "")
    wishes = tuple(id for id in said.wishes if id in event.by_id and said.admits(event, event.by_id[id]))
    parts = (grouped(said.first), grouped(said.second)) if at == APART else (said.groups(),)
    sheet = not services.printer().trouble if blank else has_printer(services)
    try:
        came = _checked_in(services, parts, wishes, sheet, blank)
    except Refused:
        if blank and blank not in services.day.view.blank:
            session.pop("blank")
            session["taken"] = True
            return go("family")
        session.pop("family")
        abort(400)
    session["parties"] = [each.party.number for each in came]
    session["jobs"] = [each.job for each in came]
    return go("sheet")


def _checked_in(
    services: Services, parts: tuple[tuple[Group, ...], ...], wishes: tuple[str, ...], sheet: bool, blank: str
) -> tuple[CheckedIn, ...]:
    day, language, form = services.day, session["language"], session["form"]
    if len(parts) == 1:
        return (day.check_in(parts[0], language, wishes, sheet=sheet, form=form, badge=blank),)
    return day.check_in_apart(parts, language, wishes, sheet=sheet, form=form)


def may_part(event: Event, said: Family) -> bool:
    """A badge that the family brought is one for all of them."""
    return "blank" not in session and said.may_part(event)


def is_parted(event: Event, said: Family) -> bool:
    """Whether it is said who goes with whom, and nobody small is left alone."""
    return may_part(event, said) and bool(said.first and said.second) and not any(said.left_alone(event))
