"""A family's way through the door, in a real browser: by touch, by keyboard, without JavaScript, and badly."""

import pytest
from PIL import Image

from kiosk.errors import JournalUnavailable
from kiosk.reception import Expected
from kiosk.rules.party import Group
from kiosk.rules.printing import PrintState
from kiosk.texts import texts

from ..grid import each
from ..qrcodes import qr_codes
from .visitor import FAMILY, PEOPLE, Visitor, begin, count, only_party, people_of, print_it, said

SIZES = [(800, 480), (720, 1280), (1024, 600), (1280, 800)]
FINGER = {480: 78, 1280: 124, 600: 78, 800: 78}  # 15 mm on the official displays, by the height of the page


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_two_adults_and_two_children_take_the_surprise_in_seven_touches(house, open_page, language, tmp_path):
    page = open_page(house.door_url + "/door", has_touch=True)
    touches = 0
    four = ("more:18-59:f", "more:18-59:m", "more:6-11:f", "more:0-5:x")
    for target in (".attract", *(f"button[value='{value}']" for value in (language, *four, "print"))):
        page.tap(target)
        touches += 1
    page.wait_for_selector(".sheet")
    assert touches == 7
    words, party = texts(language), only_party(house)
    assert people_of(party) == {("18-59", "f", 1), ("18-59", "m", 1), ("6-11", "f", 1), ("0-5", "x", 1)}
    assert (party.language, party.wishes) == (language, ())
    assert page.get_attribute("html", "lang") == language
    assert page.get_attribute("html", "dir") == words.direction
    assert page.text_content("h1").strip() == words.nickname(party.nickname)
    first = house.event.by_id[house.day.view.routes[party.number].route[0].atelier]
    assert first.name(language) in page.text_content(".stop")
    assert first.room in page.text_content(".stop")
    assert house.day.view.jobs[1].party == party.number
    page.click(".recall summary")
    page.locator(".recall img").screenshot(path=tmp_path / "badge.png")
    with Image.open(tmp_path / "badge.png") as picture:
        (code,) = qr_codes(picture)
    assert code.text == party.badge
    page.click("#done")
    page.wait_for_selector(".attract")
    page.goto(house.door_url + "/door/sheet")
    assert page.is_visible(".attract")


def test_the_welcome_is_said_in_every_language_one_after_the_other(house, open_page):
    page = open_page(house.door_url + "/door", clock=True, still=True)
    turns = "all => all.map(each => [each.lang, each.dir, each.textContent])"
    welcomes = page.eval_on_selector_all("h1 .turn", turns)
    assert welcomes == [
        [code, texts(code).direction, texts(code).text("door.welcome")] for code in house.event.languages
    ]
    shown = []
    for _ in house.event.languages:
        (now,) = page.eval_on_selector_all("h1 .turn.now", "all => all.map(each => each.lang)")
        shown.append(now)
        page.clock.run_for(2_800)
    assert shown == list(house.event.languages)


@pytest.mark.parametrize("context", [{"reduced_motion": "reduce"}, {"java_script_enabled": False}])
def test_without_motion_or_scripts_the_welcomes_stand_side_by_side(house, open_page, context):
    page = open_page(house.door_url + "/door", **context)
    assert len(page.locator("h1 .turn").all()) == len(house.event.languages)
    assert all(turn.is_visible() for turn in page.locator("h1 .turn").all())
    assert page.locator(".begin .turn:visible").count() == 1
    assert page.locator(".notice .turn:visible").count() == 1


@pytest.mark.parametrize(
    ("touched", "step"),
    [("a[href^='/door/back']", "back"), ("#rail-help", "help"), (".notice .turn.now", "notice")],
)
def test_what_is_touched_before_a_language_is_chosen_goes_on_in_the_one_that_is_seen(
    house, open_page, touched, step
):
    page = open_page(house.door_url + "/door", clock=True, still=True)
    page.wait_for_selector("h1 .turn.now")
    while page.get_attribute("h1 .turn.now", "lang") != "ar":
        page.clock.run_for(2_800)
    assert set(page.eval_on_selector_all("#rail .turn.now", "all => all.map(each => each.lang)")) == {"ar"}
    page.click(touched)
    page.wait_for_selector(f"[data-step={step}]")
    assert page.get_attribute("html", "lang") == "ar"


