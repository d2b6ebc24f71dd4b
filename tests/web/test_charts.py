"""The day in pictures and in figures: what is downloaded, by whom, and what never is in it."""

import csv
import io
import re
import subprocess
import sys
import threading
import zipfile
from dataclasses import replace
from xml.etree import ElementTree

import pytest
from PIL import Image

from kiosk.drawing import PAPER, figure, legible, peak, settle
from kiosk.figures import safe
from kiosk.rules.cells import shown
from kiosk.rules.event import MINUTE_MS
from kiosk.rules.party import Group
from kiosk.web import charts as pages
from kiosk.web.charts import NAMES

from ..patience import until

HOSTILE = '=HYPERLINK("http://x")&<script>alert(1)</script>$x^2$ \\frac'


@pytest.fixture
def busy(open_house, roubaix):
    """At 14:40: two families came, one had a turn at the arcade; the first atelier has a hostile name."""
    first, *rest = roubaix.ateliers
    ateliers = (replace(first, names={"fr": HOSTILE, "en": HOSTILE}), *rest)
    event = replace(roubaix, ateliers=ateliers, name=f"Fête {HOSTILE}")
    house = open_house(event, event.opens_ms + 5 * MINUTE_MS)
    people = (Group(event.bands[1].id, "x", 6), Group(event.bands[3].id, "x", 2))
    badge = house.day.check_in(people, "fr").party.badge
    for minutes, step in ((8, "arrive"), (20, "enter"), (31, "leave")):
        house.clock.at_ms = event.opens_ms + minutes * MINUTE_MS
        house.scan(first.id, step, badge)
    house.clock.at_ms = event.opens_ms + 40 * MINUTE_MS
    house.day.check_in((Group(event.bands[3].id, "x", 2),), "fr")
    return house


def table(body):
    assert body.startswith(b"\xef\xbb\xbf")
    heads, *rows = csv.reader(io.StringIO(body.decode("utf-8-sig")), delimiter=";")
    return heads, rows


def test_one_link_brings_the_pictures_and_the_figures_of_the_moment(busy):
    status, headers, body = busy.ask("GET", "/flow/charts.zip")
    assert (status, headers["content-type"]) == (200, "application/zip")
    stamp = f"{busy.event.id}-2022-11-19-1040"
    assert f'filename="{stamp}-journee.zip"' in headers["content-disposition"]
    packed = zipfile.ZipFile(io.BytesIO(body))
    assert packed.testzip() is None
    assert sorted(packed.namelist()) == sorted(
        f"{stamp}-{name}"
        for name in (
            "chiffres.csv",
            "ages.csv",
            *(f"{each}.{ending}" for ending in ("svg", "png") for each in ("sur-place", "arrivees")),
            *(f"{each}.{ending}" for ending in ("svg", "png") for each in ("files", "attentes", "ages")),
        )
    )
    for name in packed.namelist():
        if name.endswith(".svg"):
            ElementTree.fromstring(packed.read(name))
        if name.endswith(".png"):
            assert Image.open(io.BytesIO(packed.read(name))).size[0] == 1600


@pytest.mark.parametrize("name", NAMES)
def test_each_picture_is_there_alone_in_the_language_asked_for(busy, name):
    status, headers, body = busy.ask("GET", f"/flow/charts/{name}.svg?lang=en")
    assert (status, headers["content-type"].split(";")[0]) == (200, "image/svg+xml")
    assert headers["content-disposition"].startswith("attachment; filename=")
    drawing = ElementTree.fromstring(body)
    said = "".join(drawing.itertext())
    assert drawing.find("{*}title").text and drawing.find("{*}desc").text
    assert "as of 10:40" in said
    assert b"<script" not in body and HOSTILE.split("&")[0] in said


def test_a_picture_that_does_not_exist_is_not_found(busy):
    assert busy.ask("GET", "/flow/charts/salaries.svg")[0] == 404
    assert busy.ask("GET", "/flow/charts/on-site.gif")[0] == 404


def test_the_figures_are_those_of_the_floor(busy):
    _, headers, body = busy.ask("GET", "/flow/figures.csv")
    assert headers["content-type"] == "text/csv; charset=utf-8"
    heads, rows = table(body)
    last = dict(zip(heads, rows[-1], strict=True))
    floor = busy.day.view.floor(busy.clock())
    assert (last["Jour"], last["Heure"]) == ("2022-11-19", "10:40")
    assert int(last["Sur place (personnes)"]) == floor.on_site.people == 10
    assert int(last["Sur place (familles)"]) == floor.on_site.parties == 2
    name = busy.event.ateliers[1].name("fr")
    assert last[f"{name} : file (personnes)"] == "0"
    assert [row[1] for row in rows] == [f"10:{minute:02d}" for minute in range(0, 41, 5)]
    waits = next(
        at for at, head in enumerate(heads) if head.endswith("attente médiane du quart d’heure (min)")
    )
    assert [row[waits] for row in rows][:2] == ["12", ""]


