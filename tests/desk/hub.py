"""A day and its desk, on a journal that outlives them."""

import random
from pathlib import Path
from typing import Any

from firmware.wire import booth
from firmware.wire.passage import Passage
from kiosk.day import Day
from kiosk.desk import Desk
from kiosk.rules import booths
from kiosk.rules.event import Event
from kiosk.rules.facts import Passed
from kiosk.rules.party import Group
from kiosk.rules.presses import DESK
from kiosk.store.journal import Journal

from ..clocks import Clock

MINUTE_MS = 60_000


class Hub:
    """A day and its desk, on a journal that outlives them."""

    def __init__(self, folder: Path, event: Event) -> None:
        self.path = folder / "journal.db"
        self.event = event
        self.clock = Clock(event.opens_ms)
        self.runs = 0
        self.chance = random.Random(5)
        self.start()

    def start(self) -> None:
        self.runs += 1
        self.day = Day(Journal.open(self.path), self.event, self.clock, self.chance.randrange)
        self.desk = Desk(self.day, f"{self.runs:016x}")

    def restart(self) -> None:
        self.day.close()
        self.start()

    def family(self, people: int = 1) -> str:
        self.clock.at_ms += 1000
        return self.day.check_in([Group("18-59", "f", people)], "fr", sheet=False).party.badge

    def families(self, *sizes: int) -> list[str]:
        return [self.family(size) for size in sizes]

    def queue(self, atelier: str, *badges: str) -> None:
        for badge in badges:
            self.clock.at_ms += 1000
            self.desk.scan(atelier, badge)

    def booth(self, atelier: str) -> booth.Booth:
        here = self.day.floor().by_id[atelier]
        return booth.booth(self.desk.plan(atelier), booths.standings(here))

    def who(self, atelier: str) -> tuple[list[str], list[str], list[str]]:
        here = self.booth(atelier)
        return tuple([one.badge for one in state] for state in (here.waiting, here.called, here.inside))

    def log(self) -> list[Passage]:
        found = self.day.between(lambda journal: [fact for _, fact in journal.read()])
        return [fact.passage for fact in found if isinstance(fact, Passed) and fact.passage.station == DESK]


def kinds(press: Any) -> list[tuple[str, str | None]]:
    return [(passage.kind, passage.badge) for passage in press.passages]
