"""What an organiser does to the day, as JSON posts over the hub's own socket file.

An application of its own, which the network never reaches. The socket lies in the hub's data folder and only
the hub's user may open it: whoever can is the organiser.
"""

from collections.abc import Callable, Mapping
from typing import Any

from flask import Flask, Response, jsonify, request

from firmware.wire import schema
from firmware.wire.errors import Malformed

from ..errors import JournalUnavailable, Refused, UnknownParty, UnknownStation
from ..rules import board
from ..rules.event import MINUTE_MS
from ..rules.floor import Status
from ..rules.party import Party
from ..texts import texts
from .services import Services


def create_acts(services: Services) -> Flask:
    """`POST /acts/<act>`: `{"done": …}`, or 400 with `{"error": …}` in words that say what to change."""
    app = Flask(__name__, static_folder=None)

    @app.post("/acts/<act>")
    def take(act: str) -> tuple[Response, int]:
        try:
            doing = _ACTS.get(act)
            if doing is None:
                raise Refused(f"no act {act!r}: one of {', '.join(_ACTS)} is expected")
            body = schema.mapping(schema.read(request.get_data()), act)
            return jsonify(done=doing(services, body)), 200
        except (Malformed, Refused, UnknownStation) as error:
            return jsonify(error=str(error)), 400
        except (JournalUnavailable, TimeoutError) as error:
            return jsonify(error=str(error)), 503

    return app


def _enrol(services: Services, body: Mapping[str, Any]) -> str:
    return services.stations.enrol(_text(body, "station"), _text(body, "hub")).encode()


def _set_status(services: Services, body: Mapping[str, Any]) -> None:
    status = _text(body, "status")
    if status not in list(Status):
        raise Refused(f"status {status!r}: one of {', '.join(Status)} is expected")
    services.day.set_status(_text(body, "atelier"), Status(status))


def _announce(services: Services, body: Mapping[str, Any]) -> None:
    said = schema.mapping(body.get("texts"), "texts")
    minutes = schema.integer(body, "minutes", least=1, most=24 * 60)
    until_ms = services.day.clock() + minutes * MINUTE_MS
    services.day.announce({str(language): str(text) for language, text in said.items()}, until_ms)


def _strike(services: Services, body: Mapping[str, Any]) -> None:
    services.day.strike(_text(body, "station"), _text(body, "epoch"), schema.integer(body, "seq", least=1))


def _see_off(services: Services, body: Mapping[str, Any]) -> str:
    party = _party(services, body)
    services.day.see_off(party.number)
    return _told(party)


def _print_again(services: Services, body: Mapping[str, Any]) -> str:
    party = _party(services, body)
    services.day.print_again(party.number)
    return _told(party)


def _replace_badge(services: Services, body: Mapping[str, Any]) -> str:
    """A new badge, and a sheet that shows it."""
    party = _party(services, body)
    services.day.replace_badge(party.number)
    services.day.print_again(party.number)
    return _told(party)


def _party(services: Services, body: Mapping[str, Any]) -> Party:
    """The party that is meant: by its nickname in any language of the event, as it stands on its sheet."""
    view, said = services.day.view, _text(body, "party")
    wanted = said.casefold().split()
    for party in view.parties.values():
        for language in view.event.languages:
            if texts(language).nickname(party.nickname).casefold().split() == wanted:
                return party
    raise UnknownParty(f"no party is called {said!r} here: the name stands on its sheet, such as Chat 7")


def _told(party: Party) -> str:
    """Who was meant, for whoever asked to see that it was the right one."""
    return texts(party.language).nickname(party.nickname)


def _journeys(services: Services, body: Mapping[str, Any]) -> dict[str, Any]:
    """The board, and each party's stays at the same moment: with badges, so for the organiser alone."""
    view, now_ms = services.day.view, services.day.clock()
    return {"board": board.board(view, now_ms), "journeys": board.journeys(view, now_ms)}


def _text(body: Mapping[str, Any], name: str) -> str:
    value = body.get(name)
    if not isinstance(value, str) or not value:
        raise Malformed(f"{name}: text is expected")
    return value


_ACTS: dict[str, Callable[[Services, Mapping[str, Any]], object]] = {
    "enrol": _enrol,
    "status": _set_status,
    "announce": _announce,
    "strike": _strike,
    "see-off": _see_off,
    "print": _print_again,
    "replace-badge": _replace_badge,
    "journeys": _journeys,
}
