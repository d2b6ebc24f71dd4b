"""Where organisers come in: a passphrase of four words can be read while it is typed."""

from .conftest import PHRASE


def test_what_is_typed_can_be_shown_and_comes_in_all_the_same(real_house, open_page):
    page = open_page(real_house.url + "/flow", 390, 844)
    page.fill("#phrase", PHRASE)
    assert page.get_attribute("#phrase", "type") == "password"
    page.check(".reveal input")
    assert page.get_attribute("#phrase", "type") == "text"
    page.press("#phrase", "Enter")
    page.wait_for_selector("[data-live=live]")


def test_without_scripts_there_is_no_box_that_does_nothing(real_house, open_page):
    page = open_page(real_house.url + "/flow", 390, 844, java_script_enabled=False)
    assert page.is_hidden(".reveal")
    page.fill("#phrase", PHRASE)
    page.press("#phrase", "Enter")
    assert page.is_visible("#tasks-title")
