"""Who is there? A family taps its figures, and they join its picture; a class is counted on a number pad.

Each button sends the form with all that was counted, so that it goes without scripts too, and again after a cut.
"""

from collections.abc import Mapping

from flask import Blueprint, abort, render_template, request, session
from werkzeug.wrappers import Response as Answer

from kiosk.intake import MOST_PEOPLE
from kiosk.rules.event import AgeBand, Event
from kiosk.rules.party import GENDERS

from . import visit
from .family import CROWD, DRAWN, Counts, figures, picture
from .paging import Leaf, leaf
from .services import Services
from .visit import go
from .welcome import welcome

BANDS = 5  # side by side
DIGITS = len(str(MOST_PEOPLE))


def register(door: Blueprint, services: Services) -> None:
    """Add these pages to those of the door."""
    event = services.day.event

    @door.get("/family")
    def family() -> str | Answer:
        said = visit.family(services)
        return visit.astray() or render_template(
            "door/family.html",
            said=said,
            portraits=picture(event, said.counts),
            bands=bands(event),
            expected=bool(said.size and visit.expected(services)),
            brought=visit.brought(services),
            taken=session.pop("taken", False),
            drawn=DRAWN,
            **board(event),
        )

    @door.post("/family")
    def say() -> Answer:
        astray = visit.stale()
        if astray is not None:
            return astray
        said = visit.family(services).counting(counted(event, request.form))
        action, _, what = request.form.get("do", "").partition(":")
        if action in ("more", "fewer"):
            known(event, what)
            said = said.one_more(what) if action == "more" else said.one_fewer(what)
        visit.keep(said)
        if action == "page":
            return go("family", page=what)
        if action in ("language", "group"):
            return go(action)
        if not said.size or action not in ("print", "choose"):
            return go("family", page=request.form.get("page"))
        return go("dreams") if action == "choose" else welcome(services, said, "family")

    @door.get("/group")
    def group() -> str | Answer:
        said = visit.family(services)
        chosen = request.args.get("figure", "")
        return visit.astray() or render_template(
            "door/group.html",
            said=said,
            chosen=chosen if chosen in figures(event) else _usual(event, said.counts),
            typed=_digits(request.args.get("typed", "")),
            bands=bands(event),
            digits=DIGITS,
            **board(event),
        )

    @door.post("/group")
    def count() -> Answer:
        astray = visit.stale()
        if astray is not None:
            return astray
        chosen = request.form.get("figure") or request.form.get("held", "")
        typed = _digits(request.form.get("typed", ""))
        action, _, what = request.form.get("do", "").partition(":")
        page = request.form.get("page")
        if action == "digit":
            typed = _digits(typed + what)
        elif action == "rub":
            typed = typed[:-1]
        elif action == "page":
            page = what
        elif action == "ok" and typed:
            visit.keep(visit.family(services).with_count(known(event, chosen), int(typed)))
            return go("family")
        return go("group", figure=chosen, typed=typed, page=page)


def board(event: Event) -> Mapping[str, object]:
    """What the board of figures is drawn from."""
    return {"figures": figures(event), "genders": GENDERS, "most": MOST_PEOPLE}


def bands(event: Event) -> Leaf[AgeBand]:
    return leaf(event.bands, BANDS, request.args.get("page", ""))


def counted(event: Event, form: Mapping[str, str]) -> Counts:
    """What the form says of each figure; raises BadRequest for what no figure of ours can say."""
    counts: dict[str, int] = {}
    for figure in figures(event):
        said = form.get(f"n:{figure}", "0")
        if not (said.isascii() and said.isdigit() and len(said) <= DIGITS):
            abort(400)
        counts[figure] = int(said)
    if sum(counts.values()) > MOST_PEOPLE:
        abort(400)
    return counts


def known(event: Event, figure: str) -> str:
    """This figure; raises BadRequest where it is none of the event's."""
    if figure not in figures(event):
        abort(400)
    return figure


def _usual(event: Event, counts: Counts) -> str:
    """Who is counted by the pad unless somebody else is touched: a crowd that is there, or else schoolchildren."""
    crowds = {figure: count for figure, count in counts.items() if count >= CROWD}
    if crowds:
        return max(crowds, key=lambda figure: crowds[figure])
    children = [figure.id for figure in figures(event).values() if figure.age == "small"]
    return next((id for id in children if id.endswith(":x")), f"{event.bands[0].id}:x")


def _digits(typed: str) -> str:
    """A count that a party may have, as it is typed: no zeros before it, and never too many."""
    digits = "".join(each for each in typed if each in "0123456789").lstrip("0")[:DIGITS]
    return digits if not digits or int(digits) <= MOST_PEOPLE else str(MOST_PEOPLE)
