"""What organisers do from their pages: each a form, and each a fact with who did it, to be taken back from the log."""

import hashlib
import re
import secrets
from collections.abc import Callable
from contextlib import suppress
from datetime import time

from flask import Blueprint, abort, g, jsonify, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import BadRequest

from firmware.wire import screen
from kiosk import phrases
from kiosk.errors import Refused, UnknownAtelier, UnknownParty
from kiosk.rules.announcements import plain
from kiosk.rules.event import MINUTE_MS
from kiosk.rules.floor import Status
from kiosk.saying import Saying, say, told
from kiosk.texts import working

from . import finder, roles, todo
from .services import Services

ROOM_MINUTES = 10  # that there are free places is soon no longer true
MOST_MINUTES, MOST_LETTERS = 240, 200
SEEN_MS = 12 * 60 * MINUTE_MS  # after the day: long enough not to be told again
LATE_MS = 5 * MINUTE_MS  # a moment may be so long past, by who reads an old page
MOST_AHEAD = 120  # minutes until we close, as they are announced
MOST_FORM = 64
_BESIDE = frozenset({roles.FIELD, "to", "sure"})  # of a form, what says nothing of what is asked
_CLOCK = re.compile(r"\d\d:\d\d(?::\d\d)?")
_OWN = re.compile(r"/flow(?:/[\w-][\w.-]*)*(?:\?[\w=&%.+-]*)?")


def add(flow: Blueprint, services: Services) -> None:
    """The acts, as routes of the organisers' pages."""
    day = services.day

    @flow.post("/do")
    def do() -> ResponseReturnValue:
        """What the button of a situation promised, as it was shown: the day may have gone on since."""
        form = request.form
        kind, atelier = form.get("kind", ""), form.get("atelier", "")
        if kind in todo.ASKED and "sure" not in form:
            return _ask(kind)
        party, places, at_ms = (_number(name) for name in ("party", "places", "at_ms"))
        match kind:
            case "end-queue":
                return _done(lambda: day.end_queue(atelier, at_ms, **_by()))
            case "send-on":
                return _done(lambda: _send_on(atelier, form.get("parties", "")))
            case "limit":
                return _done(lambda: day.limit(atelier, places=places, **_by()))
            case "announce":
                return _done(lambda: _announce_room(atelier, _key()))
            case "reissue":
                return _done(lambda: _reissue(party))
            case "help":
                with suppress(Refused):  # somebody else was quicker
                    day.give_help(form.get("place", ""), **_by())
                return _done(lambda: None)
            case "go" | "later":
                return _done(lambda: _note(day.event.alerts.snooze_minutes))
            case "seen":
                return _done(lambda: _note_until(max(day.event.closes_ms, day.clock()) + SEEN_MS))
        raise BadRequest

    @flow.post("/undo")
    def undo() -> ResponseReturnValue:
        """Of an act by its name, or of what was pressed at a station."""
        act = request.form.get("act", "")
        if act:
            return _done(lambda: day.withdraw(act, roles.who()))
        return _done(_strike)

    @flow.post("/announce")
    def announce() -> ResponseReturnValue:
        """What is announced as a last call is one: its queue ends then."""
        form = request.form
        ready, minutes = form.get("ready", ""), _number("minutes")
        if not 0 < minutes <= MOST_MINUTES:
            return _refused("act.announce.minutes")
        if ready == phrases.CLOSING and not 0 < _number("in") <= MOST_AHEAD:
            return _refused("act.announce.ahead")
        if ready == "free":
            said = {
                code: words[:MOST_LETTERS]
                for code in day.event.languages
                if (words := plain(form.get(f"text.{code}", "")))
            }
        elif ready in phrases.READY:
            atelier = form.get("atelier", "")
            if ready in (phrases.ROOM, phrases.LAST) and atelier not in day.event.by_id:
                return _refused("act.announce.which")
            if ready in (phrases.ROOM, phrases.LAST) and _is_closed(atelier):
                return _refused("act.refused.closed")
            at_ms = _moment("clock") if ready == phrases.LAST else 0
            if at_ms is None or (ready == phrases.LAST and at_ms < day.clock() - LATE_MS):
                return _refused("act.when")
            said = phrases.announcement(day.event, ready, atelier, at_ms, _number("in"))
        else:
            said = {}
        if not said:
            return _refused("act.announce.nothing")

        def work() -> None:
            if ready == phrases.LAST:
                day.end_queue(atelier, at_ms, **_by("ends"))
            day.announce(said, day.clock() + minutes * MINUTE_MS, **_by())

        return _done(work)

    @flow.get("/find")
    def look_for() -> ResponseReturnValue:
        """One family leads to its page; several of one picture are to choose from."""
        language = request.args.get("lang")
        found = finder.found(request.args, day.view.parties, working(day.event.languages))
        if len(found) == 1:
            return redirect(url_for("flow.party", number=found[0].number, lang=language), code=303)
        chosen = {"picture": found[0].nickname.picture} if found else {"nobody": 1}
        return redirect(url_for("flow.acts", lang=language, _anchor="find", **chosen), code=303)

    @flow.post("/party/<int:number>")
    def correct(number: int) -> ResponseReturnValue:
        match request.form.get("do", ""):
            case "gone":
                return _done(lambda: day.see_off(number, **_by()))
            case "reissue":
                if "sure" not in request.form:
                    return _ask("reissue")
                return _done(lambda: _reissue(number))
            case "strike":
                return _done(_strike)
        raise BadRequest

    @flow.post("/atelier/<atelier>")
    def change(atelier: str) -> ResponseReturnValue:
        if atelier not in day.event.by_id:
            abort(404)
        act, form = request.form.get("do", ""), request.form
        match act:
            case Status.OPEN | Status.PAUSED | Status.CLOSED:
                return _done(lambda: day.set_status(atelier, Status(act), **_by()))
            case "end":
                at_ms = _moment("clock")
                if at_ms is None or at_ms < day.clock() - LATE_MS:
                    return _refused("act.when")
                return _done(lambda: day.end_queue(atelier, at_ms, **_by()))
            case "limit":
                wanted = {name: _number(name) for name in ("places", "minutes") if name in form}
                return _done(lambda: day.limit(atelier, **wanted, **_by()))
            case "shift":
                minutes = _number("minutes") * (-1 if form.get("way") == "sooner" else 1)
                return _done(lambda: day.shift_session(atelier, _number("start_ms"), minutes, **_by()))
            case "room":
                return _done(lambda: _announce_room(atelier))
        raise BadRequest

    # What is done

    def _send_on(atelier: str, said: str) -> None:
        """Tell the hub that these wait no more, so that each is told where else to go."""
        if not (said.isascii() and all(each.isdigit() for each in said.split())):
            raise Refused(f"numbers of parties are expected, not {said!r}")
        parties = tuple(map(int, said.split()))
        day.send_on(atelier, parties, **_by())
        for party in parties:
            day.advise(party)

    def _announce_room(atelier: str, answers: str = "") -> None:
        if atelier not in day.event.by_id:
            raise UnknownAtelier(f"no atelier {atelier!r}")
        if _is_closed(atelier):
            raise Refused(say("act.refused.closed"))
        said = phrases.announcement(day.event, phrases.ROOM, atelier)
        day.announce(said, day.clock() + ROOM_MINUTES * MINUTE_MS, answers=answers, **_by())

    def _is_closed(atelier: str) -> bool:
        return day.view.statuses.of(atelier, day.clock()) is Status.CLOSED

    def _reissue(party: int) -> None:
        """Once, however often it is sent: the form says which badge is to be replaced."""
        carried = request.form.get("carries", "")
        badges = (badge for badge, whose in day.view.badges.items() if whose == party)
        lost = next((badge for badge in badges if screen.ref(badge) == carried), "") if carried else ""
        if carried and not lost:
            raise Refused("another badge than one of theirs")
        by = _by()
        day.replace_badge(party, lost=lost, **by)
        day.print_again(party, by["form"])

    def _note(minutes: int) -> None:
        _note_until(day.clock() + minutes * MINUTE_MS)

    def _note_until(until_ms: int) -> None:
        day.note(_key(), until_ms, **_by())

    def _strike() -> None:
        form = request.form
        day.strike(form.get("station", ""), form.get("epoch", ""), _number("seq"), **_by())

    def _moment(name: str) -> int | None:
        """A time of the day of the event; None where it is none. In the night that has an hour twice, the next one."""
        said = request.form.get(name, "")
        try:
            clock = time.fromisoformat(said) if _CLOCK.fullmatch(said) else None
        except ValueError:
            return None
        if clock is None:
            return None
        first_ms, last_ms = (day.event.at(clock.replace(fold=fold)) for fold in (0, 1))
        return first_ms if first_ms >= day.clock() - LATE_MS else last_ms


