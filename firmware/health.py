"""How the machine is, read from the files that Linux keeps on a Raspberry Pi. What is not known there is None."""

import os
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

ROOT = Path("/")

_TEMPERATURES = "sys/class/thermal/thermal_zone*/temp"
_MONITORS = "sys/class/hwmon/hwmon*"
_THROTTLED = "sys/devices/platform/soc*/soc*:firmware/get_throttled"
_UPTIME = "proc/uptime"

_MIB = 1024 * 1024
_COLDEST_C, _HOTTEST_C = -40, 150  # beyond, a sensor is broken, or none
_UNDERVOLTAGE = 1 << 0 | 1 << 16  # now, and since it was last asked

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Readings:
    """`temperature_c`: of the hottest sensor. `undervoltage`: in the last seconds. `free_mib`: where the log is."""

    temperature_c: int | None = None
    undervoltage: bool | None = None
    free_mib: int | None = None
    up_s: int | None = None


def readings(data: Path, *, root: Path = ROOT) -> Readings:
    """What is known now of the machine whose files are under `root`, and of the card that `data` is on."""
    return Readings(
        temperature_c=max(_known(celsius, _texts(root, _TEMPERATURES)), default=None),
        undervoltage=_undervoltage(root),
        free_mib=_free_mib(data),
        up_s=max(_known(uptime_s, _texts(root, _UPTIME)), default=None),
    )


def celsius(text: str) -> int | None:
    """Whole degrees, of a sensor's thousandths."""
    if not re.fullmatch(r"\s*-?[0-9]{1,9}\s*", text, re.ASCII):
        return None
    degrees = round(int(text) / 1000)
    return degrees if _COLDEST_C <= degrees <= _HOTTEST_C else None


def alarm(text: str) -> bool | None:
    """Whether a monitor's alarm is raised."""
    return {"0": False, "1": True}.get(text.strip())


def throttled(text: str) -> bool | None:
    """Whether the firmware's flags, in hexadecimal digits, tell of under-voltage."""
    if not re.fullmatch(r"\s*(0x)?[0-9a-fA-F]{1,8}\s*", text, re.ASCII):
        return None
    return bool(int(text, 16) & _UNDERVOLTAGE)


def uptime_s(text: str) -> int | None:
    """Whole seconds since the boot, of the first of two numbers."""
    found = re.match(r"([0-9]{1,12})\.[0-9]+\s", text, re.ASCII)
    return int(found[1]) if found else None


def _undervoltage(root: Path) -> bool | None:
    """What the monitor says, or the firmware: not every kernel has both."""
    alarms = [
        text
        for monitor in sorted(root.glob(_MONITORS))
        if "rpi_volt" in (name.strip() for name in _texts(monitor, "name"))
        for text in _texts(monitor, "in0_lcrit_alarm")
    ]
    found = [*_known(alarm, alarms), *_known(throttled, _texts(root, _THROTTLED))]
    return any(found) if found else None


def _free_mib(data: Path) -> int | None:
    try:
        disk = os.statvfs(data)
    except OSError:
        return None
    return disk.f_bavail * disk.f_frsize // _MIB


def _texts(root: Path, pattern: str) -> Iterator[str]:
    """What stands in the files of this name that can be read: a sensor may answer with an error at any time."""
    for path in sorted(root.glob(pattern)):
        try:
            yield path.read_text(encoding="ascii", errors="replace")
        except OSError:
            continue


def _known(parse: Callable[[str], T | None], texts: Iterable[str]) -> Iterator[T]:
    return (value for text in texts if (value := parse(text)) is not None)
