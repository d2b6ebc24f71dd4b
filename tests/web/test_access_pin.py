"""The animators' PIN: who has entered it may press; guessing it is slow, and locks out nobody else."""

import re
from urllib.parse import urlencode

import pytest
from werkzeug.security import check_password_hash

from kiosk import passwords
from kiosk.errors import TooManyTries
from kiosk.store.journal import Journal
from kiosk.tries import MOST_A_DEVICE
from kiosk.web.access import Access, Role, Wrong

from ..axe import Axe
from ..grid import each

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
HOURS_MS = 3_600_000


@pytest.fixture
def house(real_house):
    return real_house


def entered(door, device="10.0.0.7"):
    return door.enter(Role.ANIMATOR, door.pin, device)


def animates(door, token):
    return door.session(token).role is Role.ANIMATOR


# Guessing


def test_tries_at_the_same_moment_are_counted_before_any_is_looked_at(house, monkeypatch):
    looked_at = []
    door = Access(house.day, b"key", monotonic=lambda: 5.0)

    def checked(pin, digits):
        looked_at.append(digits)
        if len(looked_at) < 50:  # another comes while this one is being looked at
            door._hashing.release()
            with pytest.raises((Wrong, TooManyTries)):
                door.enter(Role.ANIMATOR, "000000", "10.0.0.7")
            door._hashing.acquire()
        return False

    monkeypatch.setattr(passwords.Pin, "is_said", checked)
    with pytest.raises(Wrong):
        door.enter(Role.ANIMATOR, "000000", "10.0.0.7")
    assert len(looked_at) == MOST_A_DEVICE


# The PIN


def test_it_has_six_digits_and_is_kept_with_its_hash(house):
    pin = house.services.access.pin
    assert re.fullmatch("[0-9]{6}", pin)
    kept = house.day.between(passwords.pin)
    assert kept.digits == pin
    assert kept.hash.startswith("scrypt:")
    assert check_password_hash(kept.hash, pin)


def test_it_stays_the_same_after_a_restart(house):
    assert Access(house.day, b"another key").pin == house.services.access.pin


def test_drawn_pins_keep_their_zeros():
    assert passwords.Pin.drawn(lambda n: 7).digits == "000007"


def test_the_token_ends_after_twelve_hours_of_the_day(house):
    door = house.services.access
    token = entered(door)
    assert animates(door, token)
    house.clock.at_ms += 12 * HOURS_MS - 1
    assert animates(door, token)
    house.clock.at_ms += 1
    assert not animates(door, token)


def test_another_pin_ends_every_session(house):
    door = house.services.access
    token = entered(door)
    before = door.pin
    assert door.renew() == door.pin != before
    assert not animates(door, token)
    with pytest.raises(Wrong):
        door.enter(Role.ANIMATOR, before, "10.0.0.7")
    assert animates(door, entered(door))


def test_no_token_but_its_own_is_believed(house):
    door = house.services.access
    token = entered(door)
    role, number, until, signed = token.split(".")
    forged = [
        "",
        ".",
        "...",
        "x",
        f"{role}.{number}.{until}.",
        f"{role}.{number}.{until}.é",
        f"{role}.٣.{until}.{signed}",
    ]
    forged += [
        f"{role}.{number}.{'9' * 30}.{signed}",
        f"{role}.{number}.{int(until) + 1}.{signed}",
        token[:-1],
    ]
    forged += [f"organiser.{number}.{until}.{signed}", f"nobody.{number}.{until}.{signed}"]
    for at in range(len(token)):
        changed = chr(ord(token[at]) ^ 1)
        forged.append(token[:at] + changed + token[at + 1 :])
    assert not any(door.session(each).role for each in forged)
    assert not animates(Access(house.day, b"the key of another hub"), token)


def test_the_journal_alone_can_say_the_pin(tmp_path):
    journal = Journal.open(tmp_path / "journal.db")
    first = passwords.pin(journal)
    assert passwords.pin(journal) == first
    second = passwords.renew_pin(journal)
    assert passwords.pin(journal) == second != first
    journal.close()


# The page


class Browser:
    """A browser that keeps its cookie."""

    def __init__(self, house) -> None:
        self.house = house
        self.cookie = ""

    def ask(self, method, path, headers=None, **fields):
        known = {"Cookie": self.cookie} if self.cookie else {}
        body = urlencode(fields).encode() if method == "POST" else None
        status, answered, page = self.house.ask(method, path, body, FORM | known | (headers or {}))
        if "set-cookie" in answered:
            self.cookie = answered["set-cookie"].partition(";")[0]
        return status, answered, page.decode()

    @property
    def csrf(self):
        return self.house.services.access.csrf(self.cookie.partition("=")[2])


