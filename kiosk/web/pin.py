"""The page where whoever works here enters the animators' PIN: a pad for thumbs, keys and screen readers, with or
without scripts. One PIN opens all that it keeps: the ateliers' buttons, the express desk, the calls for help.
"""

from urllib.parse import quote

from flask import Blueprint, current_app, g, jsonify, make_response, redirect, render_template, request
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as Answer

from kiosk.texts import working

from .access import DIGITS, LASTS_MS, TooMany, WrongPin, minutes
from .guard import same_site_only
from .services import Services

COOKIE, SECURE_COOKIE = "ronde_animator", "__Secure-ronde_animator"  # neither may overwrite the other
PATH = "/pin"
START = "/"
RUB = "rub"

_KEPT = "pin"


def token() -> str:
    """What this browser carries."""
    return request.cookies.get(_cookie(), "")


def _cookie() -> str:
    return SECURE_COOKIE if request.is_secure else COOKIE


def may_act(services: Services) -> bool:
    return services.access.may_act(token())


def forget(answer: Answer) -> None:
    """This browser carries nothing any more."""
    answer.delete_cookie(_cookie(), secure=request.is_secure, httponly=True, samesite="Strict")


def address(to: str = "") -> str:
    """Of the page that leads on to `to`, a path of this hub."""
    return f"{PATH}?to={quote(to)}" if to else PATH


def keep(part: Blueprint, services: Services) -> None:
    """Show nothing of these pages to who has not entered the PIN; lead there, or tell a script (401) where it is."""
    part.record_once(lambda state: state.app.extensions.setdefault(_KEPT, set()).add(part.name))

    @part.before_request
    def lead_to_pin() -> tuple[Answer, int] | Answer | None:
        if may_act(services):
            return None
        to = request.full_path.rstrip("?") if request.method == "GET" else part.url_prefix or START
        if request.accept_mimetypes.best == "application/json":
            words = working(services.day.event.languages)[0]
            login = address(part.url_prefix or START)
            return jsonify(error=words.text("animator.first"), login=login), 401
        return redirect(address(to), code=303)


def pages(services: Services) -> Blueprint:
    part = Blueprint("pin", __name__, url_prefix=PATH)
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
            carried = services.access.enter(typed, request.remote_addr or "")
        except TooMany as error:
            return _page("", "animator.pin.wait", wait_s=error.wait_s, status=429)
        except WrongPin:
            return _page("", "animator.pin.wrong", status=403)
        answer = redirect(_to(), code=303)
        answer.set_cookie(
            _cookie(),
            carried,
            max_age=LASTS_MS // 1000,
            secure=request.is_secure,
            httponly=True,
            samesite="Strict",
        )
        return answer

    @part.post("/end")
    def end() -> Answer:
        answer = redirect(START if _is_kept(_to()) else _to(), code=303)
        forget(answer)
        return answer

    def _page(typed: str = "", told: str = "", *, wait_s: float = 0, status: int = 200) -> Answer:
        page = render_template(
            "pin.html",
            typed=typed,
            told=told,
            wait_minutes=minutes(wait_s),
            digits=DIGITS,
            to=_to(),
            kept=_is_kept(_to()),
            may_act=may_act(services),
        )
        answer = make_response(page, status)
        if wait_s:
            answer.headers["Retry-After"] = str(round(wait_s) + 1)
        return answer

    return part


def _to() -> str:
    """Where to go on: a page of this hub, and of no other."""
    asked = request.values.get("to", START)
    return asked if _endpoint(asked) else START


def _is_kept(to: str) -> bool:
    part, _, _ = _endpoint(to).partition(".")
    return part in current_app.extensions.get(_KEPT, ())


def _endpoint(to: str) -> str:
    """What answers at this path; nothing where none does, as for whatever would lead elsewhere."""
    path, _, _ = to.partition("?")
    if not path.startswith("/") or path.startswith("//") or "\\" in path:
        return ""
    try:
        endpoint, _ = current_app.url_map.bind("").match(path, "GET")
    except HTTPException:
        return ""
    return str(endpoint)


def _digits(said: str) -> str:
    return "".join(letter for letter in said if letter in "0123456789")[:DIGITS]
