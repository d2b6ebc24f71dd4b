"""How wrong tries are counted."""

from kiosk import tries as module
from kiosk.tries import Allowance, Tries


def made(stopwatch):
    return Tries(stopwatch, own=Allowance(3, 10.0), in_all=Allowance(6, 1.0))


def waits(tries, *addresses):
    found = []
    for address in addresses:
        found.append(tries.wait_s(address))
        if not found[-1]:
            tries.note(address)
    return found


def test_some_are_free_then_one_waits(stopwatch):
    tries = made(stopwatch)
    assert waits(tries, "a", "a", "a", "a", "a") == [0, 0, 0, 10, 10]
    stopwatch.now_s += 9.5
    assert tries.wait_s("a") == 0.5
    stopwatch.now_s += 0.5
    assert waits(tries, "a", "a") == [0, 10]
    stopwatch.now_s += 3600
    assert waits(tries, "a", "a", "a", "a") == [0, 0, 0, 10]


def test_others_wait_for_themselves_until_there_are_too_many_of_them(stopwatch):
    tries = made(stopwatch)
    assert waits(tries, "a", "a", "a", "a", "b", "c", "d", "e") == [0, 0, 0, 10, 0, 0, 0, 1]


def test_however_many_addresses_come_the_count_stays_small(stopwatch):
    tries = Tries(stopwatch)
    for at in range(3 * module.MOST_ADDRESSES):
        tries.note(str(at))
    assert len(tries._free_s) <= module.MOST_ADDRESSES
    assert tries.wait_s("nobody yet") > 0
