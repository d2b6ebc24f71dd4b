"""What an animator sees, at every size: who waits, who is called, who is inside, and that nothing is cut off."""

import re

import pytest

from firmware.wire import booth
from firmware.wire.screen import PAGE, Link

from ..axe import Axe
from ..grid import each
from .conftest import FILES, MINUTE_MS, SIZES, Stage, badge_of, plan_of, until

THUMB = 56  # pixels, of the smallest button
HOSTILE = (
    "<script>window.hacked=1</script>",
    "<img src=x onerror=window.hacked=1>",
    '"><svg onload=window.hacked=1>',
    "{who}{count}$&${window.hacked=1}",
    "\u202eelttes\u2066",
)


def every(test):
    return pytest.mark.parametrize("size", SIZES)(test)


def words(page, place):
    return " ".join(page.inner_text(place).split())


def shown(page, lane):
    return [text.split() for text in page.locator(f".{lane} .card:not(.more)").all_inner_texts()]


def keys(page, lane):
    """What the cards of a lane are known by, from the first on."""
    return page.eval_on_selector_all(
        f".{lane} .card:not(.more) .card-face", "cards => cards.map(card => card.dataset.key)"
    )


def sound(page, where):
    """No violation, nothing beyond the screen, no text that does not fit its place, no button too small for a thumb."""
    found = Axe().run(page)
    assert found.violations_count == 0, f"{where}: {found.generate_report()}"
    assert page.evaluate(OUTSIDE, THUMB) == [], where


# What is wrong with what is seen, in words. A name may be shortened where its title says it whole.
OUTSIDE = r"""thumb => {
  const wrong = [];
  const station = document.querySelector(".station");
  if (station.scrollHeight > station.clientHeight) wrong.push("scrolls");
  if (document.documentElement.scrollWidth > innerWidth) wrong.push("scrolls sideways");
  const open = document.querySelector("dialog[open]");
  for (const node of (open ?? document).querySelectorAll("h1, h2, p, b, button, span, a")) {
    const box = node.getBoundingClientRect();
    const style = getComputedStyle(node);
    if (!box.width || !node.checkVisibility() || style.clipPath !== "none" || node.closest(".hidden-words")) continue;
    const name = `${node.tagName}.${node.className} "${node.textContent.trim().slice(0, 40)}"`;
    const scrolled = node.closest(".content") && getComputedStyle(node.closest(".content")).overflowY === "auto";
    if (!scrolled && (box.left < -1 || box.top < -1 || box.right > innerWidth + 1 || box.bottom > innerHeight + 1))
      wrong.push(`outside: ${name}`);
    if (node.tagName === "BUTTON" && (box.width < thumb - 0.5 || box.height < thumb - 0.5))
      wrong.push(`small: ${name} ${box.width}x${box.height}`);
    if (node.scrollWidth > node.clientWidth + 1 && style.display !== "inline" && style.overflow !== "visible"
        && !node.title && !node.closest("[title]")) wrong.push(`cut: ${name}`);
    const place = node.closest("button, .card");
    if (place && node !== place && style.overflow === "visible") {
      const room = place.getBoundingClientRect();
      if (box.right > room.right + 1 || box.left < room.left - 1 || box.bottom > room.bottom + 2)
        wrong.push(`spills: ${name}`);
    }
  }
  return wrong;
}"""


@pytest.mark.parametrize(("size", "scheme"), each(tuple(SIZES), ("light", "dark")))
def test_an_afternoon_can_be_used_by_everybody(vr, table, open_page, size, scheme):
    page = open_page(vr, size, color_scheme=scheme)
    sound(page, "normal")
    page.click(".waiting .card-face >> nth=0")
    sound(page, "card")
    page.keyboard.press("Escape")
    page.click("[data-act=type]")
    page.keyboard.type("cbhjk")
    sound(page, "pad")
    page.keyboard.press("Escape")
    page.click("[data-act=close]")
    sound(page, "confirm")
    page.keyboard.press("Escape")
    vr.set(
        link=Link(False, 12, "La carte est presque pleine"), scanners=[("file", False)], clock_estimated=True
    )
    page.wait_for_selector(".condition[data-tone=bad]")
    sound(page, "troubles")
    page.click(".condition")
    sound(page, "condition")
    page.keyboard.press("Escape")
    vr.advise("Tigre 3 → Arts numériques, 10 à 15 min", guess=True)
    page.wait_for_selector(".told .guess")
    page.click(".last")
    sound(page, "last")
    page.keyboard.press("Escape")
    for status in ("paused", "closed"):
        vr.set(status=status)
        page.wait_for_selector(f".station[data-status={status}]")
        sound(page, status)
    page = open_page(table, size, color_scheme=scheme)
    sound(page, "many")
    page.click(".waiting .more-face")
    sound(page, "all")


