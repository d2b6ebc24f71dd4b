"""The uplink in this process, one exchange at a time, against a hub on loopback."""

import random

import pytest

from firmware.clock import Clock
from firmware.config import UplinkSettings
from firmware.hubtime import HubTime
from firmware.memory import Memory
from firmware.outbox import Outbox
from firmware.uplink import Uplink
from firmware.wire import signature
from firmware.wire.batch import Health

from .exchanges import HUB_MS


class HandClock(Clock):
    """A clock that is moved by hand."""

    def __init__(self):
        self.boot = "b" * 32
        self.ms = 10_000

    def boot_ms(self):
        return self.ms

    def wall_ms(self):
        return 0


@pytest.fixture
def clock():
    return HandClock()


@pytest.fixture
def outbox(tmp_path):
    with Outbox(tmp_path / "data", "vr-1", "event", now_ms=lambda: 0) as made:
        yield made


@pytest.fixture
def dated_hub(hub, clock):
    hub.now_ms = lambda: HUB_MS + clock.ms
    return hub


@pytest.fixture
def contacts():
    return []


@pytest.fixture
def memory(outbox, clock):
    return Memory(outbox.folder, "vr-1 event", clock.boot_ms)


@pytest.fixture
def uplink(dated_hub, outbox, memory, clock, device_key, contacts):
    made = Uplink(
        dated_hub.address,
        signature.device_keys(device_key),
        outbox,
        memory,
        HubTime(clock, outbox),
        clock,
        UplinkSettings(timeout_s=2),
        health=lambda: Health(0, True, "0.1.0", temperature_c=48, trouble="no cable"),
        on_contact=contacts.append,
        chance=random.Random(1),
    )
    yield made
    made.stop()
