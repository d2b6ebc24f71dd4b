"""What a station must know before its first scan, as one line of text to paste or to scan."""

import base64
import binascii
import re
from dataclasses import dataclass
from typing import Any

from . import passage, schema
from .errors import Malformed
from .signature import KEY_BYTES

PREFIX = "RONDE1."

URL = re.compile(r"https?://[A-Za-z0-9.\-\[\]:]{1,100}")
_KEY = re.compile(rf"[0-9a-f]{{{2 * KEY_BYTES}}}")


@dataclass(frozen=True, slots=True)
class Enrolment:
    """`hub`: the address of the hub. `steps`: the passages that the station's scanner makes, in order."""

    hub: str
    station: str
    atelier: str
    steps: tuple[str, ...]
    device_key: bytes
    event_key: bytes

    def encode(self) -> str:
        body = {
            "v": schema.VERSION,
            "hub": self.hub,
            "station": self.station,
            "atelier": self.atelier,
            "steps": list(self.steps),
            "device_key": self.device_key.hex(),
            "event_key": self.event_key.hex(),
        }
        return PREFIX + base64.urlsafe_b64encode(schema.canonical(body)).decode("ascii").rstrip("=")


def decode(line: str) -> Enrolment:
    """The enrolment in a line of text. Raises Malformed, UnknownVersion."""
    line = line.strip()
    if not line.startswith(PREFIX):
        raise Malformed(f"an enrolment begins with {PREFIX}")
    try:
        body = base64.urlsafe_b64decode(line[len(PREFIX) :] + "===")
    except (binascii.Error, ValueError) as error:
        raise Malformed(f"enrolment: {error}") from error
    fields = schema.versioned(schema.read(body), "enrolment")
    return Enrolment(
        hub=schema.text(fields, "hub", URL),
        station=schema.text(fields, "station", schema.IDENTIFIER),
        atelier=schema.text(fields, "atelier", schema.IDENTIFIER),
        steps=tuple(_step(value) for value in schema.listing(fields, "steps", most=len(passage.STEPS))),
        device_key=bytes.fromhex(schema.text(fields, "device_key", _KEY)),
        event_key=bytes.fromhex(schema.text(fields, "event_key", _KEY)),
    )


def _step(value: Any) -> str:
    if value not in passage.STEPS:
        raise Malformed(f"steps: one of {', '.join(passage.STEPS)} is expected")
    return str(value)
