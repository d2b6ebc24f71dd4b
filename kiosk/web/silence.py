"""Which ateliers nothing is heard of: their numbers are those of its station's last word."""

from kiosk.condition import SILENT, condition

from .services import Services


def silent(services: Services, now_ms: int) -> dict[str, int]:
    """The ateliers of which a station is silent, and since when."""
    since_ms: dict[str, int] = {}
    seen = services.stations.seen
    for station in services.day.event.stations:
        sign = seen.get(station.id)
        if sign and condition(sign, now_ms, speed=services.speed)["state"] == SILENT:
            since_ms[station.atelier] = min(sign.at_ms, since_ms.get(station.atelier, sign.at_ms))
    return since_ms
