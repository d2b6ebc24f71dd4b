"""Finding a family by what stands on its sheet, however somebody in a hurry types it."""

import pytest

from kiosk.rules.party import PICTURES, Group, Nickname
from kiosk.texts import texts
from kiosk.web.finder import nickname, picture_of

SPOKEN = [texts("fr"), texts("en")]


@pytest.mark.parametrize(
    ("said", "picture", "number"),
    [
        ("Chat 7", "cat", 7),
        ("chat7", "cat", 7),
        ("  CAT\u00a012 ", "cat", 12),
        ("etoile 2", "star", 2),
        ("Étoile n° 2", "star", 2),
        ("étoile no 2", "star", 2),
        ("hippo 3", "hippo", 3),
        ("bonhomme de neige 1", "snowman", 1),
    ],
)
def test_a_picture_and_a_number_are_read_as_people_type_them(said, picture, number):
    assert nickname(said, SPOKEN) == Nickname(picture, number)


@pytest.mark.parametrize(
    "said", ["", "7", "chat", "c 7", "zebra 7", "chat 7 8", "chat 123456", "<b>chat</b>", "chat ٧"]
)
def test_what_is_no_picture_with_a_number_is_nobody(said):
    assert nickname(said, SPOKEN) is None


def test_every_picture_is_found_by_its_own_name_in_each_language():
    for words in SPOKEN:
        for each in PICTURES:
            assert picture_of(words.text(f"picture.{each}"), SPOKEN) == each, (words.language, each)


def test_the_beginning_of_two_names_is_none_of_them():
    assert picture_of("co", SPOKEN) == ""


def test_the_families_of_one_picture_are_one_tap_away_and_say_where_they_are(house, open_page):
    for _ in range(len(PICTURES) + 1):
        house.clock.at_ms += 1000
        house.day.check_in([Group("18-59", "f", 2)], "fr")
    house.scan("vr", "arrive", house.day.view.parties[33].badge)
    house.clock.at_ms += 4 * 60_000
    page = open_page(house.url + "/flow/acts", 390, 844)
    page.click(".picture-tile[value=cat]")
    found = page.locator(".families a")
    assert [each.replace("\xa0", " ") for each in found.all_inner_texts()] == [
        "Chat 1\n2 personnes",
        "Chat 2\n2 personnes · Dans la file depuis 4 min : Casque de réalité virtuelle",
    ]
    found.nth(1).click()
    assert "Chat 2" in page.inner_text("#who-title").replace("\xa0", " ")
    assert "Dans la file depuis 4 min" in page.inner_text("[data-part=where]").replace("\xa0", " ")
    page.goto(house.url + "/flow/find?picture=rocket")
    assert page.inner_text("#who-title").replace("\xa0", " ") == "Fusée 1", "there is only one"


def test_that_a_family_left_is_taken_back_where_it_was_said(house, open_page):
    house.day.check_in([Group("18-59", "f", 2)], "fr")
    page = open_page(house.url + "/flow/party/1", 390, 844)
    page.click("button[value=gone]")
    page.wait_for_selector(".gone")
    assert page.inner_text("#acted") == "C’est fait."
    page.click(".if-any .undo button")
    page.wait_for_selector(".gone", state="detached")
    assert house.day.floor().on_site.parties == 1
