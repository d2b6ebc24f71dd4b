"""The settings of a station: `station.toml`, read strictly. An unknown key is refused, never skipped.

station    = "vr-1"                    its name at the hub
atelier    = "vr"
steps      = ["arrive", "enter"]       what the scans of one badge mean, in turn
hub        = "http://hub.local:8080"
device_key = "64 hexadecimal digits"
event_key  = "64 hexadecimal digits"
data       = "/var/lib/ronde-station"  where the log is kept

[scanner]   kind = "serial" | "keyboard", port = "auto" (the first that is free) | a path, baud = 9600,
            prefix = "" (what it is set to send before each code), repeat_s = 10;
            of several, each under [[scanner]] with its name and, where they differ, its steps
[panel]     green, amber, red, buzzer, left, right, undo, pause: BCM numbers; see firmware.panel for the wiring;
            volume = 3 (0 to 3), hold_s = 1
[screen]    address = "127.0.0.1", port = 8090 (0: no page): the station's own page
[log]       keep_days = 7 (1 to 30): passages and all else of people are erased so many days after the last
[uplink]    beat_s = 2, backoff_min_s = 1, backoff_max_s = 30, timeout_s = 5
[standin]   for rehearsals and tests only: panel = "print", clock = { day_ms, real_ms, speed, pace }
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
from .table import Table, wrong
from .wire import passage, schema
from .wire.enrolment import Enrolment
from .wire.signature import KEY_BYTES

DEFAULT_PATH = Path("/etc/ronde/station.toml")
DEFAULT_DATA = "/var/lib/ronde-station"
AUTO = "auto"
SERIAL, KEYBOARD = "serial", "keyboard"
PRINT = "print"

_HEX_KEY = re.compile(rf"[0-9a-f]{{{2 * KEY_BYTES}}}")
_ANYTHING = re.compile(r"[^\0]+", re.DOTALL)
_NAME = re.compile(r"[\w .'-]{0,32}")
_PREFIX = re.compile(r"[ -~]{0,16}")
_LAST_PIN = 27
_LOUDEST = 3
_LONGEST_DAYS = 30  # as for an event
_HOST = re.compile(r"[A-Za-z0-9.:-]{1,100}")
_ENROLLED = ("station", "atelier", "steps", "hub", "device_key", "event_key")
_TABLE_OF = {"scanners": "scanner"}  # one table of the file for each


@dataclass(frozen=True, slots=True)
class ScannerSettings:
    """`steps`: what its scans mean in turn; empty: what the station's do."""

    name: str = ""
    kind: str = SERIAL
    port: str = AUTO
    baud: int = 9600
    steps: tuple[str, ...] = ()
    prefix: str = ""
    repeat_s: float = 10.0


@dataclass(frozen=True, slots=True)
class PanelSettings:
    """BCM numbers; None: not wired. `volume`: 0 is mute. `hold_s`: a press that long is another press."""

    green: int = 17
    amber: int = 27
    red: int = 22
    buzzer: int = 12
    left: int = 5
    right: int = 6
    undo: int | None = None
    pause: int | None = None
    volume: int = _LOUDEST
    hold_s: float = 1.0


PINS = ("green", "amber", "red", "buzzer", "left", "right", "undo", "pause")


@dataclass(frozen=True, slots=True)
class ScreenSettings:
    """Where the station serves its page; `port` 0: it serves none."""

    address: str = "127.0.0.1"
    port: int = 8090


@dataclass(frozen=True, slots=True)
class LogSettings:
    """`keep_days`: for how long after its newest passage a log is kept."""

    keep_days: int = 7


@dataclass(frozen=True, slots=True)
class UplinkSettings:
    beat_s: float = 2.0
    backoff_min_s: float = 1.0
    backoff_max_s: float = 30.0
    timeout_s: float = 5.0


@dataclass(frozen=True, slots=True)
class StandinClock:
    """A day that runs at `speed`: at `real_ms` of the wall clock it was `day_ms`. `pace`: the file that says what
    time it is, where the processes of a rehearsal share one."""

    day_ms: int
    real_ms: int
    speed: float
    pace: Path | None = None