@every
def test_a_session_and_an_empty_house_fit_too(talk, open_page, size):
    sound(open_page(talk, size), "session")
    sound(open_page(Stage(plan_of("vr")), size), "empty")
    sound(open_page(Stage(plan_of("vr", "en")), size), "english")
    arcade = Stage(plan_of("borne-arcade"))
    arcade.party(76, booth.INSIDE, 3)
    sound(open_page(arcade, size), "arcade")


def test_the_page_says_who_waits_who_is_called_and_who_is_inside(vr, open_page):
    page = open_page(vr, "standing")
    assert page.title() == "Casque de réalité virtuelle · Ronde"
    assert page.get_attribute("html", "lang") == "fr"
    assert page.get_attribute("html", "dir") == "ltr"
    assert shown(page, "here") == [["Cheval", "1", "appel", "1", "min"], ["Chat", "2", "3", "min"]]
    assert page.get_by_role("button", name=re.compile("Étoile 1.*1.pers")).is_visible()
    assert page.get_by_role("button", name=re.compile("Cheval.1.*appel.*1.min")).is_visible()
    assert words(page, ".waiting .heading") == "File 5"
    assert words(page, ".here .heading") == "À l’atelier Complet"
    assert page.locator(".pips i").count() == 2
    assert page.locator(".pips i[data-taken]").count() == 2
    assert words(page, ".said") == "Entrée : Chat 2"
    assert words(page, ".told") == "Vache 3 → Robotique, 5 min"
    assert "Noté. Entrée" in page.text_content("[role=status]")


def test_pictures_are_drawn_by_the_shapes_of_the_plan(vr, open_page):
    page = open_page(vr)
    box, paths = vr.plan.shapes["star"]
    drawn = page.locator(".waiting .card").first.locator("svg.glyph")
    assert drawn.get_attribute("viewBox") == box
    assert drawn.locator("path").first.get_attribute("d") == paths[0]
    assert page.locator(".tile svg.glyph path").first.get_attribute("d") == vr.plan.shapes[vr.plan.icon][1][0]


def test_minutes_go_on_by_themselves_and_estimates_say_so(vr, open_page):
    page = open_page(vr)
    sure = vr.party(40, booth.INSIDE, 7)
    until(page, "document.querySelector('.here').textContent.includes('7\\u00a0min')")
    vr.gone_home(sure)
    vr.party(41, booth.INSIDE, 8, estimated=True)
    until(page, "document.querySelector('.here').textContent.includes('env. 8\\u00a0min')")
    vr.at_ms += MINUTE_MS
    vr.changed()
    until(page, "document.querySelector('.here').textContent.includes('env. 9\\u00a0min')")


def test_minutes_tick_without_news(vr, open_page):
    vr.mute = True
    vr.here = booth.Booth(vr.plan)
    vr.party(33, booth.INSIDE, 3)
    vr.at_ms += 57_500  # the next minute comes in a second
    page = open_page(vr)
    until(page, "document.querySelector('.here .since').textContent === '4\\u00a0min'")


@every
def test_many_in_the_queue_are_all_reachable(table, open_page, size):
    page = open_page(table, size)
    first = keys(page, "waiting")
    left = int(page.inner_text(".waiting .more-face").lstrip("+"))
    assert len(first) + left == 23
    assert first == [party["ref"] for party in table.state()["waiting"]][: len(first)]
    page.click(".waiting .more-face")
    cards = page.locator("dialog[open] .card-face")
    assert cards.count() == 23
    cards.last.click()  # scrolls to it
    assert page.locator("dialog[open].party").is_visible()
    assert words(page, "dialog[open] h2") == table.face(badge_of(34)).replace("\xa0", " ")


