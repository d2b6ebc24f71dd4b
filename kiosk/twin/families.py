"""Who comes to the day: families drawn from a seed, for any event. The same seed draws the same families."""

from bisect import bisect
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
from random import Random

from ..rules.event import MINUTE_MS, AgeBand, Atelier, Event, Window
from ..rules.party import Group, takers
from .scenario import ROUBAIX, Crowd

MOST_CROWD = 0.4  # of those who come to a window stand there before it opens
CROWD_MINUTES = 40
PATIENCE_LIMITS, STAY_LIMITS = (12, 60), (45, 200)  # minutes
WISHES = 3


@dataclass(frozen=True, slots=True)
class Family:
    """`number`: 1, 2, … in the order of coming. `seed` is that of everything this family decides.

    `patience_ms`: how long it stands in one queue. `stay_ms`: how long it means to be there in all.
    """

    number: int
    people: tuple[Group, ...]
    language: str
    at_door_ms: int
    patience_ms: int
    stay_ms: int
    wishes: tuple[str, ...]
    seed: str

    @property
    def size(self) -> int:
        return sum(group.count for group in self.people)


def draw(event: Event, crowd: Crowd = ROUBAIX, seed: int = 0) -> tuple[Family, ...]:
    """The families of a crowd, by their coming; half of the people are women and girls.

    Raises ValueError where the crowd is less than 1.
    """
    people = crowd.people
    if people < 1:
        raise ValueError(f"people is {people}; a day needs at least 1")
    chance = Random(f"{seed}/families")
    sizes = list(_sizes(crowd, chance))
    genders = ["f"] * (people // 2) + ["m"] * (people - people // 2)
    chance.shuffle(genders)
    arrivals = _arrivals(event, sizes, crowd, chance)
    dreams = _dreams(event, crowd, chance)
    drawn = []
    for size, (at_door_ms, first) in zip(sizes, arrivals, strict=True):
        own, genders = genders[:size], genders[size:]
        groups = _people(event, own, chance)
        drawn.append((at_door_ms, first, groups, _wishes(event, groups, dreams, chance)))
    drawn.sort(key=lambda family: family[0])
    return tuple(
        Family(
            number=number,
            people=groups,
            language=_language(event, chance, Random(f"{seed}/family/{number}/language")),
            at_door_ms=at_door_ms,
            patience_ms=_about(chance, crowd.patience_minutes, crowd.patience_spread, PATIENCE_LIMITS),
            stay_ms=_about(chance, crowd.stay_minutes[0 if first else 1], crowd.stay_spread, STAY_LIMITS),
            wishes=wishes,
            seed=f"{seed}/family/{number}",
        )
        for number, (at_door_ms, first, groups, wishes) in enumerate(drawn, 1)
    )


def _language(event: Event, chance: Random, own: Random) -> str:
    """That of the door for most, and any other of the event for the rest.

    What `chance` gives the next family is the same however many languages there are: hence `own`.
    """
    first, *others = event.languages
    usual = chance.random() < 0.7 or chance.choice((True, False))
    return first if usual or not others else own.choice(others)


def _dreams(event: Event, crowd: Crowd, chance: Random) -> list[tuple[Atelier, float]]:
    """How dear each atelier is: as the crowd says if it knows them all, else the dearer the fewer its places."""
    if all(atelier.id in crowd.wishes for atelier in event.ateliers):
        return [(atelier, max(1e-6, crowd.wishes[atelier.id])) for atelier in event.ateliers]
    return [(atelier, chance.uniform(0.7, 1.3) / atelier.places**0.5) for atelier in event.ateliers]


def _about(chance: Random, mean: float, spread: float, limits: tuple[int, int]) -> int:
    low, high = limits
    return round(min(high, max(low, chance.gauss(mean, spread))) * MINUTE_MS)


def _sizes(crowd: Crowd, chance: Random) -> Iterator[int]:
    """Sizes of families with the sum of the crowd; nobody is left to come alone who would not."""
    people, sizes, weights = crowd.people, list(crowd.sizes), list(crowd.sizes.values())
    while people > max(sizes):
        size = chance.choices(sizes, weights)[0]
        if people - size >= min(sizes):
            people -= size
            yield size
    yield people


def _arrivals(event: Event, sizes: list[int], all_of: Crowd, chance: Random) -> list[tuple[int, bool]]:
    """For each size, when that family is at the door, and whether that is for the first window."""
    people = all_of.people
    if all_of.arrivals:
        return _as_seen(event, all_of.arrivals, len(sizes), chance)
    shares = [
        (window.closes_ms - window.opens_ms)
        * (all_of.calm_first if place == 0 and len(event.windows) > 1 else 1.0)
        for place, window in enumerate(event.windows)
    ]
    ends = list(accumulate(share * people / sum(shares) for share in shares))
    arrivals: list[tuple[int, bool]] = []
    waiting: Counter[int] = Counter()
    before = 0
    for size in sizes:
        place = min(bisect(ends, before), len(event.windows) - 1)
        window = event.windows[place]
        crowd = (
            min(all_of.at_the_door * people, MOST_CROWD * shares[place] * people / sum(shares))
            if place
            else 0.0
        )
        if waiting[place] + size / 2 < crowd:
            waiting[place] += size
            arrivals.append((_before(window, chance), False))
        else:
            arrivals.append((_during(window, chance), place == 0))
        before += size
    return arrivals


def _as_seen(
    event: Event, seen: tuple[tuple[int, float], ...], many: int, chance: Random
) -> list[tuple[int, bool]]:
    """Arrivals as on a day that was: `seen` gives quarters of an hour after the doors opened, and shares."""
    first = event.windows[0]
    quarters = chance.choices([at for at, _ in seen], [share for _, share in seen], k=many)
    arrivals = []
    for quarter in sorted(quarters):
        at_ms = event.opens_ms + round((quarter + chance.random()) * 15 * MINUTE_MS)
        arrivals.append((at_ms, len(event.windows) > 1 and at_ms < first.closes_ms))
    return arrivals


def _before(window: Window, chance: Random) -> int:
    return window.opens_ms - round(chance.triangular(0, CROWD_MINUTES, CROWD_MINUTES / 4) * MINUTE_MS)


def _during(window: Window, chance: Random) -> int:
    """Spread over the first six tenths of the window, the more the earlier."""
    length_ms = window.closes_ms - window.opens_ms
    return window.opens_ms + round(0.6 * length_ms * chance.betavariate(1.0, 1.8))


def _people(event: Event, genders: list[str], chance: Random) -> tuple[Group, ...]:
    """One or two adults, sometimes an older one, and children."""
    adults = 1 if len(genders) < 3 or chance.random() < 0.45 else 2
    ages = [
        (chance.randint(60, 79) if chance.random() < 0.12 else chance.randint(24, 52))
        if place < adults
        else round(chance.triangular(2, 17, 9))
        for place in range(len(genders))
    ]
    counts = Counter((_band(event, age).id, gender) for age, gender in zip(ages, genders, strict=True))
    return tuple(Group(band, gender, count) for (band, gender), count in sorted(counts.items()))


def _band(event: Event, age: int) -> AgeBand:
    return next((band for band in event.bands if band.min_age <= age <= band.max_age), event.bands[-1])


def _wishes(
    event: Event, people: tuple[Group, ...], dreams: list[tuple[Atelier, float]], chance: Random
) -> tuple[str, ...]:
    """Up to three ateliers that admit somebody of the family, the dearest first."""
    fitting = {atelier.id: weight for atelier, weight in dreams if takers(event, atelier, people)}
    wishes: list[str] = []
    for _ in range(min(WISHES, len(fitting))):
        (wish,) = chance.choices(list(fitting), list(fitting.values()))
        del fitting[wish]
        wishes.append(wish)
    return tuple(wishes)
