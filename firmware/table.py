"""A table of a TOML file, read strictly: an unknown key or a wrong value is refused with its whole name."""

import re
from typing import Any

from . import messages
from .errors import ConfigError


class Table:
    """One table of the file: typed reading, with the whole name of the key in every complaint."""

    def __init__(self, values: Any, name: str, allowed: list[str]) -> None:
        if not isinstance(values, dict):
            raise ConfigError(wrong(name, values, "une table"))
        self._values = values
        self._name = name
        for key in values:
            if key not in allowed:
                raise ConfigError(
                    messages.UNKNOWN_KEY.format(key=self.path(key), allowed=", ".join(sorted(allowed)))
                )

    def path(self, key: str) -> str:
        return f"{self._name}.{key}" if self._name else key

    def has(self, key: str) -> bool:
        return key in self._values

    def table(self, key: str, allowed: list[str]) -> "Table":
        return Table(self._values.get(key, {}), self.path(key), allowed)

    def tables(self, key: str, allowed: list[str]) -> "list[Table]":
        """The one table `[key]`, or each `[[key]]`; one that is empty where there is none."""
        found = self._values.get(key, {})
        if not isinstance(found, list):
            return [self.table(key, allowed)]
        return [Table(each, f"{self.path(key)}[{number}]", allowed) for number, each in enumerate(found)]

    def get(self, key: str, default: Any, expected: str) -> Any:
        value = self._values.get(key, default)
        if value is None:
            raise ConfigError(messages.MISSING_KEY.format(key=self.path(key), expected=expected))
        return value

    def text(self, key: str, pattern: re.Pattern[str], default: str | None = None) -> str:
        expected = f"un texte de la forme {pattern.pattern}"
        value = self.get(key, default, expected)
        if not isinstance(value, str) or not pattern.fullmatch(value):
            raise ConfigError(wrong(self.path(key), value, expected))
        return value

    def integer(self, key: str, default: int | None = None, *, least: int, most: int) -> int:
        expected = f"un entier de {least} à {most}"
        value = self.get(key, default, expected)
        if type(value) is not int or not least <= value <= most:
            raise ConfigError(wrong(self.path(key), value, expected))
        return value

    def number(self, key: str, default: float | None = None, *, least: float, most: float = 1e6) -> float:
        expected = f"un nombre de {least:g} à {most:g}"
        value = self.get(key, default, expected)
        if type(value) not in (int, float) or not least <= value <= most:
            raise ConfigError(wrong(self.path(key), value, expected))
        return float(value)


def wrong(key: str, value: Any, expected: str) -> str:
    """What is to be said of a value that is not as expected."""
    shown = "…" if key.endswith("_key") else ascii(value)[:60]  # a key is a secret even when it is wrong
    return messages.WRONG_VALUE.format(key=key, value=shown, expected=expected)
