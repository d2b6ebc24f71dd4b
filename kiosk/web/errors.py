"""Pages that say in plain words what is wrong and what to do; the API says it as JSON.

HTTPException                     catalogue
├── Foreign            403        fault.foreign       another site's page asked
├── Stale              403        fault.stale         a change without the token of its session
├── WrongDoor          403        fault.door          the door, anywhere but at the kiosk
├── OurFault           503        fault.ours          the journal cannot be written
└── any other          its code   fault.<code>, else fault.other
"""

from typing import Any

from flask import Flask, Response, current_app, g, jsonify, make_response, render_template, request
from werkzeug.exceptions import Forbidden, HTTPException, InternalServerError, ServiceUnavailable

from kiosk.errors import JournalUnavailable, RondeError

RETRY_AFTER_S = 5
API = "/api/"
KINDS = {400: "400", 403: "403", 404: "404", 405: "405", 413: "413", 500: "500", 503: "503"}
CODES = {
    400: "bad_request",
    404: "not_found",
    405: "method_not_allowed",
    413: "too_big",
    415: "unsupported_media_type",
    500: "internal",
    503: "unavailable",
}


class Foreign(Forbidden):
    description = "a page of another site asked for this"
    kind = "foreign"


class Stale(Forbidden):
    description = "this page is older than its session: load it again"
    kind = "stale"


class WrongDoor(Forbidden):
    description = "the door answers at the kiosk only"
    kind = "door"


class OurFault(ServiceUnavailable):
    description = "nothing can be kept at the moment"
    kind = "ours"


def register(app: Flask) -> None:
    app.register_error_handler(HTTPException, answer)
    app.register_error_handler(JournalUnavailable, _unavailable)
    app.register_error_handler(TimeoutError, _unavailable)
    app.register_error_handler(RondeError, _unforeseen)


def answer(error: HTTPException) -> Response:
    """An error as a page, or as JSON under /api/."""
    status = error.code or 500
    if request.path.startswith(API):
        return as_json(status, CODES.get(status, "refused"), error.description or error.name, error)
    kind = getattr(error, "kind", KINDS.get(status, "other"))
    at_door = g.get("at_door", False)
    door_address = None if at_door else current_app.extensions["services"].door_address(request.host)
    template = "door/error.html" if at_door else "error.html"
    page = render_template(template, kind=kind, door_address=door_address)
    return _headed(make_response(page, status), error)


def as_json(status: int, code: str, message: str, error: HTTPException | None = None) -> Response:
    """`code` is for programs and stays; `message` is for people."""
    response = jsonify(error=code, message=message)
    response.status_code = status
    return _headed(response, error)


def _headed(response: Response, error: HTTPException | None) -> Response:
    if error is not None:
        for name, value in error.get_headers(request.environ):
            if name not in ("Content-Type", "Content-Length"):
                response.headers[name] = value
    if response.status_code == 503:
        response.headers.setdefault("Retry-After", str(RETRY_AFTER_S))
    return response


def _unavailable(error: Exception) -> Response:
    current_app.logger.error("nothing could be kept: %s", error or type(error).__name__)
    return answer(OurFault())


def _unforeseen(error: RondeError) -> Any:
    current_app.logger.error("%s: %s", type(error).__name__, error)
    return answer(InternalServerError())
