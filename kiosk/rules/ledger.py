"""Facts, folded as they come: what the hub knows, ready to be asked. The same facts in any order end the same.

A ledger takes facts one at a time and re-folds only the parties that they concern; `view` gives what it knows
as an immutable value that readers may keep.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain
from typing import TypeVar

from firmware.wire.passage import ABSENT, PARTY_KINDS, SHIFT, STATUS_KINDS, Passage

from .acts import Acts
from .amended import Shift
from .announcements import Announcement
from .changes import Changes
from .event import Event
from .facts import (
    Acted,
    AdviceGiven,
    Announced,
    AtelierLimited,
    AtelierSet,
    BadgeIssued,
    BadgePrinted,
    Fact,
    HelpAsked,
    HelpGiven,
    Noted,
    PartyCame,
    PartyChanged,
    PartyLeft,
    PartyUndone,
    Passed,
    PrintAsked,
    PrintMoved,
    QueueEnds,
    SentOn,
    SessionShifted,
    SetAside,
    StationSet,
    Struck,
    Withdrawn,
)
from .floor import Floor, Status
from .floors import Floors
from .guest import Guest, Told
from .helpcalls import HelpCalls
from .journeys import Step, fold, taken_back, valid
from .logs import SHORT, Log
from .party import Party
from .presses import DESK, STATUSES, Pressed, Presses, pressed
from .printing import PrintJob
from .register import Register
from .roll import FOREVER_MS, Roll
from .statuses import ACT, Sayings, Source, Statuses
from .strikes import Strikes
from .view import View as View

T = TypeVar("T")


class Ledger:
    """`planned`: the event as its file says. `event`: as it holds by now."""

    def __init__(self, planned: Event) -> None:
        self.planned = planned
        self.event = planned
        self.logs: dict[tuple[str, str], Log] = {}
        self.acts = Acts()
        self.register = Register(self.acts.void)
        self.forms: dict[str, PartyCame | PrintAsked] = {}
        self.jobs: dict[int, PrintJob] = {}
        self.presses = Presses()
        self._version = 0
        self._parties: dict[int, Party] = {}
        self.help = HelpCalls(self.acts.void)
        self._left: dict[int, set[tuple[int, str]]] = {}
        self._sent_on: dict[int, set[Step]] = {}
        self._steps: dict[str, dict[str, Step]] = {}
        self._strikes = Strikes(self.acts.void)
        self._said = Sayings(self._counts)
        self.changes = Changes(planned, self._counts)
        self._announced: list[tuple[int, Announced, str]] = []
        self._noted: list[tuple[int, Noted, str]] = []
        self._set_aside = 0
        self._passages = 0
        self._told: dict[int, set[tuple[int, int, AdviceGiven]]] = {}
        self._guests: dict[str, Guest] = {}
        self._roll = Roll(planned)
        self._floors = Floors()
        self._stale: set[str] = set()
        self._unrolled: set[str] = set()

    def apply(self, fact: Fact, at_ms: int) -> None:
        """Take one more fact, recorded at `at_ms`. A fact that was taken before changes nothing."""
        self._version += 1
        match fact:
            case Acted():
                if self.acts.add(fact, at_ms):
                    self._take(fact.fact, at_ms, fact.act)
            case Withdrawn():
                if self.acts.withdraw(fact, at_ms):
                    self._strike_anew()
                    self._amend()
                    self._stale.update(self._guests)
            case _:
                self._take(fact, at_ms)

    def _take(self, fact: Fact, at_ms: int, act: str = "") -> None:
        match fact:
            case Passed():
                self._pass(fact)
            case PartyCame():
                self._come(fact, at_ms)
            case BadgeIssued():
                if self.register.issue(fact, at_ms, act):
                    self._stale_party(fact.party)
            case PrintAsked():
                if fact.form:
                    self.forms.setdefault(fact.form, fact)
                self.jobs.setdefault(fact.job, PrintJob.asked(fact, at_ms))
            case PrintMoved():
                if fact.job in self.jobs:
                    self.jobs[fact.job] = self.jobs[fact.job].moved(fact.state, fact.detail)
            case AtelierSet():
                self._said.say(fact.atelier, _told(act, at_ms, fact.status), at_ms, Status(fact.status))
            case QueueEnds():
                until_ms = self.planned.opens_after(fact.at_ms) or FOREVER_MS
                self._said.end(fact.atelier, _told(act, fact.at_ms, fact.KIND), at_ms, fact.at_ms, until_ms)
            case AtelierLimited():
                self.changes.limit(_told(act, at_ms, repr(fact)), fact, at_ms)
                self._amend()
            case SessionShifted():
                source = _told(act, at_ms, repr(fact))
                said_ms = at_ms if fact.planned_ms else fact.start_ms
                shift = Shift(said_ms, repr(source), fact.atelier, fact.minutes, fact.planned_ms)
                self.changes.shift(source, shift)
                self._amend()
            case Announced():
                self._announced.append((at_ms, fact, act))
            case Noted():
                self._noted.append((at_ms, fact, act))
            case Struck():
                self._strikes.strike(fact.named, act)
                self._strike_anew()
                self._amend()
            case StationSet():
                self.changes.stand(fact, at_ms)
                self._amend()
            case PartyChanged():
                self.register.change(fact, at_ms)
                self._stale.add(f"party/{fact.party}")
            case PartyUndone():
                self.register.undo(fact.party)
                self._stale_party(fact.party)
            case BadgePrinted():
                self.register.print(fact)
                if fact.badge in self.register.badges:
                    self._stale.add(f"party/{self.register.badges[fact.badge]}")
            case HelpAsked():
                self.help.ask(fact, at_ms)
            case HelpGiven():
                self.help.give(fact, at_ms, act)
            case PartyLeft():
                self._left.setdefault(fact.party, set()).add((at_ms, act))
                self._stale.add(f"party/{fact.party}")
            case SentOn():
                said = f"{fact.KIND}/{act}/{fact.atelier}/{at_ms}"
                for party in fact.parties:
                    step = Step("", act, 0, said, fact.atelier, ABSENT, at_ms)
                    self._sent_on.setdefault(party, set()).add(step)
                    self._stale.add(f"party/{party}")
            case AdviceGiven():
                self._told.setdefault(fact.party, set()).add((at_ms, fact.at_ms, fact))
                self._stale.add(f"party/{fact.party}")
            case SetAside():
                log = self._log(fact.station, fact.epoch)
                self._set_aside += log.add(fact.seq, fact.digest[:SHORT], None, None)

    def _pass(self, fact: Passed) -> None:
        passage = fact.passage
        log = self._log(passage.station, passage.epoch)
        if not log.add(passage.seq, fact.digest[:SHORT], passage.prev[:SHORT], fact.moment.at_ms):
            self._redate(fact)
            return
        self._passages += 1
        if self._strikes.ever:
            self._strikes.came((passage.station, passage.epoch, passage.seq))
        self.presses.add(passage, fact.form)
        if passage.atelier not in self.event.by_id:
            self._set_aside += 1
        elif passage.badge is not None and passage.kind in PARTY_KINDS:
            step = step_of(fact)
            self._steps.setdefault(passage.badge, {})[step.digest] = step
            self._stale.add(self._guest_key(passage.badge))
        elif passage.badge is None and passage.kind in STATUS_KINDS:
            self._said.say(passage.atelier, _source(fact), fact.moment.at_ms, STATUSES[passage.kind])
        elif passage.badge is None and passage.kind == SHIFT and passage.by:
            shift = Shift(fact.moment.at_ms, fact.digest[:SHORT], passage.atelier, passage.by)
            of = (passage.station, passage.epoch, passage.of) if passage.of else None
            self.changes.shift(_source(fact), shift, of)
            self._amend()
        else:
            self._set_aside += 1

    def _redate(self, fact: Passed) -> None:
        """The same passage with another moment: the earliest holds, whichever came first."""
        step = step_of(fact)
        steps = self._steps.get(fact.passage.badge or "", {})
        if step.digest in steps and step.earlier_than(steps[step.digest]):
            steps[step.digest] = step
            self._stale.add(self._guest_key(fact.passage.badge or ""))
        said = self._said.get(fact.passage.atelier, _source(fact))
        if said:
            self._said.say(fact.passage.atelier, _source(fact), min(fact.moment.at_ms, said[0]), said[2])
        if self.changes.redate(_source(fact), fact.moment.at_ms):
            self._amend()

    def _log(self, station: str, epoch: str) -> Log:
        log = self.logs.get((station, epoch))
        if log is None:
            log = self.logs[station, epoch] = Log()
        return log

    def _come(self, fact: PartyCame, at_ms: int) -> None:
        self.register.come(fact, at_ms)
        if fact.form:
            self.forms.setdefault(fact.form, fact)
        self._stale_party(fact.party)

    def _stale_party(self, party: int) -> None:
        """This party came, or never did: its badges are its own or nobody's, and its family is another."""
        self._stale.update(f"party/{each}" for each in (party, *self.register.family_of(party)))
        for badge, other in self.register.concerned(party):
            self._stale.update((badge, f"party/{other}"))

    def _strike_anew(self) -> None:
        """Which passages are struck is another matter than before: so are all who were ever scanned."""
        self._strikes.look()
        self._stale.update(self._guest_key(badge) for badge in self._steps)

    def _counts(self, source: Source) -> bool:
        """Whether what this source said was neither struck nor withdrawn."""
        return source[:3] not in self._strikes.now and not (source[0] == ACT and source[1] in self.acts.void)

    def _amend(self) -> None:
        """Look at everybody anew where the event is another than before."""
        event = self.changes.event()
        if event != self.event:
            self.event = event
            self._roll = Roll(event)
            self._stale.update(self._guests)

    @property
    def statuses(self) -> Statuses:
        """What was said last of ateliers, and counts."""
        return self._said.now()

    def status_without(self, passage: Passage) -> Status:
        """What would hold of its atelier if this had never been pressed."""
        own = (passage.station, passage.epoch, passage.seq)
        others = [
            told
            for source, told in self._said.of(passage.atelier)
            if source[:3] != own and not (source[0] == DESK and self.presses.is_settled(source[1], source[2]))
        ]
        return max(others)[2] if others else Status.OPEN

    def _guest_key(self, badge: str) -> str:
        """Whose steps those of a badge are: its party's, once that came; until then nobody's but its own."""
        party = self.register.badges.get(badge)
        return f"party/{party}" if self.register.is_here(party) else badge

    def pressed(self) -> tuple[Pressed, ...]:
        """What was pressed at ateliers of their statuses and sessions, and counts, by time."""
        return pressed(self.event.by_id, self._said, self.changes)

    def steps_of(self, party: int) -> tuple[Step, ...]:
        """What was scanned of a party's badges, and counts, by time."""
        return tuple(valid(self.event, self._unstruck(self.register.badges_of(party))))

    def floor(self, now_ms: int) -> Floor:
        """As that of the view, without looking at everybody: for who keeps the ledger and asks at each fact."""
        self._refresh()
        for key in self._unrolled:
            self._roll.put(key, self._guests.get(key))
        self._unrolled.clear()
        return self._roll.at(now_ms, self._said.now().at(now_ms))

    def guest_of(self, party: int) -> Guest:
        """Raises KeyError."""
        self._refresh()
        return self._guests[f"party/{party}"]

    def _refresh(self) -> None:
        for key in self._stale:
            guest = self._guest(key)
            if guest is not None:
                self._guests[key] = guest
            else:
                self._guests.pop(key, None)
        self._unrolled |= self._stale
        self._stale.clear()

    def view(self) -> View:
        """All that is known now."""
        self._refresh()
        return View(
            event=self.event,
            version=self._version,
            guests=dict(self._guests),
            parties=dict(self._parties),
            badges=dict(self.register.badges),
            jobs=dict(self.jobs),
            statuses=self._said.now(),
            announcements=tuple(Announcement.of(fact, at_ms) for at_ms, fact in self._held(self._announced)),
            routes=dict(self.register.came),
            passages=self._passages,
            set_aside=self._set_aside,
            forks=sum(log.forks + log.breaks for log in self.logs.values()),
            blank=self.register.blank,
            help=self.help.open(),
            acts=self.acts.log(),
            wrong=self._strikes.wrong(self._steps, self._said, self.changes),
            notes={each.answers: each.until_ms for _, each in self._held(self._announced) if each.answers}
            | {note.situation: note.until_ms for _, note in self._held(self._noted)},
            floors=self._floors,
        )

    def _held(self, said: Iterable[tuple[int, T, str]]) -> Iterator[tuple[int, T]]:
        """What was not withdrawn, each with its moment, by time."""
        for at_ms, fact, act in sorted(said, key=lambda each: (each[0], repr(each[1]))):
            if act not in self.acts.void:
                yield at_ms, fact

    def _guest(self, key: str) -> Guest | None:
        """None for who has not come: a badge that its party carries, or whose scans were all taken back."""
        if not key.startswith("party/"):
            journey = fold(self.event, self._unstruck([(None, key)]))
            own_key = self._guest_key(key) == key and journey.last_ms is not None
            return Guest(key, None, journey) if own_key else None
        number = int(key.removeprefix("party/"))
        party = self.register.party(number)
        if party is None:
            self._parties.pop(number, None)
            return None
        own = self.register.badges_of(number)
        self._parties[number] = party
        left_ms = max(
            (at_ms for at_ms, act in self._left.get(number, ()) if act not in self.acts.void), default=None
        )
        void = [between for _, each in own for between in taken_back(self._steps.get(each, {}).values())]
        told = tuple(
            Told(at_ms, advice)
            for at_ms, _, advice in sorted(self._told.get(number, ()))
            if not any(from_ms <= at_ms <= until_ms for from_ms, until_ms in void)
        )
        route = self.register.came[number].route
        sent_on = (step for step in self._sent_on.get(number, ()) if step.epoch not in self.acts.void)
        journey = fold(self.event, chain(self._unstruck(own), sent_on), left_ms)
        return Guest(party.badge, party, journey, route, left_ms, told)

    def _unstruck(self, badges: Iterable[tuple[int | None, str]]) -> Iterator[Step]:
        """The steps of badges that were issued at these moments: an estimate is not before its badge was there."""
        for issued_ms, badge in badges:
            for step in self._steps.get(badge, {}).values():
                if (step.station, step.epoch, step.seq) in self._strikes.now:
                    continue
                if step.estimated and issued_ms is not None and step.at_ms < issued_ms:
                    step = replace(step, at_ms=issued_ms)
                yield step


def _told(act: str, at_ms: int, what: str) -> Source:
    """An organiser who said something: by the act, or, before acts had names, by the moment and what was said."""
    return (ACT, act, 0, what) if act else ("", "", at_ms, what)


def _source(fact: Passed) -> Source:
    passage = fact.passage
    return (passage.station, passage.epoch, passage.seq, fact.digest)


def step_of(fact: Passed) -> Step:
    passage = fact.passage
    return Step(
        station=passage.station,
        epoch=passage.epoch,
        seq=passage.seq,
        digest=fact.digest[:SHORT],
        atelier=passage.atelier,
        kind=passage.kind,
        at_ms=fact.moment.at_ms,
        estimated=fact.moment.estimated,
        of=passage.of,
    )
