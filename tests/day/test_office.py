"""What organisers do is on record with who did it, holds after a restart, and is withdrawn as if it never was."""

import pytest

from kiosk.errors import Refused, UnknownAtelier, UnknownParty
from kiosk.rules.board import board, journeys
from kiosk.rules.facts import AtelierSet, PartyLeft
from kiosk.rules.floor import Status

MINUTE_MS = 60_000


def shown(day):
    view, now_ms = day.view, day.clock()
    held = view.event, view.help, view.announcements_at(now_ms), view.notes
    return board(view, now_ms), journeys(view, now_ms), view.statuses.at(now_ms), held


@pytest.fixture
def lively(day, family, batch, passage):
    """A day with a family that was scanned, one that calls for help, and one that is at the door."""
    for _ in range(3):
        day.check_in(family, "fr")
    day.receive(batch(passage(1, day.view.parties[1].badge))).result(5)
    day.ask_help("Borne 2", "printer", 2)
    return day


ACTS = {
    "status": lambda day: day.set_status("vr", Status.PAUSED, "organiser"),
    "end": lambda day: day.end_queue("vr", day.clock(), "organiser"),
    "late": lambda day: day.send_on("arts", [1], "organiser"),
    "limit": lambda day: day.limit("impression-3d", 16, 10, "organiser"),
    "shift": lambda day: day.shift_session("usages", day.event.by_id["usages"].times_ms[0], 20, "organiser"),
    "announce": lambda day: day.announce({"fr": "Goûter"}, day.clock() + MINUTE_MS, "organiser"),
    "strike": lambda day: day.strike("arts", "ab" * 8, 1, "organiser"),
    "left": lambda day: day.see_off(3, "organiser"),
    "help": lambda day: day.give_help("Borne 2", "organiser"),
    "note": lambda day: day.note("queue/vr", day.clock() + MINUTE_MS, "organiser"),
}


@pytest.mark.parametrize("act", ACTS)
def test_an_act_shows_is_on_record_and_leaves_nothing_when_it_is_withdrawn(lively, clock, act):
    day = lively
    clock.at_ms += MINUTE_MS
    before = shown(day)
    name = ACTS[act](day)
    assert shown(day) != before
    [record] = day.view.acts
    assert (record.id, record.by, record.at_ms, record.holds) == (name, "organiser", clock.at_ms, True)
    day.withdraw(name, "organiser 2")
    assert shown(day) == before
    [record] = day.view.acts
    assert (record.holds, record.withdrawn_by) == (False, "organiser 2")
    facts = day.view.version
    day.withdraw(name, "organiser 3")
    assert day.view.version == facts


def test_acts_and_what_was_withdrawn_hold_after_a_restart(restart, family, clock):
    day = restart()
    day.check_in(family, "fr")
    kept, undone = day.set_status("vr", Status.CLOSED), day.set_status("arts", Status.CLOSED)
    day.limit("vr", 4, 6)
    day.withdraw(undone)
    before = shown(day)
    day = restart()
    assert shown(day) == before
    assert [(each.id, each.holds) for each in day.view.acts if isinstance(each.fact, AtelierSet)] == sorted(
        [(kept, True), (undone, False)]
    )
    assert (day.event.by_id["vr"].places, day.event.by_id["vr"].minutes) == (4, 6)


def test_a_queue_ends_at_its_moment_and_not_before(day, clock):
    now_ms = clock.at_ms
    day.end_queue("vr", now_ms + 10 * MINUTE_MS)
    assert day.view.statuses.of("vr", now_ms) is Status.OPEN
    assert day.view.statuses.ends_ms("vr", now_ms) == now_ms + 10 * MINUTE_MS
    assert day.view.floor(now_ms + 9 * MINUTE_MS).by_id["vr"].status is Status.OPEN
    clock.at_ms += 10 * MINUTE_MS
    assert day.floor().by_id["vr"].status is Status.CLOSED
    assert day.view.statuses.ends_ms("vr", clock.at_ms) is None
    clock.at_ms += MINUTE_MS
    day.set_status("vr", Status.OPEN)
    assert day.floor().by_id["vr"].status is Status.OPEN


def test_of_two_limits_the_later_holds_and_without_it_the_one_before(day, clock):
    planned = day.event.by_id["vr"]
    day.limit("vr", 3, 5)
    clock.at_ms += 1
    later = day.limit("vr", 6, 7)
    assert (day.event.by_id["vr"].places, day.event.by_id["vr"].minutes) == (6, 7)
    day.withdraw(later)
    assert (day.event.by_id["vr"].places, day.event.by_id["vr"].minutes) == (3, 5)
    day.withdraw(day.view.acts[0].id)
    assert day.event.by_id["vr"] == planned


def test_a_session_begins_later_and_in_time_again(day):
    planned = day.event.by_id["usages"].times_ms
    act = day.shift_session("usages", planned[0], 15)
    assert day.event.by_id["usages"].times_ms[0] == planned[0] + 15 * MINUTE_MS
    day.withdraw(act)
    assert day.event.by_id["usages"].times_ms == planned


def test_a_badge_issued_by_mistake_leaves_the_party_with_the_one_before(day, family):
    old = day.check_in(family, "fr").party.badge
    new = day.replace_badge(1, "organiser")
    assert day.view.parties[1].badge == new
    [act] = day.view.acts
    day.withdraw(act.id)
    assert day.view.parties[1].badge == old
    assert day.view.badges[new] == 1


def test_a_party_that_was_seen_off_twice_is_gone_until_both_are_withdrawn(day, family, clock):
    day.check_in(family, "fr")
    clock.at_ms += MINUTE_MS
    acts = [day.see_off(1), day.see_off(1)]
    day.withdraw(acts[0])
    assert day.floor().gone.parties == 1
    day.withdraw(acts[1])
    assert day.floor().gone.parties == 0
    assert {type(each.fact) for each in day.view.acts} == {PartyLeft}


@pytest.mark.parametrize(
    "wrong, error",
    [
        (lambda day: day.set_status("sauna", Status.OPEN), UnknownAtelier),
        (lambda day: day.end_queue("sauna", 1), UnknownAtelier),
        (lambda day: day.send_on("sauna", [1]), UnknownAtelier),
        (lambda day: day.send_on("vr", []), Refused),
        (lambda day: day.send_on("vr", [99]), UnknownParty),
        (lambda day: day.limit("vr", 0, 5), Refused),
        (lambda day: day.limit("vr", 2, 481), Refused),
        (lambda day: day.shift_session("vr", day.clock(), 5), Refused),
        (lambda day: day.shift_session("usages", day.clock() + 7, 5), Refused),
        (lambda day: day.shift_session("usages", day.event.by_id["usages"].times_ms[0], -1000), Refused),
        (lambda day: day.announce({"fr": " "}, 1), Refused),
        (lambda day: day.announce({"xx": "?"}, 1), Refused),
        (lambda day: day.strike("arts", "ab" * 8, 1), Refused),
        (lambda day: day.see_off(7), UnknownParty),
        (lambda day: day.replace_badge(7), UnknownParty),
        (lambda day: day.give_help("nowhere"), Refused),
        (lambda day: day.withdraw("ab" * 8), Refused),
    ],
)
def test_what_cannot_be_is_refused_and_not_on_record(day, wrong, error):
    facts = day.view.version
    with pytest.raises(error):
        wrong(day)
    assert day.view.version == facts and day.view.acts == ()
