"""What scans amount to. Each rule of inference has a test; docs/formats.md tells the same rules in words.

A stay reads "atelier state arrived entered left (what no scan said)".
"""

import pytest

# Every scan is there


def test_a_visit_whose_scans_are_all_there_is_taken_as_scanned(hall):
    assert hall.stays("10:00 arrive arts", "10:05 enter arts", "10:21 leave arts") == [
        "arts done 10:00 10:05 10:21"
    ]


def test_a_party_that_arrived_is_in_the_queue(hall):
    assert hall.stays("10:00 arrive arts", at="10:40") == ["arts queued 10:00 – –"]


def test_a_call_shows_until_the_party_enters(hall):
    called = hall.journey("10:00 arrive arts", "10:04 call arts")
    assert [(stay.state, stay.called_ms) for stay in called.stays] == [("called", hall.at("10:04"))]
    assert hall.stays("10:00 arrive arts", "10:04 call arts", "10:05 enter arts", at="10:06") == [
        "arts in 10:00 10:05 –"
    ]


def test_a_second_call_says_nothing_new(hall):
    journey = hall.journey("10:00 arrive arts", "10:04 call arts", "10:06 call arts")
    assert journey.repeats == 1
    assert journey.stays[0].called_ms == hall.at("10:04")


# Scans that were missed


def test_entering_without_an_arrival_is_arriving_then(hall):
    assert hall.stays("10:05 enter arts", at="10:06") == ["arts in 10:05 10:05 – (arrive)"]


def test_a_call_without_an_arrival_is_arriving_then(hall):
    assert hall.stays("10:05 call arts", at="10:06") == ["arts called 10:05 – – (arrive)"]


def test_leaving_the_queue_of_an_unseen_beginning_is_a_turn_before(hall):
    assert hall.stays("10:30 leave arts") == ["arts done 10:15 10:15 10:30 (arrive enter)"]


def test_an_unseen_turn_does_not_begin_before_the_visit_before_it_ended(hall):
    assert hall.stays("10:00 enter vr", "10:04 leave vr", "10:10 leave arts")[1] == (
        "arts done 10:04 10:04 10:10 (arrive enter)"
    )


def test_leaving_well_after_arriving_is_a_turn_that_nobody_saw_begin(hall):
    assert hall.stays("10:00 arrive arts", "10:25 leave arts") == ["arts done 10:00 10:10 10:25 (enter)"]


def test_an_unseen_turn_does_not_begin_before_the_arrival(hall):
    assert hall.stays("10:00 arrive arts", "10:09 leave arts") == ["arts done 10:00 10:00 10:09 (enter)"]


def test_leaving_the_queue_within_half_a_turn_is_giving_up(hall):
    assert hall.stays("10:00 arrive arts", "10:07 leave arts") == ["arts left 10:00 – 10:07"]


def test_a_turn_without_its_end_is_over_after_three_turns(hall):
    assert hall.stays("10:00 enter arts", at="10:44") == ["arts in 10:00 10:00 – (arrive)"]
    assert hall.stays("10:00 enter arts", at="10:45") == ["arts done 10:00 10:00 10:15 (arrive leave)"]


def test_a_short_turn_without_its_end_is_over_after_half_an_hour(hall):
    assert hall.stays("10:00 enter vr", at="10:29") == ["vr in 10:00 10:00 – (arrive)"]
    assert hall.stays("10:00 enter vr", at="10:30") == ["vr done 10:00 10:00 10:04 (arrive leave)"]


# A scan elsewhere


def test_a_scan_elsewhere_ends_the_turn_before_it_at_its_usual_length(hall):
    assert (
        hall.stays("10:00 enter arts", "10:40 arrive vr")[0] == "arts done 10:00 10:00 10:15 (arrive leave)"
    )


def test_a_scan_elsewhere_ends_a_turn_cut_short_there_and_then(hall):
    assert (
        hall.stays("10:00 enter arts", "10:06 arrive vr")[0] == "arts done 10:00 10:00 10:06 (arrive leave)"
    )


def test_a_scan_elsewhere_is_giving_up_the_queue_where_turns_are_scanned(hall):
    assert hall.stays("10:00 arrive arts", "10:40 arrive vr")[0] == "arts left 10:00 – 10:40 (leave)"


def test_where_nobody_scans_turns_a_scan_elsewhere_after_a_turn_had_one(hall):
    assert hall.stays("10:00 arrive queue-only", "10:25 arrive vr")[0] == (
        "queue-only done 10:00 10:15 10:25 (enter leave)"
    )


def test_where_nobody_scans_turns_a_scan_elsewhere_before_one_could_be_had_gave_up(hall):
    assert hall.stays("10:00 arrive queue-only", "10:09 arrive vr")[0] == (
        "queue-only left 10:00 – 10:09 (leave)"
    )


def test_only_the_last_stay_is_open(hall):
    stays = hall.journey("10:00 arrive arts", "10:10 arrive kart", "10:20 call vr", "10:30 enter talk").stays
    assert [stay.state for stay in stays] == ["left", "left", "left", "in"]


