"""Families of an afternoon at a real hub: they are checked in, scanned at atelier after atelier, and go home.

So many are there at any time: for each that goes another comes. What the hub holds grows as on a day, what happens
at a moment does not.
"""

import heapq
import itertools
import json
import random
import secrets
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from firmware.wire.passage import ARRIVE, ENTER, LEAVE

from .hub import HubProcess
from .station import LoadStation

STAYS = 4  # of a family, each at another atelier
MINUTES = {
    ARRIVE: 1.5,
    ENTER: 3.0,
    LEAVE: 4.0,
}  # before each step, on average: it walks, it waits, it is inside
COMING_S = 7.0  # between two families, while there are too few
LIFE_S = 5.0  # a station that has nothing to say says so
FORM = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}


class Crowd:
    """`turn` does all that is due by then, in seconds from 0; `quiet`: stations that are heard, and nothing else."""

    def __init__(self, hub: HubProcess, present: int, seed: int) -> None:
        self._event = hub.event
        self._present = present
        self._draw = random.Random(seed)
        self._blank = iter(hub.blank)
        self._at: dict[tuple[str, str], int] = {
            (station.atelier, step): number
            for number, station in enumerate(hub.event.stations)
            for step in station.steps
        }
        self._stations = [LoadStation(enrolled, hub.port, 0, seed) for enrolled in hub.stations]
        self._scans: list[list[tuple[str, str]]] = [[] for _ in self._stations]
        self._said_s = [-LIFE_S] * len(self._stations)
        self._desk = hub.connect()
        self._order = itertools.count()
        self._due: list[tuple[float, int, Iterator[float]]] = []
        self._next_s = 0.0
        self.here = self.came = self.passages = self.sheets = 0

    @property
    def facts(self) -> int:
        return 2 * self.came + self.passages + self.sheets

    def turn(self, now_s: float) -> None:
        if self.here < self._present and now_s >= self._next_s:
            self._next_s = now_s + COMING_S * self._draw.uniform(0.5, 1.5)
            self._go_on(now_s, self._family())
        while self._due and self._due[0][0] <= now_s:
            self._go_on(now_s, heapq.heappop(self._due)[2])
        self.quiet(now_s)

    def grow(self, families: int) -> None:
        """So many more are there from now on, as soon as they can come."""
        self._present += families

    def quiet(self, now_s: float) -> None:
        for number, station in enumerate(self._stations):
            scans = self._scans[number]
            if scans or now_s - self._said_s[number] >= LIFE_S:
                station.post(station.sealed(scans))
                self._said_s[number] = now_s
                self.passages += len(scans)
                scans.clear()

    def close(self) -> None:
        self._desk.close()
        for station in self._stations:
            station.close()

    def _go_on(self, now_s: float, family: Iterator[float]) -> None:
        """Up to what it waits for next, so many seconds."""
        wait_s = next(family, None)
        if wait_s is not None:
            heapq.heappush(self._due, (now_s + wait_s, next(self._order), family))

    def _family(self) -> Iterator[float]:
        """What one family does, and how long it takes for each."""
        draw = self._draw
        badge = next(self._blank)
        people = {f"n:{draw.choice(self._event.bands).id}:{draw.choice('fmx')}": 1 for _ in range(3)}
        language = draw.choice(self._event.languages)
        number = self._post("/express", {"letters": badge, "do": "give", "language": language} | people)[
            "party"
        ]
        self.here += 1
        self.came += 1
        if draw.random() < 0.5:
            self._post(f"/express/party/{number}", {"do": "again"})
            self.sheets += 1
        for atelier in draw.sample([atelier.id for atelier in self._event.ateliers], STAYS):
            for step, minutes in MINUTES.items():
                yield 60 * minutes * draw.uniform(0.5, 1.5)
                if (atelier, step) in self._at:
                    self._scans[self._at[atelier, step]].append((badge, step))
        self._post(f"/express/party/{number}", {"do": "gone"})
        self.here -= 1

    def _post(self, path: str, fields: dict[str, Any]) -> dict[str, Any]:
        body = urlencode(fields | {"form": secrets.token_urlsafe(16)})
        self._desk.request("POST", path, body, FORM)
        with self._desk.getresponse() as answer:
            data = answer.read()
        self._desk.close()  # the next family may be long in coming, and the hub ends what is idle
        if answer.status == HTTPStatus.SEE_OTHER:
            return {}
        if answer.status != HTTPStatus.OK:
            raise RuntimeError(f"the hub answered {answer.status}: {data[:300]!r}")
        told: dict[str, Any] = json.loads(data)
        return told
