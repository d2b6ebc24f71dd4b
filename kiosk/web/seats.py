"""Who has a place before the hall's screen. Anybody may look, and places are few: each takes a thread of the hub.

A browser that shows the screen gets a sealed cookie that says when it first did, and who came first stays: so a
television that hangs there since the morning loses its place to no telephone of the afternoon, nor by a restart, its
own or the hub's. The hub's own screen, kiosks, and whoever came in as an animator or organiser stand before all others.
"""

import hashlib
import hmac
from ipaddress import ip_address

from flask import request
from werkzeug.wrappers import Response as Answer

from . import kiosks, roles
from .live import LET_IN
from .services import Services

COOKIE = "ronde_screen"
LASTS_S = 7 * 24 * 3600


def keep(answer: Answer, services: Services, path: str) -> None:
    """This browser carries since when it shows the screen."""
    since_ms = _carried(services)
    said = str(services.day.clock() if since_ms is None else since_ms)
    answer.set_cookie(
        COOKIE,
        f"{said}.{_seal(services, said)}",
        max_age=LASTS_S,
        path=path,
        httponly=True,
        samesite="Strict",
    )


def since_ms(services: Services) -> int:
    """Since when whoever asks has shown the screen; LET_IN for who has a place before all others."""
    if roles.role() >= roles.Role.ANIMATOR or kiosks.number(services) is not None or _at_hub():
        return LET_IN
    since_ms = _carried(services)
    return services.day.clock() if since_ms is None else since_ms


def _carried(services: Services) -> int | None:
    said, _, seal = request.cookies.get(COOKIE, "").partition(".")
    return int(said) if hmac.compare_digest(seal.encode(), _seal(services, said).encode()) else None


def _at_hub() -> bool:
    """Whether the connection comes from this machine; that of no header."""
    try:
        return ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return False


def _seal(services: Services, said: str) -> str:
    key = hmac.digest(services.secret_key, b"ronde screen " + services.day.event_key, hashlib.sha256)
    return hmac.digest(key, said.encode(), hashlib.sha256).hex()
