"""A printer that fails at each moment of a sheet: the real spooler, and the stand-in printer at the end of a cable.

Three families are at it: one takes a picture of its code, one takes a badge, one waits. Whatever happened, what was
replaced is never printed, and who waits has its sheet once.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from kiosk.paper.standin import StandinPrinter
from kiosk.rules.printing import PrintState
from kiosk.texts import texts

from ..web.visitor import shown_after_ms, stand_still, until
from .conftest import FAMILY
from .walk import Walk

FIRST_CHUNK = 1_024  # as much as leaves in one piece


@dataclass(frozen=True)
class Moment:
    """`fail`: what happens to the printer, before the family prints or once its sheet is printed.

    `trouble`: what the page says of it. `torn`: part of the sheet may be on paper, so that it is printed no more.
    `buffer_bytes`: what the printer takes beyond what it prints; one that takes no more hears no question either.
    """

    fail: Callable[[StandinPrinter], None]
    trouble: str
    torn: bool = False
    after: bool = False
    buffer_bytes: int = 64 * 1024


MOMENTS = {
    "no paper from the start": Moment(lambda printer: printer.out_of_paper(), "paper_out"),
    "the cover open from the start": Moment(lambda printer: printer.open_cover(), "cover_open"),
    "the cable pulled before": Moment(lambda printer: printer.unplug(), "unreachable"),
    "the cable pulled at the first byte": Moment(
        lambda printer: printer.stop_after(1), "unreachable", torn=True
    ),
    "the cable pulled in the middle": Moment(
        lambda printer: printer.stop_after(FIRST_CHUNK), "unreachable", torn=True
    ),
    "the paper out in the middle": Moment(lambda printer: printer.out_of_paper(400), "paper_out", torn=True),
    "the paper out in the middle, and little memory": Moment(
        lambda printer: printer.out_of_paper(400), "no_answer", torn=True, buffer_bytes=4096
    ),
    "the paper out right after": Moment(lambda printer: printer.out_of_paper(), "paper_out", after=True),
}


def settled(house, job):
    known = house.day.view.jobs.get(job)
    return known is not None and known.state not in (PrintState.QUEUED, PrintState.SENT)


@pytest.mark.parametrize("name", MOMENTS)
def test_what_was_replaced_is_never_printed_and_who_waits_has_its_sheet_once(house, open_page, plug_in, name):
    moment = MOMENTS[name]
    printer = plug_in(buffer_bytes=moment.buffer_bytes)
    walk = Walk(open_page(house.door_url + "/door", reduced_motion="reduce"), "fr")
    until(walk.page, lambda: settled(house, 1))
    walk.begin()
    walk.count()
    if not moment.after:
        moment.fail(printer)
    walk.print()
    if moment.after:
        walk.printed()
        moment.fail(printer)
    waits = house.day.check_in(FAMILY, "fr").party
    takes = house.day.check_in(FAMILY, "fr").party
    until(walk.page, lambda: house.printer.state.trouble == moment.trouble)

    first = house.day.view.parties[2]
    if moment.after:
        walk.printed()
        walk.end()
    else:
        walk.shows(".photo")
        assert texts("fr").text(f"door.trouble.{moment.trouble}") in walk.page.text_content(".job-words")
        assert walk.page.get_attribute(".job", "data-mood") == ("unsure" if moment.torn else "waiting")
        walk.press("[id^=photographed]")
        walk.shows("[data-mood=done]")
        walk.end()
    (blank,) = house.day.make_badges(1)
    house.day.take_badge(takes.number, blank.badge)

    before = printer.count
    printer.restore()
    until(walk.page, lambda: all(settled(house, job) for job in house.day.view.jobs))
    codes = Counter(code for ticket in printer.tickets[before:] for code in ticket.qr_payloads)
    torn = {first.badge} if moment.torn else set()  # what the printer itself held back
    assert codes[waits.badge] == 1
    assert codes[first.badge] <= 1
    assert set(codes) <= {waits.badge} | torn
    states = {job.party: job.state for job in house.day.view.jobs.values()}
    assert states[waits.number] is PrintState.CONFIRMED
    assert states[takes.number] is PrintState.CANCELLED


def test_the_page_says_it_at_once(house, open_page, plug_in):
    """On the page's own clock, which stands still but for what the test lets it run."""
    printer = plug_in(buffer_bytes=64 * 1024)
    page = open_page(house.door_url + "/door", clock=True, reduced_motion="reduce")
    until(page, lambda: settled(house, 1))
    walk = Walk(page, "fr")
    walk.begin()
    walk.count()
    printer.out_of_paper(400)
    stand_still(page)
    page.dispatch_event("button[value=print]", "click")
    walk.at("sheet")
    until(page, lambda: settled(house, 2))
    shown_after_ms(page, ".photo")
    printer.refill()
    until(page, lambda: not house.printer.state.trouble)
    shown_after_ms(page, "[id^=again]")
    page.dispatch_event("[id^=again]", "click")
    until(page, lambda: settled(house, 3))
    shown_after_ms(page, "[data-mood=done]")
