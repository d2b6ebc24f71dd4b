"""The settings of a station: `station.toml`, read strictly. An unknown key is refused, never skipped.

station    = "vr-1"                    its name at the hub
atelier    = "vr"
steps      = ["arrive", "enter"]       what the scans of one badge mean, in turn
hub        = "http://hub.local:8080"
device_key = "64 hexadecimal digits"
event_key  = "64 hexadecimal digits"
data       = "/var/lib/ronde-station"  where the log is kept

[scanner]   port = "auto" (the first of /dev/serial/by-id) | a path, baud = 9600, repeat_s = 10
[panel]     green, amber, red, buzzer, undo, pause: BCM numbers; see firmware.panel for the wiring
[uplink]    beat_s = 10, backoff_min_s = 1, backoff_max_s = 30, timeout_s = 5
[standin]   for rehearsals and tests only: panel = "print", clock = { day_ms, real_ms, speed }
"""

import contextlib
import json
import os
import re
import tempfile
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from . import messages
from .errors import ConfigError
from .wire import passage, schema
from .wire.enrolment import Enrolment
from .wire.signature import KEY_BYTES

DEFAULT_PATH = Path("/etc/ronde/station.toml")
DEFAULT_DATA = "/var/lib/ronde-station"
AUTO = "auto"
PRINT = "print"

_HEX_KEY = re.compile(rf"[0-9a-f]{{{2 * KEY_BYTES}}}")
_ANYTHING = re.compile(r"[^\0]+", re.DOTALL)
_LAST_PIN = 27


@dataclass(frozen=True, slots=True)
class ScannerSettings:
    port: str = AUTO
    baud: int = 9600
    repeat_s: float = 10.0


@dataclass(frozen=True, slots=True)
class Pins:
    """BCM numbers."""

    green: int = 17
    amber: int = 27
    red: int = 22
    buzzer: int = 12
    undo: int = 5
    pause: int = 6


@dataclass(frozen=True, slots=True)
class UplinkSettings:
    beat_s: float = 10.0
    backoff_min_s: float = 1.0
    backoff_max_s: float = 30.0
    timeout_s: float = 5.0


@dataclass(frozen=True, slots=True)
class StandinClock:
    """A day that runs at `speed`: at `real_ms` of the wall clock it was `day_ms`."""

    day_ms: int
    real_ms: int
    speed: float


@dataclass(frozen=True, slots=True)
class Standin:
    panel: str | None = None
    clock: StandinClock | None = None


@dataclass(frozen=True, slots=True)
class Config:
    station: str
    atelier: str
    steps: tuple[str, ...]
    hub: str
    device_key: bytes
    event_key: bytes
    data: Path
    scanner: ScannerSettings
    panel: Pins
    uplink: UplinkSettings
    standin: Standin


def read(path: Path) -> Config:
    """The settings in the file at `path`. Raises ConfigError."""
    return parse(_load(path))


def parse(values: Mapping[str, Any]) -> Config:
    """The settings in a TOML document that was already read. Raises ConfigError."""
    top = _Table(values, "", [field.name for field in fields(Config)])
    scanner = top.table("scanner", [field.name for field in fields(ScannerSettings)])
    uplink = top.table("uplink", [field.name for field in fields(UplinkSettings)])
    usual_scanner, usual_uplink = ScannerSettings(), UplinkSettings()
    return Config(
        station=top.text("station", schema.IDENTIFIER),
        atelier=top.text("atelier", schema.IDENTIFIER),
        steps=_steps(top),
        hub=_address(top),
        device_key=bytes.fromhex(top.text("device_key", _HEX_KEY)),
        event_key=bytes.fromhex(top.text("event_key", _HEX_KEY)),
        data=Path(top.text("data", _ANYTHING, DEFAULT_DATA)),
        scanner=ScannerSettings(
            port=scanner.text("port", _ANYTHING, usual_scanner.port),
            baud=scanner.integer("baud", usual_scanner.baud, least=300, most=4_000_000),
            repeat_s=scanner.number("repeat_s", usual_scanner.repeat_s, least=0),
        ),
        panel=_pins(top.table("panel", [field.name for field in fields(Pins)])),
        uplink=UplinkSettings(
            beat_s=uplink.number("beat_s", usual_uplink.beat_s, least=0.05),
            backoff_min_s=uplink.number("backoff_min_s", usual_uplink.backoff_min_s, least=0.01),
            backoff_max_s=uplink.number("backoff_max_s", usual_uplink.backoff_max_s, least=0.01),
            timeout_s=uplink.number("timeout_s", usual_uplink.timeout_s, least=0.05),
        ),
        standin=_standin(top.table("standin", [field.name for field in fields(Standin)])),
    )


def enrol(path: Path, enrolment: Enrolment) -> Config:
    """Write what `enrolment` says into the file at `path`, and keep its other settings. Mode 0600.

    Where the file is new, its owner is that of its folder. Raises ConfigError, and OSError where the file
    cannot be written.
    """
    values = _load(path) if path.exists() else {}
    values |= {
        "station": enrolment.station,
        "atelier": enrolment.atelier,
        "steps": list(enrolment.steps),
        "hub": enrolment.hub,
        "device_key": enrolment.device_key.hex(),
        "event_key": enrolment.event_key.hex(),
    }
    values.setdefault("data", DEFAULT_DATA)
    config = parse(values)
    path.parent.mkdir(parents=True, exist_ok=True)
    owner = (path if path.exists() else path.parent).stat()
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # mkstemp gives mode 0600
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(_toml(values))
            file.flush()
            if os.geteuid() == 0:
                os.fchown(file.fileno(), owner.st_uid, owner.st_gid)
            os.fsync(file.fileno())
        Path(draft).replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            Path(draft).unlink()
        raise
    return config


