"""The express desk: one screen where a volunteer checks in one family after the other, on a tablet or a phone.

The page counts, posts, and shows what became of each; without scripts each button is a form. What concerns a family
that is here already has a page of its own, by its picture and number: nobody is listed but those that were checked in
just now, by this device and elsewhere.
"""

import contextlib
import secrets
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, abort, g, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response as Answer

from firmware.wire import screen
from firmware.wire.token import grouped
from kiosk.errors import Refused, UnknownParty
from kiosk.intake import MOST_PEOPLE
from kiosk.rules.party import GENDERS, PICTURES, Party
from kiosk.texts import Texts, texts, working

from . import lately, roles, shelf, tally, told
from .found import find
from .frame import calls, printer
from .guard import same_site_only
from .lately import PATH
from .progress import NO_PRINTER
from .services import Services
from .sheets import drawn
from .shelf import NotOnShelf
from .tally import Counts

ASKED = ("undo", "lost", "gone", "people", "code")  # acts that the page asks about before they are done
SAID = ("again", "off", "lost", "badge", "people", "gone")  # acts that it confirms
GIVE, PICK = "give", "badge"
MOST_FORM = 64
FEW_LANGUAGES = 3  # at once in sight


def pages(services: Services) -> Blueprint:
    express = Blueprint("express", __name__, url_prefix=PATH)
    same_site_only(express)
    roles.animators(express, services)
    day = services.day
    spoken = working(day.event.languages)[0]

    @express.before_request
    def speak() -> None:
        g.words = spoken

    @express.get("")
    def desk() -> str:
        return _desk({}, split="split" in request.args)

    @express.post("")
    def come() -> ResponseReturnValue:
        """A family, counted: it gets a sheet, or with `give` the badge that is named."""
        counts, form, act = tally.counted(day.event, request.form), _form(), request.form.get("do", "")
        if not 0 < sum(counts.values()) <= MOST_PEOPLE:
            return _refused("express.nobody" if not counts else "express.too_many", counts)
        if act == PICK:
            return _shelf(action=PATH, counts=counts, form=form)
        language = request.form.get("language", "")
        try:
            badge = shelf.named(day, request.form) if act == GIVE else ""
            with_sheet = act != GIVE and services.printer().trouble not in NO_PRINTER
            came = day.check_in(tally.groups(counts), language, sheet=with_sheet, form=form, badge=badge)
        except NotOnShelf as error:
            return _refused(error.key, counts, at_shelf=True)
        except UnknownParty:
            return _refused("express.undone", counts)
        except Refused:
            return _refused("express.shelf.taken" if act == GIVE else "express.refused", counts, act == GIVE)
        if not _is_script():
            return lately.remember(_go("desk", came=came.party.number), came.party.number)
        said = _welcomed(came.party, spoken)
        return lately.remember(jsonify(party=came.party.number, said=said), came.party.number), 200

    @express.get("/now")
    def now() -> Response:
        """What changes by itself: the last families, the printer, the calls for help."""
        state = services.printer()
        view = day.view
        here, elsewhere = (
            render_template("express/lately.html", entries=of(view, state.trouble, spoken))
            for of in (lately.entries, lately.elsewhere)
        )
        return jsonify(
            lately=here,
            elsewhere=elsewhere,
            blank=bool(view.blank),
            alarms=_alarms(),
            languages=_languages(),
        )

    @express.get("/find")
    def look_for() -> ResponseReturnValue:
        if "number" not in request.args:
            return _finding()
        wanted = shelf.nickname(request.args)
        if wanted is None:
            return _finding(shelf.lacking(request.args)), 400
        found = next((each for each in day.view.parties.values() if each.nickname == wanted), None)
        return _go("show", number=found.number) if found else (_finding("express.find.nobody"), 404)

    @express.get("/party/<int:number>")
    def show(number: int) -> str:
        return _party(number)

    @express.post("/party/<int:number>")
    def act(number: int) -> ResponseReturnValue:
        _known(number)
        do, form = request.form.get("do", ""), _form()
        try:
            return _done(number, do, form)
        except NotOnShelf as error:
            return _shelf(url_for("express.act", number=number), party=number, told=error.key), 409
        except UnknownParty:
            abort(404)
        except Refused:
            if do == GIVE:
                return _shelf(
                    url_for("express.act", number=number), party=number, told="express.shelf.taken"
                ), 409
            return _party(number, wrong="express.scanned" if do == "undo" else "express.refused"), 409

    @express.get("/party/<int:number>/code.svg")
    def code(number: int) -> Response:
        return Response(drawn(_known(number).badge), mimetype="image/svg+xml")

    @express.get("/party/<int:number>/badge")
    def give(number: int) -> str:
        _known(number)
        return _shelf(url_for("express.act", number=number), party=number)

    @express.post("/help")
    def help_given() -> Answer:
        with contextlib.suppress(Refused):  # somebody else was quicker
            day.give_help(request.form.get("place", ""), by=roles.who())
        return _go("desk")

    # What is done

    def _done(number: int, do: str, form: str) -> Answer:
        party = day.view.parties[number]
        more: dict[str, Any] = {}
        match do:
            case "again":
                day.print_again(number, form)
            case "off":
                day.call_off_sheets(number)
            case "lost":
                if request.form.get("carries") == screen.ref(party.badge):  # once, however often it is sent
                    day.replace_badge(number, roles.who(), lost=party.badge)
                day.print_again(number, form)
            case "give":
                day.take_badge(number, shelf.named(day, request.form), roles.who())
                do = "badge"
            case "people":
                counts = tally.counted(day.event, request.form)
                more["was"] = tally.written(tally.of(party.people))
                day.change(number, tally.groups(counts), party.wishes)
            case "gone":
                day.see_off(number, roles.who())
            case "undo":
                day.undo_check_in(number)
                return _go("desk", undone=number)
            case _:
                abort(400)
        return _go("show", number=number, done=do, **more)

    # What is shown

    def _desk(counts: Counts, split: bool = False, wrong: str = "") -> str:
        view, state = day.view, services.printer()
        return render_template(
            "express/desk.html",
            entries=lately.entries(view, state.trouble, spoken),
            elsewhere=lately.elsewhere(view, state.trouble, spoken),
            counts=counts,
            split=split or tally.split(counts),
            genders=GENDERS,
            most=MOST_PEOPLE,
            form=secrets.token_urlsafe(16),
            language=request.form.get("language", day.event.languages[0]),
            languages=[texts(code) for code in _languages()],
            few=FEW_LANGUAGES,
            blank=bool(view.blank),
            alarms=_alarms(),
            wrong=wrong,
            said=_said_at_desk(),
        )

    def _party(number: int, wrong: str = "") -> str:
        party = _known(number)
        view = day.view
        asked, done, was = (request.args.get(name, "") for name in ("ask", "done", "was"))
        counts = tally.of(party.people)
        return render_template(
            "express/party.html",
            entry=lately.entry(view, party, services.printer().trouble, spoken),
            found=find(day.event, view.guest_of(number), day.floor(), spoken),
            left=_has_left(number),
            speaks=texts(party.language).own_name,
            family=[view.parties[other] for other in party.linked if other in view.parties],
            asked=asked if asked in ASKED else "",
            done=done if done in SAID and not wrong else "",
            was=tally.counted(day.event, tally.read(was)) if was else {},
            counts=counts,
            split=tally.split(counts),
            genders=GENDERS,
            most=MOST_PEOPLE,
            letters=grouped(party.badge),
            carries=screen.ref(party.badge),
            blank=bool(view.blank),
            form=secrets.token_urlsafe(16),
            wrong=wrong,
        )

    def _shelf(
        action: str, counts: Mapping[str, int] | None = None, form: str = "", party: int = 0, told: str = ""
    ) -> str:
        view = day.view
        given = [view.parties[each].sign for each in lately.numbers() if each in view.parties]
        return render_template(
            "express/shelf.html",
            shelf=shelf.shelf(view.blank, next(filter(None, given), 0)),
            action=action,
            counts=counts or {},
            language=request.form.get("language", ""),
            form=form or secrets.token_urlsafe(16),
            party=view.parties.get(party),
            told=told,
            said=request.form,
        )

    def _finding(told: str = "") -> str:
        return render_template("express/find.html", pictures=PICTURES, told=told, said=request.args)

    def _refused(key: str, counts: Counts, at_shelf: bool = False) -> ResponseReturnValue:
        """What cannot be; what was counted stays."""
        if _is_script():
            return jsonify(error=spoken.text(key)), 409
        if at_shelf:
            return _shelf(PATH, counts, _form(), told=key), 409
        return _desk(counts, wrong=key), 409

    def _alarms() -> str:
        state, event = services.printer(), day.event
        view = day.view
        words = told.printer(event, printer(services), spoken)
        return render_template(
            "express/alarms.html",
            trouble=words["printer"] if state.trouble else "",
            todo=words["printer.todo"] if state.trouble else "",
            calls=told.calls(event, calls(view), spoken),
            blank=bool(view.blank),
        )

    def _said_at_desk() -> str:
        came, undone = (request.args.get(name, 0, type=int) for name in ("came", "undone"))
        if undone:
            return spoken.text("express.said.undone")
        party = day.view.parties.get(came)
        return _welcomed(party, spoken) if party else ""

    def _languages() -> list[str]:
        return lately.languages(day.event.languages, day.view.parties)

    def _known(number: int) -> Party:
        party = day.view.parties.get(number)
        if party is None:
            abort(404)
        return party

    def _has_left(number: int) -> bool:
        guest = day.view.guest_of(number)
        return guest.left_ms is not None and guest.left_ms >= guest.last_ms

    return express


def _form() -> str:
    said = request.form.get("form", "")
    if len(said) > MOST_FORM or not said.isascii():
        abort(400)
    return said


def _is_script() -> bool:
    return request.accept_mimetypes.best == "application/json"


def _welcomed(party: Party, words: Texts) -> str:
    return words.plural("express.came", party.size, name=words.nickname(party.nickname))


def _go(page: str, **values: Any) -> Answer:
    """`_anchor` and the like are of `url_for`."""
    return redirect(url_for(f"express.{page}", **values), code=303)
