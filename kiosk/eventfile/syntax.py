"""The text of an event file as TOML, what is wrong with it as TOML, and what can be read all the same."""

import re
import tomllib
from collections.abc import Set
from dataclasses import dataclass, field
from typing import Any

from .places import Path, Places, TooDeep
from .problem import Problem, wrong
from .shape import ANY, MORE
from .tables import Allowed, repeats, table_of

MOST_ERRORS = 20
MOST_SEARCHED = 2000  # lines back, for what was left open
_PLACE = re.compile(r"\(at line (\d+), column \d+\)|\(at end of document\)")
_KEY = re.compile(r"\s*([A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*)\s*=")
_HEADER = re.compile(r"\s*\[{1,2}\s*([A-Za-z0-9_.-]+)\s*\]")
_LOOSE = re.compile(r"\s*\[+\s*([A-Za-z0-9_.-]+)\s*\]*\s*(?:#.*)?$")

# What `tomllib` says first, and what we say instead.
_SAID = (
    (r"Cannot|Duplicate", "twice"),
    (r"Expected '='", "equals"),
    (r"Expected '?\]|Expected ']", "bracket"),
    (r"Expected newline", "value"),
    (r"Invalid (value|date)", "value"),
    (r"Unclosed", "unclosed"),
    (r"Unterminated|Expected \"'|Illegal character '\\n'", "quote"),
    (r"Illegal|Found invalid", "character"),
    (r"Unescaped|Escaped|Invalid hex", "backslash"),
    (r"Invalid (statement|initial)", "key"),
)


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a text holds without the lines that are no TOML; `places` is None where nothing can be read.

    `hidden`: the keys of those lines, as `shape.read` takes them.
    """

    problems: list[Problem]
    data: dict[str, Any] = field(default_factory=dict)
    places: Places | None = None
    hidden: Set[Path] = frozenset()


_Gone = tuple[int, Path]  # what was taken out: the line of its heading, 0 for none, and its key from there


def parse(text: str) -> Parsed:
    """The text, with as many errors of syntax as can be told; lines in error are read as if they were empty."""
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").split("\n")
    problems, gone, before = list[Problem](), list[_Gone](), list[str]()
    while len(problems) < MOST_ERRORS and lines != before:
        before = list(lines)
        try:
            whole = "\n".join(lines)
            data, places = tomllib.loads(whole), Places(whole)
            return Parsed(problems, data, places, {_hidden(each, places) for each in gone})
        except RecursionError:
            problems.append(_too_deep(1))
        except TooDeep as error:
            problems.append(_too_deep(error.line))
        except ValueError as error:
            number = _line(str(error), lines)
            kind, problem = _syntax(str(error), lines, number)
            problems.append(problem)
            gone += _mend(kind, lines, number)
    return Parsed(problems)


def _too_deep(line: int) -> Problem:
    return wrong((), "check.too_deep", line=line, allowed=Allowed("check.allowed.shallow"))


def _line(said: str, lines: list[str]) -> int:
    place = _PLACE.search(said)
    if place is None:  # a number of thousands of digits
        return max(range(len(lines)), key=lambda at: len(lines[at])) + 1
    if place[1]:
        return int(place[1])
    return max((at for at, line in enumerate(lines, 1) if line.strip()), default=1)


def _syntax(said: str, lines: list[str], number: int) -> tuple[str, Problem]:
    kind = next((kind for start, kind in _SAID if re.match(start, said)), "any")
    if kind == "value" and _is_heading(lines[number - 1]):  # read as part of an open list
        kind = "unclosed"
    opened = _left_open(lines, number - 1) if _is_open(kind, lines, number) else None
    if opened and number > opened[1]:  # it was noticed in what follows
        number = opened[0] + 1
    line = lines[number - 1]
    key = _KEY.match(line)
    table = _name(line) or next((m[1] for each in reversed(lines[:number]) if (m := _HEADER.match(each))), "")
    names = [name for name in (table, key and key[1]) if name]
    return kind, wrong(
        tuple(".".join(names).split(".")) if names else (),
        f"check.syntax_{kind}",
        line=number,
        shown=line.strip(),
        allowed=Allowed(f"check.allowed.syntax_{kind}"),
    )


def _is_open(kind: str, lines: list[str], number: int) -> bool:
    """Whether a list, a group or a text was never closed; of a text, only the end of the file tells."""
    return kind == "unclosed" or (kind == "quote" and not any(line.strip() for line in lines[number:]))


def _mend(kind: str, lines: list[str], number: int) -> list[_Gone]:
    """Take out as little as lets the rest be read, lines staying where they are; what that hides."""
    at = number - 1
    opened = _left_open(lines, at) if _is_open(kind, lines, number) else None
    if opened:
        return _blanked(lines, *opened)
    if _is_heading(lines[at]):
        return _mended_heading(lines, at)
    return _blanked(lines, at, number)


def _left_open(lines: list[str], at: int) -> tuple[int, int] | None:
    """The lines, up to the next key or heading, of the last key at or above `at` that is no TOML by itself."""
    end = at + 1
    while end < len(lines) and not _begins(lines[end]):
        end += 1
    for start in range(at, max(-1, at - MOST_SEARCHED), -1):
        if not _begins(lines[start]):
            continue
        if _KEY.match(lines[start]) and not _is_toml("\n".join(lines[start:end])):
            return start, end
        end = start
    return None


def _begins(line: str) -> bool:
    return bool(_KEY.match(line) or _name(line))


def _is_heading(line: str) -> bool:
    return line.lstrip().startswith("[")


def _name(line: str) -> str:
    """What stands in a heading, whatever its brackets; "" where the line is none."""
    match = _LOOSE.match(line)
    return match[1] if match else ""


def _is_toml(text: str) -> bool:
    try:
        tomllib.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _mended_heading(lines: list[str], at: int) -> list[_Gone]:
    """The heading as the format wants it, where that helps; else its whole table goes."""
    name = _name(lines[at])
    path: Path = tuple(name.split(".")) if name else ()
    if path and table_of(path):
        wanted = f"[[{name}]]" if repeats(path) else f"[{name}]"
        before = list(lines)
        for each, line in enumerate(lines):
            if each == at or (repeats(path) and _name(line) == name):
                lines[each] = wanted
        if lines != before:
            return []
    end = next((each for each in range(at + 1, len(lines)) if _name(lines[each])), len(lines))
    _blanked(lines, at, end)
    return [(0, (*path, MORE if path and repeats(path) else ANY))]


def _blanked(lines: list[str], start: int, end: int) -> list[_Gone]:
    key = _KEY.match(lines[start])
    heading = next((each for each in range(start, 0, -1) if _HEADER.match(lines[each - 1])), 0)
    lines[start:end] = [""] * (end - start)
    return [(heading, tuple(key[1].split(".")) if key else (ANY,))]


def _hidden(gone: _Gone, places: Places) -> Path:
    line, key = gone
    table = max((path for path in places if line and places.line(path) == line), key=len, default=())
    return (*table, *key)
