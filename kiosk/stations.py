"""The hub's side of the wire: whether what comes is a station's, and what a station is told."""

import time
from collections.abc import Callable, Iterator, Mapping
from itertools import islice, takewhile

from firmware.wire import batch as wire_batch
from firmware.wire import card as wire_card
from firmware.wire import receipt as wire_receipt
from firmware.wire import schema, signature
from firmware.wire.batch import Batch
from firmware.wire.card import Card
from firmware.wire.enrolment import Enrolment
from firmware.wire.plan import Plan
from firmware.wire.receipt import Advice, Receipt

from . import phrases
from .announced import announced
from .day import Day, Held
from .errors import UnknownStation
from .pairings import Pairing, Pairings
from .plans import Plans
from .registry import Registry, Wanted, address
from .signs import Seen, Signs
from .texts import working


class Stations:
    """Thread-safe. `registry` says which there are, `pairings` which codes are shown."""

    def __init__(self, day: Day, monotonic_s: Callable[[], float] = time.monotonic) -> None:
        self._day = day
        self._words = working(day.event.languages)[0]
        self._plans = Plans(self._words)
        self._signs = Signs(monotonic_s)
        self.registry = Registry(day)
        self.pairings = Pairings(self._admit, monotonic_s)

    # What stations ask

    def receive(self, body: bytes, signed: str, timeout_s: float) -> tuple[bytes, str]:
        """Keep a batch that came over the network; the receipt and its signature, after the commit.

        Raises Malformed, UnknownVersion, UnknownStation, BadSignature, JournalUnavailable, TimeoutError:
        nothing was promised then, and the station sends again.
        """
        batch = wire_batch.decode(body)
        keys = self.registry.keys_of(batch.station)
        signature.check(keys.up, body, signed)
        held = self._day.receive(batch).result(timeout_s)
        self._signs.note(batch, held.now_ms, held.torn)
        receipt = self._receipt(batch, held).encode()
        return receipt, signature.sign(keys.down, receipt)

    def plan(self, body: bytes, signed: str) -> tuple[bytes, str]:
        """The plan that a station asks for, and its signature.

        Raises Malformed, UnknownVersion, UnknownStation, BadSignature.
        """
        fields = schema.versioned(schema.read(body), "question")
        station = schema.text(fields, "station", schema.IDENTIFIER)
        nonce = schema.text(fields, "nonce", schema.HEX)
        keys = self.registry.keys_of(station)
        signature.check(keys.up, body, signed)
        plan = self._plans.of(self._day.event, station)
        if plan is None:
            raise UnknownStation(f"no station {station!r} is planned on this day: move it to an atelier")
        told = {"v": schema.VERSION, "station": station, "nonce": nonce, "plan": plan.to_json()}
        answer = schema.canonical(told)
        return answer, signature.sign(keys.down, answer)

    # What the organiser does

    def enrol(self, station: str, hub: str) -> Enrolment:
        """What `station` must know to reach the hub at the address `hub`. Raises UnknownStation, Refused."""
        return self.registry.enrol(station, hub)

    def invite(self, wanted: Wanted, hub: str) -> Pairing:
        """A new code to show, for a device that is to be the station that is wanted.

        Raises UnknownStation, UnknownAtelier, Refused.
        """
        self.registry.foresee(wanted)
        return self.pairings.draw(wanted, address(hub))

    def revoke(self, station: str) -> None:
        """Believe this station no more, and forget how it is. Raises UnknownStation, JournalUnavailable."""
        self.registry.revoke(station)
        self.pairings.cancel(station)
        self._signs.forget(station)

    # How they are

    @property
    def seen(self) -> Mapping[str, Seen]:
        """The last sign of life of each station that gave one since the hub started."""
        return self._signs.seen

    @property
    def twins(self) -> frozenset[str]:
        """The stations that two devices say they are."""
        return self._signs.twins

    # Inside

    def _admit(self, wanted: Wanted, hub: str) -> Enrolment:
        made = self.registry.admit(wanted, hub)
        self._signs.forget(made.station)
        return made

    def _receipt(self, batch: Batch, held: Held) -> Receipt:
        plan = self._plans.of(held.view.event, batch.station)
        known = batch.cards if batch.hub == self._day.epoch else 0
        return Receipt(
            hub=self._day.epoch,
            station=batch.station,
            epoch=batch.epoch,
            nonce=batch.nonce,
            held=held.prefix,
            now_ms=held.now_ms,
            status=held.status.value,
            advice=tuple(self._advice(held)),
            board=tuple(self._board(held)),
            plan=plan.digest if plan else "",
            cards_from=known,
            cards=tuple(_cards(held, plan, known)) if plan else (),
            standings=held.standings if plan else None,
            announcements=announced(held.view, held.now_ms, plan.language if plan else self._words.language),
        )

    def _advice(self, held: Held) -> Iterator[Advice]:
        for party, told in held.advised:
            words = phrases.line(self._day.event, party, told, self._words)
            yield Advice(party.badge, told.verb, told.atelier, words[: wire_receipt.LONGEST])

    def _board(self, held: Held) -> Iterator[wire_receipt.Wait]:
        for id, wait in held.waits.items():
            name = self._day.event.by_id[id].name(self._words.language)
            yield wire_receipt.Wait(id, name[: wire_receipt.LONGEST], *wait.range_minutes)


def _cards(held: Held, plan: Plan, known: int) -> Iterator[Card]:
    """The next ones after those that are known, in the order in which badges were given out."""
    view = held.view
    atelier = view.event.by_id[plan.atelier]
    badges = takewhile(lambda issued: issued[1] in view.parties, islice(view.badges.items(), known, None))
    for badge, number in islice(badges, wire_card.MOST):
        party = view.parties[number]
        name = party.nickname
        yield Card(badge, name.picture, name.number, party.size, party.takers(view.event, atelier))
