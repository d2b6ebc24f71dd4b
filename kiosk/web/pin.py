"""The page where an animator enters the PIN: a pad for thumbs, keys and screen readers, with or without scripts."""

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from .access import DIGITS, LASTS_MS, TooMany, WrongPin, minutes
from .services import Services

COOKIE, SECURE_COOKIE = "ronde_animator", "__Secure-ronde_animator"  # neither may overwrite the other
PATH = "/atelier"
RUB = "rub"


def token() -> str:
    """What this browser carries."""
    return request.cookies.get(_cookie(), "")


def _cookie() -> str:
    return SECURE_COOKIE if request.is_secure else COOKIE


def may_act(services: Services) -> bool:
    return services.access.may_act(token())


def address(id: str = "") -> str:
    """Of the page that leads on to the atelier `id`."""
    return f"{PATH}/pin?to={id}" if id else f"{PATH}/pin"


def register(atelier: Blueprint, services: Services) -> None:
    @atelier.get("/pin")
    def ask() -> Answer:
        return _page()

    @atelier.post("/pin")
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
        answer = redirect(_onward(), code=303)
        answer.set_cookie(
            _cookie(),
            carried,
            max_age=LASTS_MS // 1000,
            path=PATH,
            secure=request.is_secure,
            httponly=True,
            samesite="Strict",
        )
        return answer

    @atelier.post("/pin/end")
    def end() -> Answer:
        answer = redirect(_onward(), code=303)
        answer.delete_cookie(_cookie(), path=PATH, secure=request.is_secure, httponly=True, samesite="Strict")
        return answer

    def _onward() -> str:
        to = _to()
        return url_for("atelier.show", id=to) if to else url_for("atelier.choose")

    def _to() -> str:
        asked = request.values.get("to", "")
        return asked if asked in services.day.event.by_id else ""

    def _page(typed: str = "", told: str = "", *, wait_s: float = 0, status: int = 200) -> Answer:
        page = render_template(
            "pin.html",
            typed=typed,
            told=told,
            wait_minutes=minutes(wait_s),
            digits=DIGITS,
            to=_to(),
            may_act=may_act(services),
        )
        answer = make_response(page, status)
        if wait_s:
            answer.headers["Retry-After"] = str(round(wait_s) + 1)
        return answer


def _digits(said: str) -> str:
    return "".join(letter for letter in said if letter in "0123456789")[:DIGITS]
