"""The floor with its waits as plain data: what every screen, `GET /api/floor` and `ronde replay` show.

docs/formats.md says what each field means.
"""

from collections.abc import Mapping
from typing import Any

from .event import MINUTE_MS, Event
from .floor import AtelierFloor, Count, Floor, Status
from .ledger import View
from .waits import Wait, expected

VERSION = 1


def board(view: View, now_ms: int, floor: Floor | None = None) -> dict[str, Any]:
    """The floor at `now_ms`, as JSON. `floor`: the same, where it is known already."""
    event = view.event
    floor = floor or view.floor(now_ms)
    return {
        "v": VERSION,
        "event": event.id,
        "at": event.local(now_ms).isoformat(timespec="seconds"),
        "at_ms": now_ms,
        "came": _count(floor.came),
        "on_site": _count(floor.on_site),
        "roaming": _count(floor.roaming),
        "gone": _count(floor.gone),
        "ateliers": [_atelier(event, here, floor) for here in floor.ateliers],
        "passages": view.passages,
        "set_aside": view.set_aside,
        "unknown_badges": floor.unknown_badges,
        "forks": view.forks,
        "two_places": sum(guest.journey.two_places for guest in view.guests.values()),
        "estimated": sum(guest.journey.estimated for guest in view.guests.values()),
        "compliance": round(floor.compliance, 2),
    }


def journeys(view: View, now_ms: int) -> list[dict[str, Any]]:
    """Each party's stays at `now_ms`, as JSON, by badge."""
    return [
        {
            "badge": guest.badge,
            "party": guest.party.number if guest.party else None,
            "people": guest.size,
            "stays": [
                {
                    "atelier": stay.atelier,
                    "state": stay.state.value,
                    "arrived_ms": stay.arrived_ms,
                    "called_ms": stay.called_ms,
                    "entered_ms": stay.entered_ms,
                    "left_ms": stay.left_ms,
                    "inferred": sorted(stay.inferred),
                }
                for stay in guest.journey.at(view.event, now_ms).stays
            ],
            "repeats": guest.journey.repeats,
            "two_places": guest.journey.two_places,
            "estimated": guest.journey.estimated,
        }
        for guest in sorted(view.guests.values(), key=lambda guest: guest.badge)
    ]


def session_ms(event: Event, here: Mapping[str, Any], now_ms: int) -> int | None:
    """When the session begins that the wait of an atelier on the board is for; None where there is none."""
    if here["wait"] is None:
        return None
    return event.by_id[here["id"]].session_about_ms(now_ms + round(here["wait"]["minutes"] * MINUTE_MS))


def _atelier(event: Event, here: AtelierFloor, floor: Floor) -> dict[str, Any]:
    atelier = here.atelier
    wait = expected(event, floor, here, floor.at_ms, 1)
    return {
        "id": atelier.id,
        "kind": atelier.kind.value,
        "status": _status(event, here, floor.at_ms),
        "queue": _count(here.queued),
        "inside": _count(here.occupied),
        "done": _count(here.done),
        "left": _count(here.left),
        "on_the_way": len(here.on_the_way),
        "places": atelier.places,
        "places_taken": here.places_taken,
        "wait": _wait(wait),
        "kept": len(here.kept),
        "turn_minutes": round(here.turn_ms / MINUTE_MS, 1),
        "turns_seen": here.turns_seen,
        "next_session_ms": atelier.next_session_ms(floor.at_ms),
        "queue_is_seen": event.sees_queue(atelier.id),
    }


def _status(event: Event, here: AtelierFloor, now_ms: int) -> str:
    """open, paused or closed as somebody said; "before" and "after" where the doors say it."""
    if here.status is not Status.OPEN:
        return here.status.value
    window = event.window_at(now_ms)
    if window is None:
        return "after"
    return "open" if now_ms in window else "before"


def _wait(wait: Wait | None) -> dict[str, Any] | None:
    """The wait of one person who comes now; None where nobody gets a turn any more."""
    if wait is None:
        return None
    low, high = wait.range_minutes
    return {"minutes": round(wait.minutes, 1), "low_minutes": low, "high_minutes": high}


def _count(count: Count) -> dict[str, int]:
    return {"parties": count.parties, "people": count.people}
