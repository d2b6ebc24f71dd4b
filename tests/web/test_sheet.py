"""The sheet, from "print" to its paper: where to go first, and what to do at once where the printer cannot."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image

from kiosk.paper.printer import Outcome
from kiosk.paper.render import PaperSettings
from kiosk.paper.spooler import Spooler
from kiosk.paper.status import PrinterStatus
from kiosk.printroom import PrintRoom
from kiosk.rules.party import Group
from kiosk.rules.printing import HANDED_OVER, REPLACED, PrintState
from kiosk.texts import texts

from ..door.looks import laid_out
from ..qrcodes import qr_codes
from .visitor import Visitor, begin, count, only_party, print_it, shown_after_ms, stand_still, until

SIZES = [(800, 480), (720, 1280)]
FINGER = {480: 78, 1280: 124}  # 15 mm on the official displays
PARENTS, CHILDREN = (Group("18-59", "f", 1),), (Group("6-11", "m", 2),)
STAGE = "(({scrollHeight, clientHeight}) => [scrollHeight, clientHeight])(document.getElementById('stage'))"
TROUBLES = ("paper_out", "cover_open", "error", "offline", "unreachable", "no_answer")


@pytest.fixture
def door(house, open_page):
    return open_page(house.door_url + "/door")


@pytest.fixture
def timed(house, open_page):
    """A door whose own time may stand still."""
    return open_page(house.door_url + "/door", clock=True)


def check_in(page, language="fr"):
    begin(page, language)
    count(page)
    print_it(page)


def apart(page):
    begin(page)
    count(page)
    page.click("button[value=choose]")
    page.wait_for_selector("[data-step=dreams]")
    page.click("button[value=apart]")
    page.wait_for_selector("[data-step=apart]")
    page.click("button[value=print]")
    page.wait_for_selector(".sheet-pair")


def said(page, selector):
    return page.text_content(selector).strip()


def headline(page, key):
    page.wait_for_function(
        "words => document.querySelector('.job-headline')?.textContent === words", arg=texts("fr").text(key)
    )


def job_of(house):
    return max(house.day.view.jobs.values(), key=lambda job: job.job)


def sent(house, *states, detail=""):
    *before, last = states
    for state in before:
        house.day.move_job(job_of(house).job, state)
    house.day.move_job(job_of(house).job, last, detail)


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


def test_after_the_picture_is_taken_nothing_is_printed_any_more(house, door):
    house.printer.says("paper_out", house.clock())
    check_in(door)
    door.click(".photo button")
    headline(door, "door.job.photo")
    assert (job_of(house).state, job_of(house).detail) == (PrintState.CANCELLED, REPLACED)
    assert door.locator(".photo").count() == 0
    door.click(".recall summary")
    assert door.is_visible(".recall img")
    house.printer.says("", house.clock())
    door.click("#done")
    door.wait_for_selector(".attract")


def test_a_badge_that_is_taken_instead_gives_its_nickname_and_calls_the_sheet_off(house, door):
    (blank,) = house.day.make_badges(1)
    house.scanners.at = {1}
    house.printer.says("paper_out", house.clock())
    check_in(door)
    before = said(door, "h1")
    house.clock.at_ms += 1000
    assert texts("fr").text("door.offer.show") in said(door, ".instead")
    house.services.scans.put(1, blank.badge)
    headline(door, "door.job.taken")
    party = only_party(house)
    assert (party.badge, party.sign) == (blank.badge, blank.sign)
    assert said(door, "h1") == texts("fr").nickname(party.nickname) != before
    assert job_of(house).state is PrintState.CANCELLED


def test_without_a_scanner_its_letters_are_typed(house, door):
    (blank,) = house.day.make_badges(1)
    house.printer.says("paper_out", house.clock())
    check_in(door)
    door.click("#type")
    door.wait_for_selector("[data-step=back]")
    door.click("#rail-back")
    door.wait_for_selector("[data-step=sheet]")
    door.click("#type")
    door.wait_for_selector("[data-step=back]")
    house.clock.at_ms += 1000
    for letter in blank.badge:
        door.click(f".key[value={letter}]")
    headline(door, "door.job.taken")
    assert only_party(house).badge == blank.badge


def test_without_badges_to_take_a_volunteer_is_called(house, door):
    house.printer.says("paper_out", house.clock())
    check_in(door)
    assert texts("fr").text("door.no_phone") in said(door, "#neither")
    assert door.locator("#type").count() == 0
    door.click("#neither")
    door.wait_for_selector("[data-step=help]")
    assert [call.subject for call in house.day.view.help] == ["printer"]


def test_a_badge_is_not_taken_while_the_sheet_comes_out(house, door):
    (blank,) = house.day.make_badges(1)
    check_in(door)
    sent(house, PrintState.SENT)
    headline(door, "door.job.sent")
    with door.expect_response("**/door/scanned"):
        house.services.scans.put(1, blank.badge)
    sent(house, PrintState.CONFIRMED)
    headline(door, "door.job.confirmed")
    assert blank.badge in house.day.view.blank


def test_a_sheet_that_is_printed_leaves_the_next_badge_to_the_next_family(house, door):
    (blank,) = house.day.make_badges(1)
    check_in(door)
    sent(house, PrintState.SENT, PrintState.CONFIRMED)
    headline(door, "door.job.confirmed")
    house.services.scans.put(1, blank.badge)
    door.wait_for_selector("[data-step=language]")
    assert only_party(house).badge != blank.badge


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


def test_a_family_that_goes_apart_has_two_sheets_each_told_by_itself(house, door):
    apart(door)
    first, second = sorted(house.day.view.parties.values(), key=lambda party: party.number)
    assert first.linked == (second.number,)
    names = door.eval_on_selector_all(".part h2.who-name", "all => all.map(each => each.textContent)")
    assert names == [texts("fr").nickname(each.nickname) for each in (first, second)]
    for state in (PrintState.SENT, PrintState.CONFIRMED):
        house.day.move_job(1, state)
    door.wait_for_selector(".part:nth-of-type(1) [data-mood=done]")
    assert said(door, ".job-headline") == texts("fr").text("door.both.busy")
    house.printer.says("paper_out", house.clock())
    door.wait_for_selector(".part:nth-of-type(2) .code")
    assert door.locator(".part:nth-of-type(1) .code").count() == 0
    assert said(door, ".job-headline") == texts("fr").text("door.job.held")
    door.click("#photographed")
    door.wait_for_selector(".part:nth-of-type(2) [data-mood=done]")
    assert house.day.view.jobs[2].state is PrintState.CANCELLED
    assert said(door, ".job-headline") == texts("fr").text("door.both.done")
    door.click("#done")
    door.wait_for_selector(".attract")


def test_of_two_sheets_that_wait_each_takes_a_badge_in_turn(house, door):
    blanks = house.day.make_badges(2)
    house.printer.says("paper_out", house.clock())
    apart(door)
    for blank in blanks:
        house.clock.at_ms += 1000
        with door.expect_response("**/door/scanned"):
            house.services.scans.put(1, blank.badge)
        door.wait_for_function(
            "name => [...document.querySelectorAll('.who-name')].some(each => each.textContent === name)",
            arg=texts("fr").nickname(house.day.view.parties[1 + blanks.index(blank)].nickname),
        )
    assert [party.badge for party in house.day.view.parties.values()] == [each.badge for each in blanks]


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


def test_it_all_goes_without_scripts(house, open_page):
    house.printer.says("paper_out", house.clock())
    page = open_page(house.door_url + "/door", java_script_enabled=False)
    check_in(page)
    page.click(".photo button")
    assert texts("fr").text("door.job.photo") == said(page, ".job-headline")
    page.click("#done")
    assert page.is_visible(".attract")


def test_what_a_screen_reader_hears(house, door):
    check_in(door)
    party = only_party(house)
    with door.expect_response("**/door/sheet/status"):
        house.printer.says("paper_out", house.clock())
    door.wait_for_selector(".photo")
    assert door.get_attribute(".code img", "alt") == texts("fr").text(
        "door.badge_alt", name=texts("fr").nickname(party.nickname)
    )
    assert texts("fr").text("door.job.held") in said(door, "#announced")
    heard = door.get_attribute("#spoken", "data-said")
    assert texts("fr").nickname(party.nickname).replace("\u00a0", " ") in heard
    assert texts("fr").text("door.photo") in heard


def test_by_keyboard_alone_the_picture_is_confirmed(house, door):
    house.printer.says("paper_out", house.clock())
    check_in(door)
    for _ in range(12):
        door.keyboard.press("Tab")
        if door.evaluate("document.activeElement.id") == "photographed":
            break
    door.keyboard.press("Enter")
    headline(door, "door.job.photo")


@pytest.mark.parametrize("language", ["fr", "ar"])
@pytest.mark.parametrize("size", SIZES)
def test_in_each_state_all_is_seen_and_every_target_fits_a_finger(house, open_page, language, size):
    house.day.make_badges(1)
    scheme = "dark" if language == "ar" else "light"
    page = open_page(house.door_url + "/door", *size, reduced_motion="reduce", color_scheme=scheme)
    check_in(page, language)
    looked_at(page, size)
    sent(house, PrintState.SENT, PrintState.CONFIRMED)
    page.wait_for_selector("[data-mood=done]")
    looked_at(page, size)
    page.click("#done")
    page.wait_for_selector(".attract")
    check_in(page, language)
    house.printer.says("paper_out", house.clock())
    page.wait_for_selector(".photo")
    looked_at(page, size)
    house.printer.says("", house.clock())
    sent(house, PrintState.SENT, PrintState.UNKNOWN, detail="stalled")
    page.wait_for_selector("[data-mood=unsure]")
    looked_at(page, size)


@pytest.mark.parametrize("calm", [False, True])
@pytest.mark.parametrize("size", SIZES)
def test_two_sheets_are_seen_whole_in_each_state(house, open_page, size, calm):
    """However large the letters, and however long the names."""
    for _ in range(21):
        house.day.check_in(PARENTS, "fr", sheet=False)
    house.day.make_badges(1)
    page = open_page(house.door_url + "/door", *size, reduced_motion="reduce")
    if calm:
        page.click("form[action='/door/calm'] button")
        page.wait_for_selector("body.calm")
    apart(page)
    first, second = sorted(house.day.view.jobs)
    marked(page, "busy", "busy")
    house.printer.says("paper_out", house.clock())
    marked(page, "waiting", "waiting")
    house.day.move_job(first, PrintState.SENT)
    house.day.move_job(first, PrintState.UNKNOWN, "paper_out")
    marked(page, "unsure", "waiting")
    house.day.move_job(second, PrintState.SENT)
    house.day.move_job(second, PrintState.UNKNOWN, "no_answer")
    marked(page, "unsure", "unsure")
    house.printer.says("", house.clock())
    page.wait_for_selector("#again")
    marked(page, "unsure", "unsure")
    page.click("#again")
    marked(page, "busy", "busy")
    house.printer.says("none", house.clock())
    marked(page, "none", "none")
    page.click("#photographed")
    marked(page, "done", "done")


def marked(page, *moods):
    """So it is with each of the sheets, and all of it is seen."""
    page.wait_for_function(
        "moods => [...document.querySelectorAll('.part-mark')].map(each => each.dataset.mood).join() === moods",
        arg=",".join(moods),
    )
    page.wait_for_selector("body:not(.asking)")
    laid_out(page, "-".join(moods))


def looked_at(page, size):
    whole, seen = page.evaluate(STAGE)
    assert whole <= seen
    heights = page.eval_on_selector_all(
        "#stage button, #stage summary, #stage a",
        "all => all.map(each => each.getBoundingClientRect().height)",
    )
    assert min(heights) >= FINGER[size[1]]
    assert Axe().run(page).violations_count == 0, Axe().run(page).generate_report()
