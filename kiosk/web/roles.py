"""The role of whoever asks, and what each part of the pages asks of them.

A role is in a signed cookie and nowhere else: no address and no header gives one. In a rehearsal whoever asks is an
organiser. What a session asks to change carries a token that only the hub's own pages know (`csrf`), in the field
`csrf` or in the header X-CSRF.
"""

import hmac
from collections.abc import Callable
from urllib.parse import quote

from flask import Blueprint, current_app, g, jsonify, redirect, request
from werkzeug.wrappers import Response as Answer

from kiosk.texts import Texts, working

from .access import LASTS_MS, NO_SESSION, Role, Session
from .errors import Stale
from .guard import SAFE_METHODS
from .services import Services

__all__ = [
    "Role",
    "animators",
    "carry",
    "check_csrf",
    "csrf",
    "forget",
    "holder",
    "organisers",
    "role",
    "who",
]

COOKIE, SECURE_COOKIE = "ronde_role", "__Secure-ronde_role"  # neither may overwrite the other
FIELD, HEADER = "csrf", "X-CSRF"
LOGINS = {Role.ANIMATOR: "/pin", Role.ORGANISER: "/passphrase"}
START = "/"

_KEPT = "kept"
_FIRST = {Role.ANIMATOR: "animator.first", Role.ORGANISER: "access.first"}
_SCRIPTS = frozenset({"application/json", "text/event-stream"})


def role() -> Role:
    """Of whoever makes this request."""
    return Role.ORGANISER if _services().open else _session().role


def who() -> str:
    """For the journal: "organiser 2", "animator 5"; in a rehearsal "organiser" where nobody came in; else "hub"."""
    return _session().name or ("organiser" if _services().open else "hub")


def holder() -> Callable[[], Role]:
    """The role of whoever makes this request, as it is whenever it is asked for later."""
    services, carried = _services(), _token()
    return lambda: Role.ORGANISER if services.open else services.access.session(carried).role


def csrf() -> str:
    """What the forms and scripts of this session's pages send along; "" for who has no session."""
    return _services().access.csrf(_token())


def check_csrf() -> None:
    """Raise Stale for a change that this session did not ask for, as far as can be told."""
    expected = csrf()
    said = request.headers.get(HEADER) or request.form.get(FIELD, "")
    if expected and not hmac.compare_digest(said.encode(), expected.encode()):
        raise Stale


def organisers(part: Blueprint, services: Services, unless: Callable[[], bool] = lambda: False) -> None:
    """Show nothing of these pages to who is no organiser; see `keep`."""
    keep(part, services, Role.ORGANISER, unless)


def animators(part: Blueprint, services: Services) -> None:
    """Show nothing of these pages to who is neither animator nor organiser; see `keep`."""
    keep(part, services, Role.ANIMATOR)


def keep(
    part: Blueprint, services: Services, least: Role, unless: Callable[[], bool] = lambda: False
) -> None:
    """Lead whoever is less than this to where they become it, or tell a script where that is (401).

    Of who may, each change must carry the token of the session. `unless`: requests that need no role.
    """
    words = working(services.day.event.languages)[0]
    part.record_once(lambda state: state.app.extensions.setdefault(_KEPT, {}).update({part.name: least}))

    @part.before_request
    def let_in() -> Answer | tuple[Answer, int] | None:
        if unless():
            return None
        here = part.url_prefix or START
        if role() < least:
            to = request.full_path.rstrip("?") if request.method in SAFE_METHODS else here
            if is_script():
                return refusal(words, _FIRST[least], address(least, here))
            return redirect(address(least, to), code=303)
        if request.method not in SAFE_METHODS:
            try:
                check_csrf()
            except Stale:
                if not is_script():
                    raise
                return refusal(words, "access.stale", here)
        return None


def least_of(part: str) -> Role:
    """What this part asks of whoever would see anything of it."""
    kept: dict[str, Role] = current_app.extensions.get(_KEPT, {})
    return kept.get(part, Role.NOBODY)


def refusal(words: Texts, key: str, login: str) -> tuple[Answer, int]:
    """What a script is told that may not; `login`: the page that leads on."""
    return jsonify(error=words.text(key), login=login), 401


def is_script() -> bool:
    return request.accept_mimetypes.best in _SCRIPTS


def address(least: Role, to: str = "") -> str:
    """Of the page where one becomes this, which leads on to `to`, a path of this hub."""
    login = LOGINS[least]
    return f"{login}?to={quote(to)}" if to else login


def carry(answer: Answer, token: str) -> None:
    """This browser carries the token of a session from now on."""
    answer.set_cookie(
        _cookie(),
        token,
        max_age=LASTS_MS // 1000,
        secure=request.is_secure,
        httponly=True,
        samesite="Strict",
    )


def forget(answer: Answer) -> None:
    """This browser carries nothing any more."""
    answer.delete_cookie(_cookie(), secure=request.is_secure, httponly=True, samesite="Strict")


def _services() -> Services:
    services: Services = current_app.extensions["services"]
    return services


def _session() -> Session:
    if "session" not in g:
        carried = _token()
        g.session = _services().access.session(carried) if carried else NO_SESSION
    found: Session = g.session
    return found


def _token() -> str:
    return request.cookies.get(_cookie(), "")


def _cookie() -> str:
    return SECURE_COOKIE if request.is_secure else COOKIE
