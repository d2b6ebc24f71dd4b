"""Who watches the floor: one computation for all, never too many, never an old frame after a new one."""

import gc
import json
import os
import threading
import tracemalloc
from collections.abc import Iterator
from contextlib import closing
from itertools import count, pairwise
from statistics import median

import pytest

from kiosk.rules.party import Group
from kiosk.web import live as module
from kiosk.web.frame import COURSE_S
from kiosk.web.live import Crowded, Frame, Live, Watch

from ..patience import until


class Numbers:
    """A day of which only the version changes."""

    def __init__(self) -> None:
        self.version = 0
        self.composed = 0
        self.change = threading.Condition()

    def compose(self, number: int) -> Frame:
        self.composed += 1
        shown = {"fr": {"texts": {"n": str(self.version)}}}
        return Frame(
            number, self.version, {}, shown, {"fr": f"id: {number}\ndata: {self.version}\n\n".encode()}
        )

    def changed(self, facts: int, timeout_s: float) -> None:
        with self.change:
            self.change.wait_for(lambda: self.version != facts, timeout_s)

    def bump(self) -> None:
        with self.change:
            self.version += 1
            self.change.notify_all()


@pytest.fixture
def numbers() -> Numbers:
    return Numbers()


@pytest.fixture
def live(numbers: Numbers) -> Iterator[Live]:
    live = Live(numbers.compose, lambda: numbers.version, numbers.changed, most=3)
    yield live
    live.close()


def data(chunk: bytes) -> int:
    return int(chunk.split(b"data: ")[1])


def test_nothing_is_composed_while_nobody_watches(live, numbers):
    numbers.bump()
    assert numbers.composed == 0


def test_a_frame_that_is_asked_for_holds_every_fact(live, numbers):
    assert live.frame().facts == 0
    numbers.bump()
    assert live.frame().facts == 1
    composed = numbers.composed
    assert live.frame() is live.frame()
    assert numbers.composed == composed


def test_all_who_watch_share_one_computation(live, numbers):
    watches = [live.watch("fr") for _ in range(3)]
    for watch in watches:
        assert next(watch).startswith(b"retry:")
    first = {next(watch) for watch in watches}
    assert len(first) == 1
    before = numbers.composed
    numbers.bump()
    assert {data(next(watch)) for watch in watches} == {1}
    assert numbers.composed - before <= 2
    for watch in watches:
        watch.close()


def test_it_is_known_which_channels_are_watched_and_each_frame_may_come_on_another(live, numbers):
    shows = ["fr"]
    first, second = live.watch("fr", lambda: shows[0]), live.watch("en")
    assert live.watched == {"fr", "en"}
    second.close()
    second.close()
    assert live.watched == {"fr"}
    next(first)
    assert data(next(first)) == 0
    shows[0] = "en"  # nobody composed that
    numbers.bump()
    assert next(first).startswith(b": soon")
    shows[0] = "fr"
    numbers.bump()
    assert data(next(first)) == 2
    first.close()
    assert live.watched == frozenset()


def test_who_fell_behind_gets_the_newest_frame_only(live, numbers):
    slow, quick = live.watch("fr"), live.watch("fr")
    for watch in (slow, quick):
        next(watch)
        next(watch)
    for _ in range(3):
        numbers.bump()
        while data(next(quick)) != numbers.version:
            pass
    assert data(next(slow)) == 3


def test_there_are_never_too_many(live):
    watches = [live.watch("fr") for _ in range(3)]
    with pytest.raises(Crowded):
        live.watch("fr")
    watches[0].close()
    watches[0].close()
    assert live.watchers == 2
    live.watch("fr")
    with pytest.raises(Crowded):
        live.watch("fr")


def test_a_page_that_comes_again_takes_its_own_place(live):
    """Nobody knows yet that its first connection is dead."""
    first, other, third = live.watch("fr", page="a"), live.watch("fr", page="b"), live.watch("fr", page="c")
    reader = threading.Thread(target=lambda: [None for _ in read_by_server(first)])
    reader.start()
    again = live.watch("en", page="a")
    reader.join()
    assert live.watchers == 3
    assert live.watched == {"fr", "en"}
    with pytest.raises(Crowded):
        live.watch("fr", page="d")
    with pytest.raises(Crowded):
        live.watch("fr")
    assert next(again).startswith(b"retry:")
    assert not (other.over or third.over or again.over)


def read_by_server(watch: Watch) -> Iterator[bytes]:
    """As the server reads: to the end, and then it closes it."""
    with closing(watch):
        yield from watch


def test_a_stream_that_cannot_be_ended_keeps_its_place(live, monkeypatch):
    """Its thread is stuck in a write. There are no more streams than threads for them."""
    monkeypatch.setattr(module, "OVER_S", 0.05)
    stuck = [live.watch("fr", page=name) for name in "abc"]
    with pytest.raises(Crowded):
        live.watch("fr", page="a")
    stuck[0].close()
    assert next(live.watch("fr", page="a")).startswith(b"retry:")


