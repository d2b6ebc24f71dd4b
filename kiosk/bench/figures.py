"""The measurements themselves, one function each; `main` runs them in order."""

import json
import random
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from firmware.wire.batch import MOST_PASSAGES

from .. import eventfile
from ..clock import DayClock
from ..day import Day
from ..registry import enrolment
from ..replay import replay
from ..rules.facts import PrintMoved
from ..rules.party import Group
from ..store.journal import Journal
from .hub import EXAMPLE, HubProcess
from .measure import Figure, percentile, timed
from .station import LoadStation
from .watchers import Watchers


def disk(folder: Path, times: int) -> Iterator[Figure]:
    """A fact of a hundred bytes, durable: the disk's share in everything below."""
    journal = Journal.open(folder / "disk.db")
    fact = PrintMoved(1, "confirmed", "x" * 60)
    samples = timed(lambda: journal.append([(0, fact)]), times)
    journal.close()
    yield Figure("durable commit, p50", percentile(samples, 0.5), "ms")
    yield Figure("durable commit, p99", percentile(samples, 0.99), "ms")


def passages_one_client(hub: HubProcess, times: int) -> Iterator[Figure]:
    station = LoadStation(hub.stations[0], hub.port, 500, seed=1)
    samples = timed(lambda: station.post(station.batch(1)), times)
    station.close()
    yield Figure("one passage, 1 client, p50", percentile(samples, 0.5), "ms", 3)
    yield Figure("one passage, 1 client, p99", percentile(samples, 0.99), "ms")
    yield Figure("one passage, 1 client", 1000 * times / sum(samples), "passages/s")


def passages_eight_clients(hub: HubProcess, times: int) -> Iterator[Figure]:
    clients = [LoadStation(hub.stations[number % 8], hub.port, 500, seed=10 + number) for number in range(8)]
    samples: list[list[float]] = [[] for _ in clients]
    begin = threading.Barrier(len(clients) + 1)

    def run(number: int) -> None:
        station = clients[number]
        begin.wait()
        samples[number] = timed(lambda: station.post(station.batch(1)), times)

    threads = [threading.Thread(target=run, args=[number]) for number in range(len(clients))]
    for thread in threads:
        thread.start()
    begin.wait()
    begun = time.perf_counter()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - begun
    for station in clients:
        station.close()
    every = [sample for one in samples for sample in one]
    if len(every) != times * len(clients):
        raise RuntimeError("a client stopped before its end")
    yield Figure("one passage, 8 clients, p50", percentile(every, 0.5), "ms")
    yield Figure("one passage, 8 clients, p99", percentile(every, 0.99), "ms")
    yield Figure("one passage, 8 clients", len(every) / seconds, "passages/s", 500, most=False)


def passages_in_batches(hub: HubProcess, batches: int) -> Iterator[Figure]:
    station = LoadStation(hub.stations[1], hub.port, 2000, seed=2)
    begun = time.perf_counter()
    for _ in range(batches):
        station.post(station.batch(MOST_PASSAGES))
    seconds = time.perf_counter() - begun
    station.close()
    yield Figure(
        "batches of 200, 1 client", batches * MOST_PASSAGES / seconds, "passages/s", 10_000, most=False
    )


def check_in(folder: Path, times: int) -> Iterator[Figure]:
    """From the counts of a family to its route and its print job, durable."""
    event = eventfile.load(EXAMPLE)
    day = Day(Journal.open(folder / "check-in.db"), event, DayClock(event.opens_ms))
    people = [Group(event.bands[0].id, "x", 2), Group(event.bands[-1].id, "f", 1)]
    samples = timed(lambda: day.check_in(people, event.languages[0]), times)
    day.close()
    yield Figure("check-in to committed print job, p50", percentile(samples, 0.5), "ms")
    yield Figure("check-in to committed print job, p99", percentile(samples, 0.99), "ms")


def scan_to_browser(hub: HubProcess, times: int) -> Iterator[Figure]:
    """From the post of a passage to the event that a browser on /flow gets for it."""
    watching = hub.connect()
    watching.request("GET", "/flow/events", headers={"Accept": "text/event-stream"})
    stream = watching.getresponse()
    if stream.status != 200:
        raise RuntimeError(f"/flow/events answered {stream.status}")
    station = LoadStation(hub.stations[2], hub.port, 500, seed=3)
    samples = []
    seen = _passages_in_next(stream)
    draw, pause = random.Random(5), threading.Event()
    for _ in range(times):
        body = station.batch(1)
        pause.wait(draw.uniform(0.1, 0.6))  # scans do not wait for the screen
        begun = time.perf_counter()
        station.post(body)
        wanted = seen + 1
        while seen < wanted:
            seen = _passages_in_next(stream)
        samples.append((time.perf_counter() - begun) * 1000)
    station.close()
    watching.close()
    yield Figure("scan to browser event, p50", percentile(samples, 0.5), "ms")
    yield Figure("scan to browser event, p95", percentile(samples, 0.95), "ms", 300)


def scan_to_browsers(hub: HubProcess, times: int, browsers: int) -> Iterator[Figure]:
    """The same while so many watch, each of their events counted."""
    station = LoadStation(hub.stations[3], hub.port, 500, seed=6)
    samples: list[float] = []
    draw, pause = random.Random(7), threading.Event()
    with Watchers(hub.port, browsers) as watchers:
        for _ in range(times):
            wanted = watchers.passages() + 1
            body = station.batch(1)
            pause.wait(draw.uniform(0.1, 0.6))
            begun = time.perf_counter()
            station.post(body)
            samples += [1000 * (at_s - begun) for at_s in watchers.showed(wanted)]
    station.close()
    yield Figure(f"scan to browser event, {browsers} browsers, p50", percentile(samples, 0.5), "ms")
    yield Figure(f"scan to browser event, {browsers} browsers, p95", percentile(samples, 0.95), "ms", 300)


def _passages_in_next(stream: Iterator[bytes]) -> int:
    """How many passages the next frame of a page's stream counts."""
    for line in stream:
        if line.startswith(b"data:"):
            return int(json.loads(line[5:])["board"]["passages"])
    raise RuntimeError("the stream of /flow ended")


def replaying(folder: Path, passages: int) -> Iterator[Figure]:
    """A file of passages folded by `ronde replay`, as at the start of a hub."""
    event = eventfile.load(EXAMPLE)

    journal = Journal.open(folder / "replay.db")
    station = LoadStation(enrolment(event, journal, event.stations[0].id, "http://127.0.0.1"), 0, 5000, 4)
    lines = []
    for _ in range(passages // MOST_PASSAGES):
        lines += [json.dumps(each) for each in json.loads(station.batch(MOST_PASSAGES))["passages"]]
    begun = time.perf_counter()
    done = replay(event, lines)
    seconds = time.perf_counter() - begun
    journal.close()
    if done.unread or done.view.passages != len(lines):
        raise RuntimeError("not all passages were folded")
    yield Figure(f"replay of {len(lines)} passages", seconds, "s", 3 * len(lines) / 100_000)


def memory(hub: HubProcess) -> Iterator[Figure]:
    yield Figure("memory of the hub after all this", hub.sample().resident_mb, "MB", 120)
