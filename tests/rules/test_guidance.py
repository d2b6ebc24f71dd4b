"""When a party is told where to go, and what; with the facts that this makes."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.rules import guidance
from kiosk.rules.event import MINUTE_MS
from kiosk.rules.facts import GO, AdviceGiven, Advised, AtelierSet, BadgeIssued, PartyCame
from kiosk.rules.floor import Status
from kiosk.rules.guest import Kept
from kiosk.rules.routes import Advice, Wanderer

COUPLE = {"18-plus": 2}
FAMILY = {"0-5": 1, "6-11": 2, "18-plus": 1}


def facts(hall, *story):
    """What happened to party 1, a couple that came at ten: scans and advice, without its number."""
    told = hall.came(1, COUPLE)
    for each in story:
        is_advice = each.split()[1] in ("go", "rest", "end")
        told += hall.told(f"1 {each}") if is_advice else hall.scans(f"1 {each}")
    return told


def free(hall, *story, now=None, others=()):
    """When it is told to be free, as shown on a clock; None where it is not to be told now, at its last scan."""
    when = now or story[-1].split()[0]
    ledger = hall.ledger(facts(hall, *story), *others)
    now_ms = hall.at(when)
    free_ms = guidance.free_ms(hall.event, ledger.floor(now_ms), ledger.guest_of(1), now_ms)
    return None if free_ms is None else hall.time(free_ms)


def wanderer(hall, now, *story):
    ledger = hall.ledger(facts(hall, *story))
    return guidance.wanderer(hall.event, ledger.guest_of(1), hall.at(now))


# At which scan


@pytest.mark.parametrize(
    "story, told",
    [
        (["10:00 arrive arts"], None),
        (["10:00 arrive arts", "10:05 call arts"], None),
        (["10:00 arrive arts", "10:05 enter arts"], None),
        (["10:00 arrive arts", "10:05 enter arts", "10:21 leave arts"], "10:21"),
        (["10:05 enter arts", "10:21 leave arts"], "10:21"),
        (["10:21 leave arts"], "10:21"),
        (["10:00 arrive arts", "10:03 leave arts"], "10:03"),  # it gave up
        (["10:00 arrive vr"], None),
        (["10:00 arrive vr", "10:02 enter vr", "10:06 leave vr"], "10:06"),
        (["10:00 arrive no-enter"], None),
        (["10:00 arrive no-enter", "10:20 leave no-enter"], "10:20"),
        (["10:06 leave out-only"], "10:06"),
        (["10:06 enter in-only"], "10:16"),  # ten minutes later it is out
        (["10:06 arrive queue-only"], "10:16"),  # nobody ahead
    ],
)
def test_it_is_told_at_the_last_of_the_steps_that_are_scanned(hall, story, told):
    assert free(hall, *story) == told


def test_after_arriving_where_nothing_else_is_scanned_it_is_free_after_queue_and_turn(hall):
    ahead = [*hall.came(2, COUPLE, "09:59"), *hall.scans("2 10:06 arrive queue-only")]
    began = free(hall, "10:06:01 arrive queue-only", others=[ahead])
    assert "10:25" < began <= "10:26:01"


def test_a_family_does_not_stand_in_its_own_way(hall):
    ledger = hall.ledger(hall.came(1, {"18-plus": 4}), hall.scans("1 10:06 arrive queue-only"))
    now_ms = hall.at("10:06")
    free_ms = guidance.free_ms(hall.event, ledger.floor(now_ms), ledger.guest_of(1), now_ms)
    assert hall.time(free_ms) == "10:26"  # two by two, ten minutes each


@pytest.mark.parametrize(
    "scan, told",
    [
        ("10:20 arrive talk", "11:00"),
        ("10:30 arrive talk", "11:00"),
        ("10:40 arrive talk", "11:00"),  # a little late, and let in
        ("10:50 arrive talk", "11:45"),
        ("13:20 arrive talk", "15:00"),
        ("16:00 arrive talk", None),  # there is none any more
    ],
)
def test_whoever_comes_to_a_session_is_told_at_once_for_when_it_ends(hall, scan, told):
    assert free(hall, scan) == told


def test_who_learns_that_a_turn_takes_longer_is_free_later(small):
    steps = {"it": {"it": ("enter",)}}
    hall = small(small.atelier("it", minutes=10), steps=steps)
    assert free(hall, "10:06 enter it") == "10:16"
    assert free(hall, "10:06 enter it", now="10:08") == "10:16"


# Once, and only while it stands there


def test_it_is_told_once(hall):
    story = ["10:05 enter arts", "10:21 leave arts"]
    assert free(hall, *story) == "10:21"
    assert free(hall, *story, "10:21 go vr 10:23") is None
    assert free(hall, *story, "10:21 rest 10:25") is None
    assert free(hall, *story, "10:21 end") is None


def test_advice_from_before_the_visit_does_not_count(hall):
    assert free(hall, "10:00 go arts 10:02", "10:05 enter arts", "10:21 leave arts") == "10:21"


def test_only_a_fresh_scan_is_answered(hall):
    late_ms = hall.at("10:21") + guidance.FRESH_MS
    story = ["10:05 enter arts", "10:21 leave arts"]
    assert free(hall, *story, now=hall.time(late_ms)) == hall.time(late_ms)
    assert free(hall, *story, now=hall.time(late_ms + 1000)) is None


def test_a_batch_that_comes_late_has_nobody_told(hall):
    assert free(hall, "10:05 enter arts", "10:21 leave arts", now="11:30") is None


def test_a_scan_from_a_clock_that_is_ahead_is_not_answered(hall):
    assert free(hall, "10:05 enter arts", "10:21 leave arts", now="10:20") is None


def test_a_late_scan_of_an_earlier_visit_is_not_answered_for_it(hall):
    """It stands in the queue at vr by then."""
    assert free(hall, "10:00 enter arts", "10:14 arrive vr", "10:16 leave arts") is None


def test_a_badge_that_nobody_checked_in_is_never_told(hall):
    ledger = hall.ledger(hall.scans("? 10:05 leave out-only"))
    (guest,) = ledger.view().guests.values()
    now_ms = hall.at("10:05")
    assert guidance.free_ms(hall.event, ledger.floor(now_ms), guest, now_ms) is None
    with pytest.raises(ValueError, match="nobody"):
        guidance.advice(hall.event, ledger.floor(now_ms), guest, now_ms)


def test_a_party_that_was_scanned_nowhere_is_not_told_again(hall):
    ledger = hall.ledger(hall.came(1, COUPLE))
    now_ms = hall.at("10:00")
    assert guidance.free_ms(hall.event, ledger.floor(now_ms), ledger.guest_of(1), now_ms) is None


# After a rest


def test_a_rest_is_over_when_its_time_is_up_unless_it_was_scanned(hall):
    def over(now, *story):
        return guidance.rest_is_over(hall.guest(facts(hall, *story)), hall.at(now))

    assert not over("10:03", "10:00 rest 10:04")
    assert over("10:04", "10:00 rest 10:04")
    assert not over("10:04", "10:00 rest 10:04", "10:03 arrive vr")
    assert not over("10:04", "10:00 go vr 10:02")
    assert not over("10:04")


# As the planner sees it


def test_where_it_was_and_where_it_is_count_as_visited(hall):
    assert wanderer(hall, "10:22", "10:05 enter arts", "10:21 leave arts").visited == {"arts"}
    assert wanderer(hall, "10:06", "10:05 enter in-only").visited == {"in-only"}


@pytest.mark.parametrize("atelier", ["queue-only", "talk"])
def test_who_is_told_on_arriving_is_not_told_to_come_again(hall, atelier):
    party = wanderer(hall, "10:20", f"10:20 arrive {atelier}")
    assert party.visited == {atelier}


def test_a_queue_given_up_for_lunch_may_be_joined_again(hall):
    assert "arts" not in wanderer(hall, "14:30", "11:50 arrive arts").visited


def test_where_it_does_not_go_it_is_not_sent_again_at_once(hall):
    assert wanderer(hall, "10:05", "10:00 go vr 10:02").refused == {"vr"}
    assert wanderer(hall, "10:01", "10:00 go vr 10:02").refused == frozenset()


def test_it_walks_from_where_it_was_last(hall):
    assert wanderer(hall, "10:01").room is None
    assert wanderer(hall, "10:22", "10:05 enter arts", "10:21 leave arts").room == "arts"


def test_its_kept_place_and_its_badge_come_along(hall):
    party = wanderer(hall, "10:01", "10:00 go arts 10:02 keeps vr 10:00")
    assert party.kept == Kept("vr", hall.at("10:00"))
    assert party.badge == hall.badge(1)
    assert party.came_ms == hall.at("10:00")


# The facts


def test_a_check_in_is_the_party_its_badge_and_its_first_advice(hall):
    came = PartyCame(7, (), "fr", (), ())
    stop = Advised("vr", hall.at("10:02"), 3)
    told = Advice(GO, hall.at("10:02"), (stop,), "calm", Kept("kart", hall.at("10:00")))
    assert guidance.welcome(came, "B", told) == [
        came,
        BadgeIssued("B", 7),
        AdviceGiven(7, GO, "vr", hall.at("10:02"), 3, "calm", "kart", hall.at("10:00")),
    ]


def test_advice_at_a_scan_sends_it_somewhere_else(hall):
    ledger = hall.ledger(facts(hall, "10:05 enter arts", "10:21 leave arts"))
    now_ms = hall.at("10:21")
    told = guidance.advice(hall.event, ledger.floor(now_ms), ledger.guest_of(1), now_ms)
    assert (told.party, told.verb) == (1, GO)
    assert told.atelier in hall.event.by_id
    assert told.atelier != "arts"
    assert told.at_ms > now_ms


def test_with_nothing_open_it_is_told_that_it_is_over(hall):
    closed = [(hall.at("10:00"), AtelierSet(each.id, "closed")) for each in hall.event.ateliers]
    ledger = hall.ledger(facts(hall, "10:05 enter arts", "10:21 leave arts"), closed)
    now_ms = hall.at("10:21")
    told = guidance.advice(hall.event, ledger.floor(now_ms), ledger.guest_of(1), now_ms)
    assert (told.verb, told.atelier, told.keeps) == ("end", "", "")


# Whatever happens


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(data=st.data())
def test_whatever_a_day_is_like_its_guests_can_be_told(hall, days, data):
    """For each guest, at any moment: either it is not to be told, or it is told something that can be done."""
    ledger = hall.ledger(data.draw(days))
    event = ledger.event
    now_ms = hall.at("09:00") + data.draw(st.integers(0, 500)) * MINUTE_MS
    floor = ledger.floor(now_ms)
    for guest in ledger.view().guests.values():
        if guest.party is None:
            continue
        free_ms = guidance.free_ms(event, floor, guest, now_ms)
        assert free_ms is None or free_ms >= now_ms
        told = guidance.advice(event, floor, guest, free_ms if free_ms is not None else now_ms)
        party = guidance.wanderer(event, guest, now_ms)
        assert isinstance(party, Wanderer)
        assert told.at_ms >= now_ms
        if told.verb == GO:
            assert told.atelier not in party.refused
            assert event.by_id[told.atelier].returns or told.atelier not in party.visited
        kept = guest.kept(now_ms)
        if kept is not None and kept.atelier in event.by_id and told.verb != "end":
            closed = floor.by_id[kept.atelier].status is Status.CLOSED
            assert (told.keeps == kept.atelier) != closed
