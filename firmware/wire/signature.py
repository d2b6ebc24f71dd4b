"""Both directions are signed: HMAC-SHA256 over the exact bytes of the body, one key for each direction.

The signature travels in the header `Ronde-Signature` as 64 hexadecimal digits.
"""

import hashlib
import hmac
from dataclasses import dataclass

from .errors import BadSignature

HEADER = "Ronde-Signature"
KEY_BYTES = 32


@dataclass(frozen=True, slots=True)
class DeviceKeys:
    """The two keys of a device: `up` signs its batches, `down` the receipts it is given."""

    up: bytes
    down: bytes


def device_keys(device_key: bytes) -> DeviceKeys:
    return DeviceKeys(
        up=hmac.digest(device_key, b"ronde up", hashlib.sha256),
        down=hmac.digest(device_key, b"ronde down", hashlib.sha256),
    )


def sign(key: bytes, body: bytes) -> str:
    return hmac.new(key, body, hashlib.sha256).hexdigest()


def check(key: bytes, body: bytes, signature: str) -> None:
    """Raises BadSignature."""
    if not hmac.compare_digest(sign(key, body).encode(), signature.encode("utf-8", "replace")):
        raise BadSignature("the signature does not fit")
