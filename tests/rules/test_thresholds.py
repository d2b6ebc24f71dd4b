"""The table of situations: each is told past the threshold that the event file sets, and not before it."""

from dataclasses import dataclass, replace

import pytest

from kiosk.rules.alerts import Alerts
from kiosk.rules.facts import Acted, HelpAsked, HelpGiven, QueueEnds
from kiosk.rules.situations import PrinterSign, StationSign, situations

ORGANISER = "organiser 1"


@dataclass(frozen=True)
class Row:
    """`facts(hall)` happened. Under `told` the kind is told at `when`; under `not_told`, at that moment, it is not."""

    kind: str
    when: str
    told: Alerts
    not_told: Alerts
    facts: object = lambda hall: ()
    stations: object = lambda hall: ()


def crowd(parties, size=1, when="10:02", place="vr"):
    return lambda hall: hall.crowd(f"{when} arrive {place}", *[size] * parties)


def race(parties, elsewhere):
    """So many wait for a race since 10:02, and some for a headset."""
    return lambda hall: [
        *hall.crowd("10:02 arrive kart", *[1] * parties),
        *hall.crowd("10:03 arrive vr", *[1] * elsewhere, first=30),
    ]


def overdue(hall):
    """One waits for a place since 10:03; others went in before it, the last at 10:18."""
    promised = (
        *hall.came(1, {"18-plus": 1}),
        *hall.told("1 10:01 go vr 10:03"),
        *hall.scans("1 10:03 arrive vr"),
    )
    going = hall.scans("5 10:10 enter vr", "6 10:18 enter vr")
    return *promised, *hall.crowd("10:02 arrive vr", 1, 1, 1, first=5), *going


def heard(when):
    return lambda hall: [StationSign("vr", "vr", hall.at(when))]


ROWS = (
    Row(
        "close",
        "11:24",
        Alerts(close_notice_minutes=25),
        Alerts(close_notice_minutes=2),
        crowd(24, 2, "11:20"),
    ),
    Row("silent", "10:40", Alerts(silent_minutes=10), Alerts(silent_minutes=11), stations=heard("10:30")),
    Row("stalled", "10:20", Alerts(stall_turns=4), Alerts(stall_turns=6), crowd(4)),
    Row("too-few", "10:20", Alerts(overdue_minutes=10), Alerts(overdue_minutes=16), race(3, 2)),
    Row("long", "10:05", Alerts(long_minutes=15), Alerts(long_minutes=60), crowd(12)),
    Row("send", "10:05", Alerts(long_minutes=15), Alerts(long_minutes=60), crowd(12)),
    Row("overdue", "10:21", Alerts(overdue_minutes=10), Alerts(overdue_minutes=25), overdue),
)


def kinds(hall, row, alerts):
    hall.event = replace(hall.event, alerts=alerts)
    view = hall.view([*row.facts(hall)])
    return {each.kind for each in situations(view, view.floor(hall.at(row.when)), row.stations(hall))}


@pytest.mark.parametrize("row", ROWS, ids=[row.kind for row in ROWS])
def test_each_is_told_past_the_threshold_of_the_event_and_not_before(hall, row):
    assert row.kind in kinds(hall, row, row.told)
    assert row.kind not in kinds(hall, row, row.not_told)


def test_a_place_is_calm_up_to_the_minutes_of_the_event(hall):
    """Nobody is at the races; but whoever comes first waits until there are enough for one."""
    hall.event = replace(
        hall.event, ateliers=tuple(each for each in hall.event.ateliers if each.id in ("vr", "kart"))
    )
    row = Row("send", "10:05", Alerts(), Alerts(), crowd(24))
    assert "send" in kinds(hall, row, Alerts(calm_minutes=15))
    assert "send" not in kinds(hall, row, Alerts(calm_minutes=2))


def test_a_batch_is_held_for_more_before_its_queue_stalls(hall):
    """Five are enough to begin, and are held for five minutes before they do; eight need not be."""
    stalled = Row("stalled", "10:17", Alerts(stall_turns=1), Alerts(), crowd(5, place="kart"))
    assert "stalled" not in kinds(hall, replace(stalled, when="10:16"), stalled.told)
    assert "stalled" in kinds(hall, replace(stalled, when="10:20"), stalled.told)
    assert "stalled" in kinds(
        hall, replace(stalled, when="10:16", facts=crowd(8, place="kart")), stalled.told
    )


def test_more_are_sent_to_a_batch_only_where_there_are_more_and_enough_are_not_on_their_way(hall):
    """Four make a race; with three on the site nobody is to be sent, and a fourth who was sent may be about to come."""
    row = Row("too-few", "10:20", Alerts(), Alerts(), race(3, 0))
    assert "too-few" not in kinds(hall, row, Alerts())
    sent = [*hall.came(40, {"18-plus": 2}), *hall.told("40 10:19 go kart 10:22")]
    assert "too-few" not in kinds(hall, replace(row, facts=lambda hall: race(3, 1)(hall) + sent), Alerts())
    assert "too-few" in kinds(hall, replace(row, facts=race(3, 1)), Alerts())


