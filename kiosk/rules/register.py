"""The register of the door: who came, as which people, with which badge. The same facts in any order end the same."""

from collections.abc import Iterator, Mapping, Set

from .doorfacts import BadgeIssued, BadgePrinted, PartyCame, PartyChanged
from .party import PICTURES, Party

FIRST_SIGN = 50 * len(PICTURES) + 1
"""Of badges that are printed before anybody comes: their nicknames are numbered from 51."""


class Register:
    """`came`: the check-ins by party, those undone too: their numbers are used. `badges`: whose each badge is.

    `blank`: the badges that were printed and that nobody has yet. `void`: the acts that were withdrawn.
    """

    def __init__(self, void: Set[str]) -> None:
        self._void = void
        self.came: dict[int, PartyCame] = {}
        self.badges: dict[str, int] = {}
        self._came_ms: dict[int, int] = {}
        self._badges_of: dict[int, dict[str, set[tuple[int, str]]]] = {}
        self._issues: dict[str, dict[int, int]] = {}
        self._printed: dict[str, BadgePrinted] = {}
        self._changed: dict[int, tuple[int, str, PartyChanged]] = {}
        self._undone: set[int] = set()
        self._linked: dict[int, list[int]] = {}
        self._blank: dict[str, BadgePrinted] | None = None

    def come(self, fact: PartyCame, at_ms: int) -> None:
        if fact.party in self.came:
            return
        self.came[fact.party] = fact
        self._came_ms[fact.party] = at_ms
        if fact.linked:
            self._linked.setdefault(fact.linked, []).append(fact.party)

    def change(self, fact: PartyChanged, at_ms: int) -> None:
        said = (at_ms, repr(fact), fact)
        self._changed[fact.party] = max(said, self._changed.get(fact.party, said), key=lambda each: each[:2])

    def undo(self, party: int) -> None:
        self._undone.add(party)
        for badge in self._badges_of.get(party, ()):
            self._own(badge)
        self._blank = None

    def concerned(self, party: int) -> Iterator[tuple[str, int]]:
        """The badges that this party ever took, each with whoever else took it."""
        for badge in self._badges_of.get(party, ()):
            for each in self._issues[badge]:
                yield badge, each

    def print(self, fact: BadgePrinted) -> None:
        self._printed.setdefault(fact.badge, fact)
        self._blank = None

    def issue(self, fact: BadgeIssued, at_ms: int, act: str = "") -> bool:
        """Whether that is news."""
        said = self._badges_of.setdefault(fact.party, {}).setdefault(fact.badge, set())
        if (at_ms, act) in said:
            return False
        said.add((at_ms, act))
        issues = self._issues.setdefault(fact.badge, {})
        issues[fact.party] = min(at_ms, issues.get(fact.party, at_ms))
        self._own(fact.badge)
        self._blank = None
        return True

    def _own(self, badge: str) -> None:
        """Whose this badge is, of all who took it."""
        issues = self._issues[badge]
        self.badges[badge] = min(issues, key=lambda party: (party in self._undone, issues[party], party))

    @property
    def blank(self) -> Mapping[str, BadgePrinted]:
        """Never changed after it is given out."""
        if self._blank is None:
            self._blank = {
                badge: fact
                for badge, fact in self._printed.items()
                if self._issues.get(badge, {}).keys() <= self._undone
            }
        return self._blank

    def is_made(self, badge: str) -> bool:
        """Whether this badge is somebody's, or printed for somebody to come."""
        return badge in self.badges or badge in self._printed

    def is_here(self, party: int | None) -> bool:
        """Whether this party checked in, and not by mistake."""
        return party in self.came and party not in self._undone

    def badges_of(self, party: int) -> list[tuple[int, str]]:
        """When each of its badges became its own, the one that it was given last, and carries now, last.

        One whose issue was withdrawn is its own still: somebody may carry it.
        """
        latest = {
            badge: max((act not in self._void, at_ms) for at_ms, act in said)
            for badge, said in self._badges_of.get(party, {}).items()
            if self.badges[badge] == party
        }
        by_issue = sorted(latest, key=lambda badge: (latest[badge], badge))
        return [(self._issues[badge][party], badge) for badge in by_issue]

    def family_of(self, party: int) -> Iterator[int]:
        """The parties of one family that went separate ways, this one too if it did."""
        head = self.came[party].linked or party if party in self.came else party
        if head in self._linked:
            yield from (each for each in (head, *sorted(self._linked[head])) if self.is_here(each))

    def party(self, number: int) -> Party | None:
        """None where it has not come, or has no badge yet."""
        own = self.badges_of(number)
        if not self.is_here(number) or not own:
            return None
        came = self.came[number]
        changed = self._changed[number][2] if number in self._changed else came
        signs = [self._printed[badge].sign for _, badge in own if badge in self._printed]
        return Party(
            number,
            own[-1][1],
            changed.people,
            came.language,
            self._came_ms[number],
            changed.wishes,
            signs[-1] if signs else 0,
            tuple(each for each in self.family_of(number) if each != number),
        )

    def next_party(self) -> int:
        """A number that nobody had, and whose nickname is on no badge."""
        number = max(self.came, default=0) + 1
        signs = {fact.sign for fact in self._printed.values()}
        while number in signs:
            number += 1
        return number

    def next_sign(self) -> int:
        """The first of the numbers for badges to be printed; those behind it are free too."""
        signs = max((fact.sign for fact in self._printed.values()), default=FIRST_SIGN - 1)
        return max(signs, max(self.came, default=0)) + 1