def test_a_late_scan_out_gives_a_turn_its_end_after_all(hall):
    assert hall.stays("10:00 enter arts", "10:14 arrive vr", "10:16 leave arts") == [
        "arts done 10:00 10:00 10:16 (arrive)",
        "vr queued 10:14 – –",
    ]


def test_a_late_scan_out_finds_the_turn_in_a_queue_that_seemed_given_up(hall):
    assert hall.stays("10:00 arrive arts", "10:20 arrive vr", "10:21 leave arts") == [
        "arts done 10:00 10:06 10:21 (enter)",
        "vr queued 10:20 – –",
    ]


def test_a_scan_out_hours_later_does_not_make_a_turn_of_hours(hall):
    journey = hall.journey("11:00 enter vr", "15:00 leave vr")
    assert [hall.said(stay) for stay in journey.stays] == ["vr done 11:00 11:00 11:04 (arrive leave)"]
    assert journey.repeats == 1
    assert journey.last_ms == hall.at("15:00")  # a sign of life all the same


def test_entering_from_a_queue_that_seemed_given_up_goes_on_with_it(hall):
    """Keeping a place in one queue while having a look at another."""
    assert hall.stays("10:00 arrive kart", "10:05 arrive arts", "10:12 enter kart", at="10:13") == [
        "arts left 10:05 – 10:12 (leave)",
        "kart in 10:00 10:12 –",
    ]


def test_entering_in_the_afternoon_does_not_go_on_with_the_queue_of_the_morning(hall):
    assert hall.stays("11:00 arrive kart", "11:30 arrive arts", "15:00 enter kart", at="15:01") == [
        "kart left 11:00 – 11:30 (leave)",
        "arts left 11:30 – 12:00 (leave)",
        "kart in 15:00 15:00 – (arrive)",
    ]


def test_arriving_again_is_another_visit_where_the_one_before_was_left(hall):
    assert hall.stays("10:00 arrive kart", "10:05 arrive arts", "10:30 arrive kart", at="10:31") == [
        "kart left 10:00 – 10:05 (leave)",
        "arts left 10:05 – 10:30 (leave)",
        "kart queued 10:30 – –",
    ]


# The same badge twice


@pytest.mark.parametrize("kind", ["arrive", "enter", "leave"])
def test_a_scan_repeated_within_seconds_says_nothing_new(hall, kind):
    before = {"arrive": [], "enter": ["10:00 arrive arts"], "leave": ["10:00 enter arts"]}[kind]
    once = hall.journey(*before, f"10:15:00 {kind} arts")
    twice = hall.journey(*before, f"10:15:00 {kind} arts", f"10:15:06 {kind} arts")
    assert twice.stays == once.stays
    assert (once.repeats, twice.repeats) == (0, 1)


def test_a_second_scan_out_within_a_turn_says_nothing_new(hall):
    assert len(hall.journey("10:00 enter arts", "10:15 leave arts", "10:29 leave arts").stays) == 1


def test_a_second_scan_out_after_a_turn_is_another_visit(hall):
    assert hall.stays("10:00 enter arts", "10:15 leave arts", "10:40 leave arts")[1] == (
        "arts done 10:25 10:25 10:40 (arrive enter)"
    )


def test_arriving_just_after_entering_is_the_same_visit_seen_by_two_clocks(hall):
    early = hall.step("10:05:02 enter vr", station="vr")
    late = hall.step("10:05:03 arrive vr", station="vr-file")
    assert hall.stays(early, late, at="10:06") == ["vr in 10:05:02 10:05:02 – (arrive)"]


def test_arriving_again_from_inside_is_another_turn(hall):
    assert hall.stays("10:00 enter vr", "10:03 arrive vr", at="10:04") == [
        "vr done 10:00 10:00 10:03 (arrive leave)",
        "vr queued 10:03 – –",
    ]


def test_entering_again_where_one_may_return_is_another_turn_after_a_turn(hall):
    assert hall.stays("10:00 enter kart", "10:12 enter kart", at="10:13") == [
        "kart done 10:00 10:00 10:12 (arrive leave)",
        "kart in 10:12 10:12 – (arrive)",
    ]


def test_entering_again_where_one_may_not_return_is_the_same_turn(hall):
    assert hall.stays("10:00 enter arts", "10:20 enter arts", at="10:21") == [
        "arts in 10:00 10:00 – (arrive)"
    ]


# Ateliers where only some steps are scanned


def test_where_only_entering_is_scanned_a_turn_ends_by_time(hall):
    assert hall.stays("10:00 enter in-only", at="10:09") == ["in-only in 10:00 10:00 – (arrive)"]
    assert hall.stays("10:00 enter in-only", at="10:10") == ["in-only done 10:00 10:00 10:10 (arrive leave)"]


def test_where_only_entering_is_scanned_a_scan_after_the_turn_is_another(hall):
    assert len(hall.stays("10:00 enter in-only", "10:30 enter in-only")) == 2


def test_where_only_leaving_is_scanned_a_turn_lies_before_it(hall):
    assert hall.stays("10:20 leave out-only") == ["out-only done 10:10 10:10 10:20 (arrive enter)"]


