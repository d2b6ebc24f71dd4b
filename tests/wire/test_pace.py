"""The time of a rehearsed day: as fast as was asked for while it may go on, no faster than ours where it may not."""

import itertools
import threading

import pytest

from firmware.wire.pace import Pace, Pacer

DAY_MS = 1_668_866_400_000


class Ours:
    """Our time, at a hand."""

    def __init__(self):
        self.ns = 5_000_000_000

    def __call__(self):
        return self.ns

    def pass_ms(self, ms):
        self.ns += round(ms * 1_000_000)


@pytest.fixture
def ours(monkeypatch):
    ours = Ours()
    monkeypatch.setattr("firmware.wire.pace.time.monotonic_ns", ours)
    return ours


@pytest.fixture
def pacer(tmp_path, ours):
    with Pacer(tmp_path / "pace", DAY_MS, 600) as pacer:
        yield pacer


@pytest.fixture
def pace(tmp_path, pacer):
    """As another process reads it."""
    with Pace(tmp_path / "pace", 600) as pace:
        yield pace


def test_a_day_that_was_not_begun_goes_as_ours(ours, pace):
    assert pace() == DAY_MS
    ours.pass_ms(2500)
    assert pace() == pytest.approx(DAY_MS + 2500)


def test_it_is_fast_as_far_as_it_may_and_then_goes_as_ours(ours, pacer, pace):
    pacer.allow(DAY_MS + 60_000)
    ours.pass_ms(50)
    assert pace() == pytest.approx(DAY_MS + 30_000)
    ours.pass_ms(50)
    assert pace() == pytest.approx(DAY_MS + 60_000)
    ours.pass_ms(1000)
    assert pace() == pytest.approx(DAY_MS + 61_000)


def test_after_a_wait_it_goes_on_from_where_it_is_without_a_jump(ours, pacer, pace):
    pacer.allow(DAY_MS + 60_000)
    ours.pass_ms(4100)
    assert pace() == pytest.approx(DAY_MS + 64_000)
    pacer.allow(DAY_MS + 3_600_000)
    assert pace() == pytest.approx(DAY_MS + 64_000)
    ours.pass_ms(10)
    assert pace() == pytest.approx(DAY_MS + 70_000)


def test_what_was_allowed_stays_allowed(ours, pacer, pace):
    pacer.allow(DAY_MS + 600_000)
    ours.pass_ms(500)
    pacer.allow(DAY_MS + 1000)
    assert pace() == pytest.approx(DAY_MS + 300_000)
    ours.pass_ms(500)
    assert pace() == pytest.approx(DAY_MS + 600_000)


def test_a_day_slower_than_ours_stays_slow_where_it_waits(tmp_path, ours):
    with Pacer(tmp_path / "slow", DAY_MS, 0.5) as slow:
        ours.pass_ms(1000)
        assert slow() == pytest.approx(DAY_MS + 500)
        slow.allow(DAY_MS + 10_000)
        ours.pass_ms(1000)
        assert slow() == pytest.approx(DAY_MS + 1000)


def test_all_who_read_it_see_one_time_that_never_goes_back(tmp_path):
    """Each reading lies between what the writer saw before it and after it, however often it is written meanwhile."""
    with Pacer(tmp_path / "pace", DAY_MS, 600) as pacer, Pace(tmp_path / "pace", 600) as pace:
        seen = []
        ended = threading.Event()

        def read():
            while not ended.is_set():
                seen.append((pacer(), pace(), pacer()))

        reader = threading.Thread(target=read)
        reader.start()
        for step in range(4000):
            pacer.allow(pacer() + step % 3)
        ended.set()
        reader.join()
    moments = [moment for reading in seen for moment in reading]
    assert len(seen) > 10
    assert all(later >= earlier - 1 for earlier, later in itertools.pairwise(moments))


def test_a_file_that_is_none_is_told(tmp_path):
    with pytest.raises(OSError, match="none"):
        Pace(tmp_path / "none", 1)
    (tmp_path / "short").write_bytes(b"short")
    with pytest.raises(ValueError, match="length"):
        Pace(tmp_path / "short", 1)
