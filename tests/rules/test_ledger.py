"""What is held of the stations' logs, and what the ledger makes of what it cannot use."""

from dataclasses import replace

import pytest

from firmware.wire.passage import CHAIN_START
from kiosk.rules.announcements import Announcement
from kiosk.rules.facts import Announced, AtelierSet, PrintAsked, PrintMoved, SetAside, Struck
from kiosk.rules.floor import Status
from kiosk.rules.ledger import Ledger
from kiosk.rules.logs import Log
from kiosk.rules.party import Nickname
from kiosk.rules.printing import (
    HANDED_OVER,
    MOVES,
    PrintJob,
    PrintState,
    interrupted,
    next_queued,
    queued_for,
)


def chain(hall, *told, prev=CHAIN_START, first=1):
    """A log of one station: each passage names the one before it."""
    made = []
    for seq, each in enumerate(told, start=first):
        fact = hall.passed(hall.badge(1), each, seq=seq, prev=prev)
        made.append((fact.moment.at_ms, fact))
        prev = fact.digest
    return made


SCANS = ("10:00 arrive arts", "10:01 enter arts", "10:10 leave arts", "10:20 arrive arts")


def test_a_prefix_grows_over_what_follows_without_a_gap():
    log = Log()
    prefixes = []
    for seq in (1, 3, 4, 2, 6, 5):
        log.add(seq, f"{seq:016}", None, seq)
        prefixes.append(log.prefix)
    assert prefixes == [1, 1, 1, 4, 4, 6]
    assert log.last_seq == 6
    assert log.last_at_ms == 6


def test_what_is_held_already_is_told():
    log = Log()
    assert log.add(1, "a" * 16, None, 5)
    assert not log.add(1, "a" * 16, None, 5)
    assert log.holds(1, "a" * 16 + "the rest of the digest")
    assert not log.holds(1, "b" * 16)
    assert log.has(1)
    assert not log.has(2)


def test_a_whole_chain_has_no_forks(hall):
    assert hall.view(chain(hall, *SCANS)).forks == 0
    assert hall.view(chain(hall, *SCANS)[::-1]).forks == 0
    assert hall.view(chain(hall, *SCANS)[2:]).forks == 0


def test_a_number_with_two_contents_is_a_fork_and_both_are_kept(hall):
    log = chain(hall, *SCANS)
    other = chain(hall, "10:10 enter kart", prev=log[1][1].digest, first=3)
    other = [(at_ms, replace(fact, passage=replace(fact.passage, station="arts"))) for at_ms, fact in other]
    other = [(at_ms, replace(fact, digest=fact.passage.digest)) for at_ms, fact in other]
    view = hall.view([*log, *other])
    assert view.passages == 5
    assert view.forks == 1


def test_a_passage_that_follows_another_than_the_one_held_is_told(hall):
    assert hall.view([*chain(hall, *SCANS[:2]), *chain(hall, *SCANS[2:], prev="f" * 64, first=3)]).forks == 1


def test_a_passage_after_one_that_could_not_be_read_proves_nothing(hall):
    log = chain(hall, *SCANS)
    station, epoch = log[1][1].passage.station, log[1][1].passage.epoch
    garbled = (log[1][0], SetAside(station, epoch, 2, "{}", "no badge", "c" * 64))
    view = hall.view([log[0], garbled, *log[2:]])
    assert (view.forks, view.set_aside, view.passages) == (0, 1, 3)


@pytest.mark.parametrize(
    "badge, told",
    [
        (1, "10:00 dance arts"),
        (1, "10:00 pause arts"),
        (1, "10:00 arrive sauna"),
        (None, "10:00 arrive arts"),
        (None, "10:00 undo arts 1"),
        (None, "10:00 dance arts"),
    ],
)
def test_an_authentic_passage_that_means_nothing_is_counted_as_set_aside(hall, badge, told):
    fact = hall.passed(badge and hall.badge(badge), told)
    view = hall.view([(fact.moment.at_ms, fact)] * 2)
    assert (view.set_aside, view.passages) == (1, 1)
    assert view.floor(hall.at("10:05")).came.people == 0


def test_a_view_never_changes_after_it_was_given_out(hall):
    ledger = Ledger(hall.event)
    for at_ms, fact in hall.came(1, {"18-plus": 1}):
        ledger.apply(fact, at_ms)
    before = ledger.view()
    kept = before.floor(hall.at("10:05"))
    later = [
        *hall.came(2, {"18-plus": 3}),
        *hall.scans("1 10:01 enter arts", "? 10:02 arrive vr"),
        (0, AtelierSet("vr", "closed")),
        (0, PrintAsked(1, 1)),
    ]
    for at_ms, fact in later:
        ledger.apply(fact, at_ms)
    after = ledger.view()
    assert before.floor(hall.at("10:05")) == kept
    assert not before.jobs
    assert before.version < after.version
    assert after.statuses.at(0) == {"vr": Status.CLOSED}