def test_where_too_few_are_to_begin_more_are_sent_and_are_told_so_once(hall):
    hall.event = replace(hall.event, alerts=Alerts(stall_turns=1, long_minutes=15))
    view = hall.view(
        [*hall.crowd("10:02 arrive kart", 2, 1), *hall.crowd("10:19 arrive vr", *[1] * 24, first=5)]
    )
    found = situations(view, view.floor(hall.at("10:20")), before={"send/kart": hall.at("10:19")})
    [few] = [each for each in found if each.kind == "too-few"]
    assert (few.values["takers"], few.values["least"]) == (3, 4)
    assert (few.remedy.kind, few.remedy.atelier) == ("announce", "kart")
    assert any(each.kind == "long" for each in found)
    assert all(each.remedy.atelier != "kart" for each in found if each.kind == "send")


# What has no threshold: it is so, or it is not


def scans(*lines):
    return lambda hall: [
        *hall.came(1, {"18-plus": 1}),
        *hall.came(2, {"18-plus": 1}),
        *hall.came(3, {"18-plus": 1}),
        *hall.scans(*lines),
    ]


def ending(when, *facts):
    """A queue of couples is to be closed, or was, at this moment; said at 11:32."""

    def happened(hall):
        said = Acted("ab" * 8, ORGANISER, QueueEnds("vr", hall.at(when)))
        return [*(fact for each in facts for fact in each(hall)), (hall.at("11:32"), said)]

    return happened


def served(hall):
    """Two at a time from 11:04 on, four minutes each, who came three minutes before."""
    for minute in range(4, 48, 4):
        for who in (200 + minute, 201 + minute):
            yield from hall.crowd(f"11:{minute - 3:02d} arrive vr", 1, first=who)
            yield from hall.scans(f"{who} 11:{minute:02d} enter vr")
            if minute < 44:
                yield from hall.scans(f"{who} 11:{minute + 4:02d} leave vr")


def calls(hall):
    return [(hall.at("10:05"), HelpAsked("Borne 2", "printer", 3))]


def answered(hall):
    return [*calls(hall), (hall.at("10:06"), Acted("ab" * 8, ORGANISER, HelpGiven("Borne 2")))]


REOPENED = ending("11:45", served, crowd(4, 1, "11:42"))
PLAIN = (
    # kind, when, what happened where it is told, and where it is not
    ("help", "10:08", calls, answered),
    ("crowded", "10:07", scans("1 10:05 enter vr", "2 10:05 enter vr", "3 10:06 enter vr"),
     scans("1 10:05 enter vr", "2 10:05 enter vr")),
    ("two-places", "10:07", scans("1 10:05 enter vr", "1 10:05 enter arts"),
     scans("1 10:05 enter vr", "1 10:06 leave vr", "1 10:08 enter arts")),
    ("late", "11:45", ending("11:33", crowd(34, 2, "11:31")), ending("11:33", crowd(4, 2, "11:31"))),
    ("move", "11:45", ending("11:50", crowd(34, 2, "11:31")), ending("11:59", crowd(4, 2, "11:31"))),
    # there is room for more of those who come; or for none, or nobody came, or it was not closed yet
    ("reopen", "11:46", REOPENED, ending("11:45", served, crowd(20, 1, "11:42"))),
    ("reopen", "11:46", REOPENED, ending("11:45", served, crowd(2, 1, "11:42"))),
    ("reopen", "11:46", REOPENED, ending("11:47", served, crowd(4, 1, "11:42"))),
)  # fmt: skip


@pytest.mark.parametrize("kind, when, so, not_so", PLAIN, ids=[row[0] for row in PLAIN])
def test_what_has_no_threshold_is_told_where_it_is_so_only(hall, kind, when, so, not_so):
    def found(facts):
        view = hall.view([*facts(hall)])
        patient = replace(view.floor(hall.at(when)), impatience=0.1)
        return {each.kind for each in situations(view, patient)}

    assert kind in found(so)
    assert kind not in found(not_so)


@pytest.mark.parametrize(
    "kind, sign", [("printer", PrinterSign("paper_out", 0, True, 3)), ("paper-low", PrinterSign("", 0, True))]
)
def test_of_the_printer_one_thing_is_told_and_nothing_where_it_is_well(hall, kind, sign):
    view = hall.view([])
    floor = view.floor(hall.at("10:05"))
    assert [each.kind for each in situations(view, floor, printer=sign)] == [kind]
    assert not situations(view, floor, printer=PrinterSign())
