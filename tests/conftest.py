"""What holds for every test: the same words, the same examples, and no deadline that a slow machine misses."""

import os
import shutil
import tempfile
from collections.abc import Iterator

import pytest
from hypothesis import settings
from playwright.sync_api import Browser, sync_playwright

DEMO = "tests/demo/"
HALL = "accueil.test"  # this machine, by a name that a browser trusts no more than any on a hall's Wi-Fi
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")

for name in ("LC_ALL", "LC_MESSAGES", "LANGUAGE"):
    os.environ.pop(name, None)
os.environ["LANG"] = "fr_FR.UTF-8"  # the commands speak the terminal's language
os.environ.setdefault("LG_WD", tempfile.gettempdir())  # lgpio makes a pipe where it is imported

settings.register_profile("ronde", deadline=None, derandomize=True, print_blob=True)
settings.register_profile("long", deadline=None, print_blob=True)
settings.load_profile("long" if os.environ.get("RONDE_LONG") == "1" else "ronde")


@pytest.hookimpl(tryfirst=True)  # before any are left out by their marks
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.nodeid.startswith(DEMO):
            item.add_marker(pytest.mark.alone)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, one for all tests: Playwright may not be started twice in a process."""
    path = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if path is None:
        pytest.fail("these tests need Chromium: sudo apt-get install chromium", pytrace=False)
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-gpu", f"--host-resolver-rules=MAP {HALL} 127.0.0.1"]
        browser = playwright.chromium.launch(executable_path=path, args=arguments)
        yield browser
        browser.close()
