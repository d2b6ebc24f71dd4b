"""An organiser looks at what should be done now, each minute of a played day: each thing is told when it should be, and
nothing else is. What is true is what the twin knows, not what was scanned.
"""

import os
from functools import cache

import pytest

from firmware.wire.passage import ARRIVE, ENTER
from kiosk.rules.event import MINUTE_MS, Kind
from kiosk.rules.facts import Acted, HelpAsked, HelpGiven
from kiosk.rules.situations import PrinterSign, StationSign, Urgency
from kiosk.twin import scenario

from .organiser import LAST_CALLS, Organiser

BROKEN = {"silent", "printer", "paper-low", "help", "stalled", "crowded", "two-places"}
"""Told only where something is broken or wrong: on a day that goes well, never."""

FORECAST = LAST_CALLS | {"long", "send"}
"""Told of what will be: these could waver."""

SEEDS = 40 if os.environ.get("RONDE_LONG") == "1" else 3
QUIET = max(
    SEEDS, 12
)  # days on which so little is told that it takes more of them to say how much of it is so
TELLING = 20  # minutes of all days: a share of fewer says nothing
RARELY = 1 / 20  # of the days


def share(spells):
    """Of the minutes in which these were told: how many were so."""
    return sum(each.was_true for each in spells) / max(1, sum(each.minutes for each in spells))


@pytest.fixture(scope="module")
def seeds():
    return range(1, 1 + SEEDS)


@pytest.fixture(scope="module")
def played(seeds):
    """The days of a scenario; each is played once."""
    return cache(lambda name: [Organiser(scenario.load(name), seed) for seed in seeds])


@pytest.fixture(params=["quiet", "roubaix", "saturated"])
def days(request, played):
    return played(request.param)


# Nothing that is not so


def test_where_nothing_is_broken_nothing_broken_is_told(days):
    """One scan in thirty is missed, families go where they like, large parties take turns: all that is no alarm.

    Now and then somebody does wait for three turns: for a race that does not fill, for a large party in slow hands.
    """
    for day in days:
        assert day.kinds() & BROKEN <= {"stalled"}
        assert sum(each.minutes - each.was_true for each in day.told("stalled")) <= 10


def test_what_is_told_of_a_queue_is_what_one_would_see_there(days):
    """Scans that were missed make up some of it; whoever goes to look finds what was said in most cases."""
    for kinds, least in ((("long",), 0.9), (("send",), 0.6), (("overdue", "too-few"), 0.6)):
        spells = [each for day in days for kind in kinds for each in day.told(kind)]
        if sum(each.minutes for each in spells) >= TELLING:
            assert share(spells) >= least, (kinds, share(spells))


def test_nothing_flickers(days):
    """What is told stays told: four times in a day at most, but for a rare day, and not for a minute only."""
    often = [
        [each.told for each in spells]
        for day in days
        for spells in day.spells.values()
        if spells[0].told.kind in FORECAST and len(spells) > 4
    ]
    assert len(often) <= RARELY * len(days), often
    assert all(len(told) == 5 for told in often)
    forecasts = [each for day in days for kind in FORECAST for each in day.told(kind)]
    glimpses = sum(each.minutes == 1 for each in forecasts)
    assert glimpses <= 0.1 * len(forecasts)


def test_queues_are_to_be_closed_towards_the_end_only_and_where_somebody_waits(days):
    for day in days:
        for spell in day.told("close"):
            window = day.event.window_at(spell.from_ms)
            assert spell.from_ms in window
            promised_ms = min(window.closes_ms, spell.told.values["by_ms"])
            assert promised_ms - spell.from_ms <= 85 * MINUTE_MS
            assert spell.told.remedy.at_ms <= spell.told.values["by_ms"]
            assert spell.told.remedy.at_ms - spell.from_ms <= 15 * MINUTE_MS


def test_a_quiet_day_is_quiet(played):
    """Eighty people in seven ateliers: somebody waits for a race to fill, and the last come too late for a turn."""
    quiet, waiting = scenario.load("quiet"), []
    days = [*played("quiet"), *(Organiser(quiet, seed) for seed in range(1 + SEEDS, 1 + QUIET))]
    for day in days:
        assert day.kinds() <= {"close", "overdue", "stalled", "too-few", "long", "send"}
        assert len(day.told("close")) <= 12
        waiting += [
            day.event.by_id[each.told.values["atelier"]].kind
            for kind in ("overdue", "stalled", "too-few")
            for each in day.told(kind)
        ]
    assert sum("long" in day.kinds() for day in days) <= RARELY * len(days)
    assert len(waiting) <= 6 * len(days)
    assert waiting.count(Kind.BATCH) >= 0.95 * len(waiting)
    assert share([each for day in days for each in day.told("too-few")]) >= 0.8


