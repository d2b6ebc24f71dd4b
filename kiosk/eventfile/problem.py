"""A problem in an event file, and its telling: a finding with the line, the key, the value and what is allowed."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, time
from difflib import get_close_matches
from typing import Any

from firmware.wire.schema import IDENTIFIER
from kiosk.plain import plain
from kiosk.texts import Texts

from .places import Path, Places
from .tables import Allowed, allowed_at

ERROR, WARNING = "error", "warning"
_LONGEST = 60
_CLOSE = 0.75  # from 0 to 1: less alike than this, a guess astonishes more than it helps


@dataclass(frozen=True, slots=True)
class Finding:
    """`line` from 1; 0 for the file itself. `key`: such as "ateliers.vr.places". `value` as it is written.

    `code` is the same in every language; `severity` is "error" or "warning".
    """

    line: int
    key: str
    value: str
    allowed: str
    message: str
    severity: str
    code: str


@dataclass(frozen=True, slots=True)
class Problem:
    """`code` is its message in the catalogue, filled from `values` and the line of `other`.

    `among`: what was probably meant is one of these. `line` and `shown` stand in for what `path` would tell.
    """

    path: Path
    code: str
    error: bool = True
    allowed: Allowed | None = None
    among: Collection[str] = ()
    other: Path | None = None
    line: int | None = None
    shown: str | None = None
    values: Mapping[str, Any] = field(default_factory=dict)


def wrong(path: Path, code: str, **more: Any) -> Problem:
    """A problem because of which the file cannot be used; see `Problem` for what `more` may name."""
    return _problem(path, code, True, more)


def odd(path: Path, code: str, **more: Any) -> Problem:
    """A problem that is worth a word only."""
    return _problem(path, code, False, more)


def _problem(path: Path, code: str, error: bool, more: dict[str, Any]) -> Problem:
    own = {name: more.pop(name) for name in ("allowed", "among", "other", "line", "shown") if name in more}
    return Problem(path, code, error, values=more, **own)


def told(problem: Problem, data: Any, places: Places | None, texts: Texts) -> Finding:
    """The problem in words. `data`: what the TOML holds."""
    values = dict(problem.values)
    if problem.other is not None and places:
        values["line"] = places.line(problem.other)
    name = next((part for part in reversed(problem.path) if isinstance(part, str)), "")
    message = texts.text(problem.code, name=plain(name), **values)
    found = _at(data, problem.path)
    written = name if problem.code == "check.unknown_key" else found
    guesses = get_close_matches(written, problem.among, 1, _CLOSE) if isinstance(written, str) else []
    if guesses:
        message += " " + texts.text("check.did_you_mean", guess=guesses[0])
    line = problem.line
    if line is None:
        line = places.line(problem.path) if places else 0
    allowed = problem.allowed or allowed_at(problem.path)
    return Finding(
        line=line,
        key=dotted(problem.path, data),
        value=shown(found) if problem.shown is None else _cut(plain(problem.shown)),
        allowed=texts.text(
            allowed.key, name=plain(name), choices=texts.one_of(allowed.choices), **allowed.values
        ),
        message=message,
        severity=ERROR if problem.error else WARNING,
        code=problem.code.removeprefix("check."),
    )


def dotted(path: Path, data: Any) -> str:
    """The key with dots; an element of an array by its id when it has one, else by its number from 1."""
    key = ""
    for depth, part in enumerate(path):
        if isinstance(part, str):
            key += f".{plain(part)}" if key else plain(part)
            continue
        element = _at(data, path[: depth + 1])
        name = element.get("id") if isinstance(element, dict) else None
        key += f".{plain(name)}" if isinstance(name, str) and IDENTIFIER.fullmatch(name) else f"[{part + 1}]"
    return _cut(key, 120)


def shown(value: Any) -> str:
    """The value about as TOML writes it, on one line, with nothing that could steer a terminal."""
    match value:
        case None:
            written = ""
        case bool():
            written = "true" if value else "false"
        case str():
            written = plain(json.dumps(value[: 2 * _LONGEST], ensure_ascii=False))
        case date() | time():
            written = value.isoformat()
        case dict():
            written = "{…}" if value else "{}"
        case list():
            written = "[" + ", ".join(shown(each) for each in value[:8]) + ("…]" if value[8:] else "]")
        case _:
            written = str(value)
    return _cut(written)


def _at(data: Any, path: Path) -> Any:
    for part in path:
        try:
            data = data[part]
        except (LookupError, TypeError):
            return None
    return data


def _cut(text: str, most: int = _LONGEST) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
