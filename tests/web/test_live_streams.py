"""The organisers' page over a socket: its streams, how many there may be, and how they end."""

import http.client
import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager

import pytest

from kiosk.rules.party import Group
from kiosk.web import live as module

from ..patience import until


@contextmanager
def watching(house, query: str = "") -> Iterator[http.client.HTTPResponse]:
    with closing(http.client.HTTPConnection("127.0.0.1", house.port, timeout=60)) as connection:
        connection.request("GET", "/flow/events" + query)
        with connection.getresponse() as answer:
            yield answer


def frame(answer: http.client.HTTPResponse) -> dict:
    """The next frame of a stream."""
    event: dict[str, str] = {}
    while True:
        line = answer.readline().decode().rstrip("\n")
        if line:
            name, _, value = line.partition(": ")
            event[name] = value
        elif "data" in event:
            assert event["event"] == "floor"
            return json.loads(event["data"]) | {"number": int(event["id"])}
        else:
            event = {}


@pytest.mark.alone
def test_a_stream_says_the_whole_floor_and_then_each_change(house):
    with watching(house) as answer:
        assert answer.status == 200
        assert answer.headers["Content-Type"].startswith("text/event-stream")
        first = frame(answer)
        assert first["board"]["came"]["parties"] == 0
        assert {each["state"] for each in first["stations"]} == {"never"}
        assert first["printer"]["trouble"] == ""
        house.day.check_in([Group("18-59", "f", 2)], "fr")
        told = time.monotonic()
        second = frame(answer)
        assert time.monotonic() - told < 1
        assert second["board"]["came"] == {"parties": 1, "people": 2}
        assert second["shown"]["texts"]["came.people"] == "2"
        assert second["number"] > first["number"]


@pytest.mark.alone
def test_the_printer_s_trouble_is_told_within_a_second(house):
    with watching(house, "?lang=en") as answer:
        frame(answer)
        house.printer.says("paper_out", house.clock())
        told = time.monotonic()
        assert frame(answer)["shown"]["texts"]["printer"] == "Out of paper"
        assert time.monotonic() - told < 1.5


def test_frames_come_five_times_a_second_at_most(house):
    with watching(house) as answer:
        frame(answer)
        stop = threading.Event()

        def change() -> None:
            while not stop.is_set():
                house.day.check_in([Group("18-59", "f", 1)], "fr")

        thread = threading.Thread(target=change)
        thread.start()
        try:
            began = time.monotonic()
            for _ in range(6):
                frame(answer)
            assert time.monotonic() - began > 0.9
        finally:
            stop.set()
            thread.join()


def test_above_the_cap_a_watcher_is_told_to_come_back(open_house, roubaix):
    house = open_house(roubaix, roubaix.opens_ms, most=4)
    with ExitStack() as all_of_them:
        for _ in range(4):
            frame(all_of_them.enter_context(watching(house)))
        status, headers, _ = house.ask("GET", "/flow/events")
        assert (status, int(headers["retry-after"]) > 0) == (503, True)
        assert house.ask("GET", "/flow")[0] == 200
        assert house.ask("GET", "/api/health")[0] == 200

    def let_in():
        house.day.check_in([Group("18-59", "f", 1)], "fr")  # a write is how a closed connection is noticed
        return house.ask("HEAD", "/flow/events")[0] == 200 and not house.live.watchers

    until(let_in, "a place for one more")


@pytest.mark.alone
def test_fifty_pages_that_lose_the_hub_without_a_word_are_all_back_at_once(house):
    """Their first connections stay open and unread: to the hub a telephone without Wi-Fi looks like this."""
    with ExitStack() as all_of_them:
        gone = [all_of_them.enter_context(opened(house, f"page={number}")) for number in range(50)]
        for each in gone:
            assert each.recv(12) == b"HTTP/1.1 200"
        assert house.live.watchers == 50
        began = time.monotonic()
        back = [all_of_them.enter_context(opened(house, f"page={number}")) for number in range(50)]
        for each in back:
            assert each.recv(12) == b"HTTP/1.1 200"
        assert time.monotonic() - began < 10
        assert house.live.watchers == 50
        with watching(house, "?page=new") as one_more:
            assert frame(one_more)["board"]["came"]["parties"] == 0


@contextmanager
def opened(house, query: str) -> Iterator[socket.socket]:
    with closing(socket.create_connection(("127.0.0.1", house.port), timeout=60)) as made:
        made.sendall(f"GET /flow/events?{query} HTTP/1.1\r\nHost: hub\r\n\r\n".encode())
        yield made


def test_the_usual_cap_leaves_threads_for_everybody_else():
    from kiosk.hub import THREADS
    from kiosk.web.app import SCREENS
    from kiosk.web.atelier import PAGES

    assert THREADS >= 2 * module.MOST
    assert THREADS >= module.MOST + SCREENS + PAGES + 24


def test_asking_for_the_head_only_takes_no_place(house):
    assert house.ask("HEAD", "/flow/events")[0] == 200
    assert house.live.watchers == 0


@pytest.mark.alone
def test_streams_end_when_the_hub_stops(house):
    with watching(house) as answer:
        frame(answer)
        began = time.monotonic()
        house.cut()
        assert time.monotonic() - began < 5
        assert answer.read() is not None


@pytest.mark.alone
def test_a_watcher_that_reads_nothing_slows_nobody_down(house):
    with closing(socket.socket()) as asleep, watching(house) as awake:
        asleep.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        asleep.connect(("127.0.0.1", house.port))
        asleep.sendall(b"GET /flow/events HTTP/1.1\r\nHost: hub\r\n\r\n")
        frame(awake)
        until(lambda: frame(awake) and house.live.watchers == 2, "the second watcher")
        for number in range(1, 12):
            house.day.check_in([Group("18-59", "f", 1)], "fr")
            told = time.monotonic()
            while frame(awake)["board"]["came"]["parties"] < number:
                pass
            assert time.monotonic() - told < 1
