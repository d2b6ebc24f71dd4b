"""A receipt: the hub's signed answer to a batch, given after its commit.

It deletes nothing: the station's log is the second memory until the event is closed.
"""

import re
from dataclasses import dataclass
from typing import Any

from . import schema

OPEN, PAUSED, CLOSED = "open", "paused", "closed"
_STATUS = re.compile("open|paused|closed")


@dataclass(frozen=True, slots=True)
class Receipt:
    """`held`: passages 1..held of this log are durable at the hub. `now_ms`: the hub's time.

    `hub` is the epoch of the hub's journal; a change means a restore, and the station sends all of its log
    again. `nonce` is the batch's own. `status` is that of the station's atelier, for the panel.
    """

    hub: str
    station: str
    epoch: str
    nonce: str
    held: int
    now_ms: int
    status: str = OPEN

    def to_json(self) -> dict[str, Any]:
        return {
            "v": schema.VERSION,
            "hub": self.hub,
            "station": self.station,
            "epoch": self.epoch,
            "nonce": self.nonce,
            "held": self.held,
            "now_ms": self.now_ms,
            "status": self.status,
        }

    def encode(self) -> bytes:
        return schema.canonical(self.to_json())


def decode(data: bytes) -> Receipt:
    """The receipt in the body of an answer. Raises Malformed, UnknownVersion."""
    fields = schema.versioned(schema.read(data), "receipt")
    return Receipt(
        hub=schema.text(fields, "hub", schema.HEX),
        station=schema.text(fields, "station", schema.IDENTIFIER),
        epoch=schema.text(fields, "epoch", schema.HEX),
        nonce=schema.text(fields, "nonce", schema.HEX),
        held=schema.integer(fields, "held", least=0),
        now_ms=schema.integer(fields, "now_ms", least=0),
        status=schema.text(fields, "status", _STATUS),
    )
