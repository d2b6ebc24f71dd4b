"""Words for a terminal or a log: whoever wrote them, they are letters on a line, and steer nothing."""

import json
import logging
from types import TracebackType
from typing import Any
from unicodedata import category

_Caught = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


def plain(words: str) -> str:
    """Each character that is no letter, ends of lines too, as JSON escapes it: "a\\u001b[2J"."""
    if words.isprintable():
        return words
    return "".join(json.dumps(each)[1:-1] if category(each)[0] == "C" else each for each in words)


def as_json(value: Any, **how: Any) -> str:
    """JSON with the letters of every script as they are, for people to read."""
    return "\n".join(map(plain, json.dumps(value, ensure_ascii=False, **how).split("\n")))


class Lines(logging.Formatter):
    """A message of the log is one line; of what is told of an error below it, each line is indented."""

    def formatMessage(self, record: logging.LogRecord) -> str:
        return plain(super().formatMessage(record))

    def formatException(self, ei: _Caught) -> str:
        return "\n".join(f"  {plain(line)}" for line in super().formatException(ei).split("\n"))
