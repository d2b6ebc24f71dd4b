"""The day so far: what it says of now is the floor, and what it says of earlier is what was scanned since.

`RONDE_LONG=1` runs 20,000 days, otherwise a slice.
"""

import os
import time
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.bench.routes import loaded
from kiosk.rules.event import MINUTE_MS, usual_steps
from kiosk.rules.facts import PartyLeft
from kiosk.rules.floor import Count
from kiosk.rules.history import history
from kiosk.rules.journeys import OPEN
from kiosk.rules.ledger import Ledger
from kiosk.twin.families import draw
from kiosk.twin.hall import TwinHall
from kiosk.twin.play import RONDE
from kiosk.twin.world import World

RUNS = 20_000 if os.environ.get("RONDE_LONG") == "1" else 60
PROPERTY = settings(
    max_examples=RUNS,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
FAMILY = {"6-11": 2, "18-plus": 1}


@pytest.fixture(scope="module")
def roubaix():
    """The day of Roubaix with each step scanned, its families and their habits."""
    scenario, event = loaded("roubaix")
    stations = [
        replace(station, steps=usual_steps(event.by_id[station.atelier].kind)) for station in event.stations
    ]
    return replace(event, stations=tuple(stations)), scenario.crowd, scenario.habits


def said(hall, at_ms):
    return f"{hall.event.local(at_ms):%H:%M}"


def past(hall, when, *facts, **more):
    return history(hall.view([fact for each in facts for fact in each]), hall.at(when), **more)


def course(hall, told):
    """Such as "10:00 1/3, 10:05 0/0": from when on so many parties, and people."""
    each = zip(told.moments, told.counts, strict=True)
    return ", ".join(f"{said(hall, at_ms)} {count.parties}/{count.people}" for at_ms, count in each)


# What it says


def test_a_visit_is_told_from_the_door_to_the_end(hall):
    told = past(
        hall,
        "10:40",
        hall.came(1, FAMILY),
        hall.scans("1 10:10 arrive vr", "1 10:15 enter vr", "1 10:20 leave vr"),
    )
    vr = told.ateliers["vr"]
    assert course(hall, told.came) == "10:00 1/3"
    assert course(hall, told.on_site) == "10:00 1/3"
    assert course(hall, told.roaming) == "10:00 1/3, 10:10 0/0, 10:20 1/3"
    assert course(hall, vr.queue) == "10:10 1/3, 10:15 0/0"
    assert course(hall, vr.inside) == "10:15 1/3, 10:20 0/0"
    assert course(hall, vr.done) == "10:20 1/3"
    assert vr.waits == ((hall.at("10:10"), 5 * MINUTE_MS),)


def test_the_most_people_are_told_with_the_first_moment_of_it(hall):
    told = past(hall, "12:30", hall.came(1, FAMILY), hall.came(2, {"18-plus": 2}, "10:20"))
    assert told.on_site.most == (hall.at("10:20"), Count(2, 5))
    assert told.on_site.at(hall.at("10:19")) == Count(1, 3)
    assert told.on_site.at(hall.at("12:30")) == Count(0, 0)
    assert past(hall, "10:00").on_site.most is None


def test_arrivals_are_counted_by_quarters_of_the_clock_and_no_quarter_is_left_out(hall):
    told = past(
        hall,
        "10:50",
        hall.came(1, FAMILY, "10:14"),
        hall.came(2, FAMILY, "10:15"),
        hall.came(3, FAMILY, "10:46"),
    )
    counts = [(said(hall, each.from_ms), each.count.people) for each in told.arrivals]
    assert counts == [("10:00", 3), ("10:15", 3), ("10:30", 0), ("10:45", 3)]


def test_who_is_silent_for_long_is_gone_until_seen_again(hall):
    facts = hall.came(1, FAMILY), hall.scans("1 11:30 arrive vr", "1 11:31 enter vr", "1 11:35 leave vr")
    told = past(hall, "13:00", *facts)
    assert course(hall, told.on_site) == "10:00 1/3, 10:45 0/0, 11:30 1/3, 12:20 0/0"


def test_who_was_seen_going_home_was_there_until_then(hall):
    told = past(hall, "11:00", hall.came(1, FAMILY), [(hall.at("10:20"), PartyLeft(1))])
    assert course(hall, told.on_site) == "10:00 1/3, 10:20 0/0"


def test_a_moment_is_told_by_what_was_scanned_since(hall):
    """At 10:40 vr's floor still had it inside; now it is known elsewhere at 10:45, and that a turn takes 4 minutes."""
    scans = "1 10:05 enter vr", "1 10:45 arrive kart"
    then = past(hall, "10:10", hall.came(1, FAMILY), hall.scans(scans[0]))
    now = past(hall, "10:50", hall.came(1, FAMILY), hall.scans(*scans))
    at_ms = hall.at("10:10")
    assert then.ateliers["vr"].inside.at(at_ms) == Count(1, 3)
    assert now.ateliers["vr"].inside.at(at_ms) == Count(0, 0)
    assert now.roaming.at(at_ms) == Count(1, 3)


def test_a_party_is_at_one_atelier_at_a_time(hall):
    """It kept its place in one queue, and was scanned in another meanwhile."""
    told = past(
        hall,
        "10:40",
        hall.came(1, FAMILY),
        hall.scans("1 10:05 arrive vr", "1 10:10 arrive kart", "1 10:12 enter vr", "1 10:16 leave vr"),
    )
    for minute in range(40):
        at_ms = hall.at("10:00") + minute * MINUTE_MS
        there = [each for here in told.ateliers.values() for each in (here.queue, here.inside)]
        people = sum(each.at(at_ms).people for each in (*there, told.roaming))
        assert people == told.on_site.at(at_ms).people == 3


def test_where_a_station_is_silent_nothing_is_made_up(hall):
    facts = hall.came(1, FAMILY), hall.scans("1 10:05 arrive vr")
    told = past(hall, "10:40", *facts, silent={"vr": hall.at("10:20")})
    vr = told.ateliers["vr"]
    assert vr.queue.at(hall.at("10:20")) == Count(1, 3)
    assert vr.queue.at(hall.at("10:21")) is None
    assert max(each.until_ms for each in vr.paces) == hall.at("10:20")
    assert told.ateliers["kart"].queue.at(hall.at("10:40")) == Count()


# Its pace


def test_the_pace_is_that_of_the_turns_seen_against_what_was_planned(small):
    hall = small(small.atelier("vr", minutes=10, places=2))
    scans = [
        f"{party} {when} {kind} vr"
        for party, came, began, ended in ((1, "10:00", "10:01", "10:13"), (2, "10:00", "10:02", "10:14"))
        for when, kind in ((came, "arrive"), (began, "enter"), (ended, "leave"))
    ]
    waiting = hall.came(3, {"18-plus": 1}) + hall.scans("3 10:00 arrive vr")
    told = past(
        hall, "10:32", hall.came(1, {"18-plus": 1}), hall.came(2, {"18-plus": 1}), hall.scans(*scans), waiting
    )
    vr = told.ateliers["vr"]
    assert vr.planned_an_hour == 12
    first, second, last = vr.paces
    assert (first.turn_minutes, first.people_an_hour, first.busy) == (12, 8, True)
    assert (second.turn_minutes, second.people_an_hour, second.busy) == (None, 0, True)
    assert last.people_an_hour is None  # two minutes of it say nothing


def test_where_nobody_scans_who_goes_in_or_out_no_pace_is_told(hall):
    told = past(hall, "10:40", hall.came(1, FAMILY), hall.scans("1 10:05 arrive queue-only"))
    assert {each.people_an_hour for each in told.ateliers["queue-only"].paces} == {None}
    assert not told.ateliers["talk"].paces and told.ateliers["talk"].planned_an_hour is None


def test_turns_are_counted_by_age_where_that_age_takes_part(hall):
    told = past(
        hall,
        "10:30",
        hall.came(1, FAMILY),
        hall.scans("1 10:05 arrive vr", "1 10:06 enter vr", "1 10:12 leave vr"),
    )
    assert told.ateliers["vr"].ages == {"0-5": 0, "6-11": 2, "18-plus": 1}
    assert told.ateliers["talk"].ages == {"18-plus": 0}


# Laws


def agrees(told, floor):
    """Every number that both say."""
    at_ms = floor.at_ms
    assert told.came.at(at_ms) == floor.came
    assert told.on_site.at(at_ms) == floor.on_site
    assert told.roaming.at(at_ms) == floor.roaming
    for here in floor.ateliers:
        there = told.ateliers[here.atelier.id]
        assert there.queue.at(at_ms) == here.queued
        assert there.inside.at(at_ms) == here.occupied
        assert there.done.at(at_ms) == here.done


@pytest.mark.long
@pytest.mark.timeout(7200)
@PROPERTY
@given(data=st.data())
def test_of_now_it_says_what_the_floor_says(hall, days, data):
    """Of whatever day: scans missed, taken back, dated anew, badges that nobody has."""
    told = data.draw(days)
    latest_ms = max((at_ms for at_ms, _ in told), default=hall.at("09:00"))
    view = hall.view(told)
    for minutes in data.draw(st.lists(st.integers(0, 400), min_size=1, max_size=3)):
        now_ms = latest_ms + minutes * MINUTE_MS
        agrees(history(view, now_ms), view.floor(now_ms))


@pytest.mark.long
@pytest.mark.timeout(7200)
@PROPERTY
@given(data=st.data())
def test_of_any_moment_it_says_where_the_journeys_as_known_now_have_everybody(hall, days, data):
    """Everybody on site is at one atelier or roams; whoever is counted at an atelier has a stay there then."""
    told = data.draw(days)
    now_ms = max((at_ms for at_ms, _ in told), default=hall.at("09:00")) + 30 * MINUTE_MS
    view = hall.view(told)
    past = history(view, now_ms)
    stays = [stay for guest in view.guests.values() for stay in guest.journey.at(view.event, now_ms).stays]
    for minutes in data.draw(st.lists(st.integers(0, 500), min_size=1, max_size=5)):
        at_ms = now_ms - minutes * MINUTE_MS
        total = past.roaming.at(at_ms)
        for here in past.ateliers.values():
            for course, holds in ((here.queue, _queues), (here.inside, _is_inside)):
                there = course.at(at_ms)
                assert there.parties <= sum(holds(each, here.atelier.id, at_ms) for each in stays)
                total = Count(total.parties + there.parties, total.people + there.people)
        assert past.on_site.at(at_ms) == total
        assert 0 <= past.roaming.at(at_ms).parties <= total.parties <= past.came.at(at_ms).parties


def _queues(stay, atelier, at_ms):
    end_ms = stay.entered_ms or (stay.left_ms if stay.state not in OPEN else None)
    return stay.atelier == atelier and stay.arrived_ms <= at_ms and (end_ms is None or at_ms < end_ms)


def _is_inside(stay, atelier, at_ms):
    if stay.atelier != atelier or stay.entered_ms is None or at_ms < stay.entered_ms:
        return False
    return stay.state in OPEN or at_ms < stay.left_ms


class Kept(Ledger):
    """A ledger that keeps what it took."""

    def __init__(self, planned):
        super().__init__(planned)
        self.facts = []

    def apply(self, fact, at_ms):
        self.facts.append((at_ms, fact))
        super().apply(fact, at_ms)


def played(event, crowd, habits, seed):
    """A day of the twin, as facts, where each step of everybody was scanned as it happened."""
    families = draw(event, crowd, seed)
    twin = TwinHall(event, RONDE)
    twin.ledger = Kept(event)
    world = World(event, families, twin, replace(habits, missed=0.0), seed=seed, start_ms=event.opens_ms)
    twin.now = lambda: world.now_ms
    world.run()
    return twin.ledger


def test_where_all_was_scanned_as_it_happened_each_moment_is_the_floor_of_that_moment(roubaix):
    event, crowd, habits = roubaix
    ledger = played(event, crowd, habits, 1)
    at = ledger.facts[-1][0]
    past = history(ledger.view(), at)
    then = Ledger(event)
    moments = [
        event.opens_ms + minute * MINUTE_MS for minute in range(0, (at - event.opens_ms) // MINUTE_MS, 7)
    ]
    facts = iter([*ledger.facts, (at + 1, None)])
    when, fact = next(facts)
    looked = 0
    for at_ms in moments:
        while when <= at_ms and fact is not None:
            then.apply(fact, when)
            when, fact = next(facts)
        if not any(window.opens_ms <= at_ms < window.closes_ms for window in event.windows):
            continue  # who was never let in is known to have gone at closing only later
        agrees(past, then.floor(at_ms))
        looked += then.floor(at_ms).on_site.people > 20
    assert looked > 30


def test_a_day_of_three_hundred_families_is_told_within_a_frame(roubaix):
    event, crowd, habits = roubaix
    crowd = replace(crowd, people=1000)
    ledger = played(event, crowd, habits, 2)
    view = ledger.view()
    assert len(view.parties) >= 300
    took = []
    for _ in range(5):
        began = time.thread_time()
        history(view, event.closes_ms)
        took.append(time.thread_time() - began)
    assert min(took) <= 0.020
