"""Asking the hub that runs on this machine to do something, over its socket file."""

import http.client
import json
import socket
from pathlib import Path
from typing import Any

from .errors import HubAway, Refused

ANSWER_S = 15.0


class _SocketFile(http.client.HTTPConnection):
    def __init__(self, path: Path) -> None:
        super().__init__("localhost", timeout=ANSWER_S)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(ANSWER_S)
        self.sock.connect(str(self._path))


def ask(path: Path, act: str, **body: Any) -> Any:
    """Have the hub behind the socket file do `act`; what it answers. Raises HubAway, Refused."""
    connection = _SocketFile(path)
    try:
        connection.request("POST", f"/acts/{act}", json.dumps(body), {"Content-Type": "application/json"})
        answer = connection.getresponse()
        told = json.loads(answer.read())
    except FileNotFoundError as error:
        raise HubAway(f"no hub runs here ({path} is not there): start it first") from error
    except PermissionError as error:
        raise HubAway(f"{path} may only be opened by the hub's user: try again with sudo") from error
    except (OSError, ValueError, http.client.HTTPException) as error:
        raise HubAway(f"the hub does not answer on {path}: {error}") from error
    finally:
        connection.close()
    if answer.status != http.client.OK:
        raise Refused(str(told.get("error", answer.reason)))
    return told["done"]
