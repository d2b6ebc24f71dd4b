"""The day in each of its moments (scenes.py): what is to be done is told, and done by one button."""

import re
import shutil
from dataclasses import replace
from urllib.parse import urlencode

import pytest
from playwright.sync_api import expect

from kiosk.rules.floor import Status
from kiosk.rules.history import history
from kiosk.rules.situations import situations
from kiosk.texts import texts, whole_languages
from kiosk.web import todo

from ..axe import Axe
from .conftest import MINUTE_MS
from .scenes import KINDS, SCENES

FORM = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}


@pytest.fixture
def play(open_house):
    return lambda scene: scene.play(open_house(scene.event(), scene.at_ms))


def tasks(house, language="fr"):
    house.live._composed_s = float("-inf")
    return house.live.frame().shown[language]["tasks"]


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_what_is_to_be_done_comes_of_real_scans_and_goes_by_its_button(play, kind):
    house = play(SCENES[kind])
    for language in whole_languages():
        told = [each for each in tasks(house, language) if each["kind"] == kind]
        assert told, tasks(house, language)
        for each in told:
            said = [each[name] for name in ("what", "why", "button", "since", "asks")]
            assert not [words for words in said if "{" in words], said
            assert each["what"]
            assert each["button"]
            if clock := re.search(
                r"(\d+)[ \u00a0]h[ \u00a0]?(\d*)", each["since"] if language == "fr" else ""
            ):
                since = 60 * int(clock[1]) + int(clock[2] or 0)
                now = house.event.local(house.clock())
                assert since < 60 * now.hour + now.minute + 1, "nothing is so since later"
    keys = {each["key"] for each in told}
    for each in told:
        fields = {"key": each["key"], **each["remedy"], "sure": "1", "form": each["key"]}
        assert house.ask("POST", "/flow/do", urlencode(fields).encode(), FORM)[0] == 200, fields
    assert not keys & {each["key"] for each in tasks(house)}


def test_many_who_are_told_that_it_is_too_late_are_named_from_whom_to_whom(play):
    house = play(SCENES["late"])
    view = house.day.view
    (late,) = (each for each in situations(view, house.day.floor()) if each.kind == "late")
    first, *_, last = some = tuple(view.parties)[:7]
    late = replace(late, remedy=replace(late.remedy, parties=some))
    (task,) = todo.tasks(view, [late], texts("fr"))
    whom = [texts("fr").nickname(view.parties[each].nickname) for each in (first, last)]
    assert f"les 7 familles, de {whom[0]} à {whom[1]}." in task["why"]


@pytest.mark.parametrize("name", ["all-at-once", "network", "before"])
def test_no_moment_of_the_day_has_a_fault_that_axe_finds(play, open_page, name):
    page = open_page(play(SCENES[name]).url + "/flow", 390, 844)
    page.wait_for_selector("[data-live=live]")
    assert page.evaluate("document.scrollingElement.scrollWidth") <= 390
    found = Axe().run(page).response["violations"]
    assert [(each["id"], each["nodes"][0]["html"][:200]) for each in found] == []


def moods(page):
    return page.eval_on_selector_all(
        ".atelier", "all => all.filter(each => each.offsetWidth).map(each => each.dataset.is)"
    )


def test_of_many_ateliers_one_sees_those_that_need_somebody_or_that_are_calm(play, open_page):
    house = play(SCENES["forty"])
    page = open_page(house.url + "/flow", 390, 844)
    page.wait_for_selector("[data-live=live]")
    found = moods(page)
    assert len(found) == 40
    for mood in ("watch", "calm"):
        told = int(page.text_content(f"[data-text='mood.{mood}']"))
        assert 0 < told < 30
        assert told == found.count(mood)
        page.check(f"input[name=show][value={mood}]")
        assert moods(page) == [mood] * told
    paused = next(
        each
        for each in house.event.ateliers
        if house.day.view.statuses.of(each.id, house.clock()) == "paused"
    )
    assert page.is_hidden(f"[data-state='atelier.{paused.id}.mood']")
    page.check("input[name=show][value=all]")
    page.fill("#sift", "ecrire PIXELS")
    expect(page.locator("#sifted")).to_have_text("Ateliers trouvés\u00a0: 0")
    page.fill("#sift", "cables pix")
    assert page.locator(".atelier:visible").count() == 4
    expect(page.locator("#sifted")).to_have_text("Ateliers trouvés\u00a0: 4")


