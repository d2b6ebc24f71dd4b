"""What the hub has told this station: its plan, the faces of badges, who is at the booth, the waits, announcements.

It is kept beside the log, so that a reboot without a network changes nothing:

    plan.json    the plan                cards.json   the cards, in the hub's order
    told.json    who is at the booth as far as the hub holds this log, the waits, announcements, and when that was

A file is written whole or not at all. One that does not read back whole, or is of another owner, is dropped: the hub
tells it anew.
"""

import contextlib
import hashlib
import logging
import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from . import messages
from .wire import announcement, schema
from .wire import plan as wire_plan
from .wire.announcement import Announcement
from .wire.batch import NO_HUB
from .wire.booth import Standing
from .wire.card import Card
from .wire.errors import Malformed, WireError
from .wire.plan import Plan
from .wire.receipt import Receipt, Wait

PLAN, CARDS, TOLD = FILES = ("plan.json", "cards.json", "told.json")
SPACING_MS = 5_000  # between two writings of who is at the booth: a card wears out
NEWS_MS = 60_000  # where only the time and the waits are others

_MOST = 10_000  # of anything in a list

_log = logging.getLogger("ronde.station")


@dataclass(frozen=True)
class Told:
    """`held`, of the log `epoch`: up to there own passages are in `standings`. `now_ms`: the hub's time by then.

    `standings` is None where the hub has not said who is at the booth of the plan.
    """

    hub: str = NO_HUB
    epoch: str = ""
    held: int = 0
    now_ms: int = 0
    plan: Plan | None = None
    cards: tuple[Card, ...] = ()
    standings: tuple[Standing, ...] | None = None
    board: tuple[Wait, ...] = ()
    announcements: tuple[Announcement, ...] = ()

    @property
    def atelier(self) -> str:
        return self.plan.atelier if self.plan else ""

    def after(self, receipt: Receipt) -> "Told":
        """What is known after `receipt`. Of a plan that is not here yet, no more than what everybody is told."""
        here = self if receipt.hub == self.hub else replace(self, hub=receipt.hub, cards=())
        here = replace(here, now_ms=receipt.now_ms, board=receipt.board, announcements=receipt.announcements)
        if receipt.plan and (here.plan is None or receipt.plan != here.plan.digest):
            return here
        if receipt.cards and receipt.cards_from <= len(here.cards):
            here = replace(here, cards=(*here.cards[: receipt.cards_from], *receipt.cards))
        if receipt.standings is not None:
            here = replace(here, epoch=receipt.epoch, held=receipt.held, standings=receipt.standings)
        return here

    def planned(self, plan: Plan) -> "Told":
        """What is known with this plan. At another atelier stand others, and of each party others take part."""
        if plan.atelier == self.atelier:
            return replace(self, plan=plan)
        return replace(self, plan=plan, cards=(), standings=None)


