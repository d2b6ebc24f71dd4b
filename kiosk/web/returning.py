"""The door for who has a sheet already: its badge, read or typed, says who it is; the page says where to go now.

a scan, or back (sixteen letters) → guest → another idea, the sheet once more, other people, other wishes, or the end.
Nothing is shown but to who holds the badge, and only while the session lasts.
"""

from flask import Blueprint, abort, current_app, g, render_template, request, session
from werkzeug.wrappers import Response as Answer

from firmware.wire import token
from kiosk.errors import Refused
from kiosk.rules.party import Party

from . import shown, visit
from .dreams import at_once, dreamed
from .family import DRAWN, MOST_WISHES, Family, picture
from .found import find, relatives
from .paging import leaf
from .people import bands, board, counted, known
from .services import Services
from .sheets import MOST_SHEETS
from .visit import go
from .welcome import is_many

SILENCE_S = 40
BACK = "/door/back"


def register(door: Blueprint, services: Services) -> None:
    """Add these pages to those of the door."""
    day, event = services.day, services.day.event

    @door.get("/back")
    def back() -> str:
        return _keypad("")

    @door.post("/back")
    def type_in() -> str | Answer:
        typed = _letters(request.form.get("typed", ""))
        key = request.form.get("do", "")
        if key == "rub":
            return _keypad(typed[:-1])
        typed = (typed + _letters(key))[: token.LENGTH]
        if len(typed) < token.LENGTH:
            return _keypad(typed)
        if shown.is_foreign(services, typed):
            return _keypad(typed, wrong=True)
        return shown.act(services, typed, BACK)

    @door.get("/guest")
    def guest() -> str | Answer:
        party = _guest()
        if party is None:
            return go("start")
        session.pop("family", None)  # what was changed and not kept
        floor = day.floor()
        return render_template(
            "door/guest.html",
            party=party,
            found=find(event, day.view.guest_of(party.number), floor, g.words),
            relatives=list(relatives(day.view, party, floor)),
            sheets=day.sheets_of(party.number),
            most_sheets=MOST_SHEETS,
            has_printer=visit.has_printer(services),
            silence=SILENCE_S,
            noted=session.pop("noted", False),
            wishes=[event.by_id[id] for id in party.wishes if id in event.by_id],
        )

    @door.post("/another")
    def another() -> Answer:
        party = _guest()
        if party is None:
            return go("start")
        if request.form.get("said") == str(len(day.view.guest_of(party.number).told)):
            day.advise(party.number, another=True)
        return go("guest")

    @door.post("/reprint")
    def reprint() -> Answer:
        """Its sheet once more or, where none can be printed, its code on the screen."""
        party = _guest()
        if party is None:
            return go("start")
        asked, nth = day.sheets_of(party.number), request.form.get("nth", "")
        job = 0
        if visit.has_printer(services):
            if asked >= MOST_SHEETS and nth == str(asked):
                abort(400)
            job = day.print_again(party.number, form=f"{session['form']}/{nth}")
        session["parties"], session["jobs"] = [party.number], [job]
        return go("sheet")

    @door.get("/people")
    def people() -> str | Answer:
        party = _guest()
        if party is None:
            return go("start")
        said = _said(party)
        return render_template(
            "door/people.html",
            said=said,
            portraits=picture(event, said.counts),
            bands=bands(event),
            drawn=DRAWN,
            **board(event),
        )

    @door.post("/people")
    def change_people() -> Answer:
        party = _guest()
        if party is None:
            return go("start")
        said = _said(party).counting(counted(event, request.form))
        action, _, what = request.form.get("do", "").partition(":")
        if action in ("more", "fewer"):
            known(event, what)
            said = said.one_more(what) if action == "more" else said.one_fewer(what)
        visit.keep(said)
        if action == "page":
            return go("people", page=what)
        if action != "save" or not said.size:
            return go("people")
        return go("people_sure") if _is_more(party, said) else _changed(party, said)

    @door.get("/people/sure")
    def people_sure() -> str | Answer:
        """So many, all at once? Asked as before a first sheet."""
        party = _guest()
        if party is None:
            return go("start")
        said = _said(party)
        if not _is_more(party, said):
            return go("people")
        return render_template(
            "door/sure.html", said=said, portraits=picture(event, said.counts), action="/door/people/sure"
        )

    @door.post("/people/sure")
    def people_answer() -> Answer:
        party = _guest()
        if party is None:
            return go("start")
        said = _said(party)
        if request.form.get("do") == "correct" or not said.size:
            return go("people")
        sure = request.form.get("do") == "print" and request.form.get("people") == str(said.size)
        return _changed(party, said) if sure else go("people_sure")

    @door.get("/wishes")
    def wishes() -> str | Answer:
        party = _guest()
        if party is None:
            return go("start")
        said = _said(party)
        floor = current_app.extensions["live"].frame().data["board"]
        offered = leaf(dreamed(event, said, floor, g.words), at_once(), request.args.get("page", ""))
        return render_template("door/wishes.html", said=said, most=MOST_WISHES, dreams=offered)

    @door.post("/wishes")
    def change_wishes() -> Answer:
        party = _guest()
        if party is None:
            return go("start")
        said = _said(party).wishing(id for id in request.form.getlist("wish") if id in event.by_id)
        action, _, what = request.form.get("do", "").partition(":")
        if action == "wish":
            if what not in event.by_id:
                abort(400)
            said = said.tapped(what)
        elif action == "surprise":
            said = said.wishing(())
        visit.keep(said)
        if action == "page":
            return go("wishes", page=what)
        if action != "save":
            return go("wishes", page=request.form.get("page"))
        session["noted"] = True
        return _changed(party, said)

    def _guest() -> Party | None:
        return day.view.parties.get(session.get("guest", 0))

    def _said(party: Party) -> Family:
        """The family as it is being changed, or as it is."""
        return visit.family(services) if "family" in session else Family.expected(party.people, party.wishes)

    def _is_more(party: Party, said: Family) -> bool:
        return is_many(said) and said.size > party.size

    def _changed(party: Party, said: Family) -> Answer:
        wished = tuple(id for id in said.wishes if id in event.by_id and said.admits(event, event.by_id[id]))
        try:
            day.change(party.number, said.groups(), wished)
        except Refused:
            session.pop("family", None)
            session.pop("noted", None)
            abort(400)
        return go("guest")

    def _keypad(typed: str, wrong: bool = False) -> str:
        return render_template(
            "door/back.html", typed=typed, wrong=wrong, keys=token.ALPHABET, back=shown.where()
        )


def _letters(text: str) -> str:
    """Those of a badge, and no others."""
    return "".join(letter for letter in text.upper() if letter in token.ALPHABET)[: token.LENGTH]
