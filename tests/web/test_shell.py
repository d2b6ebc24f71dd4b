"""The door as one page: it swaps its steps, waits for a hub that is away, and returns to the start after a silence."""

import re
import threading

import pytest

from ..axe import Axe

SIZES = [(800, 480), (720, 1280)]
STEP = "document.getElementById('stage').dataset.step"
FOCUSED = "document.activeElement.id || document.activeElement.localName"


@pytest.fixture
def at_language(house, open_page):
    def open_one(width=800, height=480, **more):
        return open_page(house.door_url + "/door/language", width, height, **more)

    return open_one


def choose(page, language="fr"):
    page.click(f"button[value={language}]")
    page.wait_for_selector("[data-step=family]")


def test_a_step_follows_another_without_a_page_being_loaded(house, at_language):
    page = at_language()
    page.evaluate("window.here = 'still'")
    choose(page, "ar")
    assert page.evaluate("window.here") == "still"
    assert page.url == house.door_url + "/door/family"
    assert page.evaluate("[document.documentElement.lang, document.documentElement.dir]") == ["ar", "rtl"]
    assert page.evaluate("history.length") <= 2
    page.go_back()
    assert not page.url.endswith("/door/language")


def test_the_heading_of_the_next_step_is_read_and_the_same_control_kept_on_the_same_step(at_language):
    page = at_language()
    choose(page)
    assert page.evaluate(FOCUSED) == "h1"
    page.focus("#rail-calm")
    page.keyboard.press("Enter")
    page.wait_for_selector(".calm")
    assert page.evaluate(FOCUSED) == "rail-calm"
    assert page.get_attribute("#rail-calm", "aria-pressed") == "true"


def test_without_scripts_the_same_forms_lead_through(at_language):
    page = at_language(java_script_enabled=False)
    page.click("button[value=en]")
    assert page.url.endswith("/door/family")
    page.click("#rail-calm")
    assert page.locator("body.calm").count() == 1
    page.click("#rail-back")
    assert page.url.endswith("/door/language")


def test_calm_is_this_family_s_and_ends_with_it(at_language):
    page = at_language()
    page.click("#rail-calm")
    page.wait_for_selector("body.calm")
    choose(page)
    assert page.locator("body.calm").count() == 1
    page.evaluate("document.getElementById('end').requestSubmit()")
    page.wait_for_selector("[data-step=start]")
    assert page.locator("body.calm").count() == 0


def test_what_was_said_survives_a_call_for_help_and_calm_on_its_page(house, at_language):
    page = at_language()
    choose(page)
    page.locator("[name=do][value^='more:']").first.click()
    said = page.evaluate(
        "[...new FormData(document.getElementById('step'))].filter(([key]) => key.startsWith('n:'))"
    )
    page.click("#rail-help")
    page.wait_for_selector("[data-step=help]")
    page.click("#rail-calm")
    page.wait_for_selector(".calm [data-step=help]")
    page.click(".coming-ways a")
    page.wait_for_selector("[data-step=family]")
    assert sum(int(n) for _, n in said) == 1
    assert said == page.evaluate(
        "[...new FormData(document.getElementById('step'))].filter(([key]) => key.startsWith('n:'))"
    )


def test_a_hub_that_goes_away_is_waited_for_and_the_family_goes_on_where_it_was(house, at_language):
    page = at_language()
    choose(page, "ar")
    page.locator("[name=do][value^='more:']").first.click()
    house.cut()
    page.click("[name=do][value=choose]")
    page.wait_for_selector("#waiting:not([hidden])")
    assert page.text_content("#waiting-title").strip()
    assert page.evaluate("document.documentElement.lang") == "ar"
    assert page.evaluate("document.getElementById('stage').inert")
    house.resume()
    page.wait_for_selector("[data-step=dreams]")
    assert page.is_hidden("#waiting")
    assert page.evaluate("document.documentElement.lang") == "ar"


def test_one_check_in_is_one_party_however_often_its_form_arrives(house, at_language):
    page = at_language()
    choose(page)
    page.locator("[name=do][value^='more:']").first.click()
    lost = []

    def swallow(route):
        """The hub has taken it, and the answer is lost on the way."""
        if route.request.method == "POST" and not lost:
            lost.append(route.fetch())
            route.abort()
        else:
            route.continue_()

    page.route("**/door/family", swallow)
    page.click("[name=do][value=print]")
    page.wait_for_selector("[data-step=sheet]")
    assert len(lost) == 1
    assert len(house.day.view.parties) == 1
    assert len(house.day.view.jobs) == 1


def test_a_hub_that_cannot_keep_anything_is_waited_for_too(house, at_language):
    page = at_language()
    answers = iter([503, 500])

    def fail(route):
        status = next(answers, None)
        route.fulfill(status=status, body="<h1>no</h1>") if status else route.continue_()

    page.route("**/door/language", fail)
    page.click("button[value=fr]")
    page.wait_for_selector("#waiting:not([hidden])")
    page.wait_for_selector("[data-step=family]")


