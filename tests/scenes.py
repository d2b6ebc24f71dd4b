"""Look at the organisers' pages in any moment of a day: `python -m tests.scenes [NAME …] [--to FOLDER]`.

Without a folder, the hub of the first scene is left running until Ctrl-C, its clock standing still; with one, the pages
of each scene are photographed, on a phone, a laptop and a television. The scenes are those of tests/web/scenes.py.
"""

import argparse
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import sync_playwright

from .web.conftest import House
from .web.scenes import KINDS, SCENES, Scene

SIZES = {"phone": (390, 844), "laptop": (1280, 800), "tv": (1920, 1080)}


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    asked.add_argument("scenes", nargs="*", metavar="NAME", help=", ".join(SCENES))
    asked.add_argument("--to", type=Path, metavar="FOLDER")
    asked.add_argument("--page", default="/flow")
    asked.add_argument("--sizes", nargs="*", default=list(SIZES), choices=list(SIZES))
    asked.add_argument("--schemes", nargs="*", default=["light"], choices=["light", "dark"])
    asked.add_argument("--languages", nargs="*", default=["fr"])
    asked.add_argument("--whole", action="store_true", help="as long as the page is")
    given = asked.parse_args()
    scenes = {name: SCENES[name] for name in given.scenes or KINDS}
    if given.to is None:
        with opened(next(iter(scenes.values()))) as house:
            sys.stdout.write(f"{house.url}\n")
            sys.stdout.flush()
            signal.sigwait({signal.SIGINT, signal.SIGTERM})
        return
    given.to.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--lang=fr-FR"]
        )
        for name, scene in scenes.items():
            with opened(scene) as house:
                for size in given.sizes:
                    for scheme in given.schemes:
                        for language in given.languages:
                            width, height = SIZES[size]
                            page = browser.new_page(
                                viewport={"width": width, "height": height},
                                color_scheme=scheme,
                                locale=language,
                            )
                            page.goto(f"{house.url}{given.page}?lang={language}")
                            page.wait_for_selector("[data-live=live]")
                            path = given.to / f"{name}-{size}-{scheme}-{language}.png"
                            page.screenshot(path=path, full_page=given.whole)
                            page.close()
        browser.close()


@contextmanager
def opened(scene: Scene) -> Iterator[House]:
    with tempfile.TemporaryDirectory(prefix="ronde-scene-") as folder:
        house = House(Path(folder), scene.event(), scene.at_ms)
        try:
            yield scene.play(house)
        finally:
            house.close()


if __name__ == "__main__":
    main()
