"""What `ronde-station status` says of a running station, line by line."""

from collections.abc import Iterator, Mapping
from typing import Any

from . import messages

_STATUS = {
    "open": messages.STATUS_OPEN,
    "paused": messages.STATUS_PAUSED,
    "closed": messages.STATUS_CLOSED,
}


def lines(found: Mapping[str, Any]) -> Iterator[str]:
    """`found`: what the agent answers to "status"."""
    yield messages.STATUS_RUNNING.format(**found)
    yield _STATUS[found["status"]]
    if found["waiting"] is not None:
        yield messages.STATUS_BOOTH.format(**found)
    for scanner in found["scanners"]:
        yield _scanner(**scanner)
    yield messages.STATUS_LOG.format(**found)
    if found["problem"] is None:
        yield messages.STATUS_HUB_UNTRIED.format(**found)
    elif found["problem"]:
        yield messages.STATUS_NO_HUB.format(**found)
    else:
        yield messages.STATUS_HUB.format(**found)
    yield _clock(found["offset_ms"], found["error_ms"])
    if found["temperature_c"] is not None:
        yield messages.STATUS_TEMPERATURE.format(**found)
    if found["undervoltage"]:
        yield messages.STATUS_UNDERVOLTAGE
    if found["free_mib"] is not None:
        yield messages.STATUS_ROOM.format(**found)
    if not found["ballast"]:
        yield messages.STATUS_BALLAST
    if found["advice"]:
        yield messages.STATUS_ADVICE.format(**found)


def _scanner(name: str, present: bool, trouble: str) -> str:
    words = trouble or (messages.STATUS_SCANNER if present else messages.STATUS_NO_SCANNER)
    form = messages.STATUS_SCANNER_NAMED if name else messages.STATUS_THE_SCANNER
    return form.format(name=name, words=words)


def _clock(offset_ms: int | None, error_ms: int | None) -> str:
    if offset_ms is None or error_ms is None:
        return messages.STATUS_CLOCK_ESTIMATED
    ahead = messages.STATUS_CLOCK_AHEAD if offset_ms >= 0 else messages.STATUS_CLOCK_BEHIND
    return ahead.format(offset_s=_seconds(abs(offset_ms)), error_s=_seconds(error_ms))


def _seconds(ms: int) -> str:
    return f"{ms / 1000:.1f}".replace(".", ",")
