"""A station reduced to its uplink: makes passages, signs batches, checks receipts."""

import http.client
import itertools
import random
import secrets
import time
from collections.abc import Iterable

from firmware.wire import receipt, signature, token
from firmware.wire.batch import MOST_PASSAGES, NO_HUB, Batch, Health
from firmware.wire.enrolment import Enrolment
from firmware.wire.passage import ARRIVE, CHAIN_START, ENTER, LEAVE, Passage

HEADERS = {"Content-Type": "application/json"}


class LoadStation:
    """Posts the passages of so many `badges`, each going arrive, enter, leave. Not thread-safe: one a client."""

    def __init__(self, enrolled: Enrolment, port: int, badges: int, seed: int) -> None:
        self._enrolled = enrolled
        self._keys = signature.device_keys(enrolled.device_key)
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        draw = random.Random(seed)
        self._badges = [token.issue(enrolled.event_key, draw.randrange) for _ in range(badges)]
        self._turns = itertools.cycle(
            (badge, step) for badge in self._badges for step in (ARRIVE, ENTER, LEAVE)
        )
        self._epoch, self._boot = secrets.token_hex(8), secrets.token_hex(16)
        self._seq, self._prev = 0, CHAIN_START

    def batch(self, size: int) -> bytes:
        """The next `size` passages, signed and sealed for the wire."""
        return self.sealed(itertools.islice(self._turns, min(size, MOST_PASSAGES)))

    def sealed(self, scans: Iterable[tuple[str, str]]) -> bytes:
        """A batch of these badges at these steps, each scanned now; of none, a sign of life."""
        now_ms, boot_ms = time.time_ns() // 1_000_000, time.monotonic_ns() // 1_000_000
        first = self._seq + 1
        passages = []
        for badge, step in scans:
            self._seq += 1
            passage = Passage(
                self._enrolled.station,
                self._epoch,
                self._seq,
                self._enrolled.atelier,
                step,
                badge,
                self._boot,
                boot_ms,
                now_ms,
                self._prev,
            )
            self._prev = passage.digest
            passages.append(passage)
        health = Health(backlog=0, scanner=True, version="bench")
        return Batch(
            self._enrolled.station,
            self._epoch,
            NO_HUB,
            secrets.token_hex(8),
            self._boot,
            boot_ms,
            now_ms,
            first,
            tuple(passages),
            (),
            health,
        ).encode()

    def post(self, body: bytes) -> None:
        """Send a batch and see that the hub holds all of it."""
        headers = HEADERS | {signature.HEADER: signature.sign(self._keys.up, body)}
        try:
            answer, data = self._ask(body, headers)
        except (
            ConnectionError,
            http.client.HTTPException,
        ):  # the hub ends what was idle: sent again, as stations do
            self._connection.close()
            answer, data = self._ask(body, headers)
        if answer.status != 200:
            raise RuntimeError(f"the hub answered {answer.status}: {data!r}")
        signature.check(self._keys.down, data, answer.headers[signature.HEADER])
        held = receipt.decode(data).held
        if held != self._seq:
            raise RuntimeError(f"the hub holds {held} passages of {self._seq}")

    def _ask(self, body: bytes, headers: dict[str, str]) -> tuple[http.client.HTTPResponse, bytes]:
        self._connection.request("POST", "/api/passages", body, headers)
        answer = self._connection.getresponse()
        return answer, answer.read()

    def close(self) -> None:
        self._connection.close()
