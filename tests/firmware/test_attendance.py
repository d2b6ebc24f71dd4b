"""Who is at the booth by a station's own knowledge: with a hub, without one, and after a reboot without one."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from firmware.attendance import Attendance
from firmware.clock import Clock
from firmware.hubtime import BELIEVED_MS, HubTime
from firmware.memory import Told
from firmware.outbox import Entry, Outbox
from firmware.wire.booth import Standing
from firmware.wire.card import Card

FOX, OWL, CAT = BADGES = ("CFBXKCNGBKHTJKGJ", "CBBBBBBBRXXCLVKF", "CPGSCDFRNGJKDVVX")
HUB_MS = 1_668_866_400_000
MINUTE_MS, HOUR_MS = 60_000, 3_600_000


class HandClock(Clock):
    def __init__(self, boot="a" * 32, boot_ms=10_000, wall_ms=0):
        self.boot, self.ms, self.wall = boot, boot_ms, wall_ms

    def boot_ms(self):
        return self.ms

    def wall_ms(self):
        return self.wall


class Place:
    """A station's log, clock and what it was told, without its other parts."""

    def __init__(self, folder, plan, clock=None):
        self.folder = folder
        self.clock = clock or HandClock()
        self.told = Told().planned(plan)
        self._open()

    def _open(self):
        self.outbox = Outbox(self.folder, "vr-1", "event", now_ms=lambda: 0)
        self.time = HubTime(self.clock, self.outbox)
        self.time.guess_from(list(self.outbox.passages()), self.told.now_ms)
        self.attendance = Attendance(self.outbox, self.time, self.told)

    def reboot(self, clock):
        self.outbox.close()
        self.clock = clock
        self._open()

    def meet(self, hub_ms=None):
        """An exchange with the hub, at its time `hub_ms`."""
        self.time.take(hub_ms if hub_ms is not None else HUB_MS + self.clock.ms, self.clock.ms, self.clock.ms)

    def hear(self, *standings, held=None, cards=()):
        self.meet()
        self.told = Told(
            plan=self.told.plan,
            epoch=self.outbox.epoch,
            held=self.outbox.last_seq if held is None else held,
            now_ms=HUB_MS + self.clock.ms,
            standings=standings,
            cards=cards,
        )
        self.attendance.take(self.told)

    def do(self, *entries, after_ms=MINUTE_MS, atelier="vr"):
        self.clock.ms += after_ms
        self.clock.wall += after_ms
        made = self.outbox.commit(
            entries, atelier, boot=self.clock.boot, boot_ms=self.clock.ms, wall_ms=self.clock.wall
        )
        self.attendance.note(made)
        return made

    def stand(self):
        here = self.attendance.booth()
        return [(one.badge, one.state) for one in here.standings]

    def since(self):
        return {one.badge: one.since_ms - HUB_MS for one in self.attendance.booth().standings}


@pytest.fixture
def place(tmp_path, plan_of):
    made = Place(tmp_path / "data", plan_of(minutes=30))
    yield made
    made.outbox.close()


def test_without_a_hub_the_whole_log_says_it(place):
    place.do(Entry("arrive", FOX))
    place.do(Entry("arrive", OWL))
    place.do(Entry("call", FOX))
    place.do(Entry("arrive", CAT), atelier="arts")
    assert place.stand() == [(FOX, "called"), (OWL, "waiting")]
    assert all(one.estimated for one in place.attendance.booth().standings)


def test_what_the_hub_told_is_gone_on_from(place):
    place.do(Entry("arrive", FOX))
    place.do(Entry("arrive", OWL))
    place.hear(Standing(OWL, "inside", HUB_MS, HUB_MS), held=2)
    assert place.stand() == [(OWL, "inside")], "passages up to `held` are in what the hub tells"
    place.do(Entry("leave", OWL), Entry("enter", CAT))
    assert place.stand() == [(CAT, "inside")]


def test_moments_are_of_the_hubs_time_as_soon_as_it_is_met(place):
    place.clock.wall = 123
    place.do(Entry("arrive", FOX))
    (before,) = place.attendance.booth().standings
    assert before.estimated
    place.meet()
    (after,) = place.attendance.booth().standings
    assert (after.since_ms, after.estimated) == (HUB_MS + place.clock.ms, False)


def test_takers_come_from_the_cards(place):
    place.hear(cards=(Card(FOX, "fox", 1, 5, 2),))
    place.do(Entry("enter", FOX))
    assert place.attendance.booth().free == 0


