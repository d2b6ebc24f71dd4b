"""The door for who has a sheet already: its badge, read or typed, says who it is; the page says where to go now.

start → back (sixteen letters) → guest → another idea, the sheet once more, or the end.
Nothing is shown but to who holds the badge, and only while the session lasts.
"""

import secrets
from dataclasses import dataclass

from flask import Blueprint, abort, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response as Answer

from firmware.wire import token
from firmware.wire.errors import BadBadge
from kiosk import phrases
from kiosk.phrases import Phrase
from kiosk.rules import counsel
from kiosk.rules.event import Atelier, Event
from kiosk.rules.floor import Floor
from kiosk.rules.guest import Guest
from kiosk.rules.journeys import State
from kiosk.texts import Texts, texts

from .progress import NO_PRINTER
from .services import Services

REPRINTS = 1  # in a session


@dataclass(frozen=True, slots=True)
class Found:
    """What a party finds of itself at the door. `said`: how often it was told something, by now."""

    guest: Guest
    told: Phrase | None
    done: tuple[Atelier, ...]
    said: int


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
        party = _carrier(typed)
        if party is None:
            return _keypad(typed, unknown=True)
        return welcome_back(party)

    @door.get("/guest")
    def guest() -> str | Answer:
        number = session.get("guest", 0)
        if number not in day.view.parties:
            return redirect(url_for("door.start"), code=303)
        found = find(event, day.view.guest_of(number), day.floor(), _words(number))
        printer = services.printer().trouble not in NO_PRINTER
        may_print = printer and session.get("again", 0) < REPRINTS
        return render_template("guest.html", found=found, party=found.guest.party, may_print=may_print)

    @door.post("/another")
    def another() -> Answer:
        number = session.get("guest", 0)
        if number not in day.view.parties:
            return redirect(url_for("door.start"), code=303)
        if request.form.get("said") == str(len(day.view.guest_of(number).told)):
            day.advise(number, another=True)
        return redirect(url_for("door.guest"), code=303)

    @door.post("/reprint")
    def reprint() -> Answer:
        number = session.get("guest", 0)
        if number not in day.view.parties:
            return redirect(url_for("door.start"), code=303)
        if session.get("again", 0) >= REPRINTS:
            abort(400)
        session["parties"], session["jobs"] = [number], [day.print_again(number)]
        session["again"] = session.get("again", 0) + 1
        return redirect(url_for("door.sheet"), code=303)

    def welcome_back(party: int) -> Answer:
        session.clear()
        day.advise(party)
        session["guest"], session["language"] = party, day.view.parties[party].language
        session["form"] = secrets.token_urlsafe(16)
        return redirect(url_for("door.guest"), code=303)

    def _carrier(typed: str) -> int | None:
        """The party that carries this badge."""
        try:
            badge = token.verify(day.event_key, typed)
        except BadBadge:
            return None
        number = day.view.badges.get(badge)
        return number if number in day.view.parties else None

    def _keypad(typed: str, unknown: bool = False) -> str:
        return render_template("back.html", typed=typed, unknown=unknown, keys=token.ALPHABET)

    def _words(party: int) -> Texts:
        return texts(day.view.parties[party].language)


def find(event: Event, guest: Guest, floor: Floor, words: Texts) -> Found:
    told = guest.advice
    said: Phrase | None = None
    turn_ms = counsel.turn_ms(event, floor, guest)
    if told is not None:
        said = phrases.phrase(event, told.advice, words, counsel.kept_ms(event, floor, guest))
    elif turn_ms is not None and guest.stay is not None:
        minutes = floor.at_ms, max(turn_ms, floor.at_ms)
        said = phrases.queueing(event.by_id[guest.stay.atelier], *minutes, words)
    journey = guest.journey.at(event, floor.at_ms)
    done = dict.fromkeys(stay.atelier for stay in journey.stays if stay.state in (State.IN, State.DONE))
    return Found(guest, said, tuple(event.by_id[id] for id in done), len(guest.told))


def _letters(text: str) -> str:
    """Those of a badge, and no others."""
    return "".join(letter for letter in text.upper() if letter in token.ALPHABET)[: token.LENGTH]
