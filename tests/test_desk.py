"""The desk: what is pressed on the hub's page of an atelier becomes passages, decided one after the other."""

import random
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from firmware.wire import booth, screen, token
from firmware.wire.errors import BadBadge, ForeignBadge, Malformed
from firmware.wire.passage import CHAIN_START, Passage
from kiosk import eventfile
from kiosk.day import Day
from kiosk.desk import Desk
from kiosk.errors import JournalUnavailable, UnknownAtelier
from kiosk.rules import booths
from kiosk.rules.board import board
from kiosk.rules.event import Event
from kiosk.rules.facts import Passed, StationSet
from kiosk.rules.floor import Status
from kiosk.rules.party import Group
from kiosk.rules.presses import DESK
from kiosk.store import backup
from kiosk.store.journal import Journal
from kiosk.store.writer import Decision

ROUBAIX = Path(eventfile.__file__).parents[1] / "events" / "roubaix-2022.toml"
MINUTE_MS = 60_000


class Clock:
    def __init__(self, at_ms: int) -> None:
        self.at_ms = at_ms

    def __call__(self) -> int:
        return self.at_ms

    def not_before(self, at_ms: int) -> None:
        self.at_ms = max(self.at_ms, at_ms)


class Hub:
    """A day and its desk, on a journal that outlives them."""

    def __init__(self, folder: Path, event: Event) -> None:
        self.path = folder / "journal.db"
        self.event = event
        self.clock = Clock(event.opens_ms)
        self.runs = 0
        self.chance = random.Random(5)
        self.start()

    def start(self) -> None:
        self.runs += 1
        self.day = Day(Journal.open(self.path), self.event, self.clock, self.chance.randrange)
        self.desk = Desk(self.day, f"{self.runs:016x}")

    def restart(self) -> None:
        self.day.close()
        self.start()

    def family(self, people: int = 1) -> str:
        self.clock.at_ms += 1000
        return self.day.check_in([Group("18-59", "f", people)], "fr", sheet=False).party.badge

    def families(self, *sizes: int) -> list[str]:
        return [self.family(size) for size in sizes]

    def queue(self, atelier: str, *badges: str) -> None:
        for badge in badges:
            self.clock.at_ms += 1000
            self.desk.scan(atelier, badge)

    def booth(self, atelier: str) -> booth.Booth:
        here = self.day.floor().by_id[atelier]
        return booth.booth(self.desk.plan(atelier), booths.standings(here))

    def who(self, atelier: str) -> tuple[list[str], list[str], list[str]]:
        here = self.booth(atelier)
        return tuple([one.badge for one in state] for state in (here.waiting, here.called, here.inside))

    def log(self) -> list[Passage]:
        found = self.day.between(lambda journal: [fact for _, fact in journal.read()])
        return [fact.passage for fact in found if isinstance(fact, Passed) and fact.passage.station == DESK]


@pytest.fixture(scope="module")
def event() -> Event:
    return eventfile.load(ROUBAIX)


@pytest.fixture
def hub(tmp_path: Path, event: Event) -> Iterator[Hub]:
    hub = Hub(tmp_path, event)
    yield hub
    hub.day.close()


def kinds(press: Any) -> list[tuple[str, str | None]]:
    return [(passage.kind, passage.badge) for passage in press.passages]


# What a press comes to


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


# The log


def test_its_passages_are_one_chain_without_a_gap(hub):
    badges = hub.families(1, 2, 1, 3)
    hub.queue("vr", *badges)
    for act in ("next", "next", "done", "next", "pause", "resume"):
        hub.clock.at_ms += 20_000
        hub.desk.press("vr", act)
    hub.desk.undo("vr")
    log = hub.log()
    assert [passage.seq for passage in log] == list(range(1, len(log) + 1))
    assert [passage.prev for passage in log] == [CHAIN_START, *(passage.digest for passage in log[:-1])]
    assert {(passage.epoch, passage.boot) for passage in log} == {(hub.day.epoch, f"{1:016x}")}
    assert hub.day.view.forks == 0


def test_the_passages_of_a_press_share_a_moment_that_no_other_press_has(hub):
    badges = hub.families(1, 1, 1, 1)
    hub.queue("vr", *badges)
    hub.desk.press("vr", "next")
    hub.desk.press("vr", "next")  # the clock has not moved
    moments = [passage.boot_ms for passage in hub.log()]
    assert moments == sorted(moments)
    assert len(set(moments)) == 6
    assert hub.log()[-1].boot_ms == hub.log()[-2].boot_ms


def test_the_log_goes_on_after_a_restart(hub):
    first, second = hub.families(1, 1)
    hub.queue("vr", first, second)
    hub.desk.press("vr", "next")
    hub.restart()
    assert hub.desk.can_undo("vr")
    assert not hub.desk.can_undo("arts")
    hub.clock.at_ms += MINUTE_MS
    hub.desk.press("vr", "next")
    log = hub.log()
    assert [passage.seq for passage in log] == list(range(1, 7))
    assert log[4].prev == log[3].digest
    assert hub.day.view.forks == 0
    assert kinds(hub.desk.undo("vr")) == [("undo", second), ("undo", first)]
    assert hub.who("vr") == ([], [first, second], [])
    assert kinds(hub.desk.undo("vr")) == [("undo", second), ("undo", first)]
    assert hub.who("vr") == ([first, second], [], [])


