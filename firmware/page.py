"""The station's own page: what is to be seen on it, and what is posted to it. How it travels: firmware.pageserver.

It is the same screen as the hub's, served where the network does not reach. Who looks on from another machine learns
how many wait and are inside, of nobody in particular, and cannot act: on plain HTTP nobody can be told from a stranger.
"""

import html
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from importlib import resources
from typing import Any

from .wire import screen

STATE, PLAN = "state", "plan"
SCREEN = "station.html"

_FOLDER = "screen"
_TYPES = {".html": "text/html; charset=utf-8", ".css": "text/css", ".js": "text/javascript"}
_WORDS_ALONE = """<!doctype html>
<html lang="fr"><head><meta charset="utf-8"><meta http-equiv="refresh" content="3">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>Ronde</title>
<link rel="stylesheet" href="station.css"></head><body><main><p>{words}</p></main></body></html>
"""

Answer = tuple[int, Mapping[str, Any]]  # a status of HTTP, and an object


@dataclass(frozen=True, slots=True)
class Asked:
    """What was posted, and to which address. Whoever is asked sets the answer."""

    path: str
    fields: Mapping[str, Any]
    answer: "Future[Answer]"


@dataclass(frozen=True, slots=True)
class File:
    kind: str
    body: bytes


class Page:
    """Shown by one thread, looked at by many. Until a plan is shown there are only `words`, or the file `entrance`.

    `ask` is called, on the thread of whoever posts, with what was posted to one of `posts`; `answer_s` is how long the
    answer may take.
    """

    def __init__(
        self,
        ask: Callable[[Asked], None],
        *,
        posts: tuple[str, ...] = ("act",),
        words: str = "",
        entrance: str = "",
        answer_s: float = 4.0,
    ) -> None:
        self.ask = ask
        self.posts = posts
        self.words = words
        self.answer_s = answer_s
        self.ended = False
        self._entrance = entrance
        self._files = dict(_files())
        self._shown: dict[str, Mapping[str, Any]] = {}
        self._version = 0
        self._news = threading.Condition()

    def show(self, name: str, value: Mapping[str, Any]) -> None:
        """`name` is STATE or PLAN. Watchers are told of a state where more than the time is another."""
        with self._news:
            before = self._shown.get(name, {})
            self._shown[name] = value
            if name == STATE and _without_time(before) != _without_time(value):
                self._version += 1
                self._news.notify_all()

    def shown(self, name: str, *, near: bool = True) -> Mapping[str, Any] | None:
        """`near`: for who sits at this machine."""
        value = self._shown.get(name)
        return value if near or value is None or name != STATE else screen.from_afar(value)

    def changed(self, since: int, timeout_s: float) -> int:
        """The version of the state as soon as it is not `since`, or after `timeout_s` whatever it is."""
        with self._news:
            self._news.wait_for(lambda: self.ended or self._version != since, timeout_s)
            return self._version

    def file(self, path: str) -> File | None:
        """What is at an address of the page; "" is the entrance."""
        name = path or (SCREEN if PLAN in self._shown else self._entrance)
        if not name:
            return File(_TYPES[".html"], _WORDS_ALONE.format(words=html.escape(self.words)).encode())
        return self._files.get(name)

    def end(self) -> None:
        """Let every watcher go."""
        with self._news:
            self.ended = True
            self._news.notify_all()


def _without_time(state: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in state.items() if name != "at_ms"}


def _files(within: str = "") -> Iterator[tuple[str, File]]:
    """By the name that each has in the folder; what belongs to a phone is the hub's to serve."""
    for entry in (resources.files(__package__) / _FOLDER / within).iterdir():
        name = f"{within}{entry.name}"
        kind = _TYPES.get(name[name.rfind(".") :])
        if entry.name.startswith("phone"):
            continue
        if entry.is_dir():
            yield from _files(f"{name}/")
        elif kind:
            yield name, File(kind, entry.read_bytes())