@pytest.fixture
def phone(house):
    return Browser(house)


def test_the_pin_opens_the_atelier_that_was_asked_for(house, phone):
    status, answered, _ = phone.ask("POST", "/pin", pin=house.services.access.pin, to="/atelier/vr/")
    assert (status, answered["location"]) == (303, "/atelier/vr/")
    assert "Ne plus agir d’ici" in phone.ask("GET", "/pin")[2]
    answer = phone.ask("POST", "/pin", pin=house.services.access.pin, to="//evil.example")
    assert answer[1]["location"] == "/"


def test_the_cookie_stays_where_it_belongs(house, phone):
    cookie = phone.ask("POST", "/pin", pin=house.services.access.pin)[1]["set-cookie"]
    assert {"HttpOnly", "SameSite=Strict", "Path=/", "Max-Age=43200"} <= set(cookie.split("; "))
    assert house.services.access.pin not in cookie


def test_it_can_be_given_up(house, phone):
    phone.ask("POST", "/pin", pin=house.services.access.pin)
    assert phone.ask("POST", "/pin/end", to="/atelier/vr/")[0] == 403, "another site cannot end it"
    assert phone.ask("POST", "/pin/end", to="/atelier/vr/", csrf=phone.csrf)[1]["location"] == "/atelier/vr/"
    assert "Ne plus agir d’ici" not in phone.ask("GET", "/pin")[2]


@pytest.mark.parametrize(
    ("pin", "status", "words"),
    [
        ("", 400, "Il faut les six chiffres"),
        ("12345", 400, "Il faut les six chiffres"),
        ("abcdef", 400, "Il faut les six chiffres"),
        ("wrong", 403, "Ce n’est pas le code"),
    ],
)
def test_what_is_no_pin_is_told_in_words(house, phone, pin, status, words):
    right = house.services.access.pin
    wrong = f"{(int(right) + 1) % 10**6:06}" if pin == "wrong" else pin
    found, answered, page = phone.ask("POST", "/pin", pin=wrong)
    assert (found, "set-cookie" in answered) == (status, False)
    assert words in page
    assert wrong == "" or f'value="{wrong}"' not in page or status == 400


def test_without_scripts_each_key_is_sent(house, phone):
    right = house.services.access.pin
    _, _, page = phone.ask("POST", "/pin", pin="", key="9", to="/atelier/vr/")
    assert 'value="9"' in page
    assert 'name="to" value="/atelier/vr/"' in page
    assert 'name="pin" type="password" inputmode="numeric" maxlength="6" value=""' in phone.ask(
        "POST", "/pin", pin="9", key="rub"
    )[2]  # fmt: skip
    typed = ""
    for digit in right[:-1]:
        status, _, page = phone.ask("POST", "/pin", pin=typed, key=digit, to="/atelier/vr/")
        typed += digit
        assert status == 200
        assert f'value="{typed}"' in page
    assert (
        phone.ask("POST", "/pin", pin=typed, key=right[-1], to="/atelier/vr/")[1]["location"]
        == "/atelier/vr/"
    )


def test_the_eleventh_wrong_try_is_not_looked_at_even_if_it_is_right(house, phone):
    right = house.services.access.pin
    for n in range(MOST_A_DEVICE):
        assert phone.ask("POST", "/pin", pin=f"{(int(right) + 1 + n) % 10**6:06}")[0] == 403
    status, answered, page = phone.ask("POST", "/pin", pin=right)
    assert status == 429
    assert 3500 < int(answered["retry-after"]) <= 3601
    assert "Trop d’essais\u00a0: attendez 60\u00a0min" in page or "attendez 60" in page
    assert not phone.cookie


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "X-Real-IP", "X-Client-IP"])
def test_no_header_makes_another_device(house, phone, header):
    right = int(house.services.access.pin)
    answers = [
        phone.ask("POST", "/pin", {header: f"10.0.0.{n}"}, pin=f"{(right + 1 + n) % 10**6:06}")[0]
        for n in range(MOST_A_DEVICE + 3)
    ]
    assert answers == [403] * MOST_A_DEVICE + [429] * 3


