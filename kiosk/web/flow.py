"""The organisers' screen: the floor as it is, and as it changes."""

import secrets

from flask import Blueprint, Response, abort, current_app, g, jsonify, render_template, request

from firmware.wire import screen
from kiosk import phrases
from kiosk.rules.event import MINUTE_MS, Event
from kiosk.rules.history import history
from kiosk.rules.party import PICTURES
from kiosk.texts import Texts, texts, working

from . import finder, office, roles, sketch, todo
from .afternoon import paces, planned, there
from .cards import SIFTED
from .guard import same_site_only
from .live import Live
from .log import LATELY_MS, MOST_LATELY, announced, log, scans
from .services import Services
from .silence import silent
from .stream import stream
from .told import ALARMS, STATUSES

FEW = 9  # ateliers that one looks over without choosing among them
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
        """`here`: the page, for forms to lead back to. `press`: what names the presses of this look at it."""
        return {
            "language": g.get("language", next(iter(spoken))),
            "here": request.full_path.rstrip("?"),
            "press": secrets.token_urlsafe(12),
        }

    @flow.get("")
    def floor() -> str:
        frame = _live().frame()
        return render_template(
            "flow/page.html",
            frame=frame,
            shown=frame.shown[g.language],
            alarms=ALARMS,
            statuses=STATUSES,
            lines=frame.data["lines"],
            hours=_hours(day.event, g.words),
            many=len(day.event.ateliers) > FEW,
            moods=SIFTED,
            others=[words for language, words in spoken.items() if language != g.language],
            blank_task=todo.BLANK,
            task_glyphs=todo.GLYPHS,
            urgencies=todo.URGENCIES,
            remedy_fields=todo.FIELDS,
        )

    @flow.get("/lines")
    def lines() -> Response:
        """The drawings; a page asks for them where it was told that they are others than it has."""
        return jsonify(_live().frame().data["lines"])

    @flow.get("/atelier/<atelier>")
    def one(atelier: str) -> str:
        """One atelier: its afternoon, who is there, its pace, its acts."""
        view, now_ms = day.view, day.clock()
        if atelier not in view.event.by_id:
            abort(404)
        frame, words = _live().frame(), g.words
        here, past = view.floor(now_ms).by_id[atelier], history(view, now_ms, silent(services, now_ms))
        return render_template(
            "flow/atelier.html",
            atelier=view.event.by_id[atelier],
            place=list(view.event.by_id).index(atelier),
            shown=frame.shown[g.language],
            frame=frame,
            lines=frame.data["lines"],
            hours=_hours(view.event, words),
            statuses=STATUSES,
            queue=there(here.queue, now_ms, words),
            inside=there(here.inside, now_ms, words),
            planned=planned(past.ateliers[atelier], words),
            paces=paces(view.event, past.ateliers[atelier], words),
            sessions=[
                (each, words.clock(each, view.event.zone)) for each in here.atelier.times_ms if each > now_ms
            ],
            last=view.event.local(view.statuses.ends_ms(atelier, now_ms) or now_ms + AHEAD_MS).strftime(
                "%H:%M"
            ),
            entries=(entries := log(view, day.pressed(), words, atelier)),
            latest=[
                each
                for each in entries[:MOST_LATELY]
                if each.id and each.holds and now_ms - each.at_ms < LATELY_MS
            ],
        )

    @flow.get("/acts")
    def acts() -> str:
        """Announcements, corrections, and the log of all that was done."""
        view, now_ms, words = day.view, day.clock(), g.words
        floor = view.floor(now_ms)
        return render_template(
            "flow/acts.html",
            ready=phrases.READY,
            said={code: texts(code) for code in day.event.languages},
            announced=announced(view, now_ms, g.words),
            now=day.event.local(now_ms + AHEAD_MS).strftime("%H:%M"),
            pictures=PICTURES,
            families=[
                (each, words.nickname(each.nickname), finder.whereabouts(floor, each, words))
                for each in finder.found({"picture": request.args.get("picture", "")}, view.parties, ())
            ],
            nobody="nobody" in request.args,
            entries=log(view, day.pressed(), words),
        )

    @flow.get("/party/<int:number>")
    def party(number: int) -> str:
        """One family: where it was scanned, and what may be put right."""
        view, now_ms = day.view, day.clock()
        known = view.parties.get(number)
        if known is None:
            abort(404)
        guest = view.guest_of(number)
        return render_template(
            "flow/party.html",
            party=known,
            has_left=guest.left_ms is not None and guest.left_ms >= guest.last_ms,
            where=finder.whereabouts(view.floor(now_ms), known, g.words),
            family=[view.parties[each] for each in known.linked if each in view.parties],
            scans=scans(view.event, day.steps_of(number), g.words),
            entries=log(view, (), g.words, party=number),
            carries=screen.ref(known.badge),
        )

    @flow.get("/events")
    def events() -> Response:
        language, holder = g.language, roles.holder()
        return stream(_live(), language, lambda: language if holder() is roles.Role.ORGANISER else None)

    office.add(flow, services)

    return flow


def _hours(event: Event, words: Texts) -> list[tuple[float, str]]:
    """The full hours of the day, by where they stand across a drawing, in percent."""
    from_ms, until_ms = sketch.span(event)
    return [
        (round(100 * (at_ms - from_ms) / (until_ms - from_ms), 1), words.clock(at_ms, event.zone))
        for at_ms in sketch.hours(event)
    ]


def _live() -> Live:
    live: Live = current_app.extensions["live"]
    return live
