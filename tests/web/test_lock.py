"""The kiosk stays the kiosk, whatever is touched or typed.

`RONDE_LONG=1` touches and types 100,000 times, otherwise a slice.
"""

import os
import random

import pytest

TIMES = 100_000 if os.environ.get("RONDE_LONG") == "1" else 800
LOOKS_EVERY = 40
KEYS = [
    *"azertyAZERTY0123456789?&",
    *(f"F{n}" for n in range(1, 13)),
    *(
        "Tab",
        "Enter",
        "Space",
        "Escape",
        "Backspace",
        "Delete",
        "Home",
        "End",
        "PageUp",
        "PageDown",
        "Insert",
    ),
    *("ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight", "ContextMenu"),
    *("Control+r", "Control+w", "Control+t", "Control+n", "Control+l", "Control+p", "Control+s", "Control+o"),
    *(
        "Control+f",
        "Control+a",
        "Control+Equal",
        "Control+Minus",
        "Control+Shift+i",
        "Alt+ArrowLeft",
        "Alt+F4",
    ),
    *("Shift+Tab", "Shift+F10", "Alt+d", "Meta+a", "Control+Enter", "Shift+Enter"),
]
STATE = """() => ({
  selected: String(getSelection()),
  scale: visualViewport.scale,
  stage: document.querySelectorAll("#stage").length,
  focused: document.activeElement?.matches(
    "input:not([type=hidden], [type=radio], [type=checkbox], [type=submit]), textarea, [contenteditable]"
  ) ?? false,
})"""


@pytest.fixture(scope="session")
def browser(chromium):
    """With what its windows do when touched and typed at."""
    return chromium


@pytest.mark.long
@pytest.mark.timeout(7200 if TIMES > 800 else 300)
@pytest.mark.parametrize(("width", "height"), [(800, 480), (720, 1280)])
def test_touches_and_keys_leave_the_kiosk_on_the_kiosk(house, open_page, width, height):
    page = open_page("about:blank", width, height, has_touch=True)
    page.goto(house.door_url + "/door")
    history = page.evaluate("history.length")
    strayed, steps = [], set()
    page.on("dialog", lambda dialog: (strayed.append(dialog.message), dialog.dismiss()))
    page.on("download", lambda download: strayed.append(download.url))
    page.context.on("page", lambda other: strayed.append(other.url))
    chance = random.Random(width)
    for done in range(TIMES // 2):
        at = chance.randrange(width), chance.randrange(height)
        kind = chance.random()
        if kind < 0.45:
            page.touchscreen.tap(*at)
        elif kind < 0.55:
            page.mouse.click(
                *at, button=chance.choice(["left", "right", "middle"]), click_count=chance.choice([1, 2])
            )
        elif kind < 0.60:
            page.mouse.move(*at)
            page.mouse.down()
            page.mouse.move(chance.randrange(width), chance.randrange(height))
            page.mouse.up()
        else:
            page.keyboard.press(chance.choice(KEYS))
        steps.add(page.get_attribute("#stage", "data-step"))
        if done % LOOKS_EVERY == 0:
            assert (strayed, page.evaluate("history.length")) == ([], history)
            assert page.evaluate(STATE) == {"selected": "", "scale": 1, "stage": 1, "focused": False}
            assert page.url.startswith(house.door_url + "/door")
    assert len(page.context.pages) == 1
    assert len(steps) >= 4, "it went about the door, and did not stand still"


@pytest.fixture
def language_page(house, open_page):
    return open_page(house.door_url + "/door/language")


def test_what_types_presses_nothing_not_even_by_the_enter_at_its_end(house, language_page):
    language_page.focus("button[value=fr]")
    language_page.keyboard.type("CBBBBBBBBBBBBBBB\n", delay=1)
    language_page.keyboard.press("Tab")  # some end so
    assert language_page.evaluate("document.activeElement.value") == "fr"
    assert language_page.url.endswith("/door/language")
    language_page.wait_for_timeout(300)
    language_page.keyboard.press("Enter")
    language_page.wait_for_selector("[data-step=family]")


def test_a_person_goes_from_button_to_button_by_arrows_and_back_by_escape(house, language_page):
    language_page.focus("button[value=fr]")
    language_page.keyboard.press("ArrowRight")
    assert language_page.evaluate("document.activeElement.value") == "en"
    language_page.keyboard.press("ArrowLeft")
    assert language_page.evaluate("document.activeElement.value") == "fr"
    language_page.keyboard.press("ArrowLeft")
    assert language_page.evaluate("document.activeElement.closest('.rail') !== null")
    language_page.keyboard.press("Escape")
    language_page.wait_for_selector("[data-step=start]")


def test_nothing_is_selected_dragged_zoomed_or_opened_beside_it(language_page):
    refused = language_page.evaluate(
        """() => {
          const kinds = [
            new MouseEvent("contextmenu", { bubbles: true, cancelable: true }),
            new Event("selectstart", { bubbles: true, cancelable: true }),
            new DragEvent("dragstart", { bubbles: true, cancelable: true }),
            new MouseEvent("auxclick", { bubbles: true, cancelable: true, button: 1 }),
            new WheelEvent("wheel", { bubbles: true, cancelable: true, ctrlKey: true }),
            new KeyboardEvent("keydown", { bubbles: true, cancelable: true, key: "F11" }),
            new KeyboardEvent("keydown", { bubbles: true, cancelable: true, key: "r", ctrlKey: true }),
            new KeyboardEvent("keydown", { bubbles: true, cancelable: true, key: "BrowserBack" }),
          ];
          return kinds.map((event) => document.querySelector("#stage button").dispatchEvent(event));
        }"""
    )
    assert refused == [False] * 8
    assert (
        language_page.evaluate("getComputedStyle(document.querySelector('#stage h1')).userSelect") == "none"
    )


def test_no_page_of_the_door_has_a_field_that_calls_a_keyboard(house):
    for path in ("/door", "/door/language", "/door/back", "/door/notice"):
        page = house.ask("GET", path, port=house.door_port)[2].decode()
        assert "<textarea" not in page
        assert page.count("<input") == page.count('<input type="hidden"')
        assert "http://" not in page.replace(house.door_url, "").replace("http://www.w3.org", "")


def test_a_link_out_of_the_door_leads_nowhere(language_page):
    language_page.evaluate(
        """() => document.querySelector("#stage").insertAdjacentHTML("beforeend",
          '<a id="out" href="/flow">out</a><a id="far" target="_blank" href="http://example.com/">far</a>')"""
    )
    for link in ("#out", "#far"):
        language_page.click(link)
    assert language_page.url.endswith("/door/language")
    assert len(language_page.context.pages) == 1
