"""Measure the door, and say what it says: `python -m tests.doorways [table] [spoken]`, with the packages of the
tests and Debian's Chromium.

table    touches and times of the common ways through the door, into docs/door.md
spoken   what a screen reader makes of each screen, into tests/door/spoken/; look at what changed
"""

import os
import platform
import statistics
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from kiosk import eventfile

from .door.looks import HEADINGS, SPOKEN, headings, spoken
from .door.walk import Walk
from .door.ways import COMMON, WAYS
from .web.conftest import ROUBAIX, House, afternoon

PAGE = Path(__file__).parent.parent / "docs" / "door.md"
TABLE_START, TABLE_END = "<!-- times -->\n\n", "\n\n<!-- /times -->"
WATCH = (Path(__file__).parent / "door" / "watch.js").read_text("utf-8")
TIMES = 5


def main(names: list[str]) -> None:
    made = {"table": _table, "spoken": _spoken}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        for name in names or made:
            made[name](browser)
        browser.close()


@contextmanager
def _door(browser: Browser, script: str = "", **context: object) -> Iterator[tuple[House, Page]]:
    """The door of a day of its own, at the afternoon of the example."""
    event = eventfile.load(ROUBAIX)
    with tempfile.TemporaryDirectory(prefix="ronde-door-") as folder:
        house = House(Path(folder), event, afternoon(event))
        opened = browser.new_context(viewport={"width": 800, "height": 480}, **context)
        try:
            if script:
                opened.add_init_script(script)
            page = opened.new_page()
            page.goto(house.door_url + "/door")
            yield house, page
        finally:
            opened.close()
            house.close()


def _spoken(browser: Browser) -> None:
    SPOKEN.mkdir(exist_ok=True)
    for old in SPOKEN.glob("*.yml"):
        old.unlink()
    arabic = []
    for way in WAYS.values():
        with _door(browser, reduced_motion="reduce") as (house, page):
            for screen in way(Walk(page, "fr", house)):
                (SPOKEN / f"{screen}.yml").write_text(spoken(page), "utf-8")
        with _door(browser, reduced_motion="reduce") as (house, page):
            arabic += [headings(page, screen) for screen in way(Walk(page, "ar", house))]
    HEADINGS.write_text("".join(arabic), "utf-8")


# Times


@dataclass(frozen=True)
class Measured:
    """Milliseconds on the page's own clock, from a touch until what it asked for was drawn."""

    touches: int
    all_ms: float
    longest_ms: float


def _table(browser: Browser) -> None:
    before, _, rest = PAGE.read_text("utf-8").partition(TABLE_START)
    _, _, after = rest.partition(TABLE_END)
    PAGE.write_text(before + TABLE_START + "\n".join(_rows(browser)) + TABLE_END + after, "utf-8")


def _rows(browser: Browser) -> Iterator[str]:
    yield f"Median of {TIMES}, on {_machine()}, with the hub, the browser and other work on it."
    yield ""
    yield "| way | touches | the door's own time | its longest answer |"
    yield "|---|---|---|---|"
    for name, way in COMMON.items():
        runs = [_measure(browser, way) for _ in range(TIMES)]
        (touches,) = {run.touches for run in runs}
        whole = statistics.median(run.all_ms for run in runs)
        longest = statistics.median(run.longest_ms for run in runs)
        yield f"| {name} | {touches} | {whole / 1000:.2f} s | {longest / 1000:.2f} s |"


def _measure(browser: Browser, way: object) -> Measured:
    with _door(browser, WATCH) as (house, page):
        walk = Walk(page, "fr", house)
        for _ in way(walk):  # type: ignore[operator]
            pass
        page.wait_for_function("() => window.watched.open === null")
        taken = page.evaluate("() => window.watched.taken")
    return Measured(walk.presses, sum(taken), max(taken))


def _machine() -> str:
    """The processor, as Linux names it."""
    lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith(("model name", "Model"))]
    return f"{os.cpu_count()} × {names[-1] if names else platform.machine()}"


if __name__ == "__main__":
    main(sys.argv[1:])
