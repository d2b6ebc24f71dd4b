"""What holds for every test: the same words, the same examples, and no deadline that a slow machine misses."""

import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import pytest
from flask import Flask
from hypothesis import settings
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from playwright.sync_api import Browser, Playwright, expect, sync_playwright
from werkzeug.routing import Rule
from werkzeug.security import generate_password_hash

from kiosk import passwords

# The folders whose modules take longest come first, so that at the end no process has one of them before it.
SLOWEST = ("demo", "deploy", "partition", "door", "web", "firmware", "phone", "screen", "twin")
HALL = "accueil.test"  # this machine, by a name that a browser trusts no more than any on a hall's Wi-Fi
SHELL = ("chromium-headless-shell",)
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")

for name in ("LC_ALL", "LC_MESSAGES", "LANGUAGE"):
    os.environ.pop(name, None)
os.environ["LANG"] = "fr_FR.UTF-8"  # the commands speak the terminal's language
os.environ.setdefault("LG_WD", tempfile.gettempdir())  # lgpio makes a pipe where it is imported

# Begun in a shell's background, all that the tests start would be deaf to Ctrl-C.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

expect.set_options(timeout=60_000)  # Playwright's own way to wait for what a page should show

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


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    ranks = {folder: rank for rank, folder in enumerate(SLOWEST)}
    items.sort(key=lambda item: ranks.get(item.nodeid.split("/")[1], len(ranks)))


class Compiled(BytecodeCache):
    """Templates are compiled once a process, not once for each hub that a test opens."""

    def __init__(self) -> None:
        self._code: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._code:
            bucket.bytecode_from_string(self._code[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._code[bucket.key] = bucket.bytecode_to_string()


Flask.jinja_options = {**Flask.jinja_options, "bytecode_cache": Compiled()}


class Addresses:
    """So are the addresses of pages: what builds those of a rule follows from what the rule says."""

    def __init__(self) -> None:
        self._compile = Rule._compile_builder
        self._built: dict[Any, Any] = {}

    def __call__(self, rule: Rule, append_unknown: bool = True) -> Any:
        said = rule.rule, tuple(rule._trace), repr(rule.defaults), append_unknown
        if said not in self._built:
            self._built[said] = self._compile(rule, append_unknown)
        return self._built[said]


_addresses = Addresses()
Rule._compile_builder = lambda rule, append_unknown=True: _addresses(rule, append_unknown)

# A guess takes a tenth of a second, on purpose; `test_passphrase.py` holds that of the real command.
passwords.generate_password_hash = partial(generate_password_hash, method="scrypt:256:8:1")


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """It may not be started twice in a process."""
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """Debian's Chromium, one for all tests: without its windows where there is such a one, a third of the work."""
    with launched(playwright, *SHELL, *CHROMIUM) as browser:
        yield browser


@pytest.fixture(scope="session")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    """The whole of it, as a kiosk has it: for tests of what the browser itself does."""
    with launched(playwright, *CHROMIUM) as browser:
        yield browser


@contextmanager
def launched(playwright: Playwright, *names: str) -> Iterator[Browser]:
    path = next(filter(None, map(shutil.which, names)), None)
    if path is None:
        pytest.fail("these tests need Chromium: sudo apt-get install chromium", pytrace=False)
    arguments = ["--no-sandbox", "--disable-gpu", f"--host-resolver-rules=MAP {HALL} 127.0.0.1"]
    browser = playwright.chromium.launch(executable_path=path, args=arguments)
    try:
        yield browser
    finally:
        browser.close()