def test_where_only_leaving_is_scanned_each_visit_counts(hall):
    assert len(hall.stays("10:20 leave out-only", "10:45 leave out-only")) == 2


def test_where_only_arriving_is_scanned_a_party_waits_until_it_shows_up_elsewhere(hall):
    assert hall.stays("10:00 arrive queue-only", at="11:00") == ["queue-only queued 10:00 – –"]


def test_where_entering_is_not_scanned_leaving_shows_the_turn(hall):
    assert hall.stays("10:00 arrive no-enter", "10:25 leave no-enter") == [
        "no-enter done 10:00 10:15 10:25 (enter)"
    ]


# What is taken back, and what is not of this event


def test_an_undone_scan_never_was(hall):
    assert hall.stays("10:00 arrive arts", "10:01 enter arts", "10:01 undo arts 2", at="10:02") == [
        "arts queued 10:00 – –"
    ]


def test_an_undo_can_be_undone(hall):
    assert hall.stays("10:00 arrive arts", "10:01 undo arts 1", "10:02 undo arts 2", at="10:03") == [
        "arts queued 10:00 – –"
    ]


def test_a_station_takes_back_only_what_it_logged_before(hall):
    scans = "10:00 arrive arts", "10:01 undo arts 3", "10:02 enter arts"
    assert hall.stays(*scans, at="10:03") == ["arts in 10:00 10:02 –"]
    elsewhere = hall.step("10:00:30 undo vr 1")
    assert hall.stays(*scans[:1], elsewhere, at="10:03") == ["arts queued 10:00 – –"]


def test_steps_and_ateliers_that_the_event_does_not_know_are_passed_over(hall):
    journey = hall.journey("10:00 arrive arts", "10:01 arrive sauna")
    assert [stay.atelier for stay in journey.stays] == ["arts"]
    assert journey.last_ms == hall.at("10:00")


# What is odd is flagged


def test_a_badge_at_two_ateliers_within_seconds_is_flagged(hall):
    assert hall.journey("10:00:00 enter arts", "10:00:19 enter kart").two_places
    assert not hall.journey("10:00:00 enter arts", "10:00:20 enter kart").two_places
    assert not hall.journey("10:00:00 arrive arts", "10:00:05 enter arts").two_places


def test_estimated_moments_are_told_and_prove_nothing(hall):
    journey = hall.journey("10:00:00 enter arts", hall.step("10:00:05 enter kart", estimated=True))
    assert journey.estimated
    assert not journey.two_places


def test_two_moments_for_one_passage_are_the_earlier_and_of_two_alike_the_sure_one(hall):
    late, early, guessed = (
        hall.step(when, seq=1, boot_ms=0, wall_ms=0, estimated=estimated)
        for when, estimated in (
            ("10:05 arrive vr", False),
            ("10:00 arrive vr", False),
            ("10:00 arrive vr", True),
        )
    )
    for told in ([late, early, guessed], [guessed, early, late], [early, guessed, late]):
        journey = hall.journey(*told)
        assert [hall.said(stay) for stay in journey.stays] == ["vr queued 10:00 – –"]
        assert not journey.estimated


def test_where_a_party_has_had_its_turn_is_where_it_was_inside(hall):
    journey = hall.journey("10:00 arrive arts", "10:05 enter vr", "10:10 leave vr", "10:20 enter kart")
    assert journey.visited == {"vr", "kart"}


# Called, and not there


def test_who_was_called_and_did_not_come_has_left_the_queue(hall):
    told = ("10:00 arrive arts", "10:30 call arts", "10:33 absent arts")
    assert hall.stays(*told) == ["arts left 10:00 – 10:33"]
    assert hall.journey(*told).last_ms == hall.at("10:30"), "that somebody did not come is no sign of life"


def test_who_comes_after_all_queues_or_enters_anew(hall):
    told = ("10:00 arrive arts", "10:30 call arts", "10:33 absent arts", "10:35 enter arts")
    assert hall.stays(*told, at="10:36") == ["arts left 10:00 – 10:33", "arts in 10:35 10:35 – (arrive)"]


@pytest.mark.parametrize("before", [(), ("10:00 enter arts",), ("10:00 arrive arts", "10:20 enter vr")])
def test_absent_says_nothing_of_who_does_not_wait_there(hall, before):
    told = (*before, "10:22 absent arts")
    assert hall.journey(*told).stays == hall.journey(*before).at(hall.event, hall.at("10:22")).stays


def test_nobody_is_at_two_places_for_being_called_absent(hall):
    told = ("10:00 arrive arts", "10:30 enter vr", "10:30 absent arts")
    assert not hall.journey(*told).two_places


def test_leaving_soon_after_the_call_is_giving_up_however_long_the_queue_was(hall):
    assert hall.stays("10:00 arrive arts", "10:40 call arts", "10:41 leave arts") == [
        "arts left 10:00 – 10:41"
    ]
    assert hall.stays("10:00 arrive arts", "10:40 call arts", "10:52 leave arts") == [
        "arts done 10:00 10:40 10:52 (enter)"
    ]
