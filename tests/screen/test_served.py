"""The same page as the station itself serves it, with its rules for who may ask and press."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from firmware.config import ScreenSettings
from firmware.page import PLAN, STATE, Asked, Page
from firmware.pageserver import PageServer
from firmware.wire import booth

from .conftest import Stage, plan_of


class Station:
    """A station's page, in front of a stage."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.page = Page(self.ask)
        self.server = PageServer(ScreenSettings(address="127.0.0.1", port=0), self.page)
        self.show()
        self.server.start()

    def ask(self, asked: Asked) -> None:
        asked.answer.set_result(self.stage.press(dict(asked.fields)))
        self.show()

    def show(self) -> None:
        self.page.show(PLAN, self.stage.plan.to_json())
        self.page.show(STATE, self.stage.state())


@pytest.fixture
def station(vr: Stage) -> Iterator[Station]:
    station = Station(vr)
    yield station
    station.server.stop()


def name_of(address: str) -> str:
    return urlsplit(address).path.rpartition("/")[2]


def test_the_station_serves_all_that_the_page_asks_for(station, browser):
    context = browser.new_context(viewport={"width": 480, "height": 320})
    page = context.new_page()
    asked: dict[str, int] = {}
    page.on("response", lambda answer: asked.__setitem__(name_of(answer.url), answer.status))
    page.on("pageerror", lambda error: asked.__setitem__(str(error), 0))
    page.goto(f"http://127.0.0.1:{station.server.port}/")
    page.get_by_role("button", name="Suivants").click()
    page.locator(".said", has_text="Entrée : Cheval 1").wait_for()
    station.stage.party(60, booth.WAITING, 1)
    station.show()
    page.wait_for_selector(".waiting .count:text-is('6')")
    context.close()
    assert {status for name, status in asked.items() if name != "favicon.ico"} == {200}
    assert {"", "station.css", "station.js", "view.js", "state", "plan", "events", "act"} <= asked.keys()


def test_a_station_without_a_plan_yet_says_so_until_it_has_one(browser):
    stage = Stage(plan_of("vr"))
    page_of_station = Page(lambda asked: None, words="La station attend son plan.")
    server = PageServer(ScreenSettings(address="127.0.0.1", port=0), page_of_station)
    server.start()
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"http://127.0.0.1:{server.port}/")
    assert "La station attend son plan." in page.inner_text("body")
    page_of_station.show(PLAN, stage.plan.to_json())
    page_of_station.show(STATE, stage.state())
    page.wait_for_selector("main.page", timeout=60_000)
    context.close()
    server.stop()
