import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware.steps import FORGET_MS, Step, Steps
from firmware.wire.passage import CHAIN_START, Passage

BOOT, LATER_BOOT = "a" * 32, "b" * 32
FOX, OWL = "FOX", "OWL"  # to the steps a badge is only a name


class Log:
    """Scans the way the agent does, and keeps what it logs."""

    def __init__(self, *cycle, repeat_ms=10_000):
        self.cycle = cycle
        self.steps = Steps("vr", repeat_ms)
        self.passages = []

    def add(self, kind, badge, boot_ms, boot=BOOT, of=None, atelier="vr"):
        seq = len(self.passages) + 1
        found = Passage("vr-1", "e" * 16, seq, atelier, kind, badge, boot, boot_ms, 0, CHAIN_START, of)
        self.passages.append(found)
        self.steps.note(found)
        return found

    def scan(self, badge, boot_ms, boot=BOOT, cycle=None, called=False):
        step = self.steps.of(badge, cycle or self.cycle, boot, boot_ms, called=called)
        self.add(step.kind, badge, boot_ms, boot)
        return step

    def undo(self, boot_ms):
        undone = self.steps.newest()
        for scan in undone:
            self.add("undo", scan.badge, boot_ms, of=scan.seq)
        return [scan.seq for scan in undone]


def test_the_steps_go_round():
    log = Log("arrive", "enter", "leave")
    kinds = [log.scan(FOX, minute * 60_000).kind for minute in range(5)]
    assert kinds == ["arrive", "enter", "leave", "arrive", "enter"]


def test_each_badge_has_its_own_place():
    log = Log("arrive", "enter")
    assert [log.scan(badge, at).kind for at, badge in enumerate([FOX, OWL, OWL])] == [
        "arrive",
        "arrive",
        "arrive",
    ]
    assert log.scan(FOX, 60_000) == Step("enter", repeat=False)
    assert log.scan(OWL, 60_000) == Step("enter", repeat=False)


@pytest.mark.parametrize(("after_ms", "repeat"), [(0, True), (9_999, True), (10_000, False)])
def test_the_same_badge_soon_after_is_a_repeat(after_ms, repeat):
    log = Log("arrive", "enter")
    log.scan(FOX, 5000)
    assert log.scan(FOX, 5000 + after_ms) == Step("arrive" if repeat else "enter", repeat=repeat)


def test_where_nothing_is_a_repeat_two_scans_in_a_millisecond_are_two_steps():
    log = Log("arrive", "enter", repeat_ms=0)
    log.scan(FOX, 5000)
    assert log.scan(FOX, 5000) == Step("enter", repeat=False)


def test_a_badge_held_before_the_scanner_stays_one_step():
    log = Log("arrive", "enter")
    assert {log.scan(FOX, at).kind for at in range(0, 100_000, 9000)} == {"arrive"}


def test_a_missed_scan_does_not_shift_the_next_visit():
    log = Log("enter", "leave")
    assert log.scan(FOX, 0).kind == "enter"
    assert log.scan(FOX, FORGET_MS + 1).kind == "enter"
    assert log.scan(FOX, 2 * FORGET_MS).kind == "leave"


def test_times_of_two_boots_are_not_compared():
    log = Log("arrive", "enter")
    log.scan(FOX, 5000)
    assert log.scan(FOX, 5001, LATER_BOOT) == Step("enter", repeat=False)


def test_an_undone_step_did_not_happen():
    log = Log("arrive", "enter")
    log.scan(FOX, 0)
    log.scan(FOX, 60_000)
    assert log.undo(61_000) == [2]
    assert log.scan(FOX, 62_000) == Step("enter", repeat=False)
    assert log.undo(63_000) == [4]
    assert log.undo(64_000) == [1]
    assert log.undo(65_000) == []
    assert log.scan(FOX, 66_000) == Step("arrive", repeat=False)


def test_undo_takes_the_repeats_along():
    log = Log("arrive", "enter")
    log.scan(OWL, 0)
    for at in (1000, 2000, 3000):
        log.scan(FOX, at)
    assert log.undo(4000) == [4, 3, 2]
    assert log.undo(5000) == [1]


def test_with_a_single_step_only_what_was_close_is_a_repeat():
    log = Log("enter")
    log.scan(FOX, 0)
    log.scan(FOX, 600_000)
    log.scan(FOX, 601_000)
    assert log.undo(602_000) == [3, 2]