def test_the_language_that_was_seen_is_forgotten_with_the_visit_and_by_the_one_that_is_chosen(house):
    visitor = Visitor(house)
    assert 'lang="ar" dir="rtl"' in visitor.ask("GET", "/door/back?language=ar")[2].partition("<head")[0]
    visitor.ask("POST", "/door/language", language="en")
    assert 'lang="en"' in visitor.ask("GET", "/door/back?language=ar")[2].partition("<head")[0]
    visitor.ask("GET", "/door")
    assert 'lang="fr"' in visitor.ask("GET", "/door/back")[2].partition("<head")[0]
    assert 'lang="fr"' in visitor.ask("GET", "/door/back?language=xx")[2].partition("<head")[0]


def test_each_language_is_offered_in_its_own_words(house, open_page):
    page = open_page(house.door_url + "/door/language")
    offered = page.eval_on_selector_all(
        ".language", "all => all.map(each => [each.value, each.lang, each.dir, each.textContent])"
    )
    assert offered == [
        [code, code, texts(code).direction, texts(code).own_name] for code in house.event.languages
    ]
    assert ["ar", "ar", "rtl", "العربية"] in offered


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

    reach(".attract")
    page.keyboard.press("Enter")
    page.wait_for_selector(".languages")
    reach("button[value=en]")
    page.keyboard.press("Enter")
    page.wait_for_selector(".figures")
    reach("button[value='more:6-11:m']")
    for _ in range(3):
        page.keyboard.press("Space")
    reach("button[value='more:18-59:f']")
    page.keyboard.press("Enter")
    reach("button[value='fewer:6-11:m']")
    page.keyboard.press("Space")
    assert page.evaluate("document.activeElement.value") == "fewer:6-11:m"
    reach("button[value=choose]")
    page.keyboard.press("Enter")
    page.wait_for_selector(".dreams")
    reach("button[value='wish:robotique']")
    page.keyboard.press("Space")
    reach("button[value=print]")
    page.keyboard.press("Enter")
    page.wait_for_selector(".sheet")
    assert people_of(only_party(house)) == PEOPLE
    assert only_party(house).wishes == ("robotique",)


def test_a_family_checks_in_without_javascript(house, open_page):
    page = open_page(house.door_url + "/door", java_script_enabled=False)
    begin(page)
    assert page.is_disabled("button[value=print]")
    count(page, (("18-59:f", 1), ("6-11:m", 3)))
    assert said(page, ".total b") == "4 personnes"
    page.click("button[value='fewer:6-11:m'] >> nth=0")
    page.click("#rail-back")
    page.click("button[value=fr]")
    assert said(page, ".total b") == "3 personnes"
    page.click("button[value=choose]")
    page.click("button[value='wish:vr']")
    page.click("button[value='wish:arts']")
    page.click("button[value='wish:vr']")
    page.click("button[value=print]")
    assert people_of(only_party(house)) == PEOPLE
    assert only_party(house).wishes == ("arts",)
    assert page.is_visible(".sheet")


def test_what_was_said_is_kept_when_going_back_as_far_as_the_language(house, open_page):
    page = open_page(house.door_url + "/door")
    begin(page)
    count(page)
    page.click("button[value=choose]")
    page.click("button[value='wish:vr']")
    page.click("#rail-back")
    page.wait_for_selector(".figures")
    assert said(page, "button[value=choose]") == "1 envie"
    page.click("#rail-back")
    page.wait_for_selector(".languages")
    assert page.get_attribute("[aria-current]", "value") == "fr"
    page.click("button[value=en]")
    page.wait_for_selector(".figures")
    assert said(page, ".total b") == "3 people"
    assert page.get_attribute("html", "lang") == "en"
    print_it(page)
    assert only_party(house).wishes == ("vr",)


