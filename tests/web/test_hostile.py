"""Text from outside is shown as text: nothing that somebody writes anywhere is ever run, or is any more than words."""

import csv
import http.client
import io
import json
import re
from collections import Counter
from dataclasses import replace
from itertools import cycle
from pathlib import Path
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest
from flask import template_rendered

from kiosk.rules.event import Station
from kiosk.rules.floor import Status
from kiosk.web import app as web
from kiosk.web.charts import NAMES

from .. import corpus
from .tour import GROWN, door, liven, office
from .walker import Page, Walker, texts_in

TEMPLATES = Path(web.__file__).with_name("templates")
PARTS = {"base.html", "door/frame.html", "express/panel.html"}  # what pages are made of
PLAIN = "Mots"
OF_GROWN = 5  # the place of the name of that age band among the words of `hostile`
SHOWN = {"/flow", "/screen", "/atelier", "dreams", "/stations"}
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
DRAWN = {
    "svg",
    "g",
    "path",
    "use",
    "defs",
    "style",
    "title",
    "desc",
    "text",
    "tspan",
    "clipPath",
    "rect",
    "pattern",
}


def hostile(event, words):
    """The event where every text that its file may hold, and the names of its stations, are the next of `words`."""

    def named(thing):
        return replace(thing, names=dict.fromkeys(thing.names, next(words)))

    return replace(
        event,
        name=next(words),
        organiser=next(words),
        bands=tuple(map(named, event.bands)),
        ateliers=tuple(replace(named(each), room=next(words)) for each in event.ateliers),
        stations=tuple(replace(each, label=next(words)) for each in event.stations),
    )


def shaped(page: Page) -> Counter:
    """What a page is made of, by tag and attributes: words are in none of it."""
    return Counter(page.elements)


def harmless(page: Page, where: str) -> None:
    for tag, attributes in page.elements:
        assert not [name for name in attributes if name.startswith("on")], (where, tag, attributes)
        assert "autofocus" not in attributes, where
    assert not [link for link in page.links if not link.startswith(("/", "?", "#", "http://127.0.0.1"))], (
        where
    )


@pytest.fixture
def lively(open_house, roubaix):
    """A day on which everybody who may write anywhere wrote one of these; `said`: what volunteers and machines say."""

    def opened(words, said):
        house = open_house(hostile(roubaix, cycle(words)), roubaix.opens_ms)
        liven(house, said)
        return house

    return opened


def every_page(house):
    yield from office(house)
    yield from door(house)


def test_no_page_is_made_of_anything_else_where_its_words_are_hostile(lively):
    """Every template, and every line of the corpus in one place or another; each is there to be read."""
    drawn = set()
    quiet = lively([PLAIN], PLAIN)
    template_rendered.connect(
        lambda sender, template, **more: drawn.add(template.name), quiet.app, weak=False
    )
    expected = [(place, shaped(page)) for place, page in every_page(quiet)]
    assert (
        drawn
        >= {
            str(path.relative_to(TEMPLATES))
            for path in TEMPLATES.rglob("*.html")
            if "{% extends" in path.read_text("utf-8")
        }
        - PARTS
    )
    house = lively(corpus.LINES, corpus.LINES[0])
    names = [each.name("fr") for each in house.event.ateliers]
    for (place, shape), (_, page) in zip(expected, every_page(house), strict=True):
        harmless(page, place)
        assert shaped(page) == shape, place
        if place in SHOWN:
            read = "".join(page.words)
            assert not [name for name in names if name not in read], place


IN_CHROMIUM = (
    "/", "/nothing", "/flow", "/flow/acts", "/flow/atelier/{first}", "/flow/party/1", "/express", "/express/party/1",
    "/stations", "/atelier", "/atelier/{first}/", "/screen", "/phone",
)  # fmt: skip
RUN = r"""() => [
  window.hacked,
  [...document.scripts].filter((each) => !(each.src.startsWith(location.origin) && each.closest("head"))).length,
  [...document.querySelectorAll("*")].flatMap((each) => [...each.attributes]).filter((said) =>
    said.name.startsWith("on") || /href|src|action/.test(said.name) && /^\s*javascript:/i.test(said.value)
  ).length,
]"""


@pytest.mark.parametrize("first", [0, corpus.LINES.index(corpus.DOLLARS) - OF_GROWN])
def test_in_a_browser_nothing_of_it_runs_and_nothing_leaves_the_machine(lively, open_page, first):
    words = corpus.LINES[first:] + corpus.LINES[:first]
    house = lively(words, words[0])
    page = open_page("about:blank", 1280, 900)
    asked = []
    page.on("request", lambda request: asked.append(request.url))

    def at(place, wanted=()):
        assert page.evaluate(RUN) == [None, 0, 0], place
        for text in wanted:
            page.wait_for_function("text => document.body.textContent.includes(text)", arg=text)

    name = house.event.ateliers[0].name("fr")
    for path in IN_CHROMIUM:
        page.goto(house.url + path.format(first=house.event.ateliers[0].id))
        if path in ("/flow", "/screen"):
            page.wait_for_selector("[data-live=live]")
        at(path, [name] if path in SHOWN else ())
    page.goto(house.door_url + "/door")
    for button in (".attract", "button[value=fr]", f"button[value^='more:{GROWN}']", "button[value=choose]"):
        page.click(button)
        at(button)
        if button.startswith("button[value^='more"):
            told = page.locator(".portrait-tile").first.get_attribute("aria-label")
            assert house.event.bands_by_id[GROWN].name("fr") in told
    page.wait_for_selector("[data-step=dreams]")
    at("dreams", [name])
    page.click("button[value=print]")
    page.wait_for_selector(".sheet")
    at("sheet")
    assert {urlsplit(url).hostname for url in asked} == {"127.0.0.1"}