def test_a_slow_hub_is_waited_for_in_calm(house, at_language):
    page = at_language(clock=True)
    release = threading.Event()
    page.route("**/door/language", lambda route: (release.wait(0), held.append(route)))
    held = []
    page.click("button[value=fr]")
    page.wait_for_function("document.body.classList.contains('asking')")
    page.clock.fast_forward(3_100)
    page.wait_for_selector("#waiting:not([hidden])")
    held[0].continue_()
    page.wait_for_selector("[data-step=family]")
    assert page.is_hidden("#waiting")


def test_what_was_asked_long_ago_is_asked_no_more(house, at_language):
    """A sheet for a family that has gone is nobody's."""
    page = at_language(clock=True)
    choose(page)
    page.locator("[name=do][value^='more:']").first.click()
    house.cut()
    page.click("[name=do][value=print]")
    page.wait_for_selector("#waiting:not([hidden])")
    for _ in range(8):
        page.clock.fast_forward(20_000)
        page.wait_for_timeout(30)
    house.resume()
    with page.expect_response(re.compile(r"/door$")):
        page.clock.run_for(4_000)
    page.wait_for_selector("[data-step=start]")
    assert house.day.view.parties == {}


def test_a_page_that_is_none_of_the_door_leads_back_into_it(house, at_language):
    page = at_language()
    page.evaluate(
        "document.querySelector('#stage').insertAdjacentHTML('beforeend', '<a id=lost href=/door/lost>x</a>')"
    )
    page.click("#lost")
    page.wait_for_selector("[data-step=error]")
    page.click("#stage button")
    page.wait_for_selector("[data-step=start]")


# Silence


def test_after_a_silence_it_is_asked_and_then_the_next_family_begins(at_language):
    page = at_language(clock=True)
    choose(page)
    page.clock.fast_forward(46_000)
    page.wait_for_selector("#silence:not([hidden])")
    assert page.evaluate(FOCUSED) == "silence-here"
    assert 0 < int(page.text_content(".silence-count")) <= 20
    assert page.get_attribute("#silence [role=alertdialog]", "aria-labelledby") == "silence-title"
    page.clock.fast_forward(20_000)
    page.wait_for_selector("[data-step=start]")


@pytest.mark.parametrize("by", ["touch", "button", "key"])
def test_who_is_still_there_says_so_by_a_touch_or_a_key_which_does_nothing_else(at_language, by):
    page = at_language(clock=True, has_touch=True)
    page.clock.fast_forward(46_000)
    page.wait_for_selector("#silence:not([hidden])")
    if by == "touch":
        page.touchscreen.tap(700, 120)
    elif by == "button":
        page.click("#silence-here")
    else:
        page.keyboard.press("Enter")
    page.wait_for_selector("#silence", state="hidden")
    page.clock.fast_forward(30_000)
    page.wait_for_timeout(50)
    assert page.is_hidden("#silence")
    assert page.evaluate(STEP) == "language"


def test_calm_gives_twice_the_time(at_language):
    page = at_language(clock=True)
    page.click("#rail-calm")
    page.wait_for_selector("body.calm")
    page.clock.fast_forward(80_000)
    page.wait_for_timeout(50)
    assert page.is_hidden("#silence")
    page.clock.fast_forward(11_000)
    page.wait_for_selector("#silence:not([hidden])")
    assert 20 < int(page.text_content(".silence-count")) <= 40


def test_the_start_waits_for_ever(house, open_page):
    page = open_page(house.door_url + "/door", clock=True)
    page.clock.fast_forward(3_600_000)
    page.wait_for_timeout(50)
    assert page.is_hidden("#silence")


# For everybody


@pytest.mark.parametrize(("width", "height"), SIZES)
@pytest.mark.parametrize("language", ["fr", "ar"])
def test_the_rail_is_beside_the_stage_and_its_targets_are_15_mm(at_language, width, height, language):
    page = at_language(width, height)
    choose(page, language)
    rail, stage = (page.locator(each).bounding_box() for each in ("#rail", "#stage"))
    if width < height:
        assert rail["y"] >= stage["y"] + stage["height"] - 1
    elif language == "ar":
        assert rail["x"] >= stage["x"] + stage["width"] - 1
    else:
        assert stage["x"] >= rail["x"] + rail["width"] - 1
    least = 78 if width > height else 124
    for button in page.locator("#rail .rail-button:visible").all():
        box = button.bounding_box()
        assert min(box["width"], box["height"]) >= least - 0.5
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate("document.documentElement.scrollHeight <= innerHeight")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(house, at_language, scheme):
    page = at_language(color_scheme=scheme, reduced_motion="reduce")
    page.click("#rail-help")
    page.wait_for_selector("[data-step=help]")
    for show in ("", "silence", "waiting"):
        if show:
            page.evaluate(f"document.getElementById('{show}').hidden = false")
        found = Axe().run(page)
        assert found.violations_count == 0, f"{show}: {found.generate_report()}"
