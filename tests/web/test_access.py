"""Every page can be used by everybody: axe finds nothing, light and dark."""

import pytest

from firmware.wire.batch import Health
from kiosk.registry import Wanted
from kiosk.rules.floor import Status
from kiosk.rules.printing import PrintState

from ..axe import Axe
from ..grid import each

SCHEMES = ["light", "dark"]


def without_violations(page, where):
    found = Axe().run(page)
    assert found.violations_count == 0, f"{where}: {found.generate_report()}"


@pytest.mark.parametrize(
    ("size", "scheme", "language"), each(((800, 480), (720, 1280)), SCHEMES, ("fr", "ar"))
)
def test_the_door(house, open_page, size, scheme, language):
    page = open_page(house.door_url + "/door", *size, color_scheme=scheme, reduced_motion="reduce")

    def step(press, awaited):
        page.click(press)
        page.wait_for_selector(awaited)
        without_violations(page, awaited)

    without_violations(page, "start")
    step(".notice .turn:visible", ".notice-page")
    page.click("#rail-back")
    step(".attract", ".languages")
    step(f"button[value={language}]", ".figures")
    step("button[value=group]", ".digits")
    page.click("#rail-back")
    page.wait_for_selector(".family")
    page.click("button[value='more:18-59:f']")
    step("button[value='more:6-11:m']", ".portrait-tile")
    step("button[value=choose]", ".dreams")
    step("button[value='wish:arts']", "[aria-pressed=true]")
    step("button[value=apart]", ".two-sheets")
    page.click("#rail-back")
    page.wait_for_selector(".dreams")
    step("button[value=print]", "[data-mood=busy]")
    house.printer.says("cover_open", house.clock())
    page.wait_for_selector("[data-mood=waiting]")
    without_violations(page, "waiting")
    house.printer.says("", house.clock())
    house.day.move_job(1, PrintState.SENT)
    house.day.move_job(1, PrintState.UNKNOWN, "paper_out")
    page.wait_for_selector("[data-mood=unsure]")
    without_violations(page, "unknown")
    page.evaluate("document.getElementById('silence').hidden = false")
    without_violations(page, "silence")


@pytest.mark.parametrize(("size", "scheme"), each(((1280, 800), (390, 844)), SCHEMES))
def test_the_flow(lively_day, open_page, size, scheme):
    lively_day.day.set_status("vr", Status.PAUSED)
    lively_day.day.set_status("arts", Status.CLOSED)
    lively_day.day.announce({"fr": "Le goûter est servi."}, lively_day.clock() + 3_600_000)
    page = open_page(lively_day.url + "/flow", *size, color_scheme=scheme)
    page.wait_for_selector("[data-live=live]")
    without_violations(page, "flow")
    lively_day.scan("arts", "enter", "CBBBBBBBBBBBBBBB")
    lively_day.printer.says("paper_out", lively_day.clock())
    lively_day.clock.at_ms += 6 * 60_000
    page.wait_for_selector("[data-state=printer][data-is=bad]")
    without_violations(page, "flow with troubles")
    lively_day.printer.says("", lively_day.clock(), "low")
    page.wait_for_selector("[data-state=printer][data-is=warn]")
    without_violations(page, "flow with little paper")
    lively_day.cut()
    page.wait_for_selector("#lost:not([hidden])")
    without_violations(page, "flow, lost")


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_other_pages(house, open_page, scheme):
    page = open_page(house.url + "/", 1280, 800, color_scheme=scheme)
    without_violations(page, "start")
    for path in ("/paper", "/nothing", "/door"):
        page.goto(house.url + path)
        without_violations(page, path)


def test_nothing_moves_where_that_is_not_wanted(house, open_page):
    page = open_page(house.door_url + "/door", reduced_motion="reduce")
    for press, awaited in (
        (".attract", ".languages"),
        ("button[value=fr]", ".figures"),
        ("button[value='more:18-59:f']", ".portrait-tile"),
        ("button[value=print]", ".sheet"),
    ):
        assert page.evaluate("document.getAnimations().length") == 0
        page.click(press)
        page.wait_for_selector(awaited)
    assert page.evaluate("document.getAnimations().length") == 0


@pytest.mark.parametrize(("size", "scheme"), each(((800, 480), (1280, 800)), SCHEMES))
def test_the_stations(house, open_page, size, scheme):
    house.stations.registry.set(Wanted("arts", label="Le grand atelier"))
    body, signed = house.logs["vr"].batch([], house.clock(), Health(12, False, "0.1", temperature_c=82))
    house.stations.receive(body, signed, 5)
    page = open_page(house.door_url + "/stations", *size, color_scheme=scheme)
    without_violations(page, "stations")
    page.click("[data-station=vr] button")
    page.wait_for_selector(".invite[data-is=waiting]")
    without_violations(page, "a code")
    house.stations.pairings.cancel("vr")
    page.wait_for_selector(".invite[data-is=cancelled]")
    without_violations(page, "a code that is over")
