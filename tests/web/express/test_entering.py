"""Who may work at the express desk, and that nothing of it is inline."""

import json
import re
from urllib.parse import urlencode

import pytest

from .desks import (
    AS_SCRIPT,
    FORM,
)


@pytest.mark.parametrize("at_door", [False, True])
def test_it_takes_the_pin_on_the_hall_s_network_and_at_the_hub_alike(house, at_door):
    port = house.door_port if at_door else house.port
    for path in ("/express", "/express/find", "/express/party/1", "/express/party/1/badge"):
        status, answered, _ = house.ask("GET", path, port=port)
        assert (status, answered["location"]) == (303, f"/pin?to={path}")
    body = urlencode({"n:18-59:x": 2, "do": "print", "form": "a-form"}).encode()
    status, answered, _ = house.ask("POST", "/express", body, FORM, port=port)
    assert (status, answered["location"]) == (303, "/pin?to=/express")
    status, _, answer = house.ask("POST", "/express", body, FORM | AS_SCRIPT, port=port)
    assert (status, json.loads(answer)["login"]) == (401, "/pin?to=/express")
    assert house.day.view.parties == {}


def test_one_pin_opens_the_ateliers_and_the_desk(house, open_page):
    page = open_page(house.url + "/pin?to=/atelier/vr/", 390, 844)
    page.fill("#pin", house.services.access.pin)
    page.wait_for_url(house.url + "/atelier/vr/")
    page.goto(house.url + "/express")
    assert page.url == house.url + "/express"


def test_who_has_no_pin_is_not_offered_to_look_without_it(house, open_page):
    page = open_page(house.url + "/express", 390, 844)
    assert page.locator("footer a").first.get_attribute("href") == "/"


def test_another_site_cannot_check_anybody_in(house, volunteer):
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "http://evil.example"}):
        assert volunteer.ask("POST", "/express", headers, **{"n:18-59:x": 1, "do": "print"})[0] == 403
    assert house.day.view.parties == {}


def test_nothing_of_it_is_inline(house, volunteer):
    house.day.make_badges(2)
    volunteer.come("a-form")
    for path in (
        "/express",
        "/express/find",
        "/express/party/1",
        "/express/party/1?ask=people",
        "/express/party/1/badge",
    ):
        status, _, page = volunteer.ask("GET", path)
        assert status == 200
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:|<script(?![^>]* src=)", page)
