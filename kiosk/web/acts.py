"""What an organiser does to the day, as JSON posts over the hub's own socket file.

An application of its own, which the network never reaches. The socket lies in the hub's data folder and only
the hub's user may open it: whoever can is the organiser.
"""

from collections.abc import Callable, Mapping
from typing import Any

from flask import Flask, Response, jsonify, request

from firmware.wire import schema, token
from firmware.wire.errors import Malformed

from ..errors import JournalUnavailable, NotErased, Refused, UnknownAtelier, UnknownParty, UnknownStation
from ..pairings import Pairing
from ..registry import Wanted
from ..rules import board
from ..rules.announcements import MOST_LETTERS, plain
from ..rules.event import MINUTE_MS
from ..rules.floor import Status
from ..rules.party import Party
from ..saying import LOGGED, say, told
from ..texts import Texts, texts, whole_languages
from . import badges, erasing
from .roll import roll
from .services import Services

MOST_MINUTES = 24 * 60


def create_acts(services: Services) -> Flask:
    """`POST /acts/<act>`: `{"done": …}`, or 400 with `{"error": …}` in words that say what to change.

    They are in the language that `Accept-Language` asks for, and else in English.
    """
    app = Flask(__name__, static_folder=None)

    @app.post("/acts/<act>")
    def take(act: str) -> tuple[Response, int]:
        try:
            doing = _ACTS.get(act)
            if doing is None:
                raise Refused(say("error.unknown_act", name=act, choices=tuple(_ACTS)))
            body = schema.mapping(schema.read(request.get_data()), act)
            return jsonify(done=doing(services, body)), 200
        except (Malformed, Refused, UnknownStation) as error:
            return jsonify(error=_in_their_language(error)), 400
        except (JournalUnavailable, NotErased) as error:
            return jsonify(error=_in_their_language(error)), 503
        except TimeoutError:
            return jsonify(error=_in_their_language(say("error.hub_slow"))), 503

    return app


def _in_their_language(what: object) -> str:
    return told(what, _words())


def _words() -> Texts:
    return texts(request.accept_languages.best_match(whole_languages()) or LOGGED)


def _enrol(services: Services, body: Mapping[str, Any]) -> str:
    return services.stations.enrol(_text(body, "station"), _text(body, "hub")).encode()


