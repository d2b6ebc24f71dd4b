"""What a party was told, and what it made of that: followed, ignored, refused, on its way, its place kept."""

import itertools
from dataclasses import replace

import pytest

from kiosk.rules.event import MINUTE_MS
from kiosk.rules.facts import AdviceGiven, BadgeIssued, PartyLeft
from kiosk.rules.guest import LATE_MINUTES, REFUSED_MINUTES, SILENT_MINUTES, Heading, Kept

FAMILY = {"0-5": 1, "6-11": 2, "18-plus": 1}


@pytest.fixture
def told(hall):
    """The guest of whom these things are told, after it came at ten: scans and advice, without its number."""

    def guest(*story):
        facts = hall.came(1, FAMILY)
        for each in story:
            advice = each.split()[1] in ("go", "rest", "end")
            facts += hall.told(f"1 {each}") if advice else hall.scans(f"1 {each}")
        return hall.guest(facts)

    return guest


# Advice that still stands


def test_what_it_was_told_last_stands_until_it_is_scanned(hall, told):
    assert told("10:00 go vr 10:02").advice.advice.atelier == "vr"
    assert told("10:00 go vr 10:02", "10:03 rest 10:07").advice.advice.verb == "rest"
    assert told("10:00 go vr 10:02", "10:03 arrive vr").advice is None
    assert told("10:00 go vr 10:02", "10:03 arrive arts").advice is None


def test_advice_at_the_very_moment_of_a_scan_comes_after_it(told):
    assert told("10:10 leave out-only", "10:10 go vr 10:12").advice is not None


def test_a_party_that_was_told_nothing_has_no_advice(told):
    assert told("10:03 arrive vr").advice is None


# On its way


def test_it_is_on_its_way_to_where_it_was_sent(hall, told):
    guest = told("10:00 go arts 10:02")
    late_ms = hall.at("10:02") + LATE_MINUTES * MINUTE_MS
    assert guest.heading(hall.event) == Heading("arts", hall.at("10:02"), late_ms)


@pytest.mark.parametrize("verb", ["rest 10:04", "end"])
def test_who_rests_or_was_told_that_all_is_over_goes_nowhere(hall, told, verb):
    assert told(f"10:00 {verb}").heading(hall.event) is None


def test_who_was_sent_to_an_atelier_that_there_is_not_goes_nowhere(hall, told):
    assert told("10:00 go sauna 10:02").heading(hall.event) is None


def test_once_it_was_told_something_its_sheet_counts_no_more(hall, told):
    guest = told("10:00 go arts 10:02", "10:03 enter arts", "10:18 leave arts")
    assert guest.heading(hall.event) is None


@pytest.mark.parametrize(
    "atelier, minutes", [("arts", 0), ("no-enter", 0), ("in-only", 20), ("out-only", 20 + 10)]
)
def test_where_arrivals_are_not_scanned_it_is_late_only_once_its_turn_would_have_shown(
    hall, atelier, minutes
):
    advice = AdviceGiven(1, "go", atelier, hall.at("10:02"), 20, "calm")
    heading = hall.guest(hall.came(1, FAMILY), [(hall.at("10:00"), advice)]).heading(hall.event)
    assert heading.until_ms - hall.at("10:02") == (LATE_MINUTES + minutes) * MINUTE_MS


def test_a_party_that_is_late_is_thought_to_be_elsewhere(hall):
    facts = [*hall.came(1, FAMILY), *hall.told("1 10:00 go arts 10:02")]
    late = hall.time(hall.at("10:02") + LATE_MINUTES * MINUTE_MS)
    assert [present.guest.size for present in hall.floor("10:09", facts).by_id["arts"].on_the_way] == [4]
    assert not hall.floor(late, facts).by_id["arts"].on_the_way


# Followed, ignored, refused


