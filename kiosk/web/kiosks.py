"""Kiosks beside that of the hub: browsers of other machines, which somebody with the animators' PIN made kiosks.

Such a browser carries a signed cookie with its number until there is another PIN, or until it is told to be one no
more. See docs/decisions/0012-a-browser-elsewhere-becomes-a-kiosk-by-the-pin.md.
"""

from flask import Blueprint, abort, g, redirect, render_template, request
from werkzeug.wrappers import Response as Answer

from kiosk.texts import working

from . import roles
from .guard import at_door, door_only, same_site_only
from .services import Services

COOKIE, SECURE_COOKIE = "ronde_kiosk", "__Secure-ronde_kiosk"  # neither may overwrite the other
LASTS_S = 30 * 24 * 3600
OWN = 1
NUMBERS = range(2, 10)  # that of the hub is the first
DOOR = "/door"


def only(door: Blueprint, services: Services) -> None:
    """Open the door to kiosks, and to nobody else. `g.place` is then which: its name, "" for that of the hub."""
    door_only(door, services.door_port, lambda: number(services) is not None)

    @door.before_request
    def name_it() -> None:
        elsewhere = None if at_door(services.door_port) else number(services)
        g.place = name(services, elsewhere) if elsewhere else ""


def number(services: Services) -> int | None:
    """Of the kiosk that this browser is, away from the hub."""
    said, _, seal = request.cookies.get(_cookie(), "").partition(".")
    if not (said.isascii() and said.isdigit() and len(said) == 1 and int(said) in NUMBERS):
        return None
    return int(said) if services.access.sealed(_saying(int(said)), seal) else None


def here(services: Services) -> int:
    """The number of the kiosk that asks: 1 is that of the hub."""
    return OWN if at_door(services.door_port) else number(services) or OWN


def name(services: Services, number: int) -> str:
    return working(services.day.event.languages)[0].text("kiosk.name", n=number)


def pages(services: Services) -> Blueprint:
    part = Blueprint("kiosks", __name__, url_prefix="/kiosk")
    same_site_only(part)

    @part.before_request
    def recognise() -> Answer | None:
        g.words = working(services.day.event.languages)[0]
        is_one = at_door(services.door_port) or number(services) is not None
        return redirect(DOOR, code=303) if is_one and request.path == part.url_prefix else None

    roles.animators(part, services)

    @part.get("")
    def offer() -> str:
        return _page()

    @part.get("/change")
    def change() -> str:
        return _page()

    @part.post("")
    def become() -> Answer:
        said = request.form.get("number", "")
        if said not in map(str, NUMBERS):
            abort(400)
        answer = redirect(DOOR, code=303)
        carried = f"{said}.{services.access.seal(_saying(int(said)))}"
        answer.set_cookie(
            _cookie(),
            carried,
            max_age=LASTS_S,
            secure=request.is_secure,
            httponly=True,
            samesite="Strict",
        )
        roles.forget(answer)  # families stand here from now on
        return answer

    @part.post("/end")
    def end() -> Answer:
        answer = redirect("/", code=303)
        answer.delete_cookie(_cookie(), secure=request.is_secure, httponly=True, samesite="Strict")
        return answer

    def _page() -> str:
        return render_template(
            "kiosk.html", names={each: name(services, each) for each in NUMBERS}, own=number(services)
        )

    return part


def _cookie() -> str:
    return SECURE_COOKIE if request.is_secure else COOKIE


def _saying(number: int) -> str:
    return f"kiosk {number}"
