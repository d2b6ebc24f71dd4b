"""What organisers should do now: what is wrong or will be, why, and the one act that mends it. Most urgent first.

A pure function of what is known at a moment. A situation keeps its `key` for as long as it is the same one, so that
it can be noted or put off; nothing is told that nobody can do anything about. Forecasts waver: what was told a moment
ago stays until it is clearly over, or has been over for a while.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from . import halts, lastcalls, strain
from .event import MINUTE_MS, Event, Kind
from .facts import BadgeIssued
from .floor import AtelierFloor, Floor, Present, Status
from .guest import Guest
from .situation import Remedy as Remedy
from .situation import Situation as Situation
from .situation import Urgency as Urgency
from .view import View
from .waits import Wait, expected

NEARLY_LONG = 5 / 6  # of the threshold of a long wait: one that was told is still one
MAYBE_LONG = 0.42  # less is not long any more, at once
LINGER_MINUTES = 5  # what was told stays for so long after it was so, or for a turn, which makes waits swing
LONG_ENOUGH_MINUTES = 15  # whoever waits less is not overdue, whatever was told
DOUBLED_MINUTES = 30  # after that, who carries a badge twice is long gone on
TOGETHER = 3  # stations: so many, and most of them, do not fail each by itself
ROOM_MINUTES = 20  # before closing, nobody is sent anywhere any more


@dataclass(frozen=True, slots=True)
class StationSign:
    """A station as the hub hears of it: its last word, None where it never gave one."""

    station: str
    atelier: str
    heard_ms: int | None


@dataclass(frozen=True, slots=True)
class PrinterSign:
    """`trouble`: a code, or empty; `since_ms`: of it. `low`: little paper is left. `waiting`: sheets in the queue."""

    trouble: str = ""
    since_ms: int = 0
    low: bool = False
    waiting: int = 0


def situations(
    view: View,
    floor: Floor,
    stations: Iterable[StationSign] = (),
    printer: PrinterSign | None = None,
    before: Mapping[str, int] | None = None,
) -> tuple[Situation, ...]:
    """All of them, those that were noted too: see `told`. `floor`: of the view. `before`: those that were found the
    last time, a moment ago, by their keys, with their `held_ms`; without them each is judged as if it were new.
    """
    before, stations = before or {}, tuple(stations)
    quiet = _quiet(view.event, floor, stations)
    at_ateliers = list(_ateliers(view, floor, before, quiet))
    halted = {str(each.values["atelier"]): each.kind for each in at_ateliers if each.kind in halts.KINDS}
    lacking = {atelier for atelier, kind in halted.items() if kind == "too-few"}
    found = [
        *_calls(view),
        *_printer(printer or PrinterSign()),
        *_silences(view.event, floor, stations),
        *at_ateliers,
        *_directions(view.event, floor, before, halted.keys() | quiet.keys()),
        *_parties(view, floor, lacking, quiet),
    ]
    return tuple(sorted(found, key=lambda each: (each.urgency, each.since_ms, each.key)))


def told(found: Iterable[Situation], notes: Mapping[str, int], now_ms: int) -> tuple[Situation, ...]:
    """Those that nobody has noted, or put off until later."""
    return tuple(each for each in found if notes.get(each.key, 0) <= now_ms)


# Who calls, and what is broken


def _calls(view: View) -> Iterator[Situation]:
    for call in view.help:
        yield Situation(
            f"help/{call.place}/{call.since_ms}",
            "help",
            Urgency.NOW,
            call.since_ms,
            Remedy("help", place=call.place, party=call.party),
            {"place": call.place, "subject": call.subject},
        )


def _printer(printer: PrinterSign) -> Iterator[Situation]:
    if printer.trouble:
        values: dict[str, int | str] = {"trouble": printer.trouble, "waiting": printer.waiting}
        key = f"printer/{printer.trouble}/{printer.since_ms}"
        yield Situation(key, "printer", Urgency.NOW, printer.since_ms, Remedy("go"), values)
    elif printer.low:
        yield Situation(
            f"paper-low/{printer.since_ms}", "paper-low", Urgency.LATER, printer.since_ms, Remedy("go")
        )


def _silences(event: Event, floor: Floor, stations: Iterable[StationSign]) -> Iterator[Situation]:
    """Of stations that gave a word once; one that never did is no surprise while the day runs.

    Where most of them are silent it is what is between them and the hub, which is one thing to see to.
    """
    if not _is_open(event, floor.at_ms):
        return
    known = [
        (sign.heard_ms, sign)
        for sign in stations
        if sign.heard_ms is not None and sign.atelier in event.by_id
    ]
    latest_ms = floor.at_ms - event.alerts.silent_minutes * MINUTE_MS
    quiet = sorted(
        ((heard_ms, sign) for heard_ms, sign in known if heard_ms <= latest_ms),
        key=lambda each: (each[0], each[1].station),
    )
    most = max(TOGETHER, len(known) // 2 + 1)
    if len(quiet) >= most:
        since_ms = quiet[most - 1][0]  # whoever falls silent later makes no other situation of it
        yield Situation(
            f"network/{since_ms}",
            "network",
            Urgency.SOON,
            since_ms,
            Remedy("go"),
            {
                "stations": len(quiet),
                "all": len(known),
                "minutes": (floor.at_ms - since_ms) // MINUTE_MS,
            },
        )
        return
    for heard_ms, sign in quiet:
        yield Situation(
            f"silent/{sign.station}/{heard_ms}",
            "silent",
            Urgency.SOON,
            heard_ms,
            Remedy("go", atelier=sign.atelier),
            {
                "station": sign.station,
                "atelier": sign.atelier,
                "minutes": (floor.at_ms - heard_ms) // MINUTE_MS,
            },
        )


def _quiet(event: Event, floor: Floor, stations: Iterable[StationSign]) -> dict[str, int]:
    """Until when anything is known of ateliers that have a silent station: who went in since, nobody has heard."""
    latest_ms = floor.at_ms - event.alerts.silent_minutes * MINUTE_MS
    known: dict[str, int] = {}
    for sign in stations:
        if sign.heard_ms is not None and sign.heard_ms <= latest_ms:
            known[sign.atelier] = min(sign.heard_ms, known.get(sign.atelier, sign.heard_ms))
    return known


# Queues and rooms


def _ateliers(
    view: View, floor: Floor, before: Mapping[str, int], quiet: Mapping[str, int]
) -> Iterator[Situation]:
    event = view.event
    moved = strain.moves(view, floor)
    for here in floor.ateliers:
        yield from _crowded(here, floor)
        yield from lastcalls.found(event, floor, here, view.statuses, before)
        if _is_open(event, floor.at_ms):
            id = here.atelier.id
            yield from halts.found(event, floor, here, moved.get(id, 0), quiet.get(id, floor.at_ms))


def _crowded(here: AtelierFloor, floor: Floor) -> Iterator[Situation]:
    """More at once than there are places."""
    atelier, taken = here.atelier, strain.needed(here, floor.at_ms)
    if taken > atelier.places:
        latest_ms = max(present.since_ms for present in here.inside)
        yield Situation(
            f"crowded/{atelier.id}/{atelier.places}/{latest_ms}",
            "crowded",
            Urgency.NOW,
            latest_ms,
            Remedy("limit", atelier.id, places=taken),
            {"atelier": atelier.id, "people": taken, "places": atelier.places},
        )


def _directions(
    event: Event, floor: Floor, before: Mapping[str, int], unfit: Collection[str]
) -> Iterator[Situation]:
    """Where it is too long, and where there is room: more places there, and the next families here; but not where
    nobody is let in, or nobody knows.
    """
    if not _has_time(event, floor.at_ms):
        return
    waits = {here.atelier.id: _wait(event, floor, here) for here in floor.ateliers}
    held = {
        key: held_ms
        for here in floor.ateliers
        if (wait := waits[here.atelier.id]) is not None
        for key, held_ms in _held(event, floor, here, wait, before)
    }
    long = [here for here in floor.ateliers if _key_of_long(here) in held]
    for here in long:
        wait = waits[here.atelier.id]
        assert wait is not None
        places = here.atelier.places
        yield Situation(
            _key_of_long(here),
            "long",
            Urgency.LATER,
            floor.at_ms,
            Remedy("limit", here.atelier.id, places=2 * places),
            _range(wait) | {"atelier": here.atelier.id, "places": places},
            held[_key_of_long(here)],
        )
    calm = [here for here in floor.ateliers if _key_of_calm(here) in held and here.atelier.id not in unfit]
    if long and calm:
        best = max(calm, key=lambda here: (_key_of_calm(here) in before, strain.room(here), here.atelier.id))
        worst = max(long, key=lambda here: (_minutes(waits[here.atelier.id]), here.atelier.id))
        wait = waits[worst.atelier.id]
        assert wait is not None
        yield Situation(
            _key_of_calm(best),
            "send",
            Urgency.LATER,
            floor.at_ms,
            Remedy("announce", best.atelier.id),
            _range(wait)
            | {"atelier": best.atelier.id, "places": strain.room(best), "from": worst.atelier.id},
            held[_key_of_calm(best)],
        )


# Families


def _parties(
    view: View, floor: Floor, lacking: Collection[str], quiet: Mapping[str, int]
) -> Iterator[Situation]:
    """Where too few are there to begin, nobody is overdue besides: that is why."""
    for here in floor.ateliers:
        if here.atelier.id in lacking:
            continue
        until_ms = quiet.get(here.atelier.id, floor.at_ms)
        overdue = [each for present in here.queue if (each := _overdue(view, floor, here, present, until_ms))]
        if overdue:
            yield max(overdue, key=lambda each: (each.values["late"], each.key))
    replaced = {
        act.fact.party: act.at_ms for act in view.acts if isinstance(act.fact, BadgeIssued) and act.holds
    }
    for guest in view.guests.values():
        doubled_ms = guest.journey.doubled_ms
        if guest.party is None or doubled_ms is None or doubled_ms <= replaced.get(guest.party.number, 0):
            continue
        if floor.at_ms - doubled_ms < DOUBLED_MINUTES * MINUTE_MS:
            number = guest.party.number
            key = f"two-places/{number}/{doubled_ms}"
            values = {"party": number}
            yield Situation(
                key, "two-places", Urgency.LATER, doubled_ms, Remedy("reissue", party=number), values
            )


def _overdue(
    view: View, floor: Floor, here: AtelierFloor, present: Present, until_ms: int
) -> Situation | None:
    """It waits for much longer than it was told when it came."""
    party, atelier = present.guest.party, here.atelier
    estimate = _estimate(present.guest, atelier.id, present.since_ms)
    if party is None or estimate is None or atelier.kind is Kind.SESSION or here.status is not Status.OPEN:
        return None
    if not strain.is_waiting(view.event, here, present, floor.at_ms):
        return None
    if not strain.is_there(floor, present):
        return None
    waited = (until_ms - present.since_ms) // MINUTE_MS
    late = waited - Wait(0, estimate * MINUTE_MS, 0).range_minutes[1]
    if late < view.event.alerts.overdue_minutes or waited < LONG_ENOUGH_MINUTES:
        return None
    return Situation(
        f"overdue/{party.number}/{atelier.id}/{present.since_ms}",
        "overdue",
        Urgency.SOON,
        present.since_ms,
        Remedy("go", atelier.id, party=party.number),
        {"party": party.number, "atelier": atelier.id, "minutes": waited, "told": estimate, "late": late},
    )


def _estimate(guest: Guest, atelier: str, since_ms: int) -> int | None:
    """The minutes of waiting that it was told before it came there; None where it came of its own."""
    for said in reversed(guest.told):
        if said.at_ms <= since_ms and said.advice.atelier:
            return said.advice.wait_minutes if said.advice.atelier == atelier else None
    return None


# What all of these ask


def _wait(event: Event, floor: Floor, here: AtelierFloor) -> Wait | None:
    if not event.sees_queue(here.atelier.id) or here.atelier.kind is Kind.SESSION:
        return None
    return expected(event, floor, here, floor.at_ms, 1)


def _minutes(wait: Wait | None) -> float:
    return wait.minutes if wait else 0.0


def _range(wait: Wait) -> dict[str, int | str]:
    low, high = wait.range_minutes
    return {"low_minutes": low, "high_minutes": high}


def _key_of_long(here: AtelierFloor) -> str:
    return f"long/{here.atelier.id}/{here.atelier.places}"


def _key_of_calm(here: AtelierFloor) -> str:
    return f"send/{here.atelier.id}"


def _held(
    event: Event, floor: Floor, here: AtelierFloor, wait: Wait, before: Mapping[str, int]
) -> Iterator[tuple[str, int]]:
    """Whether its wait is long, or calm, as a key, and when it last was so beyond doubt.

    What was told waits before it goes, so that it does not come and go with each family, or each batch.
    """
    linger_ms = max(LINGER_MINUTES * MINUTE_MS, here.turn_ms)
    if here.status is not Status.OPEN:
        return
    for key, is_new, is_still, may_be in (
        (_key_of_long(here), *_is_long(event, here, wait)),
        (_key_of_calm(here), *_is_calm(event, here, wait)),
    ):
        if is_new or (key in before and is_still):
            yield key, floor.at_ms
        elif key in before and may_be and floor.at_ms - before[key] <= linger_ms:
            yield key, before[key]


def _is_long(event: Event, here: AtelierFloor, wait: Wait) -> tuple[bool, bool, bool]:
    """Whether it is; if it was told, whether it still is, and whether it may be. As a batch leaves the wait falls for a
    moment, until the next one is full; and where the next has room, it is no shorter for more places.
    """
    share = wait.minutes / event.alerts.long_minutes
    if here.atelier.kind is not Kind.BATCH:
        return share >= 1.0, share >= NEARLY_LONG, share >= MAYBE_LONG
    full = sum(present.takers for present in here.queue) / here.atelier.places
    return share >= 1.0 and full >= 1.0, share >= NEARLY_LONG, share >= MAYBE_LONG or full >= 1.0


def _is_calm(event: Event, here: AtelierFloor, wait: Wait) -> tuple[bool, bool, bool]:
    """Hardly any wait, and at least a third of its places free; told, as long as there is room."""
    room = strain.room(here)
    calm = wait.minutes <= event.alerts.calm_minutes
    is_new = calm and 3 * room >= here.atelier.places and not here.queue
    return is_new, calm and room > 0, room > 0 and wait.minutes <= 2 * event.alerts.calm_minutes


def _is_open(event: Event, now_ms: int) -> bool:
    window = event.window_at(now_ms)
    return window is not None and now_ms in window


def _has_time(event: Event, now_ms: int) -> bool:
    window = event.window_at(now_ms)
    return window is not None and window.opens_ms <= now_ms < window.closes_ms - ROOM_MINUTES * MINUTE_MS
