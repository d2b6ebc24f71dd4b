"""What a press on the hub's page of an atelier comes to, also where several press at once."""

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from firmware.wire import screen
from firmware.wire.errors import Malformed
from kiosk.errors import UnknownAtelier
from kiosk.rules.floor import Status

from .hub import MINUTE_MS, kinds


def test_next_calls_as_many_as_there_are_places(hub):
    first, second, third = hub.families(1, 1, 1)
    hub.queue("vr", first, second, third)
    press = hub.desk.press("vr", "next")
    assert (press.tone, kinds(press)) == (screen.KEPT, [("call", first), ("call", second)])
    assert hub.who("vr") == ([third], [first, second], [])


def test_pressed_again_they_have_come_in_and_nobody_more_is_called(hub):
    first, second, third = hub.families(1, 1, 1)
    hub.queue("vr", first, second, third)
    hub.desk.press("vr", "next")
    hub.clock.at_ms += 800
    assert hub.desk.press("vr", "next").tone == screen.NOTHING, "a double tap"
    hub.clock.at_ms += 30_000
    assert kinds(hub.desk.press("vr", "next")) == [("enter", first), ("enter", second)]
    assert hub.who("vr") == ([third], [], [first, second])


def test_what_comes_to_nothing_is_not_kept(hub):
    press = hub.desk.press("vr", "next")
    assert (press.tone, press.passages) == (screen.NOTHING, ())
    assert hub.log() == []
    assert hub.desk.last("vr") is None


def test_one_party_is_named_by_its_badge_or_as_the_page_names_it(hub):
    first, second = hub.families(1, 1)
    hub.queue("vr", first, second)
    assert kinds(hub.desk.press("vr", "call", ref=screen.ref(second))) == [("call", second)]
    assert kinds(hub.desk.press("vr", "absent", badge=second)) == [("absent", second)]
    assert hub.desk.press("vr", "call", ref=screen.ref(second)).tone == screen.NOTHING
    assert hub.who("vr") == ([first], [], [])


@pytest.mark.parametrize(
    "wrong", [{"act": "dance"}, {"act": "call"}, {"act": "shift"}, {"act": "shift", "by": 0}]
)
def test_nonsense_is_refused_and_the_desk_goes_on(hub, wrong):
    with pytest.raises(Malformed):
        hub.desk.press("vr", **wrong)
    with pytest.raises(UnknownAtelier):
        hub.desk.press("sauna", "next")
    assert hub.desk.press("vr", "pause").tone == screen.KEPT


def test_pause_close_and_shift_are_passages_of_the_atelier(hub):
    hub.desk.press("vr", "pause")
    assert hub.day.view.statuses.of("vr", hub.day.clock()) is Status.PAUSED
    hub.desk.press("vr", "close")
    assert hub.day.view.statuses.of("vr", hub.day.clock()) is Status.CLOSED
    before = hub.event.by_id["usages"].times_ms[0]
    hub.clock.at_ms = before - MINUTE_MS
    hub.desk.press("usages", "shift", by=10)
    assert hub.day.event.by_id["usages"].times_ms[0] == before + 10 * MINUTE_MS
    assert hub.desk.plan("usages").times_ms[0] == before + 10 * MINUTE_MS
    assert [(passage.kind, passage.badge, passage.by) for passage in hub.log()] == [
        ("pause", None, None),
        ("close", None, None),
        ("shift", None, 10),
    ]


def test_who_leaves_is_told_where_to_go_as_after_a_scan(hub):
    (badge,) = hub.families(2)
    hub.queue("arts", badge)
    hub.desk.press("arts", "next")
    hub.clock.at_ms += MINUTE_MS
    hub.desk.press("arts", "next")
    hub.clock.at_ms += 15 * MINUTE_MS
    party = hub.day.view.badges[badge]
    assert hub.day.view.guest_of(party).advice is None
    hub.desk.press("arts", "done")
    told = hub.day.view.guest_of(party).advice
    assert told is not None
    assert told.advice.atelier != "arts"


def test_pages_that_press_at_once_call_nobody_twice_and_lose_no_press(hub):
    badges = hub.families(*[1] * 12)
    hub.queue("vr", *badges)
    together = threading.Barrier(8)

    def press(_: int) -> Any:
        together.wait()
        return hub.desk.press("vr", "next")

    with ThreadPoolExecutor(8) as many:
        presses = list(many.map(press, range(8)))
    called = [badge for press in presses for kind, badge in kinds(press) if kind == "call"]
    assert sorted(called) == sorted(badges[:2])
    entered = [badge for press in presses for kind, badge in kinds(press) if kind == "enter"]
    assert sorted(entered) == sorted(called)
    log = hub.log()
    assert [passage.seq for passage in log] == list(range(1, len(log) + 1))
    assert len(log) == 12 + sum(len(press.passages) for press in presses)


def test_two_who_press_done_free_two_places(hub):
    badges = hub.families(1, 1)
    hub.queue("vr", *badges)
    hub.desk.press("vr", "next")
    hub.clock.at_ms += MINUTE_MS
    hub.desk.press("vr", "next")
    together = threading.Barrier(2)

    def press(_: int) -> Any:
        together.wait()
        return hub.desk.press("vr", "done")

    with ThreadPoolExecutor(2) as many:
        left = [badge for press in many.map(press, range(2)) for _, badge in kinds(press)]
    assert sorted(left) == sorted(badges)
    assert hub.who("vr") == ([], [], [])
