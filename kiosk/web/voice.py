"""What the door's pages say aloud when they are asked to.

A page names its sentences, and gets an address for each that the hub's voice can speak: an address of words that it
drew itself, and of no others. Where the hub has no voice, the browser's own may do.
"""

import hashlib
import re
import threading
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html.parser import HTMLParser

from flask import Blueprint, Response, abort, url_for

from .services import Services

MOST_LINES = 2000
TITLE, LEAD = "h1", "lead"

_VOID = frozenset(
    {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
)
_MUTE = frozenset({"script", "style", "svg", "template"})
_BLOCKS = frozenset({"p", "div", "li", "h1", "h2", "h3", "section", "button"})
_SPACE = re.compile(r"\s+")
_ENDS = tuple(".!?…:;،؛؟")


class Lines:
    """The sentences that were drawn lately, by their names. Thread-safe."""

    def __init__(self, most: int = MOST_LINES) -> None:
        self._most = most
        self._lines: OrderedDict[str, tuple[str, str]] = OrderedDict()
        self._lock = threading.Lock()

    def name(self, language: str, words: str) -> str:
        name = hashlib.sha256(f"{language}\0{words}".encode()).hexdigest()[:24]
        with self._lock:
            self._lines[name] = language, words
            self._lines.move_to_end(name)
            if len(self._lines) > self._most:
                self._lines.popitem(last=False)
        return name

    def get(self, name: str) -> tuple[str, str] | None:
        with self._lock:
            return self._lines.get(name)


def register(door: Blueprint, services: Services) -> None:
    """Add these sounds to the door, and `aloud` to its templates."""
    lines, voice = Lines(), services.voice

    def aloud(spoken: str, stage: str, language: str) -> list[dict[str, str]]:
        """What a page says: `spoken`, or else the title and the lead of its `stage`."""
        said = sentences(spoken, language) if spoken.strip() else sentences(stage, language, (TITLE, LEAD))
        return [
            {"lang": lang.replace("_", "-"), "words": words, "src": _address(lang, words)}
            for lang, words in said
        ]

    def _address(language: str, words: str) -> str:
        if voice is None or not voice.speaks(language):
            return ""
        return url_for("door.spoken", name=lines.name(language, words))

    @door.context_processor
    def offer() -> dict[str, object]:
        return {"aloud": aloud}

    @door.get("/voice/<name>.wav")
    def spoken(name: str) -> Response:
        line = lines.get(name)
        sound = voice.say(line[1], line[0]) if voice and line else None
        if sound is None:
            abort(404)
        return Response(sound, mimetype="audio/wav")


def sentences(markup: str, language: str, only: tuple[str, ...] = ()) -> list[tuple[str, str]]:
    """The words of a piece of a page by their languages, in order; `only` those of such elements or classes."""
    found = _Words(language, only)
    found.feed(markup)
    found.close()
    return list(_joined(found.said))


@dataclass(frozen=True, slots=True)
class _Element:
    tag: str
    language: str
    heard: bool
    mute: bool = False


class _Words(HTMLParser):
    """Collects (language, text); an empty text where a block ends."""

    def __init__(self, language: str, only: tuple[str, ...]) -> None:
        super().__init__(convert_charrefs=True)
        self._only = frozenset(only)
        self._open = [_Element("", language, heard=not only)]
        self.said: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _VOID:
            return
        around, found = self._open[-1], dict(attrs)
        names = {tag, *(found.get("class") or "").split()}
        mute = tag in _MUTE or "hidden" in found or found.get("aria-hidden") == "true"
        self._open.append(
            _Element(
                tag,
                found.get("lang") or around.language,
                heard=around.heard or not names.isdisjoint(self._only),
                mute=around.mute or mute,
            )
        )

    def handle_endtag(self, tag: str) -> None:
        if tag not in (each.tag for each in self._open[1:]):
            return
        while (closed := self._open.pop()).tag != tag:
            pass
        if closed.heard and tag in _BLOCKS:
            self.said.append((closed.language, ""))

    def handle_data(self, data: str) -> None:
        inside = self._open[-1]
        if inside.heard and not inside.mute:
            self.said.append((inside.language, _SPACE.sub(" ", data)))


def _joined(said: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """What is said in one language without a break, as one; a pause between blocks."""
    language, words = "", ""
    for lang, text in said:
        if lang != language and words.strip():
            yield language, words.strip()
            words = ""
        language = lang
        if text:
            words += text
        elif words.strip():
            words = words.rstrip() + (" " if words.rstrip().endswith(_ENDS) else ". ")
    if words.strip():
        yield language, words.strip()
