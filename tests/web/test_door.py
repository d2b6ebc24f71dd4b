"""A family's way through the door, in a real browser: by touch, by keyboard, without JavaScript, and badly."""

import pytest
import zxingcpp
from PIL import Image

from kiosk.errors import JournalUnavailable
from kiosk.rules.printing import PrintState
from kiosk.texts import texts

FAMILY = (("18-59:f", 1), ("6-11:m", 2))
PEOPLE = {("18-59", "f", 1), ("6-11", "m", 2)}
SIZES = [(800, 480), (720, 1280)]


def people_of(party):
    return {(group.band, group.gender, group.count) for group in party.people}


def choose(page, language="fr"):
    page.click(f"button[value={language}]")
    page.wait_for_selector(".board")


def count(page, family=FAMILY):
    for who, times in family:
        for _ in range(times):
            page.click(f"button[value='more:{who}']")


def check_in(page, language="fr"):
    choose(page, language)
    count(page)
    page.click(".print")
    page.wait_for_selector(".party")


def only_party(house):
    (party,) = house.day.view.parties.values()
    return party


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_family_checks_in_by_touch(house, open_page, language, tmp_path):
    page = open_page(house.door_url + "/door", has_touch=True)
    check_in(page, language)
    words, party = texts(language), only_party(house)
    assert (people_of(party), party.language) == (PEOPLE, language)
    assert page.get_attribute("html", "lang") == language
    assert page.get_attribute("html", "dir") == "ltr"
    assert page.text_content("h1") == words.nickname(party.nickname)
    first = house.event.by_id[house.day.view.routes[party.number].route[0].atelier]
    assert first.name(language) in page.text_content(".first-stop")
    assert first.room in page.text_content(".first-stop")
    assert house.day.view.jobs[1].party == party.number
    page.click(".badge summary")
    page.locator(".badge img").screenshot(path=tmp_path / "badge.png")
    with Image.open(tmp_path / "badge.png") as picture:
        (code,) = zxingcpp.read_barcodes(picture)
    assert code.text == party.badge
    page.click(".end button")
    page.wait_for_selector(".languages")
    assert page.context.cookies() == []


def test_each_language_is_offered_in_its_own_words(house, open_page):
    page = open_page(house.door_url + "/door")
    offered = page.eval_on_selector_all(
        ".language", "all => all.map(each => [each.lang, each.querySelector('b').textContent])"
    )
    assert offered == [["fr", "Français"], ["en", "English"]]


def test_a_family_checks_in_by_keyboard_alone(house, open_page):
    page = open_page(house.door_url + "/door")

    def reach(selector):
        for _ in range(60):
            page.keyboard.press("Tab")
            if page.evaluate("selector => document.activeElement.matches(selector)", selector):
                outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
                assert outline == "solid", f"the focus on {selector} does not show"
                return
        raise AssertionError(f"no way by Tab to {selector}")

    reach("button[value=en]")
    page.keyboard.press("Enter")
    page.wait_for_selector(".board")
    reach("button[value='more:6-11:m']")
    page.keyboard.press("Space")
    page.keyboard.press("Space")
    page.keyboard.press("Space")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Space")
    reach("button[value='more:18-59:f']")
    page.keyboard.press("Enter")
    reach(".print")
    page.keyboard.press("Enter")
    page.wait_for_selector(".party")
    assert people_of(only_party(house)) == PEOPLE
    reach(".badge summary")
    page.keyboard.press("Enter")
    assert page.is_visible(".badge img")
    reach(".end button")
    page.keyboard.press("Enter")
    page.wait_for_selector(".languages")


def test_a_family_checks_in_without_javascript(house, open_page):
    page = open_page(house.door_url + "/door", java_script_enabled=False)
    choose(page)
    assert page.is_disabled(".print")
    count(page, (("18-59:f", 1), ("6-11:m", 3)))
    assert page.text_content(".total").replace("\xa0", " ") == "4 personnes"
    page.click("button[value='fewer:6-11:m']")
    page.click("button[value=back]")
    choose(page)
    assert page.text_content(".total").replace("\xa0", " ") == "3 personnes"
    page.click(".print")
    page.wait_for_selector(".party")
    assert people_of(only_party(house)) == PEOPLE
    assert page.get_attribute("noscript meta", "http-equiv") == "refresh"
    house.day.move_job(1, PrintState.SENT)
    house.day.move_job(1, PrintState.CONFIRMED)
    page.reload()
    assert page.text_content(".headline") == "Votre feuille est imprimée"
    page.click(".badge summary")
    assert page.is_visible(".badge img")
    page.click(".end button")
    page.wait_for_selector(".languages")


