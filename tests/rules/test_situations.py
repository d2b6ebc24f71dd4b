"""What organisers are told to do, situation by situation: when it should be told, and when not."""

from dataclasses import replace

import pytest

from kiosk.rules.alerts import Alerts
from kiosk.rules.facts import (
    Acted,
    AtelierSet,
    BadgeIssued,
    HelpAsked,
    HelpGiven,
    Noted,
    QueueEnds,
    SentOn,
    Withdrawn,
)
from kiosk.rules.floor import Status
from kiosk.rules.situations import PrinterSign, Remedy, StationSign, Urgency, situations, told

MINUTE_MS = 60_000
ORGANISER = "organiser 1"


@pytest.fixture
def found(hall):
    """The situations of a moment, by kind; `signs` are of stations and of the printer."""

    def look(when, *facts, stations=(), printer=None, kinds=None, impatience=1.0):
        ledger = hall.ledger(*facts)
        view, now_ms = ledger.view(), hall.at(when)
        floor = replace(view.floor(now_ms), impatience=impatience)
        every = situations(view, floor, stations, printer)
        return [each for each in every if kinds is None or each.kind in kinds]

    return look


def queue(hall, place, when, parties, size=1, first=1):
    return hall.crowd(f"{when} arrive {place}", *[size] * parties, first=first)


def entering(hall, place, *scans):
    return hall.scans(*(f"{who} {when} enter {place}" for who, when in scans))


def kinds(found):
    return {each.kind for each in found}


def test_a_quiet_hall_needs_nothing(hall, found):
    facts = hall.came(1, {"18-plus": 2}), hall.scans("1 10:05 enter arts")
    assert found("10:10", *facts) == []
    assert found("08:00") == [] and found("13:00", *facts) == [] and found("18:00", *facts) == []


# Close the queue


def test_a_queue_that_would_run_past_its_end_is_to_be_closed_in_time(hall, found):
    # 24 couples for two places of four minutes: an hour and a half of turns, and the last has to be out at 12:30.
    facts = queue(hall, "vr", "11:30", 24, size=2)
    [close] = found("11:32", facts, kinds={"close"})
    assert close.urgency is Urgency.SOON
    assert hall.at("11:35") < close.remedy.at_ms < hall.at("11:45")
    assert close.remedy == Remedy("end-queue", "vr", at_ms=close.remedy.at_ms)
    assert close.values["by_ms"] == hall.at("12:30")
    assert close.values["low_ms"] <= close.values["high_ms"]


def test_it_is_told_a_quarter_of_an_hour_before_and_not_an_hour_before(hall, found):
    facts = queue(hall, "vr", "10:30", 12, size=2)
    assert not found("10:32", facts, kinds={"close"})
    more = queue(hall, "vr", "11:20", 18, size=2, first=20)
    told_at = [minute for minute in range(21, 60) if found(f"11:{minute}", facts, more, kinds={"close"})]
    [close] = found(f"11:{told_at[0]}", facts, more, kinds={"close"})
    assert 0 <= close.remedy.at_ms - hall.at(f"11:{told_at[0]}") <= 15 * MINUTE_MS


def test_a_queue_that_is_closed_or_will_be_needs_nothing_more(hall, found):
    facts = queue(hall, "vr", "11:30", 24, size=2)
    at_ms = hall.at("11:31")
    closed = [(at_ms, AtelierSet("vr", "closed"))]
    ends = [(at_ms, Acted("ab" * 8, ORGANISER, QueueEnds("vr", hall.at("11:33"))))]
    undone = [(at_ms, Withdrawn("ab" * 8, ORGANISER))]
    assert not found("11:32", facts, closed, kinds={"close"})
    assert not found("11:32", facts, ends, kinds={"close"})
    assert found("11:32", facts, ends, undone, kinds={"close"})


def test_an_empty_queue_is_not_to_be_closed(hall, found):
    assert not found("11:58", hall.came(1, {"18-plus": 1}), kinds={"close"})


def ending(hall, said, at):
    return [(hall.at(said), Acted("ab" * 8, ORGANISER, QueueEnds("vr", hall.at(at))))]


