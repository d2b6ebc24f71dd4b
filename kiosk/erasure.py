"""The end of what was kept: when it is due, what stays, and the order to erase the rest.

to come ──► running ──► waiting ──► due ──► ordered ──► the hub begins anew, on nothing

Totals are written first, then the order; the hub ends, and what was ordered is carried out before it opens a journal
again. Of itself it erases only by a clock that is believed, and never what an event still to come may need.
"""

import csv
import io
import json
import logging
import threading
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any, Self

from . import collector
from .config import Config
from .day import Day
from .errors import NotErased, Refused
from .rules import totals
from .rules.event import MINUTE_MS, Event
from .rules.journeys import GRACE_MINUTES
from .rules.ledger import Ledger, View
from .saying import say, why
from .store import backup, erase
from .store.erase import Remains

LOOK_S = 600.0
SAID_MS = 24 * 60 * MINUTE_MS
_DAY_MS = 24 * 60 * MINUTE_MS
_SETTLED = timedelta(minutes=max(GRACE_MINUTES.values()))  # until the last queue has gone

_log = logging.getLogger("ronde")


class Stage(StrEnum):
    NOTHING = "nothing"  # is kept
    TO_COME = "to-come"
    EARLIER = "earlier"  # the event is to come, and people of an earlier one are kept for too long
    RUNNING = "running"
    WAITING = "waiting"
    DUE = "due"
    ORDERED = "ordered"


def remains(config: Config) -> Remains:
    """Where the hub with these settings keeps what it keeps."""
    return Remains(
        config.journal_path,
        config.backups_path,
        sheets=config.rehearsal.sheets if config.rehearsal else None,
        printed=Path(config.printer.path) if config.printer.kind == "file" else None,
    )


def finish(remains: Remains) -> None:
    """Carry out what was ordered, if anything was. Raises NotErased."""
    try:
        done = erase.carry_out(remains)
    except OSError as error:
        raise NotErased(
            say("erase.failed", path=error.filename or remains.folder, reason=why(error))
        ) from error
    if done:
        _log.info("all that was kept of people has been erased, as was ordered")


def due_ms(event: Event, view: View, now_ms: int) -> int:
    """When all goes: an hour after the doors have closed, so many days later.

    Who checked in only after that was there to try things out: then the days are counted from the last of them. Not
    so where they seem to come from a time ahead, as where the day went by on a wrong clock.
    """
    days = event.retention.days
    closes = event.local(event.closes_ms)
    on_the_day = closes + timedelta(days=days)
    if days or (closes + _SETTLED).date() == closes.date():
        on_the_day += _SETTLED
    planned_ms = round(on_the_day.timestamp() * 1000)
    seen_ms = [guest.last_ms for guest in view.guests.values()]
    if seen_ms and planned_ms < min(seen_ms) <= now_ms:
        return max(seen_ms) + max(1, days) * _DAY_MS
    return planned_ms


def stage(event: Event, view: View, now_ms: int, *, damaged: bool) -> Stage:
    """How things stand, if it is `now_ms`. `damaged`: a journal was set aside, whatever it holds."""
    if not (view.version or damaged):
        return Stage.NOTHING
    if now_ms < event.opens_ms:
        seen_ms = max((guest.last_ms for guest in view.guests.values()), default=now_ms)
        late = seen_ms + max(1, event.retention.days) * _DAY_MS <= now_ms
        return Stage.EARLIER if late else Stage.TO_COME
    if now_ms < event.closes_ms:
        return Stage.RUNNING
    return Stage.DUE if due_ms(event, view, now_ms) <= now_ms else Stage.WAITING


@dataclass(frozen=True, slots=True)
class Survey:
    """What would go, and when. `believed`: whether there is a reason to believe that it is `now_ms`.

    `beside`: what else lies in the folder, and stays.
    """

    stage: Stage
    event: str
    due_ms: int
    now_ms: int
    believed: bool
    parties: int
    passages: int
    badges: int
    files: int
    size: int
    beside: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__slots__}

    @classmethod
    def from_json(cls, told: dict[str, Any]) -> Self:
        return cls(**told | {"stage": Stage(told["stage"]), "beside": tuple(told["beside"])})


def survey(event: Event, view: View, remains: Remains, world_ms: int | None) -> Survey:
    now_ms = time.time_ns() // 1_000_000 if world_ms is None else world_ms
    return Survey(
        stage=Stage.ORDERED if remains.ordered else stage(event, view, now_ms, damaged=remains.damaged),
        event=event.name,
        due_ms=due_ms(event, view, now_ms),
        now_ms=now_ms,
        believed=world_ms is not None,
        parties=len(view.parties),
        passages=view.passages,
        badges=len(view.blank),
        files=len(remains.files()),
        size=remains.size,
        beside=tuple(_beside(remains)),
    )


