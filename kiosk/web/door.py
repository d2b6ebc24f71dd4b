"""The kiosk at the door: a family says its language, who it is and what it dreams of, and takes its sheet.

The way is start → language → family (`people`) → dreams → sheet (`sheets`); `returning` is that of who has a sheet
already. What a family said so far is in its signed session cookie (`visit`), and ends with it: nothing here lists
people, no name is asked, and a party's page answers only to the browser session that checked it in, or that showed
its badge.
"""

from flask import Blueprint, abort, g, render_template, request, session
from werkzeug.wrappers import Response as Answer

from kiosk.texts import Texts, texts

from . import dreams, help, kiosks, people, rail, returning, said, scans, sheets, shown, sure, visit, voice
from .guard import same_site_only
from .paging import leaf
from .services import Services
from .visit import go

LANGUAGES = 12  # on a page
# What a page asks for while it is shown. Were their answers to carry the session too, a late one would bring back what
# the family has changed, or ended, meanwhile.
BESIDE = frozenset(
    {"door.events", "door.status", "door.help_status", "door.badge", "door.spoken", "door.said"}
)
SETTINGS = frozenset({"calm", "_permanent"})  # of a session in which nothing was said


def pages(services: Services) -> Blueprint:
    door = Blueprint("door", __name__, url_prefix="/door")
    kiosks.only(door, services)
    same_site_only(door)
    event = services.day.event
    for part in (people, dreams, sure, returning, sheets, shown, scans, said, rail, help, voice):
        part.register(door, services)

    @door.before_request
    def recognise() -> None:
        g.at_door = True
        if request.endpoint not in BESIDE:
            session.permanent = True  # it is written anew, and lasts from now on
        asked = request.values.get("language")  # the one that stood there when it was touched
        if "language" not in session and asked in event.languages:
            session["shown"] = asked
        g.words = _spoken(session.get("language") or session.get("shown"))

    @door.get("")
    def start() -> str:
        if set(session) - SETTINGS:
            session.clear()  # what one family said is not for the next
        g.words = _spoken(None)
        return render_template(
            "door/start.html", languages=_languages(), turning=_languages(), kept_days=event.retention.days
        )

    @door.get("/language")
    def languages() -> str | Answer:
        if "parties" in session or "guest" in session:
            return visit.astray() or go("start")
        expected = visit.expected(services)
        if expected and expected.language in event.languages and "language" not in session:
            visit.begin(expected.language)
            return go("family")
        page = request.args.get("page", "")
        return render_template(
            "door/language.html",
            languages=leaf(_languages(), LANGUAGES, page),
            turning=() if "language" in session else _languages(),
            brought=visit.brought(services),
        )

    @door.post("/language")
    def language() -> Answer:
        action, _, page = request.form.get("do", "").partition(":")
        if action == "page":
            return go("languages", page=page)
        chosen = request.form.get("language")
        if chosen is None:
            return go("languages", page=request.form.get("page"))
        if chosen not in event.languages:
            abort(400)
        visit.begin(chosen)
        return go("family")

    @door.get("/notice")
    def notice() -> str:
        return render_template(
            "door/notice.html",
            languages=() if "language" in session else _languages(),
            back="/door/family" if "language" in session else "/door",
        )

    def _spoken(code: str | None) -> Texts:
        return texts(code if code in event.languages else event.languages[0])

    def _languages() -> list[Texts]:
        return [texts(code) for code in event.languages]

    return door
