"""An announcement on a phone that is a station: there with the hub, without it, and after a start without it."""

from playwright.sync_api import expect

from .phones import MINUTE_MS, PATIENCE_MS, Fete, Phone

SNACK = {"fr": "Le goûter est servi.", "en": "Snacks are served."}


def test_an_announcement_outlives_the_network_and_a_start_and_goes_when_it_is_withdrawn(
    station: Phone, fete: Fete
) -> None:
    act = fete.day.announce(SNACK, fete.day.clock() + 60 * MINUTE_MS)
    said = station.page.locator("#station .announced .lines")
    expect(said).to_have_text(SNACK["fr"], timeout=PATIENCE_MS)
    expect(station.page.locator("#station .announced [lang=fr][dir=ltr]")).to_have_count(1)
    station.until(lambda: station.kept("told")["announcements"] != [])
    station.context.set_offline(True)
    badge = fete.badge()
    station.type(badge)
    station.signalled("kept")
    expect(said).to_be_visible()
    station.page.get_by_role("button", name="Scanner").click()
    expect(station.page.locator("#scan-announced")).to_have_text(SNACK["fr"])
    station.until(lambda: station.page.evaluate("document.getElementById('scan-video').currentTime > 0"))
    station.page.get_by_role("button", name="Fermer la caméra").click()
    station.context.set_offline(False)
    station.context.route("**/api/passages", lambda route: route.abort())
    station.page.close()
    station.open()
    station.ready()
    expect(station.page.locator("#station .announced .lines")).to_have_text(SNACK["fr"])
    fete.day.withdraw(act)
    station.context.unroute("**/api/passages")
    expect(station.page.locator("#station .announced")).to_be_hidden(timeout=PATIENCE_MS)
    station.until(lambda: station.kept("told")["announcements"] == [])


def test_a_hostile_announcement_stands_as_text(station: Phone, fete: Fete) -> None:
    text = "<img src=x onerror=window.hacked=1>\x1b@\u202e " + "é" * 250
    fete.day.announce({"fr": text}, fete.day.clock() + 60 * MINUTE_MS)
    said = station.page.locator("#station .announced .lines")
    expect(said).to_have_text("<img src=x onerror=window.hacked=1> @ " + "é" * 250, timeout=PATIENCE_MS)
    assert station.page.evaluate("window.hacked") is None
    assert station.page.locator("#station img").count() == 0
