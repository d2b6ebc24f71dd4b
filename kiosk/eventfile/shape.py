"""Each key by itself: is it known, is it there, does it hold what it may."""

from typing import Any

from pydantic import ValidationError

from .places import Path
from .problem import Problem, wrong
from .tables import Allowed, EventTable, table_of


def read(data: dict[str, Any]) -> tuple[EventTable | None, list[Problem], dict[str, Any]]:
    """The file as tables (None when something is wrong), the problems, and `data` without what is wrong."""
    try:
        return EventTable.model_validate(data), [], data
    except ValidationError as error:
        problems, bad = [], set()
        for detail in error.errors(include_url=False, include_context=False, include_input=False):
            problems.append(_problem(detail["type"], detail["loc"]))
            bad.add(_refused(detail["loc"]))
        return None, problems, _sound(data, (), bad)


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


def _refused(path: Path) -> Path:
    """What has to go when the value at `path` is wrong: a whole table of an array, or a key of a table."""
    while path and not (table_of(path) if isinstance(path[-1], int) else table_of(path[:-1])):
        path = path[:-1]
    return path


def _sound(value: Any, path: Path, bad: set[Path]) -> Any:
    if isinstance(value, dict):
        return {
            key: _sound(each, (*path, key), bad) for key, each in value.items() if (*path, key) not in bad
        }
    if isinstance(value, list):
        return [{} if (*path, at) in bad else _sound(each, (*path, at), bad) for at, each in enumerate(value)]
    return value
