"""Every text that an event file may hold, with every line of the corpus in it: as written, or refused by its name."""

import json
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import BaseModel

from kiosk import eventfile
from kiosk.eventfile.tables import EventTable
from kiosk.rules.event import Event

from .. import corpus

GOOD = tomllib.loads((Path(__file__).parent / "good.toml").read_text(encoding="utf-8"))
FREE = {  # what a family reads; the rest are names of things, clocks and codes
    "name": lambda event: event.name,
    "organiser": lambda event: event.organiser,
    "age_bands.names": lambda event: event.bands[0].name("fr"),
    "ateliers.names": lambda event: event.ateliers[0].name("fr"),
    "ateliers.room": lambda event: event.ateliers[0].room,
    "walking.between.rooms": lambda event: next(room for pair in event.walks for room in pair - {"Salle 2"}),
}


def texts_of(model: type[BaseModel], above: str = "") -> Iterator[str]:
    """The keys of the format that hold text, or several."""
    for name, info in model.model_fields.items():
        inner = list(kinds(info.annotation))
        tables = [each for each in inner if isinstance(each, type) and issubclass(each, BaseModel)]
        for table in tables:
            yield from texts_of(table, f"{above}{name}.")
        if not tables and any(isinstance(each, type) and issubclass(each, str) for each in inner):
            yield f"{above}{name}"


def kinds(annotation: Any) -> Iterator[Any]:
    yield annotation
    for each in get_args(annotation):
        yield from kinds(each)


def with_text(data: Any, path: list[str], text: str) -> Any:
    """The same, with this text in the first place of that name."""
    if isinstance(data, list):
        return [with_text(data[0], path, text), *data[1:]]
    if not path:
        return {**data, "fr": text} if isinstance(data, dict) else text
    first, *rest = path
    return {**data, first: with_text(data.get(first, ""), rest, text)}


def toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{json.dumps(key)} = {toml(each)}" for key, each in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(toml, value)) + "]"
    if isinstance(value, str):
        return (
            '"'
            + "".join(
                f"\\u{ord(each):04x}" if each in '"\\' or not each.isprintable() else each for each in value
            )
            + '"'
        )
    return str(value).lower() if isinstance(value, bool) else str(value)


def file_with(path: str, text: str) -> str:
    changed = with_text(GOOD, path.split("."), text)
    return "".join(f"{key} = {toml(value)}\n" for key, value in changed.items())


@pytest.mark.parametrize("path", sorted({*texts_of(EventTable)}))
def test_each_text_is_as_written_or_refused_by_its_name(path):
    assert eventfile.exit_code(eventfile.check_text(file_with("name", "Fête"))) == 0
    for text in corpus.EVERY:
        written = file_with(path, text)
        findings = eventfile.check_text(written)
        if eventfile.exit_code(findings) == 0:
            event = eventfile.load_text(written, "fete")
            assert path in FREE and corpus.is_line(text), (path, text)
            assert FREE[path](event) == text.strip()
            continue
        named = [each for each in findings if each.severity == "error" and (path.split(".")[0] in each.key)]
        assert named, (path, text, findings)
        assert named[0].line and named[0].allowed and named[0].message
        for line in eventfile.report(findings):
            assert corpus.is_line(line), (path, text)


def test_the_texts_of_the_format_are_these():
    """One more wants its own line in FREE, if anybody may write what they like in it."""
    assert set(FREE) <= {*texts_of(EventTable)}
    event = eventfile.load_text(file_with("name", "Fête"), "fete")
    assert isinstance(event, Event)
    for path, read in FREE.items():
        assert read(eventfile.load_text(file_with(path, "Mots"), "fete")) == "Mots"
