"""One kept connection to the hub, over which signed bodies are posted. Knows HTTP, and nothing of passages."""

import contextlib
import errno
import http.client
import socket
import ssl
import threading
from dataclasses import dataclass
from urllib.parse import urlsplit

from . import messages
from .errors import HubRefused, HubUnreachable
from .wire.signature import HEADER

PATH = "/api/passages"

_MOST_ANSWER_BYTES = 512 * 1024
_WHOLE_EXCHANGE = 4  # times the timeout of one read or write: a dripping answer ends too
_REFUSALS = {
    401: messages.HUB_UNKNOWN_STATION,
    403: messages.HUB_WRONG_KEY,
    404: messages.HUB_WRONG_ADDRESS,
    405: messages.HUB_WRONG_ADDRESS,
    429: messages.HUB_BUSY,
}
_REASONS = (
    (ConnectionRefusedError, messages.AWAY_NOBODY),
    (TimeoutError, messages.AWAY_SLOW),
    (socket.gaierror, messages.AWAY_NO_SUCH_NAME),
    (ssl.SSLError, messages.AWAY_NOT_SAFE),
)


@dataclass(frozen=True, slots=True)
class Answer:
    """`date`: what its header says, unsigned, so that it only informs."""

    status: int
    signature: str
    body: bytes
    date: str = ""

    def expect_ok(self, hub: str) -> None:
        """Raises HubRefused, which says what to do, where it is not a 200."""
        if self.status != 200:
            usual = messages.HUB_BUSY if self.status >= 500 else messages.HUB_TOO_NEW
            text = _REFUSALS.get(self.status, usual)
            raise HubRefused(text.format(status=self.status, hub=hub), status=self.status)


class Courier:
    """`hub` is the address of the hub, `timeout_s` bounds each read and write.

    Used by one thread; `end` may be called by any other.
    """

    def __init__(self, hub: str, timeout_s: float) -> None:
        parts = urlsplit(hub)
        make = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        self.hub = hub
        self._connection = make(parts.hostname or "", parts.port, timeout=timeout_s)
        self._timeout_s = timeout_s
        self._used = False
        self._ended = False
        self._expired = False

    def connect(self) -> None:
        """Make sure that there is a connection. Raises HubUnreachable."""
        if self._ended:
            raise HubUnreachable("ended")
        if self._connection.sock is not None:
            return
        self._used = False
        try:
            self._connection.connect()  # http.client sets TCP_NODELAY
        except OSError as error:
            self.close()
            raise HubUnreachable(_reason(error)) from error

    def post(self, body: bytes, signature: str, path: str = PATH) -> Answer:
        """Raises HubUnreachable; its `stale` tells that a connection left from before was found closed."""
        self.connect()
        stale = self._used
        self._expired = False
        deadline = threading.Timer(_WHOLE_EXCHANGE * self._timeout_s, self._expire)
        deadline.daemon = True
        deadline.start()
        try:
            signed = {HEADER: signature} if signature else {}
            self._connection.request("POST", path, body, {"Content-Type": "application/json"} | signed)
            response = self._connection.getresponse()
            answer = response.read(_MOST_ANSWER_BYTES + 1)
            if len(answer) > _MOST_ANSWER_BYTES:
                raise http.client.HTTPException(f"more than {_MOST_ANSWER_BYTES} bytes")
            if response.length:
                raise http.client.IncompleteRead(answer, response.length)
            if self._expired or self._ended:  # cut off here, which may look like an answer
                raise TimeoutError("no whole answer in time")
            if not response.isclosed():  # something is left of it, which would be taken for the next answer
                self.close()
        except (OSError, http.client.HTTPException, ValueError) as error:
            self.close()
            gone = isinstance(error, ConnectionError | http.client.BadStatusLine)
            raise HubUnreachable(_reason(error), stale=stale and gone) from error
        finally:
            deadline.cancel()
        self._used = True
        return Answer(
            response.status, response.headers.get(HEADER, ""), answer, response.headers.get("Date", "")
        )

    def end(self) -> None:
        """End the exchange that is under way, and let none succeed after it."""
        self._ended = True
        self._cut()

    def _expire(self) -> None:
        self._expired = True
        self._cut()

    def _cut(self) -> None:
        channel = self._connection.sock
        if channel is not None:
            with contextlib.suppress(OSError):
                channel.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        self._connection.close()


def _reason(error: Exception) -> str:
    """What it means, in words."""
    if isinstance(error, OSError) and error.errno in (errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN):
        return messages.AWAY_NO_NETWORK
    return next((words for kinds, words in _REASONS if isinstance(error, kinds)), messages.AWAY_CUT)