@pytest.mark.parametrize(
    "story, followed, ignored",
    [
        (["10:00 go arts 10:02"], 0, 0),  # not there yet
        (["10:00 go arts 10:02", "10:03 arrive arts"], 1, 0),
        (["10:00 go arts 10:02", "10:03 enter arts"], 1, 0),
        (["10:00 go arts 10:02", "10:03 arrive vr"], 0, 1),
        (["10:00 rest 10:04", "10:03 arrive vr"], 0, 0),
        (["10:00 end", "10:03 arrive vr"], 0, 0),
        (["10:00 go arts 10:02", "10:03 enter arts", "10:18 leave arts", "10:18 go vr 10:20"], 1, 0),
        (["10:00 go arts 10:02", "10:03 enter arts", "10:18 leave arts", "10:20 arrive vr"], 1, 0),
        (["10:00 go arts 10:02", "10:00:30 go vr 10:02", "10:03 arrive vr"], 1, 0),
        (["10:00 go out-only 10:02", "10:06 leave out-only"], 1, 0),
        (["10:00 enter vr", "10:04 leave vr", "10:04 go out-only 10:06", "10:11 leave out-only"], 1, 0),
        (["10:00 go in-only 10:02", "10:03 enter in-only", "10:03 go vr 10:13", "10:15 arrive vr"], 2, 0),
        (["10:00 go queue-only 10:02", "10:03 arrive queue-only", "10:03 go vr 10:30"], 1, 0),
    ],
)
def test_advice_is_followed_by_going_there_next(told, story, followed, ignored):
    assert told(*story).followed == (followed, ignored)


def test_asking_for_something_else_once_it_was_time_to_go_is_refusing(hall, told):
    guest = told("10:00 go arts 10:02", "10:03 go vr 10:05")
    assert guest.refused(hall.at("10:04")) == {"arts"}
    assert guest.followed == (0, 0)


def test_what_was_refused_may_be_advised_again_after_a_while(hall, told):
    guest = told("10:00 go arts 10:02", "10:03 go vr 10:05")
    until_ms = hall.at("10:00") + REFUSED_MINUTES * MINUTE_MS
    assert guest.refused(until_ms - 1) == {"arts"}
    assert not guest.refused(until_ms)


def test_being_told_something_else_before_it_was_time_to_go_is_not_refusing(hall, told):
    assert not told("10:00 go arts 10:12", "10:03 go vr 10:12").refused(hall.at("10:04"))


def test_giving_up_a_queue_is_refusing(hall, told):
    guest = told("10:00 arrive arts", "10:20 arrive vr")
    assert guest.refused(hall.at("10:21")) == {"arts"}
    assert not guest.refused(hall.at("10:20") + REFUSED_MINUTES * MINUTE_MS)


@pytest.mark.parametrize("atelier", ["arts", "out-only", "in-only", "queue-only", "no-enter"])
def test_where_it_went_as_it_was_told_is_not_refused(hall, told, atelier):
    scan = {"out-only": "leave", "in-only": "enter"}.get(atelier, "arrive")
    guest = told(f"10:00 go {atelier} 10:02", f"10:05 {scan} {atelier}", "10:05 go vr 10:20")
    assert not guest.refused(hall.at("10:06"))


# A place kept


def test_a_place_is_kept_from_when_it_was_promised(hall, told):
    guest = told("10:00 go arts 10:02 keeps vr 10:00")
    assert guest.kept(hall.at("10:05")) == Kept("vr", hall.at("10:00"))


def test_what_is_told_last_says_whether_a_place_is_kept(hall, told):
    assert told("10:00 go arts 10:02 keeps vr 10:00", "10:03 rest 10:07").kept(hall.at("10:04")) is None
    again = told("10:00 go arts 10:02 keeps vr 10:00", "10:03 rest 10:07 keeps vr 10:00")
    assert again.kept(hall.at("10:04")) == Kept("vr", hall.at("10:00"))


@pytest.mark.parametrize(
    "story",
    [
        ["10:10 arrive vr"],
        ["10:10 enter vr"],
        ["10:10 enter vr", "10:14 leave vr"],
        ["10:10 arrive vr", "10:12 arrive arts"],
    ],
)
def test_a_place_is_kept_no_more_once_the_party_was_there(hall, told, story):
    assert told("10:00 go arts 10:02 keeps vr 10:00", *story).kept(hall.at("10:15")) is None


def test_a_place_is_kept_while_the_party_does_something_else(hall, told):
    guest = told("10:00 go arts 10:02 keeps vr 10:00", "10:03 enter arts", "10:18 leave arts")
    assert guest.kept(hall.at("10:20")) == Kept("vr", hall.at("10:00"))


def test_a_visit_before_the_promise_does_not_use_it_up(hall, told):
    guest = told("10:00 enter kart", "10:12 leave kart", "10:20 go arts 10:22 keeps kart 10:20")
    assert guest.kept(hall.at("10:21")) == Kept("kart", hall.at("10:20"))


