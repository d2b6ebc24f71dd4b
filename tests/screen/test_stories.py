"""An animator's work, told as stories: by touch alone, by keyboard alone, and with hands that press twice."""

import re
import threading
import time

import pytest
from playwright.sync_api import expect

from firmware.wire import booth
from firmware.wire.screen import ref

from ..patience import PATIENCE_S
from .conftest import MINUTE_MS, SIZES, Stage, badge_of, plan_of, until

CODE = "C" + "BCDFGHJKLNPRSTV"


def stand(page, faces):
    """These are at the atelier, as soon as the page has heard."""
    said = ",".join(faces)
    until(
        page,
        f"[...document.querySelectorAll('.here .face')].map(face => face.textContent).join() === {said!r}",
    )


def said(page, words):
    page.locator(".said", has_text=words).wait_for()


def asked(stage):
    return [tuple(act.values()) for act in stage.acts]


class Touch:
    """A thumb."""

    def __init__(self, page):
        self.page = page

    def press(self, name):
        self._button(name).tap()

    def press_card(self, name):
        self._button(re.compile("^" + name.replace(" ", r"\s"))).tap()

    def type(self, letters):
        for letter in letters:
            self.page.get_by_role("button", name=letter, exact=True).tap()

    def _button(self, name):
        return self.page.get_by_role("button", name=name, exact=True).and_(
            self.page.locator(":not([aria-disabled])")
        )


class Keys:
    """A keyboard: Tab until it is there, then Enter or Space."""

    def __init__(self, page):
        self.page = page

    def press(self, name):
        self._to(lambda said: said == name)
        self.page.keyboard.press("Enter")

    def press_card(self, name):
        self._to(lambda said: said.startswith(name))
        self.page.keyboard.press("Space")

    def type(self, letters):
        self.page.keyboard.type(letters.lower())

    def _to(self, wanted):
        end = time.monotonic() + PATIENCE_S
        while time.monotonic() < end:
            reached = self.page.evaluate(
                "() => { const at = document.activeElement;"
                " if (!at.matches('button, a')) return ['', false, ''];"
                " const within = (kind) => at.querySelector(kind);"
                " const face = within('.face') ?? within('.label') ?? within('span') ?? at;"
                " return [face.textContent.replace(/\\s+/g, ' ').trim(), at.getAttribute('aria-disabled') === 'true',"
                " at.matches('button, a') && getComputedStyle(at).outlineStyle] }"
            )
            if wanted(reached[0]) and not reached[1]:
                assert reached[2] == "solid"  # and it is seen where it is
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"no way there: {reached}")


@pytest.fixture(params=["touch", "keys"])
def hand(request, open_page):
    """Opens the page, and works it with one kind of hand."""

    def open_with(stage, size="display"):
        if request.param == "touch":
            page = open_page(stage, size, has_touch=True)
            return page, Touch(page)
        page = open_page(stage, size)
        return page, Keys(page)

    return open_with


@pytest.mark.parametrize("size", SIZES)
def test_families_are_called_come_in_and_leave(hand, size):
    stage = Stage(plan_of("vr"))
    for number, minutes in ((4, 9), (34, 7), (12, 5)):
        stage.party(number, booth.WAITING, minutes, 2)
    page, by = hand(stage, size)
    by.press("Suivants")
    said(page, "Appel : Étoile 1, Fusée 2")
    stand(page, ["Étoile 1", "Fusée 2"])
    by.press_card("Étoile 1")
    by.press("Est entré")
    said(page, "Entrée : Étoile 1")
    by.press("Terminé")
    said(page, "Sortie : Étoile 1")
    by.press_card("Fusée 2")
    by.press("N’est pas venu")
    said(page, "Absence : Fusée 2")
    stand(page, [])
    by.press("Annuler")
    page.wait_for_selector(".strip[data-tone=undone]")
    stand(page, ["Fusée 2"])
    assert asked(stage) == [
        ("next",), ("enter", ref(badge_of(4))), ("done",), ("absent", ref(badge_of(34))), ("undo",),
    ]  # fmt: skip


def test_a_table_starts_and_ends_for_all(hand, table):
    page, by = hand(table)
    by.press("Terminé")
    said(page, "Sortie : ")
    until(page, "document.querySelectorAll('.here .card').length === 0")
    by.press("Commencer")
    said(page, "Entrée : ")
    assert len(table.here.inside) == 5
    expect(page.locator(".big.first")).to_have_text("Terminé")


