"""A small event with an atelier of each sort, and what happens there, written as one would say it."""

import hashlib
import itertools
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, time
from typing import Any
from zoneinfo import ZoneInfo

from firmware.wire.anchor import Moment
from firmware.wire.passage import CHAIN_START, PARTY_KINDS, Passage
from kiosk.rules.event import (
    AgeBand,
    Atelier,
    Closing,
    Event,
    Kind,
    Station,
    Window,
    moment_ms,
)
from kiosk.rules.facts import (
    AdviceGiven,
    BadgeIssued,
    Fact,
    PartyCame,
    Passed,
)
from kiosk.rules.floor import Floor
from kiosk.rules.guest import Guest
from kiosk.rules.journeys import Journey, Stay, Step, fold
from kiosk.rules.ledger import Ledger, View
from kiosk.rules.party import Group
from kiosk.rules.waits import expected

DAY = date(2022, 11, 19)
ZONE = ZoneInfo("Europe/Paris")
EPOCH = "ab" * 8
Told = tuple[int, Fact]


def clock(text: str) -> int:
    return moment_ms(DAY, time.fromisoformat(text), ZONE)


def atelier(
    id: str, kind: Kind = Kind.CONTINUOUS, places: int = 2, minutes: int = 10, **more: Any
) -> Atelier:
    times = tuple(map(clock, more.pop("times", ())))
    return Atelier(
        id, {"fr": id}, "cube", more.pop("room", id), kind, places, minutes, times_ms=times, **more
    )


BANDS = (
    AgeBand("0-5", {"fr": "0 à 5 ans"}, 0, 5),
    AgeBand("6-11", {"fr": "6 à 11 ans"}, 6, 11),
    AgeBand("18-plus", {"fr": "adultes"}, 18, 120),
)
ATELIERS = (
    atelier("vr", minutes=4, closing=Closing.DRAIN),  # seen in the queue and at the chairs, by two stations
    atelier("kart", Kind.BATCH, 8, 12, returns=True, min_fill=4, hold_minutes=5),
    atelier("arts", Kind.TABLE, 12, 15),
    atelier("talk", Kind.SESSION, 40, 30, times=("10:30", "11:15", "14:30", "15:15"), min_age=18),
    atelier("in-only"),
    atelier("out-only"),
    atelier("queue-only"),
    atelier("no-enter"),
)
STEPS = {
    "vr": {"vr-file": ("arrive",), "vr": ("enter", "leave")},
    "talk": {"talk": ("arrive",)},
    "in-only": {"in-only": ("enter",)},
    "out-only": {"out-only": ("leave",)},
    "queue-only": {"queue-only": ("arrive",)},
    "no-enter": {"no-enter": ("arrive", "leave")},
}
WINDOWS = (("10:00", "12:00"), ("14:00", "17:00"))


def event(
    ateliers: Iterable[Atelier] = ATELIERS,
    windows: Iterable[tuple[str, str]] = WINDOWS,
    steps: Mapping[str, Mapping[str, tuple[str, ...]]] = STEPS,
) -> Event:
    planned = tuple(ateliers)
    return Event(
        id="petite-journee",
        name="Petite journée",
        organiser="",
        day=DAY,
        timezone="Europe/Paris",
        windows=tuple(Window(clock(opens), clock(closes)) for opens, closes in windows),
        languages=("fr", "en"),
        bands=BANDS,
        ateliers=planned,
        stations=tuple(
            Station(station, each.id, scanned)
            for each in planned
            for station, scanned in steps.get(each.id, {each.id: ("arrive", "enter", "leave")}).items()
        ),
    )