def test_an_atelier_that_is_paused_is_among_those_to_watch_from_then_on(play, open_page):
    house = play(SCENES["forty"])
    page = open_page(house.url + "/flow", 1280, 800)
    page.wait_for_selector("[data-live=live]")
    calm = page.get_attribute(".atelier[data-is=calm]", "data-state").split(".")[1]
    page.check("input[name=show][value=watch]")
    house.day.set_status(calm, Status.PAUSED, "organiser 1")
    page.wait_for_selector(f".atelier[data-state='atelier.{calm}.mood']:visible")


def test_a_few_ateliers_are_looked_over_without_choosing(play, open_page):
    page = open_page(play(SCENES["lively"]).url + "/flow", 390, 844)
    assert page.locator(".sift").count() == 0


def test_a_queue_in_which_nobody_gets_a_turn_any_more_says_so(play):
    house = play(SCENES["saturated"])
    texts_of = house.live.frame().shown["fr"]["texts"]
    full = [here["id"] for here in house.live.frame().data["board"]["ateliers"] if here["wait"] is None]
    assert full
    assert {texts_of[f"atelier.{each}.wait"] for each in full} == {"plus de tour"}


def test_the_lines_stand_there_in_figures_too(play, open_page):
    house = play(SCENES["saturated"])
    page = open_page(house.url + "/flow", 1280, 800)
    page.wait_for_selector("[data-live=live]")
    past = history(house.day.view, house.clock())
    page.click(".hourly summary")
    heads = page.locator(".hourly thead th").all_inner_texts()
    here = past.ateliers["vr"]
    cells = page.locator("[data-figures='figures.queue.vr'] td").all_inner_texts()
    told = dict(zip(heads, cells, strict=True))
    for hour in (14, 15, 16, 17):
        at_ms = house.event.windows[1].opens_ms + (hour - 14) * 60 * MINUTE_MS
        expected = str(here.queue.at(at_ms).people) if at_ms <= house.clock() else ""
        assert told[f"{hour}\u00a0h"] == expected
    before, then = (here.queue.at(house.clock() - minutes * MINUTE_MS).people for minutes in (60, 30))
    now = house.day.floor().by_id["vr"].queued.people
    trend = page.text_content("[data-text='atelier.vr.trend']").replace("\u00a0", " ")
    assert trend == f"il y a une heure : {before}, il y a une demi-heure : {then}, maintenant : {now}"


@pytest.mark.parametrize("path", ["/flow", "/flow/atelier/vr", "/flow/acts"])
def test_on_paper_a_page_is_light_and_whole_and_holds_nothing_to_press(play, open_page, path):
    page = open_page(play(SCENES["all-at-once"]).url + path, 1280, 800, color_scheme="dark")
    page.emulate_media(media="print", color_scheme="dark")
    page.set_viewport_size({"width": 703, "height": 994})  # A4 within its margins
    light = page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--paper')")
    assert light.strip() == "#f7f4ee"
    assert page.locator(":is(button, input, select, textarea, nav):visible").count() == 0
    assert "samedi 19 novembre 2022" in page.inner_text(".printed")
    assert page.evaluate("document.scrollingElement.scrollWidth") <= 703
    for there in page.locator("[data-part=queue] li").all():
        assert there.is_visible()
    if path != "/flow/acts":
        assert page.locator(".hourly table").is_visible()


def test_how_many_more_there_are_is_how_many_are_out_of_sight(play, open_page):
    page = open_page(play(SCENES["all-at-once"]).url + "/flow", 390, 844)
    page.wait_for_selector("[data-live=live]")
    hidden = page.locator(".task").count() - page.locator(".task:visible").count()
    assert hidden > 0
    assert str(hidden) in page.inner_text("#more")
    assert page.locator(".task[data-is=now]").count() == page.locator(".task[data-is=now]:visible").count()


def test_letters_twice_as_large_cut_nothing_off(play, playwright):
    """As somebody sets them in the browser itself."""
    house = play(SCENES["all-at-once"])
    large = playwright.chromium.launch(
        executable_path=shutil.which("chromium"),
        args=["--no-sandbox", "--disable-gpu", "--blink-settings=defaultFontSize=32"],
    )
    try:
        page = large.new_page(viewport={"width": 390, "height": 844})
        for path in ("/flow", "/flow/atelier/vr", "/flow/acts", "/flow/party/1"):
            page.goto(house.url + path)
            assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == "32px"
            assert page.evaluate("document.scrollingElement.scrollWidth") <= 390
            cut = page.evaluate(
                """() => [...document.querySelectorAll("main *")].filter((each) => each.clientWidth
                  && each.scrollWidth > each.clientWidth + 1 && getComputedStyle(each).clipPath === "none"
                  && !each.matches("svg, svg *, .paces, [role=region][tabindex='0']"))
                  .map((each) => each.outerHTML.slice(0, 80))"""
            )
            assert cut == [], path
    finally:
        large.close()
