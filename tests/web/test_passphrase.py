"""The organisers' passphrase: set at the hub's own screen before families come, and hard to guess afterwards."""

import os
import re
import time
from urllib.parse import urlencode

import pytest

from kiosk import passwords, words
from kiosk.errors import Refused
from kiosk.store.journal import Journal
from kiosk.tries import HOUR_S, MOST_A_DEVICE
from kiosk.web.access import Role

from ..axe import Axe
from ..grid import each
from .conftest import PHRASE, afternoon

MANY = 10_000 if os.environ.get("RONDE_LONG") == "1" else 1_000

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
FIRST = "/passphrase/first"
SCREENS = [(800, 480), (720, 1280)]


@pytest.fixture
def new_house(open_house, roubaix):
    """The first start of a real day: nobody has set anything."""
    return open_house(roubaix, afternoon(roubaix), open=False)


def post(house, path, port=None, **fields):
    return house.ask("POST", path, urlencode(fields).encode(), FORM, port)


def enter(house, phrase, **more):
    return post(house, "/passphrase", phrase=phrase, **more)


def proposal(page):
    return re.search(r'name="proposed" value="([a-z ]+)"', page.decode())[1]


# The words


def test_there_are_enough_words_and_each_is_easy_to_say_and_to_type():
    known = words.words()
    assert len(set(known)) == len(known) >= 1024
    assert list(known) == sorted(known)
    assert all(re.fullmatch("[a-z]{3,7}", word) for word in known)


def test_four_are_drawn_each_from_all():
    asked = []

    def below(most):
        asked.append(most)
        return len(asked) - 1

    assert words.proposed(below) == " ".join(words.words()[:4])
    assert asked == [len(words.words())] * 4
    assert len({words.proposed() for _ in range(100)}) == 100


def test_whatever_is_drawn_is_long_enough():
    shortest = sorted(words.words(), key=len)[:4]
    assert len(" ".join(shortest)) >= passwords.LEAST_LETTERS


# What is kept of it


def test_only_a_hash_is_kept(tmp_path):
    journal = Journal.open(tmp_path / "journal.db")
    passwords.set_passphrase(journal, passwords.Passphrase.of(PHRASE))
    kept = journal.secret("passphrase")
    journal.close()
    assert kept.startswith(b"scrypt:")
    written = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert PHRASE.encode() not in written
    assert PHRASE.split()[0].encode() not in written


@pytest.mark.parametrize("typed", ["", " ", "eleven char", "a" + " " * 20 + "b", "x" * 201])
def test_what_is_too_short_or_too_long_is_none(typed):
    with pytest.raises(Refused):
        passwords.Passphrase.of(typed)


@pytest.mark.parametrize(
    "typed", [PHRASE, f" {PHRASE} ", PHRASE.title(), PHRASE.replace(" ", "  "), PHRASE.upper()]
)
def test_it_is_the_same_however_a_phone_writes_it(typed):
    assert passwords.Passphrase.of(PHRASE).is_said(typed)


@pytest.mark.parametrize("typed", ["", PHRASE.replace(" ", ""), PHRASE[:-1], PHRASE + "s", "x" * 100_000])
def test_anything_else_is_another(typed):
    assert not passwords.Passphrase.of(PHRASE).is_said(typed)


# The first start


def test_the_hub_s_own_screen_asks_for_it_before_families_come(new_house):
    status, headers, _ = new_house.ask("GET", "/door", port=new_house.door_port)
    assert (status, headers["location"]) == (303, FIRST)
    _, _, page = new_house.ask("GET", FIRST, port=new_house.door_port)
    shown = proposal(page)
    assert post(new_house, FIRST, new_house.door_port, proposed=shown, do="keep")[1]["location"] == "/door"
    assert new_house.ask("GET", "/door", port=new_house.door_port)[0] == 200
    assert enter(new_house, shown)[0] == 303


