"""A station's end of the wire, by hand."""

from dataclasses import dataclass, field

from firmware.wire import batch as wire_batch
from firmware.wire import enrolment as wire_enrolment
from firmware.wire import receipt as wire_receipt
from firmware.wire import signature
from firmware.wire.anchor import Anchor
from firmware.wire.batch import Batch, Health
from firmware.wire.passage import CHAIN_START, Passage
from kiosk.stations import Stations

HUB = "http://192.168.1.10:8080"


class Clock:
    def __init__(self, at_ms: int) -> None:
        self.at_ms = at_ms

    def __call__(self) -> int:
        self.at_ms += 1
        return self.at_ms

    def not_before(self, at_ms: int) -> None:
        self.at_ms = max(self.at_ms, at_ms)


@dataclass
class Station:
    """A station's end of the wire, by hand."""

    enrolment: wire_enrolment.Enrolment
    boot: str = "cd" * 8
    boot_ms: int = 0
    epoch: str = "ab" * 8
    hub: str = wire_batch.NO_HUB
    log: list[Passage] = field(default_factory=list)

    @property
    def keys(self) -> signature.DeviceKeys:
        return signature.device_keys(self.enrolment.device_key)

    def scan(self, badge: str | None, kind: str = "arrive") -> Passage:
        self.boot_ms += 1000
        last = self.log[-1].digest if self.log else CHAIN_START
        self.log.append(
            Passage(
                self.enrolment.station, self.epoch, len(self.log) + 1, self.enrolment.atelier, kind, badge,
                self.boot, self.boot_ms, 0, last,
            )
        )  # fmt: skip
        return self.log[-1]

    def batch(self, first: int = 1, anchors: tuple[Anchor, ...] = ()) -> Batch:
        self.boot_ms += 10
        return Batch(
            self.enrolment.station, self.epoch, self.hub, f"{self.boot_ms:016x}", self.boot, self.boot_ms, 0,
            first, tuple(self.log[first - 1 :]), anchors, Health(3, True, "0.1"),
        )  # fmt: skip

    def post(self, batch: Batch) -> tuple[bytes, str]:
        body = batch.encode()
        return body, signature.sign(self.keys.up, body)


def answered(hub: Stations, station: Station, batch: Batch) -> wire_receipt.Receipt:
    body, signed = hub.receive(*station.post(batch), 20)
    signature.check(station.keys.down, body, signed)
    return wire_receipt.decode(body)
