"""Each key by itself: is it known, is it there, does it hold what it may."""

from collections.abc import Collection, Iterable
from typing import Any

from pydantic import ValidationError

from .places import Path
from .problem import Problem, wrong
from .tables import Allowed, EventTable, table_of

ANY, MORE = -2, -1  # last in a hidden path: some key of this table; another element of this array


class Known(dict[str, Any]):
    """A table of the file without what was refused in it, or could not be read.

    `refused`: the keys of that; None where it may be any.
    """

    def __init__(self, sound: dict[str, Any], refused: Collection[str] | None = ()) -> None:
        super().__init__(sound)
        self.refused = refused

    def hides(self, key: str) -> bool:
        """Whether the file may say something of `key` that is not known here."""
        return key not in self and (self.refused is None or key in self.refused)


HIDDEN = Known({}, None)


def read(
    data: dict[str, Any], hidden: Collection[Path] = ()
) -> tuple[EventTable | None, list[Problem], Known]:
    """The file as tables (None when something is wrong), the problems, and `data` without what is wrong.

    `hidden`: what stood in lines that are no TOML; that it is missing is not a problem.
    """
    try:
        return EventTable.model_validate(data), [], _sound(data, (), set(hidden))
    except ValidationError as error:
        problems, bad = [], set(hidden)
        for detail in error.errors(include_url=False, include_context=False, include_input=False):
            if detail["type"] == "missing" and _is_hidden(detail["loc"], hidden):
                continue
            problems.append(_problem(detail["type"], detail["loc"]))
            bad.add(_refused(detail["loc"], data))
        return None, problems, _sound(data, (), bad)


def _is_hidden(path: Path, hidden: Iterable[Path]) -> bool:
    return any(each[: len(path)] == path or each == (*path[:-1], ANY) for each in hidden)


def _problem(kind: str, path: Path) -> Problem:
    if kind == "missing":
        return wrong(path, "check.missing")
    if kind == "extra_forbidden":
        table = table_of(path[:-1])
        known = tuple(table.model_fields) if table else ()
        return wrong(
            path, "check.unknown_key", among=known, allowed=Allowed("check.allowed.one_of", choices=known)
        )
    if kind == "model_type":
        return wrong(path, "check.wrong_value", allowed=Allowed("check.allowed.table"))
    return wrong(path, "check.wrong_value")


def _refused(path: Path, data: Any) -> Path:
    """What has to go when the value at `path` is wrong: as much of `path` as there is, or the key that lacks."""
    for depth, part in enumerate(path):
        try:
            data = data[part]
        except (LookupError, TypeError):
            return path[: depth + 1] if isinstance(data, dict) else path[:depth]
    return path


def _sound(value: Any, path: Path, bad: set[Path]) -> Any:
    if isinstance(value, dict):
        sound = {
            key: _sound(each, (*path, key), bad) for key, each in value.items() if (*path, key) not in bad
        }
        if (*path, ANY) in bad:
            return Known(sound, None)
        below = {str(each[len(path)]) for each in bad if len(each) > len(path) and each[: len(path)] == path}
        return Known(sound, below - sound.keys())
    if isinstance(value, list):
        gone = HIDDEN if table_of((*path, 0)) else None
        elements = [
            gone if (*path, at) in bad else _sound(each, (*path, at), bad) for at, each in enumerate(value)
        ]
        return [*elements, HIDDEN] if (*path, MORE) in bad else elements
    return value
