"""The hub's side of the wire: which stations there are, whether a batch is theirs, and how they are."""

import secrets
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from firmware.wire import batch as wire_batch
from firmware.wire import enrolment as wire_enrolment
from firmware.wire import receipt as wire_receipt
from firmware.wire import signature
from firmware.wire.batch import Batch, Health
from firmware.wire.enrolment import Enrolment
from firmware.wire.errors import Malformed
from firmware.wire.receipt import Advice, Receipt
from firmware.wire.signature import DeviceKeys

from . import phrases
from .day import EVENT_KEY, Day, Held, new_event_key
from .errors import Refused, UnknownStation
from .rules.event import Event
from .saying import say
from .texts import texts

_SECRET = "station/"


class Keys(Protocol):
    """Where keys are kept: the day, or a journal that no hub has open."""

    def keep_secret(self, name: str, make: Callable[[], bytes]) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Seen:
    """The last sign of life of a station. `boot` and `boot_ms` stamp it, so that a replayed one is told."""

    station: str
    at_ms: int
    boot: str
    boot_ms: int
    health: Health


class Stations:
    """Thread-safe. Signs of life are kept in memory only: they are about now."""

    def __init__(self, day: Day) -> None:
        self._day = day
        self._lock = threading.Lock()
        self._keys = {station: signature.device_keys(key) for station, key in day.secrets(_SECRET).items()}
        self._words = texts(day.event.languages[0])
        self._seen: dict[str, Seen] = {}
        self._boots: set[tuple[str, str]] = set()  # that have given a sign of life

    def enrol(self, station: str, hub: str) -> Enrolment:
        """What `station` must know to reach the hub at the address `hub`. Raises UnknownStation, Refused."""
        made = enrolment(self._day.event, self._day, station, hub)
        with self._lock:
            self._keys[station] = signature.device_keys(made.device_key)
        return made

    def receive(self, body: bytes, signed: str, timeout_s: float) -> tuple[bytes, str]:
        """Keep a batch that came over the network; the receipt and its signature, after the commit.

        Raises Malformed, UnknownVersion, UnknownStation, BadSignature, JournalUnavailable, TimeoutError:
        nothing was promised then, and the station sends again.
        """
        batch = wire_batch.decode(body)
        keys = self._keys_of(batch.station)
        signature.check(keys.up, body, signed)
        held = self._day.receive(batch).result(timeout_s)
        self._note(batch, held.now_ms)
        receipt = Receipt(
            hub=self._day.epoch,
            station=batch.station,
            epoch=batch.epoch,
            nonce=batch.nonce,
            held=held.prefix,
            now_ms=held.now_ms,
            status=held.status.value,
            advice=tuple(self._advice(held)),
            board=tuple(self._board(held)),
        ).encode()
        return receipt, signature.sign(keys.down, receipt)

    def _advice(self, held: Held) -> Iterator[Advice]:
        for party, told in held.advised:
            words = phrases.line(self._day.event, party, told, self._words)
            yield Advice(party.badge, told.verb, told.atelier, words[: wire_receipt.LONGEST])

    def _board(self, held: Held) -> Iterator[wire_receipt.Wait]:
        for id, wait in held.waits.items():
            name = self._day.event.by_id[id].name(self._words.language)
            yield wire_receipt.Wait(id, name[: wire_receipt.LONGEST], *wait.range_minutes)

    @property
    def seen(self) -> Mapping[str, Seen]:
        """The last sign of life of each station that gave one since the hub started."""
        with self._lock:
            return dict(self._seen)

    def _keys_of(self, station: str) -> DeviceKeys:
        with self._lock:
            keys = self._keys.get(station)
        if keys is None:
            raise UnknownStation(f"no station {station!r} is enrolled at this hub: enrol it again")
        return keys

    def _note(self, batch: Batch, now_ms: int) -> None:
        with self._lock:
            last = self._seen.get(batch.station)
            started = (batch.station, batch.boot) not in self._boots
            if started or (last and batch.boot == last.boot and batch.boot_ms > last.boot_ms):
                self._boots.add((batch.station, batch.boot))
                self._seen[batch.station] = Seen(
                    batch.station, now_ms, batch.boot, batch.boot_ms, batch.health
                )


def enrolment(event: Event, keys: Keys, station: str, hub: str) -> Enrolment:
    """What `station` must know to reach the hub at the address `hub`; its key is drawn the first time.

    Raises UnknownStation; Refused where `hub` is no address.
    """
    planned = next((each for each in event.stations if each.id == station), None)
    if planned is None:
        known = tuple(each.id for each in event.stations)
        raise UnknownStation(say("error.unknown_station", name=station, choices=known))
    made = Enrolment(
        hub=hub.rstrip("/"),
        station=station,
        atelier=planned.atelier,
        steps=planned.steps,
        device_key=keys.keep_secret(_SECRET + station, lambda: secrets.token_bytes(signature.KEY_BYTES)),
        event_key=keys.keep_secret(EVENT_KEY, new_event_key),
    )
    try:
        wire_enrolment.decode(made.encode())
    except Malformed as error:
        raise Refused(say("error.no_address", address=hub)) from error
    return made
