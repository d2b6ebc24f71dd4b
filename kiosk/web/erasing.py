"""What an organiser does about what was kept of people: acts of the application on the hub's socket file."""

from collections.abc import Mapping
from typing import Any

from ..erasure import Erasure
from ..errors import Refused
from ..saying import say
from .services import Services


def survey(services: Services, body: Mapping[str, Any]) -> dict[str, Any]:
    """What would go, and when."""
    return _erasure(services).survey().to_json()


def order(services: Services, body: Mapping[str, Any]) -> None:
    """All goes now; `name` is that of the event, so that nobody does it by mistake."""
    _erasure(services).order(str(body.get("name", "")))


def _erasure(services: Services) -> Erasure:
    if services.erasure is None:
        raise Refused(say("erase.not_here"))
    return services.erasure
