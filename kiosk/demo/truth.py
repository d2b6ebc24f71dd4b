"""What the families know they did, and whether the hub says the same.

The hub sees scans only. So each stay says what the hub can know of it at a moment: one state where the scans
leave no doubt, several where time or a missing kind of scan leaves some. `compare` is exact where there is one.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from firmware.wire.passage import ARRIVE, CALL, ENTER, LEAVE

from ..rules.event import MINUTE_MS, Atelier, Event, Kind
from ..rules.journeys import GRACE_MINUTES, OVERDUE_MINUTES, OVERDUE_TURNS

QUEUED, CALLED, IN, DONE, LEFT = "queued", "called", "in", "done", "left"
MARGIN_MS = (
    2 * MINUTE_MS
)  # a scan is up to so much later than the act: no more is certain around a time limit


@dataclass(slots=True)
class Stay:
    """One visit, as the family lived it. `scans`: the steps of it for which a beep was heard."""

    atelier: str
    arrived_ms: int
    entered_ms: int | None = None
    left_ms: int | None = None
    scans: list[str] = field(default_factory=list)

    @property
    def state(self) -> str:
        if self.left_ms is not None:
            return LEFT if self.entered_ms is None else DONE
        return QUEUED if self.entered_ms is None else IN


@dataclass(frozen=True, slots=True)
class Difference:
    """`party`: None for what concerns an atelier, or the day, as a whole."""

    party: int | None
    what: str
    expected: str
    found: str


@dataclass(slots=True)
class Known:
    people: int
    stays: list[Stay] = field(default_factory=list)


class Truth:
    """The witness of a world: it writes down what happens there. `parties` by number."""

    def __init__(self, event: Event) -> None:
        self.event = event
        self.parties: dict[int, Known] = {}
        self.scans = 0
        self.missed = 0

    @property
    def people(self) -> int:
        return sum(known.people for known in self.parties.values())

    def came(self, party: int, people: int) -> None:
        self.parties[party] = Known(people)

    def arrived(self, party: int, atelier: str, at_ms: int) -> None:
        self.parties[party].stays.append(Stay(atelier, at_ms))

    def entered(self, party: int, at_ms: int) -> None:
        self.parties[party].stays[-1].entered_ms = at_ms

    def left(self, party: int, at_ms: int) -> None:
        self.parties[party].stays[-1].left_ms = at_ms

    def scanned(self, party: int, step: str) -> None:
        self.parties[party].stays[-1].scans.append(step)
        self.scans += 1

    def missed_one(self) -> None:
        self.missed += 1

    def states(self) -> dict[int, list[tuple[str, str]]]:
        """For each party its stays: atelier, and how each stands."""
        return {
            party: [(stay.atelier, stay.state) for stay in known.stays]
            for party, known in sorted(self.parties.items())
        }

    def seen(self, party: int, now_ms: int, margin_ms: int) -> list[tuple[str, frozenset[str]]]:
        """What the hub may say of a party's stays at `now_ms`; a stay without any scan is none to it."""
        stays = [stay for stay in self.parties[party].stays if stay.scans]
        return [
            (stay.atelier, _shown(self.event, stay, stay is stays[-1], now_ms, margin_ms)) for stay in stays
        ]

    def certain_from_ms(self, margin_ms: int) -> int:
        """From when on time changes nothing any more, if nobody is scanned again."""
        last = [
            _settled_ms(self.event, stay)
            for known in self.parties.values()
            for stay in known.stays[-1:]
            if stay.scans
        ]
        return max(last, default=0) + margin_ms


def compare(
    truth: Truth,
    board: Mapping[str, Any],
    journeys: Iterable[Mapping[str, Any]] | None,
    margin_ms: int = MARGIN_MS,
) -> list[Difference]:
    """Where the hub's board, and its journeys where they are given, are not what the families did."""
    now_ms = int(board["at_ms"])
    seen = {party: truth.seen(party, now_ms, margin_ms) for party in truth.parties}
    differences = [*_counts(truth, seen, board)]
    if journeys is not None:
        differences += _stays(seen, truth, journeys)
    return differences


def _counts(
    truth: Truth, seen: Mapping[int, list[tuple[str, frozenset[str]]]], board: Mapping[str, Any]
) -> Iterable[Difference]:
    came = {"parties": len(truth.parties), "people": truth.people}
    if board["came"] != came:
        yield Difference(None, "came", _told(came), _told(board["came"]))
    fields = {"queue": {QUEUED, CALLED}, "inside": {IN}, "done": {DONE}, "left": {LEFT}}
    for here in board["ateliers"]:
        for name, states in fields.items():
            least: Counter[str] = Counter()
            most: Counter[str] = Counter()
            for party, stays in seen.items():
                for atelier, possible in stays:
                    if atelier == here["id"]:
                        one = {"parties": 1, "people": truth.parties[party].people}
                        most.update(one if possible & states else {})
                        least.update(one if possible <= states else {})
            if any(not least[unit] <= here[name][unit] <= most[unit] for unit in ("parties", "people")):
                expected = _told(least) if least == most else f"{_told(least)} … {_told(most)}"
                yield Difference(None, f"{here['id']} {name}", expected, _told(here[name]))


