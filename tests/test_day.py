"""The live day: what it answers is kept, what it shows is what is kept, and it is the same after a restart."""

import random
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import replace
from pathlib import Path

import pytest

from firmware.wire import token
from firmware.wire.anchor import Anchor
from firmware.wire.batch import Batch, Garbled, Health
from firmware.wire.passage import CHAIN_START, Passage
from kiosk import eventfile
from kiosk.day import MOST_PEOPLE, Day
from kiosk.errors import JournalUnavailable, Refused, UnknownAtelier, UnknownParty
from kiosk.rules.board import board, journeys
from kiosk.rules.event import Event
from kiosk.rules.floor import Status
from kiosk.rules.party import Group
from kiosk.rules.printing import HANDED_OVER, PrintState
from kiosk.store.journal import Journal

ROUBAIX = Path(eventfile.__file__).parents[1] / "events" / "roubaix-2022.toml"
FAMILY = (Group("6-11", "f", 2), Group("18-59", "m", 1))
EPOCH = "ab" * 8
BOOT = "cd" * 8
MINUTE_MS = 60_000


class Clock:
    def __init__(self, at_ms: int) -> None:
        self.at_ms = at_ms

    def __call__(self) -> int:
        return self.at_ms

    def not_before(self, at_ms: int) -> None:
        self.at_ms = max(self.at_ms, at_ms)


@pytest.fixture(scope="module")
def event() -> Event:
    return eventfile.load(ROUBAIX)


@pytest.fixture
def clock(event: Event) -> Clock:
    return Clock(event.opens_ms)


@pytest.fixture
def restart(tmp_path: Path, event: Event, clock: Clock) -> Iterator[Callable[[], Day]]:
    """Ends the day where one runs, and starts it on the same journal."""
    days: list[Day] = []

    def again() -> Day:
        for running in days:
            running.close()
        days[:] = [
            Day(Journal.open(tmp_path / "journal.db"), event, clock, random.Random(len(days)).randrange)
        ]
        return days[0]

    yield again
    for running in days:
        running.close()


@pytest.fixture
def day(restart: Callable[[], Day]) -> Day:
    return restart()


def shown(day: Day) -> tuple[object, ...]:
    now_ms = day.clock()
    view = day.view
    return board(view, now_ms), journeys(view, now_ms), view.jobs, view.badges, view.statuses


def passage(
    seq: int, badge: str | None, kind: str = "arrive", station: str = "arts", **more: object
) -> Passage:
    made = Passage(station, EPOCH, seq, "arts", kind, badge, BOOT, seq * 1000, 0, CHAIN_START)
    return replace(made, **more)


def batch(
    *passages: Passage | Garbled, first: int | None = None, anchors: tuple[Anchor, ...] = (), **more: object
) -> Batch:
    made = Batch(
        station="arts",
        epoch=EPOCH,
        hub="0" * 16,
        nonce="ef" * 8,
        boot=BOOT,
        boot_ms=10_000_000,
        wall_ms=0,
        first=first or (passages[0].seq if passages else 1),
        passages=passages,
        anchors=anchors,
        health=Health(0, True, "1"),
    )
    return replace(made, **more)


# Welcoming families


def test_a_family_gets_a_number_a_badge_a_route_and_a_print_job(day, event, clock):
    came = day.check_in(FAMILY, "en", ["vr", "nowhere", "vr", "arts"])
    assert (came.party.number, came.job) == (1, 1)
    assert token.verify(day.event_key, came.party.badge) == came.party.badge
    assert came.party.wishes == ("vr", "arts")
    assert day.view.parties == {1: came.party}
    assert day.view.badges == {came.party.badge: 1}
    assert day.view.jobs[1].state is PrintState.QUEUED
    assert day.view.routes[1].route
    assert day.floor().came.people == 3


def test_a_language_that_the_event_does_not_speak_is_its_first(day, event):
    assert day.check_in(FAMILY, "tlh").party.language == event.languages[0] == "fr"


