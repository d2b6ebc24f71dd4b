"""Make the pictures of docs/: `python -m tests.pictures [day] [rehearsal] [afternoon] [screen] [sheets]`, with the
packages of the tests and Debian's Chromium.

day        a day is played at speed; in the middle of its afternoon the pages are photographed
rehearsal  the page of a rehearsal
afternoon  one afternoon with advice and without
screen     the animator's screen, on a small display and on a phone
sheets     the route sheet in each language, and the table of sizes in docs/printing.md
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from itertools import product
from pathlib import Path

from playwright.sync_api import Browser, Page, Playwright, sync_playwright

from kiosk import eventfile
from kiosk.paper.render import PaperSettings, render
from kiosk.preview import example, length_dots, preview
from kiosk.rules.event import Event
from kiosk.texts import languages, texts
from kiosk.twin import afternoon
from kiosk.twin.scenario import load

from .screen.conftest import SIZES, Server, glasses, robots

ROOT = Path(__file__).parent.parent
PICTURES = ROOT / "docs" / "pictures"
PORT = 18080
DAY = f"http://127.0.0.1:{PORT}"
DOOR = f"http://127.0.0.1:{PORT + 1}/door"
UNTIL = "T15:25"
PATIENCE_S = 300
SETTLED_MS = 1000  # before that, a page takes no tap: it may have been meant for what stood there
ROUBAIX = ROOT / "kiosk" / "events" / "roubaix-2022.toml"
TABLE_START, TABLE_END = "<!-- sizes -->\n\n", "\n\n<!-- /sizes -->"
DOTS_A_CM = 80


def main(names: list[str]) -> None:
    pictures = {
        "day": _day,
        "rehearsal": _rehearsal,
        "afternoon": _afternoon,
        "screen": _screen,
        "sheets": _sheets,
    }
    for name in names or pictures:
        pictures[name]()


def _afternoon() -> None:
    scenario = load("roubaix")
    day = afternoon.afternoon(eventfile.load(scenario.event_file), scenario)
    (PICTURES / "with-and-without.svg").write_text(afternoon.picture(day, texts("fr")), "utf-8")


def _sheets() -> None:
    event = eventfile.load(ROUBAIX)
    for language in languages():
        (PICTURES / f"sheet-{language}.png").write_bytes(preview(event, language, 80))
    (PICTURES / "sheet-ar-58.png").write_bytes(preview(event, "ar", 58))
    page = ROOT / "docs" / "printing.md"
    before, _, rest = page.read_text("utf-8").partition(TABLE_START)
    _, _, after = rest.partition(TABLE_END)
    page.write_text(before + TABLE_START + "\n".join(_sizes(event)) + TABLE_END + after, "utf-8")


def _sizes(event: Event) -> Iterator[str]:
    """The table of docs/printing.md: bytes of the sheet, seconds on a serial line, centimetres of paper."""
    yield "| language | paper | sheet | bytes | at 9,600 baud | at 115,200 baud | length |"
    yield "|---|---|---|---|---|---|---|"
    plain, picture = PaperSettings(), PaperSettings(native_qr=False)
    kinds = (
        ("whole", plain, {}),
        ("QR code as a picture", picture, {}),
        ("without the keepsake", plain, {"keep": False}),
        ("no atelier left", plain, {"route": ()}),
    )
    for language, width_mm in product(("fr", "ar", "uk"), (80, 58)):
        for name, settings, options in kinds if language == "fr" else kinds[:3]:
            sheet = example(event, language, width_mm, **options)
            size, length_cm = len(render(sheet, settings)), length_dots(sheet, settings) / DOTS_A_CM
            seconds = f"{size * 10 / 9600:.1f} s | {size * 10 / 115_200:.2f} s"
            yield f"| {language} | {width_mm} mm | {name} | {size:,} | {seconds} | {length_cm:.0f} cm |"


def _screen() -> None:
    seen = (
        ("display", glasses, ""),
        ("display-pad", glasses, "type"),
        ("phone", robots, ""),
        ("phone-paused", robots, "pause"),
    )
    with sync_playwright() as play:
        browser = _chromium(play)
        for name, stage, act in seen:
            width, height = SIZES[name.partition("-")[0]]
            with closing(Server(stage())) as server:
                page = browser.new_page(viewport={"width": width, "height": height})
                page.goto(server.url)
                page.wait_for_selector("main.page")
                page.wait_for_timeout(SETTLED_MS)
                if act:
                    page.click(f"[data-act={act}]")
                if act == "type":
                    page.keyboard.type("cfbxkc")
                if act == "pause":
                    page.wait_for_selector("[data-act=resume]:not([aria-disabled])")
                _shoot(page, f"station-{name}")
                page.close()
        browser.close()


def _rehearsal() -> None:
    event = ROOT / "tests" / "twin" / "neighbours.toml"
    with tempfile.TemporaryDirectory(prefix="ronde-pictures-") as folder, sync_playwright() as play:
        page = Path(folder) / "page.html"
        rehearse = [sys.executable, "-m", "kiosk.cli", "rehearse", event, "--people", "150", "--html", page]
        subprocess.run(rehearse, check=True, env=os.environ | {"LANG": "fr_FR.UTF-8"})
        browser = _chromium(play)
        laptop = browser.new_page(viewport={"width": 1100, "height": 1500})
        laptop.goto(page.as_uri())
        _shoot(laptop, "rehearsal")
        browser.close()


def _day() -> None:
    with tempfile.TemporaryDirectory(prefix="ronde-pictures-") as folder:
        played = f"demo --speed 100 --from 13:00 --port {PORT}".split()
        command = [*played, "--data", f"{folder}/day"]
        day = subprocess.Popen([sys.executable, "-m", "kiosk.cli", *command], stdout=subprocess.DEVNULL)
        try:
            _wait_for_the_afternoon(day)
            _photograph()
        finally:
            day.send_signal(signal.SIGINT)
            day.wait(60)


def _wait_for_the_afternoon(day: subprocess.Popen[bytes]) -> None:
    end, pause = time.monotonic() + PATIENCE_S, threading.Event()
    while time.monotonic() < end and day.poll() is None:
        try:
            with urllib.request.urlopen(f"{DAY}/api/floor", timeout=5) as answer:
                if json.load(answer)["at"][10:16] >= UNTIL:
                    return
        except OSError:
            pass
        pause.wait(0.5)
    raise SystemExit("the day did not come to its afternoon")


def _photograph() -> None:
    with sync_playwright() as play:
        browser = _chromium(play)
        laptop = browser.new_page(viewport={"width": 1280, "height": 800})
        laptop.goto(f"{DAY}/flow")
        laptop.wait_for_selector("[data-live=live]")
        _shoot(laptop, "flow")
        laptop.goto(f"{DAY}/flow/atelier/vr")
        laptop.wait_for_selector("[data-live=live]")
        _shoot(laptop, "flow-atelier")
        laptop.goto(f"{DAY}/flow/acts")
        _shoot(laptop, "flow-acts")
        phone = browser.new_page(viewport={"width": 390, "height": 844}, color_scheme="dark")
        phone.goto(f"{DAY}/flow")
        phone.wait_for_selector("[data-live=live]")
        _shoot(phone, "flow-phone")
        television = browser.new_page(viewport={"width": 1920, "height": 1080})
        television.goto(f"{DAY}/screen")
        television.wait_for_selector("[data-live=live]")
        _shoot(television, "hall")
        kiosk = browser.new_page(viewport={"width": 800, "height": 480})
        kiosk.goto(DOOR)
        _shoot(kiosk, "door")
        kiosk.click(".attract")
        kiosk.click("button[value=fr]")
        for figure in ("18-59:f", "18-59:m", "6-11:f"):
            kiosk.click(f"button[value='more:{figure}']")
            kiosk.wait_for_selector("body:not(.asking)")
        kiosk.emulate_media(reduced_motion="reduce")  # whoever joined last would be half there
        _shoot(kiosk, "door-family")
        browser.close()


def _chromium(play: Playwright) -> Browser:
    """In French, as for its users: a field of time follows the language of the browser (package chromium-l10n)."""
    french = os.environ | {"LANGUAGE": "fr_FR", "LANG": "fr_FR.UTF-8"}
    arguments = ["--no-sandbox", "--lang=fr-FR"]
    return play.chromium.launch(
        executable_path=shutil.which(os.environ.get("CHROMIUM", "chromium")), args=arguments, env=french
    )


def _shoot(page: Page, name: str) -> None:
    page.wait_for_load_state("load")
    page.screenshot(path=PICTURES / f"{name}.png")


if __name__ == "__main__":
    main(sys.argv[1:])
