"""The kiosk at the door: a family says its language and how many it is, and takes its sheet. No name is asked.

The way is start → family → sheet (`sheets`); `returning` is that of who has a sheet already. What a family said so
far is in its signed session cookie, and ends with it: nothing here lists people, and a party's page answers only to
the browser session that checked it in, or that showed its badge.
"""

import secrets
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, abort, g, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response as Answer

from kiosk.errors import Refused
from kiosk.intake import MOST_PEOPLE
from kiosk.rules.party import GENDERS, Group
from kiosk.texts import texts

from . import returning, sheets
from .guard import door_only, same_site_only
from .progress import NO_PRINTER
from .services import Services

FORGET_MS = 100_000  # what a family left half said is not for the next one
AT_ONCE = 10  # people that one tap counts for in a large group

Counts = dict[str, int]
"""People by "band:gender"; none of them is 0."""


def pages(services: Services) -> Blueprint:
    door = Blueprint("door", __name__, url_prefix="/door")
    door_only(door, services.door_port)
    same_site_only(door)
    day, event = services.day, services.day.event
    returning.register(door, services)
    sheets.register(door, services)

    @door.before_request
    def recognise() -> None:
        g.at_door = True
        session.permanent = True
        spoken = session.get("language")
        g.words = texts(spoken if spoken in event.languages else event.languages[0])

    @door.get("")
    def start() -> str:
        if "parties" in session or "guest" in session or _silent_ms() > FORGET_MS:
            session.clear()
        g.words = texts(event.languages[0])
        return render_template("door.html", languages=[texts(code) for code in event.languages])

    @door.post("/language")
    def language() -> Answer:
        chosen = request.form.get("language", "")
        if chosen not in event.languages:
            abort(400)
        session["language"] = chosen
        return _go("family")

    @door.get("/family")
    def family() -> str | Answer:
        if "parties" in session:
            return _go("sheet")
        if "language" not in session:
            return _go("start")
        session.setdefault("form", secrets.token_urlsafe(16))
        counts: Counts = session.get("counts", {})
        return render_template(
            "family.html",
            counts=counts,
            total=sum(counts.values()),
            genders=GENDERS,
            most=MOST_PEOPLE,
            by=session.get("by", 1),
            at_once=AT_ONCE,
            form=session["form"],
        )

    @door.post("/family")
    def say() -> Answer:
        if "form" not in session or request.form.get("form") != session["form"]:
            return _go("start")
        if "parties" in session:
            return _go("sheet")
        counts, by = _counted(request.form), AT_ONCE if request.form.get("by") == str(AT_ONCE) else 1
        action, _, who = request.form.get("do", "").partition(":")
        if action in ("more", "fewer"):
            _step(counts, who, by if action == "more" else -by)
        elif action == "ten":
            by = AT_ONCE if by == 1 else 1
        session["by"], session["heard_ms"] = by, day.clock()
        session["counts"] = {who: count for who, count in counts.items() if count}
        if action == "back":
            return _go("start")
        if action != "print" or not 0 < sum(counts.values()) <= MOST_PEOPLE:
            return _go("family")
        return _welcome(session["counts"])

    def _welcome(counts: Counts) -> Answer:
        people = []
        for who, count in counts.items():
            band, _, gender = who.partition(":")
            people.append(Group(band, gender, count))
        printed = services.printer().trouble not in NO_PRINTER
        try:
            came = day.check_in(people, session["language"], sheet=printed, form=session["form"])
        except Refused:
            session.pop("counts")
            abort(400)
        session["parties"], session["jobs"] = [came.party.number], [came.job]
        return _go("sheet")

    def _counted(form: Mapping[str, str]) -> Counts:
        """What the form says of each figure; raises BadRequest for what no figure of ours can say."""
        counts: Counts = {}
        for band in event.bands:
            for gender in GENDERS:
                said = form.get(f"n:{band.id}:{gender}", "0")
                if not (said.isascii() and said.isdigit() and len(said) <= 3 and int(said) <= MOST_PEOPLE):
                    abort(400)
                counts[f"{band.id}:{gender}"] = int(said)
        if sum(counts.values()) > MOST_PEOPLE:
            abort(400)
        return counts

    def _silent_ms() -> int:
        heard_ms: int = session.get("heard_ms", 0)
        return round((day.clock() - heard_ms) / services.speed)

    return door


def _step(counts: Counts, who: str, by: int) -> None:
    """Count more or fewer of one figure, within what a party may be."""
    if who not in counts:
        abort(400)
    others = sum(counts.values()) - counts[who]
    counts[who] = max(0, min(counts[who] + by, MOST_PEOPLE - others))


def _go(page: str, **values: Any) -> Answer:
    return redirect(url_for(f"door.{page}", **values), code=303)
