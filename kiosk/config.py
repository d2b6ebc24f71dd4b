"""The hub's own settings: one TOML file, `/etc/ronde/hub.toml` on a Pi. docs/settings.md lists the keys."""

import tomllib
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from .errors import ConfigError
from .paper.render import PaperSettings
from .paper.transport import PrinterSettings

Port = Annotated[int, Field(ge=0, le=65535)]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Printer(_Table):
    """`kind`: the way to the printer. `back_channel`: whether it answers when asked how it is.

    `native_qr`: it draws QR codes itself. `cutter`: it cuts the paper.
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

    @property
    def settings(self) -> PrinterSettings:
        return PrinterSettings(**self.model_dump(exclude={"native_qr", "cutter"}))

    @property
    def paper(self) -> PaperSettings:
        return PaperSettings(native_qr=self.native_qr, cutter=self.cutter)

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        _ = self.settings
        return self


class Rehearsal(_Table):
    """Stand-ins. `day_ms`, `real_ms`, `speed` make the clock; `sheets`: where a stand-in printer puts pictures."""

    day_ms: int
    real_ms: int
    speed: Annotated[float, Field(gt=0)] = 1.0
    seed: int | None = None
    sheets: Path | None = None


class Config(_Table):
    """`address` and `port`: for stations and for whoever watches. `door_port`: the kiosk, on this machine only.

    The door is not served to the network: whoever stands at the kiosk may check in, a passing phone may not.
    """

    event: Path
    data: Path = Path("/var/lib/ronde")
    address: str = "0.0.0.0"
    port: Port = 8080
    door_port: Port = 8081
    backup_minutes: Annotated[int, Field(ge=1)] = 10
    printer: Printer = Printer()
    rehearsal: Rehearsal | None = None

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
        return Config.model_validate(tomllib.loads(path.read_text("utf-8")))
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: {error}") from error
    except ValidationError as error:
        wrong = "; ".join(
            f"{'.'.join(map(str, each['loc']))}: {each['msg']} (found: {each['input']!r})"
            for each in error.errors()
        )
        raise ConfigError(f"{path}: {wrong}") from error
