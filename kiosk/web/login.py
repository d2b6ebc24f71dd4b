"""What the two pages where one comes in have in common: the animators' PIN, and the organisers' passphrase."""

from collections.abc import Callable

from flask import Blueprint, g, make_response, redirect, request
from werkzeug.wrappers import Response as Answer

from kiosk.errors import TooManyTries
from kiosk.texts import working

from . import roles
from .access import Wrong
from .guard import same_site_only
from .roles import Role
from .services import Services
from .way import kept_from, way


def pages(name: str, role: Role, services: Services) -> Blueprint:
    """In the organisers' first language; one goes out here too."""
    part = Blueprint(name, __name__, url_prefix=roles.LOGINS[role])
    same_site_only(part)
    words = working(services.day.event.languages)[0]

    @part.before_request
    def speak() -> None:
        g.words = words

    @part.post("/end")
    def end() -> Answer:
        roles.check_csrf()
        answer = redirect(roles.START if kept_from(way(), Role.NOBODY) else way(), code=303)
        roles.forget(answer)
        return answer

    return part


def come_in(
    services: Services, role: Role, typed: str, refused: Callable[..., Answer], *, wrong: str, wait: str
) -> Answer:
    """On the way with the role's cookie, but where more is carried already; or the page again, with what to say."""
    try:
        carried = services.access.enter(role, typed, request.remote_addr or "")
    except TooManyTries as error:
        return refused(wait, wait_s=error.again_s, status=429)
    except Wrong:
        return refused(wrong, status=403)
    answer = redirect(way(), code=303)
    if roles.role() <= role or services.open:
        roles.carry(answer, carried)
    return answer


def shown(page: str, wait_s: int, status: int) -> Answer:
    answer = make_response(page, status)
    if wait_s:
        answer.headers["Retry-After"] = str(wait_s)
    return answer