def test_pages_that_lose_the_hub_together_come_back_one_after_the_other(numbers):
    with closing(Live(numbers.compose, lambda: numbers.version, numbers.changed)) as live:
        told = [int(next(live.watch("fr")).removeprefix(b"retry:")) for _ in range(50)]
    assert len(set(told)) == 50
    assert min(told) >= 1000
    assert max(told) <= 5000


def test_a_frame_comes_even_where_nothing_changes(live, monkeypatch):
    monkeypatch.setattr(module, "KEEP_S", 0.1)
    watch = live.watch("fr")
    next(watch)
    assert len({next(watch) for _ in range(3)}) == 3


def test_a_silent_publisher_leaves_a_heartbeat(live, numbers, monkeypatch):
    monkeypatch.setattr(module, "BEAT_S", 0.05)
    monkeypatch.setattr(module, "KEEP_S", 1000)
    watch = live.watch("fr")
    next(watch)
    next(watch)
    assert next(watch) == b": beat\n\n"


def test_who_watches_sees_the_floor_again_after_a_frame_that_could_not_be_composed(
    live, numbers, monkeypatch
):
    told: list[threading.ExceptHookArgs] = []
    monkeypatch.setattr(threading, "excepthook", told.append)
    monkeypatch.setattr(module, "BEAT_S", 0.05)
    compose = live._compose
    watch = live.watch("fr")
    next(watch)
    assert data(next(watch)) == 0

    def broken(number: int) -> Frame:
        raise ArithmeticError("a fact that nobody thought of")

    live._compose = broken
    numbers.bump()
    until(lambda: next(watch) == b": beat\n\n" and len(told) > 1, "another try")
    live._compose = compose
    until(lambda: next(watch).endswith(b"data: 1\n\n"), "the floor as it is")
    assert {each.exc_type for each in told} == {ArithmeticError}


def test_a_fact_waits_for_no_frame_that_was_not_shown(live, numbers, monkeypatch):
    monkeypatch.setattr(module, "SPACING_S", 3600)
    monkeypatch.setattr(module, "KEEP_S", 3600)
    monkeypatch.setattr(module, "TICK_S", 0.01)
    live.frame()
    watch = live.watch("fr")
    next(watch)
    assert data(next(watch)) == 0
    before = numbers.composed
    until(lambda: numbers.composed >= before + 3)
    numbers.bump()
    assert data(next(watch)) == 1


def test_every_watch_ends_at_once_when_the_hub_stops(live):
    watch = live.watch("fr")
    next(watch)
    next(watch)
    ended = threading.Event()
    thread = threading.Thread(target=lambda: ([None for _ in watch], ended.set()))
    thread.start()
    live.close()
    assert ended.wait(60)
    thread.join()
    with pytest.raises(Crowded):
        live.watch("fr")


def test_who_slept_for_an_hour_gets_the_floor_as_it_is_and_nothing_of_what_it_missed(house):
    """A telephone that was put away reads nothing; when it is looked at again the next frame is the newest."""
    with closing(house.live.watch("fr")) as asleep:
        next(asleep)
        assert board_of(next(asleep))["came"]["parties"] == 0
        for number in range(1, 61):
            house.clock.at_ms += 60_000
            house.day.check_in([Group("18-59", "f", 1)], "fr")
            assert house.live.frame().data["board"]["came"]["parties"] == number
        woken = board_of(next(asleep))
        assert woken["at_ms"] == house.clock()
        assert woken == house.live.frame().data["board"]
        assert woken["came"]["parties"] == 60


def board_of(chunk: bytes) -> dict:
    return json.loads(chunk.split(b"data: ", 1)[1])["board"]


@pytest.mark.long
def test_frame_after_frame_nothing_grows(lively_day, monkeypatch):
    """Each a frame of another minute, told in each language to somebody who watches. `RONDE_LONG=1`: two hours at five
    frames a second; otherwise 300 frames. What grows does so in each part of them: what is built once, or held for a
    while, is in some only. The lines are drawn anew every fiftieth frame, however fast the machine is."""
    frames = 7_200 if os.environ.get("RONDE_LONG") == "1" else 50
    live, passed = lively_day.live, count()
    monkeypatch.setattr(live._compose._courses, "_monotonic", lambda: next(passed) * COURSE_S / 50)
    with closing(live.watch("fr")) as first, closing(live.watch("en")) as second:

        def shown(many: int) -> int:
            """How many bytes there are after so many frames."""
            for number in range(many):
                lively_day.clock.at_ms += 1_000 if number % 2 else -1_000
                with live._composing:
                    live._renewed()
                assert first._live.newer(0, 0) is not None
            with live._composing:  # nobody else makes a frame meanwhile
                live._frame = live._newest  # two are held, or one, by whether the last was shown
                gc.collect()
                return tracemalloc.get_traced_memory()[0]

        tracemalloc.start()
        try:
            shown(50)
            held = [shown(frames) for _ in range(6)]
        finally:
            tracemalloc.stop()
        assert second is not first
    grown = [after - before for before, after in pairwise(held)]
    assert median(grown) < 100 * frames, f"{grown} bytes more after {frames} frames each"
