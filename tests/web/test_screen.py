"""The hall's screen: what is calm, who is called, in each language in turn; and calm itself when the hub is away."""

import json
import re
from contextlib import closing
from dataclasses import replace

import pytest

from kiosk.rules.announcements import plain as plain_words
from kiosk.rules.event import Kind
from kiosk.rules.facts import GO, REST, AdviceGiven
from kiosk.rules.floor import Status
from kiosk.rules.party import Group
from kiosk.texts import texts
from kiosk.web.screen import Card

from ..axe import Axe

MINUTE_MS = 60_000
TELEVISION = (1920, 1080)
TURN_MS = 10_000  # as long as a page of the screen stands


@pytest.fixture
def screen(open_page):
    def show(house, **context):
        page = open_page(house.url + "/screen", *TELEVISION, **context)
        page.wait_for_selector("[data-live=live]")
        return page

    return show


def told(house, party, verb, atelier, minutes=0, **kept):
    house.day._record(
        AdviceGiven(party, verb, atelier, house.clock() + minutes * MINUTE_MS, 5, "calm", **kept)
    )


def names(page):
    return page.eval_on_selector_all(".card h3", "all => all.map(each => each.textContent)")


def plain(text):
    return re.sub(r"\s+", " ", text).strip()


def test_calm_ateliers_come_first_and_closed_ones_last(lively_day, screen):
    lively_day.day.set_status("borne-arcade", Status.CLOSED)
    page = screen(lively_day)
    moods = page.eval_on_selector_all(
        ".card", "all => all.map(each => each.className.match(/mood-([a-z]+)/)[1])"
    )
    order = ["calm", "some", "long", "session", "closed"]
    timed = [mood for mood in moods if mood != "session"]
    assert timed == sorted(timed, key=order.index)
    assert moods[-1] == "closed"
    assert names(page)[-1] == "Borne d’arcade"
    assert len(names(page)) == len(lively_day.event.ateliers)


def test_who_is_sent_somewhere_is_called_until_it_is_seen_and_not_for_ever(house, screen):
    party = house.day.check_in([Group("18-59", "f", 2)], "fr").party
    told(house, party.number, GO, "arts", 1)
    page = screen(house)
    page.wait_for_selector(".call")
    assert plain(page.text_content(".call")) == "Chat 1 Arts numériques Salle 3"
    house.clock.at_ms += MINUTE_MS
    house.scan("arts", "arrive", party.badge)
    page.wait_for_selector(".hint")
    house.clock.at_ms += MINUTE_MS
    told(house, party.number, GO, "robotique", 1)
    page.wait_for_selector(".call")
    house.clock.at_ms += 5 * MINUTE_MS
    page.wait_for_selector(".hint")


def test_whose_rest_is_over_stands_out_and_before_all_others(house, screen):
    parties = [house.day.check_in([Group("18-59", "f", 2)], "fr").party for _ in range(3)]
    house.clock.at_ms += 1000
    told(house, 1, REST, "vr", keeps="vr", since_ms=house.clock() - 9 * MINUTE_MS)
    house.clock.at_ms += 1000
    told(house, 1, GO, "vr", 1, keeps="vr", since_ms=house.clock() - 9 * MINUTE_MS)
    page = screen(house)
    page.wait_for_selector(".call.urgent")
    who = page.eval_on_selector_all(".call-who b", "all => all.map(each => each.textContent)")
    assert who[0] == texts("fr").nickname(parties[0].nickname)
    assert len(who) == 3
    assert page.locator(".call.urgent").count() == 1


def test_a_place_that_is_kept_is_shown_with_when_to_come(house, screen):
    house.day.check_in([Group("18-59", "f", 2)], "fr")
    told(house, 1, REST, "vr", 4, keeps="vr", since_ms=house.clock())
    page = screen(house)
    page.wait_for_selector(".hall-kept li")
    assert plain(page.text_content(".hall-kept li")).startswith("Chat 1")
    assert "vers" in page.text_content(".hall-kept .about")


def test_the_first_language_comes_back_after_each_of_the_others(house, screen):
    first, *others = house.event.languages
    page = screen(house, clock=True)
    for language in (first, others[0], first, others[1], first, *others[2:3], first):
        page.wait_for_selector(f"#hall[lang={language}][dir={texts(language).direction}]")
        page.clock.fast_forward(TURN_MS)


