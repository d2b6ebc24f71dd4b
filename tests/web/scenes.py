"""The day in each of its moments, to be looked at and to be tested: each kind of what is to be done, alone and all
at once; a saturated day; many ateliers, and one; before, between and after; stations that fell silent.

A scene is an event, its hour, and what happened until then, by the same scans and acts as on a real day.
"""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from heapq import heapify, heappop, heappush

from firmware.wire.batch import MOST_PASSAGES, Health
from firmware.wire.passage import Passage
from kiosk import eventfile
from kiosk.rules.event import Atelier, Event, Kind, Station
from kiosk.rules.facts import GO, AdviceGiven
from kiosk.rules.floor import Status
from kiosk.rules.party import Group, Party

from .conftest import MINUTE_MS, ROUBAIX, House, enliven

VR, ARCADE, KART = "vr", "borne-arcade", "mario-kart"


@cache
def roubaix() -> Event:
    return eventfile.load(ROUBAIX)


@dataclass
class Hall:
    """A house whose scans are given with their hours, and come in all at once."""

    house: House
    scans: dict[str, list[tuple[int, str, str]]] = field(default_factory=dict)

    def ms(self, minutes: float) -> int:
        """So many minutes from now."""
        return round(self.house.clock() + minutes * MINUTE_MS)

    def comes(self, minutes: float, *sizes: int, language: str = "fr", wishes: tuple[str, ...] = ()) -> Party:
        """A party of so many grown-ups, and so many children, so many minutes from now."""
        now_ms = self.house.clock()
        self.house.clock.at_ms = self.ms(minutes)
        ages = zip(("18-59", "6-11"), "fm", sizes, strict=False)
        people = [Group(band, gender, size) for band, gender, size in ages if size]
        party = self.house.day.check_in(people, language, wishes, sheet=False).party
        self.house.clock.at_ms = now_ms
        return party

    def scanned(self, party: Party, atelier: str, **steps: float) -> None:
        """`steps`: arrive, enter, leave: minutes from now."""
        for step, minutes in steps.items():
            if step in self.house.event.steps_at[atelier]:
                station = self.house.station_of(atelier, step)
                self.scans.setdefault(station, []).append((self.ms(minutes), step, party.badge))

    def queue(self, atelier: str, parties: int, minutes: float, *sizes: int) -> list[Party]:
        """So many of this size wait there since then, a quarter of a minute apart."""
        found = [self.comes(minutes - 1, *(sizes or (1,))) for _ in range(parties)]
        for place, party in enumerate(found):
            self.scanned(party, atelier, arrive=minutes + place / 4)
        return found

    def served(self, atelier: str, until_minutes: float, *waiting: Party, from_minutes: float = -40) -> None:
        """All its places, turn after turn, as long as there is time for a whole one; those who wait come first."""
        minutes, places = self.house.event.by_id[atelier].minutes, self.house.event.by_id[atelier].places
        rest, at = list(waiting), from_minutes
        while at + minutes <= until_minutes:
            taken = 0
            while taken < places:
                if rest:
                    party = rest.pop(0)
                else:
                    party = self.comes(at - 2, 1)
                    self.scanned(party, atelier, arrive=at - 1)
                self.scanned(party, atelier, enter=at, leave=at + minutes)
                taken += party.size
            at += minutes

    def send(self) -> None:
        for station, made in self.scans.items():
            log = self.house.logs[station]
            written = [log.passage(step, badge, at_ms) for at_ms, step, badge in sorted(made)]
            for at in range(0, len(written), MOST_PASSAGES):
                self._post(station, written[at : at + MOST_PASSAGES])
        self.scans.clear()

    def advised(self, party: Party, atelier: str, minutes: float) -> None:
        now_ms = self.house.clock()
        self.house.clock.at_ms = at_ms = self.ms(minutes)
        self.house.day._record(AdviceGiven(party.number, GO, atelier, at_ms, 5, "calm"))
        self.house.clock.at_ms = now_ms

    def scheduled(self, atelier: str, said: float, ends: float) -> None:
        """Its queue was to be closed then, and that was said before."""
        now_ms, ends_ms = self.house.clock(), self.ms(ends)
        self.house.clock.at_ms = self.ms(said)
        self.house.day.end_queue(atelier, ends_ms, "organiser 1")
        self.house.clock.at_ms = now_ms

    def heard(self, *stations: str) -> None:
        """A sign of life, now."""
        for station in stations:
            self._post(station, [])

    def _post(self, station: str, passages: list[Passage]) -> None:
        body, signed = self.house.logs[station].batch(passages, self.house.clock(), Health(0, True, "1"))
        status, _, answer = self.house.post_passages(body, signed)
        assert status == 200, answer