def test_announcements_are_shown_in_their_order_until_their_time_is_over(hall):
    goûter, fin = Announced({"fr": "Goûter"}, hall.at("10:30")), Announced({"fr": "Fin"}, hall.at("11:00"))
    view = hall.view([(2, fin), (1, goûter)])
    first, then = Announcement.of(goûter, 1), Announcement.of(fin, 2)
    assert view.announcements_at(hall.at("10:29")) == (first, then)
    assert view.announcements_at(hall.at("10:30")) == (then,)
    assert view.announcements_at(hall.at("11:00")) == ()


def test_a_party_has_the_nickname_of_its_number(hall):
    view = hall.view(hall.came(35, {"18-plus": 2}))
    assert view.parties[35].nickname == Nickname.of(35)
    assert view.badges == {hall.badge(35): 35}


# Print jobs


@pytest.mark.parametrize("before", list(PrintState))
@pytest.mark.parametrize("after", list(PrintState))
def test_a_job_moves_only_along_the_drawing(before, after):
    job = PrintJob(1, 1, before, "", 0)
    assert job.may_move(after.value) == (after in MOVES[before])
    assert job.moved(after.value, "why").state is (after if after in MOVES[before] else before)


@pytest.mark.parametrize("ended", ["confirmed", "unknown", "failed", "cancelled"])
def test_what_ended_never_moves_again(ended):
    job = PrintJob(1, 1, PrintState(ended), "", 0)
    assert job.ended
    assert not any(job.may_move(state) for state in PrintState)


def test_a_sheet_that_was_handed_over_to_a_mute_printer_has_ended():
    job = PrintJob(1, 1, PrintState.SENT, HANDED_OVER, 0)
    assert job.ended
    assert not job.interrupted
    assert not any(job.may_move(state) for state in PrintState)


def test_a_sheet_on_its_way_when_the_hub_stopped_is_found(hall):
    facts = [
        *((at, PrintAsked(at, 1)) for at in (1, 2, 3)),
        (4, PrintMoved(1, "sent")),
        (5, PrintMoved(1, "confirmed")),
        (6, PrintMoved(3, "sent")),
        (7, PrintMoved(9, "sent")),
        (8, PrintMoved(2, "melted")),
    ]
    jobs = hall.view(facts).jobs
    assert [job.job for job in interrupted(jobs.values())] == [3]
    assert next_queued(jobs.values()).job == 2
    assert queued_for(jobs.values(), 1).job == 2
    assert queued_for(jobs.values(), 7) is None


def test_a_station_closes_its_queue_and_opens_it_again(hall):
    closed, opened = hall.passed(None, "10:05 close vr"), hall.passed(None, "10:09 resume vr")
    facts = [(closed.moment.at_ms, closed), (opened.moment.at_ms, opened)]
    assert hall.view(facts[:1]).statuses.of("vr", hall.at("10:10")) is Status.CLOSED
    assert hall.view(facts[::-1]).statuses.of("vr", hall.at("10:10")) is Status.OPEN


def test_a_shift_that_is_taken_back_much_later_moves_no_other_session(hall):
    shift = hall.passed(None, "10:25 shift talk", by=10)
    undo = hall.passed(None, "11:40 shift talk", by=-10, of=shift.passage.seq)
    for facts in ([shift, undo], [undo, shift]):
        ledger = Ledger(hall.event)
        for fact in facts:
            ledger.apply(fact, fact.moment.at_ms)
        assert ledger.event.by_id["talk"].times_ms == hall.event.by_id["talk"].times_ms
        ledger.apply(Struck("talk", undo.passage.epoch, undo.passage.seq), hall.at("11:50"))
        assert ledger.event.by_id["talk"].times_ms != hall.event.by_id["talk"].times_ms


def test_a_shift_that_is_struck_has_not_happened(hall):
    shift = hall.passed(None, "10:25 shift talk", by=10)
    facts = [(shift.moment.at_ms, shift), (shift.moment.at_ms, Struck("talk", shift.passage.epoch, 1))]
    assert hall.view(facts[:1]).event.by_id["talk"].times_ms[0] == hall.at("10:40")
    assert hall.view(facts).event is hall.event
