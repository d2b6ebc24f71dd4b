"""Events, families and a hall that is at once: what the tests of the twin share."""

from dataclasses import dataclass, field, replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from kiosk import eventfile
from kiosk.twin.families import draw
from kiosk.twin.forecast import forecast
from kiosk.twin.runs import Runs
from kiosk.twin.scenario import ROUBAIX, Habits, Scenario
from kiosk.twin.world import Badge, Hint, World

ROUBAIX_FILE = Path(eventfile.__file__).parents[1] / "events" / "roubaix-2022.toml"
VILLAGE_FILE = Path(__file__).parent / "village.toml"
OWN_WAY = Habits(compliance=0.0, missed=0.0)


class QuickHall:
    """Everything is done at once; `log` is what was done, in order.

    `routes`: what every sheet says. `says`: what each is told, by its party. `kept`: since when a place is kept,
    by party and atelier.
    """

    def __init__(self, routes=(), says=None, waits=None, kept=None):
        self.now_ms = 0
        self.log = []
        self.asked = []
        self._routes = routes
        self._says = says or {}
        self._waits = waits
        self._kept = kept or {}

    def wait_until(self, at_ms):
        assert at_ms >= self.now_ms
        self.now_ms = at_ms

    def check_in(self, family):
        self.log.append((self.now_ms, "door", family.number, ""))
        return Badge(family.number, f"badge of {family.number}", self._routes)

    def scan(self, station, badge, step):
        self.log.append((self.now_ms, station, badge.party, step))

    def told(self, badge):
        return self._says.get(badge.party)

    def ask(self, badge):
        self.asked.append((self.now_ms, badge.party))
        return self._says.get(badge.party)

    def board(self):
        return self._waits

    def place(self, badge, atelier, now_ms):
        return self._kept.get((badge.party, atelier), now_ms)

    def promise(self, badge, atelier, people):
        return None


@dataclass
class Diary:
    """A witness that keeps each word it heard."""

    heard: list = field(default_factory=list)
    missed: int = 0

    def came(self, party, people):
        self.heard.append(("came", party, people))

    def arrived(self, party, atelier, at_ms):
        self.heard.append(("arrived", party, atelier, at_ms))

    def entered(self, party, at_ms):
        self.heard.append(("entered", party, at_ms))

    def left(self, party, at_ms):
        self.heard.append(("left", party, at_ms))

    def scanned(self, party, step):
        self.heard.append(("scanned", party, step))

    def missed_one(self):
        self.missed += 1


@pytest.fixture(scope="session")
def roubaix():
    return eventfile.load(ROUBAIX_FILE)


@pytest.fixture(scope="session")
def village():
    return eventfile.load(VILLAGE_FILE)


@pytest.fixture(scope="session")
def families_of():
    """Families for an event: so many people, by a seed."""

    def families(event, people=264, seed=0):
        return draw(event, replace(ROUBAIX, people=people), seed)

    return families


@pytest.fixture(scope="session")
def live(families_of):
    """Play a day in a hall that is at once. `world`, `hall` and `diary` are what is left of it."""

    def lived(event, people=264, seed=0, hall=None, **habits):
        hall, diary = hall or QuickHall(), Diary()
        world = World(
            event,
            families_of(event, people, seed),
            hall,
            replace(OWN_WAY, **habits),
            seed=seed,
            witness=diary,
        )
        world.run()
        return SimpleNamespace(world=world, hall=hall, diary=diary)

    return lived


@pytest.fixture(scope="session")
def quick_hall():
    return QuickHall


@pytest.fixture(scope="session")
def go():
    def hint(atelier):
        return Hint("go", atelier)

    return hint


NEIGHBOURS_FILE = Path(__file__).parent / "neighbours.toml"


@pytest.fixture(scope="session")
def neighbours():
    """A small afternoon, as an organiser writes it the first time."""
    return eventfile.load(NEIGHBOURS_FILE)


@pytest.fixture(scope="session")
def quarter():
    """Who comes to it: few, so that a day is played at once."""
    return Scenario("quartier", NEIGHBOURS_FILE, replace(ROUBAIX, people=60), Habits())


@pytest.fixture(scope="session")
def alone():
    """Plays in this process."""
    return Runs(1, None)


@pytest.fixture(scope="session")
def foreseen(neighbours, quarter, alone):
    """Eight days of the neighbours' afternoon."""
    return forecast(neighbours, quarter, 0, 8, alone, lambda: None)
