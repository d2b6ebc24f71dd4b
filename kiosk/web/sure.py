"""So many people? A crowd is asked once more before it is checked in: a child who taps everywhere is none.

The answer names the number that was asked about, so that it is none to another one.
"""

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response as Answer

from kiosk.rules.event import Event

from . import visit
from .family import Family, picture
from .services import Services
from .visit import go
from .welcome import APART, is_many, is_parted, welcome

ASKED_AT = ("family", "dreams", APART)


def register(door: Blueprint, services: Services) -> None:
    """Add this page to those of the door."""
    event = services.day.event

    @door.get("/sure")
    def sure() -> str | Answer:
        said = visit.family(services)
        at = _at(event, said, request.args.get("at", ""))
        astray = visit.astray()
        if astray is not None:
            return astray
        if not is_many(said):
            return go(at)
        return render_template(
            "door/sure.html", said=said, at=at, portraits=picture(event, said.counts), action="/door/sure"
        )

    @door.post("/sure")
    def answer() -> Answer:
        astray = visit.stale()
        if astray is not None:
            return astray
        said = visit.family(services)
        at, action = _at(event, said, request.form.get("at", "")), request.form.get("do", "")
        if action == "correct" or not said.size:
            return go(at)
        if action == "print":
            return welcome(services, said, at, sure=request.form.get("people", ""))
        return go("sure", at=at)


def _at(event: Event, said: Family, asked: str) -> str:
    """Where it was asked for sheets; two are for who may part, and said who goes with whom."""
    return asked if asked in ASKED_AT and (asked != APART or is_parted(event, said)) else ASKED_AT[0]
