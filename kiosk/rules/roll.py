"""The roll: who is where, kept up to date one guest at a time.

A floor is asked for at each scan. So the roll keeps what it knows of each guest until that guest changes, by a
fact or by time alone, and puts nothing together again that is as it was. The same guests, put in any order, give the
same floor.
"""

from bisect import bisect_left, insort
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from heapq import heappop, heappush
from operator import attrgetter
from typing import Any

from . import learned
from .event import MINUTE_MS, Event
from .facts import REST
from .floor import AtelierFloor, Count, Floor, Present, Status
from .guest import SILENT_MINUTES, Guest
from .journeys import WAITING, State, Stay, changes_ms

FOREVER_MS = 1 << 62
LATEST = 60  # arrivals of an atelier that are looked at: half an hour's, where it is busy

_by_key = attrgetter("key_ms", "guest.badge")
_by_time = attrgetter("since_ms", "guest.badge")


@dataclass(frozen=True, slots=True)
class _Visit:
    """One stay of a guest. `ended`: what it came to, "done" or "left"; empty while it lasts."""

    stay: Stay
    ended: str
    lessons: tuple[learned.Lesson, ...]


@dataclass(frozen=True, slots=True)
class _Entered:
    """What one guest adds to the floor, until `until_ms`. `at`: lists by name and atelier, with a Present for each.

    `visits`: of the stays as time leaves them.
    """

    guest: Guest
    until_ms: int
    where: str  # "here" at an atelier, "roaming", or "gone"
    at: tuple[tuple[str, str, Present], ...]
    visits: tuple[_Visit, ...]
    delays: tuple[learned.Delay, ...]


class _Sheet:
    """What is known of one atelier, in order; `floor` is None once it is out of date."""

    def __init__(self) -> None:
        self.queue: list[Present] = []
        self.inside: list[Present] = []
        self.on_the_way: list[Present] = []
        self.kept: list[Present] = []
        self.turns: list[learned.Turn] = []
        self.entries: list[learned.Entry] = []
        self.arrivals: list[learned.Arrival] = []
        self.delays: list[learned.Delay] = []
        self.done = Count()
        self.left = Count()
        self.floor: AtelierFloor | None = None


