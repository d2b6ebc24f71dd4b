"""An undo takes back one press, of this atelier, as a whole."""

from firmware.wire import screen
from kiosk.rules.floor import Status

from .hub import MINUTE_MS, kinds


def test_undo_takes_back_a_press_as_a_whole_then_the_one_before(hub):
    first, second, third = hub.families(1, 1, 1)
    hub.queue("vr", first, second, third)
    hub.desk.press("vr", "next")
    hub.clock.at_ms += MINUTE_MS
    hub.desk.press("vr", "next")
    undone = hub.desk.undo("vr")
    assert (undone.tone, kinds(undone)) == (screen.UNDONE, [("undo", second), ("undo", first)])
    assert hub.who("vr") == ([third], [first, second], [])
    hub.desk.undo("vr")
    assert hub.who("vr") == ([first, second, third], [], [])
    for _ in range(3):
        hub.desk.undo("vr")
    assert hub.who("vr") == ([], [], [])
    assert hub.desk.undo("vr").tone == screen.NOTHING
    assert not hub.desk.can_undo("vr")


def test_undo_takes_back_what_was_pressed_at_this_atelier_only(hub):
    first, second = hub.families(1, 1)
    hub.queue("vr", first)
    hub.queue("arts", second)
    hub.desk.undo("vr")
    assert hub.who("vr") == ([], [], [])
    assert hub.who("arts") == ([second], [], [])


def test_undo_brings_back_the_status_that_was_before(hub):
    def status() -> Status:
        return hub.day.view.statuses.of("vr", hub.day.clock())

    for act in ("pause", "close", "resume"):
        hub.clock.at_ms += 1000
        hub.desk.press("vr", act)
    for expected in (Status.CLOSED, Status.PAUSED, Status.OPEN):
        assert hub.desk.undo("vr").tone == screen.UNDONE
        assert status() is expected
    assert not hub.desk.can_undo("vr")


def test_undo_of_a_resume_brings_back_what_a_station_or_the_organiser_had_said(hub):
    hub.day.set_status("vr", Status.CLOSED)
    hub.clock.at_ms += 1000
    hub.desk.press("vr", "resume")
    hub.clock.at_ms += 1000
    hub.desk.undo("vr")
    assert hub.day.view.statuses.of("vr", hub.day.clock()) is Status.CLOSED


def test_undo_of_a_shift_shifts_back(hub):
    planned = hub.event.by_id["usages"].times_ms
    hub.clock.at_ms = planned[0] - MINUTE_MS
    hub.desk.press("usages", "shift", by=15)
    hub.clock.at_ms += 1000
    hub.desk.undo("usages")
    assert hub.day.event.by_id["usages"].times_ms == planned