def test_no_cell_is_a_formula(busy):
    for path in ("/flow/figures.csv", "/flow/ages.csv"):
        heads, rows = table(busy.ask("GET", path)[2])
        cells = [cell for row in (heads, *rows) for cell in row]
        assert any(HOSTILE in cell for cell in cells)
        assert not [cell for cell in cells if cell[:1] in ("=", "+", "-", "@", "\t", "\r")]
    assert safe("=1+1") == "'=1+1" and safe("+") == "'+" and safe("Robotique") == "Robotique"


def test_a_count_of_few_people_is_withheld_with_another_that_would_tell_it(busy):
    _, rows = table(busy.ask("GET", "/flow/ages.csv")[2])
    told = {row[1]: row[2] for row in rows if HOSTILE in row[0]}
    names = [band.name("fr") for band in busy.event.bands]
    assert told[names[3]] == told[names[1]] == "masqué"  # two grown-ups; six children would tell how many
    assert told[names[0]] == "0"


def test_what_is_withheld_is_what_would_tell_of_few():
    assert shown({"a": 4, "b": 12, "c": 7, "d": 0}) == {"a": None, "b": 12, "c": None, "d": 0}
    assert shown({"a": 4, "b": 3, "c": 7}) == {"a": None, "b": None, "c": 7}
    assert shown({"a": 5, "b": 0}) == {"a": 5, "b": 0}
    assert shown({"a": 2, "b": 0}) == {"a": None, "b": 0}


def test_before_anybody_came_and_once_all_is_over_there_are_pictures_too(open_house, roubaix):
    for at_ms in (roubaix.opens_ms - 60 * MINUTE_MS, roubaix.closes_ms + 120 * MINUTE_MS):
        house = open_house(roubaix, at_ms)
        assert {house.ask("GET", f"/flow/charts/{name}.svg")[0] for name in NAMES} == {200}
        assert table(house.ask("GET", "/flow/figures.csv")[2])


def test_a_name_that_is_cut_between_two_words_says_so_and_a_queue_nobody_scans_has_no_picture(
    open_house, roubaix
):
    """The thirtieth letter of the one is the last of a word; at the other, who enters is all that is scanned."""
    engraving = {"fr": "Gravure sur bois et impression à l’ancienne"}
    ateliers = [
        replace(each, names=engraving if each.id == "arts" else {"fr": f"Atelier {each.id}"})
        for each in roubaix.ateliers
    ]
    stations = tuple(
        replace(each, steps=("enter",)) if each.atelier == "robotique" else each for each in roubaix.stations
    )
    event = replace(roubaix, ateliers=tuple(ateliers), stations=stations)
    house = open_house(event, event.opens_ms + 5 * MINUTE_MS)
    for name, shown_name in (("queues", "Gravure sur bois et impressio…"), ("waits", engraving["fr"])):
        status, _, body = house.ask("GET", f"/flow/charts/{name}.svg")
        said = [text.strip() for text in ElementTree.fromstring(body).itertext() if text.strip()]
        assert status == 200
        assert shown_name in said
        assert "Atelier vr" in said
        assert "Atelier robotique" not in said
    heads, rows = table(house.ask("GET", "/flow/figures.csv")[2])
    for name, known in (("robotique", ""), ("vr", "0")):
        columns = [at for at, head in enumerate(heads) if head.startswith(f"Atelier {name} : file")]
        assert [{row[at] for row in rows} for at in columns] == 2 * [{known}]


@pytest.mark.parametrize("before", [0, 0.01, 0.04, 0.2])
@pytest.mark.parametrize("until", [0.6, 1.0, 3.0])
def test_what_is_said_of_a_peak_is_not_written_across_the_moment_that_is_now(before, until):
    with figure(10, 4, PAPER) as drawn:
        axes = drawn.add_subplot()
        axes.set_xlim(0, 1)
        axes.set_ylim(0, 1)
        there = min(until, 1.0)
        said = peak(axes, (there - before, 0.5), "549 · 22 h 05", until, 7)
        settle(drawn)
        box = said.get_window_extent()
        now_px = axes.transData.transform((there, 0))[0]
        assert box.x1 <= now_px + 1
        assert box.x0 <= axes.transData.transform((there - before, 0))[0] <= box.x1 + 1


