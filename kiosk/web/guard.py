"""What every answer carries, and which requests are refused before any page sees them."""

from collections.abc import Callable

from flask import Blueprint, Flask, Response, request

from .errors import Foreign, WrongDoor

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_OWN = frozenset({"same-origin", "none"})


def harden(app: Flask) -> None:
    """Put HEADERS on every answer, and let nothing but static files be kept by a browser."""

    @app.after_request
    def with_headers(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        response.headers.setdefault("Cache-Control", "no-store")
        return response


def same_site_only(pages: Blueprint) -> None:
    """Refuse what another site's page would have this browser change here."""

    @pages.before_request
    def refuse_foreign() -> None:
        if request.method not in SAFE_METHODS and not _is_own():
            raise Foreign


def door_only(pages: Blueprint, port: int, invited: Callable[[], bool] = lambda: False) -> None:
    """Answer on the listener of the kiosk's browser only, and to what browser else is `invited`.

    Nothing that a request says of where it comes from has a say in it.
    """

    @pages.before_request
    def refuse_elsewhere() -> None:
        if not at_door(port) and not invited():
            raise WrongDoor


def at_door(port: int) -> bool:
    """Whether the kiosk's own listener took this request."""
    return bool(request.environ.get("SERVER_PORT") == str(port))


def _is_own() -> bool:
    """Browsers say where a request comes from; what says nothing is no browser, and has no session to abuse."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in _OWN
    origin = request.headers.get("Origin")
    return origin is None or origin == request.host_url.rstrip("/")
