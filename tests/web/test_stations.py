"""The stations' page, on the hub itself: how each is, and pairing one from the first tap to the last word."""

import io

import pytest
from PIL import Image

from firmware.wire import pairing
from firmware.wire.batch import Health
from firmware.wire.enrolment import Enrolment
from kiosk.registry import Wanted
from kiosk.rules.party import Group
from kiosk.web.roles import Role

from ..qrcodes import qr_codes

WELL = Health(0, True, "0.1", 600, 5, 0, 5, 50, False, 4000)
SIZES = [(800, 480), (1280, 800), (390, 844)]


def device(house, invitation, nonce="00" * 16) -> Enrolment:
    """What a device does that has read the QR code, or was given its letters."""
    key = pairing.key_of(invitation.code)
    asked = pairing.ask(invitation.code, key, nonce)
    status, _, body = house.ask("POST", "/api/enrol", asked.encode(), {"Content-Type": "application/json"})
    assert status == 200, body
    return pairing.take(body, asked, key)


def seen(house, name, health=WELL):
    body, signed = house.logs[name].batch([], house.clock(), health)
    house.stations.receive(body, signed, 5)


def row(page, name):
    return page.locator(f"[data-station='{name}']")


def scanned(page):
    """What a scanner reads on the screen."""
    page.wait_for_function("() => document.querySelector('.invite-code')?.complete")
    (found,) = qr_codes(Image.open(io.BytesIO(page.screenshot())))
    return pairing.invitation(found.text)


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_a_station_is_paired_by_what_its_scanner_reads_on_the_screen(house, open_page, width, height):
    page = open_page(house.door_url + "/stations", width, height)
    page.get_by_role("button", name="Inscrire la station vr", exact=True).click()
    page.wait_for_selector(".invite[data-is=waiting]")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    invitation = scanned(page)
    assert invitation.hub == house.url
    letters = page.text_content(".letters")
    assert pairing.parse(letters) == invitation.code
    made = device(house, invitation)
    page.wait_for_selector(".invite[data-is=paired]")
    assert page.text_content("[role=status]").strip() == "C’est fait\u00a0: la station est inscrite."
    assert page.locator(".invite-code, .letters").count() == 0
    assert (made.station, made.hub) == ("vr", house.url)


def test_the_time_that_is_left_counts_down_and_a_code_that_is_over_may_be_drawn_anew(house, open_page):
    house.stations.invite(Wanted("vr"), house.url)
    page = open_page(house.door_url + "/stations/pairing/vr")
    page.wait_for_function(
        "() => document.querySelector('[role=timer]').textContent.match(/Encore 4:5[0-8]/)"
    )
    house.stations.pairings.cancel("vr")
    page.wait_for_selector(".invite[data-is=cancelled]")
    page.click(".invite-again button")
    page.wait_for_selector(".invite[data-is=waiting] .letters")


def test_giving_up_makes_the_code_void(house, open_page):
    page = open_page(house.door_url + "/stations")
    row(page, "arts").get_by_role("button").click()
    page.get_by_role("button", name="Renoncer").click()
    page.wait_for_selector(".posts")
    assert house.stations.pairings.of("arts").state == "cancelled"


def test_a_hub_that_has_started_again_knows_of_no_code_and_the_page_goes_back(house, open_page):
    house.stations.invite(Wanted("vr"), house.url)
    page = open_page(house.door_url + "/stations/pairing/vr")
    house.stations.pairings._drawn.clear()
    page.wait_for_selector(".posts")


def test_one_more_station_is_added_to_an_atelier_under_a_name_that_is_free(house, open_page):
    page = open_page(house.door_url + "/stations")
    page.select_option("#atelier", "vr")
    page.click(".post-more button")
    page.wait_for_selector(".letters")
    made = device(house, pairing.Invitation(house.url, pairing.parse(page.text_content(".letters"))))
    assert (made.station, made.atelier) == ("vr-2", "vr")
    assert made.steps == house.event.one_more("vr-2", "vr").steps
    page.goto(house.door_url + "/stations")
    assert row(page, "vr-2").count() == 1


def test_how_each_is_shows_and_changes_by_itself(house, open_page):
    page = open_page(house.door_url + "/stations")
    assert row(page, "vr").get_attribute("data-is") == "never"
    seen(house, "vr")
    page.wait_for_selector("[data-station=vr][data-is=ok]")
    house.clock.at_ms += 1000
    seen(house, "vr", Health(0, False, "0.1", temperature_c=84))
    page.wait_for_selector("[data-station=vr][data-is=no_scanner]")
    words = row(page, "vr").locator("[data-words]").text_content().replace("\xa0", " ")
    assert words == "lecteur débranché · trop chaude, 84 °C : l’aérer"
    house.scan("arts", "enter", house.day.check_in([Group("18-59", "f", 1)], "fr").party.badge)
    page.wait_for_function("() => !document.querySelector('[data-station=arts] [data-passed]').hidden")
    assert "14 h 35" in row(page, "arts").text_content().replace("\xa0", " ")