class Hall:
    """The event, and its facts in words: "10:05 enter vr" is a scan, at the atelier's own station."""

    def __init__(self, planned: Event) -> None:
        self.event = planned
        self.at = clock
        self._seqs: dict[str, itertools.count[int]] = {}

    def passed(self, badge: str | None, told: str, **more: Any) -> Passed:
        """The passage "10:05 enter vr" or "10:06 undo vr 3" of a badge; `more` are fields of it, or `estimated`."""
        when, kind, place, *of = told.split()
        station = more.pop("station", place)
        seq = more.pop("seq", None) or next(self._seqs.setdefault(station, itertools.count(1)))
        moment = Moment(clock(when), None if more.pop("estimated", False) else 0)
        passage = Passage(
            station=station,
            epoch=more.pop("epoch", EPOCH),
            seq=seq,
            atelier=place,
            kind=kind,
            badge=badge,
            boot="0" * 16,
            boot_ms=moment.at_ms - clock("08:00"),
            wall_ms=moment.at_ms,
            prev=more.pop("prev", CHAIN_START),
            of=int(of[0]) if of else None,
        )
        passage = replace(passage, **more)
        return Passed(passage, moment, passage.digest)

    def step(self, told: str, **more: Any) -> Step:
        fact = self.passed("CFBXKCNGBKHTJKGJ", told, **more)
        passage = fact.passage
        assert passage.kind in PARTY_KINDS
        return Step(
            passage.station,
            passage.epoch,
            passage.seq,
            fact.digest[:16],
            passage.atelier,
            passage.kind,
            fact.moment.at_ms,
            fact.moment.estimated,
            passage.of,
        )

    def journey(self, *told: str | Step) -> Journey:
        return fold(self.event, [self.step(each) if isinstance(each, str) else each for each in told])

    def stays(self, *told: str | Step, at: str | None = None) -> list[str]:
        """The stays that the scans amount to, in words, as `at` leaves them."""
        journey = self.journey(*told)
        if at:
            journey = journey.at(self.event, clock(at))
        return [self.said(stay) for stay in journey.stays]

    def said(self, stay: Stay) -> str:
        """ "vr done 10:00 10:05 10:09 (leave)": arrived, entered, left, and what no scan said."""
        moments = (self.time(at_ms) for at_ms in (stay.arrived_ms, stay.entered_ms, stay.left_ms))
        told = " ".join((stay.atelier, stay.state, *moments))
        return f"{told} ({' '.join(sorted(stay.inferred))})" if stay.inferred else told

    def time(self, at_ms: int | None) -> str:
        if at_ms is None:
            return "–"
        shown = self.event.local(at_ms)
        return f"{shown:%H:%M:%S}" if shown.second else f"{shown:%H:%M}"

    def view(self, facts: Iterable[Told]) -> View:
        ledger = Ledger(self.event)
        for at_ms, fact in facts:
            ledger.apply(fact, at_ms)
        return ledger.view()

    def came(self, number: int, people: Mapping[str, int], when: str = "10:00", **more: Any) -> list[Told]:
        """Party `number` checks in, with so many people by age band; its badge is `badge(number)`."""
        groups = tuple(Group(band, "x", count) for band, count in people.items())
        at_ms = clock(when)
        wishes, route = more.get("wishes", ()), more.get("route", ())
        return [
            (at_ms, PartyCame(number, groups, "fr", wishes, route)),
            (at_ms, BadgeIssued(self.badge(number), number)),
        ]

    def scans(self, *told: str, **more: Any) -> list[Told]:
        """ "1 10:05 enter vr": party 1 is scanned; "? …" is a badge that nobody checked in."""
        facts: list[Told] = []
        for each in told:
            who, rest = each.split(maxsplit=1)
            fact = self.passed(self.badge(int(who)) if who.isdigit() else self.badge(9999), rest, **more)
            facts.append((fact.moment.at_ms, fact))
        return facts

    def told(self, *told: str) -> list[Told]:
        """ "1 10:05 go vr 10:07" is advice given at 10:05; "… keeps kart 10:01" ends it with a place kept there."""
        facts: list[Told] = []
        for each in told:
            who, when, verb, *rest = each.split()
            keeps, since_ms = ("", 0)
            if "keeps" in rest:
                *rest, _, keeps, since = rest
                since_ms = clock(since)
            place, at = rest if len(rest) == 2 else ("", *(rest or [when]))
            advice = AdviceGiven(int(who), verb, place, clock(at), 0, "calm", keeps, since_ms)
            facts.append((clock(when), advice))
        return facts

    def ledger(self, *facts: list[Told]) -> Ledger:
        ledger = Ledger(self.event)
        for at_ms, fact in itertools.chain(*facts):
            ledger.apply(fact, at_ms)
        return ledger

    def guest(self, *facts: list[Told], party: int = 1) -> Guest:
        return self.ledger(*facts).guest_of(party)

    def crowd(self, scan: str, *sizes: int, first: int = 1) -> list[Told]:
        """Parties of these sizes, one after another a second apart, each with the same scan: "10:00 arrive vr"."""
        when, kind, place = scan.split()
        facts: list[Told] = []
        for at, size in enumerate(sizes):
            facts += self.came(first + at, {"18-plus": size}, "09:59")
            facts += self.scans(f"{first + at} {when}:{at:02d} {kind} {place}")
        return facts

    def simple_floor(self, when: str, *facts: list[Told], **people: float) -> Floor:
        """The floor of people who are patient for ever and do as told, but for what `people` says of them."""
        return replace(self.floor(when, *facts), **({"impatience": 0.0, "compliance": 1.0} | people))

    def minutes(self, place: str, when: str, *facts: list[Told], **more: Any) -> float | None:
        """The wait at `when`, in minutes, of a party that comes `at` a moment (now), or None.

        `takers`: how many they are. `key`: since when its place has been kept. Others: as for `simple_floor`.
        """
        at, key, takers = more.pop("at", when), more.pop("key", None), more.pop("takers", 1)
        floor = self.simple_floor(when, *facts, **more)
        key_ms = clock(key) if key else None
        wait = expected(self.event, floor, floor.by_id[place], clock(at), takers, key_ms)
        return None if wait is None else wait.minutes

    def floor(self, when: str, *facts: list[Told]) -> Floor:
        return self.view(itertools.chain(*facts)).floor(clock(when))

    @staticmethod
    def badge(number: int) -> str:
        """A badge by its form: the rules never ask whether it is genuine."""
        alphabet = "BCDFGHJKLNPRSTVX"
        digest = hashlib.sha256(str(number).encode()).digest()
        return "C" + "".join(alphabet[byte & 15] for byte in digest[:15])


# Days at random
