"""What is announced, on the animator's screen: in its languages, as text, until its end, and in nobody's way."""

import pytest

from firmware.wire.announcement import Announcement

from .conftest import MINUTE_MS, Stage, until
from .test_page import HOSTILE, every, sound, words

SNACK = (("fr", "Le goûter est servi."), ("en", "Snacks are served."))
LOST = (("fr", "Un enfant cherche sa famille. Venez à l’accueil, s’il vous plaît."),)


def made(stage: Stage, *said: tuple[tuple[str, str], ...], ago: float = 2, left: float = 15) -> None:
    now_ms = stage.now_ms
    at_ms, until_ms = now_ms - int(ago * MINUTE_MS), now_ms + int(left * MINUTE_MS)
    stage.set(announcements=[Announcement(at_ms, until_ms, one) for one in said])


def long(stage: Stage) -> tuple[tuple[str, str], ...]:
    said = ("Il y a de la place à l’atelier du rez-de-chaussée, au fond à droite. " * 5)[:300]
    return (("fr", said), ("ar", "توجد أماكن الآن في الورشة. " * 11))


@every
def test_an_announcement_has_room_beside_all_that_is_done_here(vr, open_page, size):
    page = open_page(vr, size)
    page.get_by_role("button", name="Terminé").focus()
    for said in ([SNACK], [LOST, long(vr)]):
        made(vr, *said)
        page.locator(".announced .lines", has_text=said[-1][0][1][:20]).wait_for()
        sound(page, f"announced {size}")
    assert page.evaluate("document.activeElement.dataset.act") == "done"
    page.click(".announced")
    page.get_by_role("heading", name="Annonces").wait_for()
    sound(page, f"all announced {size}")
    entries = page.locator(".announcements li")
    assert entries.count() == 2
    assert entries.locator("p").all_text_contents() == [*(text for _, text in long(vr)), LOST[0][1]]
    assert entries.locator("[lang=ar][dir=rtl]").count() == 1


def test_the_newest_stands_there_with_its_time_and_is_said_aloud_once(vr, open_page):
    page = open_page(vr, "standing")
    assert page.locator(".announced").is_hidden()
    made(vr, LOST, SNACK)
    page.locator(".announced").wait_for()
    assert words(page, ".announced") == "Le goûter est servi. Snacks are served. 14 h 58 +1"
    aloud = page.locator("main > [role=status].hidden-words")
    assert aloud.locator("[lang=fr]").all_inner_texts() == [SNACK[0][1], LOST[0][1]]
    aloud.evaluate("node => { node.firstChild.marked = true; }")
    vr.say("Sortie : Chat 2")
    page.locator(".said", has_text="Sortie").wait_for()
    assert aloud.evaluate("node => node.firstChild.marked") is True  # not said again with each piece of news


def test_one_that_was_withdrawn_goes_and_so_does_its_panel(vr, open_page):
    made(vr, SNACK)
    page = open_page(vr, "phone")
    page.click(".announced")
    page.get_by_role("heading", name="Annonces").wait_for()
    vr.set(announcements=[])
    page.get_by_role("heading", name="Annonces").wait_for(state="hidden")
    page.locator(".announced").wait_for(state="hidden")


def test_it_stays_until_its_end_while_nobody_answers_and_no_longer(vr, open_page):
    made(vr, SNACK, left=0.3)
    page = open_page(vr, "phone")
    page.locator(".announced").wait_for()
    vr.gone = True
    vr.changed()
    page.locator(".lost").wait_for(timeout=30_000)
    assert page.locator(".announced").is_visible()
    page.locator(".announced").wait_for(state="hidden", timeout=90_000)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_announcements_are_shown_as_words(vr, open_page, text):
    vr.more["announcements"] = [
        {"at_ms": vr.now_ms, "until_ms": vr.now_ms + MINUTE_MS, "words": [["fr", text], ['"><b>', text]]}
    ]
    page = open_page(vr, "standing")
    assert page.text_content(".announced .lines > :first-child") == text
    page.click(".announced")
    assert page.locator(".announcements p").all_text_contents() == [text, text]
    assert page.evaluate("window.hacked") is None
    assert (
        page.query_selector(".announced img, .announcements img, .announced b b, script:not([src])") is None
    )


def test_a_state_of_a_hub_that_knows_of_no_announcements_is_drawn_as_ever(vr, open_page):
    page = open_page(vr, "phone")
    vr.more["announcements"] = None
    vr.say("Sortie : Chat 2")
    page.locator(".said", has_text="Sortie").wait_for()
    assert page.locator(".announced").is_hidden()
    until(page, "document.querySelector('main > [role=status]:last-child').textContent === ''")
