"""A badge that is shown at the door, to the scanner or by its letters: whose it is, and where that leads.

of a party that is here      to what it finds of itself
pre-printed, nobody's yet    in place of a sheet that cannot be printed; else to a check-in that begins with it
replaced since               to a volunteer: somebody holds a sheet that was said to be lost
of another event, or none    to kind words, and what to do
ours, but not known here     to an apology
"""

import secrets

from flask import Blueprint, g, render_template, session, url_for
from werkzeug.wrappers import Response as Answer

from firmware.wire import token
from firmware.wire.errors import BadBadge
from kiosk.errors import Refused

from . import sheets, visit
from .services import Services

FOREIGN, REPLACED, OURS = "foreign", "replaced", "ours"
STEPS = {
    "language": "languages",
    "family": "family",
    "group": "family",
    "dreams": "dreams",
    "apart": "dreams",
}
"""Where a family goes on that is still saying who it is, by the step that it is at."""


def register(door: Blueprint, services: Services) -> None:
    """Add this page to those of the door."""

    @door.get("/unread")
    def unread() -> str | Answer:
        """Why a badge leads nowhere."""
        kind = session.get("unread")
        if kind is None:
            return visit.go("start")
        return render_template("door/unread.html", kind=kind, back=address())


def act(services: Services, line: str, step: str) -> Answer:
    """Where `line`, as it was read or typed at this step of the door, leads."""
    day = services.day
    session.pop("unread", None)
    if is_foreign(services, line):
        return _unread(FOREIGN)
    badge = token.parse(line)
    number = day.view.badges.get(badge, 0)
    if number in day.view.parties:
        if day.view.parties[number].badge == badge:
            return _welcome_back(services, number)
        day.ask_help(g.place, REPLACED, number)
        return _unread(REPLACED)
    return _take(services, badge, step) if badge in day.view.blank else _unread(OURS)


def is_foreign(services: Services, line: str) -> bool:
    """Whether this is no badge of the event."""
    try:
        token.verify(services.day.event_key, line)
    except BadBadge:
        return True
    return False


def where(step: str) -> Answer:
    """To where the visit is."""
    return visit.go(_here(step))


def address() -> str:
    """Of where the visit is."""
    return url_for(f"door.{_here('')}")


def _take(services: Services, badge: str, step: str) -> Answer:
    shown = sheets.sheets(services)
    waiting = next((each.party.number for each in shown if each.may_take_a_badge), 0)
    if waiting:
        try:
            services.day.take_badge(waiting, badge)
        except Refused:  # at another kiosk somebody was faster
            return _unread(OURS)
        sheets.settle(waiting, sheets.TAKEN)
        return visit.go("sheet")
    if any(each.coming_out for each in shown):
        return visit.go("sheet")  # this very moment: take that
    if shown or "guest" in session:  # the next family
        _forget()
    session["blank"] = badge
    return visit.go(_here(step) if "language" in session else "languages")


def _welcome_back(services: Services, number: int) -> Answer:
    _forget()
    services.day.advise(number)
    session["guest"], session["language"] = number, services.day.view.parties[number].language
    session["form"] = secrets.token_urlsafe(16)
    return visit.go("guest")


def _unread(kind: str) -> Answer:
    session["unread"] = kind
    return visit.go("unread")


def _here(step: str) -> str:
    if "parties" in session:
        return "sheet"
    if "guest" in session:
        return "guest"
    return STEPS.get(step, "family") if "form" in session and "language" in session else "start"


def _forget() -> None:
    """This visit is another family's; what the kiosk itself was set to stays."""
    calm = session.get("calm", False)
    session.clear()
    session["calm"] = calm
