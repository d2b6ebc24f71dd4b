"""The Flask application of the hub."""

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask, g, render_template, request, url_for

from kiosk.texts import Texts, working

from . import (
    api,
    atelier,
    charts,
    door,
    errors,
    express,
    flow,
    guard,
    kiosks,
    paper,
    passphrase,
    phone,
    pin,
    roles,
    screen,
    stations,
)
from .frame import Composer
from .glyphs import glyph
from .live import Live
from .services import Services

MOST_BODY_BYTES = 256 * 1024  # of a batch; a form of the door is far smaller
DOOR_MINUTES = 15
SCREENS = 16  # televisions that watch at once
A_YEAR_S = 365 * 24 * 3600


class _Pages(Flask):
    def get_send_file_max_age(self, filename: str | None) -> int | None:
        """A static file is kept where its address says what is in it; what a module imports is asked for anew."""
        return A_YEAR_S if "v" in request.args else None


def create_app(services: Services) -> Flask:
    """`end_streams` ends what streams; call it before the server is stopped."""
    app = _Pages(__name__)
    app.config.update(
        SECRET_KEY=services.secret_key,
        MAX_CONTENT_LENGTH=MOST_BODY_BYTES,
        SESSION_COOKIE_NAME="ronde_door",
        SESSION_COOKIE_PATH="/door",
        SESSION_COOKIE_SAMESITE="Strict",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_REFRESH_EACH_REQUEST=False,  # the door says which
        PERMANENT_SESSION_LIFETIME=60 * DOOR_MINUTES,
    )
    app.jinja_env.globals["csrf"] = roles.csrf
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.extensions["services"] = services
    app.extensions["live"] = Live(
        Composer(services),
        lambda: services.day.view.version,
        services.day.changed,
    )
    usual = working(services.day.event.languages)[0]

    @app.before_request
    def close_files_ourselves() -> None:
        """The server's own way to send a file forgets to close it where the browser has gone meanwhile."""
        request.environ.pop("wsgi.file_wrapper", None)

    @app.context_processor
    def vocabulary() -> dict[str, Any]:
        words: Texts = g.get("words", usual)
        return {
            "words": words,
            "text": words.text,
            "plural": words.plural,
            "glyph": glyph,
            "asset": asset,
            "event": services.day.event,
            "rehearsal": services.sheets is not None,
        }

    app.extensions[screen.CHANNEL] = screen.live(app, services, SCREENS)
    app.extensions[atelier.CHANNEL] = atelier.live(services, atelier.PAGES)
    guard.harden(app)
    errors.register(app)
    for part in (
        door,
        stations,
        flow,
        charts,
        screen,
        pin,
        passphrase,
        kiosks,
        express,
        atelier,
        phone,
        paper,
        api,
    ):
        pages = part.pages(services)
        if part is door:
            passphrase.before_families(pages, services)
        app.register_blueprint(pages)

    @app.get("/")
    def start() -> str:
        return render_template("start.html", door_address=services.door_address(request.host))

    return app


def end_streams(app: Flask) -> None:
    for streaming in ("live", screen.CHANNEL, atelier.CHANNEL):
        app.extensions[streaming].close()
    app.extensions["services"].scans.close()


def asset(name: str) -> str:
    """The address of a static file, which changes with its content."""
    return url_for("static", filename=name, v=_digest(name))


@cache
def _digest(name: str) -> str:
    content = (Path(__file__).with_name("static") / name).read_bytes()
    return hashlib.sha256(content).hexdigest()[:12]
