"""The organisers' pages by keys alone: where the focus is, and goes, while the day goes on underneath."""

import pytest

from kiosk.rules.party import Group

LIVE = "[data-live=live]"
FOCUSED = "document.activeElement.textContent.trim()"


def open_live(open_page, url, width=1280, height=800):
    page = open_page(url, width, height)
    page.wait_for_selector(LIVE)
    return page


def test_pausing_and_reopening_leave_the_focus_on_the_way_back(house, open_page):
    page = open_live(open_page, house.url + "/flow/atelier/arts")
    page.focus(".but-paused")
    page.keyboard.press("Enter")
    page.wait_for_selector(".atelier-now[data-is=paused]")
    page.wait_for_function(f"() => {FOCUSED} === 'Rouvrir'")
    assert page.inner_text("#acted") == "C’est fait."
    house.clock.at_ms += 1000
    page.keyboard.press("Enter")
    page.wait_for_selector(".atelier-now[data-is=open]")
    page.wait_for_function(f"() => {FOCUSED} === 'Mettre en pause'")


def test_esc_leaves_a_question_and_gives_the_focus_back(house, open_page):
    house.day.check_in([Group("18-59", "f", 2)], "fr")
    page = open_page(house.url + "/flow/party/1", 1280, 800)
    page.focus("button[value=reissue]")
    page.keyboard.press("Enter")
    page.wait_for_selector("dialog[open]")
    page.keyboard.press("Escape")
    page.wait_for_selector("dialog[open]", state="detached")
    assert "Badge perdu" in page.evaluate(FOCUSED)
    assert house.day.view.acts == ()


def test_a_task_that_was_done_leaves_the_focus_in_its_list(house, open_page):
    house.day.ask_help("Borne 2")
    page = open_live(open_page, house.url + "/flow")
    page.focus(".task .first")
    assert "Borne 2" in page.get_attribute(".task .first", "aria-description")
    page.keyboard.press("Enter")
    page.wait_for_selector(".task", state="detached")
    assert page.evaluate("document.activeElement.id") == "tasks-title"
    undo = page.locator("#lately button")
    assert "Borne 2" in undo.text_content()
    assert "plus à faire" not in page.text_content("#task-said"), "it was done here, and that was said"


def test_what_is_refused_is_not_said_to_be_done_because_something_before_it_was(house, open_page):
    page = open_live(open_page, house.url + "/flow/atelier/arts", 390, 844)
    page.click(".but-paused")
    page.wait_for_function("() => document.querySelector('#acted').textContent")
    page.fill("#last", "03:55")
    page.press("#last", "Enter")
    page.wait_for_selector("#refused:visible")
    assert page.inner_text("#acted") == ""


def test_who_is_at_a_task_that_somebody_else_does_hears_that_it_is_no_more(house, open_page):
    house.day.ask_help("Borne $& {what}")
    page = open_live(open_page, house.url + "/flow")
    page.focus(".task .first")
    house.clock.at_ms += 1000
    house.day.give_help("Borne $& {what}", "organiser 2")
    page.wait_for_selector(".task", state="detached")
    assert page.evaluate("document.activeElement.id") == "tasks-title"
    said = page.inner_text("#task-said").replace("\u00a0", " ")
    assert said == "Ce n’est plus à faire : Borne $& {what} appelle"


def test_a_task_that_stays_after_its_button_was_pressed_is_told_when_it_goes_at_last(house, open_page):
    """What was done was taken back elsewhere before anybody was shown it."""
    house.day.ask_help("Borne 2")
    page = open_page(house.url + "/flow", 1280, 800, clock=True)
    page.wait_for_selector(LIVE)
    page.route("**/flow/do*", lambda route: route.fulfill(json={"done": True}))
    page.focus(".task .first")
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.querySelector('#acted').textContent")
    page.clock.fast_forward(5000)
    assert page.locator(".task").count() == 1
    house.clock.at_ms += 1000
    house.day.give_help("Borne 2", "organiser 2")
    page.wait_for_selector(".task", state="detached")
    assert "Borne 2" in page.inner_text("#task-said")


def test_what_is_typed_to_find_a_family_stays_while_the_day_goes_on(house, open_page):
    page = open_page(house.url + "/flow/acts", 1280, 800, clock=True)
    page.focus("#said")
    page.keyboard.type("chat")
    house.day.announce({"fr": "Le goûter est servi."}, house.clock() + 60_000, "organiser 7")
    page.clock.fast_forward(10_000)
    page.wait_for_selector("[data-part=announced] .done")
    page.keyboard.type(" 7")
    assert page.input_value("#said") == "chat 7"


def test_a_proposal_follows_the_day_and_what_somebody_changed_stays(house, open_page):
    page = open_page(house.url + "/flow/atelier/vr", 1280, 800, clock=True)
    page.wait_for_selector(LIVE)
    assert page.input_value("#places") == "2"
    page.fill("#minutes", "7")
    page.focus(".home")
    house.day.limit("vr", 4, 5, "organiser 7")
    page.clock.fast_forward(5_000)
    page.wait_for_function("() => document.getElementById('places').value === '4'")
    assert page.input_value("#minutes") == "7"


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_no_page_of_the_organisers_scrolls_sideways(lively_day, open_page, width):
    page = open_page(lively_day.url + "/flow", width, 844)
    for path in ("/flow", "/flow/atelier/vr", "/flow/acts?picture=cat", "/flow/party/1", "/stations"):
        page.goto(lively_day.url + path)
        assert page.evaluate("document.scrollingElement.scrollWidth") <= width, path


def test_the_parts_of_the_page_are_under_the_thumb_of_a_phone_and_hide_nothing_that_has_the_focus(
    lively_day, open_page
):
    page = open_live(open_page, lively_day.url + "/flow", 390, 844)
    page.click(".thumb a[href='#day-title']")
    page.wait_for_function("() => document.getElementById('day-title').getBoundingClientRect().top < 400")
    for focused in (".day-files .button", ".atelier:last-child h3 a"):
        page.focus(focused)
        free = page.evaluate(
            """(focused) => document.querySelector(".thumb").getBoundingClientRect().top -
              document.querySelector(focused).getBoundingClientRect().bottom""",
            focused,
        )
        assert free >= 0, f"{focused} lies under the bar"
