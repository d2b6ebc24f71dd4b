"""The hall's screen in the hand, or much magnified: nothing in turns, in letters that can be read."""

MINUTE_MS = 60_000


def test_in_the_hand_or_magnified_four_times_all_of_it_is_readable_in_ones_own_language(
    lively_day, open_page
):
    house = lively_day
    for wording in ("Le goûter est servi.", "Nous fermons bientôt."):
        house.day.announce({"fr": wording, "pt": f"{wording} (pt)"}, house.clock() + 5 * MINUTE_MS)
    for width, locale in ((390, "pt-BR"), (320, "ja")):
        page = open_page(house.url + "/screen", width, 256, locale=locale, clock=True)
        page.wait_for_selector(".hall-said:nth-child(2):visible")
        language = "pt" if width == 390 else "fr"
        for _ in range(2):
            assert page.locator("#hall").get_attribute("lang") == language
            page.clock.fast_forward(10_000)
        assert page.locator(".card:visible").count() == len(house.event.ateliers)
        assert page.evaluate("document.documentElement.scrollWidth") == width
        letters = page.eval_on_selector_all(
            "#hall :is(h1, h2, h3, p, b, small):not(:empty)",
            "all => all.filter(each => each.checkVisibility())"
            ".map(each => parseFloat(getComputedStyle(each).fontSize))",
        )
        assert min(letters) >= 13
