"""How a station comes by its enrolment: from a whole line, or from the hub with the pairing code that it shows."""

import secrets
from collections.abc import Callable

from . import messages
from .courier import Courier
from .errors import CodeRefused, HubUnreachable
from .wire import enrolment, pairing
from .wire.enrolment import Enrolment
from .wire.errors import WireError
from .wire.pairing import Invitation

TRIES = 2  # of the same question: a hub that has answered it answers it alike once more
TIMEOUT_S = 3.0  # of each read and write; all tries together stay under the watchdog's patience

_REFUSALS = {
    403: messages.CODE_MISTYPED,
    404: messages.CODE_UNKNOWN,
    410: messages.CODE_OVER,
    429: messages.CODE_TOO_MANY,
}


def read(text: str, hub: str = "") -> Enrolment | Invitation:
    """What a scanner read, or a hand typed; `hub` goes with the letters of a pairing code. Raises CodeRefused."""
    try:
        if text.strip().startswith(enrolment.PREFIX):
            return enrolment.decode(text)
        if text.strip().startswith(pairing.PREFIX):
            return pairing.invitation(text)
        code = pairing.parse(text)
    except WireError as error:
        raise CodeRefused(messages.BAD_CODE.format(reason=error)) from error
    hub = hub.strip().rstrip("/")
    if not enrolment.URL.fullmatch(hub):
        raise CodeRefused(messages.CODE_NEEDS_HUB)
    return Invitation(hub, code)


def obtain(
    found: Enrolment | Invitation,
    *,
    timeout_s: float = TIMEOUT_S,
    nonce: Callable[[], str] = lambda: secrets.token_hex(16),
) -> Enrolment:
    """The enrolment; from the hub, where there is only an invitation. Raises CodeRefused, HubUnreachable."""
    if isinstance(found, Enrolment):
        return found
    key = pairing.key_of(found.code)
    asked = pairing.ask(found.code, key, nonce())
    courier = Courier(found.hub, timeout_s)
    try:
        for left in reversed(range(TRIES)):
            try:
                answer = courier.post(asked.encode(), "", pairing.PATH)
                break
            except HubUnreachable as error:
                if not left:
                    raise HubUnreachable(messages.CODE_NO_HUB.format(hub=found.hub, reason=error)) from error
    finally:
        courier.close()
    if answer.status != 200:
        text = _REFUSALS.get(answer.status, messages.CODE_NOT_TAKEN)
        raise CodeRefused(text.format(hub=found.hub, status=answer.status))
    try:
        return pairing.take(answer.body, asked, key)
    except WireError as error:
        raise CodeRefused(messages.CODE_NOT_TAKEN.format(hub=found.hub, status=error)) from error
