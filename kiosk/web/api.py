"""What stations and programs ask: docs/api.md says it from outside."""

from flask import Blueprint, Response, abort, current_app, jsonify, request

from firmware.wire import batch, signature
from firmware.wire.errors import BadSignature, Malformed, UnknownVersion
from kiosk.errors import JournalUnavailable, UnknownStation

from .errors import as_json
from .services import Services

COMMIT_S = 4.0  # a station gives up after five


def pages(services: Services) -> Blueprint:
    api = Blueprint("api", __name__, url_prefix="/api")

    @api.post("/passages")
    def passages() -> Response:
        """Keep a station's batch; the receipt is signed after the commit."""
        if request.mimetype != "application/json":
            return as_json(415, "unsupported_media_type", "the body of a batch is application/json")
        body = request.get_data(cache=False)
        if len(body) > batch.MOST_BYTES:
            abort(413)
        try:
            receipt, signed = services.stations.receive(
                body, request.headers.get(signature.HEADER, ""), COMMIT_S
            )
        except UnknownVersion as error:
            return as_json(400, "unknown_version", str(error))
        except Malformed:
            return as_json(400, "malformed", "this is not a batch; docs/formats.md says what is")
        except UnknownStation as error:
            return as_json(401, "unknown_station", str(error))
        except BadSignature:
            return as_json(403, "bad_signature", "the signature does not fit the body and the station's key")
        except (JournalUnavailable, TimeoutError) as error:
            current_app.logger.error("a batch could not be kept: %s", error or "the journal is slow")
            return as_json(503, "unavailable", "nothing can be kept at the moment: send it again later")
        return Response(receipt, mimetype="application/json", headers={signature.HEADER: signed})

    @api.get("/floor")
    def floor() -> Response:
        """The board: counts and waits, of nobody in particular."""
        return jsonify(current_app.extensions["live"].frame().data["board"])

    @api.get("/health")
    def health() -> Response:
        if not services.day.alive:
            return as_json(503, "unavailable", "the journal has stopped: restart the hub")
        return jsonify(status="ok", at_ms=services.day.clock())

    return api
