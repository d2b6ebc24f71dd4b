"""What is wrong with a station or the printer is told, with what to do."""

import pytest

from firmware.wire.batch import Health
from kiosk.registry import Wanted
from kiosk.rules.party import Group

from .page import MINUTE_MS, becomes, open_flow, shown


def test_a_silent_station_says_since_when(lively_day, open_page):
    page = open_flow(open_page, lively_day)
    assert shown(page, "station.arts") == "prête"
    assert page.text_content("[data-state='station.arts'] b") == "Arts numériques"
    lively_day.clock.at_ms += 6 * MINUTE_MS
    becomes(page, "station.arts", "silencieuse depuis 6 min")
    assert page.is_visible("[data-state='station.arts'] .on-trouble")
    becomes(page, "clock", "14 h 41")


@pytest.mark.parametrize(
    ("health", "words"),
    [(Health(0, False, "1"), "lecteur débranché"), (Health(230, True, "1"), "230 passages pas encore reçus")],
)
def test_a_station_s_own_trouble_is_told(house, open_page, health, words):
    page = open_flow(open_page, house)
    assert shown(page, "station.vr") == "pas encore vue"
    house.post_passages(*house.logs["vr"].batch([], house.clock(), health))
    becomes(page, "station.vr", words)


def test_the_printer_s_trouble_says_what_to_do(house, open_page):
    page = open_flow(open_page, house)
    assert (shown(page, "printer"), page.is_hidden("[data-text='printer.todo']")) == ("Prête", True)
    house.day.check_in([Group("18-59", "f", 1)], "fr")
    house.printer.says("paper_out", house.clock() - 4 * MINUTE_MS)
    becomes(page, "printer", "Plus de papier")
    assert "Mettez un rouleau" in shown(page, "printer.todo")
    assert shown(page, "printer.since") == "Depuis 14 h 31."
    assert shown(page, "printer.waiting") == "1 feuille attend."
    house.printer.says("", house.clock(), "low")
    becomes(page, "printer", "Bientôt plus de papier")


def test_alarms_show_where_there_is_something_only(house, open_page):
    page = open_flow(open_page, house)
    assert page.is_hidden(".alarms")
    house.scan("arts", "enter", "CBBBBBBBBBBBBBBB")
    said = "1 badge scanné que l’accueil n’a pas donné. Donnez une feuille à cette famille."
    becomes(page, "alarm.unknown_badges", said)
    assert page.is_visible(".alarms")
    assert page.locator(".alarms li:visible").count() == 1


def test_two_devices_under_one_name_are_an_alarm_that_names_the_station(house, open_page):
    page = open_flow(open_page, house)
    log = house.logs["vr"]
    for boot in ("aa" * 8, "bb" * 8, "aa" * 8):
        house.clock.at_ms += 1000
        log.boot = boot
        house.stations.receive(*log.batch([], house.clock()), 5)
    becomes(page, "station.vr", "deux appareils portent ce nom")
    assert page.get_attribute("[data-state=alarms]", "data-is") == "some"
    assert "la même station : Casque de réalité virtuelle." in shown(page, "alarm.two_devices")


def test_a_station_that_comes_or_goes_appears_and_disappears(house, open_page):
    page = open_flow(open_page, house)
    house.stations.registry.admit(Wanted("phone-1", atelier="vr", label="Le téléphone de Sam"), house.url)
    page.wait_for_selector("[data-state='station.phone-1'] >> text=Le téléphone de Sam")
    house.clock.at_ms += 1000
    house.stations.revoke("phone-1")
    page.wait_for_selector("[data-state='station.phone-1']", state="detached")


def test_the_numbers_of_an_atelier_whose_station_is_silent_say_of_when_they_are(lively_day, open_page):
    page = open_flow(open_page, lively_day)
    assert page.is_hidden("[data-state='atelier.arts'] .age span")
    lively_day.clock.at_ms += 6 * MINUTE_MS
    becomes(page, "atelier.arts.age", "Chiffres de 14 h 35 : une station se tait")
    assert page.is_visible("[data-state='atelier.arts'] .age span")
    assert "silencieuse depuis 6 min" in shown(page, "atelier.arts.health")
    assert page.is_visible("[data-state='atelier.arts.health'] .on-trouble")
