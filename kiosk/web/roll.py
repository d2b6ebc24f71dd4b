"""The roll of the stations: each of them, where it stands, and how it is."""

from typing import Any

from kiosk.condition import condition, words
from kiosk.texts import Texts

from .services import Services


def roll(services: Services, said: Texts) -> list[dict[str, Any]]:
    """In the order of the event; `words` say how a station is, `passed` when its last passage was."""
    event, now_ms = services.day.event, services.day.clock()
    stations = services.stations
    seen, twins, paired = stations.seen, stations.twins, stations.registry.paired
    passed_ms = stations.registry.passed_ms()
    rows = []
    for station in event.stations:
        atelier = event.by_id[station.atelier]
        how = condition(
            seen.get(station.id),
            now_ms,
            speed=services.speed,
            twins=station.id in twins,
            paired=station.id in paired,
        )
        rows.append(
            {
                "id": station.id,
                "label": station.label,
                "atelier": atelier.id,
                "atelier_name": atelier.name(said.language),
                "icon": atelier.icon,
                "steps": list(station.steps),
                "buttons": station.buttons,
                "passed": said.clock(passed_ms[station.id], event.zone) if station.id in passed_ms else "",
                "words": words(how, said),
                **how,
            }
        )
    return rows
