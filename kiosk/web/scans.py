"""What the door's scanner reads reaches the kiosk's page at once, and the page has the hub act on it.

/door/events says that something was read, and when something else is announced; /door/scanned acts on what was read,
once. What it then means is `shown`'s to say.
"""

from flask import Blueprint, Response, make_response, redirect, request
from werkzeug.wrappers import Response as Answer

from . import kiosks, said, shown
from .errors import RETRY_AFTER_S
from .mailbox import TooMany
from .rail import page_of
from .services import Services


def register(door: Blueprint, services: Services) -> None:
    """Add these to the pages of the door."""

    @door.get("/events")
    def events() -> Response:
        if request.method == "HEAD":
            return Response(mimetype="text/event-stream")
        try:
            listener = services.scans.listen(kiosks.here(services), lambda: said.digest(services))
        except TooMany:
            answer = make_response("", 503)
            answer.headers["Retry-After"] = str(RETRY_AFTER_S)
            return answer
        return Response(listener, mimetype="text/event-stream", direct_passthrough=True)

    @door.post("/scanned")
    def scanned() -> Answer:
        page, reference = page_of(request.form.get("page", "")), request.form.get("reference", "")
        with services.scans.taken(kiosks.here(services), reference) as line:
            if line is None:  # sent twice, or too late
                return redirect(shown.where(page), code=303)
            return shown.act(services, line, page)
