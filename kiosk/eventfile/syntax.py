"""The text of an event file as TOML, and what is wrong with it as TOML."""

import re
import tomllib
from typing import Any

from .places import Places, TooDeep
from .problem import Problem, wrong
from .tables import Allowed

MOST_ERRORS = 20
_PLACE = re.compile(r"\(at line (\d+), column \d+\)|\(at end of document\)")
_KEY = re.compile(r"\s*([A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*)\s*=")
_HEADER = re.compile(r"\s*\[{1,2}\s*([A-Za-z0-9_.-]+)\s*\]")

# What `tomllib` says first, what we say instead, and whether the rest can be read without that line.
_SAID = (
    (r"Cannot|Duplicate", "twice", True),
    (r"Expected '='", "equals", True),
    (r"Expected '?\]|Expected ']", "bracket", False),
    (r"Expected newline", "value", True),
    (r"Invalid (value|date)", "value", True),
    (r"Unclosed", "unclosed", False),
    (r"Unterminated|Expected \"'|Illegal character '\\n'", "quote", True),
    (r"Illegal|Found invalid", "character", True),
    (r"Unescaped|Escaped|Invalid hex", "backslash", True),
    (r"Invalid (statement|initial)", "key", True),
)


def parse(text: str) -> tuple[dict[str, Any], Places | None, list[Problem]]:
    """What the text holds, where, and its errors of syntax; lines in error are read as if they were empty."""
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").split("\n")
    problems: list[Problem] = []
    while len(problems) < MOST_ERRORS:
        try:
            whole = "\n".join(lines)
            return tomllib.loads(whole), Places(whole), problems
        except RecursionError:
            problems.append(wrong((), "check.too_deep", line=1, allowed=Allowed("check.allowed.shallow")))
            break
        except TooDeep as error:
            problems.append(
                wrong((), "check.too_deep", line=error.line, allowed=Allowed("check.allowed.shallow"))
            )
            break
        except ValueError as error:
            problem, goes_on = _syntax(str(error), lines)
            problems.append(problem)
            if not goes_on:
                break
            lines[(problem.line or 1) - 1] = ""
    return {}, None, problems


def _syntax(said: str, lines: list[str]) -> tuple[Problem, bool]:
    kind, goes_on = next(
        ((kind, goes_on) for start, kind, goes_on in _SAID if re.match(start, said)), ("any", False)
    )
    place = _PLACE.search(said)
    if place is None:  # a number of thousands of digits
        number = max(range(len(lines)), key=lambda at: len(lines[at])) + 1
    elif place[1]:
        number = int(place[1])
    else:
        number = max((at for at, line in enumerate(lines, 1) if line.strip()), default=1)
    line = lines[number - 1]
    if kind == "value" and line.lstrip().startswith("["):  # a heading, read as part of an open list
        kind = "unclosed"
    key = _KEY.match(line)
    table = next(filter(None, map(_HEADER.match, reversed(lines[:number]))), None)
    names = [match[1] for match in (table, key) if match]
    problem = wrong(
        tuple(".".join(names).split(".")) if names else (),
        f"check.syntax_{kind}",
        line=number,
        shown=line.strip(),
        allowed=Allowed(f"check.allowed.syntax_{kind}"),
    )
    return problem, goes_on and bool(line.strip()) and not line.lstrip().startswith("[")
