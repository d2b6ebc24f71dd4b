"""A browser of another machine is a kiosk once somebody entered the animators' PIN there, until there is another."""

import http.client

import pytest

from kiosk.web.roles import Role

from ..axe import Axe

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def answered(house, path, body, headers=None):
    """(status, where it leads, the cookies that it sets, as a browser sends them)."""
    connection = http.client.HTTPConnection("127.0.0.1", house.port, timeout=60)
    try:
        connection.request("POST", path, body, FORM | (headers or {}))
        answer = connection.getresponse()
        answer.read()
        sets = [each.partition(";")[0] for each in answer.headers.get_all("Set-Cookie") or ()]
        return answer.status, answer.headers["Location"], sets
    finally:
        connection.close()


@pytest.fixture
def house(real_house):
    return real_house


@pytest.fixture
def cookie(house):
    """Of a browser on the network that was made the third kiosk."""
    status, led, _ = answered(house, "/pin", f"pin={house.services.access.pin}&to=/kiosk")
    assert (status, led) == (303, "/kiosk")
    status, led, (kiosk, ended) = answered(house, "/kiosk", "number=3", house.enter(Role.ANIMATOR))
    assert (status, led, ended) == (303, "/door", "ronde_role=")
    return kiosk


def test_it_finds_the_door_and_others_do_not(house, cookie):
    assert house.ask("GET", "/door")[0] == 403
    assert house.ask("GET", "/door", headers={"Cookie": cookie})[0] == 200
    assert house.ask("POST", "/door/language", b"language=fr", FORM | {"Cookie": cookie})[0] == 303


def test_its_calls_for_help_carry_its_name(house, cookie):
    house.ask("POST", "/door/help", b"step=start", FORM | {"Cookie": cookie})
    house.ask("POST", "/door/help", b"step=start", FORM, house.door_port)
    assert {each.place for each in house.day.view.help} == {"Borne 3", ""}


def test_another_pin_ends_it(house, cookie):
    house.services.access.renew()
    assert house.ask("GET", "/door", headers={"Cookie": cookie})[0] == 403


@pytest.mark.parametrize(
    "change",
    [
        lambda c: c.replace("=3.", "=4."),
        lambda c: c[:-1] + "0" if c[-1] != "0" else c[:-1] + "1",
        lambda c: c.partition(".")[0],
        lambda c: "ronde_kiosk=3." + "0" * 64,
        lambda c: "ronde_kiosk=é.é",
    ],
)
def test_no_other_cookie_opens_the_door(house, cookie, change):
    assert house.ask("GET", "/door", headers={"Cookie": change(cookie).encode().decode("latin-1")})[0] == 403


def test_a_kiosk_opens_the_door_and_nothing_of_the_organisers(house, cookie):
    status, answered, _ = house.ask("GET", "/stations", headers={"Cookie": cookie})
    assert (status, answered["location"]) == (303, "/passphrase?to=/stations")
    assert house.ask("GET", "/kiosk/change", headers={"Cookie": cookie})[0] == 303  # to the PIN


def test_who_has_not_entered_the_pin_makes_no_kiosk(house):
    assert house.ask("GET", "/kiosk")[1]["location"].startswith("/pin")
    status, headers, _ = house.ask("POST", "/kiosk", b"number=2", FORM)
    assert (status, "ronde_kiosk" in headers.get("set-cookie", "")) == (303, False)


def test_two_kiosks_check_families_in_at_once(house, cookie, open_page):
    name, _, value = cookie.partition("=")
    pages = [open_page(house.door_url + "/door/language"), open_page(house.url + "/")]
    pages[1].context.add_cookies([{"name": name, "value": value, "url": house.url}])
    pages[1].goto(house.url + "/door/language")
    for page, language in zip(pages, ("fr", "ar"), strict=True):
        page.click(f"button[value={language}]")
        page.wait_for_selector("[data-step=family]")
    for page in pages:
        page.locator("[name=do][value^='more:']").first.click()
    for page in pages:
        page.click("[name=do][value=print]")
    for page in pages:
        page.wait_for_selector("[data-step=sheet]")
    assert [each.language for each in house.day.view.parties.values()] == ["fr", "ar"]


def test_a_volunteer_makes_one_by_touch_and_ends_it(house, open_page):
    page = open_page(house.url + "/kiosk")
    for digit in house.services.access.pin:
        page.click(f".pad [value='{digit}']")
    page.wait_for_selector(".kiosk-names")
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    page.click("[name=number][value='2']")
    page.wait_for_selector("[data-step=start]")
    names = {each["name"] for each in page.context.cookies()}
    assert "ronde_kiosk" in names
    assert "ronde_role" not in names, "families stand before it from now on"
    page.goto(house.url + "/kiosk")
    page.wait_for_selector("[data-step=start]")


def test_on_the_hub_itself_the_door_is_there_already(house):
    assert house.ask("GET", "/kiosk", port=house.door_port)[1]["location"] == "/door"
