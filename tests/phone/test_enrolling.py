"""How a phone becomes a station, in Chromium, against a real hub over its HTTPS."""

from playwright.sync_api import expect

from firmware.wire.passage import ARRIVE, ENTER
from kiosk.registry import Wanted

from .conftest import Filming, OpenPhone
from .phones import STATION, Fete, Phone
from .scripts import DETECTOR, read_picture


def test_a_phone_is_enrolled_by_letters_that_are_typed(phone: Phone, fete: Fete) -> None:
    code = fete.code(STATION, "vr")
    phone.enrol(f" {code[:4].lower()}-{code[4:8]} {code[8:]}")
    expect(phone.page.get_by_role("heading", level=1)).to_have_text(fete.day.event.by_id["vr"].name("fr"))
    assert phone.page.evaluate("location.hash") == ""


def test_a_link_with_a_code_behind_it_enrols_at_once(phone: Phone, fete: Fete) -> None:
    """As the phone's own camera reads it from the hub's screen."""
    code = fete.code(STATION, "vr")
    asked: list[str] = []
    phone.context.on("request", lambda request: asked.append(request.url))
    phone.page.close()
    phone.open(f"#{code}")
    phone.ready()
    assert not [url for url in asked if code in url], "the code went to the server"
    assert code not in phone.page.url


def test_the_code_that_stations_scan_is_read_by_the_camera(
    open_phone: OpenPhone, fete: Fete, filming: Filming
) -> None:
    """One code on the hub's screen for stations and phones alike."""
    shown = fete.hub.stations.invite(Wanted(STATION, "vr", (ARRIVE, ENTER)), "http://192.168.1.10:8080")
    with filming([shown.invitation.encode()]) as browser:
        phone = open_phone(browser=browser, init=DETECTOR, readPicture=read_picture)
        phone.page.get_by_role("button", name="Lire le QR code avec la caméra").click()
        phone.ready()
        assert phone.kept("enrolment")["steps"] == [ARRIVE, ENTER]


def test_a_code_that_is_wrong_or_over_is_said_to_be(phone: Phone, fete: Fete) -> None:
    code = fete.code(STATION, "vr")
    field, said = phone.page.get_by_label("Les 16 lettres du code"), phone.page.locator("#enrol-said")
    send = phone.page.get_by_role("button", name="Rattacher ce téléphone")
    for typed, words in (
        ("BCDF", "16 lettres"),
        ("http://example.org/BCDFGHJKLNPRSTVX", "16 lettres"),
        (code[:-1] + ("B" if code[-1] != "B" else "C"), "Ce n’est pas le code"),
    ):
        field.fill(typed)
        send.click()
        expect(said).to_contain_text(words)
    fete.hub.stations.pairings.cancel(STATION)
    field.fill(code)
    send.click()
    expect(said).to_contain_text("ne vaut plus")
    assert phone.page.evaluate("indexedDB.databases().then((all) => all.length)") == 1


def test_the_keys_cannot_be_read_out_of_the_browser(station: Phone) -> None:
    found = station.page.evaluate(
        """() => new Promise((resolve) => {
          const asked = indexedDB.open("ronde-station");
          asked.onsuccess = () => {
            const got = asked.result.transaction("meta").objectStore("meta").get("enrolment");
            got.onsuccess = async () => {
              const { keys, event, ...others } = got.result;
              const all = [keys.up, keys.down, event];
              const read = await Promise.allSettled(all.map((key) => crypto.subtle.exportKey("raw", key)));
              asked.result.close();
              resolve([read.map((each) => each.status), Object.keys(others).sort()]);
            };
          };
        })"""
    )
    assert found == [["rejected"] * 3, ["atelier", "owner", "station", "steps"]]


def test_a_second_page_waits_for_its_turn(station: Phone) -> None:
    first = station.page
    second = station.open()
    expect(second.locator("#moment-words")).to_contain_text("autre onglet")
    first.close()
    station.ready()