def test_a_station_that_was_renamed_or_revoked_elsewhere_is_shown_so(house, open_page):
    page = open_page(house.door_url + "/stations")
    house.stations.revoke("arts")
    page.wait_for_function("() => !document.querySelector('[data-station=arts]')")
    house.stations.registry.set(Wanted("vr", label="<b>Le casque</b>"))
    page.reload()
    assert row(page, "vr").locator("h2").text_content() == "<b>Le casque</b>"


def test_a_hub_that_answers_no_more_is_told(house, open_page):
    page = open_page(house.door_url + "/stations")
    house.cut()
    page.wait_for_selector("#lost:not([hidden])")


def test_it_goes_by_keys_alone(house, open_page):
    page = open_page(house.door_url + "/stations")
    first = house.event.stations[0].id
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector(".invite[data-is=waiting]")
    assert page.url.endswith(f"/stations/pairing/{first}")


def test_it_works_without_scripts(house, open_page):
    page = open_page(house.door_url + "/stations", java_script_enabled=False)
    assert page.get_attribute("noscript meta", "content") == "15"
    row(page, "vr").get_by_role("button").click()
    assert scanned(page).hub == house.url
    assert page.get_attribute("noscript meta", "content") == "5"
    device(house, scanned(page))
    page.reload()
    assert "est inscrite" in page.text_content("[role=status]")


@pytest.mark.parametrize("path", ["/stations", "/stations/state", "/stations/pairing/vr/code.svg"])
def test_the_network_gets_it_for_organisers_only(real_house, path):
    house = real_house
    house.stations.invite(Wanted("vr"), house.url)
    for headers in ({}, {"X-Forwarded-Port": str(house.door_port)}, house.enter(Role.ANIMATOR)):
        status, answered, _ = house.ask("GET", path, headers=headers)
        assert (status, answered["location"]) == (303, f"/passphrase?to={path}")
    assert house.ask("GET", path, headers=house.enter(Role.ORGANISER))[0] == 200
    assert house.ask("GET", path, port=house.door_port)[0] == 200


def test_a_page_of_another_site_draws_no_code(house):
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "http://elsewhere.example"}):
        answer = house.ask(
            "POST", "/stations/pair", b"station=vr",
            headers | {"Content-Type": "application/x-www-form-urlencoded"}, house.door_port,
        )  # fmt: skip
        assert answer[0] == 403
    assert house.stations.pairings.of("vr") is None


@pytest.mark.parametrize("form", [b"", b"station=sauna", b"atelier=spa", b"station=desk", b"station=%00"])
def test_a_form_that_makes_no_sense_is_refused(house, form):
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    assert house.ask("POST", "/stations/pair", form, headers, house.door_port)[0] == 400


def test_of_a_code_that_is_over_there_is_no_picture(house):
    assert house.ask("GET", "/stations/pairing/vr", port=house.door_port)[0] == 404
    house.stations.invite(Wanted("vr"), house.url)
    house.stations.pairings.cancel("vr")
    assert house.ask("GET", "/stations/pairing/vr/code.svg", port=house.door_port)[0] == 404
    assert house.ask("GET", "/stations/pairing/vr", port=house.door_port)[0] == 200


def test_a_phone_is_led_to_its_page_with_the_code_behind_the_sign_that_no_server_sees(house, open_page):
    object.__setattr__(house.services, "https_port", 8443)
    code = house.stations.invite(Wanted("vr"), house.url).invitation.code
    page = open_page(house.door_url + "/stations/pairing/vr")
    page.get_by_text("Avec un téléphone").click()
    page.wait_for_function("() => [...document.images].every((image) => image.complete)")
    page.locator(".invite-phone img").scroll_into_view_if_needed()
    (found,) = qr_codes(Image.open(io.BytesIO(page.screenshot())))
    assert found.text == f"https://127.0.0.1:8443/phone#{code}"
    assert page.locator(".invite-phone .address").inner_text() == "https://127.0.0.1:8443/phone"
    assert pairing.parse(page.locator(".invite-phone .letters").inner_text()) == code


def test_without_https_there_is_nothing_for_phones(house, open_page):
    house.stations.invite(Wanted("vr"), house.url)
    page = open_page(house.door_url + "/stations/pairing/vr")
    assert page.locator(".invite-phone").count() == 0
    assert house.ask("GET", "/stations/pairing/vr/phone.svg", port=house.door_port)[0] == 404
