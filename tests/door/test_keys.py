"""Every way through the door by keyboard alone, and by a switch of two keys; the focus always shows, and is never lost.

`RONDE_LONG=1` walks each way by both, in a language of each direction; otherwise by one or the other in turn.
"""

from itertools import product

import pytest

from .conftest import LONG, SIZES, slice_of
from .hands import Keys, Switch
from .walk import Walk
from .ways import LEAVES, WAYS, left_behind

WALKS = list((product if LONG else slice_of)(tuple(WAYS), (Keys, Switch), ("fr", "ar"), SIZES))


@pytest.mark.long
@pytest.mark.parametrize(("way", "hand", "language", "size"), WALKS)
def test_it_is_walked_without_a_finger(house, open_page, way, hand, language, size):
    page = open_page(house.door_url + "/door", *size, reduced_motion="reduce")
    walk = Walk(page, language, house)
    walk.hand = hand(page)
    for _ in WAYS[way](walk):
        pass
    assert left_behind(house.day.view) == LEAVES[way]
