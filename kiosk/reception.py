"""What is done at the door, for one family after the other: decisions for the day's one writer.

All of each is durable on return, or none of it. Posts may come twice, by a double tap or because the answer was
lost: a `form` that was taken before gives what it gave then, and what is so already is not recorded again.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from . import intake
from .errors import Refused, UnknownParty
from .issue import known, new_act, new_badge
from .rules import counsel, guidance, routes
from .rules.event import Event
from .rules.facts import (
    Acted,
    AdviceGiven,
    BadgeIssued,
    BadgePrinted,
    Fact,
    HelpAsked,
    HelpGiven,
    PartyCame,
    PartyChanged,
    PartyUndone,
    PrintAsked,
    PrintMoved,
)
from .rules.ledger import Ledger, View
from .rules.party import Group, Party
from .rules.printing import REPLACED, PrintState, queued_for
from .store.writer import Decision

T = TypeVar("T")

MOST_BADGES = 10_000  # printed before anybody comes, at a time


@dataclass(frozen=True, slots=True)
class CheckedIn:
    """`job`: the print job of its sheet, 0 where none was asked for."""

    party: Party
    job: int


@dataclass(frozen=True, slots=True)
class Expected:
    """Who said before the day that they would come; what they did not say is empty. `row`: as in BadgePrinted."""

    people: tuple[Group, ...]
    wishes: tuple[str, ...] = ()
    language: str = ""
    row: int = 0


class Reception(ABC):
    """The side of the day that families meet. `below(n)` draws from 0..n-1, for badges."""

    def __init__(self, event_key: bytes, below: Callable[[int], int]) -> None:
        self.event_key = event_key
        self._below = below

    @property
    @abstractmethod
    def view(self) -> View: ...

    @property
    @abstractmethod
    def event(self) -> Event: ...

    @abstractmethod
    def decide(self, work: Callable[[Ledger, int], Decision[T]]) -> T: ...

    # Who comes

    def check_in(
        self,
        people: Sequence[Group],
        language: str,
        wishes: Sequence[str] = (),
        *,
        sheet: bool = True,
        form: str = "",
        badge: str = "",
    ) -> CheckedIn:
        """Welcome a party: its number, badge, route and, with `sheet`, print job.

        `badge`: one that was printed before, and is now theirs. Raises Refused where the people make no party or the
        badge is not to be had, JournalUnavailable where nothing could be kept.
        """
        return self._welcome([people], language, wishes, sheet, form, badge)[0]

    def check_in_apart(
        self,
        parts: Sequence[Sequence[Group]],
        language: str,
        wishes: Sequence[str] = (),
        *,
        sheet: bool = True,
        form: str = "",
    ) -> tuple[CheckedIn, ...]:
        """Welcome a family that goes separate ways: a party for each part, linked. Raises as `check_in` does."""
        return self._welcome(parts, language, wishes, sheet, form, "")

    def _welcome(
        self,
        parts: Sequence[Sequence[Group]],
        language: str,
        wishes: Sequence[str],
        sheet: bool,
        form: str,
        badge: str,
    ) -> tuple[CheckedIn, ...]:
        event = self.event
        grouped = [tuple(intake.grouped(event, people)) for people in parts]
        if not grouped:
            raise Refused("a family without anybody")
        dreams = tuple(wish for wish in dict.fromkeys(wishes) if wish in event.by_id)
        spoken = language if language in event.languages else event.languages[0]

        def work(ledger: Ledger, now_ms: int) -> Decision[tuple[CheckedIn, ...]]:
            if form in ledger.forms:
                head = ledger.forms[form].party
                family = tuple(ledger.register.family_of(head)) or (head,)
                return Decision((), lambda: tuple(map(self._checked_in, family)))
            if badge and badge not in ledger.register.blank:
                raise Refused("this badge is nobody's to take")
            numbers: list[int] = []

            def facts() -> Iterator[Fact]:
                for people in grouped:
                    number = ledger.register.next_party()
                    own = badge or self._new_badge(ledger)
                    told = routes.advise(
                        ledger.event, ledger.floor(now_ms), routes.Wanderer(people, dreams, badge=own), now_ms
                    )
                    head = numbers[0] if numbers else 0
                    arrival = PartyCame(
                        number, people, spoken, dreams, told.stops, "" if numbers else form, head
                    )
                    numbers.append(number)
                    yield from guidance.welcome(arrival, own, told)
                    if sheet:
                        yield PrintAsked(_next_job(ledger), number)

            return Decision(facts(), lambda: tuple(map(self._checked_in, numbers)))

        return self.decide(work)

    def undo_check_in(self, party: int) -> None:
        """It was a mistake: nobody came. Its sheet is not printed any more.

        Raises UnknownParty, and Refused where its badge was scanned already.
        """

        def work(ledger: Ledger, now_ms: int) -> Decision[None]:
            if party in ledger.register.came and not ledger.register.is_here(party):
                return Decision((), lambda: None)
            known(ledger, party)
            if ledger.guest_of(party).journey.stays:
                raise Refused(f"party {party} was scanned at an atelier: it is here")
            return Decision([*_called_off(ledger, party), PartyUndone(party)], lambda: None)

        self.decide(work)

    def change(self, party: int, people: Sequence[Group], wishes: Sequence[str]) -> AdviceGiven | None:
        """It is these people from now on, with these wishes, and told anew where to go, if it is told otherwise.

        Raises UnknownParty, and Refused where the people make no party.
        """
        now = tuple(intake.grouped(self.event, people))
        dreams = tuple(wish for wish in dict.fromkeys(wishes) if wish in self.event.by_id)

        def work(ledger: Ledger, now_ms: int) -> Decision[AdviceGiven | None]:
            known(ledger, party)
            before = ledger.register.party(party)
            if before and set(before.people) == set(now) and before.wishes == dreams:
                return Decision((), lambda: self._told(party))

            def facts() -> Iterator[Fact]:
                yield PartyChanged(party, now, dreams)
                told = counsel.changed(ledger, party, now_ms)
                if told:
                    yield told

            return Decision(facts(), lambda: self._told(party))

        return self.decide(work)

    def advise(self, party: int, *, another: bool = False) -> AdviceGiven | None:
        """What a party that asks is told now: what it was told before, where that still stands, or something new.

        With `another` it is told something else than before. None: it waits where it is. Raises UnknownParty.
        """

        def work(ledger: Ledger, now_ms: int) -> Decision[AdviceGiven | None]:
            known(ledger, party)
            told = counsel.asked(ledger, party, now_ms, another=another)
            return Decision((told,) if told else (), lambda: self._told(party))

        return self.decide(work)

    # Sheets

    def print_again(self, party: int, form: str = "") -> int:
        """A print job for a sheet with the route as it is now, and the same badge; the queued one where there is one.

        Raises UnknownParty.
        """

        def work(ledger: Ledger, now_ms: int) -> Decision[int]:
            known(ledger, party)
            asked = ledger.forms.get(form)
            if isinstance(asked, PrintAsked):
                return Decision((), lambda: asked.job)
            queued = queued_for(ledger.jobs.values(), party)
            if queued:
                return Decision((), lambda: queued.job)
            job = _next_job(ledger)

            def facts() -> Iterator[Fact]:
                told = counsel.asked(ledger, party, now_ms, another=False)
                if told:
                    yield told
                route, reason = counsel.route_now(ledger, party, now_ms)
                yield PrintAsked(job, party, form, route, reason)

            return Decision(facts(), lambda: job)

        return self.decide(work)

    def sheets_of(self, party: int) -> int:
        """How many sheets were asked for, the first included."""
        return sum(job.party == party for job in self.view.jobs.values())

    def call_off_sheets(self, party: int) -> None:
        """Nothing that still waits is printed for this party: it has its code by other means. Raises UnknownParty."""

        def work(ledger: Ledger, now_ms: int) -> Decision[None]:
            known(ledger, party)
            return Decision(_called_off(ledger, party), lambda: None)

        self.decide(work)

    # Badges

    def take_badge(self, party: int, badge: str, by: str = "") -> None:
        """A badge that was printed before is this party's from now on, with its nickname; the one before is lost.

        What waits to be printed for it is called off. `by`: who gave it to them, which is an act of theirs; empty where
        the family took it. Raises UnknownParty, and Refused where the badge is not to be had.
        """

        def work(ledger: Ledger, now_ms: int) -> Decision[None]:
            known(ledger, party)
            if ledger.register.badges.get(badge) == party:
                return Decision((), lambda: None)
            if badge not in ledger.register.blank:
                raise Refused("this badge is nobody's to take")
            issued: Fact = BadgeIssued(badge, party)
            if by:
                issued = Acted(new_act(ledger, self._below), by, issued)
            return Decision([issued, *_called_off(ledger, party)], lambda: None)

        self.decide(work)

    def make_badges(self, count: int) -> tuple[BadgePrinted, ...]:
        """Badges to be printed before anybody comes. Raises Refused."""
        if not 0 < count <= MOST_BADGES:
            raise Refused(f"1 to {MOST_BADGES} badges at a time, not {count}")
        return self._make([Expected(())] * count)

    def expect(self, rows: Sequence[Expected]) -> tuple[BadgePrinted, ...]:
        """Badges for those who said that they would come, in their order. Raises Refused where a row makes no party."""
        if not 0 < len(rows) <= MOST_BADGES:
            raise Refused(f"1 to {MOST_BADGES} badges at a time, not {len(rows)}")
        event = self.event
        put_right = [
            Expected(
                tuple(intake.grouped(event, row.people)),
                tuple(wish for wish in dict.fromkeys(row.wishes) if wish in event.by_id),
                row.language if row.language in event.languages else "",
                row.row,
            )
            for row in rows
        ]
        return self._make(put_right)

    def _make(self, rows: Sequence[Expected]) -> tuple[BadgePrinted, ...]:
        def work(ledger: Ledger, now_ms: int) -> Decision[tuple[BadgePrinted, ...]]:
            first = ledger.register.next_sign()
            made: list[BadgePrinted] = []

            def facts() -> Iterator[Fact]:
                for sign, row in enumerate(rows, first):
                    badge = self._new_badge(ledger)
                    made.append(BadgePrinted(badge, sign, row.people, row.wishes, row.language, row.row))
                    yield made[-1]

            return Decision(facts(), lambda: tuple(made))

        return self.decide(work)

    def print_slips(self, badges: Iterable[str]) -> tuple[int, ...]:
        """Print jobs for badges that nobody has yet. Raises Refused where one of them is not blank."""
        wanted = tuple(dict.fromkeys(badges))

        def work(ledger: Ledger, now_ms: int) -> Decision[tuple[int, ...]]:
            for badge in wanted:
                if badge not in ledger.register.blank:
                    raise Refused("this badge is nobody's to take")
            first = _next_job(ledger)
            asked = [PrintAsked(job, 0, badge=badge) for job, badge in enumerate(wanted, first)]
            return Decision(asked, lambda: tuple(each.job for each in asked))

        return self.decide(work)

    # Help

    def ask_help(self, place: str, subject: str = "", party: int = 0) -> None:
        """Somebody at `place` calls a volunteer; said again, it is the same call."""

        def work(ledger: Ledger, now_ms: int) -> Decision[None]:
            same = any(
                (each.place, each.subject, each.party) == (place, subject, party)
                for each in ledger.help.open()
            )
            return Decision([] if same else [HelpAsked(place, subject, party)], lambda: None)

        self.decide(work)

    def take_back_help(self, place: str) -> None:
        """Nobody is needed at `place` any more."""

        def work(ledger: Ledger, now_ms: int) -> Decision[None]:
            waits = any(each.place == place for each in ledger.help.open())
            return Decision([HelpGiven(place)] if waits else [], lambda: None)

        self.decide(work)

    # Inside

    def _checked_in(self, number: int) -> CheckedIn:
        """The party as the last commit left it, and its first print job, 0 where it has none.

        Raises UnknownParty where the check-in was undone meanwhile.
        """
        view = self.view
        if number not in view.parties:
            raise UnknownParty(f"no party has number {number}")
        jobs = [job.job for job in view.jobs.values() if job.party == number]
        return CheckedIn(view.parties[number], min(jobs, default=0))

    def _told(self, party: int) -> AdviceGiven | None:
        told = self.view.guest_of(party).advice
        return told.advice if told else None

    def _new_badge(self, ledger: Ledger) -> str:
        return new_badge(ledger, self.event_key, self._below)


def _next_job(ledger: Ledger) -> int:
    return max(ledger.jobs, default=0) + 1


def _called_off(ledger: Ledger, party: int) -> list[Fact]:
    """What becomes of the sheets of a party that are not printed yet."""
    return [
        PrintMoved(job.job, PrintState.CANCELLED.value, REPLACED)
        for job in ledger.jobs.values()
        if job.party == party and job.state is PrintState.QUEUED
    ]
