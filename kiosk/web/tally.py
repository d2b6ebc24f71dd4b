"""People as a form of who works here counts them: a field "n:band:gender" for each age band and gender."""

from collections.abc import Iterable, Mapping

from flask import abort

from kiosk.intake import MOST_PEOPLE
from kiosk.rules.event import Event
from kiosk.rules.party import GENDERS, Group

Counts = dict[str, int]
"""People by "band:gender"; none of them is 0."""


def counted(event: Event, form: Mapping[str, str]) -> Counts:
    """What the form says. Raises BadRequest for what no number of people is."""
    counts: Counts = {}
    for band in event.bands:
        for gender in GENDERS:
            said = form.get(f"n:{band.id}:{gender}", "").strip() or "0"
            if not (said.isascii() and said.isdigit() and len(said) <= 3 and int(said) <= MOST_PEOPLE):
                abort(400)
            if int(said):
                counts[f"{band.id}:{gender}"] = int(said)
    return counts


def groups(counts: Mapping[str, int]) -> list[Group]:
    named = ((*who.rpartition(":"), count) for who, count in counts.items())
    return [Group(band, gender, count) for band, _, gender, count in named]


def of(people: Iterable[Group]) -> Counts:
    return {f"{group.band}:{group.gender}": group.count for group in people}


def written(counts: Mapping[str, int]) -> str:
    """In one line, for an address; `read` turns it back."""
    return ",".join(f"{who}:{count}" for who, count in counts.items())


def read(line: str) -> Mapping[str, str]:
    """The fields of a form that say the same; whatever is none is dropped by who counts them."""
    return {f"n:{who}": count for who, _, count in (each.rpartition(":") for each in line.split(","))}


def split(counts: Mapping[str, int]) -> bool:
    """Whether anybody's gender was said."""
    return any(not who.endswith(":x") for who in counts)