def test_an_unknown_badge_shows_its_last_letters(vr, open_page):
    page = open_page(vr, "standing")
    vr.party(900, booth.INSIDE, 2, known=False)
    page.get_by_role("button", name=f"Badge {badge_of(900)[-4:]}").wait_for()


def test_who_looks_on_from_afar_sees_nobody_in_particular(vr, open_page):
    state = vr.state()
    blank = {"ref": "", "face": "", "picture": "", "number": None, "people": None}
    for lane in ("waiting", "called", "inside"):
        vr.more[lane] = [{**party, **blank} for party in state[lane]]
    vr.set(may_act=False)
    for size in SIZES:
        page = open_page(vr, size)
        assert page.locator(".waiting .card").count() + page.locator(".here .card").count() > 3
        sound(page, "afar")
        assert "Vous regardez seulement. Les boutons sont sur l’écran de la station." in words(page, ".acts")
        assert page.locator(".acts button").count() == 0
        page.click(".here .card-face >> nth=0")
        assert words(page, "dialog[open] h2") == "Une famille"
        assert page.locator("dialog[open] .choice").count() == 0


def test_who_may_not_act_is_told_why_and_where_to_sign_in(vr, open_page):
    vr.more["login"] = "/atelier/pin"
    vr.set(may_act=False)
    page = open_page(vr)
    link = page.get_by_role("link", name="Ouvrir une session pour agir")
    assert link.get_attribute("href").endswith("/atelier/pin")
    sound(page, "read only")
    vr.more = {}
    vr.set(may_act=True)
    page.get_by_role("button", name="Suivants").wait_for()
    assert not link.is_visible()


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "https://elsewhere.example/pin", "//elsewhere.example", 7]
)
def test_only_an_address_of_this_server_leads_to_the_signing_in(vr, open_page, address):
    vr.more["login"] = address
    vr.set(may_act=False)
    page = open_page(vr)
    assert page.get_attribute(".only a", "href") is None
    assert not page.locator(".only a").is_visible()


def test_paused_and_closed_cannot_be_missed(vr, open_page):
    page = open_page(vr)
    plain = page.evaluate("getComputedStyle(document.querySelector('.top')).backgroundColor")
    for status, said in (("paused", "En pause"), ("closed", "File fermée")):
        vr.set(status=status)
        page.get_by_text(said, exact=True).wait_for()
        top = page.evaluate("getComputedStyle(document.querySelector('.top')).backgroundColor")
        frame = page.evaluate("getComputedStyle(document.querySelector('.station')).borderTopColor")
        assert top == frame != plain
        assert page.locator(".status svg").is_visible()
    assert page.get_by_role("button", name="Rouvrir").is_visible()
    assert not page.get_by_role("button", name="Pause").is_visible()


def test_troubles_are_told_the_worst_first_and_in_words(vr, open_page):
    page = open_page(vr, "phone")
    assert "Reçu par l’accueil" in page.text_content(".condition")
    vr.set(link=Link(False, 12, ""), scanners=[("file", False), ("main", True)], clock_estimated=True)
    page.wait_for_selector(".condition[data-tone=bad]")
    assert words(page, ".condition .notice >> nth=0") == "Douchette absente"
    page.click(".condition")
    told = words(page, "dialog[open]")
    for said in ("Douchette absente", "file · Vérifiez son câble.", "Hors réseau", "12 à envoyer", "Heure estimée",
                 "Douchette prête", "Continuez"):  # fmt: skip
        assert said in told
    vr.set(link=Link(), scanners=[("main", True)], clock_estimated=False)
    page.wait_for_selector(".condition[data-tone=good]")
    assert "Hors réseau" not in words(page, "dialog[open]")


def test_the_next_session_is_told(talk, open_page):
    page = open_page(talk, "standing")
    assert words(page, ".session") == "Séance 15 h 15 · dans 12 min"
    talk.at_ms += 13 * MINUTE_MS
    talk.changed()
    page.get_by_text("Séance 15 h 15 · en cours").wait_for()
    talk.at_ms += 8 * 60 * MINUTE_MS
    talk.changed()
    page.get_by_text("Plus de séance aujourd’hui").wait_for()