def test_another_site_cannot_enter_it(house, phone):
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "http://evil.example"}):
        answer = phone.ask("POST", "/pin", headers, pin=house.services.access.pin)
        assert answer[0] == 403
        assert "autre site" in answer[2]
    assert not phone.cookie


# The page in a browser


SIZES = [(390, 844), (768, 1024), (800, 480), (480, 320)]


@pytest.mark.parametrize(("size", "scheme"), each(SIZES, ("light", "dark")))
def test_the_pad_fits_thumbs_and_axe_finds_nothing(house, open_page, size, scheme):
    width, height = size
    page = open_page(house.url + "/pin?to=/atelier/vr/", width, height, color_scheme=scheme)
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for key in page.locator(".pad .key").all():
        box = key.bounding_box()
        assert min(box["width"], box["height"]) >= 48
    page.goto(house.url + "/atelier")
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_it_is_entered_over_the_hall_s_wi_fi(house, open_page):
    """By plain HTTP at an address that is not this machine's own, a browser says less of where a post comes from."""
    url = house.url.replace("127.0.0.1", "accueil.test")
    page = open_page(url + "/pin?to=/atelier/vr/", 390, 844)
    for digit in house.services.access.pin:
        page.click(f".key[value='{digit}']")
    page.wait_for_url(url + "/atelier/vr/")
    answer = page.evaluate(
        """() => fetch("act", {method: "POST", body: JSON.stringify({act: "pause"}), headers:
            {"Content-Type": "application/json", "X-CSRF": document.querySelector("meta[name=csrf]").content}
           }).then(answer => answer.status)"""
    )
    assert answer == 200


def test_by_touch_alone(house, open_page):
    page = open_page(house.url + "/pin?to=/atelier/vr/", 390, 844, has_touch=True)
    page.tap("[value='9'].key")
    page.tap(".rub")
    for digit in house.services.access.pin:
        page.tap(f".key[value='{digit}']")
    page.wait_for_url(house.url + "/atelier/vr/")


def test_by_keys_alone(house, open_page):
    page = open_page(house.url + "/pin?to=/atelier", 800, 480)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.name") == "pin"
    right = house.services.access.pin
    page.keyboard.type(f"{(int(right) + 1) % 10**6:06}")
    page.wait_for_selector("#told span")
    assert page.locator("#pin").get_attribute("aria-describedby") == "told"
    page.keyboard.type(right)  # without going to the field first
    page.wait_for_url(house.url + "/atelier")


PUT_BACK = """if (performance.getEntriesByType("navigation")[0].type !== "navigate")
  new MutationObserver((_, watch) => {
    const pin = document.getElementById("pin");
    if (pin) { pin.value = globalThis.putBack; watch.disconnect(); }
  }).observe(document, { childList: true, subtree: true });"""


def test_digits_typed_before_the_script_came_are_sent_when_it_comes(house, open_page):
    page = open_page(house.url + "/pin?to=/atelier/vr/", 390, 844)
    held = []
    page.route("**/pin.js*", lambda route: held.append(route))
    page.goto(house.url + "/pin?to=/atelier/arts/", wait_until="commit")
    page.fill("#pin", house.services.access.pin)
    assert page.url.endswith("/pin?to=/atelier/arts/")
    held.pop().continue_()
    page.wait_for_url(house.url + "/atelier/arts/")


def test_digits_that_a_browser_puts_back_are_not_sent_again(house, open_page):
    """Whoever went back to the page would be led on at once, time after time."""
    page = open_page(house.url + "/pin?to=/atelier", 390, 844)
    page.add_init_script(f"globalThis.putBack = '{house.services.access.pin}';")
    page.add_init_script(PUT_BACK)
    page.reload(wait_until="networkidle")
    assert page.locator("#pin").input_value() == house.services.access.pin
    assert page.url == house.url + "/pin?to=/atelier"


def test_enter_sends_what_was_typed(house, open_page):
    page = open_page(house.url + "/pin", 800, 480)
    page.fill("#pin", "123")
    page.press("#pin", "Enter")
    page.wait_for_selector("#told span")
    assert "six chiffres" in page.inner_text("#told")


def test_without_scripts_in_a_browser(house, browser):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(house.url + "/pin?to=/atelier/arts/")
    for digit in house.services.access.pin:
        page.click(f".key[value='{digit}']")
    assert page.url == house.url + "/atelier/arts/"
    context.close()
