"""From a scan to the pixels: the same on a page of a real Chromium, up to what it has drawn."""

import os
import random
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from firmware.wire.passage import ARRIVE, ENTER, LEAVE

from ..chromium import Chromium, found
from .hub import HubProcess
from .measure import Figure, percentile
from .station import LoadStation
from .watchers import Watchers

FLAGS = ("--headless=new", "--disable-gpu", "--window-size=1280,800", "--log-level=3")
PAGE_S = 30.0
# Of a family alone at an atelier: which words of its card each scan brings, or takes away.
TOLD = {ARRIVE: ("queue_parties", True), ENTER: ("inside_parties", True), LEAVE: ("inside_parties", False)}
# A message that is sent while a picture is drawn comes after it.
NEXT = """
window.next = new Promise((resolve) => {
  const place = document.querySelector('[data-text="KEY"]');
  const watcher = new MutationObserver(() => {
    if ((place.textContent !== "") !== WANTED) return;
    watcher.disconnect();
    const put = Date.now();
    requestAnimationFrame(() => {
      const after = new MessageChannel();
      after.port1.onmessage = () => resolve([put, Date.now()]);
      after.port2.postMessage(0);
    });
  });
  watcher.observe(place, { childList: true, characterData: true, subtree: true });
});
(place => place.textContent)(document.querySelector('[data-text="KEY"]'))
"""


def scan_to_pixels(folder: Path, times: int, browsers: int) -> Iterator[Figure]:
    """On a hub where nobody was yet, while so many more watch. Nothing where there is no Chromium."""
    program = found()
    if program is None:
        return
    with HubProcess(folder / "hub") as hub, Watchers(hub.port, browsers):
        chromium = Chromium(
            program,
            folder / "profile",
            f"http://127.0.0.1:{hub.port}/flow",
            (*FLAGS, *(["--no-sandbox"] if os.geteuid() == 0 else [])),
        )
        try:
            put, drawn = _measured(hub, chromium, times)
        finally:
            chromium.close()
    name = f"with {browsers} browsers"
    yield Figure(f"scan to the words on the page, {name}, p50", percentile(put, 0.5), "ms")
    yield Figure(f"scan to the words on the page, {name}, p95", percentile(put, 0.95), "ms")
    yield Figure(f"scan to pixels, {name}, p50", percentile(drawn, 0.5), "ms")
    yield Figure(f"scan to pixels, {name}, p95", percentile(drawn, 0.95), "ms", 300)
    yield Figure(f"scan to pixels, {name}, the slowest", max(drawn), "ms")


def _measured(hub: HubProcess, chromium: Chromium, times: int) -> tuple[list[float], list[float]]:
    number = next(number for number, station in enumerate(hub.event.stations) if {*TOLD} == {*station.steps})
    atelier = hub.event.stations[number].atelier
    station = LoadStation(hub.stations[number], hub.port, times, seed=8)
    draw, pause = random.Random(9), threading.Event()
    put, drawn = [], []
    _wait_until_live(chromium, pause)
    for turn in range(times):
        name, wanted = TOLD[(ARRIVE, ENTER, LEAVE)[turn % 3]]
        ask = NEXT.replace("KEY", f"atelier.{atelier}.{name}").replace("WANTED", str(wanted).lower())
        if (chromium.evaluate(ask) != "") is wanted:
            raise RuntimeError(f"the page shows {name} of {atelier} before its scan, or not after the last")
        body = station.batch(1)
        pause.wait(draw.uniform(0.1, 0.6))
        begun_ms = time.time_ns() / 1_000_000
        station.post(body)
        seen = chromium.evaluate("next", PAGE_S)
        put.append(seen[0] - begun_ms)
        drawn.append(seen[1] - begun_ms)
    station.close()
    return put, drawn


def _wait_until_live(chromium: Chromium, pause: threading.Event) -> None:
    end_s = time.monotonic() + PAGE_S
    while chromium.evaluate("document.body?.dataset.live") != "live":
        if time.monotonic() > end_s:
            raise RuntimeError(f"{chromium.where()} is not live within {PAGE_S:g} s")
        pause.wait(0.1)
