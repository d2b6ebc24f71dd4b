"""The way to the hub: what the log holds beyond what the hub has, in signed batches, for as long as it takes.

Nothing that the hub answers, and no silence of it, ever takes a passage out of the log. A receipt is believed
only if the hub signed it for this very batch. The first exchange is empty: it tells what the hub holds and
what time it is there, so that no passage of a boot that meets the hub is sent undated.
"""

import logging
import random
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass

from . import messages
from .clock import Clock
from .config import UplinkSettings
from .courier import Answer, Courier
from .errors import (
    HubError,
    HubRefused,
    HubUnbelievable,
    HubUnreachable,
    OutboxDamaged,
    OutboxError,
    OutboxFull,
)
from .outbox import Outbox
from .wire import anchor, batch, receipt
from .wire.anchor import Anchor
from .wire.batch import Batch, Health
from .wire.errors import WireError
from .wire.passage import Passage
from .wire.receipt import Receipt
from .wire.signature import DeviceKeys, check, sign

SLOW_MS = 2000  # a slower exchange says too little about the time, unless there is no better one

_SLOW_TRIES = 3
_ANCHOR_SPACING_MS = 60_000
_MOST_BOOTS_IN_A_BATCH = 16
_STATUS_MESSAGES = {
    400: messages.HUB_TOO_NEW,
    401: messages.HUB_UNKNOWN_STATION,
    403: messages.HUB_WRONG_KEY,
    404: messages.HUB_WRONG_ADDRESS,
    405: messages.HUB_WRONG_ADDRESS,
    413: messages.HUB_TOO_NEW,
}

_log = logging.getLogger("ronde.station")


@dataclass(frozen=True, slots=True)
class Contact:
    """How the last exchange went: a believed receipt, or else what was wrong."""

    receipt: Receipt | None
    problem: str = ""