def test_a_session_is_moved_by_five_minutes(hand, talk):
    page, by = hand(talk, "phone")
    by.press("+5 min")
    page.get_by_text("Séance 15 h 20 · dans 17 min").wait_for()
    by.press("−5 min")
    page.get_by_text("Séance 15 h 15 · dans 12 min").wait_for()
    assert asked(talk) == [("shift", 5), ("shift", -5)]


def test_the_atelier_pauses_goes_on_and_closes_after_a_question(hand, vr):
    page, by = hand(vr)
    by.press("Pause")
    page.wait_for_selector("[data-status=paused]")
    page.get_by_role("button", name="Reprendre").and_(page.locator(":not([aria-disabled])")).wait_for()
    by.press("Reprendre")
    page.wait_for_selector(".station[data-status=open]")
    by.press("Fermer")
    assert page.inner_text("dialog[open] h2") == "Fermer la file\u202f?"
    by.press("Laisser ouverte")
    assert page.locator("dialog[open]").count() == 0
    by.press("Fermer")
    by.press("Fermer la file")
    page.wait_for_selector(".station[data-status=closed]")
    by.press("Rouvrir")
    page.wait_for_selector(".station[data-status=open]")
    assert asked(vr) == [("pause",), ("resume",), ("close",), ("resume",)]


def test_a_torn_badge_is_typed(hand, vr):
    page, by = hand(vr)
    by.press("Saisir")
    by.type(CODE[:6])
    assert page.inner_text(".typed").replace("\n", "") == "CBCDFG··········"
    assert page.text_content(".pad [role=status]") == "C B C D   F G Lettres à saisir\u00a0: 10"
    by.press("Effacer")
    by.type(CODE[5:])
    vr.answers.append(lambda: (409, {"error": "Ce badge n’est pas de ce jour\u00a0: rien n’est noté."}))
    by.press("Envoyer")
    page.get_by_text("Ce badge n’est pas de ce jour").wait_for()
    by.press("Envoyer")
    page.wait_for_selector("dialog[open]", state="detached")
    assert asked(vr) == [("scan", CODE)] * 2
    assert vr.here.of(CODE).state == booth.WAITING


def test_letters_go_into_the_pad_only_and_enter_sends_them(vr, open_page):
    page = open_page(vr)
    page.keyboard.type("bcdf")
    assert vr.acts == []
    page.click("[data-act=type]")
    page.keyboard.type("a1éo" + CODE + "zzz")
    page.keyboard.press("Backspace")
    page.keyboard.type("vv")
    assert page.inner_text(".typed").replace("\n", "") == CODE
    page.keyboard.press("Enter")
    page.wait_for_selector("dialog[open]", state="detached")
    assert asked(vr) == [("scan", CODE)]
    assert page.evaluate("document.activeElement.dataset.act") == "type"


def test_escape_and_a_press_beside_lead_back(vr, open_page):
    page = open_page(vr)
    page.click("[data-act=close]")
    page.keyboard.press("Escape")
    assert page.locator("dialog[open]").count() == 0
    page.click("[data-act=close]")
    page.mouse.click(240, 4)
    assert page.locator("dialog[open]").count() == 0
    assert vr.acts == []


def test_a_double_tap_is_one_press(vr, open_page):
    page = open_page(vr, has_touch=True)
    page.dblclick("[data-act=pause]")
    page.wait_for_selector("[data-act=resume]:not([aria-disabled])")
    page.evaluate("for (const _ of [1, 2, 3]) document.querySelector('[data-act=next]').click()")
    said(page, "Entrée : Cheval 1")
    assert asked(vr) == [("pause",), ("next",)]


def test_a_button_waits_for_its_answer(vr, open_page):
    page = open_page(vr)
    go = threading.Event()
    vr.answers.append(lambda: (go.wait(60), (200, {"said": None}))[1])
    page.click("[data-act=next]")
    page.wait_for_selector("[data-act=next][aria-busy=true][aria-disabled=true]")
    page.click("[data-act=next]", force=True)
    assert page.locator("[data-act=done]:not([aria-disabled])").count() == 1
    go.set()
    page.wait_for_selector("[data-act=next]:not([aria-disabled])")
    page.get_by_text("Il n’y a rien à faire pour l’instant.").first.wait_for()
    assert page.get_attribute(".strip", "data-tone") == "nothing"
    assert asked(vr) == [("next",)]