def test_what_was_tapped_is_kept_when_help_is_called_or_the_letters_grow(house, open_page):
    page = open_page(house.door_url + "/door")
    begin(page)
    count(page)
    page.click("#rail-calm")
    page.wait_for_selector("body.calm")
    assert said(page, ".total b") == "3 personnes"
    page.click("#rail-help")
    page.wait_for_selector("[data-step=help]")
    page.click("#rail-back")
    page.wait_for_selector(".figures")
    assert said(page, ".total b") == "3 personnes"


def test_what_a_family_left_half_said_is_not_for_the_next_one(house, open_page):
    page = open_page(house.door_url + "/door")
    begin(page)
    count(page)
    page.goto(house.door_url + "/door")
    begin(page)
    assert page.text_content(".total b") == "Personne pour l’instant"


@pytest.mark.parametrize(("size", "language"), each(SIZES, ("fr", "ar")))
def test_every_step_fits_on_the_kiosk_s_screen_in_large_targets(house, open_page, size, language):
    page = open_page(house.door_url + "/door", *size)
    finger = FINGER[size[1]]

    def fits():
        stage = page.evaluate(
            "(({scrollWidth, clientWidth, scrollHeight, clientHeight}) =>"
            " [scrollWidth - clientWidth, scrollHeight - clientHeight])(document.getElementById('stage'))"
        )
        assert stage[0] <= 0 and stage[1] <= 0, (page.url, stage)
        cut = page.evaluate(
            """() => [...document.querySelectorAll("#stage :is(button, h1, h2, p, b, small, label)")]
              .filter((each) => each.checkVisibility({ visibilityProperty: true }) && each.clientWidth &&
                (each.scrollWidth > each.clientWidth + 1 || each.getBoundingClientRect().bottom > innerHeight + 1))
              .map((each) => each.className + each.textContent.trim())"""
        )
        assert cut == [], page.url
        small = page.evaluate(
            """(finger) => [...document.querySelectorAll("#stage :is(button, a, label)")]
              .filter((each) => each.checkVisibility({ visibilityProperty: true }))
              .map((each) => [each.textContent.trim(), each.getBoundingClientRect()])
              .filter(([, box]) => Math.min(box.width, box.height) < finger - 0.5)
              .map(([words, box]) => `${words} ${box.width} ${box.height}`)""",
            finger,
        )
        assert small == [], page.url

    fits()
    page.click(".attract")
    page.wait_for_selector(".languages")
    fits()
    page.click(f"button[value={language}]")
    page.wait_for_selector(".figures")
    fits()
    page.click("button[value=group]")
    page.wait_for_selector(".digits")
    fits()
    page.click("#rail-back")
    page.wait_for_selector(".family")
    four = (("18-59:f", 1), ("60-plus:m", 1), ("6-11:f", 1), ("0-5:x", 1))
    count(page, four)
    fits()
    page.click("button[value=choose]")
    page.wait_for_selector(".dreams")
    for wish in ("vr", "robotique", "arts"):
        page.click(f"button[value='wish:{wish}']")
    fits()
    page.click("button[value=apart]")
    page.wait_for_selector(".two-sheets")
    fits()


# Never a second party


def test_a_double_tap_on_print_makes_one_party_and_one_job(house, open_page):
    page = open_page(house.door_url + "/door")
    begin(page)
    count(page)
    page.dblclick("button[value=print]")
    page.wait_for_selector(".sheet")
    assert (len(house.day.view.parties), len(house.day.view.jobs)) == (1, 1)
    page.reload()
    page.go_back()
    page.goto(house.door_url + "/door/family")
    page.wait_for_selector(".sheet")
    assert (len(house.day.view.parties), len(house.day.view.jobs)) == (1, 1)


def test_a_hub_that_restarts_while_the_family_prints_takes_it_in_once(house, open_page):
    page = open_page(house.door_url + "/door")
    begin(page)
    count(page)
    house.cut()
    page.click("button[value=print]")
    page.wait_for_selector("#waiting:not([hidden])")
    house.resume()
    page.wait_for_selector(".sheet")
    assert people_of(only_party(house)) == PEOPLE