@dataclass(frozen=True)
class Scene:
    """`window` and `minutes`: when it is, after the doors opened. `kind`: what is to be done in it, if that is one."""

    arrange: Callable[[Hall], None]
    minutes: float = 35
    window: int = 1
    event: Callable[[], Event] = roubaix
    kind: str = ""

    @property
    def at_ms(self) -> int:
        event = self.event()
        return round(event.windows[self.window].opens_ms + self.minutes * MINUTE_MS)

    def play(self, house: House) -> House:
        hall = Hall(house)
        self.arrange(hall)
        hall.send()
        return house


# What is to be done


def _help(hall: Hall) -> None:
    party = hall.comes(-3, 2, 1)
    hall.house.day.ask_help("", "sheet", party.number)


def _printer(hall: Hall) -> None:
    hall.house.day.check_in([Group("18-59", "f", 2)], "fr")
    hall.house.printer.says("paper_out", hall.ms(-4))


def _paper_low(hall: Hall) -> None:
    hall.house.printer.says("", hall.ms(-4), "low")


def _silent(hall: Hall) -> None:
    hall.scanned(hall.comes(-9, 2), "arts", enter=-6)
    hall.send()
    hall.heard("arts", VR)
    hall.house.clock.at_ms = hall.ms(9)


def _network(hall: Hall) -> None:
    """All stations fell silent, nine minutes ago."""
    enliven(hall.house)
    hall.heard(*(station.id for station in hall.house.event.stations))
    hall.house.clock.at_ms = hall.ms(9)


def _crowded(hall: Hall) -> None:
    for _ in range(3):
        hall.scanned(hall.comes(-5, 1), VR, enter=-1)


def _close(hall: Hall) -> None:
    hall.queue(VR, 15, -3, 2)


def _move(hall: Hall) -> None:
    """It was to be closed at five to five, and then they came all at once."""
    hall.served(ARCADE, -20)
    waiting = hall.queue(ARCADE, 40, -20, 2)
    hall.served(ARCADE, 0, *waiting, from_minutes=-20)
    hall.scheduled(ARCADE, said=-15, ends=25)


def _reopen(hall: Hall) -> None:
    """It was closed for a crowd, and then the crowd went home."""
    hall.served("impression-3d", 0, from_minutes=-60)
    hall.queue("impression-3d", 2, -12, 1)
    hall.scheduled("impression-3d", said=-9, ends=-7)


def _late(hall: Hall) -> None:
    """It was closed, and they are too many all the same."""
    hall.served(ARCADE, -20)
    waiting = hall.queue(ARCADE, 40, -20, 2)
    hall.served(ARCADE, 0, *waiting, from_minutes=-20)
    hall.scheduled(ARCADE, said=-6, ends=-5)


def _stalled(hall: Hall) -> None:
    hall.queue(VR, 4, -15)


def _too_few(hall: Hall) -> None:
    hall.queue(KART, 1, -16, 1, 1)
    hall.queue("arts", 2, -5, 1, 1)


