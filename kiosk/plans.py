"""The plans of stations: what each must know of its atelier, and the words and pictures of its screen."""

import threading
from collections.abc import Mapping
from functools import cache

from firmware.wire import screen
from firmware.wire.passage import ARRIVE, LEAVE
from firmware.wire.plan import Plan

from .glyphs import shape
from .rules.event import Event, Station
from .rules.party import PICTURES
from .texts import Texts, texts

Shape = tuple[str, tuple[str, ...]]


def plan(event: Event, station: Station, words: Texts) -> Plan:
    """What `station` must know, in these words. It need not be one of the event, but its atelier is."""
    atelier = event.by_id[station.atelier]
    seen = event.steps_at[atelier.id]
    offset = event.local(event.opens_ms).utcoffset()
    return Plan(
        station=station.id,
        label=station.label or station.id,
        event=event.id,
        event_name=event.name,
        language=words.language,
        atelier=atelier.id,
        name=atelier.name(words.language),
        icon=atelier.icon,
        room=atelier.room,
        kind=atelier.kind.value,
        places=atelier.places,
        minutes=atelier.minutes,
        steps=station.steps,
        buttons=station.buttons,
        queues=ARRIVE in seen,
        sees_out=LEAVE in seen,
        times_ms=atelier.times_ms,
        utc_offset_minutes=round(offset.total_seconds() / 60) if offset else 0,
        words=_words(words.language),
        shapes=_shapes(atelier.icon),
    )


class Plans:
    """The plans of the event's stations, each made once for as long as the event holds. Thread-safe."""

    def __init__(self, words: Texts) -> None:
        self._words = words
        self._lock = threading.Lock()
        self._event: Event | None = None
        self._made: dict[str, Plan] = {}

    def of(self, event: Event, station: str) -> Plan | None:
        """None where the event has no such station."""
        with self._lock:
            if event is not self._event:
                self._event, self._made = event, {}
            if station not in self._made:
                found = next((each for each in event.stations if each.id == station), None)
                if found is None:
                    return None
                self._made[station] = plan(event, found, self._words)
            return self._made[station]


@cache
def _words(language: str) -> Mapping[str, str]:
    said = texts(language)
    own = {key: said.template(f"station.{key}") for key in (*screen.SAID, *screen.REFUSALS, *screen.PAGE)}
    names = (*(f"picture.{picture}" for picture in PICTURES), "common.nickname")
    return own | {key: said.template(key) for key in names}


@cache
def _shapes(icon: str) -> Mapping[str, Shape]:
    return {name: shape(name) for name in (*PICTURES, icon)}