class Roll:
    """`now_ms`: the first moment that is asked for."""

    def __init__(self, event: Event, now_ms: int = 0) -> None:
        self.event = event
        self._start(now_ms)

    def _start(self, now_ms: int) -> None:
        self._now_ms = now_ms
        self._entered: dict[str, _Entered] = {}
        self._due: list[tuple[int, str]] = []
        self._sheets = {atelier.id: _Sheet() for atelier in self.event.ateliers}
        self._counts = dict.fromkeys(("here", "roaming", "gone"), Count())
        self._came = Count()
        self._unknown = 0
        self._followed = self._ignored = 0
        self._stands: list[learned.Stand] = []
        self._impatience: float | None = None

    def put(self, key: str, guest: Guest | None) -> None:
        """This guest is now so; None: there is no such guest any more."""
        before = self._entered.pop(key, None)
        after = None if guest is None else _entered(self.event, guest, self._now_ms, before)
        known = _alike(before.visits, after.visits) if before and after else 0
        if before is not None:
            self._take_out(before, known)
        if after is not None:
            self._enter(key, after, known)

    def at(self, now_ms: int, statuses: Mapping[str, Status]) -> Floor:
        """The floor at `now_ms`. `statuses`: ateliers that an animator or an organiser paused or closed."""
        if now_ms < self._now_ms:
            guests = {key: entered.guest for key, entered in self._entered.items()}
            self._start(now_ms)
            for key, guest in guests.items():
                self.put(key, guest)
        self._now_ms = now_ms
        while self._due and self._due[0][0] <= now_ms:
            at_ms, key = heappop(self._due)
            entered = self._entered.get(key)
            if entered is not None and entered.until_ms == at_ms:
                self.put(key, entered.guest)
        if self._impatience is None:
            self._impatience = learned.impatience(self._stands)
        here, roaming, gone = (self._counts[where] for where in ("here", "roaming", "gone"))
        window = self.event.window_at(now_ms)
        opens_ms = window.opens_ms if window else self.event.closes_ms
        return Floor(
            at_ms=now_ms,
            came=self._came,
            on_site=Count(here.parties + roaming.parties, here.people + roaming.people),
            roaming=roaming,
            gone=gone,
            ateliers=tuple(
                self._atelier(id, sheet, statuses.get(id, Status.OPEN), opens_ms)
                for id, sheet in self._sheets.items()
            ),
            unknown_badges=self._unknown,
            compliance=learned.compliance(self._followed, self._ignored),
            impatience=self._impatience,
        )

    def _atelier(self, id: str, sheet: _Sheet, status: Status, opens_ms: int) -> AtelierFloor:
        known = sheet.floor
        if known is not None and known.status is status and known.opens_ms == opens_ms:
            return known
        atelier = self.event.by_id[id]
        seen = sheet.turns or learned.paces(atelier, sheet.entries)
        served_ms = max((entry.key_ms for entry in sheet.entries[-8:]), default=0)
        sheet.floor = AtelierFloor(
            atelier=atelier,
            status=status,
            queue=tuple(sheet.queue),
            inside=tuple(sheet.inside),
            on_the_way=tuple(sheet.on_the_way),
            kept=tuple(sheet.kept),
            done=sheet.done,
            left=sheet.left,
            turn_ms=learned.turn_ms(atelier, seen),
            turns_seen=len(seen),
            served_ms=served_ms,
            delay_ms=learned.delay_ms(sheet.delays),
            freed_ms=sheet.turns[-1].ended_ms if sheet.turns else 0,
            arrivals=tuple((arrival.at_ms, arrival.takers) for arrival in sheet.arrivals[-LATEST:]),
            opens_ms=opens_ms,
        )
        return sheet.floor

    # One guest

    def _enter(self, key: str, entered: _Entered, known: int) -> None:
        """`known`: so many of the visits are entered already."""
        self._entered[key] = entered
        if entered.until_ms < FOREVER_MS:
            heappush(self._due, (entered.until_ms, key))
        guest = entered.guest
        self._came += guest
        self._counts[entered.where] += guest
        self._unknown += guest.party is None
        followed, ignored = guest.followed
        self._followed += followed
        self._ignored += ignored
        for name, id, present in entered.at:
            insort(getattr(self._changed(id), name), present, key=_KEYS[name])
        for visit in entered.visits[known:]:
            if visit.ended:
                sheet = self._changed(visit.stay.atelier)
                setattr(sheet, visit.ended, getattr(sheet, visit.ended) + guest)
            for lesson in visit.lessons:
                _add(self._lessons(lesson), lesson)
        for delay in entered.delays:
            _add(self._lessons(delay), delay)

    def _take_out(self, entered: _Entered, known: int) -> None:
        """`known`: so many of the visits stay entered."""
        guest = entered.guest
        self._came -= guest
        self._counts[entered.where] -= guest
        self._unknown -= guest.party is None
        followed, ignored = guest.followed
        self._followed -= followed
        self._ignored -= ignored
        for name, id, present in entered.at:
            held = getattr(self._changed(id), name)
            del held[bisect_left(held, _KEYS[name](present), key=_KEYS[name])]
        for visit in entered.visits[known:]:
            if visit.ended:
                sheet = self._changed(visit.stay.atelier)
                setattr(sheet, visit.ended, getattr(sheet, visit.ended) - guest)
            for lesson in visit.lessons:
                _remove(self._lessons(lesson), lesson)
        for delay in entered.delays:
            _remove(self._lessons(delay), delay)

    def _lessons(self, lesson: learned.Lesson | learned.Delay) -> list[Any]:
        """The list of all of its kind, which is about to change."""
        if isinstance(lesson, learned.Stand):
            self._impatience = None
            return self._stands
        held: list[Any] = getattr(self._changed(lesson.atelier), _LISTS[type(lesson)])
        return held

    def _changed(self, id: str) -> _Sheet:
        """The sheet of this atelier, which is about to change."""
        sheet = self._sheets[id]
        sheet.floor = None
        return sheet


def _add(held: list[Any], lesson: Any) -> None:
    if held and lesson < held[-1]:
        insort(held, lesson)
    else:  # mostly
        held.append(lesson)