def test_nothing_of_it_is_on_the_network(new_house):
    assert new_house.ask("GET", FIRST)[0] == 404
    assert post(new_house, FIRST, proposed=PHRASE)[0] == 404
    assert new_house.ask("GET", FIRST, headers={"Host": f"localhost:{new_house.door_port}"})[0] == 404
    assert not new_house.services.access.has_passphrase


def test_until_it_is_set_nobody_is_an_organiser(new_house):
    page = new_house.ask("GET", "/passphrase?to=/flow")[2].decode()
    assert "Aucune phrase secrète" in page
    assert 'name="phrase"' not in page
    for typed in ("", PHRASE):
        assert enter(new_house, typed)[0] == 409
    assert new_house.ask("GET", "/flow")[0] == 303


def test_what_was_set_first_stays(new_house):
    first, second = "cerise tambour nuage renard", "lampe violon orage citron"
    post(new_house, FIRST, new_house.door_port, proposed=first, do="keep")
    for _ in range(2):
        post(new_house, FIRST, new_house.door_port, proposed=second, do="keep")
    assert not new_house.services.access.begin(second)
    assert enter(new_house, second)[0] == 403
    assert enter(new_house, first)[0] == 303
    assert new_house.ask("GET", FIRST, port=new_house.door_port)[1]["location"] == "/door"


def test_another_proposal_is_another(new_house):
    shown = {
        proposal(post(new_house, FIRST, new_house.door_port, proposed="x", do="next")[2]) for _ in range(20)
    }
    assert len(shown) == 20
    assert not new_house.services.access.has_passphrase


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"phrase": "trop court", "again": "trop court"}, "au moins 12 lettres"),
        ({"phrase": "assez longue pour tous", "again": "assez longue pour tout"}, "pas pareilles"),
        ({"proposed": "short", "do": "keep"}, "au moins 12 lettres"),
        ({}, "au moins 12 lettres"),
    ],
)
def test_what_cannot_be_is_told_in_words(new_house, fields, words):
    status, _, page = post(new_house, FIRST, new_house.door_port, **fields)
    assert (status, words in page.decode()) == (400, True)
    assert not new_house.services.access.has_passphrase


def test_another_site_cannot_set_it(new_house):
    body = urlencode({"proposed": PHRASE, "do": "keep"}).encode()
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "http://evil.example"}):
        assert new_house.ask("POST", FIRST, body, FORM | headers, new_house.door_port)[0] == 403
    assert not new_house.services.access.has_passphrase


def test_a_rehearsal_asks_for_none(house):
    assert house.ask("GET", "/door", port=house.door_port)[0] == 200


def test_it_stays_after_a_restart(new_house):
    new_house.services.access.begin(PHRASE)
    new_house.cut()
    new_house.resume()
    assert new_house.ask("GET", "/door", port=new_house.door_port)[0] == 200
    assert enter(new_house, PHRASE)[0] == 303


# At the hub's screen


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("width", "height"), SCREENS)
def test_it_is_set_by_touch_alone(new_house, open_page, width, height, scheme):
    page = open_page(new_house.door_url + "/door", width, height, color_scheme=scheme, has_touch=True)
    before = page.inner_text(".drawn-words").split()
    assert len(before) == 4
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    least = page.evaluate(
        "parseFloat(getComputedStyle(document.querySelector('.drawn-ways .button')).minHeight)"
    )
    for button in page.locator(".drawn-ways .button").all():
        box = button.bounding_box()
        assert min(box["width"], box["height"]) >= least >= 78
        assert box["y"] + box["height"] <= height, "in sight without scrolling"
    page.tap("button[value=next]")
    page.wait_for_function(
        "(before) => document.querySelector('.drawn-words').innerText.split(/\\s+/).join() !== before",
        arg=",".join(before),
    )
    shown = page.inner_text(".drawn-words").split()
    page.tap("button[value=keep]")
    page.wait_for_selector("[data-step=start]")
    assert enter(new_house, " ".join(shown))[0] == 303