def test_a_full_day_is_told_to_be_full(played):
    """Six hundred: all that can be waited for is too long a wait, and all that stops has to be closed."""
    for day in played("saturated"):
        queues = {each.id for each in day.event.ateliers if each.kind is not Kind.SESSION}
        assert {each.told.values["atelier"] for each in day.told("long")} == queues
        assert {each.told.values["atelier"] for each in day.told("close")} >= queues - {"vr"}


# All that is so


@pytest.fixture(scope="module")
def unlucky():
    """The Roubaix day on which everything goes wrong in turn, each at its time."""

    def signs(day):
        def said(now_ms):
            stations = [
                StationSign(
                    each.id,
                    each.atelier,
                    day.at("14:30")
                    if each.atelier == "arts" and day.at("14:30") <= now_ms < day.at("14:50")
                    else now_ms,
                )
                for each in day.event.stations
            ]
            if day.at("15:05") <= now_ms < day.at("15:12"):
                return stations, PrinterSign("paper_out", day.at("15:05"), True, 4)
            low = day.at("14:40") <= now_ms < day.at("15:05")
            return stations, PrinterSign("", day.at("14:40"), low)

        return said

    def meddle(day):
        day._signs = signs(day)
        world, hall = day.world, day.hall
        vr, prints = world.booths["vr"], world.booths["impression-3d"]

        def stop():
            vr.attend = lambda: None

        def go_on():
            del vr.attend
            vr.attend()

        def squeeze():
            prints.free += 4
            prints.attend()

        def ease():
            prints.free -= 4

        def copy():
            """A badge that queues at Mario Kart is scanned at the robots as well."""
            visit = world.booths["mario-kart"].queue[-1]
            day.doubled = visit.party
            guest = next(each for each in world.guests if each.badge.party == visit.party)
            for atelier in ("mario-kart", "robotique"):
                station = next(each.id for each in day.event.stations if each.atelier == atelier)
                hall.scan(station, guest.badge, ARRIVE)

        world.at(day.at("14:20"), lambda: hall.ledger.apply(HelpAsked("Borne 2", "printer"), world.now_ms))
        given = Acted("ab" * 8, "organiser 1", HelpGiven("Borne 2"))
        world.at(day.at("14:24"), lambda: hall.ledger.apply(given, world.now_ms))
        world.at(day.at("14:52"), stop)
        world.at(day.at("15:20"), go_on)
        world.at(day.at("15:40"), squeeze)
        world.at(day.at("16:10"), ease)
        world.at(day.at("15:50"), copy)

    return Organiser(scenario.load("saturated"), 4, meddle=meddle)


TOLD = (
    # kind, atelier, told within these moments, gone within those
    ("help", None, "14:20", "14:21", "14:23", "14:24"),
    ("silent", "arts", "14:36", "14:37", "14:48", "14:50"),
    ("paper-low", None, "14:40", "14:41", "15:03", "15:05"),
    ("printer", None, "15:05", "15:06", "15:10", "15:12"),
    ("stalled", "vr", "15:04", "15:14", "15:19", "next scan"),
    ("crowded", "impression-3d", "15:40", "15:56", "15:41", "16:26"),
    ("two-places", None, "15:50", "15:51", "16:18", "16:21"),
)


def next_scan_ms(day, atelier):
    """When somebody is first seen to go in once the animator goes on at 15:20: one scan in thirty is missed."""
    stays = [stay for guest in day.hall.ledger.view().guests.values() for stay in guest.journey.stays]
    entered = [stay.entered_ms for stay in stays if stay.atelier == atelier and ENTER not in stay.inferred]
    return min(at_ms for at_ms in entered if at_ms is not None and at_ms >= day.at("15:20"))


@pytest.mark.parametrize(
    "kind, atelier, soonest, latest, gone, gone_latest", TOLD, ids=[row[0] for row in TOLD]
)
def test_each_trouble_is_told_in_time_and_until_it_is_over(
    unlucky, kind, atelier, soonest, latest, gone, gone_latest
):
    spells = unlucky.told(kind, atelier)
    assert spells
    assert unlucky.at(soonest) <= spells[0].from_ms <= unlucky.at(latest)
    latest_ms = next_scan_ms(unlucky, atelier) if gone_latest == "next scan" else unlucky.at(gone_latest)
    assert unlucky.at(gone) <= spells[-1].until_ms <= latest_ms
    if kind not in ("crowded", "stalled"):
        assert len(spells) == 1


def test_what_is_told_names_what_to_do_about_it(unlucky):
    for kind, atelier, *_ in TOLD:
        assert {each.told.remedy.kind for each in unlucky.told(kind, atelier)} == {
            {"help": "help", "crowded": "limit", "two-places": "reissue"}.get(kind, "go")
        }
    assert unlucky.told("two-places")[0].told.remedy.party == unlucky.doubled
    [help] = unlucky.told("help")
    assert help.told.urgency is Urgency.NOW
