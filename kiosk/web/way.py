"""Where somebody goes on who has come in: a page of this hub, and of no other."""

from flask import current_app, request
from werkzeug.exceptions import HTTPException

from . import roles
from .roles import START, Role


def way() -> str:
    """What the request names as `to`."""
    asked = request.values.get("to", START)
    return asked if _endpoint(asked) else START


def kept_from(to: str, role: Role) -> bool:
    """Whether nothing at all is shown there to who has this role."""
    part, _, _ = _endpoint(to).partition(".")
    return roles.least_of(part) > role


def _endpoint(to: str) -> str:
    """What answers at this path; nothing where none does, as for whatever would lead elsewhere."""
    path, _, _ = to.partition("?")
    if not path.startswith("/") or path.startswith("//") or "\\" in path or not to.isprintable():
        return ""
    try:
        endpoint, _ = current_app.url_map.bind("").match(path, "GET")
    except HTTPException:
        return ""
    return str(endpoint)
