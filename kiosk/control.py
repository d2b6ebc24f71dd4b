"""Asking the hub that runs on this machine to do something, over its socket file."""

import http.client
import json
import socket
from pathlib import Path
from typing import Any

from .errors import HubAway, Refused
from .saying import LOGGED, say, why

ANSWER_S = 15.0


class _SocketFile(http.client.HTTPConnection):
    def __init__(self, path: Path) -> None:
        super().__init__("localhost", timeout=ANSWER_S)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(ANSWER_S)
        self.sock.connect(str(self._path))


def ask(path: Path, act: str, *, in_language: str = LOGGED, **body: Any) -> Any:
    """Have the hub behind the socket file do `act`; what it answers. Raises HubAway, Refused.

    `in_language`: that of the words in which the hub refuses.
    """
    connection = _SocketFile(path)
    headers = {"Content-Type": "application/json", "Accept-Language": in_language}
    try:
        connection.request("POST", f"/acts/{act}", json.dumps(body), headers)
        answer = connection.getresponse()
        told = json.loads(answer.read())
    except FileNotFoundError as error:
        raise HubAway(say("error.hub_not_there", path=path)) from error
    except PermissionError as error:
        raise HubAway(say("error.hub_forbidden", path=path)) from error
    except OSError as error:
        raise HubAway(say("error.hub_silent", path=path, reason=why(error))) from error
    except (ValueError, http.client.HTTPException) as error:
        raise HubAway(say("error.hub_silent", path=path, reason=say("error.hub_talk"))) from error
    finally:
        connection.close()
    if answer.status != http.client.OK:
        raise Refused(str(told.get("error", answer.reason)))
    return told["done"]
