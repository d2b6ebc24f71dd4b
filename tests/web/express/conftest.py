"""The express desk, on a day with a PIN."""

import pytest

from kiosk.web import roles

from .desks import Volunteer, token


@pytest.fixture
def house(real_house):
    return real_house


@pytest.fixture
def volunteer(house):
    return Volunteer(house)


@pytest.fixture
def desk(house, open_page):
    """Opens the desk in a browser where the PIN was entered."""

    def open_one(width=390, height=844, path="/express", **context):
        entered = {"name": roles.COOKIE, "value": token(house), "domain": "127.0.0.1", "path": "/"}
        known = {"expires": -1, "httpOnly": True, "secure": False, "sameSite": "Strict"}
        state = {"cookies": [entered | known], "origins": []}
        return open_page(house.url + path, width, height, storage_state=state, **context)

    return open_one