def test_what_is_announced_stands_in_the_first_language_always_and_beside_it_in_another(house, screen):
    """Where it is not said in a language, the first one is enough."""
    snack = {"fr": "Le goûter est servi.", "ar": "الوجبة الخفيفة جاهزة."}
    house.day.announce(snack, house.clock() + 60 * MINUTE_MS)
    page = screen(house, clock=True)
    for language in house.event.languages[1:]:
        page.wait_for_selector("#hall[lang=fr]")
        assert page.locator(".hall-said p").all_inner_texts() == [snack["fr"]]
        page.clock.fast_forward(TURN_MS)
        page.wait_for_selector(f"#hall[lang={language}]")
        expected = [snack["ar"], snack["fr"]] if language == "ar" else [snack["fr"]]
        assert page.locator(".hall-said p").all_inner_texts() == expected
        assert page.locator(".hall-said [lang=fr][dir=ltr]").count() == 1
        page.clock.fast_forward(TURN_MS)


def test_when_a_queue_will_be_closed_stands_on_its_card_until_it_is(house, screen):
    house.day.end_queue("vr", house.clock() + 23 * MINUTE_MS)
    page = screen(house)
    assert page.locator(".card-last").count() == 1
    card = page.locator(".card", has=page.locator(".card-last"))
    assert plain(card.locator("h3").text_content()) == "Casque de réalité virtuelle"
    assert plain(card.locator(".card-last").text_content()) == "dernier appel 14 h 58"
    house.clock.at_ms += 24 * MINUTE_MS
    page.wait_for_selector(".card-last", state="detached")
    assert names(page)[-1] == "Casque de réalité virtuelle"


def test_announcements_stand_in_large_letters_each_in_its_turn_and_push_nothing_off_the_screen(
    lively_day, screen
):
    long = "Le dernier tour de Mario Kart commence dans dix minutes ; venez avec votre feuille, et " * 2
    for said in ("La tombola, c’est maintenant !", long[:170]):
        lively_day.day.announce({"fr": said}, lively_day.clock() + 60 * MINUTE_MS)
    for atelier in lively_day.event.ateliers:
        if atelier.kind is not Kind.SESSION:
            lively_day.day.end_queue(atelier.id, lively_day.clock() + 23 * MINUTE_MS)
    page = screen(lively_day, clock=True)
    for _ in range(2):
        said = page.locator(".hall-said:visible")
        assert said.count() == 1
        assert said.evaluate("each => parseFloat(getComputedStyle(each).fontSize)") >= 40
        assert outside(page) == []
        page.clock.fast_forward(TURN_MS)


def test_three_hundred_letters_in_each_language_leave_the_ateliers_their_room(lively_day, screen):
    said = ("Le dernier tour de Mario Kart commence dans dix minutes, au premier étage. " * 5)[:300]
    lively_day.day.announce(
        {"fr": said, "en": said, "ar": "توجد أماكن الآن في ورشة الروبوتات. " * 8},
        lively_day.clock() + 3_600_000,
    )
    for atelier in lively_day.event.ateliers:
        if atelier.kind is not Kind.SESSION:
            lively_day.day.end_queue(atelier.id, lively_day.clock() + 23 * MINUTE_MS)
    told(lively_day, 3, REST, "vr", 4, keeps="vr", since_ms=lively_day.clock())
    page = screen(lively_day, clock=True)
    for language in ("fr", "en", "fr", "ar"):
        page.wait_for_selector(f"#hall[lang={language}]")
        assert outside(page) == []
        size = page.eval_on_selector(".hall-said p", "each => parseFloat(getComputedStyle(each).fontSize)")
        assert size >= TO_READ_PX
        page.clock.fast_forward(TURN_MS)


@pytest.mark.parametrize(
    "text",
    [
        "<img src=x onerror=window.hacked=1>",
        "\x1b@\x1dV\x00 coupé",
        "\u202eelttes\u2066",
        "{{ 7 * 7 }}</p></main>",
    ],
)
def test_hostile_announcements_are_words(house, screen, text):
    house.day.announce({"fr": text, "en": text}, house.clock() + 60 * MINUTE_MS)
    page = screen(house)
    assert page.locator(".hall-said p").all_text_contents() == [plain_words(text)]
    assert page.evaluate("window.hacked") is None
    assert page.locator("#hall .hall-main").count() == 1


def outside(page):
    """What is cut off, or beyond the edges of the screen."""
    return page.evaluate(
        """() => [...document.querySelectorAll("#hall :is(h1, h2, h3, .card-room, .card, .card-wait, .card-last, "
            + ".call, .hall-said, .hall-kept li, .about)")]
          .filter((each) => {
            const box = each.getBoundingClientRect();
            return box.width && (box.bottom > innerHeight || box.right > innerWidth || box.top < 0
              || each.scrollWidth > each.clientWidth + 1
              || each.closest(".card") && box.top < each.closest(".card").getBoundingClientRect().top - 1
              || each.closest("ul") && box.bottom > each.closest("ul").getBoundingClientRect().bottom + 1);
          }).map((each) => each.className + ": " + each.textContent.trim())"""
    )


