"""The registry: which stations there are, where each stands, and the keys by which they are believed.

Where a station stands is a fact; its key is a secret of the journal, under "station/" and its id. A device that is
paired gets a key of its own: the one that had the name before is believed no more.
"""

import secrets
import threading
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from firmware.wire import enrolment as wire_enrolment
from firmware.wire import schema, signature
from firmware.wire.enrolment import Enrolment
from firmware.wire.passage import STEPS
from firmware.wire.signature import DeviceKeys

from .day import EVENT_KEY, Day, new_event_key
from .errors import Refused, UnknownAtelier, UnknownStation
from .rules.event import Event, Station
from .rules.facts import Fact, StationSet
from .rules.ledger import Ledger
from .rules.presses import DESK
from .saying import say
from .store.journal import Journal
from .store.writer import Decision

LONGEST_LABEL = 40
_SECRET = "station/"


@dataclass(frozen=True, slots=True)
class Wanted:
    """How the station `name` shall stand; None: as it does, or as the event file has it."""

    name: str
    atelier: str | None = None
    steps: tuple[str, ...] | None = None
    buttons: bool | None = None
    label: str | None = None


class Registry:
    """Thread-safe."""

    def __init__(self, day: Day) -> None:
        self._day = day
        self._lock = threading.Lock()
        kept = day.between(lambda journal: journal.secrets(_SECRET))
        self._keys = {station: signature.device_keys(key) for station, key in kept.items()}

    def keys_of(self, station: str) -> DeviceKeys:
        """Raises UnknownStation."""
        with self._lock:
            keys = self._keys.get(station)
        if keys is None:
            raise UnknownStation(f"no station {station!r} is enrolled at this hub: enrol it again")
        return keys

    @property
    def paired(self) -> frozenset[str]:
        """The stations for which there is a key."""
        with self._lock:
            return frozenset(self._keys)

    def passed_ms(self) -> Mapping[str, int]:
        """When the last passage of each station was, of those that had any."""

        def decide(ledger: Ledger, now_ms: int) -> Decision[dict[str, int]]:
            latest_ms: dict[str, int] = {}
            for (station, _), log in ledger.logs.items():
                if log.last_at_ms is not None:
                    latest_ms[station] = max(log.last_at_ms, latest_ms.get(station, 0))
            return Decision((), lambda: latest_ms)

        return self._day.decide(decide)

    def enrol(self, station: str, hub: str) -> Enrolment:
        """What `station` must know to reach the hub at the address `hub`, by the key that it has.

        Raises UnknownStation, Refused.
        """
        made = self._day.between(lambda journal: enrolment(self._day.event, journal, station, hub))
        self._believe(made)
        return made

    def admit(self, wanted: Wanted, hub: str) -> Enrolment:
        """Make a device the station that is wanted: what it must know, with a key that nobody else has.

        Raises UnknownStation, UnknownAtelier, Refused, JournalUnavailable.
        """
        station = self._record(wanted)
        key = secrets.token_bytes(signature.KEY_BYTES)
        self._day.between(lambda journal: journal.set_secret(_SECRET + station.id, key))
        return self.enrol(station.id, hub)

    def foresee(self, wanted: Wanted) -> Station:
        """How it would stand; nothing is changed. Raises UnknownStation, UnknownAtelier, Refused."""
        return self._day.decide(lambda ledger, now_ms: _nothing(_resolved(ledger, wanted)))

    def set(self, wanted: Wanted) -> Station:
        """Let a station that there is stand as wanted. Raises UnknownStation, UnknownAtelier, Refused."""
        self._known(wanted.name)
        return self._record(wanted)

    def revoke(self, station: str) -> None:
        """Believe this station no more. Raises UnknownStation, JournalUnavailable."""
        known = self._known(station)
        self._day.between(lambda journal: journal.erase_secret(_SECRET + station))
        with self._lock:
            self._keys.pop(station, None)
        self._day.decide(lambda ledger, now_ms: Decision([_fact(known, active=False)], lambda: None))

    def _believe(self, made: Enrolment) -> None:
        with self._lock:
            self._keys[made.station] = signature.device_keys(made.device_key)

    def _known(self, name: str) -> Station:
        return _one_of(self._day.event, name)

    def _record(self, wanted: Wanted) -> Station:
        def decide(ledger: Ledger, now_ms: int) -> Decision[Station]:
            station = _resolved(ledger, wanted)
            stands = station in ledger.event.stations
            return Decision(() if stands else [_fact(station)], lambda: station)

        return self._day.decide(decide)