def test_the_total_and_the_picture_grow_and_shrink_and_the_focus_stays(house, open_page):
    page = open_page(house.door_url + "/door")
    choose(page)
    assert page.text_content(".total") == "Personne pour l’instant"
    assert page.is_disabled(".print")
    assert page.is_visible(".why-none")
    count(page)
    assert page.text_content(".total").replace("\xa0", " ") == "3 personnes"
    assert page.locator(".picture .figure").count() == 3
    assert page.is_enabled(".print")
    page.click("button[value='fewer:18-59:f']")
    assert page.evaluate("document.activeElement.value") == "more:18-59:f"
    assert page.is_disabled("button[value='fewer:18-59:f']")
    assert page.text_content(".total").replace("\xa0", " ") == "2 personnes"
    assert page.get_by_role("button", name="Ajouter\xa0: Homme, garçon, 6 à 11 ans", exact=True).count() == 1
    assert page.get_by_role("status").text_content().startswith("2")


def test_what_was_counted_is_kept_when_going_back(house, open_page):
    page = open_page(house.door_url + "/door")
    choose(page)
    count(page)
    page.click("button[value=back]")
    choose(page, "en")
    assert page.text_content(".total") == "3 people"
    assert page.get_attribute("html", "lang") == "en"


def test_what_a_family_left_half_said_is_not_for_the_next_one(house, open_page):
    page = open_page(house.door_url + "/door")
    choose(page)
    count(page)
    page.click("button[value=back]")
    page.wait_for_selector(".languages")
    house.clock.at_ms += 5 * 60_000
    page.goto(house.door_url + "/door")
    choose(page)
    assert page.text_content(".total") == "Personne pour l’instant"


@pytest.mark.parametrize("javascript", [True, False])
def test_a_large_group_is_counted_by_ten_and_never_beyond_what_a_party_may_be(house, open_page, javascript):
    page = open_page(house.door_url + "/door", java_script_enabled=javascript)
    choose(page)
    page.click(".ten")
    assert page.get_attribute(".ten", "aria-pressed") == "true"
    count(page, (("6-11:x", 3),))
    assert page.text_content(".total").replace("\xa0", " ") == "30 personnes"
    count(page, (("6-11:x", 18),))
    assert page.text_content(".total").replace("\xa0", " ") == "200 personnes"
    page.click("button[value='fewer:6-11:x']")
    page.click(".ten")
    count(page, (("18-59:x", 2),))
    page.click(".print")
    page.wait_for_selector(".party")
    assert people_of(only_party(house)) == {("6-11", "x", 190), ("18-59", "x", 2)}


@pytest.mark.parametrize(("width", "height"), SIZES)
@pytest.mark.parametrize("language", ["fr", "en"])
def test_everything_fits_on_the_kiosk_s_screen_in_large_targets(house, open_page, width, height, language):
    page = open_page(house.door_url + "/door", width, height)
    narrow = 77 if height == 480 else 100  # 15 mm on the 800 x 480 display

    def fits():
        size = page.evaluate(
            "[document.scrollingElement.scrollWidth, document.scrollingElement.scrollHeight]"
        )
        assert size[0] <= width and size[1] <= height, size
        cut = page.evaluate(
            """() => [...document.querySelectorAll("button, h1, h2, p, summary")].filter((each) => {
              const box = each.getBoundingClientRect();
              return box.width && (box.bottom > innerHeight + 1 || box.right > innerWidth + 1 ||
                each.scrollWidth > each.clientWidth + 1 && getComputedStyle(each).display !== "inline");
            }).map((each) => each.className + each.textContent.trim())"""
        )
        assert cut == []

    fits()
    choose(page, language)
    fits()
    for each in page.query_selector_all(".cell button, .print"):
        box = each.bounding_box()
        assert min(box["width"], box["height"]) >= (narrow if each.get_attribute("class") != "fewer" else 72)
    page.click(".ten")
    count(page, (("6-11:x", 12), ("18-59:x", 1)))
    fits()
    digits = page.locator("[name='n:6-11:x'] ~ .more .count").bounding_box()
    button = page.locator("[name='n:6-11:x'] ~ .more").bounding_box()
    assert button["x"] <= digits["x"] and digits["x"] + digits["width"] <= button["x"] + button["width"]
    page.click(".print")
    page.wait_for_selector(".party")
    fits()
    house.printer.says("", house.clock())
    house.day.move_job(1, PrintState.SENT)
    house.day.move_job(1, PrintState.UNKNOWN, "paper_out")
    page.wait_for_selector("[data-mood=unsure]")
    fits()
    assert page.is_visible(".badge img")
    assert page.is_visible(".again button")


# Never a second party


def test_a_double_tap_on_print_makes_one_party_and_one_job(house, open_page):
    page = open_page(house.door_url + "/door")
    choose(page)
    count(page)
    page.dblclick(".print")
    page.wait_for_selector(".party")
    assert (len(house.day.view.parties), len(house.day.view.jobs)) == (1, 1)
    page.reload()
    page.go_back()
    page.wait_for_selector(".party, .board")
    page.goto(house.door_url + "/door/family")
    page.wait_for_selector(".party")
    assert (len(house.day.view.parties), len(house.day.view.jobs)) == (1, 1)


