"""A door in a browser."""

import pytest


@pytest.fixture
def door(house, open_page):
    return open_page(house.door_url + "/door")


@pytest.fixture
def timed(house, open_page):
    """A door whose own time may stand still."""
    return open_page(house.door_url + "/door", clock=True)