def _long(hall: Hall) -> None:
    """Long here, and calm nowhere."""
    hall.queue(VR, 24, -6)
    for atelier in hall.house.event.ateliers:
        if atelier.id != VR:
            hall.house.day.set_status(atelier.id, Status.PAUSED)


def _send(hall: Hall) -> None:
    hall.queue(VR, 24, -6)


def _overdue(hall: Hall) -> None:
    """It was told five minutes, and half an hour later two others play, slowly."""
    others = hall.queue(VR, 7, -34)
    party = hall.comes(-33, 1, 1)
    hall.advised(party, VR, -32)
    hall.scanned(party, VR, arrive=-31)
    for place, other in enumerate(others[:6]):
        enter = -31 + 14 * (place // 2)
        hall.scanned(other, VR, enter=enter, **({"leave": enter + 12} if enter < -4 else {}))


def _two_places(hall: Hall) -> None:
    party = hall.comes(-9, 2, 1)
    hall.scanned(party, "arts", enter=-2)
    hall.scanned(party, VR, arrive=-2 + 1 / 6)


KINDS: Mapping[str, Scene] = {
    "help": Scene(_help),
    "printer": Scene(_printer),
    "paper-low": Scene(_paper_low),
    "silent": Scene(_silent),
    "network": Scene(_network),
    "crowded": Scene(_crowded),
    "close": Scene(_close, minutes=150),
    "move": Scene(_move, minutes=150),
    "reopen": Scene(_reopen, minutes=145),
    "late": Scene(_late, minutes=155),
    "stalled": Scene(_stalled),
    "too-few": Scene(_too_few),
    "long": Scene(_long),
    "send": Scene(_send),
    "overdue": Scene(_overdue, minutes=60),
    "two-places": Scene(_two_places),
}
KINDS = {kind: replace(scene, kind=kind) for kind, scene in KINDS.items()}


# Whole days


def _lively(hall: Hall) -> None:
    enliven(hall.house)


def _saturated(hall: Hall) -> None:
    """Six hundred people, all places taken, and dozens of parties in the queues; each goes where the queue is shortest
    of three that it has not seen, and is served in its turn.
    """
    house, chance = hall.house, random.Random(5)
    event = house.event
    free = {each.id: [-120.0] * each.places for each in event.ateliers if "enter" in event.steps_at[each.id]}
    coming = [(came + 2, number, came) for number in range(210) if (came := -118 + number * 0.55)]
    heapify(coming)
    parties: dict[int, Party] = {}
    seen: dict[int, set[str]] = {}
    while coming:
        at, number, came = heappop(coming)
        if at > 0:
            continue
        if number not in parties:
            parties[number] = hall.comes(came, chance.choice([1, 1, 2]), chance.choice([0, 1, 2, 2]))
        party, been = parties[number], seen.setdefault(number, set())
        open_to = sorted(set(free) - been)
        if not open_to:
            continue
        some = chance.sample(open_to, min(3, len(open_to)))
        atelier = event.by_id[min(some, key=lambda each: min(free[each]))]
        been.add(atelier.id)
        seats = sorted(free[atelier.id])
        needed = min(party.takers(event, atelier) or 1, atelier.places)
        enter = max(at, seats[needed - 1])
        leave = enter + atelier.minutes
        free[atelier.id] = seats[needed:] + [leave] * needed
        moments = {"arrive": at, "enter": enter, "leave": leave}
        hall.scanned(party, atelier.id, **{step: when for step, when in moments.items() if when <= 0})
        heappush(coming, (leave + chance.randrange(1, 4), number, came))
    hall.send()
    hall.heard(*(station.id for station in event.stations if station.id != "arts"))


def _all_at_once(hall: Hall) -> None:
    """A saturated day, and whatever can go wrong does."""
    _saturated(hall)
    _trouble(hall)


def _trouble(hall: Hall) -> None:
    house, day = hall.house, hall.house.day
    day.ask_help("", "sheet", 3)
    day.ask_help("Borne 2", "language")
    house.printer.says("paper_out", hall.ms(-4))
    day.check_in([Group("18-59", "f", 2)], "fr")
    for _ in range(3):
        hall.scanned(hall.comes(-5, 1), "borne-arcade", enter=-0.5)
    _two_places(hall)
    day.end_queue("impression-3d", hall.ms(40), "organiser 2")
    day.announce({"fr": "Le goûter est servi.", "en": "Snacks are served."}, hall.ms(15), "organiser 1")
    hall.send()


def _between(hall: Hall) -> None:
    """A morning, and half past twelve."""
    house, now_ms = hall.house, hall.house.clock()
    house.clock.at_ms = house.event.windows[0].closes_ms - 5 * MINUTE_MS
    enliven(house, 30)
    house.clock.at_ms = now_ms


def _after(hall: Hall) -> None:
    house, now_ms = hall.house, hall.house.clock()
    house.clock.at_ms = house.event.closes_ms - 5 * MINUTE_MS
    enliven(house)
    house.clock.at_ms = now_ms


def _some(hall: Hall) -> None:
    """A busy hall of many ateliers: most are calm, some are long, paused, closed, silent."""
    house, chance = hall.house, random.Random(7)
    ateliers = house.event.ateliers
    for number in range(3 * len(ateliers)):
        atelier = ateliers[min(number % len(ateliers), chance.randrange(len(ateliers)))]
        party = hall.comes(-50 + number % 40, 1, chance.choice([0, 1, 2]))
        at = -chance.randrange(2, 9)
        hall.scanned(party, atelier.id, **{"arrive": at} if number % 3 else {"arrive": at - 9, "enter": at})
    if len(ateliers) > 4:
        hall.queue(ateliers[3].id, 14, -12, 2)
    hall.send()
    hall.heard(*(station.id for station in house.event.stations))
    for place, atelier in enumerate(ateliers):
        if place % 13 == 7:
            house.day.set_status(atelier.id, Status.PAUSED, "animator 2")
        elif place % 17 == 11:
            house.day.set_status(atelier.id, Status.CLOSED, "organiser 1")


NAMES = ("Robots à dessiner", "Tournoi intergénérationnel de jeux vidéo coopératifs", "Stop-motion", "Drones",
         "Câbles et pixels", "Écrire pour le web, à plusieurs mains", "Fabrique à badges", "Musique assistée",
         "Réparer son téléphone", "La grande fresque")  # fmt: skip
PLACES = ("Grande salle", "Mezzanine", "Salle 2, au fond du couloir", "Jardin")


def many(count: int) -> Event:
    """The Roubaix day with so many other ateliers, each with its station."""
    event = roubaix()
    models = [each for each in event.ateliers if each.kind is not Kind.SESSION]
    ateliers: list[Atelier] = [
        replace(
            models[n % len(models)],
            id=f"a{n}",
            names={"fr": f"{NAMES[n % len(NAMES)]} {n + 1}", "en": f"Workshop {n + 1}"},
            room=PLACES[n % len(PLACES)],
        )
        for n in range(count)
    ]
    stations = [Station(f"s{n}", f"a{n}", ("arrive", "enter", "leave")) for n in range(count)]
    return replace(event, ateliers=tuple(ateliers), stations=tuple(stations))


def _nothing(hall: Hall) -> None:
    pass


DAYS: Mapping[str, Scene] = {
    "lively": Scene(_lively),
    "saturated": Scene(_saturated, minutes=120),
    "all-at-once": Scene(_all_at_once, minutes=120),
    "before": Scene(_nothing, minutes=-20, window=0),
    "between": Scene(_between, minutes=150, window=0),
    "after": Scene(_after, minutes=18 * 60),
    "one": Scene(_some, event=lambda: many(1)),
    "forty": Scene(_some, event=cache(lambda: many(40))),
    "hundred": Scene(_some, event=cache(lambda: many(100))),
}
SCENES: Mapping[str, Scene] = {**KINDS, **DAYS}
