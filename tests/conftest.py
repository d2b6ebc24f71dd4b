"""What holds for every test: the same words, the same examples, and no deadline that a slow machine misses."""

import os
import shutil
import signal
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

# Begun in a shell's background, all that the tests start would be deaf to Ctrl-C.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

settings.register_profile("ronde", deadline=None, derandomize=True, print_blob=True)
settings.register_profile("long", deadline=None, print_blob=True)
settings.load_profile("long" if os.environ.get("RONDE_LONG") == "1" else "ronde")


class Failures:
    """Tells each failure when it comes, in a line; the whole of it is told at the end."""

    def __init__(self, terminal: pytest.TerminalReporter) -> None:
        self._terminal = terminal

    @pytest.hookimpl(trylast=True)  # after its letter
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            crash = getattr(report.longrepr, "reprcrash", None)
            word = "FAILED" if report.when == "call" else f"ERROR at {report.when} of"
            why = crash.message.partition("\n")[0] if crash else ""
            self._terminal.ensure_newline()
            self._terminal.write_line(f"{word} {report.nodeid}: {why}", red=True)


@pytest.hookimpl(trylast=True)  # when there is a reporter
def pytest_configure(config: pytest.Config) -> None:
    terminal = config.pluginmanager.getplugin("terminalreporter")
    if terminal is not None:  # the processes of pytest-xdist have none: who started them tells for them
        config.pluginmanager.register(Failures(terminal), "failures")


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
