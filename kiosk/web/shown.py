"""A badge that is shown at the door, to the scanner or by its letters: whose it is, and where that leads.

of a party that is here      to what it finds of itself
pre-printed, nobody's yet    in place of a sheet that cannot be printed; else to a check-in that begins with it
replaced since               to a volunteer: somebody holds a sheet that was said to be lost
of another event, or none    to kind words, and what to do
ours, but not known here     to an apology
"""

import secrets

from flask import Blueprint, g, redirect, render_template, session, url_for
from werkzeug.wrappers import Response as Answer

from firmware.wire import token
from firmware.wire.errors import BadBadge
from kiosk.errors import Refused

from . import sheets, visit
from .rail import START
from .services import Services

FOREIGN, REPLACED, OURS = "foreign", "replaced", "ours"
UNREAD = "/door/unread"


def register(door: Blueprint, services: Services) -> None:
    """Add this page to those of the door."""

    @door.get("/unread")
    def unread() -> str | Answer:
        """Why a badge leads nowhere."""
        if "unread" not in session:
            return visit.go("start")
        return render_template("door/unread.html", **session["unread"])


def act(services: Services, line: str, page: str) -> Answer:
    """Where `line` leads, as it was read or typed at this page of the door."""
    day = services.day
    before = session.pop("unread", {"back": START})
    page = before["back"] if page == UNREAD else page
    if is_foreign(services, line):
        return _unread(FOREIGN, page)
    badge = token.parse(line)
    number = day.view.badges.get(badge, 0)
    if number in day.view.parties:
        if day.view.parties[number].badge == badge:
            return _welcome_back(services, number)
        day.ask_help(g.place, REPLACED, number)
        return _unread(REPLACED, page)
    return _take(services, badge, page) if badge in day.view.blank else _unread(OURS, page)


def is_foreign(services: Services, line: str) -> bool:
    """Whether this is no badge of the event."""
    try:
        token.verify(services.day.event_key, line)
    except BadBadge:
        return True
    return False


def where(page: str = START) -> str:
    """The address of where the visit is: of `page`, for a family that is still saying who it is."""
    if "parties" in session:
        return url_for("door.sheet")
    if "guest" in session:
        return url_for("door.guest")
    if "language" not in session:
        return START
    return page if page != START else url_for("door.family")


def _take(services: Services, badge: str, page: str) -> Answer:
    shown = sheets.sheets(services)
    waiting = next((each.party.number for each in shown if each.may_take_a_badge), 0)
    if waiting:
        try:
            services.day.take_badge(waiting, badge)
        except Refused:  # at another kiosk somebody was faster
            return _unread(OURS, page)
        sheets.settle(waiting, sheets.TAKEN)
        return visit.go("sheet")
    if any(each.coming_out for each in shown):
        return visit.go("sheet")  # this very moment: take that
    if shown or "guest" in session:  # the next family
        _forget()
    session["blank"] = badge
    return redirect(where(page), code=303) if "language" in session else visit.go("languages")


def _welcome_back(services: Services, number: int) -> Answer:
    _forget()
    services.day.advise(number)
    session["guest"], session["language"] = number, services.day.view.parties[number].language
    session["form"] = secrets.token_urlsafe(16)
    return visit.go("guest")


def _unread(kind: str, page: str) -> Answer:
    session["unread"] = {"kind": kind, "back": where(page)}
    return visit.go("unread")


def _forget() -> None:
    """This visit is another family's; what the kiosk itself was set to stays."""
    calm = session.get("calm", False)
    session.clear()
    session["calm"] = calm
