"""The keeper of a kiosk's screen brings it to the hub's pages, and shows a calm page while there are none."""

import http.server
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk import launcher
from kiosk.chromium import Gone
from kiosk.launcher import Keeper, answers, door_of

HUB, AWAY = "http://127.0.0.1:8081", "file:///away.html"
STATIC = Path(launcher.__file__).parent / "web" / "static"


class Screen:
    def __init__(self, at: str) -> None:
        self.at = at
        self.shown: list[str] = []

    def show(self, address: str) -> None:
        self.at = address
        self.shown.append(address)

    def where(self) -> str:
        return self.at


def looked(at: str, *, there: bool, hub: str = HUB) -> list[str]:
    screen = Screen(at)
    keeper = Keeper(screen, hub, AWAY, lambda asked: there and asked == hub)
    keeper.look()
    keeper.look()
    return screen.shown


@pytest.mark.parametrize(
    "at", [AWAY, "about:blank", "", "chrome-error://chromewebdata/", "http://127.0.0.1:80812/door"]
)
def test_the_door_is_shown_as_soon_as_the_hub_is_there(at: str) -> None:
    assert looked(at, there=True) == [HUB + "/door"]


@pytest.mark.parametrize("at", ["about:blank", "", "chrome-error://chromewebdata/"])
def test_until_then_a_calm_page_is_shown_once(at: str) -> None:
    assert looked(at, there=False) == [AWAY]
    assert looked(AWAY, there=False) == []


@pytest.mark.parametrize("path", ["/door", "/door/family", "/door?x=1", "/kiosk", "/pin?to=/kiosk"])
@pytest.mark.parametrize("there", [True, False])
def test_a_page_of_the_door_is_left_alone_even_while_the_hub_is_away(path: str, there: bool) -> None:
    """It waits by itself, and the family goes on where it was."""
    assert looked(HUB + path, there=there) == []


@pytest.mark.parametrize("path", ["/", "/flow", "/stations", "/doors", "/atelier/vr/"])
def test_whoever_strays_is_brought_back(path: str) -> None:
    assert looked(HUB + path, there=True) == [HUB + "/door"]


def test_a_machine_that_is_not_the_hub_begins_where_it_is_made_a_kiosk() -> None:
    assert looked(AWAY, there=True, hub="http://accueil.local:8080") == ["http://accueil.local:8080/kiosk"]
    assert door_of("http://localhost:8081") == "http://localhost:8081/door"


def test_a_page_that_has_stopped_ends_it() -> None:
    class Stuck(Screen):
        def where(self) -> str:
            raise Gone("no answer")

    with pytest.raises(Gone):
        Keeper(Stuck(AWAY), HUB, AWAY, lambda _: True).look()


@pytest.fixture
def server() -> Iterator[tuple[str, list[int]]]:
    """A server that answers with the last of these codes."""
    codes = [200]

    class Answer(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(codes[-1])
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    made = http.server.HTTPServer(("127.0.0.1", 0), Answer)
    thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield f"http://127.0.0.1:{made.server_port}", codes
    made.shutdown()
    thread.join()
    made.server_close()


@pytest.mark.parametrize(
    ("code", "well"), [(200, True), (403, True), (404, True), (500, False), (503, False)]
)
def test_a_hub_is_there_when_it_answers_and_is_well(
    server: tuple[str, list[int]], code: int, well: bool
) -> None:
    address, codes = server
    codes.append(code)
    assert answers(address) is well


def test_nobody_there_is_no_hub() -> None:
    assert not answers("http://127.0.0.1:1")


@pytest.mark.parametrize("said", ["accueil.local:8080", "ftp://accueil", "http://", "file:///etc/passwd"])
def test_an_address_that_is_none_is_refused(said: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        launcher.main([said])
    assert "is no address" in capsys.readouterr().err


def test_the_calm_page_needs_no_hub() -> None:
    page = (STATIC / "door" / "away.html").read_text("utf-8")
    assert "<script" not in page
    assert "http" not in page.replace("http-equiv", "")
    for name in ("ronde.css", "door-frame.css", "ronde.svg"):
        assert f"../{name}" in page
        assert (STATIC / name).exists()
