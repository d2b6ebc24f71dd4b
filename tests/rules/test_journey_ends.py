"""How a stay ends that no scan ends: by the closing of the doors, and by the timetable of sessions."""


# The doors close


def test_who_still_queues_when_the_doors_close_is_sent_on_after_a_quarter_of_an_hour(hall):
    assert hall.stays("11:50 arrive arts", at="12:14") == ["arts queued 11:50 – –"]
    assert hall.stays("11:50 arrive arts", at="12:15") == ["arts left 11:50 – 12:00 (leave)"]


def test_a_queue_that_is_drained_goes_on_for_an_hour_past_closing(hall):
    assert hall.stays("11:55 arrive vr", at="12:59") == ["vr queued 11:55 – –"]
    assert hall.stays("11:55 arrive vr", "12:28 enter vr", "12:32 leave vr") == ["vr done 11:55 12:28 12:32"]
    assert hall.stays("11:55 arrive vr", at="13:00") == ["vr left 11:55 – 12:00 (leave)"]


def test_entering_after_the_queue_was_sent_on_goes_on_with_it(hall):
    assert hall.stays("11:55 arrive vr", "13:05 enter vr", at="13:06") == ["vr in 11:55 13:05 –"]


def test_who_waits_before_the_doors_open_waits_for_that_opening(hall):
    assert hall.stays("13:20 arrive kart", at="16:00") == ["kart queued 13:20 – –"]
    assert hall.stays("13:20 arrive kart", at="17:15") == ["kart left 13:20 – 17:00 (leave)"]


def test_arriving_after_the_last_closing_waits_a_quarter_of_an_hour_for_nothing(hall):
    assert hall.stays("17:20 arrive arts", at="17:34") == ["arts queued 17:20 – –"]
    assert hall.stays("17:20 arrive arts", at="17:35") == ["arts left 17:20 – 17:20 (leave)"]


# The timetable


def test_who_is_early_for_a_session_sits_down_when_it_starts_and_leaves_when_it_ends(hall):
    assert hall.stays("10:20 arrive talk", at="10:29") == ["talk queued 10:20 – –"]
    assert hall.stays("10:20 arrive talk", at="10:30") == ["talk in 10:20 10:30 – (enter)"]
    assert hall.stays("10:20 arrive talk", at="11:00") == ["talk done 10:20 10:30 11:00 (enter leave)"]


def test_who_is_late_by_half_a_session_at_most_still_sits_down_and_leaves_with_the_others(hall):
    assert hall.stays("10:45 arrive talk", at="10:45") == ["talk in 10:45 10:45 – (enter)"]
    assert hall.stays("10:45 arrive talk", at="11:00") == ["talk done 10:45 10:45 11:00 (enter leave)"]


def test_who_is_later_waits_for_the_next_session(hall):
    assert hall.stays("10:46 arrive talk", at="11:14") == ["talk queued 10:46 – –"]
    assert hall.stays("10:46 arrive talk", at="11:15") == ["talk in 10:46 11:15 – (enter)"]


def test_who_comes_after_the_last_session_waits_until_the_doors_close(hall):
    assert hall.stays("15:40 arrive talk", at="17:14") == ["talk queued 15:40 – –"]
    assert hall.stays("15:40 arrive talk", at="17:15") == ["talk left 15:40 – 17:00 (leave)"]


def test_who_waits_at_noon_does_not_sit_in_the_session_of_the_afternoon(hall):
    for later in ("12:15", "14:30", "14:45", "16:00"):
        assert hall.stays("11:40 arrive talk", at=later) == ["talk left 11:40 – 12:00 (leave)"]


def test_who_walks_out_before_the_session_has_had_no_turn(hall):
    assert hall.stays("10:01 arrive talk", "10:29 leave talk") == ["talk left 10:01 – 10:29"]
    assert hall.stays("10:01 arrive talk", "10:29 arrive vr")[0] == "talk left 10:01 – 10:29 (leave)"


def test_who_walks_out_of_a_session_has_had_its_turn(hall):
    assert hall.stays("10:20 arrive talk", "10:50 leave talk") == ["talk done 10:20 10:30 10:50 (enter)"]


def test_scans_at_a_session_by_somebody_who_sits_there_say_nothing_new(hall):
    journey = hall.journey("10:20 arrive talk", "10:31 enter talk", "10:40 arrive talk")
    assert journey.repeats == 2
    assert len(journey.stays) == 1