def _done(work: Callable[[], object]) -> ResponseReturnValue:
    try:
        work()
    except UnknownParty:
        return _refused("act.unknown_party")
    except (Refused, UnknownAtelier) as error:
        said = error.args[0]
        return _refused_as(told(said, g.words) if isinstance(said, Saying) else g.words.text("act.refused"))
    return jsonify(done=True) if roles.is_script() else redirect(_back(), code=303)


def _by(part: str = "") -> dict[str, str]:
    """Who acts, and by which press; `part`: of a press that is several acts."""
    press = _press()
    return {"by": roles.who(), "form": f"{press}/{part}" if press and part else press}


def _press() -> str:
    """What names this press: a post that comes again, because its answer was lost, has the same. The page says what
    tells it from other presses of the same button, before it is sent.
    """
    named = request.form.get("form", "")
    if not named:
        return ""
    if len(named) > MOST_FORM:
        raise BadRequest
    said = sorted((name, value) for name, value in request.form.items(multi=True) if name not in _BESIDE)
    return hashlib.sha256(repr((request.path, said)).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _refused(key: str) -> ResponseReturnValue:
    return _refused_as(g.words.text(key))


def _refused_as(words: str) -> ResponseReturnValue:
    if roles.is_script():
        return jsonify(error=words), 409
    return make_response(render_template("flow/ask.html", told=words, back=_back()), 409)


def _ask(kind: str) -> ResponseReturnValue:
    """Asked before what cannot be taken back, where no script has asked already."""
    form = {name: value for name, value in request.form.items() if name not in ("csrf", "sure")}
    form.setdefault("form", secrets.token_urlsafe(16))
    asks = g.words.text(f"act.asks.{kind}")
    return make_response(
        render_template(
            "flow/ask.html", told="", asks=asks, form=form, action=request.full_path, back=_back()
        )
    )


def _key() -> str:
    """Of the situation whose button this was. Raises Refused."""
    key = request.form.get("key", "")
    if not todo.is_key(key):
        raise Refused(f"there is no situation {key!r}")
    return key


def _back() -> str:
    """The page where the form stood: one of ours."""
    to = request.form.get("to", "")
    return to if _OWN.fullmatch(to) else url_for("flow.floor", lang=request.args.get("lang"))


def _number(name: str) -> int:
    said = request.form.get(name, "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 15 else 0
