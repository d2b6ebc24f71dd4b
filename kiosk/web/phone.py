"""The page that makes an animator's phone a station. Its protocol and its log are in `firmware/screen/phone`."""

import hashlib
import json
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Response, abort, g, jsonify, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from firmware import __version__
from firmware.wire import signature
from firmware.wire.errors import BadSignature
from kiosk.errors import UnknownStation
from kiosk.texts import working

from .errors import as_json
from .frontend import files, served
from .guard import HEADERS
from .reader import MOST_BYTES, Busy, NotAPicture, Reader
from .services import Services

ASKED = "Ronde-Station"  # the header that says which station signed a picture
SHIPPED = ("station.css", "phone.css")
CAMERA = HEADERS["Permissions-Policy"].replace("camera=()", "camera=(self)")

# What the page says that no plan brings; the catalogues have each under "phone.".
PHRASES = (
    "backlog", "camera.blind", "camera.busy", "camera.denied", "camera.hint", "camera.missing", "camera.name",
    "camera.open", "camera.open_title", "damaged", "elsewhere", "enrol.away", "enrol.backlog", "enrol.busy",
    "enrol.many", "enrol.old", "enrol.over", "enrol.typed", "enrol.unbelievable", "enrol.unknown", "enrol.working",
    "enrol.wrong", "failed", "first", "full", "guess", "hub.address", "hub.busy", "hub.key", "hub.unbelievable",
    "hub.unknown", "hub.version", "keep_open", "refused", "restart", "station", "wait.none", "wait.range",
    "wait.under",
)  # fmt: skip


def pages(services: Services) -> Blueprint:
    phone = Blueprint("phone", __name__, url_prefix="/phone")
    words = working(services.day.event.languages)[0]
    reader = Reader()

    @phone.before_request
    def speak() -> None:
        g.words = words

    @phone.get("")
    def show() -> AnyResponse:
        if not request.is_secure and services.https_port:
            name = urlsplit(request.host_url).hostname or ""
            host = f"[{name}]" if ":" in name else name
            return redirect(
                f"https://{host}:{services.https_port}/phone"
            )  # a browser carries the fragment along
        return _page(services)

    @phone.get("/worker.js")
    def worker() -> Response:
        body, _ = files()["phone/worker.js"]
        known = json.dumps({"version": _version(services), "files": _shipped()}, separators=(",", ":"))
        answer = Response(f"self.RONDE = {known};\n".encode() + body, mimetype="text/javascript")
        answer.headers["Service-Worker-Allowed"] = "/phone"
        answer.headers["Cache-Control"] = "no-cache"
        return answer

    @phone.get("/ca.crt")
    def authority() -> Response:
        """The certificate of the hub's authority, which a phone may install."""
        if not services.authority:
            abort(404)
        return Response(services.authority, mimetype="application/x-x509-ca-cert")

    @phone.post("/read")
    def read() -> Response:
        """What the codes in a picture say, for a station that signed it."""
        if request.mimetype != "image/jpeg":
            abort(415)
        picture = request.get_data(cache=False) if (request.content_length or 0) <= MOST_BYTES else abort(413)
        try:
            keys = services.stations.registry.keys_of(request.headers.get(ASKED, ""))
            signature.check(keys.up, picture, request.headers.get(signature.HEADER, ""))
            return jsonify(texts=reader.texts(picture))
        except UnknownStation as error:
            return as_json(401, "unknown_station", str(error))
        except BadSignature:
            return as_json(
                403, "bad_signature", "the signature does not fit the picture and the station's key"
            )
        except NotAPicture as error:
            return as_json(400, "malformed", f"this is not a picture that can be read: {error}")
        except Busy:
            return as_json(503, "unavailable", "other pictures are being read: send the next one")

    @phone.get("/<path:name>")
    def part(name: str) -> Response:
        return served(name)

    return phone


def _page(services: Services) -> Response:
    page = make_response(_html(services))
    page.headers["Permissions-Policy"] = CAMERA
    return page


def _html(services: Services) -> str:
    data: dict[str, Any] = {
        "version": __version__,
        "words": {key: g.words.template(f"phone.{key}") for key in PHRASES},
    }
    return render_template("phone.html", data=data, secure=request.is_secure, styles=SHIPPED)


def _shipped() -> list[str]:
    """What the page is made of, as a browser asks for it."""
    modules = [name for name in files() if name.endswith(".js") and name != "phone/worker.js"]
    return ["/phone", *(f"/phone/{name}" for name in sorted((*modules, *SHIPPED)))]


def _version(services: Services) -> str:
    """Another one whenever any part of the page is another."""
    parts = hashlib.sha256(_html(services).encode())
    for name, (body, _) in sorted(files().items()):
        parts.update(name.encode() + b"\0" + body)
    return parts.hexdigest()[:16]
