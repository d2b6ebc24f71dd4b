"""The page where whoever works here enters the animators' PIN: a pad for thumbs, keys and screen readers, with or
without scripts. One PIN opens all that is theirs: the ateliers' buttons, the express desk, the calls for help.
"""

from flask import Blueprint, g, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as Answer

from kiosk.errors import TooManyTries
from kiosk.passwords import DIGITS
from kiosk.texts import working

from . import roles
from .access import Wrong, minutes
from .guard import same_site_only
from .roles import Role
from .services import Services
from .way import kept_from, way

RUB = "rub"


def pages(services: Services) -> Blueprint:
    part = Blueprint("pin", __name__, url_prefix=roles.LOGINS[Role.ANIMATOR])
    same_site_only(part)
    words = working(services.day.event.languages)[0]

    @part.before_request
    def speak() -> None:
        g.words = words

    @part.get("")
    def ask() -> Answer:
        return _page()

    @part.post("")
    def take() -> Answer:
        """Without scripts each key of the pad is sent, with what stands there so far."""
        typed, key = _digits(request.form.get("pin", "")), request.form.get("key", "")
        if key:
            typed = typed[:-1] if key == RUB else _digits(typed + key)
            if len(typed) < DIGITS or key == RUB:
                return _page(typed)
        if len(typed) < DIGITS:
            return _page(typed, "animator.pin.short", status=400)
        try:
            carried = services.access.enter(Role.ANIMATOR, typed, request.remote_addr or "")
        except TooManyTries as error:
            return _page("", "animator.pin.wait", wait_s=error.again_s, status=429)
        except Wrong:
            return _page("", "animator.pin.wrong", status=403)
        answer = redirect(way(), code=303)
        if roles.role() < Role.ORGANISER or services.open:
            roles.carry(answer, carried)
        return answer

    @part.post("/end")
    def end() -> Answer:
        roles.check_csrf()
        answer = redirect(roles.START if kept_from(way(), Role.NOBODY) else way(), code=303)
        roles.forget(answer)
        return answer

    def _page(typed: str = "", told: str = "", *, wait_s: int = 0, status: int = 200) -> Answer:
        page = render_template(
            "pin.html",
            typed=typed,
            told=told,
            wait_minutes=minutes(wait_s),
            digits=DIGITS,
            to=way(),
            kept=kept_from(way(), Role.NOBODY),
            may_act=roles.role() >= Role.ANIMATOR,
        )
        answer = make_response(page, status)
        if wait_s:
            answer.headers["Retry-After"] = str(wait_s)
        return answer

    return part


def _digits(said: str) -> str:
    return "".join(letter for letter in said if letter in "0123456789")[:DIGITS]
