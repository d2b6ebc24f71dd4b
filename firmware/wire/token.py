"""The badge: 16 letters that a QR code carries and that a person can type.

Layout: 1 letter of version, 7 of chance, 8 of HMAC-SHA256 under the event's key over the eight before,
4 bits a letter. No vowels, so no words; no letter that moves between AZERTY, QWERTY and QWERTZ. A stranger's
code, or a badge of another event, is refused without asking the hub (chance of passing: 2**-32 a try).
"""

import hashlib
import hmac
import re
from collections.abc import Callable

from .errors import BadBadge, ForeignBadge

ALPHABET = "BCDFGHJKLNPRSTVX"
LENGTH = 16
VERSION = 1

WRITTEN = re.compile(f"{ALPHABET[VERSION]}[{ALPHABET}]{{{LENGTH - 1}}}")  # a badge as it is passed on

_BODY = 8
_BLANKS = str.maketrans("", "", " -\t\r\n")


def issue(event_key: bytes, below: Callable[[int], int]) -> str:
    """A new badge of the event; `below(n)` draws from 0..n-1, as `secrets.randbelow` does."""
    body = ALPHABET[VERSION] + "".join(ALPHABET[below(16)] for _ in range(_BODY - 1))
    return body + _seal(event_key, body)


def parse(text: str) -> str:
    """The badge in what a scanner read or a hand typed: spaces, hyphens and small letters are forgiven.

    Says nothing yet about the event; see `verify`. Raises BadBadge.
    """
    badge = text.translate(_BLANKS).upper()
    if len(badge) != LENGTH:
        raise BadBadge(f"a badge has {LENGTH} letters, this has {len(badge)}")
    if badge.strip(ALPHABET):
        raise BadBadge(f"a badge is made of the letters {ALPHABET} only")
    if badge[0] != ALPHABET[VERSION]:
        raise BadBadge(f"badge version {ALPHABET.index(badge[0])} is not known here (known: {VERSION})")
    return badge


def verify(event_key: bytes, text: str) -> str:
    """The badge in `text`, known to be of the event whose key this is. Raises BadBadge, ForeignBadge."""
    badge = parse(text)
    if not hmac.compare_digest(badge[_BODY:], _seal(event_key, badge[:_BODY])):
        raise ForeignBadge("this badge is not of this event")
    return badge


def grouped(badge: str) -> str:
    """The badge in groups of four, as it stands under the QR code."""
    return " ".join(badge[at : at + 4] for at in range(0, len(badge), 4))


def _seal(event_key: bytes, body: str) -> str:
    digest = hmac.digest(event_key, b"ronde badge " + body.encode("ascii"), hashlib.sha256)
    return "".join(ALPHABET[byte >> 4] + ALPHABET[byte & 15] for byte in digest[:4])
