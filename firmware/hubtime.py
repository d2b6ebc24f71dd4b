"""The hub's time at this station: heard at each exchange, kept as anchors, told of passages and of now.

A boot that has met no hub has only its wall clock, which may say anything. It is believed where it continues what is
known from before; all that follows from it is marked as estimated.
"""

import logging
from collections.abc import Sequence

from . import messages
from .clock import Clock
from .errors import OutboxFull
from .outbox import Outbox
from .wire import anchor
from .wire.anchor import Anchor, Moment
from .wire.passage import Passage
from .wire.schema import BIGGEST_INTEGER

SLOW_MS = 2000  # a slower exchange says too little about the time, unless there is no better one
BELIEVED_MS = 3 * 24 * 3_600_000  # no event pauses for longer: a wall clock that is further ahead is wrong
DRIFT = 100e-6  # of a Pi's quartz, at most

_SLOW_TRIES = 3
_GUESSED_MS = BIGGEST_INTEGER  # the error of an anchor that no hub gave
_SPACING_MS = 60_000

_log = logging.getLogger("ronde.station")


class HubTime:
    """Anchors are taken by one thread; others may ask."""

    def __init__(self, clock: Clock, outbox: Outbox) -> None:
        self._clock = clock
        self._outbox = outbox
        self._fresh: Anchor | None = None
        self._stored: Anchor | None = next(reversed(outbox.anchors(clock.boot)), None)
        self._slow_exchanges = 0
        self.guess_from((), 0)

    @property
    def anchor(self) -> Anchor | None:
        """The newest of this boot."""
        return self._fresh or self._stored

    def take(self, hub_ms: int, began_ms: int, ended_ms: int) -> bool:
        """Make an anchor of an exchange. Returns whether this boot has one at all."""
        round_ms = ended_ms - began_ms
        if round_ms > SLOW_MS * self._clock.speed:
            self._slow_exchanges += 1
            if self.anchor or self._slow_exchanges < _SLOW_TRIES:
                return self.anchor is not None
        self._fresh = Anchor(self._clock.boot, (began_ms + ended_ms) // 2, hub_ms, (round_ms + 1) // 2)
        spacing_ms = _SPACING_MS * self._clock.speed
        if self._stored is None or self._fresh.boot_ms - self._stored.boot_ms >= spacing_ms:
            try:
                self._outbox.keep_anchor(self._fresh)
                self._stored = self._fresh
            except OutboxFull:
                _log.warning(messages.OUTBOX_FULL_ANCHOR)
        return True

    def anchors(self, boots: Sequence[str]) -> tuple[Anchor, ...]:
        """Those that date these boots, the first and the last of each before all others."""
        share = anchor.MOST_IN_A_BATCH // len(boots)
        found: list[Anchor] = []
        for boot in boots:
            own = self._of(boot)
            if len(own) > share:
                own = [own[round(at * (len(own) - 1) / (share - 1))] for at in range(share)]
            found += own
        return tuple(found)

    def guess_from(self, passages: Sequence[Passage], told_ms: int) -> None:
        """Guess what time it is, for as long as no hub says it: after this log, and after `told_ms` of the hub's.

        Once for all of this process: a wall clock that steps would make those who wait disappear.
        """
        known_ms = max(told_ms, self._last_known(passages))
        boot_ms, wall_ms = self._clock.boot_ms(), max(0, self._clock.wall_ms())
        believed = not known_ms or known_ms <= wall_ms <= known_ms + BELIEVED_MS
        self._guess = Anchor(
            self._clock.boot, boot_ms, wall_ms if believed else known_ms + boot_ms, _GUESSED_MS
        )
        self._known_ms = known_ms

    def now(self) -> Moment:
        """What time it is at the hub."""
        boot_ms = self._clock.boot_ms()
        newest = self.anchor
        if newest is None:
            return Moment(boot_ms + self._guess.offset_ms, None)
        age_ms = max(0, boot_ms - newest.boot_ms)
        return Moment(boot_ms + newest.offset_ms, newest.error_ms + round(age_ms * DRIFT))

    def dates(self, passages: Sequence[Passage]) -> list[Moment]:
        """The moments of consecutive passages of this log."""
        if not passages:
            return []
        boots = dict.fromkeys(passage.boot for passage in passages)
        anchors = [found for boot in boots for found in self._of(boot)]
        if self.anchor is None:
            anchors.append(self._guess)
        dated = any(found.boot == passages[0].boot for found in anchors)
        moments = anchor.date(passages, anchors, None if dated else self._known_ms, self.now().at_ms)
        return [Moment(one.at_ms, None) if one.error_ms == _GUESSED_MS else one for one in moments]

    def _last_known(self, passages: Sequence[Passage]) -> int:
        """The newest moment of a log that a hub vouches for, 0 where there is none."""
        by_boot: dict[str, list[Anchor]] = {}
        for passage in reversed(passages):
            if passage.boot not in by_boot:
                by_boot[passage.boot] = self._of(passage.boot)
            found = anchor.hub_time(passage.boot, passage.boot_ms, by_boot[passage.boot])
            if found is not None:
                return found.at_ms
        return 0

    def _of(self, boot: str) -> list[Anchor]:
        own = self._outbox.anchors(boot)
        if self._fresh and boot == self._fresh.boot and self._fresh not in own:
            own.append(self._fresh)
        return own
