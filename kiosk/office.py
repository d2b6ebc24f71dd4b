"""What organisers do to the day: each act on record with who did it, and each to be withdrawn.

Every method takes `by`, who acts, and returns the name of the act. All of it is durable on return.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Mapping
from typing import TypeVar

from .errors import Refused, UnknownAtelier
from .issue import known, new_badge
from .rules.actfacts import MOST_SENT
from .rules.announcements import MOST_LETTERS, plain
from .rules.event import MINUTE_MS, Event, Kind
from .rules.facts import (
    Acted,
    Announced,
    AtelierLimited,
    AtelierSet,
    BadgeIssued,
    Fact,
    HelpGiven,
    Noted,
    PartyLeft,
    QueueEnds,
    SentOn,
    SessionShifted,
    Struck,
    Withdrawn,
)
from .rules.floor import Status
from .rules.journeys import Step
from .rules.ledger import Ledger
from .rules.presses import Pressed
from .store.writer import Decision

T = TypeVar("T")

HUB = "hub"  # who acts by a command on the hub itself
MOST_PLACES, MOST_MINUTES = 1000, 480
MOST_SHIFT_MINUTES = 120


class Office(ABC):
    """The side of the day that organisers act on. `below(n)` draws from 0..n-1."""

    event_key: bytes
    _below: Callable[[int], int]

    @property
    @abstractmethod
    def event(self) -> Event: ...

    @abstractmethod
    def decide(self, work: Callable[[Ledger, int], Decision[T]]) -> T: ...

    def set_status(self, atelier: str, status: Status, by: str = HUB) -> str:
        """Raises UnknownAtelier."""
        self._atelier(atelier)
        return self._act(by, AtelierSet(atelier, status.value))

    def end_queue(self, atelier: str, at_ms: int, by: str = HUB) -> str:
        """Nobody joins the queue from `at_ms` on. Raises UnknownAtelier."""
        self._atelier(atelier)
        return self._act(by, QueueEnds(atelier, at_ms))

    def send_on(self, atelier: str, parties: Collection[int], by: str = HUB) -> str:
        """These, in its queue, were told that it is too late. Raises UnknownAtelier, UnknownParty, Refused."""
        self._atelier(atelier)
        if not 0 < len(parties) <= MOST_SENT:
            raise Refused(f"1 to {MOST_SENT} parties are expected, not {len(parties)}")

        def check(ledger: Ledger, now_ms: int) -> None:
            for party in parties:
                known(ledger, party)

        return self._act(by, SentOn(atelier, tuple(parties)), check)

    def limit(self, atelier: str, places: int, minutes: int, by: str = HUB) -> str:
        """Other places, or another length of a turn, from now on. Raises UnknownAtelier, Refused."""
        self._atelier(atelier)
        if not (1 <= places <= MOST_PLACES and 1 <= minutes <= MOST_MINUTES):
            raise Refused(
                f"1 to {MOST_PLACES} places and 1 to {MOST_MINUTES} minutes, not {places} and {minutes}"
            )
        return self._act(by, AtelierLimited(atelier, places, minutes))

    def shift_session(self, atelier: str, start_ms: int, minutes: int, by: str = HUB) -> str:
        """The session that is to begin at `start_ms` begins later, or sooner. Raises UnknownAtelier, Refused."""
        self._atelier(atelier)

        def check(ledger: Ledger, now_ms: int) -> None:
            here = ledger.event.by_id[atelier]
            if here.kind is not Kind.SESSION or start_ms not in here.times_ms:
                raise Refused(f"{atelier} has no session at {start_ms}")
            if not 0 < abs(minutes) <= MOST_SHIFT_MINUTES or start_ms + minutes * MINUTE_MS <= now_ms:
                raise Refused(f"a session cannot be moved by {minutes} minutes, to what is past")

        return self._act(by, SessionShifted(atelier, start_ms, minutes), check)

    def announce(self, texts: Mapping[str, str], until_ms: int, by: str = HUB, answers: str = "") -> str:
        """Words for everybody, by language; `answers`: the situation that they see to. Raises Refused."""
        said = {language: words for language, text in texts.items() if (words := plain(text))}
        if not said:
            raise Refused("an announcement without words")
        if (most := max(map(len, said.values()))) > MOST_LETTERS:
            raise Refused(f"an announcement has at most {MOST_LETTERS} letters, not {most}")
        for language in texts:
            if language not in self.event.languages:
                raise Refused(
                    f"nobody reads {language!r} here: one of {', '.join(self.event.languages)} is expected"
                )
        return self._act(by, Announced(said, until_ms, answers))

    def strike(self, station: str, epoch: str, seq: int, by: str = HUB) -> str:
        """Correct a scan that was wrong: the passage stays in the journal and counts no more.

        Raises Refused where no such passage has come.
        """

        def check(ledger: Ledger, now_ms: int) -> None:
            log = ledger.logs.get((station, epoch))
            if log is None or not log.has(seq):
                raise Refused(f"no passage {seq} of {station}/{epoch} has come")

        return self._act(by, Struck(station, epoch, seq), check)

    def see_off(self, party: int, by: str = HUB) -> str:
        """Correct who is on site: this party went home. Raises UnknownParty."""
        return self._act(by, PartyLeft(party), lambda ledger, now_ms: known(ledger, party))

    def replace_badge(self, party: int, by: str = HUB) -> str:
        """A new badge, which is returned, for a party whose badge was lost; its history stays its own.

        Raises UnknownParty.
        """

        def work(ledger: Ledger, now_ms: int) -> Decision[str]:
            known(ledger, party)
            badge = new_badge(ledger, self.event_key, self._below)
            return Decision([Acted(self._name(ledger), by, BadgeIssued(badge, party))], lambda: badge)

        return self.decide(work)

    def give_help(self, place: str, by: str = HUB) -> str:
        """A volunteer is on the way to who called at `place`. Raises Refused where nobody calls."""

        def check(ledger: Ledger, now_ms: int) -> None:
            if not any(each.place == place for each in ledger.help.open()):
                raise Refused(f"nobody calls from {place!r}")

        return self._act(by, HelpGiven(place), check)

    def note(self, situation: str, until_ms: int, by: str = HUB) -> str:
        """This situation need not be told until then."""
        return self._act(by, Noted(situation, until_ms))

    def withdraw(self, act: str, by: str = HUB) -> None:
        """An act never held; one that was withdrawn already is so still. Raises Refused where there is none."""

        def work(ledger: Ledger, now_ms: int) -> Decision[None]:
            if not ledger.acts.knows(act):
                raise Refused(f"there is no act {act!r}")
            done = act in ledger.acts.void
            return Decision([] if done else [Withdrawn(act, by)], lambda: None)

        self.decide(work)

    def pressed(self) -> tuple[Pressed, ...]:
        """What was pressed at ateliers of their statuses and sessions, and counts, by time."""
        return self.decide(lambda ledger, now_ms: Decision((), ledger.pressed))

    def steps_of(self, party: int) -> tuple[Step, ...]:
        """What was scanned of a party's badges, and counts, by time. Raises UnknownParty."""

        def work(ledger: Ledger, now_ms: int) -> Decision[tuple[Step, ...]]:
            known(ledger, party)
            return Decision((), lambda: ledger.steps_of(party))

        return self.decide(work)

    def _act(
        self, by: str, fact: Fact, check: Callable[[Ledger, int], None] = lambda ledger, now_ms: None
    ) -> str:
        def work(ledger: Ledger, now_ms: int) -> Decision[str]:
            check(ledger, now_ms)
            act = self._name(ledger)
            return Decision([Acted(act, by, fact)], lambda: act)

        return self.decide(work)

    def _atelier(self, id: str) -> None:
        if id not in self.event.by_id:
            raise UnknownAtelier(f"no atelier {id!r}: one of {', '.join(self.event.by_id)} is expected")

    def _name(self, ledger: Ledger) -> str:
        """One that no act has, here or in another hub's journal."""
        while ledger.acts.knows(act := f"{self._below(1 << 64):016x}"):
            pass
        return act
