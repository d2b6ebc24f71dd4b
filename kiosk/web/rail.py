"""What surrounds each step of the door. (`help` and `voice` are offered beside it.)

Calm is for who wants large letters, no motion, fewer things at once and more time. It is this family's, and ends with
its visit.
"""

import re

from flask import Blueprint, abort, g, redirect, request, session
from werkzeug.wrappers import Response as Answer

from .services import Services

START = "/door"
SILENCE_S, COUNT_S = 45, 20  # before it is asked whether anybody is there, and then
CALM = 2  # times as long

_PAGE = re.compile(r"/door(/[\w/-]*)?(\?[\w=&.:%+~/?-]*)?", re.ASCII)


def register(door: Blueprint, services: Services) -> None:
    """Add the calm mode to the door, and to its templates what they need around a step."""

    @door.before_request
    def remember() -> None:
        g.calm = bool(session.get("calm"))

    @door.context_processor
    def surround() -> dict[str, object]:
        return {
            "calm": g.get("calm", False),
            "here": request.full_path.rstrip("?") if request.method == "GET" else START,
            "silence_s": silence_s,
            "count_s": COUNT_S * (CALM if g.get("calm") else 1),
        }

    @door.post("/calm")
    def calm() -> Answer:
        session["calm"] = request.form.get("calm") == "on"
        return redirect(page_of(request.form.get("page", "")), code=303)

    @door.route("/<path:_>", methods=["GET", "POST"])
    def nowhere(_: str) -> Answer:
        """Said here, so that it is said within the door, and leads back into it."""
        abort(404)


def silence_s(said: str) -> int:
    """How long a silence may be; `said`: what the step says of it, or nothing. 0: for ever.

    The calm mode ends by silence even on a step that would stay for ever: it is not for the next family.
    """
    usual = int(said) if said else SILENCE_S
    return (usual or SILENCE_S) * CALM if g.get("calm") else usual


def page_of(said: str) -> str:
    """A page of the door, as a form names the one that it stands on; the start for anything else."""
    return said if _PAGE.fullmatch(said) else START
