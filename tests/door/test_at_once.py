"""Two kiosks and an express desk at once: twelve families, each of them once, with what is its own and no other's."""

import random
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from kiosk.rules.printing import PrintState
from kiosk.texts import texts
from kiosk.web import roles
from kiosk.web.roles import Role

from .walk import Walk

SECOND = 2  # the number of the other kiosk
FAMILIES = {"hub": 5, "elsewhere": 4, "express": 3}
APART = 2  # which of the hub's kiosk's goes on two sheets


@pytest.fixture
def house(real_house):
    return real_house


def cookie(name, value):
    known = {"domain": "127.0.0.1", "path": "/", "expires": -1, "httpOnly": True, "secure": False}
    state = {"name": name, "value": value, "sameSite": "Strict"} | known
    return {"storage_state": {"cookies": [state], "origins": []}}


def at_kiosk(page: Page, families: int, apart: int = -1) -> Iterator[str]:
    """One family after the other; yields where another may go on, and at last each nickname that was shown."""
    for number in range(families):
        walk = Walk(page, "fr")
        walk.begin()
        yield ""
        walk.count(("18-59:f", "6-11:m"))
        yield ""
        if number == apart:
            walk.press("button[value=choose]")
            walk.at("dreams")
            walk.press("button[value=apart]")
            walk.at("apart")
            yield ""
        walk.press("button[value=print]")
        yield ""
        walk.at("sheet")
        walk.printed()
        yield from page.locator(".who-name").all_text_contents()
        walk.end()


def at_desk(page: Page, families: int) -> Iterator[str]:
    for number in range(1, families + 1):
        page.click("#family [name='n:18-59:x'] ~ .more")
        page.click("#family [name='n:0-5:x'] ~ .more")
        yield ""
        page.click("#family .print")
        yield ""
        page.wait_for_function(
            "(many) => document.querySelectorAll('#lately [data-party]').length === many"
            " && !document.querySelector('#outbox li')",
            arg=number,
        )
        yield ""


@pytest.mark.parametrize("seed", range(1))
def test_twelve_families_are_taken_in_once_each(house, open_page, plug_in, seed):
    printer = plug_in(buffer_bytes=64 * 1024)
    access = house.services.access
    elsewhere = cookie("ronde_kiosk", f"{SECOND}.{access.seal(f'kiosk {SECOND}')}")
    volunteer = cookie(roles.COOKIE, access.enter(Role.ANIMATOR, access.pin, "10.0.0.7"))
    still = {"reduced_motion": "reduce"}
    going = [
        at_kiosk(open_page(f"{house.door_url}/door", **still), FAMILIES["hub"], APART),
        at_kiosk(open_page(f"{house.url}/door", 720, 1280, **still, **elsewhere), FAMILIES["elsewhere"]),
        at_desk(open_page(f"{house.url}/express", 390, 844, **volunteer), FAMILIES["express"]),
    ]
    shown, chance = [], random.Random(seed)
    while going:
        turn = chance.choice(going)
        try:
            shown.append(next(turn))
        except StopIteration:
            going.remove(turn)

    (_, *came) = house.day.view.parties.values()  # the first was there to try the printer
    sheets = sum(FAMILIES.values()) + 1
    assert len(came) == sheets
    assert len({party.number for party in came}) == len({party.badge for party in came}) == sheets
    names = [texts("fr").nickname(party.nickname) for party in came]
    assert len(set(names)) == sheets
    at_kiosks = [name.strip() for name in shown if name]
    assert len(set(at_kiosks)) == len(at_kiosks) == sheets - FAMILIES["express"]
    assert set(at_kiosks) <= set(names)
    first, second = (party for party in came if party.linked)
    assert (first.linked, second.linked) == ((second.number,), (first.number,))
    printer.wait_for_tickets(1 + sheets, 20)
    codes = [code for ticket in printer.tickets[1:] for code in ticket.qr_payloads]
    assert sorted(codes) == sorted(party.badge for party in came)
    jobs = house.day.view.jobs.values()
    assert sorted(job.party for job in jobs) == sorted(house.day.view.parties)
    assert {job.state for job in jobs} <= {PrintState.SENT, PrintState.CONFIRMED}