# At ten metres, a letter is told by whoever sees well (acuity 1.0) where it is five minutes of arc high:
# 10 m × tan(5') = 14.5 mm. A television of 65 inches is 809 mm high, 0.75 mm a line of 1080: 19.4 lines, and capitals
# of these letters are 0.73 of their size: 27 px. What has to be read (names, waits, who is called, announcements) is
# half again as high, at 4 px in 3, for those who see 7/10: 33 px. The waits, which all of the hall look for, have
# capitals of 3 cm on a television of 55 inches, 0.634 mm a line: 47 lines, 64 px.
LEGIBLE_PX, TO_READ_PX, FROM_AFAR_PX = 27, 33, 64


def test_at_ten_metres_what_matters_can_be_read(lively_day, screen):
    lively_day.day.end_queue("vr", lively_day.clock() + 23 * MINUTE_MS)
    for party in (5, 6):
        told(lively_day, party, GO, "arts", 1)
    page = screen(lively_day)
    page.wait_for_selector(".call")

    def smallest(what):
        return min(
            page.eval_on_selector_all(
                what, "all => all.filter(each => each.offsetWidth)"
                ".map(each => parseFloat(getComputedStyle(each).fontSize))",
            )
        )  # fmt: skip

    assert smallest(".card h3, .card-wait b, .call-who b, .hall-clock") >= TO_READ_PX
    assert smallest("#hall *:not(small, svg, use)") >= LEGIBLE_PX
    assert page.locator(".card-wait.short b:visible").count() >= 3
    assert smallest(".card-wait.short b") >= FROM_AFAR_PX
    assert smallest(".call-who b") >= 1.25 * TO_READ_PX


def test_more_than_fits_is_shown_page_by_page(open_house, roubaix, screen):
    some = roubaix.by_id["arts"]
    many = tuple(replace(some, id=f"a{n}", names={"fr": f"Atelier {n}"}) for n in range(14))
    house = open_house(
        replace(roubaix, ateliers=many, stations=(), languages=("fr",)),
        roubaix.windows[1].opens_ms + MINUTE_MS,
    )
    page = screen(house, clock=True)
    first = set(
        page.eval_on_selector_all(".cards:not([hidden]) h3", "all => all.map(each => each.textContent)")
    )
    assert len(first) == 7
    assert page.inner_text("#hall-ateliers small:visible") == "1 / 2"
    page.clock.fast_forward(TURN_MS)
    page.wait_for_selector(".cards[data-turn='1']:not([hidden])")
    then = set(
        page.eval_on_selector_all(".cards:not([hidden]) h3", "all => all.map(each => each.textContent)")
    )
    assert first | then == {f"Atelier {n}" for n in range(14)}


@pytest.mark.parametrize("count", [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 11])
def test_whatever_the_number_of_ateliers_all_of_it_is_on_the_screen(open_house, roubaix, screen, count):
    names = {"fr": "Les usages du numérique, pour les parents"}
    ateliers = tuple(replace(roubaix.by_id["arts"], id=f"a{n}", names=names) for n in range(count))
    house = open_house(
        replace(roubaix, ateliers=ateliers, stations=()), roubaix.windows[1].opens_ms + MINUTE_MS
    )
    for _ in range(9):
        house.day.check_in([Group("18-59", "f", 2)], "fr")
    if count:
        for party in range(1, 5):
            told(house, party, REST, "a0", 4, keeps="a0", since_ms=house.clock())
    page = screen(house)
    for words in ("sans attendre", texts("fr").duration_range(100, 120), "25 à 45 min", "доступно без черги"):
        letters = Card(ateliers[0], 0, "calm", words, 0).letters if ateliers else ""
        page.eval_on_selector_all(
            ".card-wait", """(all, [words, letters]) => all.map(each => {
              each.querySelector("b").textContent = words; each.className = `card-wait ${letters}`; })""",
            [words, letters],
        )  # fmt: skip
        assert outside(page) == []
    sizes = page.eval_on_selector_all(
        "#hall b, #hall h3",
        "all => all.filter(each => each.offsetWidth).map(each => parseFloat(getComputedStyle(each).fontSize))",
    )
    assert min(sizes, default=28) >= 28, "to be read at ten metres"


def test_it_waits_calmly_while_the_hub_is_away_and_goes_on_when_it_is_back(house, screen):
    page = screen(house, clock=True)
    house.cut()
    page.clock.fast_forward(13_000)
    page.wait_for_selector("[data-live=lost]")
    assert page.is_visible(".hall-lost")
    assert texts("fr").text("screen.lost") in page.text_content(".hall-lost")
    house.resume()
    house.day.check_in([Group("18-59", "f", 2)], "fr")
    page.wait_for_selector("[data-live=live]", timeout=30_000)
    page.wait_for_selector(".call", timeout=30_000)
    assert page.is_hidden(".hall-lost")


