"""Every page that the hub shows, one after the other, as somebody comes to it who presses buttons."""

import json
from collections.abc import Iterator

from firmware.wire.batch import Health
from kiosk.rules.party import Group
from kiosk.rules.printing import PrintState

from .conftest import MINUTE_MS, House
from .walker import Page, Walker

Shown = tuple[str, Page]
GROWN, SMALL = "18-59", "6-11"


def liven(house: House, words: str) -> None:
    """A day on which there is something to be told in each place; `words`: of whoever may write some."""
    day, event = house.day, house.event
    house.clock.at_ms = event.windows[1].opens_ms + 20 * MINUTE_MS
    here = event.ateliers[0]
    for _ in range(6):
        came = day.check_in([Group(GROWN, "f", 1), Group(SMALL, "m", 1)], "fr", (here.id,))
        house.scan(here.id, "arrive", came.party.badge)
        day.move_job(came.job, PrintState.SENT)
        day.move_job(came.job, PrintState.UNKNOWN, words)
    day.make_badges(2)
    day.announce({"fr": words, "en": words}, house.clock() + 12 * 60 * MINUTE_MS, words)
    day.note(f"send/{words}", house.clock() + MINUTE_MS, words)
    day.ask_help(words, words, 1)
    house.printer.says(words, house.clock())
    house.scanners.trouble = words
    log = house.logs[house.station_of(here.id, "arrive")]
    house.stations.receive(*log.batch([], house.clock(), Health(0, True, words, trouble=words)), 5)


def door(house: House, query: str = "") -> Iterator[Shown]:
    """The door, at the hub's own screen. `query`: what else its addresses say."""
    family = Walker(house.app, house.door_port)
    yield "door", family.get(f"/door?{query}")
    yield "language", family.get(f"/door/language?{query}")
    yield "notice", family.get(f"/door/notice?{query}")
    yield "back", family.get(f"/door/back?{query}")
    yield "typed", family.press("B")
    yield "error", family.get(f"/door/nothing?{query}")
    family.get("/door/language")
    yield "family", family.press("fr")
    yield "counted", family.press(f"more:{GROWN}:f")
    yield "counted", family.press(f"more:{SMALL}:f")
    yield "group", family.press("group")
    family.get("/door/family")
    yield "dreams", family.press("choose")
    yield "wished", family.press("wish:")
    yield "apart", family.press("apart")
    yield "two sheets", family.press("print")
    yield "help", family.press(action="/door/help")
    house.day.take_back_help("")
    yield "many", many(house)
    yield from guest(house)


def many(house: House) -> Page:
    """The question whether there are so many."""
    family = Walker(house.app, house.door_port)
    family.get("/door/language")
    family.press("fr")
    for _ in range(31):
        family.press(f"more:{GROWN}:m")
    return family.press("print")


def guest(house: House) -> Iterator[Shown]:
    """Who comes back with its badge, and one whose badge nobody knows."""
    party = house.day.view.parties[1]
    family = Walker(house.app, house.door_port)
    family.get("/door")
    yield "guest", scanned(house, family, party.badge)
    yield "other people", family.get("/door/people")
    yield "other wishes", family.get("/door/wishes")
    yield "unread", scanned(house, family, "no badge")


def scanned(house: House, family: Walker, line: str) -> Page:
    """The page after this was read by the scanner of the door."""
    house.services.scans.put(1, line)
    listener = house.services.scans.listen(1)
    heard = next(each for each in listener if b"data: " in each)
    listener.close()
    reference = json.loads(heard.partition(b"data: ")[2])["reference"]
    return family.post("/door/scanned", page="/door", reference=reference)


def office(house: House, query: str = "") -> Iterator[Shown]:
    """All that organisers, animators and whoever passes may see."""
    walker = Walker(house.app, house.port)
    first = house.event.ateliers[0].id
    for path in (
        *("/", "/nothing", "/flow", "/flow/acts", f"/flow/atelier/{first}", "/flow/party/1", "/flow/find"),
        *("/express", "/express/find", "/express/find?picture=cat&number=99", "/express/party/1"),
        *(
            "/express/party/1?ask=undo",
            "/express/party/1?ask=people",
            "/express/party/1/badge",
            "/express/now",
        ),
        *(
            "/stations",
            "/paper",
            "/kiosk",
            "/kiosk/change",
            "/pin",
            "/passphrase",
            "/phone",
            "/atelier",
            "/screen",
        ),
    ):
        yield path, walker.get(f"{path}{'&' if '?' in path else '?'}{query}")
    walker.get("/flow/party/1")
    yield "asked", walker.press("reissue")
    yield (
        "refused",
        walker.send(walker.page.forms[0], None, do="end", clock="?") if walker.page.forms else walker.page,
    )
    walker.get("/stations")
    yield "pairing", walker.press(action="/stations/pair")
