"""Numbers never look fresh when they are old: what the page does when its server falls silent, and comes back."""

import pytest

from firmware.wire import booth

from .conftest import AFTERNOON_MS, MINUTE_MS, Server, badge_of, until

SOON_MS = 60_000


def lost(page):
    page.wait_for_selector(".station[data-lost] .lost", timeout=SOON_MS)


def live(page):
    page.wait_for_selector(".station:not([data-lost])", timeout=SOON_MS)
    assert not page.locator(".lost").is_visible()


def test_a_server_that_is_gone_is_told_and_found_again(vr, open_page):
    page = open_page(vr)
    vr.gone = True
    vr.changed()
    lost(page)
    assert page.inner_text(".lost b").startswith("Plus de nouvelles depuis ")
    assert "Ce que vous voyez date de 15\u00a0h\u00a000." in page.inner_text(".lost")
    assert page.get_attribute(".lost", "role") == "alert"
    assert page.locator(".acts button:not([aria-disabled])").count() == 0
    page.click("[data-act=next]", force=True)
    before = page.inner_text(".here")
    vr.at_ms += 7 * MINUTE_MS
    page.wait_for_timeout(1200)
    assert page.inner_text(".here") == before  # the minutes stand still
    vr.gone = False
    vr.party(60, booth.WAITING, 1)
    live(page)
    assert page.locator(".waiting .count").inner_text() == "6"
    assert "10\u00a0min" in page.inner_text(".here")
    assert vr.acts == []
    page.click("[data-act=next]")
    page.locator(".said", has_text="Entrée : Cheval 1").wait_for()


def test_where_there_are_no_events_the_state_is_asked_for(vr, open_page):
    vr.mute = True
    page = open_page(vr)
    vr.gone_home(badge_of(33))
    until(page, "document.querySelectorAll('.here .card').length === 1")
    assert not page.locator(".lost").is_visible()


def test_a_server_whose_time_stands_still_is_not_believed(vr, open_page):
    page = open_page(vr)
    page.clock.install()
    vr.stuck = vr.now_ms
    page.clock.run_for(30_000)
    lost(page)
    vr.stuck = None
    page.clock.run_for(6000)
    live(page)


def test_a_state_that_is_late_does_not_overwrite_a_newer_one(vr, open_page):
    """An answer that an event overtook is dropped."""
    page = open_page(vr)
    page.route("**/state", lambda route: route.fulfill(json={**old, "at_ms": old["at_ms"] - 1}))
    old = vr.state()
    vr.gone_home(badge_of(33))
    until(page, "document.querySelectorAll('.here .card').length === 1")
    page.evaluate("window.dispatchEvent(new Event('online'))")
    vr.changed()
    until(page, "document.querySelectorAll('.here .card').length === 1")


def test_after_a_sleep_the_page_says_that_it_is_old_and_then_is_right(vr, open_page):
    page = open_page(vr)
    page.clock.install()
    page.clock.pause_at(AFTERNOON_MS / 1000 + 10 * 365 * 86400)  # an hour, or years: nobody ran meanwhile
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.clock.resume()
    vr.at_ms += 60 * MINUTE_MS
    vr.here = booth.Booth(vr.plan)
    vr.party(77, booth.INSIDE, 12)
    live(page)
    until(page, "document.querySelector('.here').textContent.includes('12\\u00a0min')")


def test_a_hub_that_went_back_in_time_is_believed(vr, open_page):
    page = open_page(vr)
    vr.at_ms -= 3 * 60 * MINUTE_MS
    vr.here = booth.Booth(vr.plan)
    vr.party(77, booth.INSIDE, 12)
    until(page, "document.querySelector('.here').textContent.includes('12\\u00a0min')")
    assert not page.locator(".lost").is_visible()


@pytest.mark.parametrize("missing", ["plan", "state"])
def test_a_page_without_a_first_answer_asks_again(vr, browser, missing):
    server = Server(vr)
    context = browser.new_context()
    page = context.new_page()
    vr.mute = missing == "state"
    tries = []

    def refuse(route):
        tries.append(route)
        if len(tries) < 3:
            route.fulfill(status=503, json={"error": "not yet"})
        else:
            route.continue_()

    page.route(f"**/{missing}", refuse)
    page.goto(server.url)
    assert "Un instant…" in page.inner_text("main.moment")
    page.wait_for_selector("main.page", timeout=SOON_MS)
    context.close()
    server.close()
