"""What a page asks for while it is shown never writes the session: a late answer would bring back an older one."""

import http.client

import pytest

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.fixture
def family(house):
    """The cookie of a family that has said its language."""
    _, answered, _ = house.ask("POST", "/door/language", b"language=ar", FORM, house.door_port)
    return answered["set-cookie"].partition(";")[0]


def cookies_of(house, path, cookie):
    """Those that the answer sets, whether or not it ever ends."""
    connection = http.client.HTTPConnection("127.0.0.1", house.door_port, timeout=60)
    try:
        connection.request("GET", path, headers={"Cookie": cookie})
        answer = connection.getresponse()
        return answer.headers.get_all("Set-Cookie", [])
    finally:
        connection.close()


@pytest.mark.parametrize(
    "path",
    [
        "/door/events",
        "/door/sheet/status",
        "/door/help/status",
        "/door/badge.svg?party=1",
        "/door/voice/x.wav",
    ],
)
def test_what_is_asked_beside_the_page_leaves_the_session_as_it_is(house, family, path):
    assert cookies_of(house, path, family) == []
    assert cookies_of(house, path, "") == []


def test_a_page_makes_it_last_longer(house, family):
    (cookie,) = cookies_of(house, "/door/family", family)
    assert "Expires=" in cookie
