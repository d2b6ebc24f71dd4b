"""What do you dream of? Up to three hearts, the dearest first, or a surprise; then together, or each their own way."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, abort, current_app, g, render_template, request
from werkzeug.wrappers import Response as Answer

from kiosk.rules.event import Atelier, Event
from kiosk.texts import Texts

from . import visit
from .family import MOST_WISHES, Family, figures, picture
from .paging import leaf
from .people import counted, known
from .screen import Card, card
from .services import Services
from .visit import go
from .welcome import APART, is_parted, may_part, welcome

DREAMS, CALM_DREAMS = 7, 5  # on a page, after the surprise
OVER = frozenset({"closed", "after"})
OLDEST = 120  # who gives no greater age than this to an atelier gives it an end


@dataclass(frozen=True, slots=True)
class Dream:
    """An atelier as it is offered. `why`: why it cannot be chosen ("age" or "over"), or empty."""

    card: Card
    ages: str
    why: str

    @property
    def atelier(self) -> Atelier:
        return self.card.atelier


def register(door: Blueprint, services: Services) -> None:
    """Add these pages to those of the door."""
    event = services.day.event

    @door.get("/dreams")
    def dreams() -> str | Answer:
        said = visit.family(services)
        astray = visit.astray()
        if astray is not None:
            return astray
        if not said.size:
            return go("family")
        offered = dreamed(event, said, _board(), g.words)
        return render_template(
            "door/dreams.html",
            said=said,
            most=MOST_WISHES,
            may_part=may_part(event, said),
            dreams=leaf(offered, at_once(), request.args.get("page", "")),
        )

    @door.post("/dreams")
    def wish() -> Answer:
        astray = visit.stale()
        if astray is not None:
            return astray
        said = visit.family(services).wishing(id for id in request.form.getlist("wish") if id in event.by_id)
        action, _, what = request.form.get("do", "").partition(":")
        if action == "wish":
            if what not in event.by_id:
                abort(400)
            said = said.tapped(what)
        elif action == "surprise":
            said = said.wishing(())
        visit.keep(said)
        if action == "page":
            return go("dreams", page=what)
        if not said.size or action == "family":
            return go("family")
        if action == "apart" and may_part(event, said):
            return go("apart")
        if action == "print":
            return welcome(services, said, "dreams")
        return go("dreams", page=request.form.get("page"))

    @door.get("/apart")
    def apart() -> str | Answer:
        said = visit.family(services)
        astray = visit.astray()
        if astray is not None:
            return astray
        if not may_part(event, said):
            return go("dreams")
        said = said if said.second else said.parted(event)
        sheets = picture(event, said.first), picture(event, said.second)
        return render_template(
            "door/apart.html",
            said=said,
            sheets=sheets,
            figures=figures(event),
            alone=said.left_alone(event),
        )

    @door.post("/apart")
    def part() -> Answer:
        astray = visit.stale()
        if astray is not None:
            return astray
        said = visit.family(services).with_second(counted(event, request.form))
        action, _, what = request.form.get("do", "").partition(":")
        if action in ("first", "second"):
            said = said.moved(known(event, what), to_second=action == "second")
        visit.keep(said)
        if action == "dreams":
            return go("dreams")
        if action == "print" and is_parted(event, said):
            return welcome(services, said, APART)
        if action == "together":
            return welcome(services, said, "dreams")
        return go("apart")


def at_once() -> int:
    """How many ateliers are on a page."""
    return CALM_DREAMS if g.get("calm") else DREAMS


def dreamed(event: Event, said: Family, board: Mapping[str, Any], words: Texts) -> Sequence[Dream]:
    """All ateliers, by the board: those that somebody of the family may go to before the others."""
    offered = [
        _dream(event, said, card(event, here, place, board["at_ms"], words), here["status"], words)
        for place, here in enumerate(board["ateliers"])
    ]
    return sorted(offered, key=lambda dream: bool(dream.why))


def ages(atelier: Atelier, words: Texts) -> str:
    """Whom it is for, or empty where it is for everybody."""
    if atelier.max_age >= OLDEST:
        return words.plural("sheet.age_from", atelier.min_age) if atelier.min_age else ""
    if not atelier.min_age:
        return words.plural("sheet.age_to", atelier.max_age)
    low, high = words.number(atelier.min_age), words.number(atelier.max_age)
    return words.text("sheet.age_range", low=low, high=high)


def _dream(event: Event, said: Family, shown: Card, status: str, words: Texts) -> Dream:
    why = "over" if status in OVER else "" if said.admits(event, shown.atelier) else "age"
    return Dream(shown, ages(shown.atelier, words), why)


def _board() -> Mapping[str, Any]:
    """What the organisers see, at most a second old."""
    board: Mapping[str, Any] = current_app.extensions["live"].frame().data["board"]
    return board