class _Table:
    """One table of the file: typed reading, with the whole name of the key in every complaint."""

    def __init__(self, values: Any, name: str, allowed: list[str]) -> None:
        if not isinstance(values, dict):
            raise ConfigError(_wrong(name, values, "une table"))
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

    def table(self, key: str, allowed: list[str]) -> "_Table":
        return _Table(self._values.get(key, {}), self.path(key), allowed)

    def get(self, key: str, default: Any, expected: str) -> Any:
        value = self._values.get(key, default)
        if value is None:
            raise ConfigError(messages.MISSING_KEY.format(key=self.path(key), expected=expected))
        return value

    def text(self, key: str, pattern: re.Pattern[str], default: str | None = None) -> str:
        expected = f"un texte de la forme {pattern.pattern}"
        value = self.get(key, default, expected)
        if not isinstance(value, str) or not pattern.fullmatch(value):
            raise ConfigError(_wrong(self.path(key), value, expected))
        return value

    def integer(self, key: str, default: int | None = None, *, least: int, most: int) -> int:
        expected = f"un entier de {least} à {most}"
        value = self.get(key, default, expected)
        if type(value) is not int or not least <= value <= most:
            raise ConfigError(_wrong(self.path(key), value, expected))
        return value

    def number(self, key: str, default: float | None = None, *, least: float, most: float = 1e6) -> float:
        expected = f"un nombre de {least:g} à {most:g}"
        value = self.get(key, default, expected)
        if type(value) not in (int, float) or not least <= value <= most:
            raise ConfigError(_wrong(self.path(key), value, expected))
        return float(value)


def _wrong(key: str, value: Any, expected: str) -> str:
    shown = "…" if key.endswith("_key") else ascii(value)[:60]  # a key is a secret even when it is wrong
    return messages.WRONG_VALUE.format(key=key, value=shown, expected=expected)


def _steps(top: _Table) -> tuple[str, ...]:
    expected = f"une liste, sans doublon, parmi {', '.join(passage.STEPS)}"
    value = top.get("steps", None, expected)
    known = isinstance(value, list) and value and all(step in passage.STEPS for step in value)
    if not known or len(set(value)) != len(value):
        raise ConfigError(_wrong("steps", value, expected))
    return tuple(value)


def _address(top: _Table) -> str:
    value = top.text("hub", _ANYTHING).rstrip("/")
    try:
        parts = urlsplit(value)
        whole = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        whole = False
    if not whole or parts.path or parts.query or parts.fragment or parts.username is not None:
        raise ConfigError(_wrong("hub", value, "une adresse comme http://hub.local:8080"))
    return value


def _pins(table: _Table) -> Pins:
    pins = Pins(
        **{
            f.name: table.integer(f.name, getattr(Pins(), f.name), least=0, most=_LAST_PIN)
            for f in fields(Pins)
        }
    )
    taken: dict[int, str] = {}
    for field in fields(Pins):
        pin = getattr(pins, field.name)
        if pin in taken:
            raise ConfigError(messages.SAME_PIN.format(pin=pin, first=taken[pin], second=field.name))
        taken[pin] = field.name
    return pins


def _standin(table: _Table) -> Standin:
    clock = None
    if table.has("clock"):
        given = table.table("clock", [field.name for field in fields(StandinClock)])
        most = schema.BIGGEST_INTEGER
        clock = StandinClock(
            day_ms=given.integer("day_ms", least=0, most=most),
            real_ms=given.integer("real_ms", least=0, most=most),
            speed=given.number("speed", least=0.001, most=100_000),
        )
    return Standin(panel=table.text("panel", re.compile(PRINT)) if table.has("panel") else None, clock=clock)


def _load(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ConfigError(messages.NO_CONFIG.format(path=path)) from error
    except PermissionError as error:
        raise ConfigError(messages.FORBIDDEN_CONFIG.format(path=path)) from error
    except OSError as error:
        raise ConfigError(messages.UNREADABLE_CONFIG.format(path=path, reason=error.strerror)) from error
    except ValueError as error:
        raise ConfigError(messages.NOT_TOML.format(path=path, reason=error)) from error


def _toml(values: Mapping[str, Any], name: str = "") -> str:
    """TOML for what `parse` accepts: text, numbers, lists of text, and tables of these."""
    lines = [f"{key} = {_value(value)}" for key, value in values.items() if not isinstance(value, dict)]
    tables = [(f"{name}{key}", value) for key, value in values.items() if isinstance(value, dict)]
    text = "".join(f"{line}\n" for line in lines)
    for key, table in tables:
        text += f"\n[{key}]\n{_toml(table, f'{key}.')}"
    return text


def _value(value: Any) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(_value(item) for item in value) + "]"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
