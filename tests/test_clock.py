"""The hub's time: it never runs backwards, whatever is done to the wall clock."""

from kiosk.clock import DayClock, HubClock


def test_the_time_of_the_hub_does_not_jump_with_the_wall_clock(monkeypatch):
    hub_clock = HubClock()
    before_ms = hub_clock()
    monkeypatch.setattr("kiosk.clock.time.time_ns", lambda: 0)
    assert 0 <= hub_clock() - before_ms < 10_000


def test_the_time_of_the_hub_is_put_forward_and_never_back():
    hub_clock = HubClock()
    now_ms = hub_clock()
    hub_clock.not_before(now_ms - 3_600_000)
    assert 0 <= hub_clock() - now_ms < 10_000
    hub_clock.not_before(now_ms + 3_600_000)
    assert 0 <= hub_clock() - now_ms - 3_600_000 < 10_000


def test_a_rehearsed_day_runs_at_its_speed_from_its_moment(monkeypatch):
    rehearsed = DayClock(day_ms=1_000_000, real_ms=5000, speed=60)
    monkeypatch.setattr("kiosk.clock.time.time_ns", lambda: 7_000_000_000)
    rehearsed.not_before(10**13)
    assert rehearsed() == 1_000_000 + 2000 * 60
