"""An animator's phone as a station, in Chromium, against a real hub over its HTTPS."""

import pytest
from playwright.sync_api import Page, expect

from firmware.wire.booth import INSIDE
from firmware.wire.passage import ARRIVE, CALL, ENTER, PAUSE, UNDO

from ..axe import Axe
from .conftest import Filming, OpenPhone
from .phones import STATION, Fete, Phone, standings
from .scripts import DETECTOR, FILL, LISTENING, NO_BEEP, read_picture

SIZES = [(320, 568), (360, 640), (390, 844), (844, 390), (820, 1180)]


def test_a_phone_reads_badges_with_its_camera(open_phone: OpenPhone, fete: Fete, filming: Filming) -> None:
    """This Chromium reads no codes by itself: the hub reads them for it."""
    badges = [fete.badge(), fete.badge()]
    with filming([*badges, "https://example.org/not-a-badge"]) as browser:
        phone = open_phone(browser=browser)
        phone.enrol(fete.code(STATION, "vr"))
        phone.page.get_by_role("button", name="Scanner").click()
        said = phone.page.locator("#scan-said")
        for _ in badges:
            phone.signalled("kept")
            expect(said).to_have_attribute("data-tone", "kept")
        phone.signalled("refused")
        expect(said).to_contain_text("Ce n’est pas un badge")
        expect(phone.page.locator("#scan-hub")).to_be_visible()
        phone.page.get_by_role("button", name="Fermer la caméra").click()
        phone.held()
        assert not phone.page.evaluate("document.getElementById('scan-video').srcObject")
    steps = fete.steps(STATION)
    assert sorted(badge for _, kind, badge in steps if kind == ARRIVE) == sorted(badges)
    assert [seq for seq, _, _ in steps] == list(range(1, len(steps) + 1))


def test_a_browser_that_reads_codes_needs_no_hub_for_it(
    open_phone: OpenPhone, fete: Fete, filming: Filming
) -> None:
    """BarcodeDetector, where a phone has it, stood in for by the reader of the tests."""
    badge = fete.badge()
    with filming([badge]) as browser:
        phone = open_phone(browser=browser, init=DETECTOR, readPicture=read_picture)
        phone.enrol(fete.code(STATION, "vr"))
        phone.context.set_offline(True)
        phone.page.get_by_role("button", name="Scanner").click()
        phone.signalled("kept")
        phone.context.set_offline(False)
        phone.held()
    assert fete.steps(STATION)[0] == (1, ARRIVE, badge)


def test_without_the_network_all_goes_on_and_arrives_once_and_in_order(station: Phone, fete: Fete) -> None:
    badges = [fete.badge() for _ in range(4)]
    station.type(badges[0])
    station.signalled("kept")
    station.held()
    station.context.set_offline(True)
    for badge in badges[1:]:
        station.type(badge)
        station.signalled("kept")
    station.press("next")
    station.signalled("called")
    called = station.page.locator('#station .card[data-state="called"]')
    expect(called).not_to_have_count(0)
    station.press("undo")
    station.signalled("undone")
    expect(called).to_have_count(0)
    station.press("next")
    station.signalled("called")
    station.type(badges[0])
    station.signalled("kept")
    station.press("pause")
    station.signalled("paused")
    own = [(one["seq"], one["kind"], one["badge"]) for one in station.log()]
    assert fete.steps(STATION) == own[:1]
    station.context.set_offline(False)
    station.held()
    assert fete.steps(STATION) == own
    assert {kind for _, kind, _ in own} >= {ARRIVE, CALL, ENTER, UNDO, PAUSE}
    assert all(not fact.moment.estimated for fact in fete.passages(STATION))
    assert fete.day.view.statuses.of("vr", fete.day.clock()).value == "paused"
    inside = [standing for standing in standings(fete) if standing.state == INSIDE]
    assert [standing.badge for standing in inside] == [badges[0]]


