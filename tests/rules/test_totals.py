"""What stays for good: numbers in which nobody is found again, not even by taking one from another."""

from collections.abc import Iterable
from dataclasses import replace
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from kiosk.rules import totals
from kiosk.rules.facts import PartyCame
from kiosk.rules.totals import FEWEST, QUARTER_MS, Share, Slot, _Happened, _shares, _times_of

MOMENTS = st.integers(0, 9).map(lambda minute: minute * 5 * 60_000)
HAPPENED = st.lists(
    st.builds(_Happened, MOMENTS, st.integers(1, 12).map(str), st.integers(1, 6)), max_size=40
)
SAID = st.lists(st.tuples(st.sampled_from("abcdef"), st.integers(1, 6), st.integers(1, 15)), max_size=40)


def short(slots: Iterable[Slot], hall) -> list[tuple[object, ...]]:
    return [
        (each.place, hall.time(each.from_ms), hall.time(each.until_ms), each.came, each.done)
        for each in slots
    ]


def day(hall, parties: int, *scans: str):
    facts = [fact for number in range(1, parties + 1) for fact in hall.came(number, {"18-plus": 2}, "10:01")]
    return totals.of(hall.view([*facts, *hall.scans(*scans)]), hall.at("18:30"))


def test_people_are_counted_by_age_gender_and_language(hall):
    found = day(hall, 6)
    assert (found.parties, found.people) == (6, 12)
    assert found.bands == (Share(("18-plus",), 12),)
    assert found.genders == (Share(("x",), 12),)
    assert found.languages == (Share(("fr",), 12),)


def test_of_four_families_nothing_is_told(hall):
    found = day(hall, 4, *(f"{n} 10:{n:02} arrive arts" for n in range(1, 5)))
    assert (found.parties, found.people) == (None, None)
    assert found.bands == found.genders == found.languages == found.door == found.ateliers == ()


def test_the_language_of_a_few_is_counted_with_the_next_rarest(hall):
    spoken = ["fr"] * 9 + ["ar"] * 6 + ["tr"] * 2
    came = [
        replace(fact, language=spoken[fact.party - 1]) if isinstance(fact, PartyCame) else fact
        for number in range(1, len(spoken) + 1)
        for _, fact in hall.came(number, {"18-plus": 2})
    ]
    found = totals.of(hall.view([(hall.at("10:00"), fact) for fact in came]), hall.at("18:00"))
    assert found.languages == (Share(("fr",), 18), Share(("ar", "tr"), 16))


def test_quarters_of_an_hour_are_joined_until_five_families_are_in_each(hall):
    times = (
        "10:02",
        "10:03",
        "10:04",
        "10:05",
        "10:06",
        "10:16",
        "10:17",
        "10:31",
        "10:32",
        "10:33",
        "11:46",
    )
    found = day(hall, 11, *(f"{n} {when} arrive arts" for n, when in enumerate(times, 1)))
    assert short(found.ateliers, hall) == [
        ("arts", "10:00", "10:15", 10, None),
        ("arts", "10:15", "12:00", 12, None),
    ]
    assert short(found.door, hall) == [("door", "10:00", "10:15", 22, None)]


def test_those_few_who_went_without_a_turn_do_not_show_beside_those_who_had_one(hall):
    turns = [
        f"{n} {when} {kind} arts"
        for n in range(1, 7)
        for when, kind in (("10:05", "arrive"), ("10:20", "enter"), ("10:40", "leave"))
    ]
    whole = day(hall, 9, *turns)
    assert short(whole.ateliers, hall) == [
        ("arts", "10:00", "10:15", 12, None),
        ("arts", "10:30", "10:45", None, 12),
    ]
    few = day(hall, 9, *turns, "7 10:05 arrive arts", "7 10:09 enter vr")
    assert short(few.ateliers, hall) == [("arts", "10:30", "10:45", None, 12)]


def test_waits_and_queues_are_means_of_five_families_at_least(hall):
    turns = [
        f"{n} {when} {kind} arts"
        for n in range(1, 7)
        for when, kind in (("10:00", "arrive"), ("10:12", "enter"))
    ]
    (slot, *_) = day(hall, 6, *turns).ateliers
    assert (slot.came, slot.wait_minutes, slot.queued) == (12, 12, 10)


def test_nothing_in_it_names_a_badge_or_a_party(hall):
    found = day(hall, 6, *(f"{n} 10:05 arrive arts" for n in range(1, 7)))
    told = str((found.to_json(hall.time), list(found.rows(hall.time))))
    assert all(hall.badge(number) not in told for number in range(1, 7))
    assert set(found.to_json(hall.time)) == {
        "v", "event", "name", "day", "fewest_parties", "parties", "people", "bands", "genders", "languages",
        "door", "ateliers",
    }  # fmt: skip


@given(said=SAID)
def test_each_share_is_of_five_parties_and_all_shares_are_the_whole(said):
    found = _shares(said)
    for share in found:
        assert len({party for name, _, party in said if name in share.names}) >= FEWEST
        assert share.people == sum(people for name, people, _ in said if name in share.names)
    names = [name for share in found for name in share.names]
    assert len(names) == len(set(names))
    assert not found or set(names) == {name for name, _, _ in said}


@given(came=HAPPENED, done=HAPPENED)
def test_each_time_is_of_nobody_or_of_five_parties_where_that_can_be(came, done):
    times = _times_of(came, done)
    assert all(from_ms % QUARTER_MS == until_ms % QUARTER_MS == 0 for from_ms, until_ms in times)
    assert all(before[1] <= after[0] for before, after in pairwise(times))
    for those in (came, done):
        inside = [[each for each in those if a <= each.at_ms < b] for a, b in times]
        assert sum(map(len, inside)) == len(those)
        few = [each for each in inside if 0 < len({one.key for one in each}) < FEWEST]
        assert not few or len(times) == 1
