"""What organisers do is on record with who did it, holds after a restart, and is withdrawn as if it never was."""

import functools
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace

import pytest

from kiosk.day import Day
from kiosk.errors import Refused, UnknownAtelier, UnknownParty
from kiosk.rules.board import board, journeys
from kiosk.rules.facts import AtelierSet, PartyLeft
from kiosk.rules.floor import Status
from kiosk.store.journal import Journal

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


BY = "organiser"
ACTS = {
    "status": lambda day, **more: day.set_status("vr", Status.PAUSED, BY, **more),
    "end": lambda day, **more: day.end_queue("vr", day.clock(), BY, **more),
    "late": lambda day, **more: day.send_on("arts", [1], BY, **more),
    "limit": lambda day, **more: day.limit("impression-3d", 16, 10, BY, **more),
    "shift": lambda day, **more: day.shift_session("usages", first_talk(day), 20, BY, **more),
    "announce": lambda day, **more: day.announce({"fr": "Goûter"}, day.clock() + MINUTE_MS, BY, **more),
    "strike": lambda day, **more: day.strike("arts", "ab" * 8, 1, BY, **more),
    "left": lambda day, **more: day.see_off(3, BY, **more),
    "help": lambda day, **more: day.give_help("Borne 2", BY, **more),
    "note": lambda day, **more: day.note("queue/vr", day.clock() + MINUTE_MS, BY, **more),
}


def first_talk(day):
    return day.event.by_id["usages"].times_ms[0]


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


def test_a_party_that_was_seen_off_twice_was_so_once_and_is_here_when_that_is_withdrawn(day, family, clock):
    day.check_in(family, "fr")
    clock.at_ms += MINUTE_MS
    act = day.see_off(1)
    assert day.see_off(1, "organiser 2") == act
    assert day.floor().gone.parties == 1
    day.withdraw(act)
    assert day.floor().gone.parties == 0
    assert [type(each.fact) for each in day.view.acts] == [PartyLeft]


@pytest.mark.parametrize("act", ["status", "end", "limit", "announce", "strike", "left"])
def test_what_is_so_already_is_no_act_again_until_it_is_withdrawn(lively, clock, act):
    day = lively
    clock.at_ms += MINUTE_MS
    name = ACTS[act](day)
    assert ACTS[act](day) == name
    assert [each.id for each in day.view.acts] == [name]
    day.withdraw(name)
    assert ACTS[act](day) != name
    assert [each.holds for each in sorted(day.view.acts, key=lambda each: each.id == name)] == [True, False]


@pytest.mark.parametrize("act", ACTS)
def test_a_press_that_comes_again_does_nothing_more_even_when_what_it_did_was_withdrawn(lively, clock, act):
    day = lively
    clock.at_ms += MINUTE_MS
    pressed = functools.partial(ACTS[act], form="a press")
    name = pressed(day)
    facts = day.view.version
    assert pressed(day) == name
    day.withdraw(name)
    assert pressed(day) == name
    assert day.view.version == facts + 1
    assert ACTS[act](day, form="another press") != name


def test_a_press_that_comes_again_after_a_restart_does_nothing_more(restart, family):
    day = restart()
    start_ms = day.event.by_id["usages"].times_ms[0]
    act = day.shift_session("usages", start_ms, 5, form="a press")
    day = restart()
    assert day.shift_session("usages", start_ms, 5, form="a press") == act
    assert day.event.by_id["usages"].times_ms[0] == start_ms + 5 * MINUTE_MS


def test_two_organisers_who_reissue_one_badge_at_once_make_one(day, family):
    old = day.check_in(family, "fr").party.badge
    with ThreadPoolExecutor(8) as organisers:
        made = set(organisers.map(lambda n: day.replace_badge(1, f"organiser {n}", lost=old), range(8)))
    assert len(made) == 1 and made != {old}
    assert len(day.view.acts) == 1


def test_places_and_minutes_are_changed_and_withdrawn_apart(day, clock):
    planned = day.event.by_id["vr"]
    places = day.limit("vr", places=7, by="organiser 1")
    clock.at_ms += 1
    minutes = day.limit("vr", minutes=9, by="organiser 2")
    assert (day.event.by_id["vr"].places, day.event.by_id["vr"].minutes) == (7, 9)
    day.withdraw(places)
    assert (day.event.by_id["vr"].places, day.event.by_id["vr"].minutes) == (planned.places, 9)
    day.withdraw(minutes)
    assert day.event.by_id["vr"] == planned


def test_of_two_shifts_of_one_session_the_first_is_withdrawn_and_no_other_session_moves(day, clock):
    planned = day.event.by_id["usages"].times_ms
    first = day.shift_session("usages", planned[0], 40)
    clock.at_ms += 1
    day.shift_session("usages", planned[0] + 40 * MINUTE_MS, -5)
    day.withdraw(first)
    assert day.event.by_id["usages"].times_ms == (planned[0] - 5 * MINUTE_MS, *planned[1:])


def test_no_session_is_moved_onto_another_or_past_it(tmp_path, event, clock):
    first_ms = event.opens_ms + 60 * MINUTE_MS
    starts = tuple(first_ms + n * 30 * MINUTE_MS for n in range(3))
    talks = tuple(replace(each, times_ms=starts) if each.times_ms else each for each in event.ateliers)
    held = replace(event, ateliers=talks)
    with closing(Day(Journal.open(tmp_path / "talks.db"), held, clock)) as day:
        for start_ms, minutes in ((starts[0], 30), (starts[0], 45), (starts[2], -30), (starts[2], -60)):
            with pytest.raises(Refused):
                day.shift_session("usages", start_ms, minutes)
        day.shift_session("usages", starts[0], 25)
        assert day.event.by_id["usages"].times_ms == (starts[0] + 25 * MINUTE_MS, *starts[1:])


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
