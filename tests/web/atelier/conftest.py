"""The hub's page of an atelier: who looks at it, and who has entered the PIN."""

import pytest

from .phone import Phone


@pytest.fixture
def house(real_house):
    return real_house


@pytest.fixture
def stranger(house):
    return Phone(house)


@pytest.fixture
def animator(house):
    return Phone(house).enter()


@pytest.fixture
def opened(house, open_page):
    """Opens the page of an atelier in a browser; with `may_act` after the PIN was entered there."""

    def open_one(atelier, width=390, height=844, *, may_act=True, **context):
        page = open_page(house.url + f"/pin?to=/atelier/{atelier}/", width, height, **context)
        if may_act:
            page.fill("#pin", house.services.access.pin)
        else:
            page.click("footer a")
        page.wait_for_url(f"{house.url}/atelier/{atelier}/")
        page.wait_for_selector(".acts")
        return page

    return open_one
