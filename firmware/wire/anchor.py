"""Time without a clock battery.

A station counts milliseconds since its boot, which never jump, and hears the hub's time at each exchange.
Each signed receipt gives an *anchor*: at `boot_ms` of this boot it was `hub_ms` at the hub, give or take half
the exchange. Between two anchors the offset is interpolated; outside them the nearest one holds. A boot that
never met the hub has no anchor: its passages get the wall clock's word, held between what is known to have
come before and after, and are marked as estimated.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from . import schema
from .passage import Passage

MOST_IN_A_BATCH = 64


@dataclass(frozen=True, slots=True)
class Anchor:
    boot: str
    boot_ms: int
    hub_ms: int
    error_ms: int

    @property
    def offset_ms(self) -> int:
        return self.hub_ms - self.boot_ms

    def to_json(self) -> dict[str, Any]:
        return {
            "boot": self.boot,
            "boot_ms": self.boot_ms,
            "hub_ms": self.hub_ms,
            "error_ms": self.error_ms,
        }


@dataclass(frozen=True, slots=True)
class Moment:
    """The hub's time of something; `error_ms` is None when it is an estimate without a bound."""

    at_ms: int
    error_ms: int | None

    @property
    def estimated(self) -> bool:
        return self.error_ms is None


def from_json(value: Any) -> Anchor:
    """Raises Malformed."""
    fields = schema.mapping(value, "anchor")
    return Anchor(
        boot=schema.text(fields, "boot", schema.HEX),
        boot_ms=schema.integer(fields, "boot_ms", least=0),
        hub_ms=schema.integer(fields, "hub_ms", least=0),
        error_ms=schema.integer(fields, "error_ms", least=0),
    )


def hub_time(boot: str, boot_ms: int, anchors: Iterable[Anchor]) -> Moment | None:
    """The hub's time at `boot_ms` of `boot`, or None where that boot has no anchor."""
    own = sorted((a for a in anchors if a.boot == boot), key=lambda anchor: anchor.boot_ms)
    before = [a for a in own if a.boot_ms <= boot_ms]
    after = [a for a in own if a.boot_ms > boot_ms]
    if before and after:
        low, high = before[-1], after[0]
        share = (boot_ms - low.boot_ms) / (high.boot_ms - low.boot_ms)
        offset = low.offset_ms + round(share * (high.offset_ms - low.offset_ms))
        return Moment(boot_ms + offset, max(low.error_ms, high.error_ms))
    if own:
        nearest = before[-1] if before else after[0]
        return Moment(boot_ms + nearest.offset_ms, nearest.error_ms)
    return None


def date(
    passages: Sequence[Passage],
    anchors: Iterable[Anchor],
    not_before_ms: int | None,
    not_after_ms: int,
) -> list[Moment]:
    """The moments of consecutive passages of one log: never running backwards, never later than now.

    `not_before_ms` is the moment of the passage before them, where one is known; `not_after_ms` is now.
    """
    known = tuple(anchors)
    exact = [hub_time(p.boot, p.boot_ms, known) for p in passages]
    ceilings = []
    ceiling = not_after_ms
    for moment in reversed(exact):
        if moment is not None:
            ceiling = min(ceiling, moment.at_ms)
        ceilings.append(ceiling)
    ceilings.reverse()

    moments = []
    floor = not_before_ms
    for passage, found, ceiling in zip(passages, exact, ceilings, strict=True):
        moment = found or Moment(min(passage.wall_ms, ceiling), None)
        at_ms = min(moment.at_ms, not_after_ms)
        if floor is not None:
            at_ms = max(at_ms, floor)
        floor = at_ms
        moments.append(Moment(at_ms, moment.error_ms))
    return moments