def test_a_restored_hub_begins_another_log(hub, tmp_path):
    (badge,) = hub.families(1)
    hub.queue("vr", badge)
    kept = hub.day.back_up(tmp_path / "backups")
    before = hub.day.epoch
    hub.day.close()
    hub.path.write_bytes(b"damaged")
    Path(f"{hub.path}-wal").unlink(missing_ok=True)
    journal, mended = backup.open_or_restore(hub.path, kept.parent)
    assert mended
    journal.close()
    hub.start()
    assert hub.day.epoch != before
    assert not hub.desk.can_undo("vr")
    assert hub.who("vr") == ([badge], [], [])
    hub.clock.at_ms += MINUTE_MS
    hub.desk.press("vr", "next")
    assert [(passage.seq, passage.prev) for passage in hub.log() if passage.epoch == hub.day.epoch] == [
        (1, CHAIN_START)
    ]
    assert hub.day.view.forks == 0


def test_what_the_disk_refused_was_never_pressed(hub, monkeypatch):
    first, second = hub.families(1, 1)
    hub.queue("vr", first)
    append = Journal.append

    def full(journal: Journal, entries: object) -> None:
        raise JournalUnavailable("full")

    monkeypatch.setattr(Journal, "append", full)
    with pytest.raises(JournalUnavailable):
        hub.desk.press("vr", "next")
    with pytest.raises(JournalUnavailable):
        hub.desk.press("vr", "pause")
    monkeypatch.setattr(Journal, "append", append)
    hub.queue("vr", second)
    assert kinds(hub.desk.press("vr", "next")) == [("call", first), ("call", second)]
    assert [passage.seq for passage in hub.log()] == [1, 2, 3, 4]
    assert hub.day.view.statuses.of("vr", hub.day.clock()) is Status.OPEN


# A typed badge


def test_letters_mean_what_a_scan_at_this_atelier_means(hub):
    (badge,) = hub.families(1)
    assert kinds(hub.desk.scan("vr", badge)) == [("arrive", badge)]
    hub.clock.at_ms += MINUTE_MS
    assert kinds(hub.desk.scan("vr", badge.lower())) == [("enter", badge)]
    hub.clock.at_ms += MINUTE_MS
    assert kinds(hub.desk.scan("vr", token.grouped(badge))) == [("leave", badge)]
    hub.clock.at_ms += MINUTE_MS
    assert kinds(hub.desk.scan("vr", badge)) == [("arrive", badge)]


def test_who_was_called_comes_in_by_any_scan(hub):
    (badge,) = hub.families(1)
    hub.queue("usages", badge)  # its scans mean arrival alone
    hub.desk.press("usages", "call", badge=badge)
    assert kinds(hub.desk.scan("usages", badge)) == [("enter", badge)]


def test_letters_sent_twice_are_one_scan(hub):
    (badge,) = hub.families(1)
    hub.desk.scan("vr", badge)
    hub.clock.at_ms += 9000
    again = hub.desk.scan("vr", badge)
    assert (again.tone, kinds(again)) == (screen.REPEAT, [("arrive", badge)])
    assert len(hub.log()) == 1
    hub.clock.at_ms += 1000
    assert kinds(hub.desk.scan("vr", badge)) == [("enter", badge)]


def test_letters_of_a_scan_that_was_taken_back_are_no_repeat(hub):
    (badge,) = hub.families(1)
    hub.desk.scan("vr", badge)
    hub.desk.undo("vr")
    assert kinds(hub.desk.scan("vr", badge)) == [("arrive", badge)]
    assert hub.who("vr") == ([badge], [], [])


def test_unreadable_foreign_and_own_letters_are_told_apart(hub):
    with pytest.raises(BadBadge):
        hub.desk.scan("vr", "CHAT7")
    with pytest.raises(ForeignBadge):
        hub.desk.scan("vr", token.issue(b"another event", random.Random(1).randrange))
    assert hub.log() == []
    unknown = token.issue(hub.day.event_key, random.Random(1).randrange)  # issued, but not in this journal
    assert kinds(hub.desk.scan("vr", unknown)) == [("arrive", unknown)]
    assert hub.day.floor().unknown_badges == 1


def test_the_old_badge_of_a_party_that_has_a_new_one_still_speaks_for_it(hub):
    (old,) = hub.families(1)
    hub.queue("vr", old)
    new = hub.day.replace_badge(hub.day.view.badges[old])
    hub.clock.at_ms += MINUTE_MS
    assert kinds(hub.desk.scan("vr", old)) == [("enter", old)]
    assert hub.who("vr") == ([], [], [new])


def test_without_a_station_the_usual_steps_hold(hub):
    def revoke(name: str) -> None:
        gone = StationSet(name, "vr", ("enter",), active=False)
        hub.day.decide(lambda ledger, now_ms: Decision([gone], lambda: None))

    assert hub.event.one_more(DESK, "vr").steps == ("arrive", "enter", "leave")
    revoke("vr")
    assert hub.day.event.one_more(DESK, "vr").steps == ("arrive",)
    revoke("vr-file")
    assert hub.day.event.one_more(DESK, "vr").steps == ("arrive", "enter", "leave")


# Undo


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


# Two who press at once


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


def test_the_floor_is_the_same_after_a_restart(hub):
    badges = hub.families(1, 2, 1, 1)
    hub.queue("vr", *badges)
    for act in ("next", "next", "done", "pause"):
        hub.clock.at_ms += 30_000
        hub.desk.press("vr", act)
    hub.desk.undo("vr")
    before = board(hub.day.view, hub.clock())
    hub.restart()
    assert board(hub.day.view, hub.clock()) == before
