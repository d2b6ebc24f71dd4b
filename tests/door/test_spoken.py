"""What a screen reader makes of each screen: its accessibility tree, kept as text that can be read and reviewed.
`RONDE_LONG=1` reads the Arabic headings of all, otherwise those of a few ways.

Where a change is wanted: `python -m tests.doorways spoken` writes the files anew. Look at what it changed.
"""

import pytest

from .conftest import LONG
from .looks import HEADINGS, SPOKEN, headings, spoken
from .walk import Walk
from .ways import WAYS


@pytest.mark.parametrize("way", WAYS)
def test_each_screen_is_said_in_french_as_it_was_reviewed(house, open_page, way):
    page = open_page(house.door_url + "/door", reduced_motion="reduce")
    for screen in WAYS[way](Walk(page, "fr", house)):
        assert spoken(page) == (SPOKEN / f"{screen}.yml").read_text("utf-8"), screen


@pytest.mark.long
@pytest.mark.parametrize("way", WAYS if LONG else list(WAYS)[::4])
def test_each_screen_has_its_headings_in_arabic(house, open_page, way):
    reviewed = HEADINGS.read_text("utf-8")
    page = open_page(house.door_url + "/door", reduced_motion="reduce")
    for screen in WAYS[way](Walk(page, "ar", house)):
        assert headings(page, screen) in reviewed
