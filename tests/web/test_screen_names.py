"""The names of ateliers on the hall's screen: whole where there is room, and no letter without its accent or tail."""

import io
from dataclasses import replace

import pytest
from PIL import Image, ImageChops

from kiosk import phrases

MINUTE_MS = 60_000
NAMES = {
    "fr": "Écrire pour le web, à plusieurs mains, et l’imprimer ensuite",
    "ar": "ورشة إصلاح الهواتف والشاشات والبطاريات مع الجيران",
}
WRITTEN = ".card-about, .card-about h3, .call-where > span"
LET_GO = f"() => document.querySelectorAll('{WRITTEN}').forEach((each) => (each.style.overflow = 'visible'))"
# A whole line at least; what letters reach beyond their lines is looked at in the picture.
CUT = f"""() => [...document.querySelectorAll('{WRITTEN}')]
  .filter((each) => each.checkVisibility()
    && each.scrollHeight > each.clientHeight + parseFloat(getComputedStyle(each).lineHeight) / 2)
  .map((each) => each.textContent.trim())"""


@pytest.mark.parametrize("count", [1, 3, 4])
def test_few_ateliers_have_their_long_names_whole_and_every_letter_of_them(
    roubaix, open_house, open_page, count
):
    """Beside a last call and an announcement, which take the most room."""
    ateliers = tuple(replace(each, names=NAMES) for each in roubaix.ateliers[:count])
    kept = {each.id for each in ateliers}
    stations = tuple(each for each in roubaix.stations if each.atelier in kept)
    event = replace(roubaix, ateliers=ateliers, stations=stations, languages=("fr", "ar"))
    house = open_house(event, event.windows[1].opens_ms + 35 * MINUTE_MS)
    for each in ateliers[::2]:
        house.day.end_queue(each.id, house.clock() + 20 * MINUTE_MS)
    said = phrases.announcement(event, phrases.LAST, ateliers[0].id, house.clock() + 20 * MINUTE_MS)
    house.day.announce(said, house.clock() + 15 * MINUTE_MS)
    page = open_page(house.url + "/screen", 1920, 1080, clock=True, still=True)
    page.wait_for_selector("[data-live=live]")
    for language in NAMES:
        assert page.get_attribute("#hall", "lang") == language
        assert page.evaluate(CUT) == []
        before = picture(page)
        page.evaluate(LET_GO)
        box = ImageChops.difference(before, picture(page)).getbbox() or (0, 0, 0, 0)
        assert box[3] - box[1] <= 1, box
        page.clock.fast_forward(10_000)


def picture(page) -> Image.Image:
    return Image.open(io.BytesIO(page.locator(".cards:not([hidden])").screenshot())).convert("RGB")