def test_only_organisers_may_have_them(open_house, roubaix):
    house = open_house(roubaix, roubaix.opens_ms, open=False)
    for path in ("charts.zip", "figures.csv", "ages.csv", "charts/on-site.png"):
        status, headers, _ = house.ask("GET", f"/flow/{path}")
        assert status == 303 and headers["location"].startswith("/passphrase")


def test_one_picture_is_drawn_at_a_time_and_once_a_minute(busy, monkeypatch):
    import kiosk.charts

    asked, drawing, most, drawn = [], [], [], []
    draw, chart = kiosk.charts.DayCharts.draw, pages.Studio.chart

    def noted(self, name, moment):
        asked.append(name)
        return chart(self, name, moment)

    def watched(self, name):
        drawing.append(name)
        most.append(len(drawing))
        drawn.append(name)
        until(lambda: len(asked) == len(asking), "each asking, while the first is drawn")
        try:
            return draw(self, name)
        finally:
            drawing.remove(name)

    monkeypatch.setattr(kiosk.charts.DayCharts, "draw", watched)
    monkeypatch.setattr(pages.Studio, "chart", noted)
    asking = [
        threading.Thread(target=busy.ask, args=("GET", f"/flow/charts/{name}.png"))
        for name in ("on-site", "arrivals", "ages") * 3
    ]
    for each in asking:
        each.start()
    for each in asking:
        each.join()
    assert max(most) == 1
    assert sorted(drawn) == ["ages", "arrivals", "on-site"]


def test_who_would_wait_for_too_long_is_told_to_come_again(busy, monkeypatch):
    monkeypatch.setattr(pages, "PATIENCE_S", 0.01)
    import kiosk.charts

    begun, end = threading.Event(), threading.Event()
    draw = kiosk.charts.DayCharts.draw

    def slow(self, name):
        begun.set()
        end.wait(60)
        return draw(self, name)

    monkeypatch.setattr(kiosk.charts.DayCharts, "draw", slow)
    first = threading.Thread(target=busy.ask, args=("GET", "/flow/charts/on-site.png"))
    first.start()
    begun.wait(60)
    status, headers, _ = busy.ask("GET", "/flow/charts/ages.png")
    end.set()
    first.join()
    assert status == 503 and int(headers["retry-after"]) > 0


def test_a_hub_of_which_nobody_wants_pictures_does_without_matplotlib():
    code = "import sys, kiosk.hub, kiosk.web.app; print('matplotlib' in sys.modules)"
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
        == "False\n"
    )


def test_names_of_files_say_the_event_and_the_moment_and_nothing_else(busy):
    for path in ("figures.csv", "ages.csv", "charts/queues.png"):
        said = busy.ask("GET", f"/flow/{path}")[1]["content-disposition"]
        assert re.fullmatch(r'attachment; filename="[a-z0-9-]+-2022-11-19-1040-[a-z-]+\.(csv|png)"', said)


def test_the_day_after_the_pictures_end_with_the_day_and_no_station_is_called_silent(busy):
    busy.clock.at_ms = busy.event.closes_ms
    for id in busy.logs:
        body, signed = busy.logs[id].batch([], busy.clock())
        assert busy.post_passages(body, signed)[0] == 200
    busy.clock.at_ms += 16 * 60 * MINUTE_MS
    _, rows = table(busy.ask("GET", "/flow/figures.csv")[2])
    assert [rows[0][1], rows[-1][1]] == ["10:00", "18:00"]
    picture = busy.ask("GET", "/flow/charts/queues.svg")[2].decode()
    assert "muette" not in picture
    assert "dimanche 20 novembre 2022, 9" in picture.replace("\u202f", " ").replace("\u00a0", " ")


def test_a_name_is_drawn_with_the_letters_that_there_are(recwarn):
    assert legible("Ünïçødé 🎈 ballon 👩‍🚀") == "Ünïçødé ballon"
    assert legible("折り紙 et ciseaux\x07") == "\ufffd\ufffd\ufffd et ciseaux\ufffd"
    assert legible("🎈") == "\ufffd"
    with figure(2, 1) as drawn:
        drawn.text(0, 0, legible("🎈 折り紙 ﷽ \U0001f468\u200d\U0001f469"))
        settle(drawn)
    assert not recwarn.list
