"""`ronde-kiosk`: the browser of a kiosk, kept where it belongs.

It shows a calm page while the hub is not there, then the door; and brings the door back when a page has crashed, when
Chromium shows an error of its own, or when it has strayed. What cannot be mended so ends the program, and systemd
starts it again. Standard library only: a machine that is nothing but a kiosk needs nothing else.
"""

import argparse
import logging
import os
import re
import signal
import tempfile
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from importlib import resources
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

from firmware.wire.notify import notify

from .chromium import Chromium, Gone, found

HERE = frozenset({"127.0.0.1", "localhost"})
HEALTH = "/api/health"
_OWN = re.compile(r"/(door|kiosk|pin|passphrase/first)([/?#]|$)")
LOOK_S = 2.0
PATIENCE_S = 3.0
CLIENT_ERROR, SERVER_ERROR = 400, 500

log = logging.getLogger("ronde-kiosk")


class Screen(Protocol):
    def show(self, address: str) -> None: ...

    def where(self) -> str: ...


def answers(hub: str) -> bool:
    """Whether the hub is there, and well."""
    try:
        with urllib.request.urlopen(hub + HEALTH, timeout=PATIENCE_S):
            return True
    except urllib.error.HTTPError as error:
        with error:
            return error.code < SERVER_ERROR
    except OSError:
        return False


def door_of(hub: str) -> str:
    """Where a kiosk begins. One that is not the hub itself is made one first, by who knows the PIN."""
    return hub + ("/door" if urlsplit(hub).hostname in HERE else "/kiosk")


class Keeper:
    """Keeps a screen on the hub's pages; `look` is to be called again and again."""

    def __init__(self, screen: Screen, hub: str, away: str, answers: Callable[[str], bool] = answers) -> None:
        """`away`: the page that is shown while the hub is not there; it is shown already."""
        self._screen = screen
        self._hub = hub
        self._away = away
        self._answers = answers

    def look(self) -> None:
        """See that the right page is shown. Raises Gone."""
        shown = self._screen.where()
        if shown.startswith(self._hub) and _OWN.match(shown.removeprefix(self._hub)):
            return
        if self._answers(self._hub):
            log.info("shows %s, from %s", door_of(self._hub), shown or "a page that crashed")
            self._screen.show(door_of(self._hub))
        elif shown != self._away:
            log.warning("waits for the hub, %s", self._hub)
            self._screen.show(self._away)


def run(program: str, hub: str, profile: Path, more: Sequence[str], stop: threading.Event) -> None:
    """Until `stop` is set. Raises Gone."""
    with resources.as_file(resources.files("kiosk") / "web" / "static") as static:
        away = (static / "door" / "away.html").as_uri()
        chromium = Chromium(program, profile, away, more)
        try:
            keeper = Keeper(chromium, hub, away)
            notify("READY=1")
            keeper.look()
            while not stop.is_set():
                chromium.stay(LOOK_S)
                keeper.look()
                notify("WATCHDOG=1")
        finally:
            notify("STOPPING=1")
            chromium.close()


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(prog="ronde-kiosk", description="The browser of a kiosk.")
    made.add_argument("hub", help="http://127.0.0.1:8081 on the hub itself, or such as http://hub.local:8080")
    made.add_argument("--profile", type=Path, help="Chromium's folder; docs/commands.md says which otherwise")
    made.add_argument("more", nargs="*", help="behind --: flags for Chromium")
    return made


def main(arguments: Sequence[str] | None = None) -> int:
    said = parser().parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    hub = said.hub.rstrip("/")
    if urlsplit(hub).scheme not in ("http", "https") or not urlsplit(hub).hostname:
        parser().error(f"{said.hub} is no address such as http://hub.local:8080")
    program = found()
    if program is None:
        parser().error("there is no Chromium here: sudo apt install chromium")
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    with tempfile.TemporaryDirectory(prefix="ronde-kiosk-", ignore_cleanup_errors=True) as fleeting:
        try:
            run(program, hub, said.profile or _profile(hub, Path(fleeting)), said.more, stop)
        except Gone as error:
            log.error("%s", error)
            return 1
    return 0


def _profile(hub: str, fleeting: Path) -> Path:
    """On the hub nothing is kept: a power cut can spoil nothing. Elsewhere Chromium keeps that it is a kiosk."""
    kept = os.environ.get("STATE_DIRECTORY")
    return Path(kept) / "profile" if kept and urlsplit(hub).hostname not in HERE else fleeting
