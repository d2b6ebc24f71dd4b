"""Time without a clock battery.

A station counts milliseconds since its boot, which never jump, and hears the hub's time at each exchange.
Each signed receipt gives an *anchor*: at `boot_ms` of this boot it was `hub_ms` at the hub, give or take half
the exchange. Between two anchors the offset is interpolated; outside them the nearest one holds. A boot that
never met the hub has no anchor: its passages get the wall clock's word, held between what is known to have
come before and after, and are marked as estimated.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from . import schema
from .passage import Passage

MOST_IN_A_BATCH = 64

_boot_ms = attrgetter("boot_ms")


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
    own = _by_boot(anchors).get(boot)
    return _between(boot_ms, own) if own else None


def _by_boot(anchors: Iterable[Anchor]) -> dict[str, list[Anchor]]:
    """Those of each boot, by time."""
    found: dict[str, list[Anchor]] = {}
    for each in sorted(anchors, key=_boot_ms):
        found.setdefault(each.boot, []).append(each)
    return found


def _between(boot_ms: int, own: Sequence[Anchor]) -> Moment:
    """The hub's time at `boot_ms` of the boot that these anchors are of."""
    after = bisect_right(own, boot_ms, key=_boot_ms)
    if 0 < after < len(own):
        low, high = own[after - 1], own[after]
        share = (boot_ms - low.boot_ms) / (high.boot_ms - low.boot_ms)
        offset = low.offset_ms + round(share * (high.offset_ms - low.offset_ms))
        return Moment(boot_ms + offset, max(low.error_ms, high.error_ms))
    nearest = own[max(0, after - 1)]
    return Moment(boot_ms + nearest.offset_ms, nearest.error_ms)


def date(
    passages: Sequence[Passage],
    anchors: Iterable[Anchor],
    not_before_ms: int | None,
    not_after_ms: int,
) -> list[Moment]:
    """The moments of consecutive passages of one log: never running backwards, never later than now.

    `not_before_ms` is the moment of the passage before them, where one is known; `not_after_ms` is now.
    """
    known = _by_boot(anchors)
    exact = [_between(p.boot_ms, known[p.boot]) if p.boot in known else None for p in passages]
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
