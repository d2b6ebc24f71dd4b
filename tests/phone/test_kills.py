"""The phone's log, while the browser is killed at any moment: what was acknowledged is there, whole and in order."""

import os
import random
import re
import shutil
import signal
import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from ..patience import until
from .phones import FLAGS

KILLS = 300 if os.environ.get("RONDE_LONG") == "1" else 5

FIRST_LIFE_MS = (
    2_000  # a browser writes down within a second that there is a store; nobody is enrolled faster
)

BEGINNING = """async () => {
  const { Store } = await import("/phone/store.js");
  (await Store.open("log")).close();
}"""

WRITING = """async () => {
  const { Outbox } = await import("/phone/outbox.js");
  const { Store } = await import("/phone/store.js");
  const store = await Store.open("log");
  const outbox = await Outbox.open(store, "phone-1", "ab".repeat(8));
  const found = [outbox.epoch, outbox.lastSeq, outbox.damage];
  let at = 0;
  (async () => {
    for (;;) {
      at += 1;
      const entries = Array.from({ length: 1 + (at % 3) }, () => ({ kind: "arrive", badge: "CKFPRJSTBNGHLVXD" }));
      const made = await outbox.commit(entries, "vr", { boot: "cd".repeat(16), boot_ms: at, wall_ms: Date.now() });
      console.info(`beep ${made.at(-1).seq}`);
      await outbox.markHeard(made.at(-1).seq);
    }
  })();
  return found;
}"""


class Device:
    """A browser as a process of its own, with a profile that outlives it."""

    def __init__(self, browser: Browser, profile: Path) -> None:
        path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
        assert path
        marker = profile / "DevToolsActivePort"
        marker.unlink(missing_ok=True)
        self._process = subprocess.Popen(
            [
                path,
                *FLAGS,
                "--headless=new",
                f"--user-data-dir={profile}",
                "--remote-debugging-port=0",
                "about:blank",
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        until(lambda: self._process.poll() is not None or (marker.exists() and marker.read_text().strip()))
        assert self._process.poll() is None, "Chromium has ended"
        port = marker.read_text().split()[0]
        reached = browser.browser_type.connect_over_cdp(f"http://127.0.0.1:{port}")
        self.page: Page = reached.contexts[0].new_page()

    def kill(self) -> None:
        """All of its processes, at once."""
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_what_was_acknowledged_survives_a_browser_that_is_killed(
    browser: Browser, modules: str, tmp_path: Path
) -> None:
    chance = random.Random(7)
    profile = tmp_path / "profile"
    acknowledged, epochs, written = 0, set(), 0
    for _ in range(KILLS):
        device = Device(browser, profile)
        heard: list[int] = []
        device.page.on(
            "console",
            lambda said, heard=heard: heard.extend(map(int, re.findall(r"^beep (\d+)$", said.text))),
        )
        try:
            device.page.goto(f"{modules}/wire/")
            if not epochs:
                device.page.evaluate(BEGINNING)
                device.page.wait_for_timeout(FIRST_LIFE_MS)
            epoch, last_seq, damage = device.page.evaluate(WRITING)
            epochs.add(epoch)
            assert (damage, last_seq >= acknowledged) == ("", True), f"{last_seq} of {acknowledged} are there"
            device.page.wait_for_timeout(chance.randrange(30, 400))
        finally:
            device.kill()
        acknowledged = max([last_seq, *heard])
        written += len(heard)
    assert len(epochs) == 1, "a log was taken for damaged"
    assert written > KILLS
