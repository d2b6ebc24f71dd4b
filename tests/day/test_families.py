"""Families at the door: each gets a number, a badge, a route and a print job of its own, once."""

import threading

import pytest

from firmware.wire import token
from kiosk.errors import Refused
from kiosk.intake import MOST_PEOPLE
from kiosk.rules.party import Group
from kiosk.rules.printing import HANDED_OVER, PrintState


def test_a_family_gets_a_number_a_badge_a_route_and_a_print_job(day, event, clock, family):
    came = day.check_in(family, "en", ["vr", "nowhere", "vr", "arts"])
    assert (came.party.number, came.job) == (1, 1)
    assert token.verify(day.event_key, came.party.badge) == came.party.badge
    assert came.party.wishes == ("vr", "arts")
    assert day.view.parties == {1: came.party}
    assert day.view.badges == {came.party.badge: 1}
    assert day.view.jobs[1].state is PrintState.QUEUED
    assert day.view.routes[1].route
    assert day.floor().came.people == 3


def test_a_language_that_the_event_does_not_speak_is_its_first(day, event, family):
    assert day.check_in(family, "tlh").party.language == event.languages[0] == "fr"


def test_a_family_without_a_sheet_has_no_job(day, family):
    assert day.check_in(family, "fr", sheet=False).job == 0
    assert not day.view.jobs
    assert day.check_in(family, "fr").job == 1


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
def test_people_that_make_no_party_are_refused_and_leave_nothing(day, people, shown):
    before = shown(day)
    with pytest.raises(Refused):
        day.check_in(people, "fr")
    assert shown(day) == before


def test_many_families_at_once_get_numbers_badges_and_jobs_of_their_own(day, family):
    came = []
    threads = [
        threading.Thread(target=lambda: came.extend(day.check_in(family, "fr") for _ in range(10)))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {each.party.number for each in came} == set(range(1, 81))
    assert {each.job for each in came} == set(range(1, 81))
    assert len({each.party.badge for each in came}) == 80


def test_the_same_form_sent_twice_is_one_party_even_after_a_restart(day, restart, family):
    came = day.check_in(family, "fr", form="0123abcd")
    assert day.check_in(family, "fr", form="0123abcd") == came
    day = restart()
    assert day.check_in(family, "fr", form="0123abcd") == came
    assert day.check_in(family, "fr", form="another").party.number == 2
    assert day.check_in(family, "fr").party.number == 3
    assert day.check_in(family, "fr").party.number == 4


def test_a_job_moves_as_drawn_and_each_move_is_kept(day, restart, family):
    job = day.check_in(family, "fr").job
    for state, detail in (("sent", ""), ("queued", "paper_out"), ("sent", ""), ("unknown", "stalled")):
        assert day.move_job(job, PrintState(state), detail).state == state
    found = restart().view.jobs[job]
    assert (found.state, found.detail) == (PrintState.UNKNOWN, "stalled")


def test_a_move_that_cannot_be_is_refused_and_changes_nothing(day, family):
    job = day.check_in(family, "fr").job
    with pytest.raises(Refused, match="is queued: it cannot be confirmed next"):
        day.move_job(job, PrintState.CONFIRMED)
    day.move_job(job, PrintState.SENT, HANDED_OVER)
    with pytest.raises(Refused):
        day.move_job(job, PrintState.QUEUED)
    with pytest.raises(Refused, match="there is no print job 9"):
        day.move_job(9, PrintState.SENT)
    assert day.view.jobs[job].detail == HANDED_OVER


def test_asking_again_for_a_sheet_that_is_still_queued_is_the_same_job(day, family):
    job = day.check_in(family, "fr").job
    assert day.print_again(1) == job
    day.move_job(job, PrintState.SENT)
    again = day.print_again(1)
    assert again == job + 1
    assert day.view.jobs[again].party == 1
    assert day.view.parties[1].badge in day.view.badges  # the badge stays
