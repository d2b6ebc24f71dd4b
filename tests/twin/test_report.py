"""The page of a rehearsal: whole in itself, readable by everybody, and true to the forecast."""

import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from kiosk.rules.event import Window
from kiosk.texts import texts
from kiosk.twin.changes import changes
from kiosk.twin.comparison import compare
from kiosk.twin.differences import differences
from kiosk.twin.phrases import Phrases
from kiosk.twin.ranking import rank
from kiosk.twin.report import Report, as_json, comparison_json

VOID = {"meta", "link", "br", "img", "input", "hr"}


class Page(HTMLParser):
    """Elements as they open, their ids and attributes; and whether each is closed where it should be."""

    def __init__(self, text):
        super().__init__()
        self.ids, self.tags, self.attributes, self.crossed, self.words = [], [], [], [], []
        self._open = []
        self.feed(text)
        self.crossed += self._open

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [(tag, *each) for each in attrs]
        self.ids += [value for name, value in attrs if name == "id"]
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self._open.pop()

    def handle_endtag(self, tag):
        if not self._open or self._open.pop() != tag:
            self.crossed.append(tag)

    def handle_data(self, data):
        self.words.append(data)


@pytest.fixture(scope="module")
def gains(foreseen, alone):
    return rank(foreseen, changes(foreseen)[:3], 12, alone, lambda: None)


@pytest.fixture(scope="module", params=["fr", "en"])
def words(request):
    return texts(request.param)


@pytest.fixture(scope="module")
def html(foreseen, gains, words):
    return Report(words).page(foreseen, gains)


@pytest.fixture(scope="module")
def page(html):
    return Page(html)


def test_the_page_is_whole_and_every_id_is_there_once(page, html):
    assert page.crossed == []
    assert len(page.ids) == len(set(page.ids))
    pointed = re.findall(r'url\(#([^)]+)\)|href="#([^"]+)"', html)
    assert {one or other for one, other in pointed} <= set(page.ids)


def test_the_page_needs_nothing_but_itself(page, html):
    assert "script" not in page.tags
    outside = [each for each in page.attributes if each[1] in ("src", "href") and not each[2].startswith("#")]
    assert outside == []
    assert "@import" not in html
    assert not re.search(r"url\((?!#)", html)


def test_every_picture_says_what_it_shows_and_stands_beside_a_table(page, foreseen):
    pictures = [value for tag, name, value in page.attributes if (tag, name) == ("svg", "aria-labelledby")]
    assert len(pictures) >= len(foreseen.by_peak) + 1
    for labels in pictures:
        assert set(labels.split()) <= set(page.ids)
    assert page.tags.count("table") >= 3


def test_colours_are_those_of_the_page_so_that_it_can_be_dark(html):
    for svg in re.findall(r"<svg.*?</svg>", html, re.DOTALL):
        assert set(re.findall(r"#[0-9a-f]{6}\b", svg)) == set()
    assert "prefers-color-scheme: dark" in html
    assert "@page { size: A4" in html


def test_the_page_says_the_three_sentences_and_each_atelier(page, foreseen, words):
    said = " ".join(page.words)
    summary = Phrases(foreseen.event, words).summary(foreseen)
    assert len(summary) == 3
    assert all(sentence in said for sentence in summary)
    for atelier in foreseen.event.ateliers:
        assert atelier.name(words.language) in said


def test_a_page_without_changes_does_not_speak_of_them(foreseen, words):
    assert words.text("rehearse.changes") not in Report(words).page(foreseen, None)


def test_names_of_an_event_are_words_and_never_markup(neighbours, foreseen, words):
    event = replace(neighbours, name="<b>Fête & cie</b>")
    html = Report(words).page(replace(foreseen, event=event), None)
    assert "<b>Fête" not in html
    assert "&lt;b&gt;Fête &amp; cie" in html


def test_the_figures_as_json_are_plain_and_whole(foreseen, gains):
    told = json.loads(json.dumps(as_json(foreseen, gains)))
    assert told["scenario"]["runs"] == len(told["days"]) == 8
    assert told["waits"].keys() == {atelier.id for atelier in foreseen.queued}
    assert len(told["changes"]) == len(gains)
    assert "changes" not in as_json(foreseen, None)


def test_an_event_compared_with_itself_does_not_differ(neighbours, quarter, alone, words):
    compared = compare(neighbours, neighbours, quarter, 0, 3, alone, lambda: None)
    assert compared.same_families
    assert all(row.difference.mean == 0 for row in compared.rows)
    assert Page(Report(words).comparison(compared, ("a.toml", "b.toml"))).crossed == []
    assert comparison_json(compared)["figures"]["lost"]["difference"]["mean"] == 0


def test_more_places_are_better_in_a_comparison(neighbours, quarter, alone):
    wide = replace(
        neighbours,
        ateliers=tuple(replace(each, places=each.places * 3) for each in neighbours.ateliers),
    )
    crowded = replace(quarter, crowd=replace(quarter.crowd, people=110))
    compared = compare(neighbours, wide, crowded, 0, 4, alone, lambda: None)
    (lost,) = [row for row in compared.rows if row.name == "lost"]
    assert lost.difference.high < 0
    assert lost.better
    assert compared.worth.low > 0
    said = Phrases(neighbours, texts("fr")).verdict(compared)
    assert said.startswith("B (deuxième fichier) fait mieux")
    told = differences(neighbours, wide, texts("fr"))
    assert len(told) == len(neighbours.ateliers)
    assert "« Réparer son vélo » : 24 places au lieu de 8" in " ".join(told).replace("\u00a0", " ")


def test_other_hours_are_other_families(neighbours, quarter, alone):
    (window,) = neighbours.windows
    longer = replace(neighbours, windows=(Window(window.opens_ms, window.closes_ms + 3_600_000),))
    assert not compare(neighbours, longer, quarter, 0, 2, alone, lambda: None).same_families