def enrolment(event: Event, journal: Journal, station: str, hub: str) -> Enrolment:
    """What `station` must know to reach the hub at the address `hub`; its key is drawn the first time.

    Raises UnknownStation; Refused where `hub` is no address.
    """
    planned = _one_of(event, station)
    made = Enrolment(
        hub=address(hub),
        station=station,
        atelier=planned.atelier,
        steps=planned.steps,
        device_key=journal.keep_secret(_SECRET + station, lambda: secrets.token_bytes(signature.KEY_BYTES)),
        event_key=journal.keep_secret(EVENT_KEY, new_event_key),
    )
    wire_enrolment.decode(made.encode())
    return made


def standing(planned: Event, entries: Iterable[tuple[int, Fact]]) -> Event:
    """The event with its stations as the facts of a journal leave them."""
    ledger = Ledger(planned)
    for at_ms, fact in entries:
        if isinstance(fact, StationSet):
            ledger.apply(fact, at_ms)
    return ledger.event


def address(hub: str) -> str:
    """The address of a hub, as a station takes it. Raises Refused."""
    if not wire_enrolment.URL.fullmatch(hub.rstrip("/")):
        raise Refused(say("error.no_address", address=hub))
    return hub.rstrip("/")


def _one_of(event: Event, name: str) -> Station:
    found = next((each for each in event.stations if each.id == name), None)
    if found is None:
        raise UnknownStation(
            say("error.unknown_station", name=name, choices=tuple(each.id for each in event.stations))
        )
    return found


def _resolved(ledger: Ledger, wanted: Wanted) -> Station:
    known = {each.id: each for each in (*ledger.planned.stations, *ledger.event.stations)}.get(wanted.name)
    if known is None:
        known = _new(ledger.event, wanted)
    if wanted.atelier is not None:
        _atelier(ledger.event, wanted.atelier)
        known = replace(known, atelier=wanted.atelier)
    if wanted.steps is not None:
        known = replace(known, steps=_steps(wanted.steps))
    if wanted.buttons is not None:
        known = replace(known, buttons=wanted.buttons)
    if wanted.label is not None:
        known = replace(known, label=_label(wanted.label))
    return known


def _new(event: Event, wanted: Wanted) -> Station:
    if wanted.atelier is None:
        choices = tuple(each.id for each in event.stations)
        raise UnknownStation(say("error.unplanned_station", name=wanted.name, choices=choices))
    if not schema.IDENTIFIER.fullmatch(wanted.name) or wanted.name == DESK:
        raise Refused(say("error.no_name", name=wanted.name))
    _atelier(event, wanted.atelier)
    return event.one_more(wanted.name, wanted.atelier)


def _atelier(event: Event, name: str) -> None:
    if name not in event.by_id:
        raise UnknownAtelier(say("error.unknown_atelier", name=name, choices=tuple(event.by_id)))


def _steps(said: tuple[str, ...]) -> tuple[str, ...]:
    for step in said:
        if step not in STEPS:
            raise Refused(say("error.unknown_step", name=step, choices=STEPS))
    if not said:
        raise Refused(say("error.no_steps", choices=STEPS))
    return tuple(dict.fromkeys(said))


def _label(said: str) -> str:
    words = " ".join(said.split())
    if len(words) > LONGEST_LABEL or any(unicodedata.category(letter)[0] == "C" for letter in words):
        raise Refused(say("error.no_label", label=said, most=LONGEST_LABEL))
    return words


def _fact(station: Station, *, active: bool = True) -> StationSet:
    return StationSet(station.id, station.atelier, station.steps, station.buttons, station.label, active)


def _nothing(station: Station) -> Decision[Station]:
    return Decision((), lambda: station)
