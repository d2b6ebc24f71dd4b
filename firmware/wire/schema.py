"""Reading JSON from the other end: fields are checked, unknown fields ignored, unknown versions refused.

Whatever the bytes are, reading them gives a value or raises Malformed; nothing else.
"""

import json
import math
import re
from collections.abc import Mapping
from typing import Any, NoReturn

from .errors import Malformed, UnknownVersion

VERSION = 1
BIGGEST_INTEGER = 2**53 - 1  # what every JSON reader keeps exact

IDENTIFIER = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?")  # a station, an atelier
WORD = re.compile(r"[a-z]{1,16}")  # a kind of passage
HEX = re.compile(r"[0-9a-f]{8,64}")  # an epoch, a boot, a nonce, a digest


_CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"), allow_nan=False)


def read(data: bytes | str) -> Any:
    """The JSON value in `data`. Raises Malformed."""
    try:
        return _DECODER.decode(data if isinstance(data, str) else data.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise Malformed(f"not JSON: {error}") from error


def canonical(value: Any) -> bytes:
    """The one spelling of a JSON value that is hashed: sorted keys, no spaces, ASCII.

    Raises Malformed where it is nested too deeply to be written.
    """
    try:
        return _CANONICAL.encode(value).encode("ascii")
    except RecursionError as error:
        raise Malformed("nested too deeply") from error


def versioned(value: Any, what: str) -> Mapping[str, Any]:
    """The object `value`, after a look at its version `v`. Raises Malformed, UnknownVersion."""
    fields = mapping(value, what)
    version = integer(fields, "v", least=0)
    if version != VERSION:
        raise UnknownVersion(f"{what}: version {version} is not known here (known: {VERSION})")
    return fields


def mapping(value: Any, what: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise Malformed(f"{what}: an object is expected, not {_shown(value)}")
    return value


def integer(
    fields: Mapping[str, Any],
    name: str,
    *,
    least: int = -BIGGEST_INTEGER,
    most: int = BIGGEST_INTEGER,
) -> int:
    value = fields.get(name)
    if type(value) is not int or not least <= value <= most:
        raise Malformed(f"{name}: an integer from {least} to {most} is expected, not {_shown(value)}")
    return value


def text(fields: Mapping[str, Any], name: str, pattern: re.Pattern[str]) -> str:
    value = fields.get(name)
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise Malformed(f"{name}: text like {pattern.pattern} is expected, not {_shown(value)}")
    return value


def listing(fields: Mapping[str, Any], name: str, *, most: int) -> list[Any]:
    value = fields.get(name)
    if not isinstance(value, list) or len(value) > most:
        raise Malformed(f"{name}: a list of at most {most} is expected, not {_shown(value)}")
    return value


def _shown(value: Any) -> str:
    try:
        shown = ascii(value)
    except RecursionError:
        return "something nested too deeply"
    return shown if len(shown) <= 60 else shown[:57] + "..."


def _finite(digits: str) -> float:
    value = float(digits)
    if not math.isfinite(value):
        raise ValueError(f"{digits} is too big a number")
    return value


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


_DECODER = json.JSONDecoder(parse_constant=_no_constant, parse_float=_finite)
