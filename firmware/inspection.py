"""What a station can find out about itself without asking anybody: card, heat, power, clock, and its hub."""

import contextlib
import os
import secrets
import statistics
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path

from . import messages, planrequest
from .clock import Clock
from .config import Config
from .courier import Answer, Courier
from .errors import HubError, HubUnbelievable, HubUnreachable
from .health import Readings
from .wire.plan import Plan
from .wire.signature import device_keys

FINE, WRONG, SKIPPED, UNKNOWN = "fine", "wrong", "skipped", "unknown"

LEAST_MIB = 100
SLOWEST_MS = 250  # a beep that comes later makes people scan twice
HOTTEST_C = 75  # at 80 it slows down

_WRITES, _WRITE_BYTES = 7, 4096
_FAST_CLOCK_S = 90  # by so much or more it is worth telling


@dataclass(frozen=True, slots=True)
class Finding:
    part: str
    verdict: str
    words: str = ""


def card(data: Path, readings: Readings) -> Finding:
    """Whether there is room, and how long it takes to keep a passage."""
    part = messages.TEST_CARD
    try:
        slow_ms = _write_ms(data)
    except OSError as error:
        return Finding(part, WRONG, messages.TEST_CARD_READ_ONLY.format(folder=data, reason=error.strerror))
    if readings.free_mib is not None and readings.free_mib < LEAST_MIB:
        return Finding(part, WRONG, messages.TEST_CARD_FULL.format(free=readings.free_mib, least=LEAST_MIB))
    if slow_ms > SLOWEST_MS:
        return Finding(part, WRONG, messages.TEST_CARD_SLOW.format(ms=slow_ms))
    return Finding(part, FINE, messages.TEST_CARD_FINE.format(free=readings.free_mib, ms=slow_ms))


def _write_ms(data: Path) -> int:
    """The median time until some bytes are safe. Raises OSError."""
    took_ms = []
    with tempfile.TemporaryFile(dir=data) as file:
        for _ in range(_WRITES):
            began = time.monotonic()
            file.write(os.urandom(_WRITE_BYTES))
            file.flush()
            os.fsync(file.fileno())
            took_ms.append((time.monotonic() - began) * 1000)
    return round(statistics.median(took_ms))


def temperature(readings: Readings) -> Finding:
    part, degrees = messages.TEST_TEMPERATURE, readings.temperature_c
    if degrees is None:
        return Finding(part, UNKNOWN, messages.TEST_NO_SENSOR)
    if degrees > HOTTEST_C:
        return Finding(part, WRONG, messages.TEST_HOT.format(degrees=degrees))
    return Finding(part, FINE, messages.TEST_DEGREES.format(degrees=degrees))


def power(readings: Readings) -> Finding:
    part = messages.TEST_POWER
    if readings.undervoltage is None:
        return Finding(part, UNKNOWN, messages.TEST_NO_SENSOR)
    if readings.undervoltage:
        return Finding(part, WRONG, messages.TEST_POWER_LOW)
    return Finding(part, FINE)


def hub(config: Config, clock: Clock) -> Iterator[Finding]:
    """Whether the hub answers this station, and what its clock says beside ours. A wrong clock does no harm."""
    courier = _Dated(config.hub, config.uplink.timeout_s, clock)
    with contextlib.closing(courier):
        try:
            plan = planrequest.ask(
                courier, device_keys(config.device_key), config.station, secrets.token_hex(16)
            )
        except HubError as error:
            yield Finding(messages.TEST_CLOCK, UNKNOWN, messages.TEST_CLOCK_ALONE.format(now=_now(clock)))
            yield Finding(messages.TEST_HUB, WRONG, _told(error, config.hub))
            return
    yield _clock(courier.ahead_s, clock)
    yield _place(plan, config)


def _place(plan: Plan, config: Config) -> Finding:
    words = messages.TEST_HUB_FINE.format(hub=config.hub, label=plan.label, name=plan.name, room=plan.room)
    if plan.atelier != config.atelier:
        words += " " + messages.TEST_HUB_MOVED.format(atelier=config.atelier)
    return Finding(messages.TEST_HUB, FINE, words)


def _clock(ahead_s: float | None, clock: Clock) -> Finding:
    if ahead_s is None:
        return Finding(messages.TEST_CLOCK, UNKNOWN, messages.TEST_CLOCK_ALONE.format(now=_now(clock)))
    form = messages.TEST_CLOCK_WRONG if abs(ahead_s) >= _FAST_CLOCK_S else messages.TEST_CLOCK_FINE
    return Finding(messages.TEST_CLOCK, FINE, form.format(now=_now(clock), ahead=_span(ahead_s)))


class _Dated(Courier):
    """Remembers by how much our wall clock is ahead of the hub's, to a second."""

    def __init__(self, hub: str, timeout_s: float, clock: Clock) -> None:
        super().__init__(hub, timeout_s)
        self._clock = clock
        self.ahead_s: float | None = None

    def post(self, body: bytes, signature: str, path: str = planrequest.PATH) -> Answer:
        began_ms = self._clock.wall_ms()
        answer = super().post(body, signature, path)
        ours_s = (began_ms + self._clock.wall_ms()) / 2000
        with contextlib.suppress(ValueError):
            self.ahead_s = ours_s - 0.5 - parsedate_to_datetime(answer.date).timestamp()
        return answer


def _told(error: HubError, hub: str) -> str:
    if isinstance(error, HubUnreachable):
        return messages.TEST_HUB_AWAY.format(hub=hub)
    if isinstance(error, HubUnbelievable):
        return messages.HUB_UNBELIEVABLE.format(reason=error)
    return str(error)


def _now(clock: Clock) -> str:
    return f"{datetime.fromtimestamp(clock.wall_ms() / 1000, UTC).astimezone():%d/%m/%Y %H:%M}"


def _span(seconds: float) -> str:
    """ "+3 s", "-2 h 05"; in the largest units that say it."""
    whole = round(abs(seconds))
    sign = "-" if seconds < 0 and whole else "+"
    if whole < 60:
        return f"{sign}{whole} s"
    if whole < 3600:
        return f"{sign}{whole // 60} min {whole % 60:02}"
    if whole < 48 * 3600:
        return f"{sign}{whole // 3600} h {whole % 3600 // 60:02}"
    return f"{sign}{whole // 86400} j"
