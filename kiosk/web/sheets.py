"""What a family sees once it is checked in: its nickname, where to go first, and what became of its sheet.

A family that goes apart has several parties, each with a sheet of its own. The session says which, and their jobs.
"""

import io
from collections.abc import Iterator

import qrcode
from flask import Blueprint, Response, abort, g, jsonify, redirect, render_template, request, session, url_for
from qrcode.constants import ERROR_CORRECT_M
from qrcode.image.svg import SvgPathImage
from werkzeug.wrappers import Response as Answer

from firmware.wire.token import grouped
from kiosk.rules.party import Party
from kiosk.rules.printing import PrintState

from . import returning
from .progress import Progress, progress
from .services import Services

REPRINTS = 1


def register(door: Blueprint, services: Services) -> None:
    """Add these pages to those of the door."""
    day, event = services.day, services.day.event

    @door.get("/sheet")
    def sheet() -> str | Answer:
        party = next(_parties(), None)
        if party is None:
            return _go("start")
        told = returning.find(event, day.view.guest_of(party.number), day.floor(), g.words).told
        return render_template(
            "sheet.html",
            party=party,
            told=told,
            came="guest" not in session,
            progress=_progress(),
            job=session["jobs"][0],
            badge=grouped(party.badge),
        )

    @door.get("/sheet/status")
    def status() -> Response:
        if next(_parties(), None) is None:
            abort(404)
        return jsonify(_progress().to_json())

    @door.get("/badge.svg")
    def badge() -> Response:
        party = next(_parties(), None)
        if party is None:
            abort(404)
        return Response(_drawn(party.badge), mimetype="image/svg+xml")

    @door.post("/again")
    def again() -> Answer:
        party = next(_parties(), None)
        if party is None:
            return _go("start")
        job = session["jobs"][0]
        if request.form.get("job") == str(job) and _progress().again:
            session["jobs"] = [day.print_again(party.number, form=f"{session['form']}/{job}")]
            session["again"] = session.get("again", 0) + 1
        return _go("sheet")

    @door.post("/end")
    def end() -> Answer:
        session.clear()
        return _go("start")

    def _parties() -> Iterator[Party]:
        known = day.view.parties
        return (known[number] for number in session.get("parties", ()) if number in known)

    def _progress() -> Progress:
        jobs, mine = day.view.jobs, session["jobs"][0]
        ahead = sum(other.state is PrintState.QUEUED and other.job < mine for other in jobs.values())
        told = progress(jobs.get(mine), services.printer().trouble, ahead, g.words)
        return told if session.get("again", 0) < REPRINTS else told.without_again()


def _drawn(badge: str) -> bytes:
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=4, image_factory=SvgPathImage)
    code.add_data(badge)
    drawn = io.BytesIO()
    code.make_image().save(drawn)
    return drawn.getvalue()


def _go(page: str) -> Answer:
    return redirect(url_for(f"door.{page}"), code=303)