def _remove(held: list[Any], lesson: Any) -> None:
    del held[bisect_left(held, lesson)]


_KEYS = {"queue": _by_key, "inside": _by_time, "on_the_way": _by_time, "kept": _by_key}
_ENDS = {State.DONE: "done", State.LEFT: "left"}
_LISTS = {
    learned.Turn: "turns",
    learned.Entry: "entries",
    learned.Arrival: "arrivals",
    learned.Delay: "delays",
}


def _entered(event: Event, guest: Guest, now_ms: int, before: _Entered | None) -> _Entered:
    """`before`: what the same guest added until now; of its visits are taken over those that are as they were."""
    journey = guest.journey.at(event, now_ms)
    settled = guest if journey is guest.journey else replace(guest, journey=journey)
    until_ms = FOREVER_MS
    at: list[tuple[str, str, Present]] = []
    stay = settled.stay
    if stay is not None:
        until_ms = changes_ms(event, stay, now_ms)
        waiting = stay.state in WAITING
        since_ms = stay.arrived_ms if waiting or stay.entered_ms is None else stay.entered_ms
        takers = settled.takers(event, event.by_id[stay.atelier])
        key_ms = settled.queue_key_ms(stay)
        at.append(
            (
                "queue" if waiting else "inside",
                stay.atelier,
                Present(settled, since_ms, takers, bool(stay.inferred), key_ms),
            )
        )
    gone_ms = _gone_ms(event, settled)
    where = "here" if stay else "gone" if now_ms >= gone_ms else "roaming"
    if where == "roaming":
        until_ms = min(until_ms, gone_ms)
    if where != "gone":
        heading, kept = settled.heading(event), settled.kept(now_ms)
        if heading is not None and now_ms < heading.until_ms:
            until_ms = min(until_ms, heading.until_ms)
            takers = settled.takers(event, event.by_id[heading.atelier])
            key_ms = kept.since_ms if kept and kept.atelier == heading.atelier else heading.at_ms
            at.append(("on_the_way", heading.atelier, Present(settled, heading.at_ms, takers, True, key_ms)))
        if kept is not None and kept.atelier in event.by_id:
            until_ms = min(
                until_ms, max(settled.told[-1].at_ms, settled.last_ms) + SILENT_MINUTES * MINUTE_MS
            )
            if heading is None or heading.atelier != kept.atelier:
                takers = settled.takers(event, event.by_id[kept.atelier])
                told = settled.advice
                rests = told is not None and told.advice.verb == REST and told.advice.atelier == kept.atelier
                at.append(
                    (
                        "kept",
                        kept.atelier,
                        Present(settled, kept.since_ms, takers, True, kept.since_ms, rests),
                    )
                )
    return _Entered(
        guest=guest,
        until_ms=until_ms,
        where=where,
        at=tuple(at),
        visits=tuple(_visits(event, settled, before)),
        delays=tuple(learned.delays(event, settled)),
    )


def _visits(event: Event, guest: Guest, before: _Entered | None) -> Iterator[_Visit]:
    """What a visit teaches follows from it, from those before it, from who the guest is and from what it was told."""
    stays = guest.journey.stays
    known = 0
    if before and (guest.badge, guest.party, guest.told) == (
        before.guest.badge,
        before.guest.party,
        before.guest.told,
    ):
        for visit, stay in zip(before.visits, stays, strict=False):
            if visit.stay != stay:
                break
            known += 1
            yield visit
    for stay in stays[known:]:
        yield _Visit(stay, _ENDS.get(stay.state, ""), tuple(learned.lessons(event, guest, stay)))


def _alike(before: Sequence[_Visit], after: Sequence[_Visit]) -> int:
    """How many visits, the first ones, were taken over."""
    known = 0
    for one, other in zip(before, after, strict=False):
        if one is not other:
            break
        known += 1
    return known


def _gone_ms(event: Event, guest: Guest) -> int:
    """When it counts as gone, if nothing is heard of it any more."""
    if guest.left_ms is not None and guest.left_ms >= guest.last_ms:
        return guest.left_ms
    return guest.last_ms + event.away_after_minutes * MINUTE_MS