def test_a_family_without_a_sheet_has_no_job(day):
    assert day.check_in(FAMILY, "fr", sheet=False).job == 0
    assert not day.view.jobs
    assert day.check_in(FAMILY, "fr").job == 1


def test_groups_of_the_same_people_are_put_together(day):
    people = (Group("6-11", "f", 1), Group("18-59", "x", 1), Group("6-11", "f", 2))
    assert day.check_in(people, "fr").party.people == (Group("6-11", "f", 3), Group("18-59", "x", 1))


@pytest.mark.parametrize(
    "people",
    [
        (),
        (Group("7-77", "f", 1),),
        (Group("6-11", "q", 1),),
        (Group("6-11", "f", 0),),
        (Group("6-11", "f", -1), Group("18-59", "f", 3)),
        (Group("6-11", "f", MOST_PEOPLE + 1),),
        (Group("6-11", "f", MOST_PEOPLE), Group("18-59", "f", 1)),
    ],
)
def test_people_that_make_no_party_are_refused_and_leave_nothing(day, people):
    before = shown(day)
    with pytest.raises(Refused):
        day.check_in(people, "fr")
    assert shown(day) == before


def test_many_families_at_once_get_numbers_badges_and_jobs_of_their_own(day):
    came = []
    threads = [
        threading.Thread(target=lambda: came.extend(day.check_in(FAMILY, "fr") for _ in range(10)))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {each.party.number for each in came} == set(range(1, 81))
    assert {each.job for each in came} == set(range(1, 81))
    assert len({each.party.badge for each in came}) == 80


def test_the_same_form_sent_twice_is_one_party_even_after_a_restart(day, restart):
    came = day.check_in(FAMILY, "fr", form="0123abcd")
    assert day.check_in(FAMILY, "fr", form="0123abcd") == came
    day = restart()
    assert day.check_in(FAMILY, "fr", form="0123abcd") == came
    assert day.check_in(FAMILY, "fr", form="another").party.number == 2
    assert day.check_in(FAMILY, "fr").party.number == 3
    assert day.check_in(FAMILY, "fr").party.number == 4


# After a restart


def test_a_day_that_is_opened_again_shows_the_same(day, restart, clock):
    first, second = (day.check_in(FAMILY, "fr", ["vr"]) for _ in range(2))
    clock.at_ms += 10 * MINUTE_MS
    anchors = (Anchor(BOOT, 0, clock.at_ms - 9 * MINUTE_MS, 5),)
    scans = [
        passage(1, first.party.badge),
        passage(2, first.party.badge, "enter"),
        passage(3, second.party.badge),
    ]
    scans += [passage(4, None, "pause"), passage(5, "CFBXKCNGBKHTJKGJ", "dance")]
    day.receive(batch(*scans, Garbled(6, '{"v":9}', "version 9"), anchors=anchors)).result(20)
    day.move_job(first.job, PrintState.SENT)
    day.move_job(first.job, PrintState.CONFIRMED)
    day.set_status("vr", Status.CLOSED)
    day.announce({"fr": "Goûter !"}, clock() + MINUTE_MS)
    day.strike("arts", EPOCH, 3)
    badge = day.replace_badge(1)
    day.see_off(2)
    before, words, key = shown(day), day.view.announcements, day.event_key
    day = restart()
    assert shown(day) == before
    assert day.view.announcements == words
    assert day.event_key == key
    assert day.view.guest_of(1).party.badge == badge
    assert day.view.set_aside == 2


def test_a_clock_that_lost_its_battery_is_put_right_by_the_journal(day, restart, clock, event):
    clock.at_ms += 60 * MINUTE_MS
    day.check_in(FAMILY, "fr")
    clock.at_ms = 0
    restart()
    assert clock.at_ms == event.opens_ms + 60 * MINUTE_MS


def test_who_watches_is_told_of_each_change(day):
    since = day.view.version
    assert day.changed(since, 0).version == since
    found = []
    watching = threading.Thread(target=lambda: found.append(day.changed(since, 20)))
    watching.start()
    came = day.check_in(FAMILY, "fr")
    watching.join()
    assert found[0].parties == {1: came.party}
    assert day.changed(since, 20).version != since


def test_who_watches_is_let_go_when_the_day_ends(day):
    day.close()
    with pytest.raises(JournalUnavailable, match="stopping"):
        day.check_in(FAMILY, "fr")
    assert not day.alive


# What stations send


def test_a_batch_again_changes_nothing(day, clock):
    badge = day.check_in(FAMILY, "fr").party.badge
    clock.at_ms += MINUTE_MS
    sent = batch(passage(1, badge), passage(2, badge, "enter"))
    held = day.receive(sent).result(20)
    before = shown(day)
    clock_ms = clock()
    for again in (sent, replace(sent, passages=sent.passages[1:], first=2), replace(sent, nonce="aa" * 8)):
        assert day.receive(again).result(20).prefix == held.prefix == 2
    clock.at_ms = clock_ms
    assert shown(day) == before


def test_a_batch_with_a_gap_before_it_is_kept_and_the_prefix_tells_of_the_gap(day):
    badge = day.check_in(FAMILY, "fr").party.badge
    assert day.receive(batch(passage(3, badge, "leave"))).result(20).prefix == 0
    assert day.receive(batch(passage(1, badge))).result(20).prefix == 1
    assert day.receive(batch(passage(2, badge, "enter"))).result(20).prefix == 3
    assert day.view.passages == 3


def test_a_passage_that_cannot_be_read_holds_up_nothing_behind_it(day, clock):
    badge = day.check_in(FAMILY, "fr").party.badge
    clock.at_ms += MINUTE_MS
    sent = batch(
        passage(1, badge),
        Garbled(2, '{"v":2}', "version 2"),
        Garbled(3, "7", "no object"),
        passage(4, badge, "enter"),
    )
    assert day.receive(sent).result(20).prefix == 4
    assert day.receive(sent).result(20).prefix == 4
    assert (day.view.set_aside, day.view.passages, day.view.forks) == (2, 2, 0)
    assert day.floor().by_id["arts"].occupied.parties == 1


def test_two_stations_under_one_identity_are_both_kept_and_told(day, clock):
    one, other = (day.check_in(FAMILY, "fr").party.badge for _ in range(2))
    clock.at_ms += MINUTE_MS
    day.receive(batch(passage(1, one), passage(2, one, "enter"))).result(20)
    assert day.view.forks == 0
    assert day.receive(batch(passage(2, other))).result(20).prefix == 2
    assert day.view.forks == 1
    arts = day.floor().by_id["arts"]
    assert (arts.queued.parties, arts.occupied.parties) == (1, 1)


def test_passages_are_dated_by_their_anchors(day, clock, event):
    badge = day.check_in(FAMILY, "fr").party.badge
    clock.at_ms = event.opens_ms + 60 * MINUTE_MS
    anchors = (Anchor(BOOT, 0, event.opens_ms, 3), Anchor(BOOT, 100_000, event.opens_ms + 102_000, 9))
    day.receive(batch(passage(1, badge, boot_ms=50_000, wall_ms=5), anchors=anchors)).result(20)
    journey = day.view.guest_of(1).journey
    assert journey.stays[0].arrived_ms == event.opens_ms + 51_000
    assert not journey.estimated


def test_passages_of_a_boot_that_never_met_the_hub_are_estimates_and_never_later_than_now(day, clock):
    badge = day.check_in(FAMILY, "fr").party.badge
    day.receive(batch(passage(1, badge, wall_ms=clock() + 10**9))).result(20)
    journey = day.view.guest_of(1).journey
    assert journey.stays[0].arrived_ms == clock()
    assert journey.estimated


def test_a_late_batch_is_dated_by_itself_and_not_by_what_came_after_it(day, clock, event):
    """Number 3 came first; 1 and 2, hours late, must not be dated behind it."""
    badge = day.check_in(FAMILY, "fr").party.badge
    clock.at_ms = event.opens_ms + 120 * MINUTE_MS
    anchors = (Anchor(BOOT, 0, event.opens_ms, 5),)
    day.receive(batch(passage(3, badge, "leave", boot_ms=40 * MINUTE_MS), anchors=anchors)).result(20)
    day.receive(
        batch(
            passage(1, badge, boot_ms=5 * MINUTE_MS),
            passage(2, badge, "enter", boot_ms=20 * MINUTE_MS),
            anchors=anchors,
        )
    ).result(20)
    stay = day.view.guest_of(1).journey.stays[0]
    minutes = [
        (at_ms - event.opens_ms) / MINUTE_MS for at_ms in (stay.arrived_ms, stay.entered_ms, stay.left_ms)
    ]
    assert minutes == [5, 20, 40]


def test_a_log_that_goes_on_is_not_dated_before_its_last_passage(day, clock, event):
    badge = day.check_in(FAMILY, "fr").party.badge
    clock.at_ms = event.opens_ms + 60 * MINUTE_MS
    anchor = (Anchor(BOOT, 0, event.opens_ms, 5),)
    day.receive(batch(passage(1, badge, boot_ms=30 * MINUTE_MS), anchors=anchor)).result(20)
    unknown_boot = passage(2, badge, "enter", boot="ee" * 8, wall_ms=0)
    day.receive(batch(unknown_boot)).result(20)
    stay = day.view.guest_of(1).journey.stays[0]
    assert stay.entered_ms == stay.arrived_ms == event.opens_ms + 30 * MINUTE_MS


def test_the_answer_tells_how_the_atelier_of_the_station_stands(day):
    assert day.receive(batch()).result(20).status is Status.OPEN
    day.set_status("arts", Status.CLOSED)
    assert day.receive(batch()).result(20).status is Status.CLOSED
    assert day.receive(batch(station="a-station-of-nothing")).result(20).status is Status.OPEN


# Badges and corrections


def test_a_lost_badge_is_replaced_and_the_history_follows_the_party(day, clock):
    first = day.check_in(FAMILY, "fr").party.badge
    clock.at_ms += 5 * MINUTE_MS
    day.receive(batch(passage(1, first), passage(2, first, "enter"))).result(20)
    new = day.replace_badge(1)
    assert new != first
    day.receive(batch(passage(3, new, "leave"))).result(20)
    assert [stay.state for stay in day.view.guest_of(1).journey.stays] == ["done"]
    assert day.view.parties[1].badge == new
    assert day.floor().came.parties == 1


def test_a_photocopied_badge_at_two_ateliers_is_accepted_and_flagged(day, clock, event):
    badge = day.check_in(FAMILY, "fr").party.badge
    clock.at_ms += 30 * MINUTE_MS
    anchors = (Anchor(BOOT, 0, event.opens_ms, 5),)
    day.receive(batch(passage(1, badge, boot_ms=600_000), anchors=anchors)).result(20)
    copy = passage(1, badge, boot_ms=610_000, station="vr", atelier="vr", kind="enter")
    assert day.receive(batch(copy, anchors=anchors, station="vr")).result(20).prefix == 1
    assert board(day.view, clock())["two_places"] == 1


def test_a_struck_scan_counts_no_more(day, clock):
    badge = day.check_in(FAMILY, "fr").party.badge
    day.receive(batch(passage(1, badge))).result(20)
    assert day.floor().by_id["arts"].queued.parties == 1
    day.strike("arts", EPOCH, 1)
    day.strike("arts", EPOCH, 1)
    assert day.floor().by_id["arts"].queued.parties == 0
    assert day.view.passages == 1


@pytest.mark.parametrize("which", [("arts", EPOCH, 2), ("vr", EPOCH, 1), ("\ud800", "x", 1)])
def test_a_scan_that_never_came_cannot_be_struck(day, which):
    day.receive(batch(passage(1, "CFBXKCNGBKHTJKGJ"))).result(20)
    with pytest.raises(Refused, match="no passage"):
        day.strike(*which)
    assert day.alive


def test_a_party_that_went_home_is_gone_and_back_when_it_is_scanned(day, clock):
    badge = day.check_in(FAMILY, "fr").party.badge
    day.receive(batch(passage(1, badge))).result(20)
    clock.at_ms += MINUTE_MS
    day.see_off(1)
    assert (day.floor().gone.people, day.floor().by_id["arts"].queued.people) == (3, 0)
    clock.at_ms += MINUTE_MS
    anchors = (Anchor(BOOT, 0, clock.at_ms, 5),)
    day.receive(batch(passage(2, badge, "enter", boot_ms=0), anchors=anchors)).result(20)
    assert day.floor().by_id["arts"].occupied.people == 3


@pytest.mark.parametrize("ask", [Day.see_off, Day.print_again, Day.replace_badge])
def test_a_party_that_never_came_is_told(day, ask):
    with pytest.raises(UnknownParty, match="no party has number 7"):
        ask(day, 7)


def test_an_atelier_that_there_is_not_is_told_with_those_that_there_are(day):
    with pytest.raises(UnknownAtelier, match="mario-kart"):
        day.set_status("sauna", Status.OPEN)


@pytest.mark.parametrize("texts", [{}, {"fr": ""}, {"fr": " \n", "en": "\t"}])
def test_an_announcement_without_words_is_refused(day, texts):
    with pytest.raises(Refused):
        day.announce(texts, 10**13)


def test_any_words_can_be_announced(day, restart, clock):
    words = {"fr": "<b>\ud800\x00'; --", "en": "أهلا"}
    day.announce(words, clock() + 1)
    assert restart().view.announcements_at(clock())[0].texts == words


# Print jobs


def test_a_job_moves_as_drawn_and_each_move_is_kept(day, restart):
    job = day.check_in(FAMILY, "fr").job
    for state, detail in (("sent", ""), ("queued", "paper_out"), ("sent", ""), ("unknown", "stalled")):
        assert day.move_job(job, PrintState(state), detail).state == state
    found = restart().view.jobs[job]
    assert (found.state, found.detail) == (PrintState.UNKNOWN, "stalled")


def test_a_move_that_cannot_be_is_refused_and_changes_nothing(day):
    job = day.check_in(FAMILY, "fr").job
    with pytest.raises(Refused, match="is queued: it cannot be confirmed next"):
        day.move_job(job, PrintState.CONFIRMED)
    day.move_job(job, PrintState.SENT, HANDED_OVER)
    with pytest.raises(Refused):
        day.move_job(job, PrintState.QUEUED)
    with pytest.raises(Refused, match="there is no print job 9"):
        day.move_job(9, PrintState.SENT)
    assert day.view.jobs[job].detail == HANDED_OVER


def test_asking_again_for_a_sheet_that_is_still_queued_is_the_same_job(day):
    job = day.check_in(FAMILY, "fr").job
    assert day.print_again(1) == job
    day.move_job(job, PrintState.SENT)
    again = day.print_again(1)
    assert again == job + 1
    assert day.view.jobs[again].party == 1
    assert day.view.parties[1].badge in day.view.badges  # the badge stays


# A second hub, and a backup


def test_a_restored_day_takes_the_same_batches_again_and_shows_the_same(day, tmp_path, event, clock, restart):
    badge = day.check_in(FAMILY, "fr").party.badge
    clock.at_ms += 20 * MINUTE_MS
    copy = day.back_up(tmp_path / "backups")
    anchors = (Anchor(BOOT, 0, event.opens_ms, 5),)
    sent = [batch(passage(seq, badge, kind), anchors=anchors) for seq, kind in ((1, "arrive"), (2, "enter"))]
    for each in sent:
        day.receive(each).result(20)
    before = board(day.view, clock())
    with ExitStack() as stack:
        restored = stack.enter_context(closing(Day(Journal.open(copy), event, clock)))
        assert restored.view.passages == 0
        for each in sent:
            restored.receive(each).result(20)
        assert board(restored.view, clock()) == before
