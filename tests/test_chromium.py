"""A real Chromium, driven by its pipe as on a kiosk, with nobody else to talk to it."""

import os
import socket
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from kiosk.chromium import FLAGS, Chromium, Gone, found

FOR_TESTS = ("--no-sandbox", "--headless=new", "--disable-gpu")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("site")
    (folder / "index.html").write_text("<title>page</title>")

    class Quiet(SimpleHTTPRequestHandler):
        def __init__(self, *arguments: object) -> None:
            super().__init__(*arguments, directory=str(folder))  # type: ignore[arg-type]

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Quiet)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def chromium(tmp_path: Path) -> Iterator[Chromium]:
    program = found()
    if program is None:
        pytest.fail("these tests need Chromium: sudo apt-get install chromium", pytrace=False)
    made = Chromium(program, tmp_path / "profile", "about:blank", FOR_TESTS)
    yield made
    made.close()


def comes_to(chromium: Chromium, address: str) -> bool:
    """Whether it does, within some hundred questions."""
    return any(chromium.where() == address for _ in range(500))


def test_it_shows_what_it_is_told_and_begins_a_crashed_page_anew(chromium: Chromium, site: str) -> None:
    chromium.show(site)
    assert comes_to(chromium, site)
    chromium._ask("Page.crash", {})
    assert comes_to(chromium, "")
    chromium.show(site)
    assert comes_to(chromium, site)


def test_an_error_of_its_own_is_told_from_a_page(chromium: Chromium) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        chromium.show(f"http://127.0.0.1:{nobody.getsockname()[1]}/")
        assert comes_to(chromium, "chrome-error://chromewebdata/")


def test_one_that_has_ended_is_gone(chromium: Chromium) -> None:
    os.kill(chromium.pid, 9)
    with pytest.raises(Gone):
        for _ in range(500):
            chromium.where()


def test_no_port_is_opened_for_others(chromium: Chromium, tmp_path: Path) -> None:
    assert (tmp_path / "profile").is_dir()
    assert not (tmp_path / "profile" / "DevToolsActivePort").exists()
    assert not [flag for flag in FLAGS if flag.startswith("--remote-debugging-port")]
