"""A real Chromium, driven by its pipe as on a kiosk, with nobody else to talk to it."""

import os
import re
import socket
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from kiosk.chromium import FLAGS, Chromium, Gone, found

from .patience import until

DEPLOY = Path(__file__).parents[1] / "deploy.sh"
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
    return until(lambda: chromium.where() == address, f"{address!r} on its screen")


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


@pytest.mark.parametrize("address", ["about:blank", "chrome://newtab/", "site"])
def test_what_opens_beside_the_page_is_closed_at_once(chromium: Chromium, site: str, address: str) -> None:
    """As a keyboard, or a scanner that types control characters, can open a tab, a window, the downloads."""
    chromium.show(site)
    assert comes_to(chromium, site)
    opened = chromium._send(
        "Target.createTarget", {"url": site if address == "site" else address, "newWindow": True}
    )
    assert until(lambda: any(told.get("id") == opened for told in chromium._listen(1)))
    assert until(lambda: pages(chromium) == [site])
    assert chromium.where() == site


def pages(chromium: Chromium) -> list[str]:
    told = chromium._ask("Target.getTargets", {})
    return [each["url"] for each in told["targetInfos"] if each["type"] == "page"]


def policy(hub: str) -> str:
    """What deploy.sh puts on a machine that is a kiosk of this hub."""
    script = DEPLOY.read_text("utf-8")
    (heredoc,) = re.findall(r"^kiosk_policy\(\) .*?<<JSON\n(.*?)^JSON$", script, re.DOTALL | re.MULTILINE)
    return str(heredoc).replace("$1", hub)


@pytest.fixture
def ruled(tmp_path: Path, site: str) -> Path:
    """A Chromium for which the kiosk's policy holds, and only for it: in a mount namespace of its own."""
    if os.geteuid() != 0:
        pytest.skip("a mount namespace needs root")
    rules = tmp_path / "etc" / "policies" / "managed"
    rules.mkdir(parents=True)
    (rules / "ronde-kiosk.json").write_text(policy(site.rstrip("/")), "utf-8")
    program = tmp_path / "chromium"
    program.write_text(
        "#!/bin/sh\n"
        'exec unshare --mount sh -c \'mount --bind "$0" /etc/chromium && exec "$@"\' '
        f'{tmp_path / "etc"} {found()} "$@"\n',
        "utf-8",
    )
    program.chmod(0o755)
    return program


def test_the_kiosks_policy_lets_the_page_be_kept_and_lets_nobody_go_elsewhere(
    ruled: Path, site: str, tmp_path: Path
) -> None:
    chromium = Chromium(str(ruled), tmp_path / "profile", "about:blank", FOR_TESTS)
    try:
        chromium.show(site.replace("127.0.0.1", "localhost"))
        assert comes_to(chromium, "chrome-error://chromewebdata/"), "the same server, by another name"
        chromium.show(site)
        assert comes_to(chromium, site)
    finally:
        chromium.close()
