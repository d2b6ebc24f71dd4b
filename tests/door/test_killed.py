"""The hub killed (SIGKILL) at each step of a family's way: the family goes on where it was, is taken in once, and its
sheets are printed once. `RONDE_LONG=1` tells each story ten times, otherwise once.
"""

import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest

from kiosk import eventfile
from kiosk.paper.standin import StandinPrinter

from ..patience import PATIENCE_S, until
from ..web.conftest import ROUBAIX, afternoon
from .conftest import LONG, SIZES
from .walk import Walk

TIMES = range(10 if LONG else 1)


class KilledHub:
    """A hub as a process of its own, killed and started again at the same addresses, over the same journal."""

    def __init__(self, folder: Path, printer: StandinPrinter) -> None:
        self.folder = folder
        ports = [self._free_port() for _ in range(2)]
        self.door = f"http://127.0.0.1:{ports[1]}/door"
        event = eventfile.load(ROUBAIX)
        self._settings = folder / "hub.toml"
        self._settings.write_text(
            f'event = "{ROUBAIX}"\ndata = "{folder}"\naddress = "127.0.0.1"\n'
            f"port = {ports[0]}\ndoor_port = {ports[1]}\nhttps_port = 0\n"
            f'[printer]\nkind = "tcp"\nhost = "127.0.0.1"\nport = {printer.port}\n'
            f"[door]\nvoice = false\n"
            f"[rehearsal]\nday_ms = {afternoon(event)}\nreal_ms = {time.time_ns() // 1_000_000}\n",
            "utf-8",
        )
        self.kills = 0
        self._told: Counter[str] = Counter()
        self._start()

    @staticmethod
    def _free_port() -> int:
        with socket.create_server(("127.0.0.1", 0)) as free:
            port: int = free.getsockname()[1]
            return port

    def _start(self) -> None:
        with (self.folder / "hub.log").open("ab") as log:
            command = [sys.executable, "-m", "kiosk.cli", "hub", "--config", str(self._settings)]
            self._process = subprocess.Popen(command, stdout=log, stderr=log)

    def awaited(self) -> None:
        """Until it answers."""
        until(self._answers, self.door)

    def _answers(self) -> bool:
        assert self._process.poll() is None, (self.folder / "hub.log").read_text("utf-8")
        with suppress(OSError):
            urllib.request.urlopen(self.door, timeout=5).close()
            return True
        return False

    def kill(self) -> None:
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()

    def restart(self) -> None:
        self.kill()
        self._start()

    def close(self) -> None:
        self._process.kill()
        self._process.wait()

    def news(self) -> Counter[str]:
        """How many facts of each kind its journal holds beyond those told before. It is killed for that."""
        self.kill()
        with closing(sqlite3.connect(self.folder / "journal.db")) as journal:
            held = Counter(kind for (kind,) in journal.execute("SELECT kind FROM facts"))
        new, self._told = held - self._told, held
        self._start()
        self.awaited()
        return new


@pytest.fixture(scope="module")
def printer() -> Iterator[StandinPrinter]:
    with StandinPrinter(keep=1000) as standin:
        yield standin


@pytest.fixture(scope="module")
def hub(tmp_path_factory, printer) -> Iterator[KilledHub]:
    running = KilledHub(tmp_path_factory.mktemp("hub"), printer)
    try:
        running.awaited()
        yield running
    finally:
        running.close()


def patient(page, language):
    page.set_default_timeout(1000 * PATIENCE_S)
    return Walk(page, language)


def told(page):
    """What became of its sheets, once nothing moves any more: printed, or maybe printed, where that was cut short."""
    page.wait_for_function(
        """() => {
          const moods = [...document.querySelectorAll(".job")].map((job) => job.dataset.mood);
          return moods.length && moods.every((mood) => mood === "done" || mood === "unsure");
        }"""
    )


def no_sheet_twice(printer):
    codes = Counter(code for ticket in printer.tickets for code in ticket.qr_payloads)
    assert set(codes.values()) <= {1}
    return len(codes)


@pytest.mark.long
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("time", TIMES)
@pytest.mark.parametrize("size", SIZES[:1])
def test_killed_at_each_step_a_family_goes_on_where_it_was(hub, printer, open_page, size, time):
    sheets = printer.count
    walk = patient(open_page(hub.door, *size, reduced_motion="reduce"), "ar")
    page = walk.page
    hub.restart()
    walk.press(".attract")
    walk.at("language")
    hub.restart()
    walk.speak()
    walk.count(("18-59:f", "6-11:m"))
    hub.restart()
    walk.count(("12-17:x",))
    walk.press("button[value=choose]")
    walk.at("dreams")
    walk.press("button[value='wish:robotique']")
    hub.restart()
    walk.press("button[value=apart]")
    walk.at("apart")
    assert page.locator("[data-step=apart] .portrait-tile").count() == 3
    hub.restart()
    walk.print()
    told(page)
    names = page.locator(".who-name").all_text_contents()
    hub.restart()
    hub.awaited()
    told(page)
    assert page.locator(".who-name").all_text_contents() == names
    assert page.get_attribute("html", "lang") == "ar"
    walk.end()
    came = hub.news()
    assert (came["party"], came["print"]) == (2, 2)
    assert no_sheet_twice(printer) == printer.count == sheets + 2


@pytest.mark.long
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("time", TIMES)
@pytest.mark.parametrize("moment", ["before it has the form", "before its answer arrives"])
def test_killed_while_the_form_is_under_way_it_takes_the_family_in_once(
    hub, printer, open_page, moment, time
):
    sheets = printer.count
    walk = patient(open_page(hub.door, reduced_motion="reduce"), "fr")
    walk.begin()
    walk.count()
    killed = []

    def kill(route):
        if killed or route.request.method != "POST":
            route.continue_()
            return
        killed.append(moment)
        if moment == "before its answer arrives":
            route.fetch(max_redirects=0)
        hub.restart()
        route.abort()

    walk.page.route("**/door/family", kill)
    walk.print()
    assert killed
    told(walk.page)
    printed = walk.page.get_attribute(".job", "data-mood") == "done"
    walk.end()
    came = hub.news()
    assert (came["party"], came["print"]) == (1, 1)
    no_sheet_twice(printer)
    assert printer.count - sheets == 1 if printed else printer.count - sheets <= 1
