"""Whoever carries a badge: its party, its journey, what it was told, and what it made of that.

told GO ──► a stay there         followed
        ──► a stay elsewhere     ignored
        ──► told something else  refused: it will not hear of that atelier for a while
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from .event import MINUTE_MS, Atelier, Event
from .facts import GO, AdviceGiven, Advised
from .journeys import OPEN, Journey, State, Stay
from .party import Party

LATE_MINUTES = 8  # a party that was sent somewhere and is not seen there by then went elsewhere
REFUSED_MINUTES = 15  # before an atelier is advised again to a party that did not want it, or gave up there
SILENT_MINUTES = 25  # without a word from whoever holds a place: it is no longer kept


@dataclass(frozen=True, slots=True)
class Told:
    at_ms: int
    advice: AdviceGiven


@dataclass(frozen=True, slots=True)
class Kept:
    """A place in the queue of `atelier`, as if the party stood there since `since_ms`."""

    atelier: str
    since_ms: int


@dataclass(frozen=True, slots=True)
class Heading:
    """On its way to `atelier`, there at `at_ms`; not before `until_ms` is it thought to be elsewhere."""

    atelier: str
    at_ms: int
    until_ms: int


@dataclass(frozen=True)
class Guest:
    """`party` is None where nobody has checked the badge in: it counts as one person. `told`: by time."""

    badge: str
    party: Party | None
    journey: Journey
    route: tuple[Advised, ...] = ()
    left_ms: int | None = None
    told: tuple[Told, ...] = ()

    @property
    def size(self) -> int:
        return self.party.size if self.party else 1

    def takers(self, event: Event, atelier: Atelier) -> int:
        return self.party.takers(event, atelier) if self.party else 1

    @cached_property
    def last_ms(self) -> int:
        """The last sign of life."""
        return max(
            self.journey.last_ms or 0,
            self.party.came_ms if self.party else 0,
            max((stay.last_ms for stay in self.journey.stays), default=0),
        )

    @property
    def stay(self) -> Stay | None:
        """Where it is, if anywhere."""
        stays = self.journey.stays
        return stays[-1] if stays and stays[-1].state in OPEN else None

    @property
    def advice(self) -> Told | None:
        """What it was told last, unless it was scanned since."""
        told = self.told[-1] if self.told else None
        return told if told and told.at_ms >= (self.journey.last_ms or 0) else None

    def heading(self, event: Event) -> Heading | None:
        """Where its advice, or else its sheet, sends it next."""
        told = self.advice
        if told is not None:
            advice = told.advice
            if advice.verb != GO or advice.atelier not in event.by_id:
                return None
            return _heading(event, advice.atelier, advice.at_ms, advice.wait_minutes)
        if self.told or self.stay:
            return None
        been = {stay.atelier for stay in self.journey.stays}
        planned = (stop for stop in self.route if stop.atelier in event.by_id)
        stop = next((stop for stop in planned if stop.atelier not in been), None)
        if stop is None:
            return None
        return _heading(event, stop.atelier, self.last_ms, stop.wait_minutes)

    def kept(self, now_ms: int) -> Kept | None:
        """The place that is kept for it; none once it stands there, had its turn, or was silent for too long."""
        if not self.told:
            return None
        advice, at_ms = self.told[-1].advice, self.told[-1].at_ms
        if not advice.keeps or now_ms - max(at_ms, self.last_ms) >= SILENT_MINUTES * MINUTE_MS:
            return None
        there = (stay for stay in self.journey.stays if stay.atelier == advice.keeps)
        if any(stay.last_ms >= advice.since_ms or stay.seen_ms > at_ms for stay in there):
            return None
        return Kept(advice.keeps, advice.since_ms)

    def queue_key_ms(self, stay: Stay) -> int:
        """Its place in the queue: by when it came, or by when it was promised the place that it comes to take."""
        promise = next((told for told in reversed(self.told) if told.at_ms <= stay.arrived_ms), None)
        if promise is None or promise.advice.keeps != stay.atelier:
            return stay.arrived_ms
        heard_ms, since_ms = promise.at_ms, promise.advice.since_ms
        for before in self.journey.stays:
            if before is stay or before.arrived_ms >= stay.arrived_ms:
                break
            if before.atelier == stay.atelier and (
                before.last_ms >= since_ms or before.seen_ms > promise.at_ms
            ):
                return stay.arrived_ms
            heard_ms = max(heard_ms, before.last_ms)
        forfeited = stay.arrived_ms - heard_ms >= SILENT_MINUTES * MINUTE_MS
        return stay.arrived_ms if forfeited else min(stay.arrived_ms, since_ms)

    def refused(self, now_ms: int) -> frozenset[str]:
        """Ateliers not to be advised now: it gave up there, or asked for something else, a short while ago."""
        since_ms = now_ms - REFUSED_MINUTES * MINUTE_MS
        ids = {
            stay.atelier
            for stay in self.journey.stays
            if stay.state is State.LEFT and (stay.left_ms or 0) > since_ms
        }
        for told, stay in self.answers():
            if stay is None and told.at_ms > since_ms:
                ids.add(told.advice.atelier)
        ids |= {told.advice.instead_of for told in self.told if told.at_ms > since_ms} - {""}
        return frozenset(ids)

    @cached_property
    def followed(self) -> tuple[int, int]:
        """How often it went where it was told to, and how often elsewhere."""
        answers = [told.advice.atelier == stay.atelier for told, stay in self.answers() if stay is not None]
        return sum(answers), len(answers) - sum(answers)

    def answers(self) -> Iterator[tuple[Told, Stay | None]]:
        """Each time it was told to go somewhere, and the stay that followed; None where it asked for something else."""
        stays = self.journey.stays
        at = 0
        for place, told in enumerate(self.told):
            if told.advice.verb != GO:
                continue
            while at < len(stays) and stays[at].seen_ms <= told.at_ms:
                at += 1
            after_ms = self.told[place + 1].at_ms if place + 1 < len(self.told) else None
            if at < len(stays) and (after_ms is None or stays[at].seen_ms <= after_ms):
                yield told, stays[at]
            elif after_ms is not None and after_ms >= told.advice.at_ms:
                yield told, None


def _heading(event: Event, id: str, at_ms: int, wait_minutes: int) -> Heading:
    """Where nobody sees arrivals, a party is on its way until its turn would begin, or be over."""
    steps = event.steps_at[id]
    late_ms = at_ms + LATE_MINUTES * MINUTE_MS
    if "arrive" not in steps:
        late_ms += wait_minutes * MINUTE_MS
        if "enter" not in steps:
            late_ms += event.by_id[id].turn_ms
    return Heading(id, at_ms, late_ms)
