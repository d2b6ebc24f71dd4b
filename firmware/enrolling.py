"""How a station comes by its enrolment: from a whole line, or from the hub with the pairing code that it shows."""

import secrets
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from . import config, messages
from .config import Config
from .courier import Courier
from .errors import CodeRefused, HubUnreachable, StationError
from .wire import enrolment, pairing, token
from .wire.enrolment import Enrolment
from .wire.errors import UnknownVersion, WireError
from .wire.pairing import Invitation

TRIES = 2  # of the same question: a hub that has answered it answers it alike once more
PORT = 8080  # of a hub, where a hand typed none
TIMEOUT_S = 3.0  # of each read and write; all tries together stay under the watchdog's patience

_REFUSALS = {
    403: messages.CODE_MISTYPED,
    404: messages.CODE_UNKNOWN,
    410: messages.CODE_OVER,
    429: messages.CODE_TOO_MANY,
}


def is_line(text: str) -> bool:
    """Whether it is the whole of an enrolment or invitation, by its first letters."""
    return text.strip().startswith((enrolment.PREFIX, pairing.PREFIX))


def read(text: str, hub: str = "", *, option: str = "") -> Enrolment | Invitation:
    """What a scanner read, or a hand typed; `hub` goes with the letters of a pairing code. Raises CodeRefused.

    `option`: how the address is given, where it has a name.
    """
    try:
        if text.strip().startswith(enrolment.PREFIX):
            return enrolment.decode(text)
        if text.strip().startswith(pairing.PREFIX):
            found = pairing.invitation(text)
            if not _is_address(found.hub):
                raise CodeRefused(messages.BAD_CODE)
            return found
        code = pairing.parse(text)
    except UnknownVersion as error:
        raise CodeRefused(messages.CODE_TOO_NEW) from error
    except WireError as error:
        raise CodeRefused(_unread(text)) from error
    hub = _completed(hub.strip().rstrip("/"))
    if not _is_address(hub):
        raise CodeRefused(messages.CODE_NEEDS_HUB.format(option=f" ({option})" if option else ""))
    return Invitation(hub, code)


def _unread(text: str) -> str:
    if is_line(text):
        return messages.BAD_CODE
    count = sum(character.isalnum() for character in text)
    form = messages.CODE_LETTERS if count == pairing.LETTERS else messages.CODE_LENGTH
    return form.format(letters=pairing.LETTERS, alphabet=token.ALPHABET, count=count)


def _completed(hub: str) -> str:
    """What a hand leaves out of an address."""
    if not hub or "://" in hub:
        return hub
    whole = f"http://{hub}"
    return whole if hub.rpartition("]")[2].count(":") else f"{whole}:{PORT}"


def _is_address(hub: str) -> bool:
    try:
        return bool(enrolment.URL.fullmatch(hub) and urlsplit(hub).hostname and urlsplit(hub).port != 0)
    except ValueError:
        return False


def become(path: Path, text: str, hub: str = "", *, option: str = "") -> Config:
    """Write into the settings at `path` what the code leads to. Raises StationError."""
    try:
        return config.enrol(path, obtain(read(text, hub, option=option)))
    except StationError:
        raise
    except OSError as error:
        raise StationError(messages.NOT_WRITABLE.format(path=path, reason=error.strerror)) from error


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
        raise CodeRefused(
            messages.CODE_NOT_TAKEN.format(hub=found.hub, status=messages.CODE_ANSWER_UNREAD)
        ) from error