def test_a_journal_that_cannot_be_written_is_waited_for_and_nothing_counted_is_lost(
    house, open_page, monkeypatch
):
    page = open_page(house.door_url + "/door")
    begin(page)
    count(page)
    with monkeypatch.context() as broken:

        def refuse(*_, **__):
            raise JournalUnavailable("the disk is full")

        broken.setattr(house.day, "check_in", refuse)
        page.click("button[value=print]")
        page.wait_for_selector("#waiting:not([hidden])")
    page.wait_for_selector(".sheet")
    assert people_of(only_party(house)) == PEOPLE


def test_without_javascript_a_journal_that_cannot_be_written_is_our_fault(house, open_page, monkeypatch):
    page = open_page(house.door_url + "/door", java_script_enabled=False)
    begin(page)
    count(page)
    with monkeypatch.context() as broken:

        def refuse(*_, **__):
            raise JournalUnavailable("the disk is full")

        broken.setattr(house.day, "check_in", refuse)
        page.click("button[value=print]")
        assert "C’est de notre faute" in page.text_content("h1")
    page.goto(house.door_url + "/door/family")
    assert said(page, ".total b") == "3 personnes"


def test_without_a_printer_there_is_no_job_and_the_badge_is_shown_at_once(house, open_page):
    house.printer.says("none", 0)
    page = open_page(house.door_url + "/door")
    begin(page)
    count(page)
    print_it(page)
    assert page.is_visible(".code img")
    assert not house.day.view.jobs


# A badge that was printed beforehand


@pytest.fixture
def blank(house, open_page):
    """Opens the door with a pre-printed badge in the family's hand, as its scan leaves it."""

    def open_with(badge):
        page = open_page(house.door_url + "/door/back")
        for letter in badge:
            page.click(f".keys button[value='{letter}']")
        return page

    return open_with


def test_a_family_that_is_expected_finds_itself_there_and_confirms_with_one_touch(house, blank):
    people = (Group("18-59", "f", 1), Group("6-11", "m", 2))
    (badge,) = house.day.expect([Expected(people, ("vr",), "en")])
    page = blank(badge.badge)
    page.wait_for_selector(".figures")
    assert page.get_attribute("html", "lang") == "en"
    assert said(page, "h1") == "We were expecting you!"
    assert said(page, ".total b") == "3 people"
    print_it(page)
    party = only_party(house)
    assert (people_of(party), party.badge, party.wishes) == (PEOPLE, badge.badge, ("vr",))
    assert party.nickname == house.day.view.parties[party.number].nickname


def test_a_blank_badge_becomes_the_family_s_and_no_paper_waits_for_a_broken_printer(house, blank):
    house.printer.says("paper_out", house.clock())
    (badge,) = house.day.make_badges(1)
    page = blank(badge.badge)
    page.wait_for_selector(".languages")
    page.click("button[value=fr]")
    page.wait_for_selector(".figures")
    assert said(page, "h1") == "Qui est là ?"
    count(page, FAMILY)
    page.click("button[value=choose]")
    page.wait_for_selector(".dreams")
    assert page.locator("button[value=apart]").count() == 0
    print_it(page)
    assert only_party(house).badge == badge.badge
    assert not [job for job in house.day.view.jobs.values() if job.state is PrintState.QUEUED]


def test_a_badge_that_another_family_took_meanwhile_is_said_to_be_taken(house, blank):
    (badge,) = house.day.make_badges(1)
    page = blank(badge.badge)
    page.click("button[value=fr]")
    page.wait_for_selector(".figures")
    count(page, FAMILY)
    house.day.check_in([Group("18-59", "x", 1)], "fr", badge=badge.badge)
    page.click("button[value=print]")
    page.wait_for_selector("text=Ce badge est déjà à d’autres.")
    assert said(page, ".total b") == "3 personnes"
    print_it(page)
    assert [people_of(party) for party in house.day.view.parties.values()] == [{("18-59", "x", 1)}, PEOPLE]
