"""A badge that is shown to the door's scanner: at once on the screen, whatever its step, and never in a page."""

import http.client
import random
import time

import pytest

from firmware.standin import PtyScanner
from firmware.wire import token
from kiosk.config import Scanner
from kiosk.doorscanner import DoorScanners
from kiosk.reception import Expected
from kiosk.rules.party import Group
from kiosk.rules.printing import PrintState
from kiosk.texts import texts

from ..axe import Axe
from ..patience import until
from .visitor import Visitor, begin, count, print_it

FAMILY = (Group("6-11", "m", 2), Group("18-59", "f", 1))
PRINTED = (PrintState.SENT, PrintState.CONFIRMED)
SIZES = [(800, 480), (720, 1280)]


@pytest.fixture
def party(house):
    """A party that has its sheet."""
    came = house.day.check_in(FAMILY, "en")
    for state in PRINTED:
        house.day.move_job(came.job, state)
    return came.party


@pytest.fixture
def blank(house):
    """A badge that was printed beforehand and that nobody has."""
    return house.day.make_badges(1)[0]


@pytest.fixture
def door(house, open_page):
    page = open_page(house.door_url + "/door")
    listening(house)
    return page


def said(page, selector):
    return page.text_content(selector).strip()


def listening(house, pages=1):
    until(lambda: house.services.scans._listening[1] >= pages)


def show(house, line):
    house.services.scans.put(1, line)


def at(page, step):
    page.wait_for_selector(f"[data-step={step}]")


def to_start(page):
    pass


def to_language(page):
    page.click(".attract")
    at(page, "language")


def to_family(page):
    begin(page)
    count(page)


def to_dreams(page):
    to_family(page)
    page.click("button[value=choose]")
    at(page, "dreams")


def to_sheet(page):
    to_family(page)
    print_it(page)


def to_back(page):
    page.click("a[href^='/door/back']")
    at(page, "back")


@pytest.mark.parametrize("go", [to_start, to_language, to_family, to_dreams, to_sheet, to_back])
def test_a_family_that_has_a_badge_finds_itself_from_any_step(house, door, party, go):
    go(door)
    show(house, party.badge)
    at(door, "guest")
    assert said(door, "h1") == texts("en").nickname(party.nickname)
    assert door.get_attribute("html", "lang") == "en"


def test_the_badge_is_in_no_address_and_no_page(house, door, party):
    asked = []
    door.on("request", lambda request: asked.append(request.url + (request.post_data or "")))
    show(house, party.badge)
    at(door, "guest")
    assert asked
    assert not [each for each in asked if party.badge in each]
    assert party.badge not in door.content()


@pytest.mark.alone
def test_it_takes_less_than_a_second(house, door, party):
    begun = time.monotonic()
    show(house, party.badge)
    at(door, "guest")
    assert time.monotonic() - begun < 1


def test_what_is_shown_while_the_page_asks_for_another_is_not_lost(house, door, party):
    held = []
    door.route("**/door/language", lambda route: held.append(route))
    door.click(".attract", no_wait_after=True)
    door.wait_for_selector(".asking")
    show(house, party.badge)
    door.wait_for_timeout(200)
    assert held
    for route in held:
        route.continue_()
    at(door, "guest")


def test_a_badge_of_nobody_begins_a_check_in_and_no_paper_is_waited_for(house, door, blank):
    house.printer.says("paper_out", house.clock())
    show(house, blank.badge)
    at(door, "language")
    door.click("button[value=fr]")
    at(door, "family")
    count(door)
    print_it(door)
    (party,) = house.day.view.parties.values()
    assert (party.badge, party.sign) == (blank.badge, blank.sign)
    assert said(door, "h1") == texts("fr").nickname(party.nickname)
    assert said(door, ".job-headline") == texts("fr").text("door.job.taken")
    assert door.locator(".photo").count() == 0
    assert not house.day.view.blank


def test_a_family_that_was_expected_finds_itself_drawn_already_in_its_language(house, door):
    (expected,) = house.day.expect([Expected(FAMILY, ("arts",), "en")])
    show(house, expected.badge)
    at(door, "family")
    assert door.get_attribute("html", "lang") == "en"
    assert door.locator(".portrait-tile").count() == 3


def test_a_badge_of_nobody_keeps_what_was_said_so_far(house, door, blank):
    to_dreams(door)
    with door.expect_response("**/door/scanned"):
        show(house, blank.badge)
    door.wait_for_selector("body:not(.asking) [data-step=dreams]")
    door.click("button[value=print]")
    door.wait_for_selector(".sheet")
    (party,) = house.day.view.parties.values()
    assert (party.size, party.badge) == (3, blank.badge)


def test_the_next_family_s_badge_is_not_the_one_s_before(house, door, party, blank):
    show(house, party.badge)
    at(door, "guest")
    show(house, blank.badge)
    at(door, "language")
    door.goto(house.door_url + "/door/guest")
    assert door.is_visible(".attract")
    assert house.day.view.parties[party.number].badge == party.badge


