"""The organisers' screen: the floor as it is, and as it changes."""

import contextlib

from flask import (
    Blueprint,
    Response,
    current_app,
    g,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from werkzeug.wrappers import Response as Answer

from kiosk.errors import Refused
from kiosk.texts import working

from . import roles
from .errors import RETRY_AFTER_S
from .guard import same_site_only
from .live import Crowded, Live
from .services import Services
from .told import ALARMS, STATUSES


def pages(services: Services) -> Blueprint:
    flow = Blueprint("flow", __name__, url_prefix="/flow")
    same_site_only(flow)
    roles.organisers(flow, services)
    spoken = {words.language: words for words in working(services.day.event.languages)}

    @flow.before_request
    def choose_language() -> None:
        asked = request.args.get("lang", "")
        g.language = asked if asked in spoken else next(iter(spoken))
        g.words = spoken[g.language]

    @flow.get("")
    def floor() -> str:
        frame = _live().frame()
        return render_template(
            "flow.html",
            frame=frame,
            shown=frame.shown[g.language],
            language=g.language,
            alarms=ALARMS,
            statuses=STATUSES,
            others=[words for language, words in spoken.items() if language != g.language],
        )

    @flow.get("/events")
    def events() -> Response:
        if request.method == "HEAD":
            return Response(mimetype="text/event-stream")
        try:
            language, holder = g.language, roles.holder()
            watch = _live().watch(language, lambda: language if holder() is roles.Role.ORGANISER else "")
        except Crowded:
            answer = make_response("", 503)
            answer.headers["Retry-After"] = str(RETRY_AFTER_S)
            return answer
        return Response(watch, mimetype="text/event-stream", direct_passthrough=True)

    @flow.post("/help")
    def help_given() -> Answer:
        """Somebody goes there."""
        with contextlib.suppress(Refused):  # somebody else was quicker
            services.day.give_help(request.form.get("place", ""), by=roles.who())
        return redirect(url_for("flow.floor", lang=request.args.get("lang")), code=303)

    return flow


def _live() -> Live:
    live: Live = current_app.extensions["live"]
    return live
