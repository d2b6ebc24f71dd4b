"""The page of one atelier: its people, its pace and its acts, as they change."""

from kiosk.rules.party import Group
from kiosk.texts import texts

from .page import LIVE, becomes


def test_one_atelier_shows_its_people_its_pace_and_its_acts_and_follows(lively_day, open_page):
    page = open_page(lively_day.url + "/flow", 1280, 800)
    page.click("h3 a >> text=Casque")
    page.wait_for_selector(LIVE)
    here = lively_day.day.floor().by_id["vr"]
    queue = page.locator("[data-part=queue] li:not(.none)")
    assert queue.count() == len(here.queue)
    for place, present in enumerate(here.queue):
        name = texts("fr").nickname(present.guest.party.nickname)
        assert name in queue.nth(place).text_content()
    assert "Prévu : 30 par heure" in page.inner_text("[data-part=pace]").replace("\xa0", " ")
    page.click(".but-paused")
    page.wait_for_selector(".atelier-now[data-is=paused]")
    assert page.is_hidden(".but-paused")
    assert page.is_visible(".but-open")
    page.wait_for_selector(".log .undo")
    lively_day.clock.at_ms += 1000
    before = page.input_value("#last")
    page.click("button[data-by='5']")
    hours, minutes = map(int, before.split(":"))
    later = 60 * hours + minutes + 5
    assert page.input_value("#last") == f"{later // 60:02}:{later % 60:02}"
    page.click("[value=open]")
    page.wait_for_selector(".atelier-now[data-is=open]")
    page.click("button[value=end]")
    becomes(page, "atelier.vr.ends", f"Dernier appel à {later // 60} h {later % 60:02}")


def test_what_somebody_types_on_the_page_of_an_atelier_stays_while_it_follows(lively_day, open_page):
    page = open_page(lively_day.url + "/flow/atelier/vr", 390, 844, clock=True)
    page.wait_for_selector(LIVE)
    page.fill("#places", "7")
    came = lively_day.day.check_in([Group("18-59", "f", 1)], "fr")
    lively_day.scan("vr", "arrive", came.party.badge)
    page.clock.fast_forward(6000)
    name = texts("fr").nickname(came.party.nickname)
    page.wait_for_selector(f"[data-part=queue] >> text={name}")
    assert page.input_value("#places") == "7"
    assert page.evaluate("document.activeElement.id") == "places"


def test_an_atelier_that_is_none_is_not_found(house):
    assert house.ask("GET", "/flow/atelier/nowhere")[0] == 404
