"""An announcement from a real hub to the screen of a real station, a process of its own; and while the hub is away."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

import firmware
from kiosk.config import Config, Rehearsal
from kiosk.hub import Hub

from .conftest import AFTERNOON_MS, MINUTE_MS, ROUBAIX

PATIENCE_MS = 60_000
SNACK = {"fr": "Le goûter est servi.", "en": "Snacks are served.", "ar": "الوجبة الخفيفة جاهزة."}


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
        return port


def listens(host: str, port: int) -> bool:
    with socket.socket() as asking:
        return asking.connect_ex((host, port)) == 0


class Booth:
    """A hub in this process, and the station of an atelier in another, with its own screen."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port, self.page_port = free_port(), free_port()
        self.real_ms = round(time.time() * 1000)
        (folder / "hub").mkdir()
        (folder / "station").mkdir()
        self.hub = self._opened()
        self._settings = self._enrolled()
        self.station = self._started()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.page_port}/"

    def _opened(self) -> Hub:
        hub = Hub(
            Config(
                event=ROUBAIX,
                data=self.folder / "hub",
                address="127.0.0.1",
                port=self.port,
                door_port=0,
                https_port=0,
                rehearsal=Rehearsal(day_ms=AFTERNOON_MS, real_ms=self.real_ms),
            )
        )
        hub.start()
        return hub

    def _enrolled(self) -> Path:
        made = self.hub.stations.enrol("vr", f"http://127.0.0.1:{self.port}")
        settings = {
            "station": made.station,
            "atelier": made.atelier,
            "steps": list(made.steps),
            "hub": made.hub,
            "device_key": made.device_key.hex(),
            "event_key": made.event_key.hex(),
            "data": str(self.folder / "station"),
        }
        lines = [f"{name} = {json.dumps(value)}" for name, value in settings.items()]
        lines += [
            "[scanner]",
            f"port = {json.dumps(str(self.folder / 'no-scanner'))}",
            "[screen]",
            f"port = {self.page_port}",
            "[uplink]",
            "beat_s = 0.2",
            "backoff_min_s = 0.1",
            "backoff_max_s = 0.5",
            "[standin]",
            'panel = "print"',
            f"clock = {{ day_ms = {AFTERNOON_MS}, real_ms = {self.real_ms}, speed = 1.0 }}",
        ]
        path = self.folder / "station.toml"
        path.write_text("\n".join(lines) + "\n", "utf-8")
        path.chmod(0o600)
        return path

    def _started(self) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(
            [sys.executable, "-m", "firmware", "run", "--config", str(self._settings)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            env=os.environ | {"PYTHONPATH": str(Path(firmware.__file__).parents[1])},
        )

    def hub_goes(self) -> None:
        self.hub.stop()

    def hub_comes(self) -> None:
        self.hub = self._opened()

    def station_restarts(self, *, kill: bool) -> None:
        self.station.kill() if kill else self.station.terminate()
        self.station.wait()
        self.station = self._started()

    def close(self) -> None:
        self.station.kill()
        self.station.wait()
        self.hub.stop()


@pytest.fixture
def booth(tmp_path: Path) -> Iterator[Booth]:
    opened = Booth(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def show(browser: Browser) -> Iterator[Callable[[str], Page]]:
    """Opens a page, as soon as there is one at that address."""
    contexts = []

    def open_one(url: str) -> Page:
        contexts.append(browser.new_context(viewport={"width": 480, "height": 320}))
        page = contexts[-1].new_page()
        end = time.monotonic() + PATIENCE_MS / 1000
        host, port = "127.0.0.1", int(url.rsplit(":", 1)[1].strip("/"))
        while not listens(host, port):
            assert time.monotonic() < end, f"nobody listens at {url}"
        page.goto(url)
        expect(page.locator("main.page")).to_be_visible(timeout=PATIENCE_MS)
        return page

    yield open_one
    for context in contexts:
        context.close()


def test_it_appears_outlives_the_hub_and_a_kill_and_goes_when_withdrawn(
    booth: Booth, show: Callable[[str], Page]
) -> None:
    page = show(booth.url)
    said = page.locator(".announced .lines")
    act = booth.hub.day.announce(SNACK, booth.hub.day.clock() + 30 * MINUTE_MS)
    expect(said).to_have_text(SNACK["fr"], timeout=PATIENCE_MS)
    hostile = '<img src=x onerror="window.hacked=1">\x1b@\x1dV\x00 \u202e' + "é" * 200
    also = booth.hub.day.announce({"fr": hostile}, booth.hub.day.clock() + 30 * MINUTE_MS)
    expect(said).to_have_text('<img src=x onerror="window.hacked=1"> @ V ' + "é" * 200, timeout=PATIENCE_MS)
    assert page.evaluate("window.hacked") is None
    booth.hub.day.withdraw(also)
    expect(said).to_have_text(SNACK["fr"], timeout=PATIENCE_MS)
    booth.hub_goes()
    expect(page.locator(".condition [data-tone=warn]").first).to_be_attached(timeout=PATIENCE_MS)
    expect(said).to_be_visible()
    booth.station_restarts(kill=True)
    page = show(booth.url)
    expect(page.locator(".announced .lines")).to_have_text(SNACK["fr"])
    booth.hub_comes()
    booth.hub.day.withdraw(act)
    expect(page.locator(".announced")).to_be_hidden(timeout=PATIENCE_MS)


def test_without_the_hub_it_goes_at_its_end(booth: Booth, show: Callable[[str], Page]) -> None:
    page = show(booth.url)
    booth.hub.day.announce(SNACK, booth.hub.day.clock() + 15_000)
    expect(page.locator(".announced .lines")).to_have_text(SNACK["fr"], timeout=PATIENCE_MS)
    booth.hub_goes()
    expect(page.locator(".announced")).to_be_hidden(timeout=PATIENCE_MS)