def _stations(services: Services, body: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Each station, how it is, and when its last passage was."""
    return roll(services, _words())


def _pair(services: Services, body: Mapping[str, Any]) -> dict[str, Any]:
    """A code to show for a device that is to be this station."""
    hub = _text(body, "hub") if body.get("hub") is not None else services.hub_address
    return _shown(services.stations.invite(_wanted(body), hub))


def _pairing(services: Services, body: Mapping[str, Any]) -> dict[str, Any] | None:
    """The newest code that was shown for a station."""
    found = services.stations.pairings.of(_text(body, "station"))
    return _shown(found) if found else None


def _cancel_pairing(services: Services, body: Mapping[str, Any]) -> None:
    services.stations.pairings.cancel(_text(body, "station"))


def _set_station(services: Services, body: Mapping[str, Any]) -> None:
    services.stations.registry.set(_wanted(body))


def _revoke(services: Services, body: Mapping[str, Any]) -> None:
    services.stations.revoke(_text(body, "station"))


def _wanted(body: Mapping[str, Any]) -> Wanted:
    steps, buttons = body.get("steps"), body.get("buttons")
    if buttons is not None and not isinstance(buttons, bool):
        raise Malformed("buttons: true or false is expected")
    return Wanted(
        _text(body, "station"),
        atelier=None if body.get("atelier") is None else _text(body, "atelier"),
        steps=None if steps is None else tuple(map(str, schema.listing(body, "steps", most=16))),
        buttons=buttons,
        label=None if body.get("label") is None else str(body["label"]),
    )


def _shown(found: Pairing) -> dict[str, Any]:
    return {
        "station": found.station,
        "hub": found.invitation.hub,
        "letters": token.grouped(found.invitation.code),
        "invitation": found.invitation.encode(),
        "state": found.state,
        "left_s": found.left_s,
    }


def _pin(services: Services, body: Mapping[str, Any]) -> str:
    """That of the animators; with `new`, another one from now on."""
    return services.access.renew() if body.get("new") is True else services.access.pin


def _passphrase(services: Services, body: Mapping[str, Any]) -> bool:
    """Whether organisers have one; with `phrase`, this one from now on."""
    if body.get("phrase") is not None:
        services.access.set_passphrase(_text(body, "phrase"))
    return services.access.has_passphrase


def _set_status(services: Services, body: Mapping[str, Any]) -> None:
    status = _text(body, "status")
    if status not in list(Status):
        raise Refused(f"status {status!r}: one of {', '.join(Status)} is expected")
    services.day.set_status(_atelier(services, body), Status(status))


def _announce(services: Services, body: Mapping[str, Any]) -> None:
    said = schema.mapping(body.get("texts"), "texts")
    if not any(plain(str(text)) for text in said.values()):
        raise Refused(say("error.no_words"))
    for language in said:
        if language not in services.day.event.languages:
            raise Refused(say("error.unknown_language", name=language, choices=services.day.event.languages))
    if any(len(plain(str(text))) > MOST_LETTERS for text in said.values()):
        raise Refused(say("error.many_words", most=MOST_LETTERS))
    minutes = schema.integer(body, "minutes", least=1, most=MOST_MINUTES)
    until_ms = services.day.clock() + minutes * MINUTE_MS
    services.day.announce({str(language): str(text) for language, text in said.items()}, until_ms)


def _strike(services: Services, body: Mapping[str, Any]) -> None:
    station, epoch, seq = _text(body, "station"), _text(body, "epoch"), schema.integer(body, "seq", least=1)
    try:
        services.day.strike(station, epoch, seq)
    except Refused as error:
        raise Refused(say("error.no_passage", number=seq, station=station, epoch=epoch)) from error


def _see_off(services: Services, body: Mapping[str, Any]) -> str:
    party = _party(services, body)
    services.day.see_off(party.number)
    return _whom(party)


def _print_again(services: Services, body: Mapping[str, Any]) -> str:
    party = _party(services, body)
    services.day.print_again(party.number)
    return _whom(party)


def _replace_badge(services: Services, body: Mapping[str, Any]) -> str:
    """A new badge, and a sheet that shows it."""
    party = _party(services, body)
    services.day.replace_badge(party.number)
    services.day.print_again(party.number)
    return _whom(party)


def _advice(services: Services, body: Mapping[str, Any]) -> dict[str, Any] | None:
    """What a party was told last, unless it was scanned since."""
    told = services.day.view.guest_of(_party(services, body).number).advice
    return told.advice.to_json() if told else None


def _ask(services: Services, body: Mapping[str, Any]) -> dict[str, Any] | None:
    """A party asks: what it is told now; with `another`, something else than before."""
    another = body.get("another", True)
    if not isinstance(another, bool):
        raise Malformed("another: true or false is expected")
    told = services.day.advise(_party(services, body).number, another=another)
    return told.to_json() if told else None


def _party(services: Services, body: Mapping[str, Any]) -> Party:
    """The party that is meant: by its badge, or by its nickname in any language of the event."""
    view = services.day.view
    if "badge" in body:
        return _carrier(services, _text(body, "badge"))
    said = _text(body, "party")
    wanted = said.casefold().split()
    for party in view.parties.values():
        for language in view.event.languages:
            if texts(language).nickname(party.nickname).casefold().split() == wanted:
                return party
    raise UnknownParty(say("error.unknown_party", name=said))


def _carrier(services: Services, badge: str) -> Party:
    view = services.day.view
    party = view.parties.get(view.badges.get(badge, 0))
    if party is None:
        raise UnknownParty(say("error.unknown_badge", name=badge))
    return party


def _atelier(services: Services, body: Mapping[str, Any]) -> str:
    """The id of the atelier that is meant."""
    said, known = _text(body, "atelier"), services.day.event.by_id
    if said not in known:
        raise UnknownAtelier(say("error.unknown_atelier", name=said, choices=tuple(known)))
    return said


def _whom(party: Party) -> str:
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
    "stations": _stations,
    "pair": _pair,
    "pairing": _pairing,
    "cancel-pairing": _cancel_pairing,
    "set-station": _set_station,
    "revoke": _revoke,
    "pin": _pin,
    "passphrase": _passphrase,
    "status": _set_status,
    "announce": _announce,
    "strike": _strike,
    "see-off": _see_off,
    "print": _print_again,
    "replace-badge": _replace_badge,
    "journeys": _journeys,
    "advice": _advice,
    "ask": _ask,
    "badges": badges.blank,
    "make-badges": badges.make,
    "expect": badges.expect,
    "print-slips": badges.print_slips,
    "erase-survey": erasing.survey,
    "erase": erasing.order,
}
