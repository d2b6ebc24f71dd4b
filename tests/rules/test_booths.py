"""The booth that the hub tells a station is the one that the station sees by itself, as long as it sees everything."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from firmware.wire.booth import ARRIVE, CALLED, INSIDE, WAITING, booth, moves, replayed
from firmware.wire.passage import SHIFT
from firmware.wire.plan import Plan
from kiosk.rules import booths
from kiosk.rules.event import MINUTE_MS

PLACES = {"vr": 2, "kart": 8, "arts": 12}


def plan_of(hall, place):
    """As a station of this atelier knows it."""
    atelier = hall.event.by_id[place]
    return Plan(
        *(place, place, "petite-journee", "Petite journée", "fr", place, place, "cube", atelier.room),
        kind=atelier.kind.value,
        places=atelier.places,
        minutes=atelier.minutes,
        steps=(ARRIVE,),
    )


def stood(hall, when, place, *facts):
    return booths.standings(hall.floor(when, *facts).by_id[place])


def test_who_waits_is_called_or_inside_stands_there_with_its_moment(hall):
    facts = [
        *hall.came(1, {"18-plus": 2}),
        *hall.scans("1 10:00 arrive vr", "2 10:01 arrive vr", "3 10:02 arrive vr"),
        *hall.scans("1 10:03 enter vr", "2 10:04 call vr"),
    ]
    assert [
        (one.badge, one.state, hall.time(one.since_ms), one.takers)
        for one in stood(hall, "10:05", "vr", facts)
    ] == [
        (hall.badge(1), INSIDE, "10:03", 2),
        (hall.badge(2), CALLED, "10:04", 1),
        (hall.badge(3), WAITING, "10:02", 1),
    ]


def test_who_was_scanned_elsewhere_stands_there_no_more(hall):
    facts = hall.scans("1 10:00 arrive vr", "1 10:03 enter arts")
    assert stood(hall, "10:05", "vr", facts) == ()


def test_a_place_in_the_queue_that_was_kept_is_the_earlier_one(hall):
    facts = [
        *hall.came(1, {"18-plus": 1}),
        *hall.told("1 10:00 go kart 10:05 keeps vr 10:01"),
        *hall.scans("2 10:06 arrive vr", "1 10:08 arrive vr"),
    ]
    assert [one.badge for one in stood(hall, "10:09", "vr", facts)] == [hall.badge(1), hall.badge(2)]


acts = st.tuples(
    st.sampled_from(["arrive", "arrive", "next", "start", "done", "call", "enter", "leave", "absent"]),
    st.integers(1, 6),
    st.integers(11, 3 * 60),  # seconds since the one before
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    place=st.sampled_from(["vr", "kart", "arts"]),
    pressed=st.lists(acts, max_size=25),
    sizes=st.lists(st.integers(1, 9), min_size=6, max_size=6),
)
def test_hub_and_station_see_the_same_booth(hall, place, pressed, sizes):
    """Whatever is scanned and pressed: the floor is a function of the passages that the presses came to."""
    came = [fact for number, size in enumerate(sizes, 1) for fact in hall.came(number, {"18-plus": size})]
    takers = {hall.badge(number): size for number, size in enumerate(sizes, 1)}
    plan = plan_of(hall, place)
    facts, log, now_ms = list(came), [], hall.at("10:00")
    here = booth(plan, ())
    for act, who, after_s in pressed:
        now_ms += 1000 * after_s
        here = here.settled(now_ms)
        if act == "arrive":
            made = [("arrive", hall.badge(who))] if here.of(hall.badge(who)) is None else []
        else:
            made = [(move.kind, move.badge) for move in moves(here, act, now_ms, badge=hall.badge(who))]
        for kind, badge in made:
            fact = hall.passed(badge, f"10:00 {kind} {place}", boot_ms=now_ms)
            fact = type(fact)(fact.passage, type(fact.moment)(now_ms, 0), fact.digest)
            facts.append((now_ms, fact))
            log.append((fact.passage, now_ms, False))
            here = here.moved(kind, badge, now_ms, takers[badge])
    by_log = replayed(booth(plan, ()), log, takers, place).settled(now_ms)
    assert by_log == here, "the station after a restart"
    told = booth(plan, booths.standings(hall.view(facts).floor(now_ms).by_id[place]))
    assert [(one.badge, one.state, one.since_ms) for one in told.standings] == [
        (one.badge, one.state, one.since_ms) for one in here.standings
    ]


def test_a_session_that_is_shifted_takes_its_people_later(hall):
    facts = hall.scans("1 10:20 arrive talk")
    shift = hall.passed(None, f"10:25 {SHIFT} talk", by=10)
    facts.append((shift.moment.at_ms, shift))
    assert [one.state for one in stood(hall, "10:35", "talk", facts)] == [WAITING]
    assert [one.state for one in stood(hall, "10:41", "talk", facts)] == [INSIDE]
    view = hall.view(facts)
    assert view.event.by_id["talk"].times_ms[0] == hall.at("10:40")
    assert view.event.by_id["talk"].times_ms[0] - hall.event.by_id["talk"].times_ms[0] == 10 * MINUTE_MS