class Uplink(threading.Thread):
    """`start()` it, `wake()` it at a new passage, `stop()` it.

    `health` says whether the scanner is there. `on_contact` is called on this thread after each exchange.
    """

    def __init__(
        self,
        hub: str,
        keys: DeviceKeys,
        outbox: Outbox,
        clock: Clock,
        settings: UplinkSettings,
        *,
        version: str,
        scanner_present: Callable[[], bool],
        on_contact: Callable[[Contact], None],
        chance: random.Random,
        nonce: Callable[[], str] = lambda: secrets.token_hex(16),
    ) -> None:
        super().__init__(name="uplink")
        self._hub = hub
        self._keys = keys
        self._outbox = outbox
        self._clock = clock
        self._settings = settings
        self._version = version
        self._scanner_present = scanner_present
        self._on_contact = on_contact
        self._chance = chance
        self._nonce = nonce
        self._courier = Courier(hub, settings.timeout_s)
        self._wakened = threading.Event()
        self._stopping = threading.Event()
        self._met = False  # the hub, in this process
        self._fresh: Anchor | None = None
        self._stored: Anchor | None = next(reversed(outbox.anchors(clock.boot)), None)
        self._slow_exchanges = 0
        self._again_from = 0  # next to send while everything is sent again, else 0
        self._again_to = 0
        self._fork: str | None = None  # why this log must end, once everything was sent again
        self._problem: str | None = None
        self.failure: OutboxError | None = None  # why this thread ended by itself

    @property
    def cut_off(self) -> bool:
        """Whether the last exchange failed."""
        return bool(self._problem)

    def wake(self) -> None:
        """There is a new passage."""
        self._wakened.set()

    def stop(self) -> None:
        self._stopping.set()
        self._wakened.set()
        self._courier.end()
        if self.ident is not None:
            self.join()
        self._courier.close()

    def run(self) -> None:
        failures = 0
        while not self._stopping.is_set():
            self._wakened.clear()
            try:
                more = self.exchange()
            except HubError as error:
                if self._stopping.is_set():
                    return
                failures += 1
                self._report(None, self._words(error))
                self._stopping.wait(self._pause_s(failures))
            except OutboxError as error:
                self.failure = error
                return
            else:
                failures = 0
                if not more:
                    self._wakened.wait(self._settings.beat_s)

    def exchange(self) -> bool:
        """Send one batch and take in its receipt. True where the next should follow at once.

        Raises HubError; OutboxDamaged when the hub knows more of this log than the log itself.
        """
        sent, answer, began_ms, ended_ms = self._send()
        found = self._believe(sent, answer)
        self._met = True
        anchored = self._take_time(found, began_ms, ended_ms)
        progress = self._take_held(sent, found)
        self._report(found, "")
        return bool(self._outbox.backlog or self._again_from) and (progress or not anchored)

    # -- asking

    def _send(self) -> tuple[Batch, Answer, int, int]:
        for last_try in (False, True):
            self._courier.connect()
            sent, body = self._next_batch()
            signature = sign(self._keys.up, body)
            began_ms = self._clock.boot_ms()
            try:
                answer = self._courier.post(body, signature)
            except HubUnreachable as error:
                if last_try or not error.stale or self._stopping.is_set():
                    raise
            else:
                return sent, answer, began_ms, self._clock.boot_ms()
        raise AssertionError("unreachable")

    def _next_batch(self) -> tuple[Batch, bytes]:
        first = self._again_from or self._outbox.held + 1
        known = self._fresh or self._stored
        most = batch.MOST_PASSAGES if self._met and known else 0
        while True:
            passages = _of_few_boots(self._outbox.read(first, most)) if most else []
            boots = list(dict.fromkeys([p.boot for p in passages] + [self._clock.boot]))
            made = Batch(
                station=self._outbox.station,
                epoch=self._outbox.epoch,
                hub=self._outbox.hub,
                nonce=self._nonce(),
                boot=self._clock.boot,
                boot_ms=self._clock.boot_ms(),
                wall_ms=self._clock.wall_ms(),
                first=first,
                passages=tuple(passages),
                anchors=self._anchors(boots) if passages else tuple(filter(None, [known])),
                health=Health(self._outbox.backlog, self._scanner_present(), self._version),
            )
            body = made.encode()
            if len(body) <= batch.MOST_BYTES:
                return made, body
            most = len(passages) // 2

    def _anchors(self, boots: list[str]) -> tuple[Anchor, ...]:
        """Those that date these boots, the first and the last of each before all others."""
        share = anchor.MOST_IN_A_BATCH // len(boots)
        found: list[Anchor] = []
        for boot in boots:
            own = self._outbox.anchors(boot)
            if self._fresh and boot == self._fresh.boot and self._fresh not in own:
                own.append(self._fresh)
            if len(own) > share:
                own = [own[round(at * (len(own) - 1) / (share - 1))] for at in range(share)]
            found += own
        return tuple(found)

    # -- listening

    def _believe(self, sent: Batch, answer: Answer) -> Receipt:
        if answer.status != 200:
            text = _STATUS_MESSAGES.get(answer.status)
            if text is None:
                text = (
                    messages.HUB_BUSY
                    if answer.status >= 500 or answer.status == 429
                    else messages.HUB_TOO_NEW
                )
            raise HubRefused(text.format(status=answer.status, hub=self._hub), status=answer.status)
        try:
            check(self._keys.down, answer.body, answer.signature)
            found = receipt.decode(answer.body)
        except WireError as error:
            raise HubUnbelievable(str(error)) from error
        asked = (sent.nonce, sent.station, sent.epoch)
        if (found.nonce, found.station, found.epoch) != asked:
            raise HubUnbelievable("nonce, station, epoch")
        return found

    def _take_time(self, found: Receipt, began_ms: int, ended_ms: int) -> bool:
        """Make an anchor of the exchange. Returns whether this boot has one at all."""
        round_ms = ended_ms - began_ms
        if round_ms > SLOW_MS * self._clock.speed:
            self._slow_exchanges += 1
            if self._fresh or self._stored or self._slow_exchanges < _SLOW_TRIES:
                return bool(self._fresh or self._stored)
        self._fresh = Anchor(self._clock.boot, (began_ms + ended_ms) // 2, found.now_ms, (round_ms + 1) // 2)
        spacing_ms = _ANCHOR_SPACING_MS * self._clock.speed
        if self._stored is None or self._fresh.boot_ms - self._stored.boot_ms >= spacing_ms:
            try:
                self._outbox.keep_anchor(self._fresh)
                self._stored = self._fresh
            except OutboxFull:
                _log.warning(messages.OUTBOX_FULL_ANCHOR)
        return True

    def _take_held(self, sent: Batch, found: Receipt) -> bool:
        """Move on to what the hub lacks. Returns whether this exchange brought it further."""
        before = self._outbox.hub, self._outbox.held
        last = self._outbox.last_seq
        ended = sent.first + len(sent.passages) - 1
        self._outbox.note_held(found.hub, min(found.held, last))
        if found.hub != before[0] != batch.NO_HUB:
            _log.warning(messages.HUB_CHANGED)
            self._send_again(last)
            return True
        if found.held > last and not self._fork:
            self._fork = messages.OUTBOX_CONDEMNED.format(held=found.held, found=last)
            self._send_again(last)
            if self._again_from:
                return True
        if self._again_from:
            self._again_from = ended + 1 if ended < self._again_to else 0
        if self._fork and not self._again_from:
            self._outbox.condemn(self._fork)
            raise OutboxDamaged(self._fork)
        return bool(self._again_from) or bool(sent.passages and found.held > before[1]) or not sent.passages

    def _send_again(self, last: int) -> None:
        """A hub that was restored, or a log that was copied: tell everything once more, from the first."""
        self._again_from, self._again_to = (1, last) if last else (0, 0)

    # -- telling

    def _report(self, found: Receipt | None, problem: str) -> None:
        if problem != self._problem:
            if problem:
                _log.warning(problem)
            else:
                _log.info(messages.HUB_BACK)
        self._problem = problem
        self._on_contact(Contact(found, problem))

    def _words(self, error: HubError) -> str:
        if isinstance(error, HubUnreachable):
            return messages.HUB_UNREACHABLE.format(hub=self._hub, reason=error)
        if isinstance(error, HubUnbelievable):
            return messages.HUB_UNBELIEVABLE.format(reason=error)
        return str(error)

    def _pause_s(self, failures: int) -> float:
        most_s = min(self._settings.backoff_max_s, self._settings.backoff_min_s * 2 ** min(failures - 1, 30))
        return self._chance.uniform(most_s / 2, most_s)


def _of_few_boots(passages: list[Passage]) -> list[Passage]:
    """The beginning of `passages`, short enough that the anchors of its boots fit beside it."""
    boots: set[str] = set()
    for at, passage in enumerate(passages):
        boots.add(passage.boot)
        if len(boots) > _MOST_BOOTS_IN_A_BATCH:
            return passages[:at]
    return passages
