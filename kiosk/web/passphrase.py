"""Where organisers enter their passphrase; and where, at the first start, it is set at the hub's own screen.

Four drawn words are proposed there, to be noted or photographed: no keyboard is needed. Whoever has one may type
another.
"""

from flask import Blueprint, abort, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as Answer

from kiosk.errors import Refused
from kiosk.passwords import LEAST_LETTERS, MOST_LETTERS
from kiosk.saying import told
from kiosk.texts import working
from kiosk.words import proposed

from . import login, roles
from .access import minutes
from .guard import at_door
from .roles import Role
from .services import Services
from .way import kept_from, way

FIRST = "/first"
NEXT = "next"


def pages(services: Services) -> Blueprint:
    part = login.pages("passphrase", Role.ORGANISER, services)
    access = services.access
    words = working(services.day.event.languages)[0]

    @part.get("")
    def ask() -> Answer:
        return _page()

    @part.post("")
    def take() -> Answer:
        typed = request.form.get("phrase", "")
        if not access.has_passphrase:
            return _page(status=409)
        return login.come_in(services, Role.ORGANISER, typed, _page, wrong="access.wrong", wait="access.wait")

    @part.get(FIRST)
    def first() -> Answer:
        return _first(proposed()) if _is_first() else redirect("/door", code=303)

    @part.post(FIRST)
    def begin() -> Answer:
        """What was typed counts, else what was proposed; `do` may ask for another proposal."""
        if not _is_first():
            return redirect("/door", code=303)
        if request.form.get("do") == NEXT:
            return _first(proposed())
        shown, typed = request.form.get("proposed", ""), request.form.get("phrase", "")
        again = request.form.get("again", "")
        if typed and typed != again:
            return _first(shown, words.text("access.first_start.differ"), status=400)
        try:
            access.begin(typed or shown)
        except Refused as error:
            return _first(shown or proposed(), told(error, words), status=400)
        return redirect("/door", code=303)

    def _is_first() -> bool:
        """On the hub's own screen only, and once."""
        if not at_door(services.door_port):
            abort(404)
        return comes_first(services)

    def _page(key: str = "", *, wait_s: int = 0, status: int = 200) -> Answer:
        page = render_template(
            "passphrase.html",
            first=False,
            told=words.text(key, wait=words.minutes(minutes(wait_s))) if key else "",
            to=way(),
            kept=kept_from(way(), Role.NOBODY),
            is_set=access.has_passphrase,
            may_act=roles.role() is Role.ORGANISER,
            most=MOST_LETTERS,
        )
        return login.shown(page, wait_s, status)

    def _first(shown: str, told: str = "", status: int = 200) -> Answer:
        page = render_template(
            "passphrase.html",
            first=True,
            told=told,
            proposed=shown,
            least=LEAST_LETTERS,
            most=MOST_LETTERS,
        )
        return make_response(page, status)

    return part


def comes_first(services: Services) -> bool:
    """Whether organisers must set their passphrase before families come."""
    return not services.open and not services.access.has_passphrase


def before_families(door: Blueprint, services: Services) -> None:
    """Lead the hub's own screen to the page where the passphrase is set, until it is."""

    @door.before_request
    def lead_to_first() -> Answer | None:
        waits = request.endpoint == "door.start" and at_door(services.door_port) and comes_first(services)
        return redirect(roles.LOGINS[Role.ORGANISER] + FIRST, code=303) if waits else None
