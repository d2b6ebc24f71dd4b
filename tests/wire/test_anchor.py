import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware.wire import anchor
from firmware.wire.anchor import Anchor, Moment, date, hub_time
from firmware.wire.passage import CHAIN_START, Passage

DAY_MS = 1_668_866_400_000
BOOT, OTHER = "a" * 32, "b" * 32


def passage(seq, boot, boot_ms, wall_ms):
    return Passage("vr-1", "e" * 16, seq, "vr", "enter", None, boot, boot_ms, wall_ms, CHAIN_START)


def at(boot_ms, offset_ms=DAY_MS, error_ms=10, boot=BOOT):
    return Anchor(boot, boot_ms, boot_ms + offset_ms, error_ms)


def test_between_two_anchors_the_offset_is_interpolated():
    known = [at(1000, 500), at(3000, 520, error_ms=40)]
    assert hub_time(BOOT, 2000, known) == Moment(2510, 40)


def test_outside_the_anchors_the_nearest_one_holds():
    known = [at(1000, 500), at(3000, 520, error_ms=40)]
    assert hub_time(BOOT, 0, known) == Moment(500, 10)
    assert hub_time(BOOT, 9000, known) == Moment(9520, 40)


def test_anchors_of_another_boot_say_nothing():
    assert hub_time(OTHER, 2000, [at(1000)]) is None


def test_a_boot_that_never_met_the_hub_is_estimated_between_its_neighbours():
    known = [at(0), at(0, DAY_MS + 900_000, boot="c" * 32)]
    log = [
        passage(1, BOOT, 60_000, 0),
        passage(2, OTHER, 1000, 0),  # a wall clock that says 1970
        passage(3, OTHER, 2000, 10 * DAY_MS),  # then it jumped centuries ahead
        passage(4, "c" * 32, 5000, 0),
    ]
    moments = date(log, known, None, DAY_MS + 10_000_000)
    assert [m.estimated for m in moments] == [False, True, True, False]
    assert [m.at_ms for m in moments] == [
        DAY_MS + 60_000,
        DAY_MS + 60_000,
        DAY_MS + 905_000,
        DAY_MS + 905_000,
    ]


def test_anchors_read_back():
    one = at(1234)
    assert anchor.from_json(one.to_json()) == one


anchors = st.lists(
    st.builds(
        Anchor,
        st.sampled_from([BOOT, OTHER]),
        st.integers(0, 10**8),
        st.integers(DAY_MS, DAY_MS + 10**8),
        st.integers(0, 5000),
    ),
    max_size=8,
)
logs = st.lists(
    st.tuples(
        st.sampled_from([BOOT, OTHER, "c" * 32]), st.integers(0, 10**8), st.integers(-(10**13), 10**13)
    ),
    max_size=20,
).map(lambda rows: [passage(seq, *row) for seq, row in enumerate(rows, start=1)])


@given(logs, anchors, st.none() | st.integers(DAY_MS, DAY_MS + 10**8), st.integers(0, 10**8))
def test_time_never_runs_backwards_and_never_ahead_of_now(log, known, before_ms, ahead_ms):
    now_ms = (before_ms or DAY_MS) + ahead_ms
    moments = date(log, known, before_ms, now_ms)
    assert len(moments) == len(log)
    times = ([before_ms] if before_ms is not None else []) + [m.at_ms for m in moments] + [now_ms]
    assert times == sorted(times)


@given(logs, anchors, st.randoms(use_true_random=False))
def test_the_order_of_the_anchors_does_not_matter(log, known, chance):
    distinct = list({(a.boot, a.boot_ms): a for a in known}.values())
    shuffled = distinct[:]
    chance.shuffle(shuffled)
    assert date(log, distinct, None, 2 * DAY_MS) == date(log, shuffled, None, 2 * DAY_MS)


@settings(max_examples=200)
@given(st.integers())
def test_the_true_time_lies_within_the_error_of_an_anchored_moment(seed):
    """One boot, a crystal that is up to 100 ppm off, exchanges of up to 2 s that are split unevenly."""
    chance = random.Random(seed)
    for moment, true_ms, _ in one_station_day(chance):
        drift_ms = 100e-6 * 1_800_000  # an anchor at least every half hour
        assert moment.error_ms is not None
        assert abs(moment.at_ms - true_ms) <= moment.error_ms + drift_ms + 2


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_anchored_times_are_right_to_two_seconds_in_99_of_100_cases(long):
    errors = []
    for seed in range(10_000 if long else 300):
        errors += [abs(m.at_ms - true_ms) for m, true_ms, _ in one_station_day(random.Random(seed))]
    errors.sort()
    assert errors[len(errors) * 99 // 100] <= 2000


@settings(max_examples=100)
@given(st.integers())
def test_a_stepping_wall_clock_changes_nothing_where_there_are_anchors(seed):
    calm = [m for m, _, _ in one_station_day(random.Random(seed), steps=False)]
    stepped = [m for m, _, _ in one_station_day(random.Random(seed), steps=True)]
    assert calm == stepped


@settings(max_examples=100)
@given(st.integers())
def test_late_anchors_only_make_the_times_better(seed):
    """A station cut off for hours: dated once with the first anchor only, then with all."""
    chance = random.Random(seed)
    drift = chance.uniform(-100e-6, 100e-6)
    first, last = sorted(chance.randrange(14_400_000) for _ in range(2))
    known = [drifting(boot_ms, drift, 0) for boot_ms in (0, first, last)]
    log = [
        passage(n, BOOT, boot_ms, 0) for n, boot_ms in enumerate(sorted({first // 2, first, last}), start=1)
    ]
    truth = [true_time(p.boot_ms, drift) for p in log]
    early = date(log, known[:1], None, 2 * DAY_MS)
    late = date(log, known, None, 2 * DAY_MS)
    for before, after, true_ms in zip(early, late, truth, strict=True):
        assert abs(after.at_ms - true_ms) <= abs(before.at_ms - true_ms) + 2


def true_time(boot_ms, drift):
    return DAY_MS + boot_ms * (1 + drift)


def drifting(boot_ms, drift, error_ms):
    return Anchor(BOOT, boot_ms, round(true_time(boot_ms, drift)), error_ms)


def one_station_day(chance, *, steps=False):
    """Passages and exchanges of one boot, dated as a hub does; with the true moment of each passage."""
    drift = chance.uniform(-100e-6, 100e-6)
    known = []
    boot_ms = chance.randrange(60_000)
    while boot_ms < 8 * 3_600_000:
        asked, answered = (chance.expovariate(1 / 100) for _ in range(2))
        if asked + answered <= 2000:
            true_ms = true_time(boot_ms, drift)
            middle = boot_ms + (asked + answered) / 2
            known.append(
                Anchor(BOOT, round(middle), round(true_ms + asked), round((asked + answered) / 2 + 0.5))
            )
        boot_ms += chance.randrange(5_000, 1_700_000)
    seqs = sorted(chance.randrange(8 * 3_600_000) for _ in range(30))
    wall = random.Random(1)
    log = [passage(n, BOOT, ms, wall.randrange(2**41) if steps else 0) for n, ms in enumerate(seqs, start=1)]
    moments = date(log, known, None, 2 * DAY_MS)
    return [(m, true_time(p.boot_ms, drift), p) for m, p in zip(moments, log, strict=True)]
