"""The log of acts in words: when, who, what, and whether it was taken back. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from firmware.wire.passage import ABSENT, CLOSE, PAUSE, RESUME, SHIFT, STEPS
from kiosk.rules.acts import Act
from kiosk.rules.event import MINUTE_MS, Event, name_in
from kiosk.rules.facts import (
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
)
from kiosk.rules.floor import Status
from kiosk.rules.journeys import Step
from kiosk.rules.presses import DESK, Pressed
from kiosk.rules.strikes import Wrong
from kiosk.rules.view import View
from kiosk.texts import Texts

from .apart import apart
from .todo import goes, named

LATELY_MS = 10 * MINUTE_MS
MOST_LATELY = 4
SCANS = (*STEPS, ABSENT)
WHO = ("hub", "desk", "organiser", "animator")
PRESSES = {PAUSE: Status.PAUSED.value, RESUME: Status.OPEN.value, CLOSE: Status.CLOSED.value}


@dataclass(frozen=True, slots=True)
class Entry:
    """`id`: of the act, or empty where a station was pressed; then `press` names the passage. `taken_back`: by whom
    and when, in words, or empty where it holds."""

    at_ms: int
    clock: str
    who: str
    what: str
    id: str = ""
    press: tuple[str, str, int] | None = None
    taken_back: str = ""

    @property
    def holds(self) -> bool:
        return not self.taken_back


def log(
    view: View, pressed: Iterable[Pressed], words: Texts, atelier: str = "", party: int = 0
) -> list[Entry]:
    """All acts and presses at stations, or those of one atelier, or of one family, the latest first."""
    entries = [
        *(_act(view, act, words) for act in view.acts if _concerns(view, act.fact, atelier, party)),
        *(_press(view.event, each, words) for each in pressed if _concerns(view, each, atelier)),
    ]
    return sorted(entries, key=lambda each: (each.at_ms, each.id), reverse=True)


def lately(view: View, now_ms: int, words: Texts) -> list[dict[str, Any]]:
    """What was done just now and holds, the latest first, for the page to offer to take it back."""
    return [
        {"act": act.id, "what": what(view, act.fact, words), "who": _when(view, act, words)}
        for act in _latest(view, now_ms)
    ]


def _act(view: View, act: Act, words: Texts) -> Entry:
    taken_back = ""
    if act.withdrawn_ms is not None:
        taken_back = words.text(
            "act.taken_back",
            who=who(act.withdrawn_by, words),
            clock=words.clock(act.withdrawn_ms, view.event.zone),
        )
    return Entry(
        act.at_ms,
        words.clock(act.at_ms, view.event.zone),
        who(act.by, words),
        what(view, act.fact, words),
        id=act.id,
        taken_back=taken_back,
    )


def announced(view: View, now_ms: int, words: Texts) -> list[Entry]:
    """The announcements that are up now, the latest first."""
    return [
        _act(view, act, words)
        for act in reversed(view.acts)
        if isinstance(act.fact, Announced) and act.holds and now_ms < act.fact.until_ms
    ]


def scans(event: Event, steps: Iterable[Step], words: Texts) -> list[Entry]:
    """Where a family was scanned, the latest first."""
    return [
        Entry(
            step.at_ms,
            words.clock(step.at_ms, event.zone),
            _at(event, step.station, words),
            words.text(f"act.step.{step.kind}", atelier=_atelier(event, step.atelier, words)),
            press=(step.station, step.epoch, step.seq),
        )
        for step in reversed(list(steps))
    ]


def who(by: str, words: Texts) -> str:
    """ "organiser 2" and the like in words; anything else as it is."""
    role, _, number = by.partition(" ")
    return words.text(f"act.by.{role}", n=number).strip() if role in WHO else by


def what(view: View, fact: Fact, words: Texts) -> str:
    """What an act did, in one line."""
    event = view.event
    match fact:
        case AtelierSet():
            return words.text(f"act.did.{fact.status}", atelier=_atelier(event, fact.atelier, words))
        case QueueEnds():
            clock = words.clock(fact.at_ms, event.zone)
            return words.text("act.did.end", atelier=_atelier(event, fact.atelier, words), clock=clock)
        case SentOn():
            names = ", ".join(_nickname(view, party, words) for party in fact.parties)
            return words.text("act.did.sent_on", atelier=_atelier(event, fact.atelier, words), names=names)
        case AtelierLimited():
            both = fact.places is not None and fact.minutes is not None
            key = "limit" if both else "places" if fact.minutes is None else "minutes"
            return words.text(
                f"act.did.{key}",
                atelier=_atelier(event, fact.atelier, words),
                places=words.number(fact.places or 0),
                for_places=words.plural("flow.places", fact.places or 0),
                minutes=words.minutes(fact.minutes or 0),
            )
        case SessionShifted():
            return words.text(
                "act.did.shift_later" if fact.minutes > 0 else "act.did.shift_sooner",
                atelier=_atelier(event, fact.atelier, words),
                clock=words.clock(fact.start_ms, event.zone),
                minutes=words.minutes(abs(fact.minutes)),
            )
        case Announced():
            return words.text("act.did.announce", said=name_in(fact.texts, words.language))
        case Struck():
            return _struck(view, fact, words)
        case PartyLeft():
            return words.text("act.did.gone", name=_nickname(view, fact.party, words))
        case BadgeIssued():
            return words.text("act.did.badge", name=_nickname(view, fact.party, words))
        case HelpGiven():
            place = fact.place
            return words.text("act.did.help_at", place=place) if place else words.text("act.did.help")
        case Noted():
            return _noted(event, fact, words)
    return words.text("act.did.other", kind=fact.KIND)


def _struck(view: View, fact: Struck, words: Texts) -> str:
    """What the passage said, and whose it was; before that is known, or for what is no more, its number."""
    wrong = view.wrong.get(fact.named)
    if wrong is None or (wrong.badge and wrong.kind not in SCANS):
        station = view.event.station_name(fact.station, words.language)
        return words.text("act.did.strike", station=station, n=fact.seq)
    if not wrong.badge:
        return words.text("act.did.strike_press", said=_pressed(view.event, wrong, words))
    said = words.text(f"act.step.{wrong.kind}", atelier=_atelier(view.event, wrong.atelier, words))
    number = view.badges.get(wrong.badge, 0)
    name = _nickname(view, number, words) if number in view.parties else words.text("flow.unknown_badge")
    return words.text("act.did.strike_scan", name=name, said=said)


def _concerns(view: View, what: object, atelier: str, party: int = 0) -> bool:
    """Whether an act or a press is about this atelier and this party, where one is given."""
    about, parties = getattr(what, "atelier", ""), (getattr(what, "party", 0), *getattr(what, "parties", ()))
    if isinstance(what, Struck) and (wrong := view.wrong.get(what.named)):
        about, parties = wrong.atelier, (view.badges.get(wrong.badge, 0),)
    return (not atelier or about == atelier) and (not party or party in parties)


def _latest(view: View, now_ms: int) -> Iterator[Act]:
    told = 0
    for act in reversed(view.acts):
        if act.at_ms < now_ms - LATELY_MS or told == MOST_LATELY:
            return
        if act.holds:
            told += 1
            yield act


def _when(view: View, act: Act, words: Texts) -> str:
    clock = words.clock(act.at_ms, view.event.zone)
    return words.text("act.lately", who=who(act.by, words), clock=clock)


def _press(event: Event, press: Pressed, words: Texts) -> Entry:
    clock = words.clock(press.at_ms, event.zone)
    said = _pressed(event, press, words)
    return Entry(
        press.at_ms,
        clock,
        _at(event, press.station, words),
        said,
        press=(press.station, press.epoch, press.seq),
    )


def _pressed(event: Event, press: Pressed | Wrong, words: Texts) -> str:
    atelier = _atelier(event, press.atelier, words)
    if press.kind != SHIFT:
        return words.text(f"act.did.{PRESSES[press.kind]}", atelier=atelier)
    key = "act.pressed.shift_later" if press.minutes > 0 else "act.pressed.shift_sooner"
    return words.text(key, atelier=atelier, minutes=words.minutes(abs(press.minutes)))


def _noted(event: Event, fact: Noted, words: Texts) -> str:
    """Seen for good, or put off until then."""
    about = named(fact.situation, event, words)
    if fact.until_ms > event.closes_ms:
        return words.text("act.did.seen", about=about)
    if goes(fact.situation):
        return words.text("act.did.going", about=about)
    return words.text("act.did.put_off", about=about, clock=words.clock(fact.until_ms, event.zone))


def _atelier(event: Event, id: str, words: Texts) -> str:
    return apart(event.by_id[id].name(words.language), words) if id in event.by_id else id


def _at(event: Event, station: str, words: Texts) -> str:
    """Where something was scanned or pressed: at a station, or on the hub's own page."""
    if station == DESK:
        return who(DESK, words)
    return words.text("act.by.station", station=event.station_name(station, words.language))


def _nickname(view: View, number: int, words: Texts) -> str:
    party = view.parties.get(number)
    return words.nickname(party.nickname) if party else str(number)
