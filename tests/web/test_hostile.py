"""Text from outside is shown as text: nothing that somebody writes in the event file is ever run."""

import csv
import dataclasses
import io
import json
import unicodedata
from xml.etree import ElementTree

import pytest

from firmware.wire.batch import Health
from kiosk import eventfile
from kiosk.errors import RondeError
from kiosk.rules.party import Group
from kiosk.rules.printing import PrintState

from .conftest import ROUBAIX
from .visitor import begin, print_it

CORPUS = (
    "<script>window.hacked=1</script>",
    "</title></script><script>window.hacked=1</script>",
    "<img src=x onerror=window.hacked=1>",
    '"><svg onload=window.hacked=1>',
    "' onfocus='window.hacked=1' autofocus='",
    "javascript:window.hacked=1",
    "{{ 7 * 7 }}{% raw %}",
    "${window.hacked=1}",
    "<!--",
    "]]>&lt;b&gt;&amp;",
    "\u202eelttes\u2066",
    '=HYPERLINK("http://x")',
    "{n}{clock}%s",
)


def poisoned(event, text):
    names = {"fr": text, "en": text}
    return dataclasses.replace(
        event,
        name=text,
        organiser=text,
        bands=tuple(dataclasses.replace(band, names=names) for band in event.bands),
        ateliers=tuple(dataclasses.replace(atelier, names=names, room=text) for atelier in event.ateliers),
        stations=tuple(dataclasses.replace(station, label=text) for station in event.stations),
    )


@pytest.mark.parametrize("text", CORPUS)
def test_hostile_words_are_shown_as_words(open_house, roubaix, open_page, text):
    house = open_house(poisoned(roubaix, text), roubaix.windows[1].opens_ms)
    house.day.announce({"fr": text}, house.clock() + 3_600_000)

    def harmless(page):
        assert page.evaluate("window.hacked") is None
        assert page.evaluate("document.scripts.length") == len(page.query_selector_all("head > script[src]"))
        assert page.query_selector("img[src=x], svg[onload], [onfocus]") is None

    page = open_page(house.url + "/")
    harmless(page)
    assert page.text_content("h1") == text
    page.goto(house.url + "/nothing")
    harmless(page)
    page.goto(house.url + "/flow")
    page.wait_for_selector("[data-live=live]")
    harmless(page)
    assert page.text_content(".atelier h3") == text
    assert page.text_content("[data-text=announcements]") == text
    log = house.logs["vr"]
    house.stations.receive(*log.batch([], house.clock(), Health(0, True, "test", trouble=text)), 5)
    page.goto(house.url + "/atelier")
    harmless(page)
    assert page.text_content(".booth b") == text
    page.goto(house.url + "/atelier/vr/")
    page.wait_for_selector(".acts")
    harmless(page)
    assert text in page.text_content("#station")
    page.goto(house.door_url + "/door")
    harmless(page)
    begin(page)
    harmless(page)
    assert page.text_content("#band-1") == text
    page.locator("button[value^='more:']").first.click()
    print_it(page)
    house.day.move_job(1, PrintState.SENT)
    house.day.move_job(1, PrintState.UNKNOWN, "stalled")
    page.wait_for_selector(".job[data-mood=unsure]")
    harmless(page)
    assert text in page.text_content(".sheet")
    page.goto(house.door_url + f"/door/{text}")
    harmless(page)


EVERYWHERE = (
    '</title></script><img src=x onerror=window.hacked=1><svg onload=window.hacked=1>"',
    '=HYPERLINK("http://x";"@SUM(1+1)*cmd|\' /C calc\'!A0")',
    "\x1b@\x1dV1\x1bp0\x10\x14 \x1b(k",  # cut, open the drawer
)
PAGES = (
    "/flow", "/flow/atelier/vr", "/flow/acts", "/flow/find?words=1", "/screen", "/express", "/stations", "/paper",
    "/atelier", "/atelier/vr/",
)  # fmt: skip
SHOWN = {"/flow", "/screen", "/express", "/atelier", "/atelier/vr/", "/flow/atelier/vr"}
CSV_FILES = ("/flow/figures.csv", "/flow/ages.csv")


def is_line(text):
    """What the event file and the names of stations may hold: nothing that steers a terminal or a printer."""
    return all(unicodedata.category(letter)[0] != "C" for letter in text)


def test_what_steers_a_printer_is_refused_in_the_event_file(tmp_path):
    steers = EVERYWHERE[2]
    assert not is_line(steers)
    told = ROUBAIX.read_text("utf-8")
    for name, before in (("name", 'name = "Journée'), ("room", 'room = "Salle 1')):
        file = tmp_path / f"{name}.toml"
        file.write_text(told.replace(before, before + json.dumps(steers)[1:-1], 1), "utf-8")
        with pytest.raises(RondeError):
            eventfile.load(file)


@pytest.fixture
def hostile_house(open_house, roubaix):
    """A day on which everybody who may write anywhere wrote this."""

    def opened(text):
        event = poisoned(roubaix, text) if is_line(text) else roubaix
        house = open_house(event, roubaix.windows[1].opens_ms + 1_800_000)
        day = house.day
        day.announce({"fr": text, "en": text}, house.clock() + 3_600_000, text)
        day.ask_help(text, text)
        day.note(text, house.clock() + 60_000, text)
        for _ in range(8):
            came = day.check_in([Group("18-59", "f", 2)], "fr", ("vr",))
            house.scan("vr", "arrive", came.party.badge)
        house.printer.says(text, house.clock())
        log = house.logs["vr"]
        house.stations.receive(*log.batch([], house.clock(), Health(0, True, "test", trouble=text)), 5)
        house.clock.at_ms += 1_200_000
        return house

    return opened


@pytest.mark.parametrize("text", EVERYWHERE, ids=["html", "formula", "printer"])
def test_what_is_written_anywhere_is_shown_as_words_on_every_page(hostile_house, open_page, text):
    house = hostile_house(text)
    page = open_page(house.url + "/screen", 1920, 1080)
    for path in PAGES:
        page.goto(house.url + path)
        page.wait_for_load_state("load")
        if path in ("/flow", "/screen"):
            page.wait_for_selector("[data-live=live]")
        assert page.evaluate("window.hacked") is None, path
        assert page.query_selector("img[src=x], svg[onload]") is None, path
        assert page.evaluate("document.scripts.length") == len(
            page.query_selector_all("head > script[src]")
        ), path
        if path in (SHOWN if is_line(text) else ("/flow", "/screen")):
            page.wait_for_function("text => document.body.textContent.includes(text)", arg=text)


@pytest.mark.parametrize("text", EVERYWHERE, ids=["html", "formula", "printer"])
def test_what_is_downloaded_holds_it_as_words(hostile_house, text):
    house = hostile_house(text)
    for path in CSV_FILES:
        status, _, body = house.ask("GET", path)
        assert status == 200, path
        rows = list(csv.reader(io.StringIO(body.decode("utf-8-sig")), delimiter=";"))
        assert len(rows) > 1
        for cell in (cell for row in rows for cell in row):
            assert not cell.startswith(("=", "+", "@", "\t", "\r")), (path, cell)
    status, _, body = house.ask("GET", "/flow/charts/queues.svg")
    assert status == 200
    tree = ElementTree.fromstring(body)  # well-formed, whatever was written
    assert not [
        each for each in tree.iter() if each.tag.endswith(("script", "img")) or "onload" in each.attrib
    ]
