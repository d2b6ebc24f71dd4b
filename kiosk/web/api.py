"""What stations and programs ask: docs/api.md says it from outside."""

from collections.abc import Callable

from flask import Blueprint, Response, abort, current_app, jsonify, request

from firmware.wire import batch, pairing, signature
from firmware.wire.errors import BadSignature, Malformed, UnknownVersion
from kiosk.errors import CodeOver, JournalUnavailable, TooManyTries, UnknownCode, UnknownStation

from .errors import as_json
from .services import Services

COMMIT_S = 4.0  # a station gives up after five
JSON = "application/json"

Signed = Callable[[bytes, str], tuple[bytes, str]]


def pages(services: Services) -> Blueprint:
    api = Blueprint("api", __name__, url_prefix="/api")
    stations = services.stations

    @api.post("/passages")
    def passages() -> Response:
        """Keep a station's batch; the receipt is signed after the commit."""
        return _answered(
            lambda body, signed: stations.receive(body, signed, COMMIT_S),
            "this is not a batch; docs/formats.md says what is",
        )

    @api.post("/plan")
    def plan() -> Response:
        """What a station must know of its atelier, and of its screen."""
        return _answered(stations.plan, "this is no question for a plan; docs/formats.md says what is")

    @api.post("/enrol")
    def enrol() -> Response:
        """What a device must know that has read a pairing code."""
        body = _body(pairing.MOST_BYTES)
        try:
            given = stations.pairings.answer(body, request.remote_addr or "")
        except UnknownVersion as error:
            return as_json(400, "unknown_version", str(error))
        except Malformed:
            return as_json(400, "malformed", "this asks for no pairing; docs/formats.md says what does")
        except BadSignature:
            return as_json(403, "wrong_proof", "this is not the code that the hub shows: read it once more")
        except UnknownCode as error:
            return as_json(404, "unknown_code", str(error))
        except CodeOver as error:
            return as_json(410, "code_over", str(error))
        except TooManyTries as error:
            answer = as_json(429, "too_many_tries", str(error))
            answer.headers["Retry-After"] = str(error.again_s)
            return answer
        except (JournalUnavailable, TimeoutError) as error:
            return _unavailable(error)
        return Response(given, mimetype=JSON)

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


def _answered(answer: Signed, otherwise: str) -> Response:
    """What a station is answered whose post is signed, as the answer is. `otherwise`: what is said of junk."""
    body = _body(batch.MOST_BYTES)
    try:
        told, signed = answer(body, request.headers.get(signature.HEADER, ""))
    except UnknownVersion as error:
        return as_json(400, "unknown_version", str(error))
    except Malformed:
        return as_json(400, "malformed", otherwise)
    except UnknownStation as error:
        return as_json(401, "unknown_station", str(error))
    except BadSignature:
        return as_json(403, "bad_signature", "the signature does not fit the body and the station's key")
    except (JournalUnavailable, TimeoutError) as error:
        return _unavailable(error)
    return Response(told, mimetype=JSON, headers={signature.HEADER: signed})


def _body(most: int) -> bytes:
    if request.mimetype != JSON:
        abort(415, "the body must be said to be application/json")
    body = request.get_data(cache=False)
    if len(body) > most:
        abort(413)
    return body


def _unavailable(error: Exception) -> Response:
    current_app.logger.error("a post could not be kept: %s", error or "the journal is slow")
    return as_json(503, "unavailable", "nothing can be kept at the moment: send it again later")
