"""The sheet, from "print" to its paper: what becomes of it is told within a second."""

import pytest
from PIL import Image

from kiosk.paper.printer import Outcome
from kiosk.paper.render import PaperSettings
from kiosk.paper.spooler import Spooler
from kiosk.paper.status import PrinterStatus
from kiosk.printroom import PrintRoom
from kiosk.rules.printing import HANDED_OVER, PrintState
from kiosk.texts import texts

from ...qrcodes import qr_codes
from ..visitor import Visitor, only_party, shown_after_ms, stand_still, until
from .families import PARENTS, check_in, headline, job_of, said, sent

TROUBLES = ("paper_out", "cover_open", "error", "offline", "unreachable", "no_answer")


def read(page, selector, folder):
    page.locator(selector).screenshot(path=folder / "code.png")
    with Image.open(folder / "code.png") as picture:
        return [code.text for code in qr_codes(picture)]


def test_a_sheet_on_its_way_is_told_until_it_is_printed(house, door):
    check_in(door)
    assert said(door, ".job-headline") == texts("fr").text("door.job.queued")
    sent(house, PrintState.SENT)
    headline(door, "door.job.sent")
    sent(house, PrintState.CONFIRMED)
    headline(door, "door.job.confirmed")
    assert said(door, "h1") == texts("fr").nickname(only_party(house).nickname)
    door.click("#done")
    door.wait_for_selector(".attract")


@pytest.mark.parametrize("trouble", TROUBLES)
def test_a_printer_that_is_in_trouble_already_is_told_with_the_code(house, door, trouble, tmp_path):
    house.printer.says(trouble, house.clock())
    check_in(door)
    assert said(door, ".job-headline") == texts("fr").text("door.job.held")
    assert texts("fr").text(f"door.trouble.{trouble}") in said(door, ".job-words")
    assert read(door, ".photo .code", tmp_path) == [only_party(house).badge]


def test_a_trouble_while_it_waits_is_told_within_a_second(house, timed):
    check_in(timed)
    stand_still(timed)
    house.printer.says("cover_open", house.clock())
    shown_after_ms(timed, ".photo")


@pytest.mark.parametrize(
    ("states", "detail", "key"),
    [
        ((PrintState.SENT, PrintState.UNKNOWN), "stalled", "door.job.unknown"),
        ((PrintState.FAILED,), "not_composed", "door.job.failed"),
    ],
)
def test_a_sheet_that_may_not_be_there_is_told_within_a_second(house, timed, states, detail, key):
    check_in(timed)
    stand_still(timed)
    sent(house, *states, detail=detail)
    shown_after_ms(timed, ".photo")
    assert said(timed, ".job-headline") == texts("fr").text(key)
    assert timed.is_visible("#done")


def test_from_a_printer_that_cannot_tell_the_sheet_is_taken_unless_nothing_came(house, door):
    check_in(door)
    sent(house, PrintState.SENT, PrintState.SENT, detail=HANDED_OVER)
    headline(door, "door.job.handed")
    assert door.locator(".photo").count() == 0
    assert texts("fr").text("door.offer.have") in said(door, "#done")
    door.click("#missing")
    door.wait_for_selector(".photo")
    assert door.is_visible("#again")
    door.click(".photo button")
    headline(door, "door.job.photo")


class Device:
    """A printer that can be out of paper, as the spooler asks it; it knows how many sheets it printed."""

    def __init__(self):
        self.paper, self.printed = "ok", 0

    def status(self, deadline_s):
        return PrinterStatus(self.paper == "ok", self.paper, "closed", False, True)

    def print(self, ticket):
        self.printed += 1
        return Outcome("confirmed", "", "ok")


@pytest.fixture
def device(house):
    """Behind the real spooler, whose state the pages show."""
    device = Device()
    room = PrintRoom(house.day, 80, PaperSettings())

    def publish(state):
        house.printer.state = state

    with Spooler(device, room, room.compose, house.clock, publish):
        yield device


def test_who_waits_gets_its_sheet_and_what_was_replaced_meanwhile_is_not_printed(house, device, open_page):
    device.paper = "out"
    pages = [open_page(house.door_url + "/door") for _ in range(3)]
    (blank,) = house.day.make_badges(1)
    for page in pages:
        check_in(page)
        page.wait_for_selector(".photo")
    pages[0].click(".photo button")
    headline(pages[0], "door.job.photo")
    pages[1].click("#type")
    for letter in blank.badge:
        pages[1].click(f".key[value={letter}]")
    headline(pages[1], "door.job.taken")
    device.paper = "ok"
    headline(pages[2], "door.job.confirmed")
    assert device.printed == 1
    assert [job.state for job in house.day.view.jobs.values()] == [
        PrintState.CANCELLED,
        PrintState.CANCELLED,
        PrintState.CONFIRMED,
    ]


def test_paper_that_runs_out_is_on_the_screen_a_second_after_the_printer_said_so(house, device, timed):
    device.paper = "out"
    check_in(timed)
    stand_still(timed)
    until(timed, lambda: house.printer.state.trouble == "paper_out")
    shown_after_ms(timed, ".photo")


def test_another_print_is_offered_three_sheets_long(house, door):
    check_in(door)
    for number in (1, 2, 3):
        assert job_of(house).job == number
        sent(house, PrintState.SENT, PrintState.UNKNOWN, detail="stalled")
        headline(door, "door.job.unknown")
        if number < 3:
            door.click("#again")
            headline(door, "door.job.queued")
    assert door.locator("#again").count() == 0


def test_sent_twice_it_is_as_if_it_was_sent_once(house):
    house.printer.says("paper_out", house.clock())
    visitor = Visitor(house)
    form = visitor.ready()
    for _ in range(2):
        assert (
            visitor.ask("POST", "/door/family", form=form, do="print", **{"n:18-59:f": 1})[1] == "/door/sheet"
        )
    for _ in range(2):
        assert visitor.ask("POST", "/door/photographed", party=1)[1] == "/door/sheet"
    assert visitor.ask("POST", "/door/photographed", party=99)[0] == 303
    assert len(house.day.view.jobs) == 1
    for _ in range(2):
        assert visitor.ask("POST", "/door/end")[1] == "/door"
    assert visitor.ask("GET", "/door/sheet")[1] == "/door"
    assert visitor.ask("GET", "/door/badge.svg?party=1")[0] == 404


def test_nobody_sees_the_code_of_another_family(house):
    house.day.check_in(PARENTS, "fr")
    visitor = Visitor(house)
    form = visitor.ready()
    visitor.ask("POST", "/door/family", form=form, do="print", **{"n:18-59:f": 1})
    assert visitor.ask("GET", "/door/badge.svg?party=2")[0] == 200
    assert visitor.ask("GET", "/door/badge.svg?party=1")[0] == 404


def test_a_hub_that_starts_anew_meanwhile_loses_nothing(house, door):
    check_in(door)
    house.cut()
    door.wait_for_selector("#waiting:not([hidden])")
    house.resume()
    door.wait_for_selector("#waiting", state="hidden")
    sent(house, PrintState.SENT, PrintState.CONFIRMED)
    headline(door, "door.job.confirmed")