def test_or_typed_by_keyboard(new_house, open_page):
    page = open_page(new_house.door_url + "/door", 800, 480)
    page.click(".own summary")
    page.fill("#phrase", "ma phrase à moi, longue")
    page.fill("#again", "ma phrase à moi, courte")
    page.press("#again", "Enter")
    page.wait_for_selector("#told span")
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    for field in ("#phrase", "#again"):
        page.fill(field, "ma phrase à moi, longue")
    page.press("#again", "Enter")
    page.wait_for_selector("[data-step=start]")
    assert enter(new_house, "Ma phrase à moi, longue")[0] == 303


# Coming in


def test_it_opens_the_page_that_was_asked_for_and_no_other_site(real_house):
    assert enter(real_house, PHRASE, to="/flow")[1]["location"] == "/flow"
    for away in ("//evil.example", "https://evil.example", "/\\evil.example", "/nothing-here"):
        assert enter(real_house, PHRASE, to=away)[1]["location"] == "/", away


def test_the_cookie_stays_where_it_belongs(real_house):
    cookie = enter(real_house, PHRASE)[1]["set-cookie"]
    assert {"HttpOnly", "SameSite=Strict", "Path=/", "Max-Age=43200"} <= set(cookie.split("; "))
    assert "cerise" not in cookie


@pytest.mark.long
def test_of_very_many_tries_ten_are_looked_at(real_house, monkeypatch):
    """And the eleventh is not, even if it is right."""
    looked_at, began_s = [], time.monotonic()
    monkeypatch.setattr(passwords.Passphrase, "is_said", lambda kept, typed: bool(looked_at.append(typed)))
    statuses = [enter(real_house, f"a guess, number {n}")[0] for n in range(MOST_A_DEVICE + 1)]
    assert statuses == [403] * MOST_A_DEVICE + [429]
    client = real_house.app.test_client()
    for n in range(MANY):
        assert client.post("/passphrase", data={"phrase": f"a guess {n}"}).status_code == 429
    assert len(looked_at) == MOST_A_DEVICE
    monkeypatch.undo()
    status, headers, page = enter(real_house, PHRASE)
    assert status == 429
    assert HOUR_S - 1 - (time.monotonic() - began_s) <= int(headers["retry-after"]) <= HOUR_S
    assert "Trop d’essais" in page.decode()


def test_an_animator_who_comes_in_gets_no_more_tries_at_it(real_house):
    """What was entered right opens the way to its own, not to the other's."""
    access = real_house.services.access
    for _ in range(MOST_A_DEVICE):
        assert enter(real_house, "a wrong one of mine")[0] == 403
        assert post(real_house, "/pin", pin=access.pin)[0] == 303
    assert enter(real_house, "a wrong one of mine")[0] == 429
    assert access.enter(Role.ORGANISER, PHRASE, "another device")


def test_an_organiser_who_enters_the_pin_stays_one(real_house):
    mine = real_house.enter(Role.ORGANISER)
    body = urlencode({"pin": real_house.services.access.pin}).encode()
    status, headers, _ = real_house.ask("POST", "/pin", body, FORM | mine)
    assert (status, "set-cookie" in headers) == (303, False)


def test_it_can_be_given_up(real_house):
    mine = real_house.enter(Role.ORGANISER)
    assert "Ne plus l’être ici" in real_house.ask("GET", "/passphrase", headers=mine)[2].decode()
    status, headers, _ = real_house.ask("POST", "/passphrase/end", b"to=/flow", FORM | mine)
    assert (status, headers["location"]) == (303, "/")
    assert headers["set-cookie"].startswith("ronde_role=;")


@pytest.mark.parametrize(("size", "scheme"), each(((390, 844), (1280, 800), (320, 480)), ("light", "dark")))
def test_the_page_fits_and_axe_finds_nothing(real_house, open_page, size, scheme):
    width, height = size
    page = open_page(real_house.url + "/flow", width, height, color_scheme=scheme)
    page.fill("#phrase", "not this one")
    page.press("#phrase", "Enter")
    page.wait_for_selector("#told span")
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.fill("#phrase", PHRASE)
    page.press("#phrase", "Enter")
    page.wait_for_url(real_house.url + "/flow")