class Memory:
    """What was told, in `folder`. `owner` names the station and its event; `now_ms` only spaces the writings."""

    def __init__(self, folder: Path, owner: str, now_ms: Callable[[], int]) -> None:
        self._folder = folder
        self._owner = owner
        self._now_ms = now_ms
        self.told = self._read()
        self._written = _parts(self.told)
        self._last = self.told  # as the file TOLD has it
        self._written_ms = now_ms() - NEWS_MS

    def keep(self, told: Told) -> None:
        """Remember `told`. What may change with every receipt reaches the disk every few seconds only."""
        self.told = told
        parts = _parts(told)
        ago_ms = self._now_ms() - self._written_ms
        announced = told.announcements != self._last.announcements
        for name in FILES:
            changed = parts[name] != self._written[name]
            if changed and (name != TOLD or announced or ago_ms >= SPACING_MS):
                self._put(name)
        if ago_ms >= NEWS_MS and told != self._last:
            self._put(TOLD)

    def close(self) -> None:
        """Write what has waited."""
        if self.told != self._last:
            self._put(TOLD)

    def _put(self, name: str) -> None:
        self._write(name)
        self._written[name] = _parts(self.told)[name]
        if name == TOLD:
            self._last, self._written_ms = self.told, self._now_ms()

    def _write(self, name: str) -> None:
        body = schema.canonical({"v": schema.VERSION, "owner": self._owner, **_to_json(self.told, name)})
        draft = self._folder / f".{name}"
        try:
            with draft.open("wb") as file:
                file.write(_seal(body) + b"\n" + body)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(self._folder / name)
        except OSError as error:  # a full card: it is known until the next start
            _log.warning(messages.MEMORY_FAILED.format(path=self._folder / name, reason=error.strerror))
            with contextlib.suppress(OSError):
                draft.unlink()

    def _read(self) -> Told:
        found: dict[str, dict[str, Any]] = {name: {} for name in FILES}
        for name in FILES:
            path = self._folder / name
            try:
                found[name] = _from_json(name, self._body(path))
            except FileNotFoundError:
                continue
            except (OSError, WireError) as error:
                _log.warning(messages.MEMORY_DROPPED.format(path=path, reason=error))
                with contextlib.suppress(OSError):
                    path.unlink()
        (plan, cards, told) = (found[name] for name in FILES)
        atelier = plan["plan"].atelier if plan else ""
        if told.pop("atelier", atelier) != atelier:
            told["standings"] = None
        if (cards.pop("hub", ""), cards.pop("atelier", "")) != (told.get("hub"), atelier):
            cards = {}
        return Told(**plan, **cards, **told)

    def _body(self, path: Path) -> Any:
        seal, _, body = path.read_bytes().partition(b"\n")
        if seal != _seal(body):
            raise Malformed("sha256")
        fields = schema.versioned(schema.read(body), path.name)
        if fields.get("owner") != self._owner:
            raise Malformed("owner")
        return fields


def _parts(told: Told) -> dict[str, Any]:
    """What is in each file, to see whether it has changed; without what every receipt changes."""
    return {
        PLAN: told.plan,
        CARDS: (told.hub, told.atelier, told.cards),
        TOLD: (told.hub, told.atelier, told.epoch, told.held, told.standings, told.announcements),
    }


def _to_json(told: Told, name: str) -> dict[str, Any]:
    if name == PLAN:
        return {"plan": told.plan.to_json() if told.plan else None}
    here = {"hub": told.hub, "atelier": told.atelier}
    if name == CARDS:
        return here | {"cards": [card.to_json() for card in told.cards]}
    return here | {
        "epoch": told.epoch,
        "held": told.held,
        "now_ms": told.now_ms,
        "standings": None if told.standings is None else [one.to_json() for one in told.standings],
        "board": [wait.to_json() for wait in told.board],
        "announcements": [one.to_json() for one in told.announcements],
    }


def _from_json(name: str, fields: Any) -> dict[str, Any]:
    """The fields of a `Told` that are in this file, and what they hang on. Raises WireError."""
    if name == PLAN:
        return {"plan": wire_plan.from_json(fields.get("plan"))}
    here = {"hub": schema.text(fields, "hub", schema.HEX), "atelier": fields.get("atelier")}
    if name == CARDS:
        return here | {"cards": tuple(map(Card.from_json, schema.listing(fields, "cards", most=_MOST)))}
    standings = fields.get("standings")
    if standings is not None:
        standings = tuple(map(Standing.from_json, schema.listing(fields, "standings", most=_MOST)))
    announced = fields.get("announcements", [])  # none in a file of an earlier version
    if not isinstance(announced, list) or len(announced) > announcement.MOST:
        raise Malformed("announcements")
    waits = (schema.mapping(wait, "wait") for wait in schema.listing(fields, "board", most=_MOST))
    return here | {
        "epoch": str(fields.get("epoch")),
        "held": schema.integer(fields, "held", least=0),
        "now_ms": schema.integer(fields, "now_ms", least=0),
        "standings": standings,
        "board": tuple(map(Wait.from_json, waits)),
        "announcements": tuple(map(Announcement.from_json, announced)),
    }


def _seal(body: bytes) -> bytes:
    return hashlib.sha256(body).hexdigest().encode("ascii")