def flowing(hall, until):
    """Two at a time, four minutes each, from 11:00 on: so that all know that the headsets are served."""
    minutes = range(0, until, 4)
    facts = [hall.crowd(f"11:{minute:02d} enter vr", 1, 1, first=200 + minute) for minute in minutes]
    outs = [
        scan
        for minute in minutes
        for who in (200 + minute, 201 + minute)
        for scan in hall.scans(f"{who} 11:{minute + 4:02d} leave vr")
    ]
    return [fact for some in facts for fact in some] + outs


def test_a_time_that_was_said_is_moved_once_it_is_near_and_no_longer_right(hall, found):
    facts = queue(hall, "vr", "11:30", 24, size=2)
    [move] = found("11:45", facts, ending(hall, "11:32", "11:59"), kinds={"move", "close"}, impatience=0.1)
    assert (move.kind, move.urgency) == ("move", Urgency.NOW)
    assert hall.at("11:45") <= move.remedy.at_ms < hall.at("11:59")
    assert move.values["ends_ms"] == hall.at("11:59")
    moved = [(hall.at("11:46"), Acted("cd" * 8, ORGANISER, QueueEnds("vr", move.remedy.at_ms)))]
    assert not found("11:46", facts, ending(hall, "11:32", "11:59"), moved, kinds={"move"}, impatience=0.1)


def test_a_queue_that_empties_too_soon_is_to_be_opened_again_until_another_time(hall, found):
    facts = flowing(hall, 44)
    crowd = queue(hall, "vr", "11:20", 4, first=1)
    [reopen] = found("11:46", facts, crowd, ending(hall, "11:32", "11:40"), kinds={"reopen"})
    assert reopen.remedy.kind == "end-queue"
    assert hall.at("11:46") < reopen.remedy.at_ms < reopen.values["by_ms"]
    assert reopen.values["people"] > 0
    again = [(hall.at("11:47"), Acted("cd" * 8, ORGANISER, QueueEnds("vr", reopen.remedy.at_ms)))]
    ledger = hall.ledger(facts, crowd, ending(hall, "11:32", "11:40"), again)
    assert ledger.view().statuses.of("vr", hall.at("11:48")) is Status.OPEN
    assert ledger.view().statuses.of("vr", reopen.remedy.at_ms) is Status.CLOSED


def test_who_would_be_out_too_late_is_named_from_the_end_of_the_queue_and_then_waits_no_more(hall, found):
    facts = queue(hall, "vr", "11:40", 34, size=2)
    closed = ending(hall, "11:40", "11:41")
    [late] = found("11:45", facts, closed, kinds={"late", "reopen"}, impatience=0.1)
    assert (late.kind, late.remedy.kind) == ("late", "send-on")
    sent = late.remedy.parties
    assert sent == tuple(range(34 - len(sent) + 1, 35))
    assert late.values["to"] != "vr"
    told_so = [(hall.at("11:45"), Acted("cd" * 8, ORGANISER, SentOn("vr", sent)))]
    assert not found("11:45", facts, closed, told_so, kinds={"late"}, impatience=0.1)
    ledger = hall.ledger(facts, closed, told_so)
    assert len(ledger.view().floor(hall.at("11:45")).by_id["vr"].queue) == 34 - len(sent)


def test_a_queue_that_was_closed_for_the_evening_of_a_window_is_open_with_the_doors(hall):
    ledger = hall.ledger(ending(hall, "11:40", "11:41"))
    statuses = ledger.view().statuses
    assert statuses.of("vr", hall.at("13:59")) is Status.CLOSED
    assert statuses.of("vr", hall.at("14:00")) is Status.OPEN


# A queue that stalls


def test_a_queue_stalls_when_nobody_went_in_for_three_turns(hall, found):
    facts = queue(hall, "vr", "10:00", 4)
    assert not found("10:11", facts, kinds={"stalled"})
    [stalled] = found("10:13", facts, kinds={"stalled"})
    assert (stalled.remedy, stalled.values["people"]) == (Remedy("go", "vr"), 4)
    assert not found("10:20", facts, entering(hall, "vr", (1, "10:12")), kinds={"stalled"})


def test_nothing_stalls_nor_is_anybody_overdue_in_what_a_silent_station_has_not_said(hall, found):
    """Who went in since, it keeps for itself; what was so by its last word still is."""
    facts = queue(hall, "vr", "10:00", 4)
    for heard, stalls in (("10:05", False), ("10:11", False), ("10:12", True), ("10:20", True)):
        signs = [StationSign("vr", "vr", hall.at(heard)), StationSign("arts", "arts", hall.at("10:30"))]
        stalled = found("10:30", facts, stations=signs, kinds={"stalled"})
        assert [each.values["minutes"] for each in stalled] == ([int(heard[-2:])] if stalls else []), heard