def order(event: Event, view: View, remains: Remains, now_ms: int) -> None:
    """Write the totals, then the order. Durable on return. Raises NotErased: nothing was ordered then."""
    try:
        if view.version:
            _write_totals(totals.of(view, now_ms), event, remains.folder)
        erase.order(remains)
    except OSError as error:
        raise NotErased(
            say("erase.failed", path=error.filename or remains.folder, reason=why(error))
        ) from error


def named(event: Event, name: str) -> None:
    """Raises Refused where this is not the event's name."""
    if name.casefold().split() != event.name.casefold().split():
        raise Refused(say("erase.other_name", name=event.name))


class Erasure:
    """Of a hub that runs. `look` is called now and then; `ordered` is set once the hub is to begin anew."""

    def __init__(self, day: Day, remains: Remains, world_ms: Callable[[], int | None]) -> None:
        self._day = day
        self._remains = remains
        self._world_ms = world_ms
        self._said_ms: int | None = None
        self._lock = threading.Lock()
        self.ordered = threading.Event()

    def survey(self) -> Survey:
        return survey(self._day.event, self._day.view, self._remains, self._world_ms())

    def order(self, name: str) -> None:
        """An organiser says the event's name: all is to go now. Raises Refused, NotErased."""
        named(self._day.event, name)
        self._order(self._day.clock())

    def look(self) -> None:
        """Order what is due by a clock that is believed; say once a day what should be seen to by somebody."""
        world_ms = self._world_ms()
        now_ms = self._day.clock() if world_ms is None else world_ms
        found = stage(self._day.event, self._day.view, now_ms, damaged=self._remains.damaged)
        if found is Stage.DUE and world_ms is not None:
            try:
                self._order(world_ms)
            except NotErased as error:
                self._say(now_ms, str(error))
        elif found is Stage.DUE:
            self._say(
                now_ms,
                "what was kept of people seems due to be erased, but no time server has set this machine's clock:"
                " connect it to the internet for a while, or see `ronde erase`",
            )
        elif found is Stage.EARLIER:
            self._say(
                now_ms,
                "people of an earlier event are still kept here: see `ronde erase`, before this one begins",
            )

    def _order(self, now_ms: int) -> None:
        with self._lock:
            if not self.ordered.is_set():
                order(self._day.event, self._day.view, self._remains, now_ms)
                self.ordered.set()

    def _say(self, now_ms: int, words: str) -> None:
        if self._said_ms is None or not 0 <= now_ms - self._said_ms < SAID_MS:
            self._said_ms = now_ms
            _log.warning("%s", words)


def folded(event: Event, remains: Remains) -> View:
    """What the journal of a hub that is stopped holds. Raises as `store.backup.open_or_restore`."""
    ledger = Ledger(event)
    if remains.ordered or not remains.files():
        return ledger.view()
    journal, _ = backup.open_or_restore(remains.journal, remains.backups)
    with closing(journal), collector.paused():
        for at_ms, fact in journal.read():
            ledger.apply(fact, at_ms)
    return ledger.view()


def at_rest(event: Event, remains: Remains, now_ms: int, name: str) -> None:
    """Erase what a hub that is stopped has kept. Raises Refused, NotErased, and as `folded`."""
    named(event, name)
    if not remains.ordered:
        order(event, folded(event, remains), remains, now_ms)
    finish(remains)


def _write_totals(found: totals.Totals, event: Event, folder: Path) -> None:
    def clock(at_ms: int) -> str:
        return event.local(at_ms).isoformat(timespec="minutes")

    table = io.StringIO()
    csv.writer(table).writerows(found.rows(clock))
    told = json.dumps(found.to_json(clock), ensure_ascii=False, indent=2) + "\n"
    path = _free(folder / f"totals-{event.id}", told)
    erase.write(path.with_name(f"{path.name}.csv"), table.getvalue().encode())
    erase.write(path.with_name(f"{path.name}.json"), told.encode())


def _free(wanted: Path, told: str) -> Path:
    """Where these totals may stand: beside those of before, or in the place of the same."""
    number, path = 1, wanted
    while True:
        there = path.with_name(f"{path.name}.json")
        if not there.exists() or there.read_text("utf-8") == told:
            return path
        number += 1
        path = wanted.with_name(f"{wanted.name}-{number}")


def _beside(remains: Remains) -> list[str]:
    ours = {remains.backups.name, erase.ORDER, "control", "tls", *(path.name for path in remains.files())}
    known = (path.name for path in sorted(remains.folder.iterdir()) if not path.name.startswith("totals-"))
    return [name for name in known if name not in ours]