@dataclass(frozen=True, slots=True)
class Standin:
    panel: str | None = None
    clock: StandinClock | None = None


@dataclass(frozen=True, slots=True)
class Parts:
    """What a station is made of, whatever hub it belongs to."""

    data: Path
    scanners: tuple[ScannerSettings, ...]
    panel: PanelSettings
    screen: ScreenSettings
    log: LogSettings
    uplink: UplinkSettings
    standin: Standin


@dataclass(frozen=True, slots=True)
class Config(Parts):
    station: str
    atelier: str
    steps: tuple[str, ...]
    hub: str
    device_key: bytes
    event_key: bytes


def read(path: Path) -> Config:
    """The settings in the file at `path`. Raises ConfigError."""
    return parse(_load(path))


def parts(path: Path) -> Parts | None:
    """The settings in the file at `path` where no hub is enrolled at; None where one is. Raises ConfigError."""
    values = _known(path)
    if all(key in values for key in _ENROLLED):
        return None
    return _parts(_top(values))


def parse(values: Mapping[str, Any]) -> Config:
    """The settings in a TOML document that was already read. Raises ConfigError."""
    top = _top(values)
    made = _parts(top)
    return Config(
        **{field.name: getattr(made, field.name) for field in fields(Parts)},
        station=top.text("station", schema.IDENTIFIER),
        atelier=top.text("atelier", schema.IDENTIFIER),
        steps=_steps(top),
        hub=_address(top),
        device_key=bytes.fromhex(top.text("device_key", _HEX_KEY)),
        event_key=bytes.fromhex(top.text("event_key", _HEX_KEY)),
    )


def enrol(path: Path, enrolment: Enrolment) -> Config:
    """Write what `enrolment` says into the file at `path`, and keep its other settings. Mode 0600.

    Where the file is new, its owner is that of its folder. Raises ConfigError, and OSError where the file
    cannot be written.
    """
    values = _known(path)
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


def _top(values: Mapping[str, Any]) -> Table:
    return Table(values, "", [_TABLE_OF.get(field.name, field.name) for field in fields(Config)])


def _parts(top: Table) -> Parts:
    return Parts(
        data=Path(top.text("data", _ANYTHING, DEFAULT_DATA)),
        scanners=_scanners(top),
        panel=_panel(top.table("panel", _names(PanelSettings))),
        screen=_screen(top.table("screen", _names(ScreenSettings))),
        log=_kept(top.table("log", _names(LogSettings))),
        uplink=_uplink(top.table("uplink", _names(UplinkSettings))),
        standin=_standin(top.table("standin", _names(Standin))),
    )


def _names(table: Any) -> list[str]:
    return [field.name for field in fields(table)]


def _steps(table: Table, default: list[str] | None = None) -> tuple[str, ...]:
    """Only where there is a default may the list be empty."""
    expected = f"une liste, sans doublon, parmi {', '.join(passage.STEPS)}"
    value = table.get("steps", default, expected)
    known = isinstance(value, list) and all(step in passage.STEPS for step in value)
    if not known or len(set(value)) != len(value) or (not value and default is None):
        raise ConfigError(wrong(table.path("steps"), value, expected))
    return tuple(value)


def _address(top: Table) -> str:
    value = top.text("hub", _ANYTHING).rstrip("/")
    try:
        parts = urlsplit(value)
        whole = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        whole = False
    if not whole or parts.path or parts.query or parts.fragment or parts.username is not None:
        raise ConfigError(wrong("hub", value, "une adresse comme http://hub.local:8080"))
    return value


