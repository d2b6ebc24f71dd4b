"""What an organiser does with badges before anybody has come: acts of the application on the hub's socket file."""

from collections.abc import Iterable, Mapping
from typing import Any

from firmware.wire import schema

from ..errors import Refused
from ..reception import MOST_BADGES, Expected
from ..rules.event import Event
from ..rules.facts import BadgePrinted
from ..rules.party import GENDERS, Group
from ..saying import say
from .progress import NO_PRINTER
from .services import Services

MOST_GROUPS = 500


def blank(services: Services, body: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Those that nobody has yet, in the order in which they were made."""
    return _shown(sorted(services.day.view.blank.values(), key=lambda made: made.sign))


def make(services: Services, body: Mapping[str, Any]) -> list[dict[str, Any]]:
    """With `slips`, only where they can be printed here."""
    if body.get("slips") is True:
        _check_printer(services)
    return _shown(services.day.make_badges(schema.integer(body, "count", least=1, most=MOST_BADGES)))


def expect(services: Services, body: Mapping[str, Any]) -> list[dict[str, Any]]:
    """A badge for each row of a list. Where families are expected already, they must be said to be `more`."""
    if body.get("more") is not True and any(made.people for made in services.day.view.blank.values()):
        raise Refused(say("badges.already"))
    event = services.day.event
    rows = (schema.mapping(row, "row") for row in schema.listing(body, "rows", most=MOST_BADGES))
    return _shown(services.day.expect([_expected(event, row) for row in rows]))


def print_slips(services: Services, body: Mapping[str, Any]) -> int:
    """How many are printed at the hub."""
    _check_printer(services)
    wanted = schema.listing(body, "badges", most=MOST_BADGES)
    return len(services.day.print_slips(map(str, wanted)))


def _check_printer(services: Services) -> None:
    """Raises Refused where there is none."""
    if services.printer().trouble in NO_PRINTER:
        raise Refused(say("badges.no_printer"))


def _shown(made: Iterable[BadgePrinted]) -> list[dict[str, Any]]:
    return [
        {
            "badge": each.badge,
            "sign": each.sign,
            "row": each.row,
            "people": sum(group.count for group in each.people),
        }
        for each in made
    ]


def _expected(event: Event, row: Mapping[str, Any]) -> Expected:
    """Raises Refused for what this event does not have, so that nothing is left out in silence."""
    groups = (schema.mapping(group, "group") for group in schema.listing(row, "people", most=MOST_GROUPS))
    people = tuple(
        Group(str(group.get("band")), str(group.get("gender")), schema.integer(group, "count", least=1))
        for group in groups
    )
    wishes = tuple(str(wish) for wish in schema.listing(row, "wishes", most=100))
    language = str(row.get("language", ""))
    _check((group.gender for group in people), GENDERS)
    _check((group.band for group in people), event.bands_by_id)
    _check(wishes, event.by_id)
    _check([language] if language else [], event.languages)
    return Expected(people, wishes, language, schema.integer(row, "row", least=0))


def _check(named: Iterable[str], known: Iterable[str]) -> None:
    for name in named:
        if name not in known:
            raise Refused(say("badges.other_event", name=name))
