"""Where the keys of a TOML text stand.

No TOML library says so: they merge tables that are written apart, and keep no line. This scanner reads a text
that `tomllib` has accepted, so it only has to step over values, never to judge them.
"""

import re
import tomllib
from bisect import bisect_left
from collections.abc import Iterator, Mapping

Path = tuple[str | int, ...]  # table keys, and indexes (from 0) in arrays

MOST_DEEP = 32

_BLANK = re.compile(r"(?:[ \t\n]|#[^\n]*)*")
_KEY = re.compile(r'"(?:[^"\\]|\\.)*"|\'[^\']*\'|[A-Za-z0-9_-]+')
_DOT = re.compile(r"[ \t]*\.[ \t]*")
_SCALAR = re.compile(
    r'"""(?:[^"\\]|\\.|"{1,2}(?!"))*"{3,5}'
    r"|'''(?:[^']|'{1,2}(?!'))*'{3,5}"
    r'|"(?:[^"\\]|\\.)*"'
    r"|'[^']*'"
    r"|[^,\]}#\n]+",
    re.DOTALL,
)


class TooDeep(ValueError):
    """Tables within tables beyond all sense; `line` says where."""

    def __init__(self, line: int) -> None:
        super().__init__(f"line {line} is nested deeper than {MOST_DEEP}")
        self.line = line


class Places:
    """The line (from 1) of each key and array element of a valid TOML text with `\\n` line ends."""

    def __init__(self, text: str) -> None:
        self._lines = _Scanner(text).lines()

    def __iter__(self) -> Iterator[Path]:
        return iter(self._lines)

    def line(self, path: Path) -> int:
        """The line where `path` first appears; for what is not there, that of the table it belongs in."""
        while path and path not in self._lines:
            path = path[:-1]
        return self._lines.get(path, 1)


class _Scanner:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.found: dict[Path, int] = {}
        self.counts: dict[Path, int] = {}  # elements so far, of each array of tables
        self.ends = [at for at, letter in enumerate(text) if letter == "\n"]

    def lines(self) -> Mapping[Path, int]:
        table: Path = ()
        self.step(_BLANK)
        while self.at < len(self.text):
            if self.text[self.at] == "[":
                table = self.header()
            else:
                self.pair(table)
            self.step(_BLANK)
        return self.found

    def header(self) -> Path:
        start = self.at
        array = self.text.startswith("[[", start)
        self.at += 2 if array else 1
        self.step(_BLANK)
        *outer, name = self.key()
        path: Path = ()
        for part in outer:
            path = self.note((*path, part), start)
            if path in self.counts:
                path = (*path, self.counts[path] - 1)
        path = self.note((*path, name), start)
        if array:
            self.counts[path] = self.counts.get(path, 0) + 1
            path = self.note((*path, self.counts[path] - 1), start)
        self.step(_BLANK)
        self.at += 2 if array else 1
        return path

    def pair(self, table: Path) -> None:
        start, path = self.at, table
        for part in self.key():
            path = self.note((*path, part), start)
        self.step(_BLANK)
        self.at += 1  # =
        self.step(_BLANK)
        self.value(path)

    def key(self) -> list[str]:
        parts = [self.part()]
        while self.step(_DOT):
            parts.append(self.part())
        return parts

    def part(self) -> str:
        written = self.step(_KEY)
        return next(iter(tomllib.loads(f"{written}=0"))) if written[0] in "\"'" else written

    def value(self, path: Path) -> None:
        opening = self.text[self.at]
        if opening not in "[{":
            self.step(_SCALAR)
            return
        self.at += 1
        self.step(_BLANK)
        count = 0
        while self.text[self.at] not in "]}":
            if opening == "{":
                self.pair(path)
            else:
                self.value(self.note((*path, count), self.at))
                count += 1
            self.step(_BLANK)
            if self.text[self.at] == ",":
                self.at += 1
            self.step(_BLANK)
        self.at += 1

    def step(self, pattern: re.Pattern[str]) -> str:
        match = pattern.match(self.text, self.at)
        if match is None:
            return ""
        self.at = match.end()
        return match.group()

    def note(self, path: Path, at: int) -> Path:
        line = bisect_left(self.ends, at) + 1
        if len(path) > MOST_DEEP:
            raise TooDeep(line)
        self.found.setdefault(path, line)
        return path
