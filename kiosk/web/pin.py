"""The page where whoever works here enters the animators' PIN: a pad for thumbs, keys and screen readers, with or
without scripts. One PIN opens all that is theirs: the ateliers' buttons, the express desk, the calls for help.
"""

from functools import partial

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response as Answer

from kiosk.passwords import DIGITS

from . import login, roles
from .access import minutes
from .roles import Role
from .services import Services
from .way import kept_from, way

RUB = "rub"


def pages(services: Services) -> Blueprint:
    part = login.pages("pin", Role.ANIMATOR, services)

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
        again = partial(_page, "")
        return login.come_in(
            services, Role.ANIMATOR, typed, again, wrong="animator.pin.wrong", wait="animator.pin.wait"
        )

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
        return login.shown(page, wait_s, status)

    return part


def _digits(said: str) -> str:
    return "".join(letter for letter in said if letter in "0123456789")[:DIGITS]