def test_after_a_night_without_the_hub_it_shows_the_new_morning(open_house, roubaix, screen):
    house = open_house(roubaix, roubaix.closes_ms - 10 * MINUTE_MS)
    page = screen(house, clock=True)
    house.cut()
    for _ in range(14):
        page.clock.fast_forward(3_600_000)
    page.wait_for_selector("[data-live=lost]")
    house.clock.at_ms = roubaix.opens_ms + 24 * 60 * MINUTE_MS - 20 * MINUTE_MS
    house.resume()
    page.clock.fast_forward(5_000)
    page.wait_for_selector("[data-live=live]", timeout=30_000)
    page.wait_for_function(
        "clock => document.querySelector('.hall-clock').textContent.trim().startsWith(clock)", arg="9"
    )
    assert page.is_hidden(".hall-lost")


def test_before_the_doors_open_and_after_they_closed_it_says_so(open_house, roubaix, screen):
    page = screen(open_house(roubaix, roubaix.opens_ms - 30 * MINUTE_MS))
    assert plain(page.text_content("#hall-ateliers")) == "Ouverture des portes à 10 h"
    page = screen(open_house(roubaix, roubaix.closes_ms + MINUTE_MS))
    assert plain(page.text_content("#hall-ateliers")) == texts("fr").text("screen.after").replace(
        "\u202f", " "
    )


def test_a_session_stands_on_its_card_and_among_those_to_come(house, screen):
    page = screen(house)
    session = next(atelier for atelier in house.event.ateliers if atelier.kind is Kind.SESSION)
    card = page.locator(".card", has_text=session.name("fr"))
    assert plain(card.locator(".card-wait").text_content()) == "à 15 h 15"
    assert plain(page.text_content(".hall-sessions li b")) == "15 h 15"


def test_where_the_next_session_is_full_the_one_after_is_told(house, screen):
    house.clock.at_ms += 20 * MINUTE_MS
    party = house.day.check_in([Group("18-59", "f", 40)], "fr", sheet=False).party
    house.scan("usages", "arrive", party.badge)
    page = screen(house)
    card = page.locator(".card", has_text=house.event.by_id["usages"].name("fr"))
    assert plain(card.locator(".card-wait").text_content()) == "à 16 h 15"
    said = house.live.frame().shown["fr"]["texts"]
    assert plain(said["atelier.usages.wait"]) == "à 16 h 15"
    assert plain(said["atelier.usages.next"]) == "Séance à 15 h 15"


def test_long_names_of_the_next_sessions_are_there_whole(roubaix, open_house, screen):
    usages = replace(roubaix.by_id["usages"], names={"fr": "Contes du bout du monde sous la yourte"})
    ateliers = tuple(usages if each.id == usages.id else each for each in roubaix.ateliers)
    afternoon_ms = roubaix.windows[1].opens_ms + 35 * MINUTE_MS
    page = screen(open_house(replace(roubaix, ateliers=ateliers), afternoon_ms))
    cut = page.eval_on_selector_all(
        ".hall-sessions li",
        "all => all.filter(each => each.scrollWidth > each.clientWidth"
        " || each.scrollHeight > each.clientHeight + 1).length",
    )
    assert page.locator(".hall-sessions li").count() == 2
    assert cut == 0


def test_without_javascript_it_shows_the_moment(lively_day, open_page):
    page = open_page(lively_day.url + "/screen", *TELEVISION, java_script_enabled=False)
    assert page.locator(".card").count() == 7


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(lively_day, screen, scheme):
    told(lively_day, 3, REST, "vr", 4, keeps="vr", since_ms=lively_day.clock())
    for party in (5, 6):
        told(lively_day, party, GO, "arts", 1)
    lively_day.day.set_status("vr", Status.PAUSED)
    page = screen(lively_day, color_scheme=scheme, reduced_motion="reduce")
    page.wait_for_selector(".call")
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def test_what_is_sent_to_it_says_nothing_of_anybody_but_nicknames(lively_day):
    with closing(lively_day.app.extensions["screen"].watch("screen")) as watch:
        next(watch)
        sent = next(watch).decode()
    pages = json.loads(sent.split("data: ", 1)[1])["pages"]
    assert [page["language"] for page in pages] == list(lively_day.event.languages)
    for party in lively_day.day.view.parties.values():
        assert party.badge not in sent
    assert len(sent) < 64 * 1024
