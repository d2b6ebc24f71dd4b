"""A family's visit to the door: what its browser session holds, and which step comes next.

`language` is what it chose, `shown` the one that stood on the first screen when it touched there,
`family` what it said so far, `form` names its check-in, which is taken once. `blank` is
a badge printed beforehand that it brought. `parties` and `jobs` are those of its sheets, `guest` its party where it
came back.
"""

import secrets
from typing import Any

from flask import redirect, request, session, url_for
from werkzeug.wrappers import Response as Answer

from kiosk.rules.doorfacts import BadgePrinted
from kiosk.rules.party import Nickname

from .family import Family
from .progress import NO_PRINTER
from .services import Services


def family(services: Services) -> Family:
    """As it is known: by what it said here or, until it says anything, by what was said of it before it came."""
    said = session.get("family")
    if said:
        return Family.from_json(said)
    known = expected(services)
    return Family.expected(known.people, known.wishes) if known else Family()


def expected(services: Services) -> BadgePrinted | None:
    """The badge that it brought, where that says who comes with it."""
    blank = services.day.view.blank.get(session.get("blank", ""))
    return blank if blank and blank.people else None


def brought(services: Services) -> Nickname | None:
    """What is on the badge that it brought, as long as that is nobody's."""
    blank = services.day.view.blank.get(session.get("blank", ""))
    return Nickname.of(blank.sign) if blank else None


def keep(said: Family) -> None:
    session["family"] = said.to_json()


def begin(language: str) -> None:
    """It speaks this language."""
    session["language"] = language
    session.setdefault("form", secrets.token_urlsafe(16))


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


def go(step: str, /, **values: Any) -> Answer:
    return redirect(url_for(f"door.{step}", **values), code=303)