# What is sent as data, and what is downloaded


def test_what_pages_are_told_as_it_changes_is_json_and_as_written(lively):
    house = lively(corpus.LINES, corpus.LINES[0])
    names = {each.name("fr") for each in house.event.ateliers}
    for path in ("/flow/events", "/screen/events", f"/atelier/{house.event.ateliers[0].id}/events"):
        connection = http.client.HTTPConnection("127.0.0.1", house.port, timeout=60)
        connection.request("GET", path)
        stream = connection.getresponse()
        line = next(each for each in iter(stream.readline, b"") if each.startswith(b"data: "))
        assert stream.readline() == b"\n", "an event is one line"
        said = "".join(texts_in(json.loads(line[6:])))
        if path == "/screen/events":
            said = "".join(Page(said).words)
            assert all(name in said for name in names)
        connection.close()
    board = json.loads(house.ask("GET", "/api/floor")[2])
    assert [each["id"] for each in board["ateliers"]] == [each.id for each in house.event.ateliers]


def test_what_is_downloaded_holds_it_as_words(lively):
    house = lively(corpus.LINES, corpus.LINES[0])
    for path in ("/flow/figures.csv", "/flow/ages.csv"):
        rows = list(csv.reader(io.StringIO(house.ask("GET", path)[2].decode("utf-8-sig")), delimiter=";"))
        assert len(rows) > 1
        assert {len(row) for row in rows} == {len(rows[0])}
        for cell in (cell for row in rows for cell in row):
            assert not cell.startswith(FORMULA), (path, cell)
    for name in NAMES:
        status, headers, body = house.ask("GET", f"/flow/charts/{name}.svg")
        assert status == 200
        for each in ElementTree.fromstring(body).iter():
            assert each.tag.rpartition("}")[2] in DRAWN, each.tag
            assert not [said for said in each.attrib if said.startswith("on")]
    assert re.fullmatch(r'attachment; filename="[a-z0-9.-]+"', headers["content-disposition"])


@pytest.mark.parametrize(
    "words", [corpus.STEERING, corpus.TEMPLATES, (corpus.LONG,)], ids=["steering", "templates", "long"]
)
def test_a_picture_is_drawn_whatever_the_names_are(open_house, roubaix, words):
    """Such names come from no event file, and a picture is no place to find out."""
    house = open_house(hostile(roubaix, cycle(words)), roubaix.opens_ms)
    liven(house, PLAIN)
    for name in NAMES:
        for ending in ("svg", "png"):
            status, _, body = house.ask("GET", f"/flow/charts/{name}.{ending}")
            assert status == 200, (name, ending)
            if ending == "svg":
                ElementTree.fromstring(body)


NAMES_OF_PAGES = (
    "acts",
    "find",
    "lines",
    "events",
    "party",
    "atelier",
    "constructor",
    "items",
    "state",
    "plan",
    "undo",
)


def test_an_atelier_may_be_called_like_a_page_or_like_anything_that_scripts_know(
    open_house, roubaix, open_page
):
    ids = dict(zip((each.id for each in roubaix.ateliers), NAMES_OF_PAGES, strict=False))
    more = [replace(roubaix.ateliers[0], id=id) for id in NAMES_OF_PAGES[len(ids) :]]
    stations = [Station(each.id, each.id, ("arrive", "enter", "leave")) for each in more]
    event = replace(
        roubaix,
        ateliers=(*(replace(each, id=ids[each.id]) for each in roubaix.ateliers), *more),
        stations=(*(replace(each, atelier=ids[each.atelier]) for each in roubaix.stations), *stations),
    )
    house = open_house(event, roubaix.opens_ms)
    liven(house, PLAIN)
    page = open_page(house.url + "/flow", 1280, 900)
    page.wait_for_selector("[data-live=live]")
    for atelier in event.ateliers:
        walker = Walker(house.app, house.port)
        for path in (
            f"/flow/atelier/{atelier.id}",
            f"/atelier/{atelier.id}/state",
            f"/atelier/{atelier.id}/plan",
        ):
            assert walker.get(path).words and walker.status == 200, path
        assert page.text_content(f"[data-text='atelier.{atelier.id}.status']") == "Ouvert"
        house.clock.at_ms += 1000
        house.day.set_status(atelier.id, Status.PAUSED)
        page.wait_for_selector(f"[data-state='atelier.{atelier.id}'][data-is=paused]")
