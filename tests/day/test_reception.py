"""What is done at the door: families that go separate ways, change, come by mistake, or carry a badge made before."""

from itertools import pairwise

import pytest

from firmware.wire import token
from kiosk.errors import Refused, UnknownParty
from kiosk.reception import Expected
from kiosk.rules.board import board
from kiosk.rules.facts import BadgeIssued
from kiosk.rules.party import Group, Nickname
from kiosk.rules.printing import PrintState
from kiosk.rules.register import FIRST_SIGN

ADULTS, CHILDREN = (Group("18-59", "f", 2),), (Group("6-11", "m", 2), Group("6-11", "f", 1))


def counted(day):
    return board(day.view, day.clock())["came"]


def arrive(day, batch, passage, badge):
    day.receive(batch(passage(1, badge))).result(5)


def test_a_family_that_goes_separate_ways_is_two_linked_parties_with_a_sheet_each(day):
    grown, young = day.check_in_apart([ADULTS, CHILDREN], "en", ["arts"], form="f")
    assert (grown.party.people, young.party.people) == (ADULTS, CHILDREN)
    assert (grown.party.linked, young.party.linked) == ((young.party.number,), (grown.party.number,))
    assert grown.party.badge != young.party.badge and {grown.job, young.job} == set(day.view.jobs)
    assert day.check_in_apart([ADULTS, CHILDREN], "en", ["arts"], form="f") == (grown, young)
    assert counted(day)["people"] == 5


def test_both_parts_of_a_family_come_or_neither(day):
    with pytest.raises(Refused):
        day.check_in_apart([ADULTS, [Group("no such band", "f", 1)]], "fr")
    assert not day.view.parties


def test_the_links_of_a_family_hold_after_a_restart(restart):
    grown, young = restart().check_in_apart([ADULTS, CHILDREN], "fr")
    assert restart().view.parties[young.party.number].linked == (grown.party.number,)


def test_a_check_in_by_mistake_never_happened_and_its_sheet_is_not_printed(day, family):
    kept, wrong = day.check_in(family, "fr"), day.check_in(ADULTS, "fr")
    day.undo_check_in(wrong.party.number)
    day.undo_check_in(wrong.party.number)
    assert set(day.view.parties) == {kept.party.number}
    assert day.view.jobs[wrong.job].state is PrintState.CANCELLED
    assert counted(day) == {"parties": 1, "people": 3}
    assert day.check_in(ADULTS, "fr").party.number > wrong.party.number
    with pytest.raises(UnknownParty):
        day.print_again(wrong.party.number)


def test_a_badge_made_before_is_nobodys_again_after_a_check_in_by_mistake(restart, family):
    day = restart()
    [made] = day.make_badges(1)
    wrong = day.check_in(family, "fr", badge=made.badge, sheet=False)
    day.undo_check_in(wrong.party.number)
    assert set(day.view.blank) == {made.badge}
    right = day.check_in(ADULTS, "fr", badge=made.badge, sheet=False)
    assert right.party.badge == made.badge and right.party.nickname == Nickname.of(made.sign)
    day = restart()
    assert day.view.badges[made.badge] == right.party.number
    assert set(day.view.parties) == {right.party.number} and not day.view.blank


def test_who_was_scanned_is_here_and_no_mistake(day, family, batch, passage):
    came = day.check_in(family, "fr")
    arrive(day, batch, passage, came.party.badge)
    with pytest.raises(Refused):
        day.undo_check_in(came.party.number)
    assert came.party.number in day.view.parties


def test_a_party_becomes_other_people_with_other_wishes_and_keeps_its_badge(day, family):
    came = day.check_in(family, "fr")
    told = day.change(came.party.number, [*family, Group("0-5", "m", 1)], ["robotique", "no such atelier"])
    party = day.view.parties[came.party.number]
    assert (party.size, party.wishes, party.badge) == (4, ("robotique",), came.party.badge)
    assert told is not None and told.atelier == "robotique"
    facts = day.view.version
    assert day.change(came.party.number, party.people, ["robotique"]) == told
    assert day.view.version == facts


def test_a_change_that_makes_no_party_is_refused_and_changes_nothing(day, family):
    came = day.check_in(family, "fr")
    with pytest.raises(Refused):
        day.change(came.party.number, [], [])
    assert day.view.parties[came.party.number].people == family


def test_badges_made_before_are_bound_to_the_event_and_no_two_are_alike(day):
    made = [*day.make_badges(40), *day.make_badges(3)]
    assert len({each.badge for each in made}) == 43
    assert [each.sign for each in made] == list(range(FIRST_SIGN, FIRST_SIGN + 43))
    assert all(token.verify(day.event_key, each.badge) for each in made)
    assert set(day.view.blank) == {each.badge for each in made}


@pytest.mark.parametrize("count", [0, -1, 10_001])
def test_nobody_makes_no_badge_or_too_many(day, count):
    with pytest.raises(Refused):
        day.make_badges(count)


def test_a_badge_made_before_becomes_the_party_that_takes_it_with_its_nickname(day, family):
    one, other = day.make_badges(2)
    came = day.check_in(family, "fr", badge=one.badge, sheet=False)
    assert (came.party.badge, came.party.nickname) == (one.badge, Nickname.of(one.sign))
    assert set(day.view.blank) == {other.badge}
    for taken in (one.badge, "CFBXKCNGBKHTJKGJ"):
        with pytest.raises(Refused):
            day.check_in(family, "fr", badge=taken)
    assert len(day.view.parties) == 1


