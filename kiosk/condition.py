"""How a station is: what its last sign of life comes to, as codes and in words."""

from collections.abc import Mapping
from typing import Any

from .signs import Seen
from .texts import Texts

UNPAIRED, NEVER, OK = "unpaired", "never", "ok"
TWINS, SILENT, NO_SCANNER, BACKLOG, TROUBLE, CLOCK, HOT, POWER, DISK = TROUBLES = (
    "two_devices", "silent", "no_scanner", "backlog", "trouble", "clock", "hot", "power", "disk",
)  # fmt: skip

MINUTES_S = 7200  # what is longer is told in hours
SILENT_S = 60  # real seconds; a station that is well gives a sign of life every few
MUCH_BACKLOG = 10
HOT_C = 80  # a Pi slows itself down from here
LITTLE_MIB = 200
UNSURE_MS = 2000  # as exact as moments should be
OFFSET_MS = 60_000  # a wall clock that is further off is told of; it harms nothing
BOOTING_S = 15  # until a station has heard the hub's time


def condition(
    seen: Seen | None, now_ms: int, *, speed: float = 1.0, twins: bool = False, paired: bool = True
) -> dict[str, Any]:
    """`state`: unpaired, never, ok, or the gravest of `troubles`; what else is known of a station that was seen.

    `speed`: how fast the day's clock runs beside a real one. `paired`: whether a device was ever given its key.
    """
    if seen is None:
        return {"state": NEVER if paired else UNPAIRED}
    health = seen.health
    silent_s = max(0, round((now_ms - seen.at_ms) / 1000 / speed))
    told: dict[str, Any] = {
        "seen_ms": seen.at_ms,
        "silent_s": silent_s,
        "backlog": health.backlog,
        "scanner": health.scanner,
        "version": health.version,
        "offset_ms": health.wall_offset_ms,
        "clock_error_ms": health.clock_error_ms,
        "temperature_c": health.temperature_c,
        "free_mib": health.free_mib,
        "trouble": health.trouble,
    }
    found = {TWINS: twins, SILENT: silent_s >= SILENT_S}
    if not found[SILENT]:
        found |= {
            NO_SCANNER: not health.scanner,
            BACKLOG: health.backlog >= MUCH_BACKLOG,
            TROUBLE: bool(health.trouble),
            CLOCK: _is_unsure(seen, speed),
            HOT: (health.temperature_c or 0) >= HOT_C,
            POWER: bool(health.undervoltage),
            DISK: health.free_mib is not None and health.free_mib < LITTLE_MIB,
        }
    troubles = [code for code in TROUBLES if found.get(code)]
    return {"state": troubles[0] if troubles else OK, "troubles": troubles, **told}


def _is_unsure(seen: Seen, speed: float) -> bool:
    """Whether the moments of this station are guesses: it keeps no time of the hub's, or a poor one."""
    health = seen.health
    if health.clock_error_ms is not None:
        return health.clock_error_ms > UNSURE_MS * speed
    known_s = (seen.at_ms - seen.since_ms) / 1000 / speed
    return health.up_s is not None and known_s > BOOTING_S


def words(of: Mapping[str, Any], said: Texts) -> str:
    """A condition in one line, the gravest first."""
    troubles = of.get("troubles") or [of["state"]]
    parts = [_words(code, of, said) for code in troubles]
    return " · ".join([*parts, *_offset(of, said)])


def _words(code: str, of: Mapping[str, Any], said: Texts) -> str:
    match code:
        case "silent":
            return said.text("flow.station.silent", since=_since(of["silent_s"], said))
        case "backlog":
            return said.plural("flow.station.backlog", of["backlog"])
        case "trouble":
            return str(of["trouble"])
        case "hot":
            return said.text("flow.station.hot", n=said.number(of["temperature_c"]))
        case "disk":
            return said.text("flow.station.disk", n=said.number(of["free_mib"]))
    return said.text(f"flow.station.{code}")


def _since(seconds: int, said: Texts) -> str:
    return said.minutes(seconds // 60) if seconds < MINUTES_S else said.span(1000 * seconds)


def _offset(of: Mapping[str, Any], said: Texts) -> list[str]:
    """That its own clock is off: the hub puts that right."""
    offset_ms = of.get("offset_ms") or 0
    if abs(offset_ms) < OFFSET_MS or SILENT in of["troubles"]:
        return []
    key = "flow.station.ahead" if offset_ms > 0 else "flow.station.behind"
    return [said.text(key, by=said.span(offset_ms))]
