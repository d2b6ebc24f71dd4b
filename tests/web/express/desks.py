"""What a volunteer at the express desk does and sees."""

import json
import re
from urllib.parse import urlencode

from kiosk.web import roles
from kiosk.web.roles import Role

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
AS_SCRIPT = {"Accept": "application/json"}
MINUTE_MS = 60_000
FIVE = {"18-59": 2, "6-11": 2, "0-5": 1}


def token(house):
    """What a browser carries that entered the PIN."""
    access = house.services.access
    return access.enter(Role.ANIMATOR, access.pin, "10.0.0.7")


class Volunteer:
    """A volunteer's device, without its browser."""

    def __init__(self, house) -> None:
        self.house = house
        carried = token(house)
        self.cookies = {roles.COOKIE: carried}
        self.session = {roles.HEADER: house.services.access.csrf(carried)}

    def ask(self, method, path, headers=None, **fields):
        """(status, headers, body)."""
        carried = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        body = urlencode(fields).encode() if method == "POST" else None
        status, answered, page = self.house.ask(
            method, path, body, FORM | carried | self.session | (headers or {})
        )
        if "set-cookie" in answered:
            name, _, value = answered["set-cookie"].partition(";")[0].partition("=")
            self.cookies[name] = value
        return status, answered, page.decode()

    def come(self, form, people=FIVE, **more):
        """(status, answer) of a check-in, as scripts ask for it."""
        counts = {f"n:{band}:x": count for band, count in people.items()}
        status, _, answer = self.ask(
            "POST", "/express", AS_SCRIPT, **counts, form=form, **({"do": "print"} | more)
        )
        return status, json.loads(answer)


def count(page, people, gender="x", where="#family"):
    for band, number in people.items():
        for _ in range(number):
            page.click(f"{where} [name='n:{band}:{gender}'] ~ .more")


def shown(page, selector):
    return page.inner_text(selector).replace("\xa0", " ")


def lately(page, party):
    return page.locator(f"#lately [data-party='{party}']")


def elsewhere(page, party):
    return page.locator(f"#elsewhere [data-party='{party}']")


def listed(page, place):
    return page.locator(f"{place} .entry").evaluate_all(
        "entries => entries.map((each) => each.dataset.party)"
    )


def now(volunteer):
    """The numbers of the families that the desk lists."""
    said = json.loads(volunteer.ask("GET", "/express/now", AS_SCRIPT)[2])
    return {name: re.findall(r'data-party="(\d+)"', said[name]) for name in ("lately", "elsewhere")}


def came(house, number=1):
    return house.day.view.parties[number]


def found(page, picture, number):
    page.click(".find")
    page.check(f"dialog [value={picture}]", force=True)
    for digit in str(number):
        page.click(f"dialog .number-keys >> text='{digit}'")
    page.click("dialog .number-line .first")
