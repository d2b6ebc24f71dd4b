"""The organisers' screen: the floor as it is, and as it changes."""

import secrets

from flask import Blueprint, Response, abort, current_app, g, make_response, render_template, request

from firmware.wire import screen
from kiosk import phrases
from kiosk.rules.event import MINUTE_MS
from kiosk.rules.party import PICTURES
from kiosk.texts import texts, working

from . import office, roles, todo
from .errors import RETRY_AFTER_S
from .guard import same_site_only
from .live import Crowded, Live
from .log import announced, log, scans
from .services import Services
from .told import ALARMS, STATUSES

AHEAD_MS = 15 * MINUTE_MS  # a last call is proposed for then


def pages(services: Services) -> Blueprint:
    flow = Blueprint("flow", __name__, url_prefix="/flow")
    same_site_only(flow)
    roles.organisers(flow, services)
    day = services.day
    spoken = {words.language: words for words in working(services.day.event.languages)}

    @flow.before_request
    def choose_language() -> None:
        asked = request.args.get("lang", "")
        g.language = asked if asked in spoken else next(iter(spoken))
        g.words = spoken[g.language]

    @flow.context_processor
    def tell() -> dict[str, str]:
        """`here`: the page, for forms to lead back to."""
        return {"language": g.get("language", next(iter(spoken))), "here": request.full_path.rstrip("?")}

    @flow.get("")
    def floor() -> str:
        frame = _live().frame()
        return render_template(
            "flow/page.html",
            frame=frame,
            shown=frame.shown[g.language],
            alarms=ALARMS,
            statuses=STATUSES,
            others=[words for language, words in spoken.items() if language != g.language],
            blank_task=todo.BLANK,
            task_glyphs=todo.GLYPHS,
            urgencies=todo.URGENCIES,
            remedy_fields=todo.FIELDS,
        )

    @flow.get("/acts")
    def acts() -> str:
        """Announcements, corrections, and the log of all that was done."""
        view, now_ms = day.view, day.clock()
        return render_template(
            "flow/acts.html",
            ready=phrases.READY,
            said={code: texts(code) for code in day.event.languages},
            announced=announced(view, now_ms, g.words),
            now=day.event.local(now_ms + AHEAD_MS).strftime("%H:%M"),
            pictures=PICTURES,
            nobody="nobody" in request.args,
            entries=log(view, day.pressed(), g.words),
        )

    @flow.get("/party/<int:number>")
    def party(number: int) -> str:
        """One family: where it was scanned, and what may be put right."""
        view = day.view
        known = view.parties.get(number)
        if known is None:
            abort(404)
        guest = view.guest_of(number)
        return render_template(
            "flow/party.html",
            party=known,
            has_left=guest.left_ms is not None and guest.left_ms >= guest.last_ms,
            scans=scans(view.event, day.steps_of(number), g.words),
            carries=screen.ref(known.badge),
            form=secrets.token_urlsafe(16),
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

    office.add(flow, services)

    return flow


def _live() -> Live:
    live: Live = current_app.extensions["live"]
    return live
