"""What may stay of a day for good: numbers in which nobody is found again.

A number is of FEWEST parties at least. Whoever would be fewer is counted together with others: an age band with
another, a quarter of an hour with the next. So sums are whole, and nothing that is left out follows from them.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from firmware.wire.passage import ARRIVE, ENTER

from .event import MINUTE_MS
from .journeys import State
from .party import Party
from .view import View

FEWEST = 5
QUARTER_MS = 15 * MINUTE_MS
DOOR = "door"
COLUMNS = ("table", "name", "from", "to", "came", "done", "queued", "wait_minutes")


@dataclass(frozen=True, slots=True)
class Share:
    """So many people are of these: of one age band, gender or language, or of several together."""

    names: tuple[str, ...]
    people: int

    def to_json(self) -> dict[str, Any]:
        return {"names": list(self.names), "people": self.people}


@dataclass(frozen=True, slots=True)
class Slot:
    """At a place, from a moment to another: people who `came`, and whose turn was `done`. None: not told.

    `queued`: how many people stood in the queue, in the mean; `wait_minutes`: what those waited who had their turn.
    """

    place: str
    from_ms: int
    until_ms: int
    came: int | None
    done: int | None = None
    queued: int | None = None
    wait_minutes: int | None = None


@dataclass(frozen=True, slots=True)
class Totals:
    """`parties` and `people`: all who checked in; None where they were too few to be told."""

    event: str
    name: str
    day: date
    parties: int | None
    people: int | None
    bands: tuple[Share, ...]
    genders: tuple[Share, ...]
    languages: tuple[Share, ...]
    door: tuple[Slot, ...]
    ateliers: tuple[Slot, ...]

    def to_json(self, clock: Callable[[int], str]) -> dict[str, Any]:
        """`clock` tells a moment."""

        def slot(each: Slot) -> dict[str, Any]:
            return dict(zip(COLUMNS[2:], _times(each, clock) + _numbers(each), strict=True))

        return {
            "v": 1,
            "event": self.event,
            "name": self.name,
            "day": self.day.isoformat(),
            "fewest_parties": FEWEST,
            "parties": self.parties,
            "people": self.people,
            "bands": [each.to_json() for each in self.bands],
            "genders": [each.to_json() for each in self.genders],
            "languages": [each.to_json() for each in self.languages],
            "door": [slot(each) for each in self.door],
            "ateliers": [{"atelier": each.place, **slot(each)} for each in self.ateliers],
        }

    def rows(self, clock: Callable[[int], str]) -> Iterator[tuple[str | int, ...]]:
        """The same as a table, whose columns are COLUMNS; an empty field is not told."""
        yield COLUMNS
        yield "all", "parties", "", "", _shown(self.parties), "", "", ""
        yield "all", "people", "", "", _shown(self.people), "", "", ""
        for table, shares in (
            ("band", self.bands),
            ("gender", self.genders),
            ("language", self.languages),
        ):
            for share in shares:
                yield table, "+".join(share.names), "", "", share.people, "", "", ""
        for table, slots in ((DOOR, self.door), ("atelier", self.ateliers)):
            for each in slots:
                name = each.place if table != DOOR else ""
                yield table, name, *_times(each, clock), *map(_shown, _numbers(each))


def of(view: View, now_ms: int) -> Totals:
    """The totals of all that is known at `now_ms`."""
    event = view.event
    parties = view.parties.values()
    visits = _visits(view, now_ms)
    told = len(parties) >= FEWEST
    return Totals(
        event=event.id,
        name=event.name,
        day=event.day,
        parties=len(parties) if told else None,
        people=sum(party.size for party in parties) if told else None,
        bands=_shares((group.band, group.count, party.number) for party in parties for group in party.people),
        genders=_shares(
            (group.gender, group.count, party.number) for party in parties for group in party.people
        ),
        languages=_shares((party.language, party.size, party.number) for party in parties),
        door=_door(parties),
        ateliers=tuple(slot for atelier in event.ateliers for slot in _atelier(atelier.id, visits)),
    )


def _shares(said: Iterable[tuple[str, int, int]]) -> tuple[Share, ...]:
    """From names, each with people and the party that they are of."""
    people: dict[str, int] = {}
    parties: dict[str, set[int]] = {}
    for name, count, party in said:
        people[name] = people.get(name, 0) + count
        parties.setdefault(name, set()).add(party)
    names = sorted(people, key=lambda name: (len(parties[name]), name))
    together: list[str] = []
    carriers: set[int] = set()
    for name in names:  # the rarest first
        if len(parties[name]) >= FEWEST and (not together or len(carriers) >= FEWEST):
            break
        together.append(name)
        carriers |= parties[name]
    alone = [Share((name,), people[name]) for name in sorted(people) if name not in together]
    if len(carriers) >= FEWEST:
        alone.append(Share(tuple(sorted(together)), sum(people[name] for name in together)))
    return tuple(alone)


@dataclass(frozen=True, slots=True)
class _Visit:
    """A stay, without who it was; `key` only tells one party from another while this is counted."""

    key: str
    atelier: str
    people: int
    arrived_ms: int
    queued_until_ms: int
    entered_ms: int | None
    done_ms: int | None
    measured: bool


def _visits(view: View, now_ms: int) -> list[_Visit]:
    return [
        _Visit(
            key=guest.badge,
            atelier=stay.atelier,
            people=guest.size,
            arrived_ms=stay.arrived_ms,
            queued_until_ms=stay.entered_ms or stay.left_ms or stay.arrived_ms,
            entered_ms=stay.entered_ms,
            done_ms=stay.left_ms if stay.state is State.DONE else None,
            measured=not stay.inferred & {ARRIVE, ENTER},
        )
        for guest in view.guests.values()
        for stay in guest.journey.at(view.event, now_ms).stays
    ]


@dataclass(frozen=True, slots=True)
class _Happened:
    at_ms: int
    key: str
    people: int


def _door(parties: Collection[Party]) -> tuple[Slot, ...]:
    came = [_Happened(party.came_ms, str(party.number), party.size) for party in parties]
    return tuple(
        Slot(DOOR, from_ms, until_ms, _sum(came, from_ms, until_ms))
        for from_ms, until_ms in _times_of(came)
        if _keys(came, from_ms, until_ms) >= FEWEST
    )


def _atelier(atelier: str, visits: Iterable[_Visit]) -> Iterator[Slot]:
    own = [visit for visit in visits if visit.atelier == atelier]
    came = [_Happened(visit.arrived_ms, visit.key, visit.people) for visit in own]
    done = [_Happened(visit.done_ms, visit.key, visit.people) for visit in own if visit.done_ms is not None]
    if 0 < len({visit.key for visit in own if visit.done_ms is None}) < FEWEST:
        came = []  # beside those who had their turn it would tell of the few who had none
    for from_ms, until_ms in _times_of(came, done):
        told = {
            name: _sum(those, from_ms, until_ms) if _keys(those, from_ms, until_ms) >= FEWEST else None
            for name, those in (("came", came), ("done", done))
        }
        if any(told.values()):
            yield Slot(
                atelier,
                from_ms,
                until_ms,
                told["came"],
                told["done"],
                _queued(own, from_ms, until_ms),
                _wait_minutes(own, from_ms, until_ms),
            )


def _times_of(*measures: Collection[_Happened]) -> list[tuple[int, int]]:
    """Quarters of an hour, joined until in each nobody is counted, or FEWEST parties at least, of each measure."""
    quarters = sorted({each.at_ms - each.at_ms % QUARTER_MS for those in measures for each in those})

    def tells(from_ms: int, until_ms: int) -> bool:
        return all(not 0 < _keys(those, from_ms, until_ms) < FEWEST for those in measures)

    found: list[tuple[int, int]] = []
    begun_ms: int | None = None
    for quarter_ms in quarters:
        begun_ms = quarter_ms if begun_ms is None else begun_ms
        if tells(begun_ms, quarter_ms + QUARTER_MS):
            found.append((begun_ms, quarter_ms + QUARTER_MS))
            begun_ms = None
    if begun_ms is not None:  # too few were left over: they go with those before them
        end_ms = quarters[-1] + QUARTER_MS
        while found and not tells(begun_ms, end_ms):
            begun_ms, _ = found.pop()
        found.append((begun_ms, end_ms))
    return found


def _keys(those: Iterable[_Happened], from_ms: int, until_ms: int) -> int:
    return len({each.key for each in those if from_ms <= each.at_ms < until_ms})


def _sum(those: Iterable[_Happened], from_ms: int, until_ms: int) -> int:
    return sum(each.people for each in those if from_ms <= each.at_ms < until_ms)


def _queued(visits: Iterable[_Visit], from_ms: int, until_ms: int) -> int | None:
    stood: dict[str, int] = {}
    for visit in visits:
        for_ms = min(visit.queued_until_ms, until_ms) - max(visit.arrived_ms, from_ms)
        if for_ms > 0:
            stood[visit.key] = stood.get(visit.key, 0) + for_ms * visit.people
    mean = round(sum(stood.values()) / (until_ms - from_ms))
    return mean if len(stood) >= FEWEST and mean >= FEWEST else None


def _wait_minutes(visits: Iterable[_Visit], from_ms: int, until_ms: int) -> int | None:
    seen = [
        (visit.key, visit.entered_ms - visit.arrived_ms)
        for visit in visits
        if visit.measured and visit.entered_ms is not None and from_ms <= visit.entered_ms < until_ms
    ]
    if len({key for key, _ in seen}) < FEWEST:
        return None
    return round(sum(wait_ms for _, wait_ms in seen) / len(seen) / MINUTE_MS)


def _times(slot: Slot, clock: Callable[[int], str]) -> tuple[str, str]:
    return clock(slot.from_ms), clock(slot.until_ms)


def _numbers(slot: Slot) -> tuple[int | None, ...]:
    return slot.came, slot.done, slot.queued, slot.wait_minutes


def _shown(number: int | None) -> str | int:
    return "" if number is None else number