@pytest.mark.parametrize("place", ["talk", "queue-only", "no-enter"])
def test_where_nobody_sees_who_enters_nothing_stalls(hall, found, place):
    assert not found("11:05", queue(hall, place, "10:00", 3), kinds={"stalled"})


def test_a_paused_atelier_does_not_stall(hall, found):
    paused = [(hall.at("10:01"), AtelierSet("vr", "paused"))]
    assert not found("10:30", queue(hall, "vr", "10:00", 4), paused, kinds={"stalled"})


# Rooms


def test_more_inside_than_places_is_told_at_once_and_mended_by_more_places(hall, found):
    facts = *hall.came(1, {"18-plus": 1}), *hall.came(2, {"18-plus": 1}), *hall.came(3, {"18-plus": 1})
    inside = entering(hall, "vr", (1, "10:05"), (2, "10:05"), (3, "10:06"))
    [crowded] = found("10:07", list(facts), inside, kinds={"crowded"})
    assert (crowded.urgency, crowded.remedy) == (Urgency.NOW, Remedy("limit", "vr", places=3))
    assert not found("10:07", list(facts), inside[:2], kinds={"crowded"})


def test_one_large_party_that_takes_turns_is_no_crowd(hall, found):
    facts = hall.came(1, {"18-plus": 5})
    assert not found("10:07", facts, entering(hall, "vr", (1, "10:05")), kinds={"crowded"})


def test_where_the_wait_is_long_more_places_help_and_the_calm_take_the_next(hall, found):
    facts = queue(hall, "vr", "10:02", 24)
    by_kind = {each.kind: each for each in found("10:05", facts)}
    assert by_kind["long"].remedy == Remedy("limit", "vr", places=4)
    assert by_kind["send"].remedy == Remedy("announce", "arts")
    assert by_kind["send"].values["from"] == "vr"
    assert by_kind["send"].urgency is Urgency.LATER
    assert not kinds(found("11:50", facts)) & {"long", "send"}


def test_nobody_is_sent_from_one_calm_place_to_another(hall, found):
    assert not kinds(found("10:05", queue(hall, "vr", "10:02", 2))) & {"long", "send"}


# Stations, printer, help


def test_a_station_that_fell_silent_is_told_after_six_minutes_and_not_when_the_doors_are_closed(hall, found):
    sign = StationSign("vr", "vr", hall.at("10:30"))
    assert not found("10:35", stations=[sign])
    [silent] = found("10:36", stations=[sign])
    assert (silent.values["minutes"], silent.remedy) == (6, Remedy("go", atelier="vr"))
    assert not found("13:00", stations=[sign])
    assert not found("10:36", stations=[StationSign("vr", "vr", None), StationSign("x", "sauna", 0)])


def test_where_most_stations_fell_silent_the_network_is_told_and_they_are_not(hall, found):
    ids = [each.id for each in hall.event.ateliers][:4]

    def signs(*heard):
        return [StationSign(id, id, hall.at(when)) for id, when in zip(ids, heard, strict=True)]

    [network] = found("10:40", stations=signs("10:10", "10:30", "10:30", "10:40"))
    assert (network.key, network.remedy) == (f"network/{hall.at('10:30')}", Remedy("go"))
    assert network.values == {"stations": 3, "all": 4, "minutes": 10}
    [later] = found("10:45", stations=signs("10:10", "10:30", "10:30", "10:31"))
    assert (later.key, later.values["stations"]) == (network.key, 4)
    each_alone = found("10:40", stations=signs("10:10", "10:30", "10:40", "10:40"))
    assert [each.kind for each in each_alone] == ["silent", "silent"]
    few = [StationSign(id, id, hall.at("10:30")) for id in ids[:2]]
    assert [each.kind for each in found("10:40", stations=few)] == ["silent", "silent"]


def test_a_printer_in_trouble_comes_before_one_that_is_low(hall, found):
    since_ms = hall.at("10:01")
    [trouble] = found("10:05", printer=PrinterSign("paper_out", since_ms, True, 3))
    assert (trouble.kind, trouble.urgency, trouble.values["waiting"]) == ("printer", Urgency.NOW, 3)
    [low] = found("10:05", printer=PrinterSign("", since_ms, True))
    assert (low.kind, low.urgency) == ("paper-low", Urgency.LATER)
    assert not found("10:05", printer=PrinterSign())