# What is printed


def test_the_screen_follows_the_sheet_within_a_second(house, open_page):
    page = open_page(house.door_url + "/door")
    check_in(page)
    assert page.text_content(".headline") == "Votre feuille va sortir"
    assert not page.is_visible(".badge img")

    def becomes(headline, mood):
        page.wait_for_function(
            "([headline, mood]) => document.querySelector('.headline').textContent === headline &&"
            " document.querySelector('.party').dataset.mood === mood",
            arg=[headline, mood],
            timeout=1500,
        )

    house.printer.says("paper_out", house.clock())
    becomes("Votre feuille attend", "waiting")
    assert page.is_visible(".badge img")
    assert "plus de papier" in page.text_content(".words")
    assert page.get_attribute(".print-job [role=status]", "aria-live") == "polite"
    house.day.move_job(1, PrintState.QUEUED, "paper_out")
    house.printer.says("", house.clock())
    house.day.move_job(1, PrintState.QUEUED, "")
    becomes("Votre feuille va sortir", "busy")
    house.day.move_job(1, PrintState.SENT)
    becomes("Votre feuille s’imprime", "busy")
    house.day.move_job(1, PrintState.CONFIRMED)
    becomes("Votre feuille est imprimée", "done")


def test_a_sheet_of_unknown_fate_is_printed_once_more_when_asked_and_never_by_itself(house, open_page):
    page = open_page(house.door_url + "/door")
    check_in(page)
    house.day.move_job(1, PrintState.SENT)
    house.day.move_job(1, PrintState.UNKNOWN, "stalled")
    page.wait_for_selector("[data-mood=unsure]")
    assert len(house.day.view.jobs) == 1
    page.dblclick(".again button")
    page.wait_for_selector("[data-mood=busy]")
    assert len(house.day.view.jobs) == 2
    house.day.move_job(2, PrintState.SENT)
    house.day.move_job(2, PrintState.UNKNOWN, "stalled")
    page.wait_for_selector("[data-mood=unsure]")
    assert not page.is_visible(".again button")
    assert page.is_visible(".badge img")


def test_without_a_printer_there_is_no_job_and_the_badge_is_shown_at_once(house, open_page):
    house.printer.says("none", 0)
    page = open_page(house.door_url + "/door")
    check_in(page)
    assert page.text_content(".headline") == "Voici votre code"
    assert page.is_visible(".badge img")
    assert not house.day.view.jobs


def test_a_hub_that_goes_away_is_said(house, open_page):
    page = open_page(house.door_url + "/door")
    check_in(page)
    house.cut()
    page.wait_for_function("() => document.querySelector('.headline').textContent.includes('ne sait plus')")
    assert "Appelez un bénévole" in page.text_content(".words")
    house.resume()
    page.wait_for_function(
        "() => document.querySelector('.headline').textContent === 'Votre feuille va sortir'"
    )


def test_a_journal_that_cannot_be_written_is_our_fault_and_nothing_counted_is_lost(
    house, open_page, monkeypatch
):
    page = open_page(house.door_url + "/door")
    choose(page)
    count(page)
    with monkeypatch.context() as broken:

        def refuse(*_, **__):
            raise JournalUnavailable("the disk is full")

        broken.setattr(house.day, "check_in", refuse)
        page.click(".print")
        page.wait_for_selector(".sorry")
        assert "C’est de notre faute" in page.text_content("h1")
        assert "Appelez un bénévole" in page.text_content(".lead")
    page.click("text=Réessayer")
    page.wait_for_selector(".board")
    assert page.text_content(".total").replace("\xa0", " ") == "3 personnes"
    page.click(".print")
    page.wait_for_selector(".party")
    assert people_of(only_party(house)) == PEOPLE


# The next family


def test_a_silent_screen_says_so_counts_down_and_goes_back_to_the_start(house, browser):
    context = browser.new_context(viewport={"width": 800, "height": 480})
    try:
        page = context.new_page()
        page.clock.install()
        page.goto(house.door_url + "/door")
        choose(page)
        count(page)
        page.clock.fast_forward(46_000)
        page.wait_for_selector(".silence:not([hidden])")
        assert page.evaluate("document.activeElement.closest('.silence') !== null")
        page.click(".silence button")
        assert page.is_hidden(".silence")
        assert page.text_content(".total").replace("\xa0", " ") == "3 personnes"
        page.clock.fast_forward(46_000)
        page.wait_for_selector(".silence:not([hidden])")
        assert 0 < int(page.text_content(".silence-count")) <= 20
        page.clock.fast_forward(21_000)
        page.wait_for_selector(".languages")
        choose(page)
        assert page.text_content(".total") == "Personne pour l’instant"
    finally:
        context.close()
