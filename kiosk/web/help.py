"""A family calls a volunteer, and hears that somebody comes; the call stays in sight until somebody did."""

import re

from flask import Blueprint, g, jsonify, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response as Answer

from kiosk.rules.helpcalls import Help

from .rail import page_of
from .services import Services

_STEP = re.compile(r"[a-z_-]{1,20}")


def register(door: Blueprint, services: Services) -> None:
    """Add these pages to the door, and `called` to its templates."""
    day = services.day

    def called() -> Help | None:
        """The call that is open at this kiosk; none is for who was refused the door."""
        return next((each for each in day.view.help if each.place == g.get("place")), None)

    @door.context_processor
    def tell() -> dict[str, object]:
        return {"called": called()}

    @door.get("/help")
    def help() -> ResponseReturnValue:
        page = page_of(request.args.get("page", ""))
        if called() is None:
            return redirect(page, code=303)
        return render_template("door/help.html", page=page)

    @door.get("/help/status")
    def help_status() -> ResponseReturnValue:
        return jsonify(open=called() is not None)

    @door.post("/help")
    def call() -> Answer:
        step = request.form.get("step", "")
        party = session.get("guest") or next(iter(session.get("parties", ())), 0)
        day.ask_help(g.place, step if _STEP.fullmatch(step) else "", party)
        return redirect(url_for("door.help", page=page_of(request.form.get("page", ""))), code=303)

    @door.post("/help/end")
    def take_back() -> Answer:
        day.take_back_help(g.place)
        return redirect(page_of(request.form.get("page", "")), code=303)
