"""What parties are told: at the door, at their scans, after a rest, and when they ask. Each time as a fact."""

from dataclasses import replace

import pytest

from firmware.wire.anchor import Anchor
from kiosk.errors import UnknownParty
from kiosk.rules.facts import GO, REST, AdviceGiven
from kiosk.rules.guidance import FRESH_MS
from kiosk.rules.party import Group

BOOT = "cd" * 8
MINUTE_MS = 60_000


@pytest.fixture
def scanned(clock, batch, passage, event):
    """A batch of scans, each this many minutes after the opening, of a station whose clock is known."""

    def make(*steps, first=1):
        passages = [
            passage(first + place, badge, kind, boot_ms=round(minutes * MINUTE_MS))
            for place, (badge, kind, minutes) in enumerate(steps)
        ]
        return batch(*passages, anchors=(Anchor(BOOT, 0, event.opens_ms, 0),))

    return make


@pytest.fixture
def visited(day, clock, event, family, scanned):
    """A party that has just left the arts, and the batch that said so."""
    party = day.check_in(family, "fr").party
    clock.at_ms = event.opens_ms + 30 * MINUTE_MS
    sent = scanned((party.badge, "arrive", 5), (party.badge, "enter", 6), (party.badge, "leave", 29.5))
    return party, sent, day.receive(sent).result(20)


def test_whoever_checks_in_is_told_where_to_go_first_and_the_sheet_begins_there(day, family):
    party = day.check_in(family, "fr").party
    guest = day.view.guest_of(party.number)
    assert guest.advice.advice.verb == GO
    assert guest.advice.advice.atelier == guest.route[0].atelier
    assert sum(len(here.on_the_way) for here in day.floor().ateliers) == 1


def test_whoever_is_scanned_out_is_told_where_next_in_the_answer_to_that_scan(day, visited):
    party, _, held = visited
    ((told_party, told),) = held.advised
    assert told_party == party
    assert (told.verb, told.party) == (GO, party.number)
    assert told.atelier != "arts"
    assert day.view.guest_of(party.number).advice.advice == told
    assert party.badge in {present.guest.badge for present in day.floor().by_id[told.atelier].on_the_way}


def test_a_batch_that_comes_again_is_answered_with_the_same_advice_and_gives_no_other(day, clock, visited):
    _, sent, held = visited
    clock.at_ms += 20_000
    version = day.view.version
    assert day.receive(replace(sent, nonce="aa" * 8)).result(20).advised == held.advised
    assert day.view.version == version
    clock.at_ms += FRESH_MS
    assert day.receive(sent).result(20).advised == ()


def test_a_backlog_of_old_scans_has_nobody_told_anything(day, clock, event, family, scanned):
    party = day.check_in(family, "fr").party
    before = day.view.guest_of(party.number).told
    clock.at_ms = event.opens_ms + 60 * MINUTE_MS
    held = day.receive(scanned((party.badge, "arrive", 5), (party.badge, "leave", 30))).result(20)
    assert (held.prefix, held.advised) == (2, ())
    assert day.view.guest_of(party.number).told == before


def test_badges_that_nobody_carries_are_told_nothing(day, scanned, clock):
    clock.at_ms += MINUTE_MS
    assert day.receive(scanned(("CBCDFGHJKLNPRSTV", "leave", 1))).result(20).advised == ()


def test_two_that_leave_together_are_not_both_counted_as_if_they_were_alone(
    day, clock, event, family, scanned
):
    parties = [day.check_in(family, "fr").party for _ in range(12)]
    clock.at_ms = event.opens_ms + 30 * MINUTE_MS
    out = [(party.badge, "leave", 29.5) for party in parties]
    held = day.receive(scanned(*out)).result(20)
    assert len(held.advised) == 12
    assert len({told.atelier for _, told in held.advised}) > 2


def test_what_was_told_is_known_after_a_restart(visited, restart):
    party, _, held = visited
    assert restart().view.guest_of(party.number).advice.advice == held.advised[0][1]


def test_who_asks_again_hears_what_it_was_told_and_with_another_idea_never_that(day, clock, family):
    party = day.check_in(family, "fr").party.number
    told = [day.view.guest_of(party).advice.advice]
    version = day.view.version
    assert day.advise(party) == told[0]
    assert day.view.version == version
    for _ in range(3):
        clock.at_ms += 10_000
        told.append(day.advise(party, another=True))
        assert told[-1].instead_of == told[-2].atelier
    assert len({advice.atelier for advice in told}) == 4
    assert day.view.guest_of(party).refused(clock()) >= {advice.atelier for advice in told[:3]}


def test_a_party_that_wants_nothing_of_what_there_is_rests(day, clock, event):
    party = day.check_in([Group("0-5", "f", 1)], "fr").party.number
    verbs = []
    for _ in event.ateliers:
        clock.at_ms += 10_000
        verbs.append(day.advise(party, another=True).verb)
    assert verbs[-1] == REST


def test_who_queues_is_told_to_stay_there(day, clock, event, family, scanned):
    party = day.check_in(family, "fr").party
    clock.at_ms = event.opens_ms + 6 * MINUTE_MS
    day.receive(scanned((party.badge, "arrive", 5))).result(20)
    assert day.advise(party.number) is None
    assert day.advise(party.number, another=True).instead_of == "arts"


def test_nobody_can_ask_for_a_party_that_never_came(day):
    with pytest.raises(UnknownParty):
        day.advise(7)


def test_who_rested_is_told_where_to_go_when_the_rest_is_over_and_only_then(day, clock, family):
    party = day.check_in(family, "fr").party.number
    resting = AdviceGiven(party, REST, "vr", clock() + 4 * MINUTE_MS, 12, "kept", "vr", clock())
    day._record(resting)
    version = day.view.version
    clock.at_ms += 3 * MINUTE_MS
    assert day.end_rests() == 0
    assert day.view.version == version
    clock.at_ms += MINUTE_MS
    assert day.end_rests() == 1
    told = day.view.guest_of(party).advice.advice
    assert (told.verb, told.keeps) == (GO, "vr")
    assert day.end_rests() == 0


def test_who_went_home_while_it_rested_is_left_in_peace(day, clock, family):
    party = day.check_in(family, "fr").party.number
    day._record(AdviceGiven(party, REST, "vr", clock() + MINUTE_MS, 12, "kept", "vr", clock()))
    day.see_off(party)
    clock.at_ms += 5 * MINUTE_MS
    assert day.end_rests() == 0
