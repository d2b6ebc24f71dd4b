"""Where a family is sent while the hub is out of reach: a guess, and only while there is something to go by."""

import pytest

from firmware.guide import FRESH_MS, Guide
from firmware.wire.receipt import Wait

BOARD = (Wait("vr", "Casque", 20, 30), Wait("arts", "Arts", 0, 5), Wait("arcade", "Arcade", 5, 10))


@pytest.fixture
def guide():
    made = Guide()
    made.take(BOARD, 1000)
    return made


def test_the_least_wait_elsewhere_is_guessed(guide):
    assert guide.guess("arts", "A", 2000).atelier == "arcade"
    assert Guide().guess("vr", "A", 0) is None
    assert guide.guess("vr", "B", 2000).atelier == "arts"


def test_waits_that_are_old_say_nothing(guide):
    assert guide.guess("arts", "A", 1000 + FRESH_MS) is not None
    assert guide.guess("arts", "B", 1001 + FRESH_MS) is None


def test_a_badge_that_comes_back_is_sent_elsewhere_until_it_was_everywhere(guide):
    assert [guess and guess.atelier for guess in (guide.guess("arts", "A", 0) for _ in range(3))] == [
        "arcade",
        "vr",
        None,
    ]


def test_not_everybody_is_sent_to_the_same_place(guide):
    assert {guide.guess("arts", badge, 2000).atelier for badge in "ABCDEF"} == {"arcade", "vr"}


def test_what_the_hub_says_anew_counts_alone(guide):
    for badge in "ABCDEF":
        guide.guess("arts", badge, 2000)
    guide.take(BOARD, 3000)
    assert guide.guess("arts", "A", 3000).atelier == "arcade"
