"""Who looks away comes back to what is so now; who looks all night is not the heavier for it. Hub and page alike."""

import gc
import json
import os
import re
import signal
import socket
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from itertools import pairwise

import pytest
from playwright.sync_api import Browser, CDPSession, Page
from waitress.channel import HTTPChannel

from kiosk.rules.party import Group
from kiosk.web import live as module
from kiosk.web.live import HELD_BYTES

from ..patience import until

MINUTE_MS = 60_000
FRAMES = 200 if os.environ.get("RONDE_LONG") == "1" else 60  # of each part
PARTS = 5
LIVE = "body[data-live=live]"
COUNT = """
window.frames_taken = 0;
const listen = EventSource.prototype.addEventListener;
EventSource.prototype.addEventListener = function (name, take) {
  return listen.call(this, name, (event) => { take(event); window.frames_taken += name !== "error"; });
};
"""


def pass_an_hour(house) -> None:
    """A family each minute."""
    for _ in range(60):
        house.clock.at_ms += MINUTE_MS
        house.day.check_in([Group("18-59", "f", 1)], "fr")


# The page


def test_a_page_that_was_stopped_for_an_hour_shows_what_is_so_now(
    lively_day, browser, open_page, monkeypatch
):
    """A telephone in a pocket: nothing of its pages runs, while its network still takes what comes."""
    monkeypatch.setattr(module, "SPACING_S", 0.0)
    page = open_page(lively_day.url + "/flow", 390, 844)
    page.wait_for_selector(LIVE)
    with stopped(browser):
        pass_an_hour(lively_day)
    page.wait_for_function(
        "() => document.querySelector('[data-text=\"came.parties\"]').textContent === '100\u00a0familles'"
    )
    page.wait_for_selector(LIVE)
    with lively_day.live._composing:  # time stands still: no other frame comes
        shown = lively_day.live._frame.shown["fr"]["texts"]
        page.wait_for_function("clock => document.querySelector('[data-text=clock]').textContent === clock",
                               arg=shown["clock"])  # fmt: skip
        stands = page.eval_on_selector_all(
            "[data-text]", "all => all.map(each => [each.dataset.text, each.textContent])"
        )
    assert len(stands) > 50
    assert [(key, text) for key, text in stands if text != shown[key]] == []


@contextmanager
def stopped(browser: Browser) -> Iterator[None]:
    """The processes of its pages stand still."""
    told = browser.new_browser_cdp_session().send("SystemInfo.getProcessInfo")["processInfo"]
    pages = [each["id"] for each in told if each["type"] == "renderer"]
    assert pages
    for each in pages:
        os.kill(each, signal.SIGSTOP)
    try:
        yield
    finally:
        for each in pages:
            os.kill(each, signal.SIGCONT)


@pytest.mark.long
@pytest.mark.parametrize("path", ["/flow", "/screen"])
def test_a_page_that_is_left_open_grows_by_nothing(lively_day, browser, path):
    """Frames at speed, each another minute's. `RONDE_LONG=1`: 1,000 of them, otherwise 300. What grows does so in each
    part of them; code that is compiled weighs in some only.
    """
    context = browser.new_context(viewport={"width": 1280, "height": 720})
    try:
        page = context.new_page()
        page.add_init_script(COUNT)
        page.goto(lively_day.url + path)
        page.wait_for_selector(LIVE)
        chromium = context.new_cdp_session(page)
        # By then all that a page keeps is there: tasks, lines, compiled code.
        take_frames(lively_day, page, path, 300)
        held = [weight(page, chromium)]
        for _ in range(PARTS):
            take_frames(lively_day, page, path, FRAMES)
            held.append(weight(page, chromium))
    finally:
        context.close()
    before, after = held[0], held[-1]
    assert after["forgotten"] <= before["forgotten"] + 50, (before, after)
    assert after["jsEventListeners"] <= before["jsEventListeners"]
    grown = [later["usedSize"] - earlier["usedSize"] for earlier, later in pairwise(held)]
    assert min(grown) < 100 * FRAMES, f"{grown} bytes more after {FRAMES} frames each"


def take_frames(house, page: Page, path: str, count: int) -> None:
    live = house.app.extensions["live" if path == "/flow" else "screen"]
    wanted = page.evaluate("window.frames_taken") + count
    while (taken := page.evaluate("window.frames_taken")) < wanted:
        house.clock.at_ms += MINUTE_MS if taken % 2 else -MINUTE_MS
        with live._composing:
            live._renewed()


def weight(page: Page, chromium: CDPSession) -> dict[str, int]:
    """`forgotten`: nodes that are kept and stand nowhere on the page."""
    for _ in range(3):
        chromium.send("HeapProfiler.collectGarbage")
    found = chromium.send("Memory.getDOMCounters") | chromium.send("Runtime.getHeapUsage")
    standing = page.evaluate(
        "() => { const walker = document.createTreeWalker(document); let count = 1;"
        " while (walker.nextNode()) count += 1; return count; }"
    )
    return found | {"forgotten": found["nodes"] - standing}


# The hub


def test_who_reads_nothing_for_an_hour_costs_the_hub_some_frames_and_comes_back_to_the_newest(
    lively_day, monkeypatch
):
    monkeypatch.setattr(module, "SPACING_S", 0.0)
    with ExitStack() as all_of_them:
        asleep = [all_of_them.enter_context(sleeper(lively_day.port)) for _ in range(10)]
        until(lambda: lively_day.live.watchers == len(asleep))
        largest = 0
        for _ in range(4):
            pass_an_hour(lively_day)
            lively_day.clock.at_ms -= 60 * MINUTE_MS
            largest = max(largest, len(lively_day.live.frame().events["fr"]))
            held = [each.total_outbufs_len for each in gc.get_objects() if type(each) is HTTPChannel]
            assert max(held) <= HELD_BYTES + 2 * largest
        assert 60 * largest > 4 * HELD_BYTES  # there was more to hold
        parties = lively_day.live.frame().data["board"]["came"]["parties"]
        assert parties == 280
        for each in asleep:
            assert parties in shown(each)


@contextmanager
def sleeper(port: int) -> Iterator[socket.socket]:
    with closing(socket.socket()) as made:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        made.settimeout(30)
        made.connect(("127.0.0.1", port))
        made.sendall(b"GET /flow/events?lang=fr HTTP/1.1\r\nHost: hub\r\n\r\n")
        yield made


def shown(awake: socket.socket) -> Iterator[int]:
    """The families that each frame counts, as it comes."""
    heard = b""
    while data := awake.recv(1 << 16):
        heard += data
        *found, heard = re.split(rb'"came":(\{[^}]*\})', heard)
        yield from (json.loads(each)["parties"] for each in found[1::2])