def test_an_answer_that_does_not_come_frees_the_button_after_five_seconds(vr, open_page):
    page = open_page(vr)
    go = threading.Event()
    vr.answers.append(lambda: (go.wait(60), None)[1])
    page.click("[data-act=next]")
    page.wait_for_selector("[data-act=next][aria-disabled]")
    page.get_by_text("Pas de réponse. Regardez la file avant de réessayer.").first.wait_for()
    page.wait_for_selector("[data-act=next]:not([aria-disabled])")
    go.set()


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ((503, {"error": "L’accueil ne répond pas"}), "L’accueil ne répond pas"),
        ((500, {}), "Pas de réponse. Regardez la file avant de réessayer."),
        (None, "Pas de réponse. Regardez la file avant de réessayer."),
    ],
)
def test_a_press_that_fails_says_so_and_offers_to_try_again(vr, open_page, answer, words):
    page = open_page(vr)
    vr.answers.append(lambda: answer)
    page.click("[data-act=next]")
    page.locator(".said", has_text=words).wait_for()
    assert page.get_attribute(".strip", "data-tone") == "refused"
    assert words in page.text_content("[role=status]")
    page.wait_for_selector("[data-act=next]:not([aria-disabled])")
    page.click(".retry")
    said(page, "Entrée : Cheval 1")
    assert not page.locator(".retry").is_visible()
    assert asked(vr) == [("next",)] * 2


def test_focus_stays_where_it_is_while_the_page_changes(vr, open_page):
    page = open_page(vr, "standing")
    star = ref(badge_of(4))
    card = page.locator(f".waiting [data-key='{star}']")
    card.focus()
    node = card.element_handle()
    vr.party(70, booth.WAITING, 60)  # before it
    until(page, "document.querySelectorAll('.waiting .card').length === 6")
    assert page.evaluate("document.activeElement.dataset.key") == star
    vr.gone_home(badge_of(70))
    vr.set(status="paused")
    page.wait_for_selector("[data-status=paused]")
    assert node.evaluate("node => node === document.activeElement")  # the same, not another like it
    vr._done("call", ref=star)
    vr.changed()
    page.wait_for_selector(f".here [data-key='{star}']")
    assert page.evaluate("document.activeElement.dataset.key") == star
    vr.gone_home(badge_of(4))
    page.wait_for_selector(f"[data-key='{star}']", state="detached")
    assert page.evaluate("document.activeElement.dataset.act") == "next"


def test_nothing_is_written_again_that_is_so_already(vr, open_page):
    page = open_page(vr)
    page.evaluate(
        "() => { window.changes = []; const seen = new MutationObserver((all) => {"
        " for (const one of all) window.changes.push(`${one.type} ${one.attributeName} ${one.target.className}`); });"
        " seen.observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true }); }"
    )
    for _ in range(5):
        vr.changed()
        page.wait_for_timeout(50)
    assert page.evaluate("window.changes") == []


def test_a_party_that_leaves_while_its_card_is_open_is_said_to_be_gone(vr, open_page):
    page = open_page(vr)
    page.click(".waiting .card-face >> nth=0")
    assert page.locator(".choice").all_inner_texts()[:3]
    vr._done("call", ref=ref(badge_of(4)))
    vr.changed()
    page.locator("dialog[open] .choice", has_text="N’est pas venu").wait_for()
    vr.gone_home(badge_of(4))
    page.get_by_text("Cette famille n’est plus à l’atelier.").wait_for()
    assert page.locator("dialog[open] .choice").count() == 0
    assert page.evaluate("document.querySelector('dialog[open]').contains(document.activeElement)")


def test_how_long_a_party_has_waited_stands_on_its_card(vr, open_page):
    page = open_page(vr)
    page.click(".waiting .card-face >> nth=0")
    page.get_by_text("Dans la file depuis 9\u00a0min").wait_for()
    vr.at_ms += MINUTE_MS
    vr.changed()
    page.get_by_text("Dans la file depuis 10\u00a0min").wait_for()
