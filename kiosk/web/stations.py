"""The stations, on the hub itself: how each is, and the codes by which devices are paired."""

import io

import qrcode
from flask import Blueprint, Response, abort, jsonify, redirect, render_template, request, url_for
from qrcode.constants import ERROR_CORRECT_M
from qrcode.image.svg import SvgPathImage
from werkzeug.wrappers import Response as Answer

from firmware.wire.token import grouped
from kiosk.errors import Refused, UnknownStation
from kiosk.pairings import WAITING, Pairing
from kiosk.registry import Wanted
from kiosk.rules.event import Event
from kiosk.texts import working

from . import roles
from .guard import at_door, same_site_only
from .roll import roll
from .services import Services

LONGEST_NAME = 32


def pages(services: Services) -> Blueprint:
    page = Blueprint("stations", __name__, url_prefix="/stations")
    same_site_only(page)
    roles.organisers(page, services, unless=lambda: at_door(services.door_port))
    day, stations = services.day, services.stations
    words = working(day.event.languages)[0]

    @page.get("")
    def show() -> str:
        return render_template("stations.html", stations=roll(services, words))

    @page.get("/state")
    def state() -> Response:
        told = roll(services, words)
        return jsonify([{name: one[name] for name in ("id", "state", "words", "passed")} for one in told])

    @page.post("/pair")
    def pair() -> Answer:
        name, atelier = request.form.get("station"), request.form.get("atelier")
        wanted = Wanted(name) if name else Wanted(_free_name(day.event, atelier or ""), atelier)
        try:
            shown = stations.invite(wanted, services.hub_address)
        except (Refused, UnknownStation):
            abort(400)
        return redirect(url_for("stations.pairing", station=shown.station), code=303)

    @page.get("/pairing/<station>")
    def pairing(station: str) -> str:
        shown = _shown(station)
        name = next((one.label for one in day.event.stations if one.id == station), "") or station
        return render_template(
            "pairing.html",
            shown=shown,
            name=name,
            letters=grouped(shown.invitation.code),
            waiting=WAITING,
            phone=services.phone_address,
        )

    @page.get("/pairing/<station>/state")
    def pairing_state(station: str) -> Response:
        shown = _shown(station)
        return jsonify(
            code=grouped(shown.invitation.code),
            state=shown.state,
            left_s=shown.left_s,
            words=words.text(f"stations.code.{shown.state}"),
        )

    @page.get("/pairing/<station>/code.svg")
    def code(station: str) -> Response:
        return _drawn(_open(station).invitation.encode())

    @page.get("/pairing/<station>/phone.svg")
    def phone(station: str) -> Response:
        """The page that makes a phone a station, with the code that it needs."""
        if services.phone_address is None:
            abort(404)
        return _drawn(f"{services.phone_address}#{_open(station).invitation.code}")

    @page.post("/pairing/<station>/cancel")
    def cancel(station: str) -> Answer:
        stations.pairings.cancel(station)
        return redirect(url_for("stations.show"), code=303)

    def _shown(station: str) -> Pairing:
        found = stations.pairings.of(station)
        if found is None:
            abort(404)
        return found

    def _open(station: str) -> Pairing:
        found = _shown(station)
        if found.state != WAITING:
            abort(404)
        return found

    return page


def _drawn(text: str) -> Response:
    """A QR code."""
    made = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=4, image_factory=SvgPathImage)
    made.add_data(text)
    drawn = io.BytesIO()
    made.make_image().save(drawn)
    return Response(drawn.getvalue(), mimetype="image/svg+xml")


def _free_name(event: Event, atelier: str) -> str:
    """For one more station at this atelier: "vr-2", or the next number that nobody has."""
    taken = {station.id for station in event.stations}
    number = 2
    while (name := f"{atelier[: LONGEST_NAME - 4]}-{number}") in taken:
        number += 1
    return name
