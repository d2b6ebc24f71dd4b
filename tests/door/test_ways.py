"""Every way through the door, in every language of the event, on both displays, light and dark: it leads where it
should, and each screen on it can be used by everybody. `RONDE_LONG=1` walks the whole product, otherwise each way once.
"""

from itertools import product
from pathlib import Path

import pytest

from .conftest import LANGUAGES, LONG, SCHEMES, SIZES, slice_of
from .looks import laid_out, mirrored, without_violations
from .walk import Walk
from .ways import COMMON, LEAVES, WAYS, left_behind

PAGE = Path(__file__).parents[2] / "docs" / "door.md"
SURPRISE, MOST_TOUCHES = "two adults and two children, surprise", 7
WALKS = list((product if LONG else slice_of)(tuple(WAYS), LANGUAGES, SIZES, SCHEMES))


@pytest.mark.long
@pytest.mark.parametrize(("way", "language", "size", "scheme"), WALKS)
def test_it_leads_where_it_should_and_everybody_can_use_each_screen(
    house, open_page, way, language, size, scheme
):
    page = open_page(house.door_url + "/door", *size, color_scheme=scheme, reduced_motion="reduce")
    for screen in WAYS[way](Walk(page, language, house)):
        laid_out(page, screen)
        mirrored(page, screen)
        without_violations(page, screen)
    assert left_behind(house.day.view) == LEAVES[way]
    assert page.locator("[data-step=start]").count() == 1


@pytest.mark.parametrize("name", COMMON)
def test_the_common_ways_take_as_few_touches_as_is_said(house, open_page, name):
    walk = Walk(open_page(house.door_url + "/door", reduced_motion="reduce"), "fr", house)
    for _ in COMMON[name](walk):
        pass
    (row,) = (line for line in PAGE.read_text("utf-8").splitlines() if line.startswith(f"| {name} |"))
    assert row.split(" | ")[1] == str(walk.presses)
    assert walk.presses <= MOST_TOUCHES or name != SURPRISE


def test_the_event_speaks_all_that_is_tried(roubaix):
    assert set(roubaix.languages) == set(LANGUAGES)


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (".language => each.style.minHeight = each.style.maxHeight = '40px'", "small"),
        (".language:nth-child(2) => each.style.marginInlineStart = '-150px'", "overlap"),
        ("h1 => each.style.cssText = 'width: 4em; overflow: hidden; white-space: nowrap'", "cut at the side"),
        (".languages => each.style.height = '900px'", "the stage scrolls by"),
        (".languages => each.style.width = '1200px'", "the stage scrolls sideways"),
    ],
)
def test_a_look_finds_what_is_wrong(house, open_page, change, found):
    page = open_page(house.door_url + "/door/language")
    laid_out(page, "language")
    selector, _, done = change.partition(" => ")
    page.evaluate(f"(selector) => {{ const each = document.querySelector(selector); {done}; }}", selector)
    with pytest.raises(AssertionError, match=found):
        laid_out(page, "language")