def test_the_page_knows_who_is_there_after_it_was_closed_without_a_network(
    open_phone: OpenPhone, fete: Fete
) -> None:
    station = open_phone(workers="allow")
    station.enrol(fete.code(STATION, "vr"))
    badges = [fete.badge() for _ in range(3)]
    for badge in badges:
        station.type(badge)
        station.signalled("kept")
    station.held()
    station.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    station.context.set_offline(True)
    station.type(badges[0])
    station.signalled("repeat")
    station.page.close()
    station.open()  # from the browser's own cache
    station.ready()
    expect(station.page.locator("#station .waiting .card:not(.more)")).to_have_count(3)
    station.type(fete.badge())
    station.signalled("kept")
    expect(station.page.locator("#station .waiting .card:not(.more)")).to_have_count(4)
    station.context.set_offline(False)
    station.held()
    assert [kind for _, kind, _ in fete.steps(STATION)] == [ARRIVE] * 5


def test_a_scan_cut_off_between_store_and_beep_is_kept_once_and_not_counted_twice(
    open_phone: OpenPhone, fete: Fete
) -> None:
    """The page dies when the passage is on the disk and nothing has sounded yet; the family scans once more."""
    phone = open_phone(init=NO_BEEP)
    phone.enrol(fete.code(STATION, "vr"))
    badge = fete.badge()
    phone.page.evaluate("globalThis.deaf = true")
    phone.type(badge)
    phone.page.wait_for_function("() => globalThis.withheld === true")
    assert phone.page.locator("#lamp").get_attribute("data-signal") is None
    phone.page.close()
    phone.open()
    phone.ready()
    phone.type(badge)
    phone.signalled("repeat")
    phone.held()
    assert fete.steps(STATION) == [(1, ARRIVE, badge), (2, ARRIVE, badge)]
    assert [standing.badge for standing in standings(fete)] == [badge]


def test_a_full_store_is_said_and_does_not_beep(phone: Phone, fete: Fete) -> None:
    origin = phone.page.evaluate("location.origin")
    phone.page.goto("about:blank")
    tools = phone.context.new_cdp_session(phone.page)
    tools.send("Storage.overrideQuotaForOrigin", {"origin": origin, "quotaSize": 2_000_000})
    phone.page.goto(phone.url)
    phone.enrol(fete.code(STATION, "vr"))
    assert phone.page.evaluate(FILL) > 0
    badge = fete.badge()
    phone.type(badge)
    phone.signalled("refused")
    expect(phone.page.locator("dialog.pad .wrong")).to_contain_text("plein")
    assert phone.log() == []
    tools.send("Storage.overrideQuotaForOrigin", {"origin": origin, "quotaSize": 20_000_000})
    phone.page.locator("dialog.pad .send").click()
    phone.signalled("kept")
    phone.held()
    assert fete.steps(STATION) == [(1, ARRIVE, badge)]


def test_what_is_kept_and_what_is_not_differ_to_the_ear_and_to_the_hand(
    open_phone: OpenPhone, fete: Fete
) -> None:
    phone = open_phone(init=LISTENING)
    phone.enrol(fete.code(STATION, "vr"))
    badge, heard = fete.badge(), []
    for text, signal in ((badge, "kept"), (badge, "repeat"), ("BCDFGHJKLNPRSTVX", "refused")):
        phone.type(text)
        phone.signalled(signal)
        heard.append(phone.page.evaluate("() => [globalThis.notes.splice(0), globalThis.shakes.splice(0)]"))
        phone.page.keyboard.press("Escape")
    assert heard == [
        [[880], [[130]]],
        [[659, 659], [[40, 110, 40]]],
        [[220] * 3, [[130, 110, 130, 110, 130]]],
    ]


def test_foreign_badges_and_junk_are_refused_and_leave_no_trace(station: Phone, fete: Fete) -> None:
    for text in ("BCDFGHJKLNPRSTVX", "CBBBBBBBBBBBBBBB"):
        station.type(text)
        station.signalled("refused")
        station.page.keyboard.press("Escape")
    assert station.log() == []


@pytest.mark.parametrize("size", SIZES)
def test_its_pages_are_fit_for_all(open_phone: OpenPhone, fete: Fete, size: tuple[int, int]) -> None:
    phone = open_phone(*size)
    page = phone.page
    _fits(page)
    phone.enrol(fete.code(STATION, "vr"))
    phone.type(fete.badge())
    phone.signalled("kept")
    _fits(page)
    page.get_by_role("button", name="Scanner").click()
    expect(page.locator("#scan")).to_be_visible()
    page.wait_for_function("() => document.getElementById('scan-video').readyState >= 2")
    _fits(page)


def _fits(page: Page) -> None:
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
