"""The hub's own settings: one TOML file, `/etc/ronde/hub.toml` on a Pi. docs/settings.md lists the keys."""

import json
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from .errors import ConfigError
from .paper.render import PaperSettings
from .paper.transport import PrinterSettings
from .saying import Saying, say, why

_KINDS = (
    ("int_", "error.setting.whole"),
    ("float_", "error.setting.number"),
    ("bool_", "error.setting.truth"),
    ("string_", "error.setting.text"),
    ("path_", "error.setting.text"),
)

Port = Annotated[int, Field(ge=0, le=65535)]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Printer(_Table):
    """`kind`: the way to the printer. `back_channel`: whether it answers when asked how it is.

    `native_qr`: it draws QR codes itself. `cutter`: it cuts the paper. `keepsake`: a sheet has a part to take home.
    """

    kind: Literal["none", "file", "usb", "serial", "tcp"] = "none"
    path: str = ""
    host: str = ""
    port: Port = 9100
    baud: int = 115200
    width_mm: Literal[58, 80] = 80
    back_channel: bool = True
    flow: Literal["none", "software", "hardware"] = "software"
    native_qr: bool = True
    cutter: bool = True
    keepsake: bool = True

    @property
    def settings(self) -> PrinterSettings:
        return PrinterSettings(**self.model_dump(exclude={"native_qr", "cutter", "keepsake"}))

    @property
    def paper(self) -> PaperSettings:
        return PaperSettings(self.native_qr, self.cutter, self.keepsake)

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        _ = self.settings
        return self


class Scanner(_Table):
    """A serial scanner of this machine, set as a station's. `kiosk`: beside which it stands; 1 is that of the hub."""

    name: str = ""
    port: str = "auto"
    baud: Annotated[int, Field(ge=300, le=4_000_000)] = 9600
    prefix: str = ""
    kiosk: Annotated[int, Field(ge=1, le=9)] = 1


class Door(_Table):
    """`voice`: whether pages are read aloud on request, where this machine has a voice."""

    voice: bool = True


class Rehearsal(_Table):
    """Stand-ins. `day_ms`, `real_ms`, `speed` make the clock, `pace` is the file of one that is shared; `sheets`:
    where a stand-in printer puts pictures."""

    day_ms: int
    real_ms: int
    speed: Annotated[float, Field(gt=0)] = 1.0
    pace: Path | None = None
    seed: int | None = None
    sheets: Path | None = None


class Config(_Table):
    """`address` and `port`: for stations and for whoever watches. `door_port`: the kiosk, on this machine only.

    `https_port`: the same as on `port` over HTTPS, for phones; 0 for none.
    The door is not served to the network: whoever stands at the kiosk may check in, a passing phone may not.
    """

    event: Path
    data: Path = Path("/var/lib/ronde")
    address: str = "0.0.0.0"
    port: Port = 8080
    door_port: Port = 8081
    https_port: Port = 8443
    backup_minutes: Annotated[int, Field(ge=1)] = 10
    printer: Printer = Printer()
    door: Door = Door()
    scanner: tuple[Scanner, ...] = ()
    rehearsal: Rehearsal | None = None

    @field_validator("scanner", mode="before")
    @classmethod
    def _one_or_several(cls, value: Any) -> Any:
        return (value,) if isinstance(value, dict) else value

    @model_validator(mode="after")
    def _each_scanner_is_another(self) -> Self:
        for key in ("name", "port"):
            values = [getattr(each, key) for each in self.scanner]
            twice = next((each for each in values if values.count(each) > 1 and each != "auto"), None)
            if twice is not None:
                raise ConfigError(say("error.setting.scanners", key=f"scanner.{key}", value=twice))
        return self

    @property
    def journal_path(self) -> Path:
        return self.data / "journal.db"

    @property
    def control_path(self) -> Path:
        return self.data / "control"

    @property
    def backups_path(self) -> Path:
        return self.data / "backups"


def load(path: Path) -> Config:
    """Raises ConfigError, which names each key that is wrong."""
    try:
        return Config.model_validate(_parsed(path))
    except PermissionError as error:
        raise ConfigError(say("error.settings_forbidden", path=path)) from error
    except OSError as error:
        raise ConfigError(say("error.settings_unread", path=path, reason=why(error))) from error
    except UnicodeDecodeError as error:
        raise ConfigError(say("error.settings_utf8", path=path)) from error
    except ValidationError as error:
        faults = tuple(map(_fault, error.errors()))
        raise ConfigError(say("error.settings", path=path, faults=faults)) from error


def _parsed(path: Path) -> dict[str, Any]:
    """Raises OSError, UnicodeDecodeError, ConfigError."""
    text = path.read_text("utf-8")
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise ConfigError(say("error.settings_toml", path=path, line=_line(error, text))) from error


def _line(error: Exception, text: str) -> int:
    """Where the trouble is: at the end, or in the longest line where it is a number or a nest without end."""
    place = re.search(r"at line (\d+)", str(error))
    lines = text.splitlines() or [""]
    if place or isinstance(error, tomllib.TOMLDecodeError):
        return int(place[1]) if place else len(lines)
    return max(range(len(lines)), key=lambda at: len(lines[at])) + 1


def _fault(found: Mapping[str, Any]) -> Saying:
    """What pydantic found, in our words."""
    kind, limits = found["type"], found.get("ctx", {})
    made = limits.get("error")
    if isinstance(made, ConfigError) and isinstance(made.args[0], Saying):  # from a table of ours
        return made.args[0]
    name = ".".join(map(str, found["loc"]))
    if kind == "missing":
        return say("error.setting.missing", name=name)
    if kind == "extra_forbidden":
        return say("error.setting.unknown", name=name)
    told: dict[str, object] = {
        "name": name,
        "found": json.dumps(found["input"], ensure_ascii=False, default=str),
    }
    match kind:
        case "greater_than_equal":
            return say("error.setting.at_least", least=limits["ge"], **told)
        case "less_than_equal":
            return say("error.setting.at_most", most=limits["le"], **told)
        case "greater_than":
            return say("error.setting.above", least=limits["gt"], **told)
        case "literal_error":
            choices = re.findall(r'"[^"]*"|\d+', limits["expected"].replace("'", '"'))
            return say("error.setting.one_of", choices=tuple(choices), **told)
        case "model_type" | "tuple_type":
            return say("error.setting.table", **told)
    return Saying(next((key for start, key in _KINDS if kind.startswith(start)), "error.setting.wrong"), told)
