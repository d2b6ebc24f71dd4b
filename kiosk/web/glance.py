"""A glance at an atelier: what its page shows, as `firmware.wire.screen` says it, from all that the hub holds."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from firmware.wire import booth, screen
from firmware.wire.card import Card
from firmware.wire.passage import ARRIVE, CALL, ENTER, LEAVE
from firmware.wire.plan import Plan
from firmware.wire.screen import Link, Said, Told
from kiosk import condition, phrases
from kiosk.announced import announced
from kiosk.rules import booths, counsel
from kiosk.rules.event import Atelier
from kiosk.rules.floor import Floor
from kiosk.rules.journeys import OPEN, Stay
from kiosk.rules.ledger import View
from kiosk.texts import Texts, texts

from .services import Services

MOST_TOLD = 4


class Cards(Mapping[str, Card]):
    """The face of any badge, made when it is looked at."""

    def __init__(self, view: View, atelier: Atelier) -> None:
        self._view = view
        self._atelier = atelier

    def __getitem__(self, badge: str) -> Card:
        party = self._view.parties[self._view.badges[badge]]
        name = party.nickname
        takers = party.takers(self._view.event, self._atelier)
        return Card(badge, name.picture, name.number, party.size, takers)

    def __iter__(self) -> Iterator[str]:
        return (badge for badge, number in self._view.badges.items() if number in self._view.parties)

    def __len__(self) -> int:
        return sum(1 for _ in self)


def state(services: Services, view: View, floor: Floor, id: str) -> dict[str, Any]:
    """All that the page of the atelier `id` draws, for who may act."""
    here, plan = floor.by_id[id], services.desk.plan(id, view.event)
    cards = Cards(view, here.atelier)
    conditions = list(_conditions(services, view, id, floor.at_ms))
    return screen.state(
        plan,
        booth.booth(plan, booths.standings(here)),
        cards,
        status=view.statuses.of(id, floor.at_ms).value,
        now_ms=floor.at_ms,
        said=said(services, view, id, floor.at_ms),
        told=told(view, id, floor.at_ms, texts(plan.language)),
        link=_link(conditions, texts(plan.language)),
        can_undo=services.desk.can_undo(id),
        scanners=[
            (name, how["scanner"]) for name, how in conditions if condition.SILENT not in how["troubles"]
        ],
        announcements=announced(view, floor.at_ms, plan.language),
    )


def said(services: Services, view: View, id: str, now_ms: int) -> Said | None:
    """The last thing that was done at this atelier: at the desk, or seen by its stations."""
    plan, cards = services.desk.plan(id, view.event), Cards(view, view.event.by_id[id])
    press = services.desk.last(id)
    seen = _newest(view, plan, cards, now_ms)
    if press is None or (seen is not None and seen.at_ms > press.at_ms):
        return seen
    return screen.said(plan, cards, press.passages, press.tone, press.at_ms)


def told(view: View, id: str, now_ms: int, words: Texts) -> list[Told]:
    """Where those were sent who left this atelier just now, the last of them last."""
    found = []
    for party, advice in counsel.standing(view, _gone_from(view, id, now_ms), now_ms):
        given = view.guest_of(party.number).advice
        if given is not None:
            found.append(Told(phrases.line(view.event, party, advice, words), False, given.at_ms))
    return sorted(found, key=lambda one: (one.at_ms, one.words))[-MOST_TOLD:]


def _gone_from(view: View, id: str, now_ms: int) -> Iterator[str]:
    for guest in view.guests.values():
        stays = guest.journey.at(view.event, now_ms).stays[-1:] if guest.advice else ()
        if stays and stays[0].atelier == id and stays[0].state not in OPEN:
            yield guest.badge


def _newest(view: View, plan: Plan, cards: Cards, now_ms: int) -> Said | None:
    """What was scanned or pressed last, by whomever: all who did the same at that moment."""
    steps = [
        (at_ms, kind, guest.badge)
        for guest in view.guests.values()
        for stay in guest.journey.stays
        if stay.atelier == plan.atelier
        for at_ms, kind in _steps(stay)
        if at_ms <= now_ms
    ]
    if not steps:
        return None
    last_ms, last, _ = max(steps)
    who = sorted(badge for at_ms, kind, badge in steps if (at_ms, kind) == (last_ms, last))
    faces = ", ".join(screen.face(plan, cards, badge) for badge in who)
    return Said(plan.text(f"said.{last}", who=faces), screen.KEPT, last_ms)


def _steps(stay: Stay) -> Iterator[tuple[int, str]]:
    moments = {ARRIVE: stay.arrived_ms, CALL: stay.called_ms, ENTER: stay.entered_ms, LEAVE: stay.left_ms}
    return (
        (at_ms, kind) for kind, at_ms in moments.items() if at_ms is not None and kind not in stay.inferred
    )


def _conditions(
    services: Services, view: View, id: str, now_ms: int
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Each station of the atelier that has given a sign of life, by its name for people, and how it is."""
    seen, twins = services.stations.seen, services.stations.twins
    for station in view.event.stations:
        if station.atelier == id and station.id in seen:
            how = condition.condition(
                seen[station.id], now_ms, speed=services.speed, twins=station.id in twins
            )
            yield station.label or station.id, how


def _link(conditions: Iterable[tuple[str, Mapping[str, Any]]], words: Texts) -> Link:
    known = list(conditions)
    troubles = [
        words.text("animator.station", station=name, how=condition.words(how, words))
        for name, how in known
        if how["state"] not in (condition.OK, condition.BACKLOG)
    ]
    return Link(True, sum(how["backlog"] for _, how in known), " · ".join(troubles))
