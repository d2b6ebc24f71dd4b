"""The phone's modules in a real Chromium: beside nothing, or against a real hub over its HTTPS."""

import http.server
import random
import shutil
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, Page

import firmware

from ..conftest import CHROMIUM, SHELL
from .phones import FLAGS, STATION, Fete, Phone, film, started

MODULES = Path(firmware.__file__).parent / "screen"

OpenPhone = Callable[..., Phone]


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="session")
def modules() -> Iterator[str]:
    """Where the modules are served: on the loopback address, which browsers take for safe."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=MODULES)) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture
def chance() -> random.Random:
    return random.Random(20221119)


@pytest.fixture
def bare(browser: Browser, modules: str) -> Iterator[Page]:
    """An empty page beside the modules."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{modules}/wire/")
    yield page
    context.close()


def launched(browser: Browser, *names: str, flags: tuple[str, ...] = FLAGS) -> Browser:
    """Another browser beside the one of all tests, with what a phone has: a camera."""
    path = next(filter(None, map(shutil.which, names)), None)
    return browser.browser_type.launch(executable_path=path, args=[*flags])


@pytest.fixture(scope="session")
def pocket(browser: Browser) -> Iterator[Browser]:
    another = launched(browser, *SHELL, *CHROMIUM)
    yield another
    another.close()


@pytest.fixture
def fete(tmp_path: Path) -> Iterator[Fete]:
    folder = tmp_path / "hub"
    folder.mkdir()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    fete = Fete(folder, port, started(folder, port))
    yield fete
    fete.stop()


@pytest.fixture
def open_phone(pocket: Browser, fete: Fete) -> Iterator[OpenPhone]:
    """Opens phones; fails on whatever their pages complain of. `init`: a script that runs in them first.

    Without `workers` nothing stands between a page and the network of the test.
    """
    phones: list[Phone] = []

    def open_one(
        width: int = 390,
        height: int = 780,
        *,
        browser: Browser = pocket,
        init: str = "",
        workers: Literal["allow", "block"] = "block",
        **bindings: Callable[..., Any],
    ) -> Phone:
        viewport: Any = {"width": width, "height": height}
        context = browser.new_context(
            viewport=viewport,
            permissions=["camera"],
            locale="fr-FR",
            ignore_https_errors=True,
            service_workers=workers,
        )
        context.add_init_script(init)
        for name, binding in bindings.items():
            context.expose_binding(name, binding)
        phones.append(Phone(context, fete.url))
        return phones[-1]

    yield open_one
    for phone in phones:
        phone.context.close()
    assert [complaint for phone in phones for complaint in phone.complaints] == []


@pytest.fixture
def phone(open_phone: OpenPhone) -> Phone:
    return open_phone()


Filming = Callable[[list[str]], AbstractContextManager[Browser]]


@pytest.fixture
def filming(browser: Browser, tmp_path: Path) -> Filming:
    """The whole of a browser, whose camera sees these codes."""

    @contextmanager
    def start(texts: list[str]) -> Iterator[Browser]:
        shown = film(tmp_path / "camera.mjpeg", texts)
        another = launched(browser, *CHROMIUM, flags=(*FLAGS, f"--use-file-for-fake-video-capture={shown}"))
        yield another
        another.close()

    return start


@pytest.fixture
def station(phone: Phone, fete: Fete) -> Phone:
    """A phone that is a station of the atelier `vr`: arrive, enter, leave."""
    phone.enrol(fete.code(STATION, "vr"))
    return phone
