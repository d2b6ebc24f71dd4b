"""The way to the hub: what the log holds beyond what the hub has, in signed batches, for as long as it takes.

Nothing that the hub answers, and no silence of it, ever takes a passage out of the log. A receipt is believed
only if the hub signed it for this very batch. The first exchange is empty: it tells what the hub holds and
what time it is there, so that no passage of a boot that meets the hub is sent undated. Where a receipt names
another plan than ours, it is asked for on the same connection; without it passages go on all the same.
"""

import logging
import random
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace

from . import messages, planrequest
from .clock import Clock
from .config import UplinkSettings
from .courier import Answer, Courier
from .errors import HubError, HubRefused, HubUnbelievable, HubUnreachable, OutboxDamaged, OutboxError
from .hubtime import HubTime
from .memory import Memory, Told
from .outbox import Outbox
from .wire import batch, receipt
from .wire.batch import Batch, Health
from .wire.errors import WireError
from .wire.passage import Passage
from .wire.plan import Plan
from .wire.receipt import Receipt
from .wire.signature import DeviceKeys, check, sign

_MOST_BOOTS_IN_A_BATCH = 16

_log = logging.getLogger("ronde.station")


@dataclass(frozen=True, slots=True)
class Contact:
    """How the last exchange went: a believed receipt, or else what was wrong. `told`: all that is known by now.

    `away`: nobody answered. `refused`: the hub does not take this station for one of its own.
    """

    receipt: Receipt | None
    told: Told
    problem: str = ""
    away: bool = False
    refused: bool = False


class Uplink(threading.Thread):
    """`start()` it, `wake()` it at a new passage, `stop()` it.

    `health` says what the parts know of themselves; what the log and the clocks tell is added here. `on_contact` is
    called on this thread after each exchange.
    """

    def __init__(
        self,
        hub: str,
        keys: DeviceKeys,
        outbox: Outbox,
        memory: Memory,
        time: HubTime,
        clock: Clock,
        settings: UplinkSettings,
        *,
        health: Callable[[], Health],
        on_contact: Callable[[Contact], None],
        chance: random.Random,
        nonce: Callable[[], str] = lambda: secrets.token_hex(16),
    ) -> None:
        super().__init__(name="uplink")
        self._hub = hub
        self._keys = keys
        self._outbox = outbox
        self._memory = memory
        self._time = time
        self._clock = clock
        self._settings = settings
        self._health = health
        self._on_contact = on_contact
        self._chance = chance
        self._nonce = nonce
        self._courier = Courier(hub, settings.timeout_s)
        self._wakened = threading.Event()
        self._stopping = threading.Event()
        self._met = False  # the hub, in this process
        self._again_from = 0  # next to send while everything is sent again, else 0
        self._again_to = 0
        self._fork: str | None = None  # why this log must end, once everything was sent again
        self._problem: str | None = None
        self._plan_failures = 0
        self._plan_due_ms = 0  # of the boot's clock: no plan is asked for before
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
                self._fail(error)
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
        anchored = self._time.take(found.now_ms, began_ms, ended_ms)
        progress = self._take_held(sent, found)
        self._memory.keep(self._told(found))
        self._report(Contact(found, self._memory.told))
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
        known = self._time.anchor
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
                anchors=self._time.anchors(boots) if passages else tuple(filter(None, [known])),
                health=self._wellbeing(),
                cards=len(self._memory.told.cards),
            )
            body = made.encode()
            if len(body) <= batch.MOST_BYTES:
                return made, body
            most = len(passages) // 2

    def _wellbeing(self) -> Health:
        boot_ms, last = self._clock.boot_ms(), self._outbox.last
        now = self._time.now()
        return replace(
            self._health(),
            backlog=self._outbox.backlog,
            up_s=boot_ms // 1000,
            last_scan_s=max(0, boot_ms - last.boot_ms) // 1000
            if last and last.boot == self._clock.boot
            else None,
            wall_offset_ms=None if now.estimated else self._clock.wall_ms() - now.at_ms,
            clock_error_ms=now.error_ms,
        )

    # -- listening

    def _believe(self, sent: Batch, answer: Answer) -> Receipt:
        answer.expect_ok(self._hub)
        try:
            check(self._keys.down, answer.body, answer.signature)
            found = receipt.decode(answer.body)
        except WireError as error:
            raise HubUnbelievable(str(error)) from error
        asked = (sent.nonce, sent.station, sent.epoch)
        if (found.nonce, found.station, found.epoch) != asked:
            raise HubUnbelievable("nonce, station, epoch")
        return found

    def _told(self, found: Receipt) -> Told:
        """What is known after this receipt, and after a look at the plan where it names another."""
        told = self._memory.told
        if found.plan and (told.plan is None or found.plan != told.plan.digest):
            plan = self._ask_plan()
            if plan is not None:
                told = told.planned(plan)
        return told.after(found)

    def _ask_plan(self) -> Plan | None:
        if self._clock.boot_ms() < self._plan_due_ms:
            return None
        try:
            plan = planrequest.ask(self._courier, self._keys, self._outbox.station, self._nonce())
        except HubError as error:
            self._plan_failures += 1
            pause_ms = self._pause_s(self._plan_failures) * 1000 * self._clock.speed
            self._plan_due_ms = self._clock.boot_ms() + round(pause_ms)
            _log.warning(messages.NO_PLAN.format(reason=error))
            return None
        self._plan_failures = 0
        return plan

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

    def _report(self, contact: Contact) -> None:
        problem = contact.problem
        if problem != self._problem:
            if problem:
                _log.warning(problem)
            else:
                _log.info(messages.HUB_BACK)
        self._problem = problem
        self._on_contact(contact)

    def _fail(self, error: HubError) -> None:
        self._report(
            Contact(
                None,
                self._memory.told,
                self._words(error),
                away=isinstance(error, HubUnreachable),
                refused=isinstance(error, HubRefused) and error.disowned,
            )
        )

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