def test_a_call_for_help_stays_until_somebody_goes_and_comes_back_when_that_is_withdrawn(hall, found):
    call = [(hall.at("10:05"), HelpAsked("Borne 2", "printer", 3))]
    went = [(hall.at("10:06"), Acted("ab" * 8, ORGANISER, HelpGiven("Borne 2")))]
    undone = [(hall.at("10:07"), Withdrawn("ab" * 8, ORGANISER))]
    [help] = found("10:06", call)
    assert help.remedy == Remedy("help", place="Borne 2", party=3)
    assert not found("10:07", call, went)
    assert kinds(found("10:08", call, went, undone)) == {"help"}


# Families


def test_a_family_that_waits_much_longer_than_it_was_told_is_told_of(hall, found):
    facts = hall.came(1, {"18-plus": 1}), hall.told("1 10:01 go vr 10:03"), hall.scans("1 10:03 arrive vr")
    others = queue(hall, "vr", "10:02", 3, first=5)
    going = entering(hall, "vr", (5, "10:10"), (6, "10:18"))
    assert not found("10:17", *facts, others, going, kinds={"overdue"})
    [overdue] = found("10:21", *facts, others, going, kinds={"overdue"})
    silent = [StationSign("vr", "vr", hall.at("10:15"))]
    assert not found("10:21", *facts, others, going, stations=silent, kinds={"overdue"})
    assert (overdue.values["party"], overdue.remedy.party) == (1, 1)


def test_who_came_of_its_own_was_promised_nothing(hall, found):
    facts = hall.came(1, {"18-plus": 1}), hall.scans("1 10:03 arrive vr")
    assert not found("11:00", *facts, kinds={"overdue"})


def test_a_badge_at_two_ateliers_at_once_gets_a_new_one_and_that_is_that(hall, found):
    facts = hall.came(1, {"18-plus": 1})
    scans = hall.scans("1 10:05 enter vr", "1 10:05 enter arts")
    [doubled] = found("10:07", facts, scans, kinds={"two-places"})
    assert doubled.remedy == Remedy("reissue", party=1)
    new = [(hall.at("10:08"), Acted("ab" * 8, ORGANISER, BadgeIssued(hall.badge(77), 1)))]
    undone = [(hall.at("10:09"), Withdrawn("ab" * 8, ORGANISER))]
    assert not found("10:10", facts, scans, new, kinds={"two-places"})
    assert found("10:10", facts, scans, new, undone, kinds={"two-places"}) == [doubled]
    assert not found("10:36", facts, scans, kinds={"two-places"})


# Noting


def test_what_was_noted_is_not_told_until_its_time_and_again_when_the_note_is_withdrawn(hall):
    ledger = hall.ledger([(hall.at("10:05"), HelpAsked("Borne 2", ""))])
    now_ms = hall.at("10:06")
    [call] = situations(ledger.view(), ledger.view().floor(now_ms))
    note = Acted("ab" * 8, ORGANISER, Noted(call.key, hall.at("10:16")))
    ledger.apply(note, now_ms)
    assert told([call], ledger.view().notes, hall.at("10:15")) == ()
    assert told([call], ledger.view().notes, hall.at("10:16")) == (call,)
    ledger.apply(Withdrawn("ab" * 8, ORGANISER), hall.at("10:07"))
    assert told([call], ledger.view().notes, hall.at("10:15")) == (call,)


def test_the_most_urgent_comes_first_and_the_oldest_of_those(hall, found):
    call = [(hall.at("10:04"), HelpAsked("Borne 2", ""))]
    stations = [StationSign("arts", "arts", hall.at("09:59"))]
    low = PrinterSign("", hall.at("09:00"), True)
    assert [each.kind for each in found("10:06", call, stations=stations, printer=low)] == [
        "help", "silent", "paper-low",
    ]  # fmt: skip


def test_thresholds_are_those_of_the_event(hall):
    hall.event = replace(hall.event, alerts=Alerts(silent_minutes=2))
    view = hall.view([])
    sign = StationSign("vr", "vr", hall.at("10:30"))
    assert kinds(situations(view, view.floor(hall.at("10:32")), [sign])) == {"silent"}
