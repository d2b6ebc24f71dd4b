"""What a family sees once it is checked in: its nickname, where to go first, and what became of its sheet.

A family that goes apart has several parties, each with a sheet of its own. Where the printer cannot, a picture of the
code on the screen does as well, and so does a pre-printed badge; what waits to be printed is called off then.
"""

import hashlib
import io
from dataclasses import dataclass, replace

import qrcode
from flask import Blueprint, Response, abort, g, jsonify, render_template, request, session
from qrcode.constants import ERROR_CORRECT_M
from qrcode.image.svg import SvgPathImage
from werkzeug.wrappers import Response as Answer

from firmware.wire.token import grouped
from kiosk.phrases import Phrase
from kiosk.rules.party import Party
from kiosk.rules.printing import PrintJob, PrintState

from . import kiosks
from .found import find
from .progress import Progress, of_both, progress, settled
from .services import Services
from .visit import go

MOST_SHEETS = 3  # of one party, by itself
PHOTO, TAKEN = "photo", "taken"
ENDED_S, WAITING_S = 40, 90  # of silence
_HELD = frozenset({PrintState.QUEUED, PrintState.FAILED, PrintState.UNKNOWN, PrintState.CANCELLED})


@dataclass(frozen=True, slots=True)
class Sheet:
    """That of one party; `job` is None where none is printed. `settled`: how the party does without it, or empty."""

    party: Party
    job: PrintJob | None
    progress: Progress
    told: Phrase | None
    settled: str

    @property
    def letters(self) -> str:
        return grouped(self.party.badge)

    @property
    def may_take_a_badge(self) -> bool:
        return not self.settled and (self.job is None or self.job.state in _HELD or self.progress.offer)

    @property
    def coming_out(self) -> bool:
        return self.job is not None and self.job.state is PrintState.SENT and not self.job.ended


def register(door: Blueprint, services: Services) -> None:
    """Add these pages to those of the door."""
    day = services.day

    @door.get("/sheet")
    def sheet() -> str | Answer:
        shown = sheets(services)
        if not shown:
            return go("start")
        ended = all(each.progress.ended for each in shown)
        return render_template(
            "door/sheet.html",
            sheets=shown,
            both=of_both([each.progress for each in shown], g.words) if len(shown) > 1 else None,
            page=_digest(shown),
            came="guest" not in session,
            silence=ENDED_S if ended else WAITING_S,
            badges=bool(day.view.blank),
            scans=services.scanners.reads(kiosks.here(services)),
        )

    @door.get("/sheet/status")
    def status() -> Response:
        """Which page it is by now; none once the visit is over, or another's."""
        shown = sheets(services)
        return jsonify(page=_digest(shown) if shown else None)

    @door.get("/badge.svg")
    def badge() -> Response:
        number = request.args.get("party", "")
        party = next((each for each in _parties(services) if str(each.number) == number), None)
        if party is None:
            abort(404)
        return Response(drawn(party.badge), mimetype="image/svg+xml")

    @door.post("/again")
    def again() -> Answer:
        asked = request.form.getlist("job")
        for each in sheets(services):
            if each.job and each.progress.again and str(each.job.job) in asked:
                job = day.print_again(each.party.number, form=f"again/{each.job.job}")
                session["jobs"] = [job if old == each.job.job else old for old in session["jobs"]]
        return go("sheet")

    @door.post("/missing")
    def missing() -> Answer:
        """Nothing came out, the family says, of a printer that cannot tell."""
        asked = request.form.getlist("job")
        for each in sheets(services):
            if each.job and each.progress.unseen and str(each.job.job) in asked:
                session["missing"] = [*session.get("missing", ()), each.job.job]
        return go("sheet")

    @door.post("/photographed")
    def photographed() -> Answer:
        taken = request.form.getlist("party")
        for each in sheets(services):
            if str(each.party.number) in taken and each.may_take_a_badge:
                day.call_off_sheets(each.party.number)
                settle(each.party.number, PHOTO)
        return go("sheet")

    @door.post("/end")
    def end() -> Answer:
        for each in sheets(services):
            if each.settled:  # its sheet would fall out for nobody
                day.call_off_sheets(each.party.number)
        session.clear()
        return go("start")


def sheets(services: Services) -> tuple[Sheet, ...]:
    """Those that this visit is about."""
    return tuple(
        _sheet(services, party, job)
        for party, job in zip(_parties(services), session.get("jobs", ()), strict=False)
    )


def settle(party: int, how: str) -> None:
    session["settled"] = {**session.get("settled", {}), str(party): how}


def _parties(services: Services) -> list[Party]:
    known = services.day.view.parties
    numbers = session.get("parties", ())
    return [known[number] for number in numbers] if all(number in known for number in numbers) else []


def _sheet(services: Services, party: Party, number: int) -> Sheet:
    day = services.day
    told = find(day.event, day.view.guest_of(party.number), day.floor(), g.words).told
    jobs, trouble = day.view.jobs, services.printer().trouble
    job = jobs.get(number)
    ahead = sum(other.state is PrintState.QUEUED and other.job < number for other in jobs.values())
    became = progress(job, trouble, ahead, g.words, missing=number in session.get("missing", ()))
    how: str = session.get("settled", {}).get(str(party.number), "")
    if not how and party.sign and became.offer:  # it came with a badge: paper would have been a comfort only
        how = TAKEN
    if how:
        return Sheet(party, job, settled(how, g.words), told, how)
    if became.again and day.sheets_of(party.number) >= MOST_SHEETS:
        became = replace(became, again=False)
    return Sheet(party, job, became, told, "")


def _digest(shown: tuple[Sheet, ...]) -> str:
    """The same as long as the page looks the same."""
    looks = [(each.party.badge, each.progress, each.told, each.settled) for each in shown]
    return hashlib.sha256(repr(looks).encode()).hexdigest()[:16]


def drawn(badge: str) -> bytes:
    """The code of a badge, as SVG."""
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=4, image_factory=SvgPathImage)
    code.add_data(badge)
    svg = io.BytesIO()
    code.make_image().save(svg)
    return svg.getvalue()