def test_other_ateliers_kinds_and_pauses_do_not_count():
    log = Log("arrive", "enter")
    log.add("arrive", FOX, 0, atelier="arts")
    log.add("leave", FOX, 0)
    log.add("pause", None, 0)
    assert log.scan(FOX, 60_000).kind == "arrive"


def test_a_scan_whose_beep_was_cut_off_is_the_same_step_once():
    log = Log("arrive", "enter")
    log.scan(FOX, 0)
    last = log.passages[-1]
    fresh = Log("arrive", "enter")
    fresh.steps.replay(log.passages, unheard=last)
    assert fresh.steps.of(FOX, fresh.cycle, BOOT, 900_000) == Step("arrive", repeat=True)
    fresh.passages = log.passages[:]
    fresh.scan(FOX, 900_000)
    assert fresh.scan(FOX, 1_000_000) == Step("enter", repeat=False)


def test_another_badge_first_means_that_nobody_waits_for_the_beep():
    log = Log("arrive", "enter")
    log.scan(FOX, 0)
    fresh = Log("arrive", "enter")
    fresh.steps.replay(log.passages, unheard=log.passages[-1])
    fresh.passages = log.passages[:]
    fresh.scan(OWL, 900_000)
    assert fresh.scan(FOX, 900_001) == Step("enter", repeat=False)


def test_what_was_pressed_counts_as_what_was_scanned():
    log = Log("arrive", "enter", "leave")
    log.add("enter", FOX, 0)
    assert log.scan(FOX, 60_000).kind == "leave"
    log.add("absent", FOX, 70_000)
    assert log.scan(FOX, 100_000).kind == "arrive"


def test_each_scanner_goes_on_from_what_any_of_them_saw():
    queue, hand = ("arrive",), ("enter", "leave")
    log = Log()
    kinds = [
        log.scan(FOX, at * 60_000, cycle=cycle).kind for at, cycle in enumerate((queue, hand, hand, queue))
    ]
    assert kinds == ["arrive", "enter", "leave", "arrive"]
    assert log.scan(FOX, 3 * 60_000 + 1000, cycle=hand) == Step("enter", repeat=False), (
        "another scanner: no repeat"
    )


def test_who_was_called_comes_in_whatever_reads_the_badge_and_once():
    log = Log("arrive")
    log.scan(FOX, 0)
    assert log.scan(FOX, 60_000, called=True) == Step("enter", repeat=False)
    assert log.scan(FOX, 61_000) == Step("enter", repeat=True)
    assert log.scan(FOX, 90_000) == Step("arrive", repeat=False)


def test_a_press_is_undone_whole_and_the_one_before_it_after_that():
    log = Log("arrive", "enter")
    for badge, at in ((FOX, 0), (OWL, 1000)):
        log.scan(badge, at)
    for badge in (FOX, OWL):
        log.add("call", badge, 60_000)
    log.add("pause", None, 70_000)
    assert log.undo(80_000) == [5]
    assert log.undo(81_000) == [4, 3]
    assert log.undo(82_000) == [2]


def test_how_the_atelier_was_before():
    log = Log("arrive")
    for kind, at in (("pause", 1), ("resume", 2), ("close", 3)):
        log.add(kind, None, at)
    assert log.steps.status(3).kind == "resume"
    assert log.steps.status(2).kind == "pause"
    assert log.steps.status(1) is None
    log.add("resume", None, 4, of=3)
    assert log.steps.status(9).kind == "resume"
    assert log.steps.status(9).seq == 2


@given(st.lists(st.tuples(st.sampled_from([FOX, OWL, None]), st.integers(0, 30_000)), max_size=40))
def test_a_restart_at_any_moment_changes_nothing(events):
    log = Log("arrive", "enter", "leave")
    now_ms = 0
    for badge, pause_ms in events:
        now_ms += pause_ms
        if badge is None:
            log.undo(now_ms)
        else:
            log.scan(badge, now_ms)
        fresh = Log("arrive", "enter", "leave")
        fresh.steps.replay(log.passages)
        assert fresh.steps.newest() == log.steps.newest()
        for other in (FOX, OWL):
            assert fresh.steps.of(other, log.cycle, BOOT, now_ms) == log.steps.of(
                other, log.cycle, BOOT, now_ms
            )
