"""A real hub process to measure: on loopback, in a folder of its own, with a printer that takes everything."""

import http.client
import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from firmware.wire.enrolment import Enrolment

from .. import eventfile
from ..clock import DayClock
from ..day import Day
from ..registry import enrolment
from ..store.journal import Journal
from .process import Sample, sample

EXAMPLE = Path(__file__).parent.parent / "events" / "roubaix-2022.toml"
READY_S = 30.0
AS_A_SERVICE = {  # systemd/ronde-hub.service
    "MALLOC_ARENA_MAX": "2",
    "GLIBC_TUNABLES": "glibc.malloc.tcache_count=0",
}


class HubProcess:
    """Started on entry, ended on exit. `stations`: the enrolments of the event's stations.

    `badges`: so many lie ready for families, `blank`.
    """

    def __init__(self, folder: Path, badges: int = 0) -> None:
        self._folder = folder
        self._badges = badges
        self.blank: list[str] = []
        self.event = eventfile.load(EXAMPLE)
        settings = folder / "hub.toml"
        self._settings = settings
        self._log = folder / "hub.log"
        self.stations: list[Enrolment] = []
        self.port = 0
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self._folder.mkdir(parents=True, exist_ok=True)
        journal = Journal.open(self._folder / "data" / "journal.db")
        self.stations = [
            enrolment(self.event, journal, station.id, "http://127.0.0.1") for station in self.event.stations
        ]
        day = Day(journal, self.event, DayClock(self.event.opens_ms))
        if self._badges:
            self.blank = [made.badge for made in day.make_badges(self._badges)]
        day.close()
        self.port = _free_port()
        day_ms = self.event.windows[-1].opens_ms + 60_000
        self._settings.write_text(
            f'event = "{EXAMPLE}"\ndata = "{self._folder / "data"}"\naddress = "127.0.0.1"\n'
            f"port = {self.port}\ndoor_port = {self.port}\nhttps_port = 0\n"
            f'[printer]\nkind = "file"\npath = "/dev/null"\nback_channel = false\n'
            f"[rehearsal]\nday_ms = {day_ms}\nreal_ms = {time.time_ns() // 1_000_000}\n",
            "utf-8",
        )
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Also again, after `stop`: on the same journal, at the same port, and its clock went on meanwhile."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "kiosk.cli", "hub", "--config", str(self._settings)],
                stdout=log,
                stderr=log,
                env=os.environ | AS_A_SERVICE,
            )
        self._wait_until_ready()

    def stop(self) -> None:
        if self._process:
            self._process.terminate()
            self._process.wait(READY_S)

    def sample(self) -> Sample:
        assert self._process is not None
        return sample(self._process.pid)

    def connect(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)

    def _wait_until_ready(self) -> None:
        assert self._process is not None
        end = time.monotonic() + READY_S
        while time.monotonic() < end and self._process.poll() is None:
            connection = self.connect()
            try:
                connection.request("GET", "/api/health")
                if connection.getresponse().status == 200:
                    return
            except OSError:
                try:
                    self._process.wait(0.1)
                except subprocess.TimeoutExpired:
                    continue
            finally:
                connection.close()
        raise RuntimeError(f"the hub did not start: {self._log.read_text('utf-8', 'replace')}")


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])
