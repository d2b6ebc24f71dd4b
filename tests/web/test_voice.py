"""The door reads its steps aloud, and nothing that it has not drawn."""

import io
import json
import re
import wave
from html import unescape

import pytest

from kiosk.texts import texts
from kiosk.voice import Voice
from kiosk.web.voice import Lines, sentences


@pytest.fixture
def speaking(open_house, house):
    return open_house(house.event, house.clock(), voice=Voice.found())


TITLE = " ".join(texts("fr").text("door.family").split())  # however wide its spaces


def said_on(house, path, language="fr"):
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    headers = house.ask("POST", "/door/language", f"language={language}".encode(), form, house.door_port)[1]
    visit = {} if path == "/door" else {"Cookie": headers["set-cookie"].partition(";")[0]}
    page = house.ask("GET", path, headers=visit, port=house.door_port)[2].decode()
    return json.loads(unescape(re.search(r'data-said="([^"]*)"', page)[1]))


def french(open_page, house):
    """A page of one language."""
    page = open_page(house.door_url + "/door/language")
    page.click("button[value=fr]")
    page.wait_for_selector("[data-step=family]")
    return page


def test_the_title_and_the_lead_are_said(speaking):
    (line,) = said_on(speaking, "/door/family")
    assert line["lang"] == "fr"
    assert line["words"].startswith(TITLE)
    status, headers, sound = speaking.ask("GET", line["src"], port=speaking.door_port)
    assert (status, headers["content-type"]) == (200, "audio/wav")
    with wave.open(io.BytesIO(sound)) as file:
        assert file.getnframes() / file.getframerate() > 0.8


def test_the_start_says_its_title_in_every_language(speaking):
    languages = [line["lang"] for line in said_on(speaking, "/door")]
    assert set(languages) == {code.replace("_", "-") for code in speaking.event.languages}
    assert all(line["src"] for line in said_on(speaking, "/door"))


@pytest.mark.parametrize("name", ["0" * 24, "..%2f..%2fsecret", "bonjour", "a" * 300])
def test_no_other_words_are_said(speaking, name):
    assert speaking.ask("GET", f"/door/voice/{name}.wav", port=speaking.door_port)[0] == 404


def test_without_a_voice_no_address_is_given(house):
    assert [line["src"] for line in said_on(house, "/door/family")] == [""]


def test_a_family_hears_its_step_and_ends_it_by_the_same_button(speaking, open_page):
    page = french(open_page, speaking)
    with page.expect_response("**/door/voice/*.wav") as answer:
        page.click("#rail-voice")
    assert answer.value.status == 200
    page.wait_for_selector("#rail-voice[aria-pressed=true]")
    page.click("#rail-voice")
    page.wait_for_selector("#rail-voice[aria-pressed=false]")
    page.click("#rail-voice")
    page.wait_for_selector("#rail-voice[aria-pressed=false]")  # it was said to its end


def test_where_nothing_speaks_nothing_is_offered(house, open_page):
    page = french(open_page, house)
    page.wait_for_function("document.activeElement !== null")
    assert page.evaluate("speechSynthesis.getVoices().filter((each) => each.localService).length") == 0
    assert page.is_hidden("#rail-voice")


def test_a_browser_with_a_voice_of_its_own_speaks_where_the_hub_does_not(house, open_page):
    page = french(open_page, house)
    page.evaluate(
        """() => {
          window.spoken = [];
          const voices = [{ lang: "fr-FR", localService: true }, { lang: "en-US", localService: false }];
          speechSynthesis.getVoices = () => voices;
          speechSynthesis.speak = (said) => {
            spoken.push([said.lang, said.text]);
            said.dispatchEvent(new Event("end"));
          };
          window.SpeechSynthesisUtterance = class extends EventTarget {
            constructor(text) { super(); this.text = text; }
          };
          speechSynthesis.dispatchEvent(new Event("voiceschanged"));
        }"""
    )
    page.click("#rail-voice")
    page.wait_for_function("() => spoken.length")
    ((lang, text),) = page.evaluate("spoken")
    assert (lang, text.startswith(TITLE)) == ("fr-FR", True)


# What is said of a piece of a page


@pytest.mark.parametrize(
    ("markup", "only", "said"),
    [
        ("Bonjour <b>à tous</b>", (), [("fr", "Bonjour à tous")]),
        ("<p>Un</p><p>Deux.</p><p>Trois ?</p><p>Quatre</p>", (), [("fr", "Un. Deux. Trois ? Quatre.")]),
        ("<h1>Titre</h1><p class='x lead'>Faites</p><p>rien</p>", ("h1", "lead"), [("fr", "Titre. Faites.")]),
        (
            "<p>a<svg><title>non</title></svg><i aria-hidden='true'>non</i><b hidden>non</b></p>",
            (),
            [("fr", "a.")],
        ),
        (
            "<h1><span lang='fr'>Oui</span> <span lang='ar'>نعم</span></h1>",
            ("h1",),
            [("fr", "Oui"), ("ar", "نعم.")],
        ),
        ("a<br>b &amp; c<img alt='non'>", (), [("fr", "ab & c")]),
        ("</p><p>seul", (), [("fr", "seul")]),
        ("<div aria-hidden='true'><h1>non</h1></div>", ("h1",), []),
        ("", (), []),
    ],
)
def test_words_are_found_in_markup(markup, only, said):
    found = sentences(markup, "fr", only)
    assert [(lang, words.rstrip(".")) for lang, words in found] == [
        (lang, words.rstrip(".")) for lang, words in said
    ]


def test_only_so_many_lines_are_remembered():
    lines = Lines(most=2)
    first, second = lines.name("fr", "un"), lines.name("fr", "deux")
    assert lines.name("fr", "un") == first
    third = lines.name("ar", "un")
    assert lines.get(second) is None
    assert (lines.get(first), lines.get(third)) == (("fr", "un"), ("ar", "un"))
