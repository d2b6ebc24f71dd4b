"""A family's visit to the door: what its browser session holds, and which step comes next.

`language` is what it chose, `family` what it said so far, `form` names its check-in, which is taken once. `blank` is
a badge printed beforehand that it brought. `parties` and `jobs` are those of its sheets, `guest` its party where it
came back.
"""

import secrets
from typing import Any

from flask import redirect, request, session, url_for
from werkzeug.wrappers import Response as Answer

from .family import Family
from .progress import NO_PRINTER
from .services import Services


def family() -> Family:
    said = session.get("family")
    return Family.from_json(said) if said else Family()


def keep(said: Family) -> None:
    session["family"] = said.to_json()


def begin(services: Services, language: str) -> None:
    """It speaks this language. What was said of it before it came is said already."""
    session["language"] = language
    session.setdefault("form", secrets.token_urlsafe(16))
    expected = services.day.view.blank.get(session.get("blank", ""))
    if expected is not None and expected.people and "family" not in session:
        keep(Family.expected(expected.people, expected.wishes))


def astray() -> Answer | None:
    """Where a family belongs that is not on its way to its first sheet; None where it is."""
    if "parties" in session:
        return go("sheet")
    if "guest" in session:
        return go("guest")
    return None if "form" in session and "language" in session else go("start")


def stale() -> Answer | None:
    """The same for a form that was sent: it must be of this very visit."""
    answer = astray()
    if answer is not None or request.form.get("form") == session["form"]:
        return answer
    return go("start")


def has_printer(services: Services) -> bool:
    return services.printer().trouble not in NO_PRINTER


def go(page: str, **values: Any) -> Answer:
    return redirect(url_for(f"door.{page}", **values), code=303)