def test_a_place_is_forfeited_by_silence(hall, told):
    guest = told("10:00 go arts 10:02 keeps vr 10:00", "10:03 arrive arts")
    forfeit_ms = hall.at("10:03") + SILENT_MINUTES * MINUTE_MS
    assert guest.kept(forfeit_ms - 1) is not None
    assert guest.kept(forfeit_ms) is None


def test_the_place_in_the_queue_is_the_one_that_was_promised(hall, told):
    guest = told("10:00 go arts 10:02 keeps vr 10:00", "10:20 arrive vr")
    assert guest.queue_key_ms(guest.stay) == hall.at("10:00")


def test_the_place_in_the_queue_is_that_of_the_arrival_where_none_was_promised(hall, told):
    guest = told("10:00 go arts 10:02 keeps kart 10:00", "10:20 arrive vr")
    assert guest.queue_key_ms(guest.stay) == hall.at("10:20")


def test_a_promise_for_later_takes_nothing_from_who_is_there_before(hall, told):
    guest = told("10:00 go arts 10:02 keeps vr 10:30", "10:20 arrive vr")
    assert guest.queue_key_ms(guest.stay) == hall.at("10:20")


def test_a_promise_after_the_arrival_changes_nothing(hall, told):
    guest = told("10:20 arrive vr", "10:25 go arts 10:27 keeps vr 10:00")
    assert guest.queue_key_ms(guest.stay) == hall.at("10:20")


def arrived(guest):
    return guest.queue_key_ms(guest.journey.stays[-1])


def test_a_place_that_had_its_turn_is_not_there_for_the_next_visit(hall, told):
    """A tournament: to come back is to queue again."""
    first = [
        "10:00 go arts 10:02 keeps kart 10:00",
        "10:05 arrive kart",
        "10:10 enter kart",
        "10:22 leave kart",
    ]
    assert arrived(told(*first, "10:30 arrive kart")) == hall.at("10:30")
    assert arrived(told(*first, "10:22 go arts 10:24", "10:30 arrive kart")) == hall.at("10:30")


def test_who_gave_up_the_queue_has_given_up_the_place(hall, told):
    story = ["10:00 go arts 10:02 keeps vr 10:00", "10:05 arrive vr", "10:10 arrive arts", "10:20 arrive vr"]
    assert arrived(told(*story)) == hall.at("10:20")


def test_a_promise_that_was_not_repeated_is_none(hall, told):
    story = ["10:00 go arts 10:02 keeps vr 10:00", "10:03 go kart 10:05", "10:20 arrive vr"]
    assert arrived(told(*story)) == hall.at("10:20")


def test_a_forfeited_place_is_forfeited_in_the_queue_too(hall, told):
    late = hall.time(hall.at("10:00") + SILENT_MINUTES * MINUTE_MS)
    early = hall.time(hall.at("10:00") + (SILENT_MINUTES - 1) * MINUTE_MS)
    promised = "10:00 rest 10:04 keeps vr 10:00"
    assert arrived(told(promised, f"{late} arrive vr")) == hall.at(late)
    assert arrived(told(promised, f"{early} arrive vr")) == hall.at("10:00")


def test_a_visit_in_between_keeps_the_place(hall, told):
    story = ["10:00 go talk 10:02 keeps vr 10:00", "10:20 arrive talk", "11:03 arrive vr"]
    assert arrived(told(*story)) == hall.at("10:00")


def test_a_kept_place_goes_before_who_came_after_the_promise(hall):
    facts = [
        *(fact for number in (1, 2, 3) for fact in hall.came(number, FAMILY)),
        *hall.told("1 10:05 go arts 10:07 keeps vr 10:05"),
        *hall.scans("2 10:04 arrive vr", "3 10:06 arrive vr", "1 10:20 arrive vr"),
    ]
    queue = hall.floor("10:21", facts).by_id["vr"].queue
    assert [present.guest.party.number for present in queue] == [2, 1, 3]


def counted(floor, name):
    return {here.atelier.id: len(getattr(here, name)) for here in floor.ateliers if getattr(here, name)}