def test_who_has_no_sheet_yet_takes_a_badge_instead_and_nothing_more_is_printed(day, family, batch, passage):
    came = day.check_in(family, "fr")
    arrive(day, batch, passage, came.party.badge)
    [made] = day.make_badges(1)
    day.take_badge(came.party.number, made.badge)
    day.take_badge(came.party.number, made.badge)
    party = day.view.parties[came.party.number]
    assert (party.badge, party.nickname) == (made.badge, Nickname.of(made.sign))
    assert day.view.jobs[came.job].state is PrintState.CANCELLED
    assert day.view.guest_of(party.number).journey.stays
    other = day.check_in(ADULTS, "fr")
    with pytest.raises(Refused):
        day.take_badge(other.party.number, made.badge)


def test_a_lost_badge_that_was_made_before_leaves_its_nickname_to_the_next(day, family):
    [made] = day.make_badges(1)
    came = day.check_in(family, "fr", badge=made.badge)
    day.replace_badge(came.party.number)
    assert day.view.parties[came.party.number].nickname == Nickname.of(made.sign)


def test_a_sheet_that_is_out_of_the_printer_is_not_called_off(day, family):
    came = day.check_in(family, "fr")
    day.move_job(came.job, PrintState.SENT)
    day.call_off_sheets(came.party.number)
    assert day.view.jobs[came.job].state is PrintState.SENT


def test_who_is_expected_gets_a_badge_that_says_who_they_are(restart):
    day = restart()
    rows = [Expected(ADULTS, ("vr", "vr"), "en"), Expected(CHILDREN, ("no such atelier",), "xx")]
    made = day.expect(rows)
    assert [(each.people, each.wishes, each.language) for each in made] == [
        (ADULTS, ("vr",), "en"),
        (CHILDREN, (), ""),
    ]
    assert tuple(restart().view.blank.values()) == made
    assert counted(day) == {"parties": 0, "people": 0}
    with pytest.raises(Refused):
        day.expect([Expected(ADULTS), Expected((Group("no such band", "f", 1),))])
    assert len(day.view.blank) == 2


def test_slips_are_print_jobs_of_badges_that_nobody_has(day, family):
    one, other = day.make_badges(2)
    jobs = day.print_slips([one.badge, other.badge, one.badge])
    assert [(day.view.jobs[job].party, day.view.jobs[job].badge) for job in jobs] == [
        (0, one.badge),
        (0, other.badge),
    ]
    day.check_in(family, "fr", badge=one.badge)
    with pytest.raises(Refused):
        day.print_slips([one.badge])


def test_no_party_has_a_nickname_that_is_on_a_badge(day, family):
    day.make_badges(3)
    numbers = [day.check_in(family, "fr", sheet=False).party.number for _ in range(5)]
    assert numbers == [1, 2, 3, 4, 5]
    names = [Nickname.of(number) for number in numbers]
    assert not {*names} & {Nickname.of(made.sign) for made in day.view.blank.values()}


def test_a_sheet_that_is_printed_later_says_where_to_go_by_then(day, clock, family, batch, passage):
    came = day.check_in(family, "fr")
    route = day.view.routes[came.party.number].route
    day.move_job(came.job, PrintState.SENT)
    day.move_job(came.job, PrintState.CONFIRMED)
    arrive(day, batch, passage, came.party.badge)
    number = day.print_again(came.party.number, form="again")
    job = day.view.jobs[number]
    assert job.route and job.route[0].atelier == "arts"
    assert all(before.at_ms <= after.at_ms for before, after in pairwise(job.route))
    assert len({stop.atelier for stop in job.route}) == len(job.route)
    assert {stop.atelier for stop in job.route} <= {stop.atelier for stop in route} | {"arts"}
    assert day.view.jobs[came.job].route is None
    assert day.print_again(came.party.number, form="again") == job.job
    assert day.sheets_of(came.party.number) == 2


def test_a_call_for_help_is_open_until_somebody_goes(restart, clock):
    day = restart()
    day.ask_help("Borne 2")
    since_ms = clock.at_ms
    clock.at_ms += 60_000
    day.ask_help("Borne 2", "printer", 0)
    day.ask_help("Borne 1")
    facts = day.view.version
    day.ask_help("Borne 1")
    assert day.view.version == facts
    day = restart()
    assert [(each.place, each.subject, each.since_ms) for each in day.view.help] == [
        ("Borne 2", "printer", since_ms),
        ("Borne 1", "", clock.at_ms),
    ]
    clock.at_ms += 1
    day.take_back_help("Borne 2")
    day.take_back_help("Borne 2")
    assert [each.place for each in day.view.help] == ["Borne 1"]
    assert day.view.version == facts + 1


def test_a_badge_that_a_volunteer_gives_is_an_act_of_theirs_and_can_be_withdrawn(day, family):
    came = day.check_in(family, "fr")
    [made] = day.make_badges(1)
    for _ in range(2):
        day.take_badge(came.party.number, made.badge, "animator 3")
    (act,) = day.view.acts
    assert (act.by, act.fact) == ("animator 3", BadgeIssued(made.badge, came.party.number))
    assert day.view.parties[came.party.number].badge == made.badge
    day.withdraw(act.id, "organiser 1")
    assert day.view.parties[came.party.number].badge == came.party.badge
