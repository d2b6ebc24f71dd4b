"""What is announced, at the door: on the first page, as it comes and goes, in the language that is shown there."""

import pytest

from kiosk import phrases
from kiosk.rules.announcements import plain
from kiosk.texts import texts
from kiosk.web.mailbox import Mailbox

from ..axe import Axe
from ..grid import pairs

MINUTE_MS = 60_000
SIZES = [(800, 480), (720, 1280)]
SNACK = {"fr": "Le goûter est servi.", "en": "Snacks are served.", "ar": "الوجبة الخفيفة جاهزة."}
LONG = ("Le dernier tour de Mario Kart commence dans dix minutes, au premier étage. " * 5)[:300].strip()
SEEN = ".door-said p:not([hidden]) > :not([hidden])"

# What lies beyond the stage, or over something else that is to be read or touched.
CROWDED = """() => {
  const stage = document.getElementById("stage").getBoundingClientRect(), wrong = [];
  const all = ".door-said, .start h1, .crowd-of-figures, .touch, .begin, .start-foot > *";
  const parts = [...document.querySelectorAll(all)]
    .map((part) => [part, part.getBoundingClientRect()]).filter(([, box]) => box.width);
  for (const [part, box] of parts) {
    if (box.top < stage.top - 1 || box.bottom > stage.bottom + 1
      || box.left < stage.left - 1 || box.right > stage.right + 1)
      wrong.push(`outside: ${part.className || part.localName}`);
    for (const [other, its] of parts) {
      const high = Math.min(box.bottom, its.bottom) - Math.max(box.top, its.top);
      const wide = Math.min(box.right, its.right) - Math.max(box.left, its.left);
      if (part !== other && high > 2 && wide > 2) wrong.push(`${part.className} over ${other.className}`);
    }
  }
  const said = document.querySelector(".door-said");
  if (said.scrollHeight > said.clientHeight + 1 || said.scrollWidth > said.clientWidth + 1) wrong.push("cut");
  return wrong;
}"""


def shown(page, turn, language, words):
    """Until the page speaks the language of this turn, and says these words in that language."""
    direction = texts(language).direction
    said = f".door-said p:not([hidden]) > [lang={language}][dir={direction}]:not([hidden])"
    page.wait_for_selector(f"#stage[data-shown={turn}] {said} >> text={words}", timeout=60_000)
    assert page.locator(SEEN).count() == 1


def announce(house, said, minutes=15):
    return house.day.announce(said, house.clock() + minutes * MINUTE_MS)


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_it_comes_and_goes_without_a_reload_in_the_language_that_is_shown(house, open_page, width, height):
    page = open_page(house.door_url + "/door", width, height)
    page.wait_for_selector("#stage[data-shown]")
    page.evaluate("window.same = true")
    act = announce(house, SNACK)
    for language in ("fr", "en", "ar"):
        shown(page, language, language, SNACK[language])
    shown(page, "tr", "fr", SNACK["fr"])  # where there are no words it is French
    house.day.withdraw(act)
    page.wait_for_selector(".door-said", state="hidden")
    assert page.evaluate("window.same") is True


@pytest.mark.parametrize(("size", "calm", "motion"), pairs(SIZES, (False, True), ("reduce", "no-preference")))
def test_it_leaves_all_else_its_room_however_long_it_is_and_however_large_the_letters(
    house, open_page, size, calm, motion
):
    page = open_page(house.door_url + "/door", *size, reduced_motion=motion)
    if calm:
        page.click("#rail-calm")
        page.wait_for_selector("body.calm")
    for said in (phrases.announcement(house.event, phrases.LOST), {"fr": LONG}):
        act = announce(house, said)
        page.wait_for_selector(SEEN)
        assert page.text_content(SEEN) in said.values()
        assert page.evaluate(CROWDED) == []
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
        house.day.withdraw(act)
        page.wait_for_selector(".door-said", state="hidden")


def test_it_is_over_at_its_end_although_the_hub_is_away(house, open_page):
    house.day.announce(SNACK, house.clock() + 6_000)
    page = open_page(house.door_url + "/door", 800, 480)
    house.cut()
    assert page.is_visible(".door-said")
    page.wait_for_selector(".door-said", state="hidden")


def test_several_take_turns_and_each_is_read_to_its_end(house, open_page):
    announce(house, SNACK)
    announce(house, {"fr": "Nous fermons bientôt."})
    page = open_page(house.door_url + "/door", 800, 480, reduced_motion="reduce")  # in one language
    for said in ("Nous fermons bientôt.", SNACK["fr"], "Nous fermons bientôt."):
        page.wait_for_selector(f"{SEEN} >> text={said}")


def test_a_touch_is_taken_and_the_steps_behind_show_nothing_of_it(house, open_page):
    page = open_page(house.door_url + "/door", 800, 480)
    announce(house, SNACK)
    page.wait_for_selector(SEEN)
    page.click(".attract")
    page.wait_for_selector("[data-step=language]")
    assert page.locator(".door-said").count() == 0
    announce(house, {"fr": "Nous fermons bientôt."})
    page.click("#rail-back")
    page.wait_for_selector("[data-step=start]")
    page.wait_for_selector(f"{SEEN} >> text=Nous fermons bientôt.")


def test_without_scripts_the_newest_stands_there_in_the_first_language(house, open_page):
    announce(house, SNACK)
    announce(house, {"fr": "Nous fermons bientôt.", "en": "We close soon."})
    page = open_page(house.door_url + "/door", 800, 480, java_script_enabled=False)
    assert page.locator(".door-said p:visible").all_inner_texts() == ["Nous fermons bientôt."]


@pytest.mark.parametrize(
    "text",
    ["<img src=x onerror=window.hacked=1>", '"><svg onload=window.hacked=1>', "\x1b@\x1d", "\u202ea\u2066b"],
)
def test_hostile_words_are_words(house, open_page, text):
    page = open_page(house.door_url + "/door", 800, 480)
    announce(house, {"fr": f"A {text}", "en": f"A {text}"})
    page.wait_for_selector(SEEN)
    assert page.locator(SEEN).text_content() == plain(f"A {text}")
    assert page.evaluate("window.hacked") is None
    assert page.locator(".door-said :is(img, svg[onload])").count() == 0


def test_a_page_that_begins_to_listen_is_told_what_is_up_and_then_whatever_else_is():
    up = [""]
    mailbox = Mailbox(lambda: "reference")
    listener = mailbox.listen(1, lambda: up[0])
    assert next(listener).startswith(b"retry: ")
    assert next(listener) == b'event: said\ndata: {"digest": ""}\n\n'
    up[0] = "ab"
    assert next(listener) == b'event: said\ndata: {"digest": "ab"}\n\n'
    mailbox.put(1, "line")
    assert b"scan" in next(listener)
    listener.close()