def test_what_the_hub_holds_can_be_undone_without_it(place):
    (scan,) = place.do(Entry("arrive", FOX))
    (mistaken,) = place.do(Entry("enter", FOX))
    place.hear(Standing(FOX, "inside", HUB_MS, HUB_MS), Standing(OWL, "waiting", HUB_MS, HUB_MS))
    place.do(Entry("undo", FOX, of=mistaken.seq))
    assert sorted(place.stand()) == sorted([(FOX, "waiting"), (OWL, "waiting")])
    place.do(Entry("undo", FOX, of=scan.seq))
    assert place.stand() == [(OWL, "waiting")]


WRONG_WALLS = {"at 1970": 0, "behind": HUB_MS + HOUR_MS // 2, "years ahead": HUB_MS + 100 * BELIEVED_MS}


@pytest.mark.parametrize("wall", WRONG_WALLS)
def test_after_a_reboot_without_a_hub_nobody_is_forgotten_whatever_the_wall_clock_says(place, wall):
    place.hear(Standing(OWL, "waiting", HUB_MS + place.clock.ms, HUB_MS))
    place.do(Entry("arrive", FOX))
    place.do(Entry("call", FOX), after_ms=HOUR_MS)
    place.reboot(HandClock("b" * 32, 30_000, WRONG_WALLS[wall]))
    assert place.stand() == [(OWL, "waiting"), (FOX, "called")]
    now = place.attendance.now
    assert now.estimated
    assert HUB_MS + HOUR_MS < now.at_ms < HUB_MS + 2 * HOUR_MS
    place.do(Entry("enter", FOX), after_ms=10 * MINUTE_MS)
    assert place.stand() == [(OWL, "waiting"), (FOX, "inside")]
    place.reboot(HandClock("c" * 32, 40_000, WRONG_WALLS[wall]))
    assert place.stand() == [(OWL, "waiting"), (FOX, "inside")]


def test_a_wall_clock_that_goes_on_from_what_is_known_is_believed(place):
    place.hear(Standing(OWL, "waiting", HUB_MS + place.clock.ms, HUB_MS))
    place.reboot(HandClock("b" * 32, 30_000, HUB_MS + HOUR_MS))
    assert place.attendance.now.at_ms == HUB_MS + HOUR_MS


def test_a_wall_clock_that_steps_changes_nothing(place):
    place.do(Entry("arrive", FOX))
    before = place.attendance.booth().standings
    place.clock.wall += 1000 * BELIEVED_MS
    assert place.attendance.booth().standings == before


def test_passages_of_a_boot_that_met_nobody_lie_between_the_others(place):
    place.hear(Standing(OWL, "waiting", HUB_MS + place.clock.ms, HUB_MS))
    place.reboot(HandClock("b" * 32, 30_000, 0))
    place.do(Entry("arrive", FOX))
    place.reboot(HandClock("c" * 32, 3 * HOUR_MS, 0))
    place.time.take(HUB_MS + 3 * HOUR_MS, place.clock.ms, place.clock.ms)
    assert place.stand() == [(OWL, "waiting"), (FOX, "waiting")]
    assert 0 <= place.since()[FOX] <= 3 * HOUR_MS


def test_time_alone_empties_a_booth_whose_end_nobody_sees(tmp_path, plan_of):
    place = Place(tmp_path / "data", plan_of(minutes=30, sees_out=False))
    place.meet()
    place.do(Entry("enter", FOX))
    place.clock.ms += 31 * MINUTE_MS
    assert place.stand() == []
    place.outbox.close()


def test_without_a_plan_there_is_no_booth(place):
    place.attendance.take(Told())
    assert place.attendance.booth() is None


STEP = st.tuples(
    st.sampled_from(["arrive", "call", "enter", "leave", "absent", "undo", "hear", "meet", "pause"]),
    st.sampled_from(BADGES),
    st.integers(0, 20),
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(STEP, max_size=25))
def test_what_is_known_step_by_step_is_what_a_restart_finds(tmp_path_factory, plan_of, steps):
    place = Place(tmp_path_factory.mktemp("data"), plan_of(minutes=30))
    live = []
    for kind, badge, minutes in steps:
        if kind in ("hear", "meet"):
            place.hear(*place.attendance.booth().standings) if kind == "hear" else place.meet()
        elif kind == "undo":
            if live:
                mistaken = live.pop()
                place.do(Entry("undo", mistaken.badge, of=mistaken.seq), after_ms=minutes * MINUTE_MS)
        elif kind == "pause":
            place.do(Entry("pause"), after_ms=minutes * MINUTE_MS)
        else:
            live += place.do(Entry(kind, badge), after_ms=minutes * MINUTE_MS)
        stepwise = place.attendance.booth()
        anew = Attendance(place.outbox, place.time, place.told).booth()
        assert [(one.badge, one.state) for one in stepwise.standings] == [
            (one.badge, one.state) for one in anew.standings
        ]
    place.outbox.close()
