"""What organisers do to the day: each act on record with who did it, and each to be withdrawn.

Every method takes `by`, who acts, and `form`, the press that asked for it, and returns the name of the act. A press
that comes again, because its answer was lost, does nothing more; nor does one that asks for what is so already, on a
page that is old or beside another organiser: then the name is that of the act that made it so, or empty. All of it
is durable on return.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Mapping
from typing import TypeVar

from .errors import Refused, UnknownAtelier
from .issue import known, new_act, new_badge
from .rules.actfacts import MOST_SENT
from .rules.amended import planned_start
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
from .saying import say
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

    def set_status(self, atelier: str, status: Status, by: str = HUB, form: str = "") -> str:
        """Raises UnknownAtelier."""
        self._atelier(atelier)
        wanted = AtelierSet(atelier, status.value)

        def work(ledger: Ledger, now_ms: int) -> Fact | str:
            if ledger.statuses.says(atelier, status, now_ms):
                return _latest(ledger, wanted)
            return wanted

        return self._act(by, form, work)

    def end_queue(self, atelier: str, at_ms: int, by: str = HUB, form: str = "") -> str:
        """Nobody joins the queue from `at_ms` on. Raises UnknownAtelier."""
        self._atelier(atelier)
        wanted = QueueEnds(atelier, at_ms)

        def work(ledger: Ledger, now_ms: int) -> Fact | str:
            if at_ms in (ledger.statuses.ends_ms(atelier, now_ms), ledger.statuses.ended_ms(atelier, now_ms)):
                return _latest(ledger, wanted)
            return wanted

        return self._act(by, form, work)

    def send_on(self, atelier: str, parties: Collection[int], by: str = HUB, form: str = "") -> str:
        """These, in its queue, were told that it is too late. Raises UnknownAtelier, UnknownParty, Refused."""
        self._atelier(atelier)
        if not 0 < len(parties) <= MOST_SENT:
            raise Refused(f"1 to {MOST_SENT} parties are expected, not {len(parties)}")

        def work(ledger: Ledger, now_ms: int) -> Fact | str:
            for party in parties:
                known(ledger, party)
            return SentOn(atelier, tuple(parties))

        return self._act(by, form, work)

    def limit(
        self,
        atelier: str,
        places: int | None = None,
        minutes: int | None = None,
        by: str = HUB,
        form: str = "",
    ) -> str:
        """Other places, or another length of a turn, from now on; None stays as it is.

        Raises UnknownAtelier, Refused.
        """
        self._atelier(atelier)
        if places is not None and not 1 <= places <= MOST_PLACES:
            raise Refused(say("act.refused.places", most=MOST_PLACES))
        if minutes is not None and not 1 <= minutes <= MOST_MINUTES:
            raise Refused(say("act.refused.minutes", most=MOST_MINUTES))
        if places is None and minutes is None:
            raise Refused("places or minutes are expected")

        def work(ledger: Ledger, now_ms: int) -> Fact | str:
            here = ledger.event.by_id[atelier]
            wanted = AtelierLimited(atelier, places, minutes)
            if places in (None, here.places) and minutes in (None, here.minutes):
                return _latest(ledger, wanted)
            return wanted

        return self._act(by, form, work)

    def shift_session(self, atelier: str, start_ms: int, minutes: int, by: str = HUB, form: str = "") -> str:
        """The session that is to begin at `start_ms` begins later, or sooner. Raises UnknownAtelier, Refused."""
        self._atelier(atelier)

        def work(ledger: Ledger, now_ms: int) -> Fact | str:
            here = ledger.event.by_id[atelier]
            planned_ms = planned_start(ledger.planned, ledger.changes.shifts(), atelier, start_ms)
            if here.kind is not Kind.SESSION or planned_ms is None:
                raise Refused(say("act.refused.no_session"))
            moved_ms = start_ms + minutes * MINUTE_MS
            if not 0 < abs(minutes) <= MOST_SHIFT_MINUTES or moved_ms <= now_ms:
                raise Refused(say("act.refused.past"))
            if any(start_ms < each <= moved_ms or moved_ms <= each < start_ms for each in here.times_ms):
                raise Refused(say("act.refused.another_session"))
            return SessionShifted(atelier, start_ms, minutes, planned_ms)

        return self._act(by, form, work)

    def announce(
        self, texts: Mapping[str, str], until_ms: int, by: str = HUB, answers: str = "", form: str = ""
    ) -> str:
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
        wanted = Announced(said, until_ms, answers)

        def work(ledger: Ledger, now_ms: int) -> Fact | str:
            def stands(fact: Fact) -> bool:
                same = isinstance(fact, Announced) and (fact.texts, fact.answers) == (said, answers)
                return same and now_ms < fact.until_ms and until_ms < fact.until_ms + MINUTE_MS

            return _like(ledger, stands) or wanted

        return self._act(by, form, work)

    def strike(self, station: str, epoch: str, seq: int, by: str = HUB, form: str = "") -> str:
        """Correct a scan that was wrong: the passage stays in the journal and counts no more.

        Raises Refused where no such passage has come.
        """

        wanted = Struck(station, epoch, seq)

        def work(ledger: Ledger, now_ms: int) -> Fact | str:
            log = ledger.logs.get((station, epoch))
            if log is None or not log.has(seq):
                raise Refused(f"no passage {seq} of {station}/{epoch} has come")
            return _latest(ledger, wanted) or wanted

        return self._act(by, form, work)

    def see_off(self, party: int, by: str = HUB, form: str = "") -> str:
        """Correct who is on site: this party went home. Raises UnknownParty."""
        wanted = PartyLeft(party)

        def work(ledger: Ledger, now_ms: int) -> Fact | str:
            known(ledger, party)
            guest = ledger.guest_of(party)
            gone = guest.left_ms is not None and guest.left_ms >= guest.last_ms
            return (_latest(ledger, wanted) if gone else "") or wanted

        return self._act(by, form, work)

    def replace_badge(self, party: int, by: str = HUB, form: str = "", lost: str = "") -> str:
        """A new badge, which is returned, for a party whose badge was lost; its history stays its own.

        `lost`: where the party carries another than this by now, it has a new one already. Raises UnknownParty.
        """

        def work(ledger: Ledger, now_ms: int) -> Decision[str]:
            known(ledger, party)
            before = ledger.acts.of_form(form)
            if before is not None and isinstance(before.fact, BadgeIssued):
                given = before.fact.badge
                return Decision((), lambda: given)
            carried = ledger.guest_of(party).badge
            if lost and carried != lost:
                return Decision((), lambda: carried)
            badge = new_badge(ledger, self.event_key, self._below)
            return Decision(
                [Acted(new_act(ledger, self._below), by, BadgeIssued(badge, party), form)], lambda: badge
            )

        return self.decide(work)

    def give_help(self, place: str, by: str = HUB, form: str = "") -> str:
        """A volunteer is on the way to who called at `place`. Raises Refused where nobody calls."""

        def work(ledger: Ledger, now_ms: int) -> Fact | str:
            if not any(each.place == place for each in ledger.help.open()):
                raise Refused(f"nobody calls from {place!r}")
            return HelpGiven(place)

        return self._act(by, form, work)

    def note(self, situation: str, until_ms: int, by: str = HUB, form: str = "") -> str:
        """This situation need not be told until then."""
        return self._act(by, form, lambda ledger, now_ms: Noted(situation, until_ms))

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

    def _act(self, by: str, form: str, work: Callable[[Ledger, int], Fact | str]) -> str:
        """Do what `work` says, unless this press came before, or `work` names the act that did it."""

        def decided(ledger: Ledger, now_ms: int) -> Decision[str]:
            before = ledger.acts.of_form(form)
            found = before.act if before else work(ledger, now_ms)
            if isinstance(found, str):
                return Decision((), lambda: found)
            act = new_act(ledger, self._below)
            return Decision([Acted(act, by, found, form)], lambda: act)

        return self.decide(decided)

    def _atelier(self, id: str) -> None:
        if id not in self.event.by_id:
            raise UnknownAtelier(f"no atelier {id!r}: one of {', '.join(self.event.by_id)} is expected")


def _latest(ledger: Ledger, wanted: Fact) -> str:
    """The last act that did just this, and holds; empty where there is none."""
    return _like(ledger, lambda fact: fact == wanted)


def _like(ledger: Ledger, wanted: Callable[[Fact], bool]) -> str:
    return next((act.id for act in reversed(ledger.acts.log()) if act.holds and wanted(act.fact)), "")
