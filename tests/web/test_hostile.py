"""Text from outside is shown as text: nothing that somebody writes in the event file is ever run."""

import dataclasses

import pytest

from firmware.wire.batch import Health
from kiosk.rules.printing import PrintState

CORPUS = (
    "<script>window.hacked=1</script>",
    "</title></script><script>window.hacked=1</script>",
    "<img src=x onerror=window.hacked=1>",
    '"><svg onload=window.hacked=1>',
    "' onfocus='window.hacked=1' autofocus='",
    "javascript:window.hacked=1",
    "{{ 7 * 7 }}{% raw %}",
    "${window.hacked=1}",
    "<!--",
    "]]>&lt;b&gt;&amp;",
    "\u202eelttes\u2066",
    '=HYPERLINK("http://x")',
    "{n}{clock}%s",
)


def poisoned(event, text):
    names = {"fr": text, "en": text}
    return dataclasses.replace(
        event,
        name=text,
        organiser=text,
        bands=tuple(dataclasses.replace(band, names=names) for band in event.bands),
        ateliers=tuple(dataclasses.replace(atelier, names=names, room=text) for atelier in event.ateliers),
    )


@pytest.mark.parametrize("text", CORPUS)
def test_hostile_words_are_shown_as_words(open_house, roubaix, open_page, text):
    house = open_house(poisoned(roubaix, text), roubaix.windows[1].opens_ms)
    house.day.announce({"fr": text}, house.clock() + 3_600_000)

    def harmless(page):
        assert page.evaluate("window.hacked") is None
        assert page.evaluate("document.scripts.length") == len(page.query_selector_all("head > script[src]"))
        assert page.query_selector("img[src=x], svg[onload], [onfocus]") is None

    page = open_page(house.url + "/")
    harmless(page)
    assert page.text_content("h1") == text
    page.goto(house.url + "/nothing")
    harmless(page)
    page.goto(house.url + "/flow")
    page.wait_for_selector("[data-live=live]")
    harmless(page)
    assert page.text_content(".atelier h3") == text
    assert page.text_content("[data-text=announcements]") == text
    log = house.logs["vr"]
    house.stations.receive(*log.batch([], house.clock(), Health(0, True, "test", trouble=text)), 5)
    page.goto(house.url + "/atelier")
    harmless(page)
    assert page.text_content(".booth b") == text
    page.goto(house.url + "/atelier/vr/")
    page.wait_for_selector(".acts")
    harmless(page)
    assert text in page.text_content("#station")
    page.goto(house.door_url + "/door")
    harmless(page)
    page.click("button[value=fr]")
    page.wait_for_selector(".board")
    harmless(page)
    assert page.text_content(".band") == text
    page.click(".more")
    page.click(".print")
    page.wait_for_selector(".party")
    house.day.move_job(1, PrintState.SENT)
    house.day.move_job(1, PrintState.UNKNOWN, "stalled")
    page.wait_for_selector("[data-mood=unsure]")
    harmless(page)
    assert text in page.text_content(".first-stop")
    page.goto(house.door_url + f"/door/{text}")
    harmless(page)
