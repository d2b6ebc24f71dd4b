"""A hub with its HTTPS, a page /phone in front of it, an animator's hands, and what a camera sees."""

import io
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import qrcode
from PIL import Image, ImageDraw
from playwright.sync_api import BrowserContext, Page, expect

from firmware.wire.booth import Standing
from kiosk import eventfile
from kiosk.config import Config, Rehearsal
from kiosk.day import Day
from kiosk.hub import Hub
from kiosk.registry import Wanted
from kiosk.rules import booths
from kiosk.rules.facts import Passed
from kiosk.rules.party import Group

ROUBAIX = Path(eventfile.__file__).parents[1] / "events" / "roubaix-2022.toml"
MINUTE_MS = 60_000
PATIENCE_MS = 60_000
STATION = "phone-1"
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--ignore-certificate-errors",  # as a phone that trusts the hub's authority
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
)


@dataclass
class Fete:
    """A real hub on this machine, with its HTTPS."""

    folder: Path
    https_port: int
    hub: Hub

    @property
    def url(self) -> str:
        return f"https://localhost:{self.https_port}/phone"

    @property
    def day(self) -> Day:
        return self.hub.day

    def code(self, station: str, atelier: str, steps: tuple[str, ...] = ("arrive", "enter", "leave")) -> str:
        """A pairing code, as the page of stations shows it."""
        wanted = Wanted(station, atelier, steps)
        return self.hub.stations.invite(wanted, f"http://127.0.0.1:{self.hub.port}").invitation.code

    def badge(self) -> str:
        """That of a new party of two."""
        return self.day.check_in([Group("18-59", "f", 1), Group("6-11", "m", 1)], "fr").party.badge

    def passages(self, station: str) -> list[Passed]:
        """What the hub keeps of this station, in the order of its log."""
        facts = self.day.between(lambda journal: [fact for _, fact in journal.read()])
        found = [fact for fact in facts if isinstance(fact, Passed) and fact.passage.station == station]
        return sorted(found, key=lambda fact: (fact.passage.epoch, fact.passage.seq))

    def steps(self, station: str) -> list[tuple[int, str, str | None]]:
        """The same, short."""
        return [(fact.passage.seq, fact.passage.kind, fact.passage.badge) for fact in self.passages(station)]

    def stop(self) -> None:
        self.hub.stop()

    def start(self) -> None:
        """Once more, on the same data and ports."""
        self.hub = started(self.folder, self.https_port)


def started(folder: Path, https_port: int) -> Hub:
    now_ms = round(time.time() * 1000)
    event = eventfile.load(ROUBAIX)
    hub = Hub(
        Config(
            event=ROUBAIX,
            data=folder,
            address="127.0.0.1",
            port=0,
            door_port=0,
            https_port=https_port,
            rehearsal=Rehearsal(day_ms=event.windows[1].opens_ms + 35 * MINUTE_MS, real_ms=now_ms),
        )
    )
    hub.start()
    return hub


class Phone:
    """A page /phone in a browser, and an animator's hands."""

    def __init__(self, context: BrowserContext, url: str) -> None:
        self.context = context
        self.url = url
        self.complaints: list[str] = []
        self.page = self.open()

    def open(self, fragment: str = "") -> Page:
        """Another page of this phone."""
        self.page = self.context.new_page()
        self.page.set_default_timeout(PATIENCE_MS)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", lambda said: _note(self.complaints, said))
        self.page.goto(self.url + fragment)
        return self.page

    def enrol(self, code: str) -> None:
        self.page.get_by_label("Les 16 lettres du code").fill(code)
        self.page.get_by_role("button", name="Rattacher ce téléphone").click()
        self.ready()

    def ready(self) -> None:
        """Until the atelier's screen is there."""
        expect(self.page.locator("#station .page")).to_be_visible(timeout=PATIENCE_MS)

    def type(self, badge: str) -> None:
        """A badge by hand, on the pad."""
        self.page.locator('#station button[data-act="type"]').click()
        self.page.keyboard.type(badge)
        self.page.locator("dialog.pad .send").click()

    def press(self, act: str) -> None:
        self.page.locator(f'#station button[data-act="{act}"]').click()

    def signalled(self, name: str) -> None:
        """Until this has sounded, since it was asked last."""
        lamp = self.page.locator("#lamp")
        expect(lamp).to_have_attribute("data-signal", name, timeout=PATIENCE_MS)
        lamp.evaluate("lamp => delete lamp.dataset.signal")

    def held(self) -> None:
        """Until the hub has all of it, as far as this phone knows."""
        self.until(lambda: (self.kept("held") or {}).get("held", 0) == len(self.log()))

    def until(self, true: Callable[[], bool]) -> None:
        deadline_s = time.monotonic() + PATIENCE_MS / 1000
        while not true():
            assert time.monotonic() < deadline_s, f"{self.kept('held')} of {len(self.log())}"
            self.page.wait_for_timeout(50)

    def kept(self, key: str) -> Any:
        """What the browser's store has under this key."""
        return self.page.evaluate(
            """(key) => new Promise((resolve) => {
              const asked = indexedDB.open("ronde-station");
              asked.onsuccess = () => {
                const got = asked.result.transaction("meta").objectStore("meta").get(key);
                got.onsuccess = () => { asked.result.close(); resolve(got.result); };
              };
            })""",
            key,
        )

    def log(self) -> list[dict[str, Any]]:
        """What is in the browser's own store."""
        rows: list[dict[str, Any]] = self.page.evaluate(
            """() => new Promise((resolve, reject) => {
              const asked = indexedDB.open("ronde-station");
              asked.onerror = () => reject(asked.error);
              asked.onsuccess = () => {
                const all = asked.result.transaction("passages").objectStore("passages").getAll();
                all.onsuccess = () => { asked.result.close(); resolve(all.result.map((row) => row.passage)); };
              };
            })"""
        )
        return rows


def _note(complaints: list[str], said: Any) -> None:
    """A page may complain of a hub that is away; of nothing else."""
    away = "net::ERR" in said.text or "the server responded with a status" in said.text
    if said.type == "error" and not away:
        complaints.append(said.text)


def qr(text: str, side: int = 260) -> Image.Image:
    made = qrcode.QRCode(border=4)
    made.add_data(text)
    return made.make_image().get_image().convert("RGB").resize((side, side))


def scene(text: str = "") -> Image.Image:
    """What the camera sees: a table, and a sheet with a code on it where there is one."""
    seen = Image.new("RGB", (640, 480), (92, 84, 70))
    ImageDraw.Draw(seen).rectangle((150, 60, 500, 420), fill=(236, 232, 222))
    if text:
        seen.paste(qr(text).rotate(7, expand=True, fillcolor=(236, 232, 222)), (170, 80))
    return seen


def film(path: Path, texts: list[str], frames_each: int = 20) -> Path:
    """A film for the camera: codes one after the other, and nothing between them. It is shown again and again."""
    with path.open("wb") as file:
        for text in texts:
            for seen in (scene(text), scene()):
                picture = io.BytesIO()
                seen.save(picture, "JPEG", quality=85)
                file.write(picture.getvalue() * frames_each)
    return path


def standings(fete: Fete, atelier: str = "vr") -> tuple[Standing, ...]:
    """Who is at an atelier, as the hub tells stations."""
    return booths.standings(fete.day.floor().by_id[atelier])
