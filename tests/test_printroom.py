"""What the print room makes of a day's jobs: first sheets, later ones, those of a family on two sheets, and slips."""

import contextlib
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from firmware.wire.token import grouped
from kiosk import eventfile
from kiosk.day import Day
from kiosk.errors import Refused
from kiosk.paper.commands import Tokenizer
from kiosk.paper.letters import printable
from kiosk.paper.render import PaperSettings
from kiosk.paper.ticket import Strip, Ticket
from kiosk.printroom import PrintRoom
from kiosk.rules.event import MINUTE_MS, Event
from kiosk.rules.party import Group, Nickname
from kiosk.store.journal import Journal
from kiosk.texts import texts

EXAMPLE = Path(eventfile.__file__).parents[1] / "events" / "roubaix-2022.toml"
ADULTS, CHILDREN = (Group("18-59", "f", 2),), (Group("6-11", "m", 2),)
FRENCH = texts("fr")


class Clock:
    at_ms: int

    def __call__(self) -> int:
        return self.at_ms

    def not_before(self, at_ms: int) -> None:
        self.at_ms = max(self.at_ms, at_ms)


@pytest.fixture(scope="module")
def event() -> Event:
    return eventfile.load(EXAMPLE)


@pytest.fixture
def clock(event: Event) -> Clock:
    clock = Clock()
    clock.at_ms = event.opens_ms
    return clock


@pytest.fixture
def day(tmp_path: Path, event: Event, clock: Clock) -> Iterator[Day]:
    journal = Journal.open(tmp_path / "journal.db")
    with contextlib.closing(Day(journal, event, clock, random.Random(5).randrange)) as day:
        yield day


def room(day: Day, **paper: bool) -> PrintRoom:
    return PrintRoom(day, 80, PaperSettings(**paper))


def printed(made: bytes) -> Ticket:
    strip = Strip()
    for command in Tokenizer().feed(made):
        strip.put(command)
    return strip.tear_off(1)


def said(ticket: Ticket) -> str:
    return " ".join(ticket.text.split())


def name_of(nickname: Nickname) -> str:
    return FRENCH.nickname(nickname).replace("\xa0", " ")


def sheet_for(day: Day, party: int, **paper: bool) -> Ticket:
    """That of the job that was asked for last."""
    job = max((job for job in day.view.jobs.values() if job.party == party), key=lambda job: job.job)
    return printed(room(day, **paper).compose(job))


def test_a_first_sheet_says_what_the_party_was_told(day, event):
    came = day.check_in(ADULTS + CHILDREN, "fr").party
    ticket = sheet_for(day, came.number)
    assert ticket.qr_payloads == (came.badge,)
    first = event.by_id[day.view.routes[came.number].route[0].atelier]
    assert f"1. {printable(first.names['fr'])}" in said(ticket)
    assert "Nouvelle feuille" not in said(ticket) and "Avec" not in said(ticket)


def test_it_is_the_same_at_each_printing(day, clock):
    came = day.check_in(ADULTS, "ar").party
    (job,) = day.view.jobs.values()
    made = room(day).compose(job)
    clock.at_ms += 20 * MINUTE_MS
    assert room(day).compose(day.view.jobs[job.job]) == made
    assert printed(made).qr_payloads == (came.badge,)


def test_a_later_sheet_has_the_route_as_it_is_then(day, clock, event):
    came = day.check_in(ADULTS, "fr", ["arts"], sheet=False).party
    clock.at_ms += 65 * MINUTE_MS
    day.print_again(came.number)
    ticket = sheet_for(day, came.number)
    at = FRENCH.clock(clock.at_ms, event.zone).replace("\u202f", " ").replace("\xa0", " ")
    assert f"Nouvelle feuille, faite à {at}" in said(ticket)
    assert ticket.qr_payloads == (came.badge,)


def test_two_sheets_of_one_family_name_each_other(day):
    grown, young = (done.party for done in day.check_in_apart([ADULTS, CHILDREN], "fr"))
    for own, other in ((grown, young), (young, grown)):
        assert f"Avec {name_of(other.nickname)}" in said(sheet_for(day, own.number))


def test_the_keepsake_is_a_setting(day):
    came = day.check_in(ADULTS, "fr").party
    assert "À garder en souvenir" in said(sheet_for(day, came.number))
    assert "À garder en souvenir" not in said(sheet_for(day, came.number, keepsake=False))


def test_a_slip_is_of_a_badge_that_nobody_has(day):
    (made,) = day.make_badges(1)
    (job,) = day.print_slips([made.badge])
    ticket = printed(room(day).compose(day.view.jobs[job]))
    assert ticket.qr_payloads == (made.badge,)
    for words in (name_of(Nickname.of(made.sign)), grouped(made.badge), "Présentez ce badge"):
        assert words in said(ticket)
    day.check_in(ADULTS, "fr", badge=made.badge, sheet=False)
    with pytest.raises(Refused, match="somebody's"):
        room(day).compose(day.view.jobs[job])
