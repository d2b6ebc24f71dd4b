"""The page of an atelier, for its animator, on any phone, tablet or display. Whoever is here may look at its numbers;
faces, and pressing, take the animators' PIN.

The page itself is the station's own (`firmware/screen`), which stays the same wherever it comes from: here is what it
asks for.
"""

import json
import threading
from collections.abc import Mapping
from typing import Any

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    g,
    jsonify,
    render_template,
    request,
)

from firmware.wire import schema, screen
from firmware.wire.errors import BadBadge, ForeignBadge, Malformed
from firmware.wire.passage import UNDO
from firmware.wire.screen import NOTHING, Said
from kiosk.desk import Press
from kiosk.errors import JournalUnavailable
from kiosk.rules.floor import Floor
from kiosk.rules.ledger import View
from kiosk.texts import working

from . import glance, roles
from .errors import Stale
from .frontend import served
from .guard import same_site_only
from .live import LET_IN, Frame, Live
from .services import Services
from .stream import stream

CHANNEL = "ateliers"
PAGES = 24  # that watch at once
MOST_ACT_BYTES = 4096
MOST_FORM = 64
FRESH_MS = 500
SCAN = "scan"

_ACTING = "/acting"  # behind the name of a channel: what is shown to who may act


def live(services: Services, most: int) -> Live:
    """What the pages watch: of each atelier that somebody looks at, two channels."""
    floors = _Floors(services)
    made = Live(
        lambda number: _compose(services, floors, number, made.watched),
        lambda: services.day.view.version,
        services.day.changed,
        most=most,
    )
    return made


def pages(services: Services) -> Blueprint:
    atelier = Blueprint("atelier", __name__, url_prefix="/atelier")
    same_site_only(atelier)
    day, desk = services.day, services.desk
    words = working(day.event.languages)[0]
    floors = _Floors(services)

    @atelier.before_request
    def speak() -> None:
        g.words = words

    @atelier.url_value_preprocessor
    def known(endpoint: str | None, values: dict[str, Any] | None) -> None:
        if values and values.get("id", "") not in ("", *day.event.by_id):
            abort(404)

    @atelier.get("")
    def choose() -> str:
        statuses = day.view.statuses.at(day.clock())
        return render_template(
            "ateliers.html", statuses=statuses, may_act=roles.role() >= roles.Role.ANIMATOR
        )

    @atelier.get("/<id>/")
    def show(id: str) -> Response:
        token = roles.csrf()
        return served("station.html", {roles.FIELD: token} if token else None)

    @atelier.get("/<id>/<path:name>")
    def part(id: str, name: str) -> Response:
        return served(name)

    @atelier.get("/<id>/plan")
    def plan(id: str) -> Response:
        return Response(desk.plan(id).encode(), mimetype="application/json")

    @atelier.get("/<id>/state")
    def state(id: str) -> Response:
        view, floor = floors.now()
        return jsonify(
            _as_seen(glance.state(services, view, floor, id), id, roles.role() >= roles.Role.ANIMATOR)
        )

    @atelier.get("/<id>/events")
    def events(id: str) -> Response:
        holder = roles.holder()
        since_ms = LET_IN if holder() >= roles.Role.ANIMATOR else day.clock()
        return stream(_live(), id, lambda: id + _ACTING if holder() >= roles.Role.ANIMATOR else id, since_ms)

    @atelier.post("/<id>/act")
    def act(id: str) -> tuple[Response, int]:
        page = f"/atelier/{id}/"
        if roles.role() < roles.Role.ANIMATOR:
            return roles.refusal(words, "animator.first", roles.address(roles.Role.ANIMATOR, page))
        try:
            roles.check_csrf()
        except Stale:
            return roles.refusal(words, "access.stale", page)
        said = desk.plan(id).text
        try:
            body = request.get_data(cache=False) if (request.content_length or 0) <= MOST_ACT_BYTES else b""
            press = _pressed(services, id, schema.mapping(schema.read(body), "act"))
        except Malformed as error:
            current_app.logger.warning("the page of %s asked for what is none: %s", id, error)
            return jsonify(error=words.text("animator.nonsense")), 400
        except ForeignBadge:
            return jsonify(error=said("refused.foreign")), 409
        except BadBadge:
            return jsonify(error=said("refused.unreadable")), 409
        except (JournalUnavailable, TimeoutError) as error:
            current_app.logger.error("nothing could be kept: %s", error or "the journal is slow")
            return jsonify(error=said("refused.disk")), 503
        return jsonify(said=_said(services, id, press).to_json()), 200

    return atelier


class _Floors:
    """The floor now, made once for all who look at the same facts at about the same moment. Thread-safe."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._lock = threading.Lock()
        self._known: tuple[View, Floor] | None = None

    def now(self) -> tuple[View, Floor]:
        view, now_ms = self._services.day.view, self._services.day.clock()
        with self._lock:
            known = self._known
            if known is None or known[0] is not view or not 0 <= now_ms - known[1].at_ms < FRESH_MS:
                known = self._known = (view, view.floor(now_ms))
            return known


def _live() -> Live:
    found: Live = current_app.extensions[CHANNEL]
    return found


def _compose(services: Services, floors: _Floors, number: int, watched: frozenset[str]) -> Frame:
    view, floor = floors.now()
    shown: dict[str, Any] = {}
    events: dict[str, bytes] = {}
    for id in sorted(watched):
        state = glance.state(services, view, floor, id)
        shown[id] = {name: value for name, value in state.items() if name != "at_ms"}
        events[id] = _event(number, _as_seen(state, id, may_act=False))
        events[id + _ACTING] = _event(number, _as_seen(state, id, may_act=True))
    return Frame(number, view.version, {}, shown, events)


def _event(number: int, state: Mapping[str, Any]) -> bytes:
    body = json.dumps(state, separators=(",", ":"))
    return f"id: {number}\nevent: state\ndata: {body}\n\n".encode("ascii")


def _as_seen(state: Mapping[str, Any], id: str, may_act: bool) -> dict[str, Any]:
    """`login`: where a browser that may not act becomes one that may."""
    if may_act:
        return {**state, "login": None}
    return {**screen.from_afar(state), "login": roles.address(roles.Role.ANIMATOR, f"/atelier/{id}/")}


def _pressed(services: Services, id: str, fields: Mapping[str, Any]) -> Press:
    act, badge, ref, form = (_text(fields, name) for name in ("act", "badge", "ref", "form"))
    by = fields.get("by")
    if len(form) > MOST_FORM:
        raise Malformed("form: the name of a press is expected")
    if act == UNDO:
        return services.desk.undo(id, form)
    if act == SCAN:
        return services.desk.scan(id, badge, form)
    return services.desk.press(id, act, ref=ref or None, by=by if type(by) is int else None, form=form)


def _text(fields: Mapping[str, Any], name: str) -> str:
    value = fields.get(name)
    return value if isinstance(value, str) else ""


def _said(services: Services, id: str, press: Press) -> Said:
    """The answer to a press, in words."""
    view, plan = services.day.view, services.desk.plan(id)
    if press.tone == NOTHING:
        return Said(plan.text("refused.nothing"), NOTHING, press.at_ms)
    cards = glance.Cards(view, view.event.by_id[id])
    return screen.said(plan, cards, press.passages, press.tone, press.at_ms)
