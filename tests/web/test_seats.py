"""Who has a place before the hall's screen: whoever came first, and whoever was let in."""

import http.client
import json
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager

import pytest

from kiosk.web import kiosks, seats
from kiosk.web.live import LET_IN
from kiosk.web.roles import Role

from .conftest import MINUTE_MS, House

PLACES = 3
QUIET_MS = 12_000  # after which the page says that the hub is away


@pytest.fixture
def hall(real_house: House) -> House:
    """Requests come from elsewhere in the hall, unless they say from where."""
    house = real_house
    house.app.extensions["screen"]._most = PLACES
    serve = house.app.wsgi_app

    def from_elsewhere(environ, start):
        environ["REMOTE_ADDR"] = environ.get("HTTP_X_FROM", "10.0.0.9")
        return serve(environ, start)

    house.app.wsgi_app = from_elsewhere
    return house


def shown(house: House, cookie: str = "") -> dict[str, str]:
    """The cookie of a browser that has shown the screen now; once more where it had one."""
    _, headers, _ = house.ask("GET", "/screen", headers={"Cookie": cookie} if cookie else {})
    kept = headers["set-cookie"]
    assert {"HttpOnly", "SameSite=Strict", "Path=/screen"} <= set(kept.split("; "))
    return {"Cookie": kept.partition(";")[0]}


@contextmanager
def watching(house: House, headers: dict[str, str]) -> Iterator[http.client.HTTPResponse]:
    with closing(http.client.HTTPConnection("127.0.0.1", house.port, timeout=60)) as connection:
        connection.request("GET", "/screen/events", headers=headers)
        with connection.getresponse() as answer:
            assert answer.status == 200
            assert answer.readline().startswith(b"retry:")
            yield answer


def held(house: House) -> list[int]:
    """Since when those have come who have a place."""
    return sorted(each.since_ms for each in house.app.extensions["screen"]._watches)


def later(house: House) -> int:
    house.clock.at_ms += MINUTE_MS
    return house.clock()


def test_a_television_of_the_morning_keeps_its_place_and_takes_it_again_from_the_last_telephone(hall):
    morning_ms = hall.clock()
    television = shown(hall)
    with ExitStack() as telephones:
        came = []
        for _ in range(PLACES):
            came.append(later(hall))
            telephones.enter_context(watching(hall, shown(hall)))
        later(hall)
        television = shown(hall, television["Cookie"])  # it is loaded again, which makes it no newer
        with watching(hall, television):
            assert held(hall) == [morning_ms, *came[:-1]]
            with watching(hall, shown(hall)) as answer:
                assert answer.read().count(b"event: hall") == 1
            assert held(hall) == [morning_ms, *came[:-1]]


def test_who_finds_no_place_sees_the_moment_and_asks_again_before_it_calls_the_hub_lost(hall):
    with ExitStack() as there:
        for _ in range(PLACES):
            there.enter_context(watching(hall, {}))
        status, _, body = hall.ask("GET", "/screen/events")
    retry, _, event = body.decode().partition("\n\n")
    assert (status, int(retry.removeprefix("retry: ")) < QUIET_MS - 1000) == (200, True)
    assert [page["language"] for page in json.loads(event.split("data: ", 1)[1])["pages"]] == list(
        hall.event.languages
    )


def test_a_restart_of_the_hub_leaves_everybody_the_place_in_the_order_of_coming(hall):
    first_ms, first = hall.clock(), shown(hall)
    later(hall)
    hall.cut()
    hall.resume()
    later(hall)
    with hall.app.test_request_context(
        "/screen/events", headers=first, environ_base={"REMOTE_ADDR": "10.0.0.9"}
    ):
        assert seats.since_ms(hall.services) == first_ms


def since_ms(house: House, address: str = "10.0.0.9", **headers: str) -> int:
    with house.app.test_request_context(
        "/screen/events", headers=headers, environ_base={"REMOTE_ADDR": address}
    ):
        return seats.since_ms(house.services)


def test_the_hub_s_own_screen_and_whoever_was_let_in_stand_before_all_others(hall):
    assert since_ms(hall) == hall.clock()
    assert since_ms(hall, "fe80::1%eth0") == since_ms(hall, "unknown") == hall.clock()
    assert since_ms(hall, "127.0.0.1") == since_ms(hall, "::1") == LET_IN
    for role in (Role.ANIMATOR, Role.ORGANISER):
        assert since_ms(hall, Cookie=hall.enter(role)["Cookie"]) == LET_IN
    became = hall.app.test_client(use_cookies=False).post(
        "/kiosk", data={"number": "2"}, headers=hall.enter(Role.ANIMATOR)
    )
    (kiosk,) = (each for each in became.headers.getlist("Set-Cookie") if each.startswith(kiosks.COOKIE))
    assert since_ms(hall, Cookie=kiosk.partition(";")[0]) == LET_IN


@pytest.mark.parametrize("said", ["0", "0.", ".", "x", "é.é", "0." + 64 * "0", "-1." + 64 * "f"])
def test_a_moment_that_the_hub_did_not_write_is_none(hall, said):
    assert since_ms(hall, Cookie=f"{seats.COOKIE}={said}") == hall.clock()
    assert f"{seats.COOKIE}={hall.clock()}." in shown(hall, f"{seats.COOKIE}={said}")["Cookie"]


def test_an_animator_who_looks_at_an_atelier_takes_the_place_of_who_only_passes_by(hall):
    hall.app.extensions["ateliers"]._most = 1
    with closing(http.client.HTTPConnection("127.0.0.1", hall.port, timeout=60)) as passing:
        passing.request("GET", "/atelier/vr/events")
        assert passing.getresponse().status == 200
        assert hall.ask("GET", "/atelier/vr/events")[0] == 503
        with closing(http.client.HTTPConnection("127.0.0.1", hall.port, timeout=60)) as animator:
            animator.request("GET", "/atelier/vr/events", headers=hall.enter(Role.ANIMATOR))
            assert animator.getresponse().status == 200