def _stays(
    seen: Mapping[int, list[tuple[str, frozenset[str]]]],
    truth: Truth,
    journeys: Iterable[Mapping[str, Any]],
) -> list[Difference]:
    differences = []
    found = {journey["party"]: journey for journey in journeys}
    for party in sorted(seen.keys() | found.keys(), key=lambda party: (party is None, party)):
        told = [(stay["atelier"], stay["state"]) for stay in found[party]["stays"]] if party in found else []
        expected = seen.get(party, [])
        same = len(told) == len(expected) and all(
            atelier == where and state in possible
            for (atelier, state), (where, possible) in zip(told, expected, strict=True)
        )
        known = party in truth.parties and party in found
        if not (same and known and found[party]["people"] == truth.parties[party].people):
            words = ", ".join(f"{where} {'|'.join(sorted(possible))}" for where, possible in expected)
            differences.append(
                Difference(party, "stays", words or "–", ", ".join(map(" ".join, told)) or "–")
            )
    return differences


def _told(count: Mapping[str, int]) -> str:
    return f"{count['parties']} / {count['people']}"


def _shown(event: Event, stay: Stay, last: bool, now_ms: int, margin_ms: int) -> frozenset[str]:
    atelier = event.by_id[stay.atelier]
    if atelier.kind is Kind.SESSION:
        return _shown_session(event, atelier, stay, last, now_ms, margin_ms)
    if ENTER not in event.steps_at[atelier.id]:
        # Nobody sees a turn begin: whether there was one is the hub's guess.
        return frozenset((DONE, LEFT, QUEUED) if last and LEAVE not in stay.scans else (DONE, LEFT))
    waiting = CALLED if CALL in stay.scans else QUEUED
    settled_ms = _settled_ms(event, stay)
    match stay.state:
        case "queued":
            return frozenset({waiting})
        case "left":
            return frozenset({LEFT}) if not last else _around(settled_ms, waiting, LEFT, now_ms, margin_ms)
        case "in":
            return _around(settled_ms, IN, DONE, now_ms, margin_ms)
        case _:
            if not last or LEAVE in stay.scans:
                return frozenset({DONE})
            return _around(settled_ms, IN, DONE, now_ms, margin_ms)


def _shown_session(
    event: Event, atelier: Atelier, stay: Stay, last: bool, now_ms: int, margin_ms: int
) -> frozenset[str]:
    """Time seats the parties of a timetabled atelier, and sees them off."""
    start_ms = atelier.next_session_ms(stay.arrived_ms)
    if start_ms is None or stay.state == LEFT:
        return frozenset({LEFT, QUEUED} if last else {LEFT})
    if LEAVE in stay.scans or (not last and stay.state == DONE):
        return frozenset({DONE})
    if now_ms < start_ms + atelier.turn_ms - margin_ms:
        return _around(start_ms, CALLED if CALL in stay.scans else QUEUED, IN, now_ms, margin_ms)
    return _around(start_ms + atelier.turn_ms, IN, DONE, now_ms, margin_ms)


def _around(limit_ms: int, before: str, after: str, now_ms: int, margin_ms: int) -> frozenset[str]:
    """`before` the limit, `after` it, either of them near it."""
    states = set()
    if now_ms < limit_ms + margin_ms:
        states.add(before)
    if now_ms > limit_ms - margin_ms:
        states.add(after)
    return frozenset(states)


def _settled_ms(event: Event, stay: Stay) -> int:
    """When time closes the stay, if no scan does."""
    atelier = event.by_id[stay.atelier]
    if atelier.kind is Kind.SESSION:
        return (atelier.next_session_ms(stay.arrived_ms) or stay.arrived_ms) + atelier.turn_ms
    if stay.entered_ms is not None and ENTER in stay.scans:
        if LEAVE not in event.steps_at[atelier.id]:
            return stay.entered_ms + atelier.turn_ms
        return stay.entered_ms + max(OVERDUE_TURNS * atelier.turn_ms, OVERDUE_MINUTES * MINUTE_MS)
    if ARRIVE not in stay.scans:
        return stay.left_ms or stay.arrived_ms
    window = event.window_at(stay.arrived_ms)
    closes_ms = window.closes_ms if window else stay.arrived_ms
    return closes_ms + GRACE_MINUTES[atelier.closing] * MINUTE_MS