def test_a_kept_place_counts_while_its_holder_is_elsewhere(hall):
    facts = [*hall.came(1, FAMILY), *hall.told("1 10:00 go arts 10:02 keeps vr 10:00")]
    for story, kept, on_the_way in (
        ([], {"vr": 1}, {"arts": 1}),
        (["1 10:03 enter arts"], {"vr": 1}, {}),
        (["1 10:03 arrive vr"], {}, {}),
    ):
        floor = hall.floor("10:04", facts, hall.scans(*story))
        assert (counted(floor, "kept"), counted(floor, "on_the_way")) == (kept, on_the_way)


def test_who_is_sent_to_its_kept_place_is_on_the_way_there_with_it(hall):
    facts = [*hall.came(1, FAMILY), *hall.told("1 10:20 go vr 10:22 keeps vr 10:00")]
    floor = hall.floor("10:21", facts)
    assert (counted(floor, "kept"), counted(floor, "on_the_way")) == ({}, {"vr": 1})
    assert floor.by_id["vr"].on_the_way[0].key_ms == hall.at("10:00")


def test_a_place_kept_from_later_on_is_not_counted_beside_who_came_sooner(hall):
    facts = [*hall.came(1, FAMILY), *hall.told("1 10:00 go arts 10:02 keeps vr 10:30")]
    floor = hall.floor("10:21", facts, hall.scans("1 10:20 arrive vr"))
    assert (counted(floor, "queue"), counted(floor, "kept")) == ({"vr": 1}, {})


def test_a_place_kept_at_an_atelier_that_there_is_not_is_none(hall):
    facts = [*hall.came(1, FAMILY), *hall.told("1 10:00 go arts 10:02 keeps sauna 10:00")]
    assert counted(hall.floor("10:01", facts), "kept") == {}


# The set of facts


def test_advice_told_in_any_order_and_twice_is_the_same_story(hall):
    facts = [
        *hall.came(1, FAMILY),
        *hall.told("1 10:00 go arts 10:02", "1 10:03 go vr 10:05 keeps kart 10:03"),
        *hall.scans("1 10:06 arrive vr"),
    ]
    stories = {hall.guest(list(order), [facts[2]]) for order in itertools.permutations(facts)}
    assert stories == {hall.guest(facts)}


def test_advice_of_one_moment_stands_in_one_order_whichever_came_first(hall):
    (at_ms, advice), *_ = hall.told("1 10:00 go arts 10:02")
    variants = [replace(advice, keeps=keeps) for keeps in ("", "vr", "kart", "arts", "talk")]
    variants += [replace(advice, reason="soonest"), replace(advice, wait_minutes=3)]
    came = hall.came(1, FAMILY)
    stories = {
        hall.guest(came, [(at_ms, each) for each in order]).told
        for order in itertools.permutations(variants, 5)
        if set(order) == set(variants[:5])
    }
    assert len(stories) == 1


def test_advice_for_a_party_that_comes_later_in_the_journal_is_kept(hall):
    told, came = hall.told("1 10:00 go arts 10:02"), hall.came(1, FAMILY)
    assert hall.guest(told, came) == hall.guest(came, told)
    assert hall.floor("10:01", told).came.parties == 0


def test_scans_of_a_lost_badge_answer_the_advice_of_its_party(hall):
    facts = [*hall.came(1, FAMILY), (hall.at("10:01"), BadgeIssued(hall.badge(77), 1))]
    facts += [*hall.told("1 10:02 go arts 10:04"), *hall.scans("77 10:05 arrive arts")]
    assert hall.guest(facts).followed == (1, 0)


def test_a_party_gone_home_is_on_its_way_nowhere_and_keeps_no_place(hall):
    facts = [*hall.came(1, FAMILY), *hall.told("1 10:00 go arts 10:02 keeps vr 10:00")]
    floor = hall.floor("10:03", facts, [(hall.at("10:01"), PartyLeft(1))])
    assert not any(here.on_the_way or here.kept for here in floor.ateliers)


def test_what_was_told_for_a_scan_that_was_undone_was_told_by_mistake(hall):
    facts = [
        *hall.came(1, {"18-plus": 1}),
        *hall.scans("1 10:05 enter arts", "1 10:20 leave arts"),
        *hall.told("1 10:20 go vr 10:25"),
    ]
    assert hall.guest(facts).advice.advice.atelier == "vr"
    undone = hall.scans("1 10:22 undo arts 2")
    assert hall.guest(facts, undone).advice is None
    assert hall.guest(facts[::-1], undone).advice is None
    again = hall.told("1 10:30 go kart 10:35")
    assert hall.guest(facts, undone, again).advice.advice.atelier == "kart"