@pytest.mark.parametrize(
    "line", ["4006381333931", "https://example.org/?q=1", token.issue(bytes(32), random.Random(5).randrange)]
)
def test_a_code_that_is_not_from_here_is_said_to_be_so_kindly(house, door, line):
    show(house, line)
    at(door, "unread")
    assert said(door, "h1") == texts("fr").text("door.scan.foreign")
    assert line not in door.content()
    door.click("#on")
    at(door, "start")


def test_that_it_is_our_fault_is_said_where_it_is(house, door):
    lost = token.issue(house.day.event_key, random.Random(9).randrange)
    to_family(door)
    show(house, lost)
    at(door, "unread")
    assert said(door, "h1") == texts("fr").text("door.scan.ours")
    door.click("#on")
    at(door, "family")
    assert door.locator(".portrait-tile").count() == 3, "what was said so far is still there"


def test_a_sheet_that_was_replaced_calls_a_volunteer(house, door, party):
    house.day.replace_badge(party.number)
    show(house, party.badge)
    at(door, "unread")
    assert said(door, "h1") == texts("fr").text("door.scan.replaced")
    (call,) = house.day.view.help
    assert (call.subject, call.party) == ("replaced", party.number)


def test_a_journal_that_cannot_be_written_loses_no_badge(house, door, party, monkeypatch):
    answers = iter([TimeoutError("the disk is slow"), None])
    advise = type(house.day).advise

    def once(day, number, **more):
        error = next(answers, None)
        if error:
            raise error
        return advise(day, number, **more)

    monkeypatch.setattr(type(house.day), "advise", once)
    show(house, party.badge)
    at(door, "guest")


def test_a_reference_is_good_once_and_at_its_own_kiosk(house, party):
    visitor = Visitor(house)
    house.services.scans.put(2, party.badge)
    letter = house.services.scans._letters[2]
    assert visitor.ask("POST", "/door/scanned", reference=letter.reference)[1] == "/door"
    show(house, party.badge)
    letter = house.services.scans._letters[1]
    assert visitor.ask("POST", "/door/scanned", reference="another")[1] == "/door"
    assert visitor.ask("POST", "/door/scanned", reference=letter.reference)[1] == "/door/guest"
    assert visitor.ask("POST", "/door/scanned", reference=letter.reference)[1] == "/door/guest"
    stranger = Visitor(house)
    assert stranger.ask("POST", "/door/scanned", reference=letter.reference)[1] == "/door"


def test_only_the_door_hears_of_it(house):
    assert house.ask("GET", "/door/events")[0] == 403
    assert house.ask("POST", "/door/scanned")[0] == 403


def test_the_stream_ends_with_the_hub(house):
    connection = http.client.HTTPConnection("127.0.0.1", house.door_port, timeout=60)
    connection.request("GET", "/door/events")
    answer = connection.getresponse()
    assert answer.headers["Content-Type"].startswith("text/event-stream")
    house.cut()
    assert b"retry: " in answer.read()
    connection.close()


def test_a_real_scanner_is_read_and_read_again_after_it_was_unplugged(house, door, party, tmp_path):
    with PtyScanner(tmp_path / "scanner") as pty:
        read = DoorScanners(
            [Scanner(port=str(pty.path))], lambda kiosk, line: house.services.scans.put(kiosk, line)
        )
        read.start()
        try:
            until(lambda: read.reads(1))
            pty.scan(party.badge.lower(), end="\n")
            at(door, "guest")
            door.click("#done")
            at(door, "start")
            pty.unplug()
            until(lambda: not read.reads(1))
            pty.plug()
            until(lambda: read.reads(1))
            pty.scan("somebody's bottle of milk")
            at(door, "unread")
        finally:
            read.stop()


def test_it_listens_again_after_the_hub_was_away(house, door, party):
    house.cut()
    house.resume()
    listening(house)
    show(house, party.badge)
    at(door, "guest")


def test_what_is_wrong_with_the_scanner_is_told_to_organisers(house, open_page):
    house.scanners.trouble = "lecteur de badges introuvable"
    page = open_page(house.url + "/flow?lang=fr")
    assert "lecteur de badges introuvable" in said(page, "[data-text='alarm.scanner']")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_and_nothing_scrolls(house, open_page, party, scheme):
    for width, height in SIZES:
        page = open_page(
            house.door_url + "/door", width, height, color_scheme=scheme, reduced_motion="reduce"
        )
        listening(house)
        show(house, f"{width} is no badge")
        at(page, "unread")
        assert page.evaluate(
            "(stage => stage.scrollHeight <= stage.clientHeight)(document.getElementById('stage'))"
        )
        assert Axe().run(page).violations_count == 0, Axe().run(page).generate_report()
        page.context.close()