def test_another_plan_is_fetched_when_the_state_names_it(vr, open_page):
    page = open_page(vr)
    vr.replan(name="Casque, au premier étage", language="ar")
    page.get_by_role("heading", name="Casque, au premier étage").wait_for()
    assert page.get_attribute("html", "dir") == "rtl"


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_words_are_shown_as_words(vr, open_page, text):
    vr.replan(name=text, room=text, label=text, words=dict.fromkeys(vr.plan.words, text), shapes={})
    vr.say(text)
    vr.advise(text, guess=True)
    vr.set(link=Link(False, 3, text), scanners=[(text, False)])
    vr.more["login"] = text
    page = open_page(vr, "standing")
    assert page.text_content("h1") == text
    assert page.text_content(".said") == text
    assert page.text_content(".told .advice") == text
    for place in (".condition", ".last", ".waiting .card-face >> nth=0", "[data-act=type]"):
        page.click(place)
        page.keyboard.press("Escape")
    assert page.evaluate("window.hacked") is None
    assert page.evaluate("document.scripts.length") == 1
    assert page.query_selector("img, svg[onload], [style*=hacked]") is None


def test_the_page_asks_for_every_word_and_for_none_that_is_not_there(vr, open_page):
    """The words of the plan are those of the page, no more and no fewer."""
    script = "\n".join(path.read_text("utf-8") for path in FILES.glob("*.js"))
    unused = [key for key in PAGE if f'"{key}"' not in script and not any(made(key, script))]
    assert unused == ["unknown_badge"]  # the wire's own: firmware.wire.screen.face
    asked = set(re.findall(r'text\("([a-z_.]+)"', script))
    assert asked - set(PAGE) <= {"refused.nothing"}


def made(key, script):
    """Keys that are put together: the beginning stands in a template, the end as a word of its own."""
    first, _, last = key.partition(".")
    yield f"`{first}.${{" in script and (f'"{last}"' in script or re.search(rf"\b{last}\b", script))
    yield f"${{key}}.{last}`" in script and f'"{first}"' in script


def test_advice_of_a_while_ago_is_no_longer_given(vr, open_page):
    page = open_page(vr)
    assert page.locator(".told").is_visible()
    vr.at_ms += 6 * MINUTE_MS
    vr.changed()
    page.wait_for_selector(".told", state="hidden")
    page.click(".last")
    assert "Vache 3 → Robotique, 5 min 15 h 00" in words(page, "dialog[open]")


@pytest.mark.parametrize("size", ["display", "phone"])
def test_where_to_send_a_family_is_read_to_its_end(vr, open_page, size):
    vr.advise("Papillon 12 → Bricolage numérique, 10 à 15 min")
    page = open_page(vr, size)
    page.wait_for_function("() => document.querySelector('.told').textContent.includes('Papillon')")
    assert page.eval_on_selector(".told .advice", "line => line.scrollHeight <= line.clientHeight + 1")
    assert page.locator(".told .sign").count() == 0


def test_on_a_small_display_no_word_of_a_trouble_is_broken_and_the_others_are_signs(vr, open_page):
    page = open_page(vr)
    vr.set(link=Link(False, 2, ""))
    page.wait_for_selector(".condition[data-more]")
    assert page.eval_on_selector(".condition .notice span", "words => words.getClientRects().length") == 1
    assert page.locator(".condition .notice >> nth=1").locator(".sign").is_visible()
    assert "2 à envoyer" in page.text_content(".condition").replace("\xa0", " ")
    assert "+1" not in page.text_content(".condition")


@pytest.mark.parametrize("size", ["display", "lying"])
def test_the_bell_of_who_is_called_lies_on_nothing(vr, open_page, size):
    page = open_page(vr, size)
    bell = page.locator(".card[data-state=called] [data-sign=call]").bounding_box()
    drawn = page.locator(".card[data-state=called] .picture").bounding_box()
    assert bell["y"] >= drawn["y"] + drawn["height"]
    assert page.locator(".card[data-state=inside] [data-sign=call]").is_hidden()
