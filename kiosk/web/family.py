"""What a family said of itself so far, at the door: who it is, what it dreams of, who goes with whom.

A value: what the family does next makes another one. It lives in the family's session cookie and nowhere else.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from kiosk.intake import MOST_PEOPLE, MOST_WISHES
from kiosk.rules.event import AgeBand, Atelier, Event
from kiosk.rules.party import GENDERS, Group

ADULT = 18  # years; a band that begins here or later is of adults
TINY = 6  # children below are drawn as the smallest
ALONE = 8  # children of a band that ends below go round with somebody grown
DRAWN = 6  # so many people are drawn one by one; of more, each figure is drawn once, with its count
CROWD = 10  # so many of one figure move together

Counts = Mapping[str, int]
"""People by figure; none of them is 0."""


@dataclass(frozen=True, slots=True)
class Figure:
    """Somebody who may come: of this age band, and this gender or none said."""

    band: AgeBand
    gender: str

    @property
    def id(self) -> str:
        return f"{self.band.id}:{self.gender}"

    @property
    def age(self) -> str:
        """How the figure is drawn: tiny, small, young, grown or old."""
        oldest = self.band.max_age
        if oldest < TINY:
            return "tiny"
        if oldest < 12:
            return "small"
        if oldest < ADULT:
            return "young"
        return "old" if self.band.min_age >= 60 else "grown"

    @property
    def is_child(self) -> bool:
        return self.band.min_age < ADULT

    @property
    def is_small(self) -> bool:
        """Whether it is a child that goes nowhere alone."""
        return self.is_child and self.band.max_age < ALONE


def figures(event: Event) -> dict[str, Figure]:
    """All of the event's, by what forms call them: by age, then gender."""
    all_figures = (Figure(band, gender) for band in event.bands for gender in GENDERS)
    return {figure.id: figure for figure in all_figures}


@dataclass(frozen=True, slots=True)
class Family:
    """`wishes`: atelier ids, the dearest first. `second`: who is on the second sheet; nobody: all on one."""

    counts: Counts = field(default_factory=dict)
    wishes: tuple[str, ...] = ()
    second: Counts = field(default_factory=dict)

    @classmethod
    def expected(cls, people: Iterable[Group], wishes: Iterable[str]) -> "Family":
        """As it said before it came."""
        counts: dict[str, int] = {}
        for group in people:
            figure = f"{group.band}:{group.gender}"
            counts[figure] = counts.get(figure, 0) + group.count
        return cls(counts, tuple(wishes)[:MOST_WISHES])

    @classmethod
    def from_json(cls, said: Mapping[str, Any]) -> "Family":
        return cls(dict(said["counts"]), tuple(said["wishes"]), dict(said["second"]))

    def to_json(self) -> dict[str, Any]:
        return {"counts": dict(self.counts), "wishes": list(self.wishes), "second": dict(self.second)}

    @property
    def size(self) -> int:
        return sum(self.counts.values())

    @property
    def first(self) -> Counts:
        """Who is on the first sheet."""
        left = {figure: count - self.second.get(figure, 0) for figure, count in self.counts.items()}
        return {figure: count for figure, count in left.items() if count}

    def counting(self, counts: Counts) -> "Family":
        """These people and no others; who goes with whom is to be said anew where they differ."""
        some = {figure: count for figure, count in counts.items() if count}
        return self if some == self.counts else replace(self, counts=some, second={})

    def with_count(self, figure: str, count: int) -> "Family":
        """So many of one figure, within what a party may be."""
        others = self.size - self.counts.get(figure, 0)
        return self.counting({**self.counts, figure: max(0, min(count, MOST_PEOPLE - others))})

    def one_more(self, figure: str) -> "Family":
        return self.with_count(figure, self.counts.get(figure, 0) + 1)

    def one_fewer(self, figure: str) -> "Family":
        return self.with_count(figure, self.counts.get(figure, 0) - 1)

    def wishing(self, wishes: Iterable[str]) -> "Family":
        return replace(self, wishes=tuple(dict.fromkeys(wishes))[:MOST_WISHES])

    def tapped(self, atelier: str) -> "Family":
        """A heart more or, where it has one already, that one fewer. There are no more than MOST_WISHES."""
        if atelier in self.wishes:
            return self.wishing(wish for wish in self.wishes if wish != atelier)
        return self.wishing((*self.wishes, atelier))

    def admits(self, event: Event, atelier: Atelier) -> bool:
        """Whether anybody of the family is of an age to take part."""
        known = figures(event)
        return any(atelier.admits(known[figure].band) for figure in self.counts if figure in known)

    def may_part(self, event: Event) -> bool:
        """Whether it has both adults and children, and nobody small would go round alone."""
        return bool(self.parted(event).second)

    def parted(self, event: Event) -> "Family":
        """With the children who may go alone on the second sheet or, without any, the small ones with one adult.

        With nobody there who could go: as they are, all on one sheet.
        """
        known = [figure for figure in figures(event).values() if figure.id in self.counts]
        grown = [figure.id for figure in known if not figure.is_child]
        small = {figure.id: self.counts[figure.id] for figure in known if figure.is_small}
        older = {
            figure.id: self.counts[figure.id] for figure in known if figure.is_child and not figure.is_small
        }
        if grown and older:
            return self.with_second(older)
        if small and sum(self.counts[figure] for figure in grown) >= 2:
            return self.with_second({**small, grown[0]: 1})
        return self.with_second({})

    def with_second(self, second: Counts) -> "Family":
        """These on the second sheet, as far as they are in the family."""
        held = {each: min(count, self.counts.get(each, 0)) for each, count in second.items()}
        return replace(self, second={each: count for each, count in held.items() if count > 0})

    def moved(self, figure: str, to_second: bool) -> "Family":
        """One of this figure on the other sheet; where there is a crowd of it, all of them. No sheet is left empty."""
        here = self.first if to_second else self.second
        count = here.get(figure, 0)
        moving = count if count >= CROWD else min(count, 1)
        if moving == sum(here.values()):
            return self
        there = self.second.get(figure, 0) + (moving if to_second else -moving)
        return self.with_second({**self.second, figure: there})

    def left_alone(self, event: Event) -> tuple[bool, bool]:
        """Whether small children would go round on the first sheet, or on the second, with nobody grown."""
        known = figures(event)
        sheets = (
            [known[figure] for figure in there if figure in known] for there in (self.first, self.second)
        )
        first, second = (
            any(each.is_small for each in there) and all(each.is_child for each in there) for there in sheets
        )
        return first, second

    def groups(self) -> tuple[Group, ...]:
        return grouped(self.counts)


def grouped(counts: Counts) -> tuple[Group, ...]:
    parted = ((figure.rpartition(":"), count) for figure, count in counts.items())
    return tuple(Group(band, gender, count) for (band, _, gender), count in parted)


@dataclass(frozen=True, slots=True)
class Portrait:
    """A figure in the picture of a family: `count` people, drawn once."""

    figure: Figure
    count: int


def picture(event: Event, counts: Counts) -> Sequence[Portrait]:
    """The family as it is drawn: each of them where they are few, each figure once where they are many."""
    return tuple(_portraits(event, counts))


def _portraits(event: Event, counts: Counts) -> Iterator[Portrait]:
    one_by_one = sum(counts.values()) <= DRAWN
    for figure in reversed(figures(event).values()):  # the grown before the small, as in a photograph
        count = counts.get(figure.id, 0)
        if one_by_one:
            yield from [Portrait(figure, 1)] * count
        elif count:
            yield Portrait(figure, count)
