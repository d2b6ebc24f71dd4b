"""Guessing a secret is slow, and locks out nobody else."""

import random
from collections import Counter, deque

import pytest

from kiosk.errors import TooManyTries
from kiosk.tries import HOUR_S, MOST_A_DEVICE, MOST_IN_ALL, SPACING_S, Tries


@pytest.fixture
def tries(stopwatch):
    return Tries(stopwatch)


def tried(tries, device):
    try:
        tries.begin(device)
    except TooManyTries as error:
        assert error.again_s > 0
        return False
    return True


@pytest.mark.parametrize("every_s", [0, 0.3, 36.0, 360.0, 1000.0])
def test_of_ten_thousand_tries_at_most_ten_an_hour_of_a_device_are_looked_at(tries, stopwatch, every_s):
    looked_at = deque()
    for _ in range(10_000):
        if tried(tries, "10.0.0.7"):
            looked_at.append(stopwatch.now_s)
        while looked_at and stopwatch.now_s - looked_at[0] >= HOUR_S:
            looked_at.popleft()
        assert len(looked_at) <= MOST_A_DEVICE
        stopwatch.now_s += every_s
    assert looked_at


def test_it_is_said_how_long_to_wait_and_then_it_may_be_tried(tries, stopwatch):
    for _ in range(MOST_A_DEVICE):
        assert tried(tries, "10.0.0.7")
    stopwatch.now_s += 600
    with pytest.raises(TooManyTries) as told:
        tries.begin("10.0.0.7")
    assert told.value.again_s == HOUR_S - 600
    stopwatch.now_s += told.value.again_s
    assert tried(tries, "10.0.0.7")


def test_one_device_that_guesses_stops_nobody_else(tries):
    for _ in range(1000):
        tried(tries, "10.0.0.7")
    assert all(tried(tries, f"10.0.0.{n}") for n in range(8, 18))


def test_all_devices_together_are_slowed_too(tries, stopwatch):
    """A whole network of addresses that guess all the time, for twelve hours."""
    chance, looked_at, began_s = random.Random(4), Counter(), stopwatch.now_s
    while stopwatch.now_s < began_s + 12 * HOUR_S:
        device = f"10.0.{chance.randrange(16)}.{chance.randrange(256)}"
        looked_at[int((stopwatch.now_s - began_s) // HOUR_S)] += tried(tries, device)
        stopwatch.now_s += 0.5
    assert max(looked_at.values()) <= MOST_IN_ALL + HOUR_S / SPACING_S
    assert sum(looked_at.values()) < 10_500  # of a million PINs


def test_who_has_not_been_wrong_gets_a_try_whatever_the_others_do(tries, stopwatch):
    crowd = [f"10.0.1.{n}" for n in range(200)]
    for _ in range(5):
        for device in crowd:
            tried(tries, device)
            stopwatch.now_s += SPACING_S / 2
    waited_s = 0.0
    while not tried(tries, "the animator's"):
        stopwatch.now_s += 1
        waited_s += 1
    assert waited_s <= SPACING_S


def test_who_got_it_right_begins_anew(tries):
    for _ in range(MOST_A_DEVICE):
        tried(tries, "10.0.0.7")
    tries.right("10.0.0.7")
    assert tried(tries, "10.0.0.7")


def test_however_many_come_little_is_remembered_of_them(tries):
    looked_at = sum(tried(tries, str(at)) for at in range(3000))
    assert looked_at == len(tries._wrong) == MOST_IN_ALL