def _scanners(top: Table) -> tuple[ScannerSettings, ...]:
    usual = ScannerSettings()
    found = tuple(
        ScannerSettings(
            name=table.text("name", _NAME, usual.name),
            kind=table.text("kind", re.compile(f"{SERIAL}|{KEYBOARD}"), usual.kind),
            port=table.text("port", _ANYTHING, usual.port),
            baud=table.integer("baud", usual.baud, least=300, most=4_000_000),
            steps=_steps(table, []),
            prefix=table.text("prefix", _PREFIX, usual.prefix),
            repeat_s=table.number("repeat_s", usual.repeat_s, least=0),
        )
        for table in top.tables("scanner", _names(ScannerSettings))
    )
    names = [each.name for each in found]
    ports = [each.port for each in found if each.port != AUTO]
    for message, values in ((messages.SAME_SCANNER, names), (messages.SAME_PORT, ports)):
        for value in values:
            if values.count(value) > 1:
                raise ConfigError(message.format(value=value))
    for kind in (SERIAL, KEYBOARD):
        if len({each.steps for each in found if (each.kind, each.port) == (kind, AUTO)}) > 1:
            raise ConfigError(messages.WHICH_SCANNER)  # by chance a scan at the queue would mean another step
    return found


def _panel(table: Table) -> PanelSettings:
    usual = PanelSettings()
    pins = {
        name: table.integer(name, getattr(usual, name), least=0, most=_LAST_PIN)
        for name in PINS
        if table.has(name) or getattr(usual, name) is not None
    }
    taken: dict[int, str] = {}
    for name, pin in pins.items():
        if pin in taken:
            raise ConfigError(messages.SAME_PIN.format(pin=pin, first=taken[pin], second=name))
        taken[pin] = name
    return PanelSettings(
        **pins,
        volume=table.integer("volume", usual.volume, least=0, most=_LOUDEST),
        hold_s=table.number("hold_s", usual.hold_s, least=0.2, most=10),
    )


def _screen(table: Table) -> ScreenSettings:
    usual = ScreenSettings()
    return ScreenSettings(
        address=table.text("address", _HOST, usual.address),
        port=table.integer("port", usual.port, least=0, most=65_535),
    )


def _kept(table: Table) -> LogSettings:
    return LogSettings(table.integer("keep_days", LogSettings().keep_days, least=1, most=_LONGEST_DAYS))


def _uplink(table: Table) -> UplinkSettings:
    usual = UplinkSettings()
    return UplinkSettings(
        beat_s=table.number("beat_s", usual.beat_s, least=0.05),
        backoff_min_s=table.number("backoff_min_s", usual.backoff_min_s, least=0.01),
        backoff_max_s=table.number("backoff_max_s", usual.backoff_max_s, least=0.01),
        timeout_s=table.number("timeout_s", usual.timeout_s, least=0.05),
    )


def _standin(table: Table) -> Standin:
    clock = None
    if table.has("clock"):
        given = table.table("clock", _names(StandinClock))
        most = schema.BIGGEST_INTEGER
        clock = StandinClock(
            day_ms=given.integer("day_ms", least=0, most=most),
            real_ms=given.integer("real_ms", least=0, most=most),
            speed=given.number("speed", least=0.001, most=100_000),
            pace=Path(given.text("pace", _ANYTHING)) if given.has("pace") else None,
        )
    return Standin(panel=table.text("panel", re.compile(PRINT)) if table.has("panel") else None, clock=clock)


def _known(path: Path) -> dict[str, Any]:
    """What is in the file; nothing where there is none."""
    try:
        return _load(path)
    except ConfigError as error:
        if isinstance(error.__cause__, FileNotFoundError | NotADirectoryError):
            return {}
        raise


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
    """TOML for what `parse` accepts: text, numbers, lists of text, tables of these and lists of tables."""
    lines, tables = [], []
    for key, value in values.items():
        if isinstance(value, dict):
            tables.append((f"[{name}{key}]", f"{name}{key}.", value))
        elif isinstance(value, list) and value and all(isinstance(item, dict) for item in value):
            tables += [(f"[[{name}{key}]]", f"{name}{key}.", item) for item in value]
        else:
            lines.append(f"{key} = {_value(value)}\n")
    return "".join(lines) + "".join(f"\n{head}\n{_toml(table, below)}" for head, below, table in tables)


def _value(value: Any) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(_value(item) for item in value) + "]"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
