"""Pairing: how a device gets its keys from the hub with a code that is shown once and lives for a few minutes.

The code has 16 letters of the badges' alphabet: 4 that name it, 12 (48 bits) that are its secret. A station reads it
from the hub's screen as a QR code, which also says where the hub is; or a hand types it. What travels is sealed with a
key that scrypt makes of the secret, so that nobody on the same Wi-Fi learns the keys, or could guess them later from
what they heard.

    device → hub    {"v", "code" (its first 4 letters), "nonce", "proof" = HMAC(key, "ask" nonce)}
    hub → device    {"v", "nonce", "sealed" (hex of the enrolment, encrypted), "proof" = HMAC(key, "give" nonce sealed)}
"""

import hashlib
import hmac
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from . import enrolment, schema, token
from .enrolment import Enrolment
from .errors import BadSignature, Malformed

PREFIX = "RONDE2."
NAME_LETTERS, LETTERS = 4, 16
LIFE_MS = 5 * 60_000
PATH = "/api/enrol"
MOST_BYTES = 8 * 1024

_COST, _BLOCKS = 2**14, 8  # of scrypt: 16 MiB, and a third of a second on a Pi Zero 2
_HEX = re.compile(r"[0-9a-f]{2,8192}")
_NONCE = re.compile(r"[0-9a-f]{32}")
_PROOF = re.compile(r"[0-9a-f]{64}")
_NAME = re.compile(f"[{token.ALPHABET}]{{{NAME_LETTERS}}}")
_BLANKS = str.maketrans("", "", " -\t\r\n")


@dataclass(frozen=True, slots=True)
class Invitation:
    """What the QR code says: the hub's address, and the code."""

    hub: str
    code: str

    def encode(self) -> str:
        return f"{PREFIX}{self.code}.{self.hub}"


@dataclass(frozen=True, slots=True)
class Ask:
    name: str
    nonce: str
    proof: str

    def encode(self) -> bytes:
        return schema.canonical(
            {"v": schema.VERSION, "code": self.name, "nonce": self.nonce, "proof": self.proof}
        )


@dataclass(frozen=True, slots=True)
class Given:
    nonce: str
    sealed: str
    proof: str

    def encode(self) -> bytes:
        return schema.canonical(
            {"v": schema.VERSION, "nonce": self.nonce, "sealed": self.sealed, "proof": self.proof}
        )


def new_code(below: Callable[[int], int]) -> str:
    """`below(n)` draws from 0..n-1, as `secrets.randbelow` does."""
    return "".join(token.ALPHABET[below(16)] for _ in range(LETTERS))


def parse(text: str) -> str:
    """The code in what a hand typed: spaces, hyphens and small letters are forgiven. Raises Malformed."""
    code = text.translate(_BLANKS).upper()
    if len(code) != LETTERS or code.strip(token.ALPHABET):
        raise Malformed(f"a pairing code has {LETTERS} letters of {token.ALPHABET}")
    return code


def invitation(line: str) -> Invitation:
    """What a QR code that was read says. Raises Malformed."""
    line = line.strip()
    code, dot, hub = line.removeprefix(PREFIX).partition(".")
    if not line.startswith(PREFIX) or not dot or not enrolment.URL.fullmatch(hub):
        raise Malformed(f"an invitation begins with {PREFIX} and names a hub")
    return Invitation(hub, parse(code))


def name_of(code: str) -> str:
    """The letters of it that are no secret."""
    return code[:NAME_LETTERS]


def key_of(code: str) -> bytes:
    """Slow on purpose."""
    return hashlib.scrypt(
        code.encode("ascii"),
        salt=b"ronde pairing " + name_of(code).encode("ascii"),
        n=_COST,
        r=_BLOCKS,
        p=1,
        dklen=32,
    )


def ask(code: str, key: bytes, nonce: str) -> Ask:
    """`nonce`: 32 hexadecimal digits, drawn for this ask."""
    return Ask(name_of(code), nonce, _proof(key, b"ask", nonce))


def asked(body: bytes) -> Ask:
    """Raises Malformed, UnknownVersion."""
    fields = schema.versioned(schema.read(body[: MOST_BYTES + 1]), "ask")
    return Ask(
        schema.text(fields, "code", _NAME),
        schema.text(fields, "nonce", _NONCE),
        schema.text(fields, "proof", _PROOF),
    )


def check(asked: Ask, key: bytes) -> None:
    """Raises BadSignature where whoever asks does not know the code."""
    if not hmac.compare_digest(asked.proof, _proof(key, b"ask", asked.nonce)):
        raise BadSignature("the proof does not fit the code")


def give(made: Enrolment, asked: Ask, key: bytes) -> Given:
    """The enrolment for whoever asked, sealed. A key seals once: its code is spent then."""
    plain = made.encode().encode("ascii")
    sealed = _crypt(key, asked.nonce, plain).hex()
    return Given(asked.nonce, sealed, _proof(key, b"give", asked.nonce, sealed))


def take(body: bytes, sent: Ask, key: bytes) -> Enrolment:
    """The enrolment in the hub's answer. Raises Malformed, UnknownVersion, BadSignature."""
    fields = schema.versioned(schema.read(body[: MOST_BYTES + 1]), "given")
    nonce = schema.text(fields, "nonce", _NONCE)
    sealed = schema.text(fields, "sealed", _HEX)
    proof = schema.text(fields, "proof", _PROOF)
    if nonce != sent.nonce or not hmac.compare_digest(proof, _proof(key, b"give", nonce, sealed)):
        raise BadSignature("this answer is not that of the hub that showed the code")
    try:
        plain = _crypt(key, nonce, bytes.fromhex(sealed))
    except ValueError as error:
        raise Malformed("sealed: an even number of digits is expected") from error
    return enrolment.decode(plain.decode("ascii", "replace"))


def _proof(key: bytes, *parts: Any) -> str:
    said = b"\0".join(part if isinstance(part, bytes) else part.encode("ascii") for part in parts)
    return hmac.digest(_derived(key, b"proof"), said, hashlib.sha256).hex()


def _crypt(key: bytes, nonce: str, data: bytes) -> bytes:
    """XOR with HMAC-SHA256 in counter mode; there and back."""
    own = _derived(key, b"seal")
    stream = b"".join(
        hmac.digest(own, nonce.encode("ascii") + block.to_bytes(4, "big"), hashlib.sha256)
        for block in range(-(-len(data) // 32))
    )
    return bytes(byte ^ mask for byte, mask in zip(data, stream, strict=False))


def _derived(key: bytes, use: bytes) -> bytes:
    return hmac.digest(key, b"ronde pairing " + use, hashlib.sha256)
